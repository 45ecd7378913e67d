"""Tells of every change that could change a verdict, however an editor saves a file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from watchfiles import Change, watch

from autograder.submission.files import KINDS, ignored

QUIET_MS = 30  # without another change: an editor has written all of a file, or renamed the new one
LONGEST_MS = 300  # until a save is told although changes go on
LOOK_MS = 1_000  # between two looks whether the folder itself was replaced


def tell_of_changes(place: Path, hear: Callable[[], None]) -> None:
    """Call `hear` after every save at `place`, a folder or a file, from a thread that never ends.

    Files and folders may be deleted, renamed and come back: what is watched is a name, not what bears it now.
    """
    threading.Thread(target=_follow, args=(place.absolute(), hear), daemon=True).start()


def _follow(place: Path, hear: Callable[[], None]) -> None:
    polling: bool | None = None  # as watchfiles thinks best
    while True:
        try:
            for _ in _changes(place, polling):
                hear()
        except FileNotFoundError:  # not even the folder above it is there
            time.sleep(LOOK_MS / 1_000)
        except OSError:  # the system watches no more files, or none of this kind
            polling = True


def _changes(place: Path, polling: bool | None) -> Iterator[None]:
    """Every save, until the folder that is watched is no longer the one to watch."""
    is_folder = place.is_dir()
    folder = (place if is_folder else place.parent).resolve(strict=True)
    wanted = folder if is_folder else folder / place.name
    same = _identity(folder)
    batches = watch(
        folder,
        watch_filter=lambda change, path: _matters(change, Path(path), wanted),
        debounce=LONGEST_MS,
        step=QUIET_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=polling,
        recursive=is_folder,
        ignore_permission_denied=True,
    )
    for batch in batches:
        moved = place.is_dir() != is_folder or _identity(folder) != same
        if batch or moved:
            yield
        if moved:
            return


def _matters(change: Change, path: Path, place: Path) -> bool:
    """Whether a grader would read the file, or a folder of such files has gone."""
    if path == place:
        return True
    if not path.is_relative_to(place):
        return False
    if any(ignored(part) for part in path.relative_to(place).parts):
        return False
    return path.suffix.lower() in KINDS or (change == Change.deleted and not path.suffix)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
