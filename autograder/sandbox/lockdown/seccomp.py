"""A seccomp filter that allows what is listed and refuses the rest, written as classic BPF with ctypes alone.

A list of what is forbidden rots with every new kernel; a list of what is allowed does not. What is not listed
fails with EPERM, so that Python raises PermissionError and the worker goes on. clone3 fails with ENOSYS
instead: its flags lie in memory where a filter cannot look, and glibc then falls back to clone.

Only the low half of an argument is looked at. That is the half that the kernel uses of each argument checked
here: they are ints, unsigned ints, or, for clone, flags that end at bit 31.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from .libc import syscall
from .syscalls import CHECKED, DRIVER, PLAIN, WRITING

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column in the tables, AUDIT_ARCH_…

_SECCOMP = (317, 277)  # the system call itself, by column
_SET_MODE_FILTER, _ALL_THREADS = 1, 1  # SECCOMP_FILTER_FLAG_TSYNC
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
# struct seccomp_data: int nr; __u32 arch; __u64 instruction_pointer; __u64 args[6];
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
# BPF: load a word; jump if equal; jump if any bit is set; return.
_LOAD, _IF_EQUAL, _IF_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06

_CLONE_THREAD = 0x00010000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: no locks, no leases, no signals
_FCNTLS = (0, 1, 2, 3, 4, 1030)
# PR_SET_NAME, PR_GET_NAME, PR_SET_VMA
_PRCTLS = (15, 16, 0x53564D41)
# What FUTEX_PRIVATE_FLAG keeps within the process, without and with FUTEX_CLOCK_REALTIME. Of what goes by the
# page of a file, which other workers have mapped too, only waiting: pthread_join waits so for the kernel.
_FUTEXES = (*range(128, 142), 128 + 256 + 9, 128 + 256 + 11, 128 + 256 + 13, 0, 9, 256 + 9)


class Unsupported(Exception):
    """No filter can be made for this machine."""


@dataclass(frozen=True)
class _Rule:
    """Allow a call when an argument is one of `values` (or, with `bits`, has all or none of those bits)."""

    name: str
    argument: int
    values: tuple[int, ...] = ()
    bits: int = 0
    set: bool = False


def supported() -> bool:
    """Whether this machine has a table and a kernel that can filter."""
    known = sys.platform == "linux" and platform.machine() in _MACHINES
    return known and Path("/proc/sys/kernel/seccomp").exists()


def install(*, writable: bool, card: bool = False) -> None:
    """Filter every later call of all threads of this process, for good. Raises OSError or Unsupported.

    `writable`: files may be written, made and removed, because something else (Landlock) decides which.
    `card`: its driver goes on working. The process must have no_new_privs set.
    """
    program = assemble(platform.machine(), os.getpid(), writable=writable, card=card)
    buffer = ctypes.create_string_buffer(program, len(program))

    class SockFprog(ctypes.Structure):
        _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    fprog = SockFprog(len(program) // 8, ctypes.addressof(buffer))
    number = _SECCOMP[_MACHINES[platform.machine()][0]]
    if thread := syscall(number, _SET_MODE_FILTER, _ALL_THREADS, ctypes.c_void_p(ctypes.addressof(fprog))):
        raise OSError(errno.EBUSY, f"thread {thread} has a filter of its own")


def assemble(machine: str, pid: int, *, writable: bool, card: bool = False) -> bytes:
    """The filter for a process `pid` on `machine` ("x86_64", "aarch64"), as BPF instructions of 8 bytes."""
    if machine not in _MACHINES:
        raise Unsupported(f"there is no system-call table for {machine}")
    column, arch = _MACHINES[machine]
    rules = [
        _Rule("futex", 1, _FUTEXES),
        _Rule("clone", 0, bits=_CLONE_THREAD, set=True),  # threads, no processes
        _Rule("kill", 0, (pid,)),
        _Rule("tgkill", 0, (pid,)),
        _Rule("prlimit64", 0, (0, pid)),
        _Rule("ioctl", 1, _IOCTLS),
        _Rule("fcntl", 1, _FCNTLS),
        _Rule("prctl", 0, _PRCTLS),
        _Rule("open", 1, bits=0 if writable else _WRITING),
        _Rule("openat", 2, bits=0 if writable else _WRITING),
    ]
    code = [_load(_ARCH), _jump(_IF_EQUAL, arch, 1, 0), _return(_KILL_PROCESS), _load(_NUMBER)]
    allowed = PLAIN | (WRITING if writable else {}) | (DRIVER if card else {})
    for numbers in allowed.values():
        if (number := numbers[column]) is not None:
            code += [_jump(_IF_EQUAL, number, 0, 1), _return(_ALLOW)]
    for rule in rules:
        if (number := CHECKED[rule.name][column]) is not None:
            body = _body(rule)
            code += [_jump(_IF_EQUAL, number, 0, len(body)), *body]
    clone3 = CHECKED["clone3"][column]
    assert clone3 is not None
    code += [_jump(_IF_EQUAL, clone3, 0, 1), _return(_ERRNO | errno.ENOSYS), _return(_ERRNO | errno.EPERM)]
    return b"".join(code)


def _body(rule: _Rule) -> list[bytes]:
    """Instructions that end the filter: allow, or EPERM."""
    code = [_load(_ARGUMENTS + 8 * rule.argument)]
    if rule.values:
        for i, value in enumerate(rule.values):
            code.append(_jump(_IF_EQUAL, value, len(rule.values) - i, 0))
        return [*code, _return(_ERRNO | errno.EPERM), _return(_ALLOW)]
    allowed, refused = _return(_ALLOW), _return(_ERRNO | errno.EPERM)
    ends = (allowed, refused) if rule.set else (refused, allowed)
    return [*code, _jump(_IF_BITS, rule.bits, 0, 1), *ends]


def _instruction(code: int, if_true: int, if_false: int, k: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, k)  # struct sock_filter


def _load(offset: int) -> bytes:
    return _instruction(_LOAD, 0, 0, offset)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return _instruction(code, if_true, if_false, value)


def _return(action: int) -> bytes:
    return _instruction(_RETURN, 0, 0, action)
