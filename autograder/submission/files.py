"""Opening what was handed in (folder, file or zip) as untrusted input: bounded, no links, no writing."""

from __future__ import annotations

import functools
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from autograder.sandbox.wire.text import clean

KINDS = (".py", ".ipynb", ".md")
MAX_FILE = 20 << 20
MAX_TOTAL = 200 << 20
MAX_MEMBERS = 2_000  # of a zip; of a folder, where data may lie beside the work, those that graders read
MAX_SEEN = 20_000  # names in a folder that are looked at
MAX_DEPTH = 12
_IGNORED = {"__MACOSX", "__pycache__", "node_modules", "site-packages", "desktop.ini", "Thumbs.db"}
_FLAG_ENCRYPTED = 0x1
BROKEN_ZIP = (  # what zipfile raises for a file that is none, or is damaged
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)


class Unreadable(Exception):
    """The submission cannot be read at all; the text is one sentence for whoever handed it in."""


@dataclass
class Files:
    """The files by their path inside the submission ("src/cells.py"), and remarks about those left out.

    `others` are the paths of files of kinds that nothing reads.
    """

    contents: dict[str, bytes] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    _total: int = 0

    def add(self, name: str, size: int, read: Callable[[int], bytes]) -> None:
        """Keep a file that graders read; `read(n)` gives at most n bytes, `size` is what is claimed."""
        path = PurePosixPath(name)
        if path.suffix.lower() not in KINDS:
            self.others.append(name)
            return
        data = read(MAX_FILE + 1) if size <= MAX_FILE else b""
        if size > MAX_FILE or len(data) > MAX_FILE:
            raise Unreadable(
                f"{shown(name)} is larger than {MAX_FILE >> 20} MB: clear its outputs or leave it out."
            )
        self._total += len(data)
        if self._total > MAX_TOTAL:
            raise Unreadable(
                f"The submission is larger than {MAX_TOTAL >> 20} MB: hand in code, notebook and report."
            )
        self.contents[name] = data


def gather(path: Path) -> Files:
    """Every readable file at `path`. Raises Unreadable with one sentence."""
    name = shown(path.name or str(path))
    try:
        info = path.stat()
    except (OSError, ValueError):
        raise Unreadable(f"There is no file or folder called {shown(str(path))}.") from None
    try:
        if stat.S_ISDIR(info.st_mode):
            return _unwrapped(_from_folder(path))
        if not stat.S_ISREG(info.st_mode):
            raise Unreadable(f"{name} is neither a file nor a folder.")
        if path.suffix.lower() in (".py", ".ipynb"):
            files = Files()
            with path.open("rb") as stream:
                files.add(path.name, info.st_size, stream.read)
            return files
        if path.suffix.lower() == ".zip":
            return _unwrapped(_from_zip(path))
    except OSError as error:
        raise Unreadable(f"{name} cannot be read: {error.strerror or error}.") from None
    raise Unreadable(
        f"{name} is no submission: hand in a folder, a notebook (.ipynb), a module (.py) or a .zip of them."
    )


def shown(name: str) -> str:
    """A file name fit for a sentence."""
    return clean(name.replace("\n", " "), 100)


def _from_folder(root: Path) -> Files:
    files = Files()
    for seen, (entry, name) in enumerate(walk(root, "")):
        if seen == MAX_SEEN:
            files.notices.append(f"More than {MAX_SEEN:,} files are here: deep ones were not looked at.")
            break
        if entry.is_symlink():
            if PurePosixPath(name).suffix.lower() in KINDS:
                files.notices.append(f"{shown(name)} is a link and was not read: hand in the file itself.")
        elif entry.is_file(follow_symlinks=False):
            size = entry.stat(follow_symlinks=False).st_size
            files.add(name, size, functools.partial(_read_regular, entry.path))
            if len(files.contents) > MAX_MEMBERS:
                raise Unreadable(f"The folder holds more than {MAX_MEMBERS:,} files: hand in only your own.")
    return files


def walk(folder: Path, prefix: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Files below a folder, shallow ones first; hidden folders, environments and links are not entered."""
    deeper: list[tuple[Path, str]] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            name = prefix + entry.name
            if ignored(entry.name):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield entry, name
            elif name.count("/") < MAX_DEPTH and not Path(entry.path, "pyvenv.cfg").exists():
                deeper.append((Path(entry.path), name + "/"))
    for path, inside in deeper:
        yield from walk(path, inside)


def _read_regular(path: str, limit: int) -> bytes:
    with open_regular(path) as stream:
        return stream.read(limit)


def open_regular(path: str) -> BinaryIO:
    """A regular file, open for reading; a link or pipe that took its place since raises OSError."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    stream = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError("not a regular file")
    return stream


def _from_zip(path: Path) -> Files:
    files = Files()
    name = shown(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise Unreadable(f"{name} holds more than {MAX_MEMBERS:,} files: hand in only your own.")
            if sum(member.file_size for member in members) > MAX_TOTAL:
                raise Unreadable(
                    f"{name} unpacks to more than {MAX_TOTAL >> 20} MB: hand in code, notebook and report."
                )
            for member in members:
                inside = inside_of(member, name)
                if not member.is_dir() and not any(ignored(part) for part in inside.split("/")):
                    files.add(inside, member.file_size, functools.partial(_read_member, archive, member))
    except BROKEN_ZIP:
        raise Unreadable(
            f"{name} is no valid zip file, or damaged: make it again and hand it in anew."
        ) from None
    return files


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(member) as stream:
        return stream.read(limit)


def inside_of(member: zipfile.ZipInfo, archive: str) -> str:
    """The member's path inside the archive; Unreadable for one that points elsewhere or cannot be opened."""
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        raise Unreadable(
            f"{archive} holds {shown(name)!r}, which points outside of it: zip the files themselves."
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable(f"{archive} holds a link, {shown(name)!r}: put the file itself into it.")
    if member.flag_bits & _FLAG_ENCRYPTED:
        raise Unreadable(f"{archive} is protected by a password: make it again without one.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(f"{archive} uses an unusual compression: make it again as an ordinary zip file.")
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def ignored(part: str) -> bool:
    """Whether a file or folder of this name is a system's, not an author's."""
    return part.startswith(".") or part in _IGNORED


def _unwrapped(files: Files) -> Files:
    """The files without the folders that all of them lie in."""
    while files.contents and all("/" in name for name in files.contents):
        tops = {name.partition("/")[0] for name in files.contents}
        if len(tops) > 1:
            break
        files.contents = {name.partition("/")[2]: data for name, data in files.contents.items()}
    return files
