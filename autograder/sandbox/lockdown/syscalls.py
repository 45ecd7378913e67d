"""Numbers of the system calls that a locked worker may use.

The list was made by running torch, and holds nothing that changes or signals anything outside the process and
its own folder. Sources: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of the
Linux kernel.
"""

from __future__ import annotations

Numbers = tuple[int | None, int | None]  # x86_64, aarch64; None: not on that machine


def _table(text: str) -> dict[str, Numbers]:
    """A call for each "name x86_64 aarch64", between commas; "-" stands for no number, "#" for a remark."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    calls = [call.split() for line in lines for call in line.split(",") if call.strip()]
    return {name: (_number(first), _number(second)) for name, first, second in calls}


def _number(text: str) -> int | None:
    return None if text == "-" else int(text)


# Allowed whatever their arguments.
PLAIN = _table(
    """
    # files that are open, or are opened for reading
    read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, close 3 57, fstat 5 80, stat 4 -,
    lstat 6 -, newfstatat 262 79, statx 332 291, lseek 8 62, getdents64 217 61, access 21 -,
    faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78, getcwd 79 17, chdir 80 49,
    statfs 137 43, fstatfs 138 44, dup 32 23, dup2 33 -, dup3 292 24, fadvise64 221 223
    # its own memory
    mmap 9 222, munmap 11 215, mprotect 10 226, mremap 25 216, madvise 28 233, mincore 27 232, brk 12 214
    # its own threads
    set_robust_list 273 99, get_robust_list 274 100, set_tid_address 218 96, rseq 334 293,
    membarrier 324 283, sched_yield 24 124, sched_getaffinity 204 123, sched_getparam 143 121,
    sched_getscheduler 145 120, getcpu 309 168, gettid 186 178, arch_prctl 158 -, exit 60 93,
    exit_group 231 94, restart_syscall 219 128
    # its own signal handlers
    rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, sigaltstack 131 132
    # time; with setitimer that of one statement is bounded
    clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
    gettimeofday 96 169, time 201 -, times 100 153, getrusage 98 165, setitimer 38 103
    # waiting
    poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72
    # what it is
    getpid 39 172, getppid 110 173, getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177,
    getresuid 118 148, getresgid 120 150, getgroups 115 158, uname 63 160, sysinfo 99 179,
    getrlimit 97 163, umask 95 166, getrandom 318 278, get_mempolicy 239 236
    """
)

# Allowed where Landlock decides which files they may change: those of the worker's own folder. It has no say
# in truncate, chmod and utimensat by name, so they are not among them.
WRITING = _table(
    """
    mkdir 83 -, mkdirat 258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38,
    renameat2 316 276, pwrite64 18 68, ftruncate 77 46, fallocate 285 47, fsync 74 82, fdatasync 75 83,
    msync 26 227
    """
)

# Allowed where a card is used: its driver has many codes of ioctl of its own, and the threads that it starts
# wait for each other. Landlock, which must be there then, opens no other device.
DRIVER = _table(
    """
    ioctl 16 29, eventfd2 290 19, pipe2 293 59, epoll_create1 291 20, epoll_ctl 233 21, epoll_wait 232 -,
    epoll_pwait 281 22, mlock 149 228, munlock 150 229, mbind 237 235
    """
)

# Allowed with some arguments only: see seccomp.py.
CHECKED = _table(
    """
    open 2 -, openat 257 56, clone 56 220, clone3 435 435, kill 62 129, tgkill 234 131, prlimit64 302 261,
    ioctl 16 29, fcntl 72 25, prctl 157 167, futex 202 98
    """
)
