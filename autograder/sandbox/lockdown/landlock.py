"""Landlock: a process binds itself, for good, to reading some folders and changing one. Linux 5.13 and on."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from .libc import syscall

# The same numbers on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_VERSION = 1  # flag of create_ruleset

_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL_DEV = 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
# REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, REFER: no links, sockets, pipes or devices are made
_CHANGE = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13
# How many of the rights to files each ABI knows; a later ABI knows at least those of the last.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_ALL_TCP = 0b11  # bind, connect: from ABI 4 on
_ALL_SCOPES = 0b11  # abstract Unix sockets, signals: from ABI 6 on
_ALL_THREADS = 1 << 3  # flag of restrict_self: from ABI 8 on


def abi() -> int:
    """The kernel's Landlock version; 0 for none."""
    if sys.platform != "linux":
        return 0
    try:
        return syscall(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(
    readable: Iterable[Path], devices: Iterable[Path], scratch: Path, listable: Iterable[Path] = ()
) -> int:
    """Allow no file, TCP port or signal target but these.

    Reading beneath `readable`, reading, writing and ioctl of `devices`, everything in `scratch`. Folders
    beneath `listable` may be listed.

    Holds for this thread and those that it starts, from ABI 8 on for all. Paths that are not there are passed
    over. Needs no_new_privs. Returns the ABI; raises OSError.
    """
    version = abi()
    handled = (1 << _RIGHTS[min(version, max(_RIGHTS))]) - 1
    # An older kernel refuses a structure that is longer than the one it knows.
    fields = [handled, *([_ALL_TCP] if version >= 4 else []), *([_ALL_SCOPES] if version >= 6 else [])]
    attribute = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = syscall(_CREATE_RULESET, ctypes.c_char_p(attribute), len(attribute), 0)
    try:
        for path in readable:
            _allow(ruleset, path, handled & (_READ_FILE | _READ_DIR))
        for path in listable:
            _allow(ruleset, path, handled & _READ_DIR)
        for path in devices:
            _allow(ruleset, path, handled & (_READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV))
        own = _READ_FILE | _READ_DIR | _WRITE_FILE | _TRUNCATE | _CHANGE
        _allow(ruleset, scratch, handled & own)
        syscall(_RESTRICT_SELF, ruleset, _ALL_THREADS if version >= 8 else 0)
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= ~_READ_DIR
        if not rights:  # the kernel refuses a rule that allows nothing
            return
        rule = struct.pack("=Qi", rights, descriptor)  # struct landlock_path_beneath_attr is packed
        syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(descriptor)
