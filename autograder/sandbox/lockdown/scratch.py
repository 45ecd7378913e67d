"""A folder for each worker to work in, which is empty at first and gone with it.

Programs write things: a folder for checkpoints, a log, a picture. They may, where they run, and nowhere else;
so what works on a student's own machine works when it is graded. No file may become larger than FILE_MB
(RLIMIT_FSIZE), and a worker that has more than ENTRIES or MB there is ended (looked at from outside). Nothing
is handed from one worker to the next.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
import time
from pathlib import Path

FILE_MB, MB, ENTRIES = 16, 64, 1000
_PREFIX = "autograder-"
# Attempts to empty a folder, 20 ms apart: a process that is being ended may still write into it, and the
# grader and its zygote may both be at it, each of which takes from under the other what it has just listed.
_PATIENCE = 150


def base() -> Path:
    """The name of a new folder in which workers' folders are made; they may enter it, and not list it."""
    places = (tempfile.gettempdir(), "/var/tmp", "/tmp")
    place = next((place for place in map(Path, places) if _may_be_entered(place)), Path(places[0]))
    _sweep(place)
    return place / f"{_PREFIX}{_namespace()}-{os.getpid()}-{secrets.token_hex(8)}"


def environment(folder: Path) -> dict[str, str]:
    """What tells a program where it may write."""
    # torch.compile looks for a folder to write to as soon as it is imported.
    return dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "TORCHINDUCTOR_CACHE_DIR"), str(folder))


def bound_files() -> None:
    """Let no file of this process become larger than FILE_MB, where the system can be told so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    most = FILE_MB << 20
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
    )


def over(folder: Path) -> str:
    """What is over a bound, in words that follow "Your code"; empty if nothing is."""
    entries = size = 0
    folders = [str(folder)]
    try:
        while folders:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    entries += 1
                    if entries > ENTRIES:
                        return f"made more than {ENTRIES} files"
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:  # it goes on while we look
        return ""
    except OSError:
        return "made folders that cannot be looked into"
    return f"wrote more than {MB} MB of files" if size > MB << 20 else ""


def empty(folder: Path) -> None:
    """Remove all that lies in a folder, however deep: what lies two floors down is first moved up."""
    while entries := list(folder.iterdir()):
        for entry in entries:
            if entry.is_symlink() or not entry.is_dir():
                entry.unlink()
                continue
            entry.chmod(0o700)
            for child in list(entry.iterdir()):
                if child.is_dir() and not child.is_symlink():
                    child.chmod(0o700)  # whoever is not root can move no folder that is closed to them
                child.rename(folder / secrets.token_hex(16))
            entry.rmdir()


def remove(folder: Path) -> None:
    """Remove a folder and all in it. One that cannot be removed is left: nothing depends on it."""
    for _ in range(_PATIENCE):
        try:
            empty(folder)
            folder.rmdir()
        except OSError:
            if not folder.exists():
                return
            time.sleep(0.02)
        else:
            return


def enter(folder: Path) -> None:
    """Work in a folder that is made anew, for the program that comes next in this process."""
    with contextlib.suppress(OSError):  # Windows keeps the folder in which a process works
        os.chdir(folder.parent)
        remove(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chdir(folder)
    tempfile.tempdir = str(folder)


def _sweep(place: Path) -> None:
    """Remove what graders have left that were killed together with all they had started."""
    if os.name != "posix":
        return
    for folder in place.glob(f"{_PREFIX}{_namespace()}-*-*"):
        with contextlib.suppress(OSError, ValueError):
            pid = int(folder.name.split("-")[2])
            if folder.stat().st_uid == os.geteuid() and not _runs(pid):
                remove(folder)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _namespace() -> int:
    """Process ids mean the same only in one of these."""
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0


def _may_be_entered(place: Path) -> bool:
    """Whether a user without rights of its own gets there."""
    try:
        return all(folder.stat().st_mode & 0o001 for folder in (place, *place.parents))
    except OSError:
        return False
