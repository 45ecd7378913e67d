"""Locks the calling process down for good, before it sees any code of a student's.

Layers, each of which must hold on its own for something: a user of its own (root only), limits, Landlock
(which files), seccomp (which system calls). `plan` says once which of them this machine offers; `apply` puts
them on and raises if one does not take, so that no worker ever runs with less than was announced.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from . import driver, landlock, libc, lifeline, scratch, seccomp, view

UIDS = (range(70000, 80000), range(60000, 65000))  # the first range that this user namespace maps is used
_THREADS = 64
_FILES = 64
_FILES_OF_A_DRIVER = 960  # it opens its device files again and again
_ADDRESS_SPACE_MB = 4096  # beyond the resident limit: torch maps more than it uses

_PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS = 4, 8, 38
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_SETGID, _CAP_SETUID = 1, 2, 6, 7
_CAP_NAMES = {_CAP_DAC_OVERRIDE: "CAP_DAC_OVERRIDE", _CAP_DAC_READ_SEARCH: "CAP_DAC_READ_SEARCH"}


class Impossible(Exception):
    """No safe lockdown can be had here; the message says what to change."""


@dataclass(frozen=True)
class Plan:
    """What every worker will get."""

    readable: tuple[Path, ...]
    refusing: tuple[Path, ...]  # what is readable where torch's recurrent layers are refused
    uids: range | None  # None: no user of its own
    capability: int | None  # kept across the change of user, so that Python itself can be read
    landlock: int  # ABI; 0 for none
    seccomp: bool
    address_space: bool
    card: bool  # is used, and its driver with it

    @property
    def layers(self) -> dict[str, str]:
        """The protections in words."""
        found = {"limits": f"threads, open files, core dumps, files of {scratch.FILE_MB} MB"}
        if self.uids is not None:
            found["user"] = f"one of its own per worker ({self.uids.start}-{self.uids.stop - 1})"
        if self.capability is not None:
            found["capability"] = f"{_CAP_NAMES[self.capability]}, to read Python where only root may enter"
        if self.landlock:
            found["landlock"] = f"ABI {self.landlock}: reads the Python installation, writes its own folder"
        if self.seccomp:
            found["seccomp"] = "allow list: no sockets, no processes"
        if self.card:
            found["driver"] = "a worker may open its files and call ioctl; the card's memory is not bounded"
        return found


def plan(harness: Path, refused: Iterable[Path], *, address_space: bool, card: bool = False) -> Plan:
    """Look at the machine. Raises Impossible.

    `harness` is a folder that no worker may read, `refused` are the files of torch's recurrent layers.
    `address_space`: it can be bounded, for nothing reserves more of it than it uses. `card`: one is used.
    """
    readable = (*view.readable(harness), *(driver.libraries() if card else ()))
    refusing = tuple(view.without(readable, refused))
    abi = landlock.abi()
    if card and not abi:
        raise Impossible(
            "A card's driver opens files at any time: only Landlock can lock a worker beside it."
        )
    uids = _uids() if os.geteuid() == 0 and {_CAP_SETUID, _CAP_SETGID} <= _capabilities() else None
    capability = None
    hidden = view.unreachable(readable) if uids is not None else None
    if hidden is not None:
        if not abi:
            raise Impossible(
                f"Python's files ({hidden}) can be read by root only, and no Landlock is here to keep"
                " a worker with such rights from everything else. Install Python where all may read it."
            )
        # Landlock bounds what may be read; the capability only lifts permissions inside those bounds.
        held = _capabilities()
        capability = next((c for c in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE) if c in held), None)
        if capability is None:
            raise Impossible(f"Python's files ({hidden}) cannot be read by the user that a worker becomes.")
    return Plan(readable, refusing, uids, capability, abi, seccomp.supported(), address_space, card)


def apply(
    plan: Plan,
    *,
    uid: int | None,
    memory_mb: int,
    parent: int,
    folder: Path,
    refuse: bool,
    make_context: Callable[[], None],
) -> None:
    """Lock this process, which has one thread and works in `folder`.

    `make_context` is called on the way where a card is used. Raises OSError when a layer does not take.
    """
    with contextlib.suppress(OSError):  # when memory runs out, the worker goes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    if uid is not None:
        _become(uid, plan.capability)
    lifeline.end_with(parent)  # after the change of user, which clears it
    libc.call_prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if plan.card:
        _lock_loosely(plan, folder)
        make_context()
    libc.call_prctl(_PR_SET_DUMPABLE, 0)  # nothing of the same user may look into it
    _limits(plan, uid is not None, memory_mb)
    if plan.landlock:
        # Python finds modules by listing folders, those of hidden files too.
        readable = plan.refusing if refuse else plan.readable
        devices = (*view.DEVICES, *driver.files()) if plan.card else view.DEVICES
        landlock.restrict(readable, devices, folder, listable=plan.readable)
    if plan.seccomp:
        seccomp.install(writable=plan.landlock > 0, card=plan.card)


def _lock_loosely(plan: Plan, folder: Path) -> None:
    """Let the driver make a context, and its threads never get beyond what they need for that.

    What is locked later holds for the threads that are started later, unless the kernel can lock all (see
    landlock.py). A thread gets its name by writing to /proc, whose files are root's while nobody may look in.
    """
    libc.call_prctl(_PR_SET_DUMPABLE, 1)
    around = (*plan.readable, *driver.AROUND)
    devices = (*view.DEVICES, *driver.files(), Path("/proc"))
    landlock.restrict(around, devices, folder)


def hide_from_others() -> None:
    """Let no process of the same user read this one's memory, environment or descriptors."""
    if sys.platform == "linux":
        libc.call_prctl(_PR_SET_DUMPABLE, 0)


