"""A look at a process from outside: its memory and its threads."""

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


def threads(pid: int) -> int | None:
    """How many threads a process has; None where it cannot be told."""
    try:
        behind_the_name = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(behind_the_name[17])  # the 20th field of proc(5)
    except (OSError, IndexError, ValueError):
        return None
