"""A look at a process's memory from outside."""

from __future__ import annotations

from pathlib import Path

try:
    from resource import getpagesize
except ImportError:  # Windows

    def getpagesize() -> int:
        return 4096


def resident_mb(pid: int) -> float | None:
    """Resident memory of a process in MB (10⁶ bytes); None where it cannot be told (macOS, Windows)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * getpagesize() / 1e6
    except (OSError, IndexError, ValueError):
        return None
