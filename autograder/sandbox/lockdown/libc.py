"""System calls that Python's standard library does not offer, by ctypes."""

from __future__ import annotations

import ctypes
import os
from typing import Any

# On Windows this module is never used, but may be imported.
_libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def call_prctl(option: int, *arguments: int) -> int:
    """prctl(2). Raises OSError."""
    padded = [ctypes.c_ulong(a) for a in (*arguments, *(0,) * (4 - len(arguments)))]
    return _checked(_libc.prctl(ctypes.c_int(option), *padded), f"prctl({option})")


def syscall(number: int, *arguments: Any) -> int:
    """syscall(2), with ints and ctypes values. Raises OSError."""
    padded = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *padded), f"system call {number}")


def capset(header: Any, data: Any) -> None:
    """capset(2). Raises OSError."""
    _checked(_libc.capset(header, data), "capset")


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result
