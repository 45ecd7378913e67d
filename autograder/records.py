"""Writing a file whole: a reader, a kill or a full disk finds the old text or the new one, never a part."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_FORGOTTEN = 3600.0  # seconds after which a draft is nobody's any more


class Unwritten(Exception):
    """A file could not be written, and what it held before is still there; the text is one sentence.

    `is_fault`: the machine failed (a full disk), not whoever named the file.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        self.is_fault = error.errno in _FULL
        kept = " What it held before is still there." if self.is_fault and path.is_file() else ""
        super().__init__(f"{path} cannot be written: {error.strerror or error}.{kept}")


def write(path: Path, text: str) -> None:
    """Put `text` into a file. Half a character, which UTF-8 cannot have, becomes an escape that JSON knows.

    Raises Unwritten.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_changed(path: Path, text: str) -> bool:
    """Put `text` into a file that does not hold it yet; whether that was so. Raises Unwritten."""
    try:
        if path.read_bytes() == text.encode("utf-8", "backslashreplace"):
            return False
    except OSError:
        pass
    write(path, text)
    return True


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` into a file, and make the folders above it; what is no plain file is written to as it is.

    Raises Unwritten.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # a pipe, a terminal
            with path.open("wb") as stream:
                stream.write(content)
        else:
            _replace(path.resolve(), content)
    except OSError as error:
        raise Unwritten(path, error) from None


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold off other processes that read a file of this folder to write it anew, where the system can."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(ImportError, OSError):  # Windows; a network's disk that knows no locks
            import fcntl

            descriptor = os.open(folder, os.O_RDONLY)
            held.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def clear_drafts(folder: Path) -> None:
    """Remove the drafts that killed processes have left in a folder, an hour ago or longer."""
    for draft in folder.glob(".*.draft"):
        with contextlib.suppress(OSError):  # another process was faster
            if time.time() - draft.stat().st_mtime > _FORGOTTEN:
                shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


def _replace(path: Path, content: bytes) -> None:
    # In containers that share a folder, all processes may have the same number.
    draft = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.draft")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(OSError):
            shutil.copymode(path, draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