def kill_all_of(uid: int) -> None:
    """End every process of a user, in a helper process that first becomes that user.

    Never call it for a login's uid.
    """
    helper = os.fork()
    if helper == 0:
        try:
            _become(uid, None)
            os.kill(-1, signal.SIGKILL)  # all that this user may signal, but not the helper itself
        except ProcessLookupError:
            pass
        finally:
            os._exit(0)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(helper, 0)


def uid_in_use(uid: int) -> bool:
    """Whether a process of that user is running."""
    with os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if entry.stat().st_uid == uid:
                        return True
    return False


def _limits(plan: Plan, own_user: bool, memory_mb: int) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: scratch.FILE_MB << 20,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NOFILE: _FILES + (_FILES_OF_A_DRIVER if plan.card else 0),
    }
    if own_user:  # counted per user: on a login's own it would count the whole session
        limits[resource.RLIMIT_NPROC] = _THREADS
    # A single huge allocation fails before the watchdog can look. CUDA reserves far more than it uses: there,
    # only what is private and can be written is counted, which what is reserved is not (Linux 4.7 and on).
    bounded = resource.RLIMIT_AS if plan.address_space else resource.RLIMIT_DATA
    limits[bounded] = (memory_mb + _ADDRESS_SPACE_MB) << 20
    for which, value in limits.items():
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def _become(uid: int, capability: int | None) -> None:
    """Change to a user without groups or capabilities, but for the one to be kept."""
    if capability is not None:
        libc.call_prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    kept = 0 if capability is None else 1 << capability
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    # Effective, permitted, inheritable; low words, then high words. None is inheritable.
    libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(struct.pack("=6I", kept, kept, 0, 0, 0, 0)))
    libc.call_prctl(_PR_SET_KEEPCAPS, 0)


def _capabilities() -> set[int]:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            bits = int(line.split()[1], 16)
            return {i for i in range(64) if bits >> i & 1}
    return set()


def _uids() -> range | None:
    """The first range of user ids that exists in this user namespace."""
    mapped = [
        range(int(first), int(first) + int(count))
        for first, _, count in (line.split() for line in Path("/proc/self/uid_map").read_text().splitlines())
    ]
    return next((uids for uids in UIDS if any(uids[0] in m and uids[-1] in m for m in mapped)), None)
