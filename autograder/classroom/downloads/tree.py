"""The files of a download, be it a folder or a zip: their names first, each content when it is asked for.

Names come from strangers. Here they are only text; what is written to a disk under them is `staging`'s.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO

from autograder.course.config import ConfigError
from autograder.submission.files import BROKEN_ZIP, Unreadable, ignored, inside_of, open_regular, shown, walk

MOST_FILES = 500_000  # of a whole download
MOST_OF_ONE = 20_000  # files of one student that are looked at
_TABLES = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".yaml")  # what teachers keep beside a download
_LONGEST = 400  # characters of one part of a path: Canvas puts up to 120 before a name of 255
_UTF8 = 0x800  # the flag of a zip's member whose name is UTF-8


@dataclass(frozen=True)
class Entry:
    """A file of a download. `problem` completes "NAME …" when it cannot be taken."""

    name: str  # its path inside the download, with "/"
    size: int = 0
    open: Callable[[], IO[bytes]] = field(default=lambda: open_regular(os.devnull), repr=False, compare=False)
    problem: str = ""

    @property
    def top(self) -> str:
        """The first part of its path."""
        return self.name.partition("/")[0]

    @property
    def below(self) -> str:
        """Its path inside its first folder; "" for a file that lies in none."""
        return self.name.partition("/")[2]


@dataclass(frozen=True)
class Tree:
    """The files of a download, without the folders that all of them lie in (`inside`).

    `folders` are the first folders, those that are empty as well.
    """

    called: str
    entries: tuple[Entry, ...]
    folders: frozenset[str]
    inside: tuple[str, ...] = ()

    @property
    def loose(self) -> tuple[Entry, ...]:
        """The files that lie in no folder."""
        return tuple(each for each in self.entries if not each.below)

    @functools.cached_property
    def _by_folder(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for each in self.entries:
            if each.below:
                found.setdefault(each.top, []).append(each)
        return found

    def of(self, folder: str) -> list[Entry]:
        """The files in one of the first folders."""
        return self._by_folder.get(folder, [])

    def in_folder(self, folder: str) -> Tree:
        """What lies in one of the first folders, as if there were nothing else."""
        inner = tuple(replace(each, name=each.below) for each in self.of(folder))
        return replace(
            self,
            entries=inner,
            folders=frozenset(each.top for each in inner if each.below),
            inside=(*self.inside, folder),
        )


@contextlib.contextmanager
def opened(source: Path, exclude: Path) -> Iterator[Tree]:
    """The tree of a folder or zip, or of the one zip in a folder; `exclude` is a folder that is none of it.

    Raises ConfigError when there is neither.
    """
    name = shown(source.resolve().name or str(source))
    if source.is_dir():
        tree = _of_folder(source, name, exclude)
        others = [each for each in tree.loose if not each.name.lower().endswith(_TABLES)]
        if len(others) == 1 and others[0].name.lower().endswith(".zip") and not tree.folders:
            source = source.joinpath(*tree.inside, others[0].name)
        else:
            yield tree
            return
    if source.is_file() and source.suffix.lower() == ".zip":
        with _zip(source, name) as tree:
            yield tree
    else:
        what = "is neither a folder nor a zip" if source.exists() else "is not there"
        raise ConfigError(f"{shown(str(source))} {what}: name the folder or zip of a class's submissions.")


def _of_folder(source: Path, name: str, exclude: Path) -> Tree:
    excluded = exclude.resolve()
    inside: list[str] = []
    try:
        while True:
            folders, files = _listed(source, excluded)
            names = [each.name for each in folders]
            if not _holds_all(source.name, names, [each.name for each in files]):
                break
            inside.append(folders[0].name)
            source = Path(folders[0].path)
    except OSError as error:
        raise ConfigError(f"{name} cannot be opened: {error.strerror or error}.") from None
    entries = [_on_disk(each, each.name) for each in files]
    for folder in folders:
        entries += _below(Path(folder.path), folder.name)
        if len(entries) > MOST_FILES:
            raise ConfigError(f"{name} holds more than {MOST_FILES:,} files: is it the right folder?")
    return Tree(name, tuple(entries), frozenset(_text(each.name) for each in folders), tuple(inside))


def _holds_all(place: str, folders: Collection[str], files: Iterable[str]) -> bool:
    """Whether a place holds one folder that all else lies in; such a folder is looked through.

    A folder that a course system has marked is that of one student, nbgrader's `submitted` that of all.
    """
    if len(folders) != 1 or "submitted" in (place, *folders):
        return False
    [folder] = folders
    marked = folder.startswith("submission_") or "_assignsubmission_" in folder
    return not marked and all(file.lower().endswith(_TABLES) for file in files)


def _listed(folder: Path, excluded: Path) -> tuple[list[os.DirEntry[str]], list[os.DirEntry[str]]]:
    """The folders and the files in a folder, without what is hidden or a system's."""
    with os.scandir(folder) as found:
        here = sorted((each for each in found if not ignored(each.name)), key=lambda each: each.name)
    folders = [each for each in here if each.is_dir(follow_symlinks=False)]
    files = [each for each in here if not each.is_dir(follow_symlinks=False)]
    return [each for each in folders if not excluded.is_relative_to(Path(each.path).resolve())], files


def _below(folder: Path, name: str) -> list[Entry]:
    """The files of one student's folder; what cannot be opened is an entry with a problem."""
    try:
        found = itertools.islice(walk(folder, f"{name}/"), MOST_OF_ONE)
        return [_on_disk(entry, path) for entry, path in found]
    except OSError as error:
        return [Entry(_text(f"{name}/"), problem=f"cannot be opened: {error.strerror or error}")]


def _on_disk(entry: os.DirEntry[str], name: str) -> Entry:
    text = _text(name)
    try:
        if entry.is_symlink():
            return Entry(text, problem="is a link")
        info = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Entry(text, problem=f"cannot be opened: {error.strerror or error}")
    if not stat.S_ISREG(info.st_mode):
        return Entry(text, problem="is no regular file")
    return Entry(text, info.st_size, functools.partial(open_regular, entry.path))


@contextlib.contextmanager
def _zip(source: Path, name: str) -> Iterator[Tree]:
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN_ZIP:
        raise ConfigError(
            f"{shown(source.name)} is no valid zip file, or damaged: download it again."
        ) from None
    except OSError as error:
        raise ConfigError(f"{shown(source.name)} cannot be opened: {error.strerror or error}.") from None
    with archive:
        members = archive.infolist()
        if len(members) > MOST_FILES:
            raise ConfigError(f"{name} holds more than {MOST_FILES:,} files: is it the right zip?")
        yield _unwrapped(_of_members(archive, members, name))


def _of_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str) -> Tree:
    entries: dict[str, Entry] = {}  # the last of a name counts, as it does where a zip is unpacked
    folders: set[str] = set()
    paths = [(member, _text(_member_name(member).replace("\\", "/"))) for member in members]
    environments = {path.removesuffix("pyvenv.cfg") for _, path in paths if path.endswith("/pyvenv.cfg")}
    for member, path in paths:
        parts = [part for part in path.split("/") if part not in ("", ".")]
        above = {path[: at + 1] for at, letter in enumerate(path) if letter == "/"}
        if not parts or above & environments or any(ignored(part) and part != ".." for part in parts):
            continue
        if member.is_dir() or len(parts) > 1:
            folders.add(parts[0])
        if not member.is_dir():
            entry = _in_zip(archive, member, "/".join(parts))
            entries[entry.name] = entry
    folders.discard("..")
    return Tree(name, tuple(sorted(entries.values(), key=lambda each: each.name)), frozenset(folders))


def _in_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Entry:
    try:
        inside_of(member, "The download")
    except Unreadable:
        if stat.S_ISLNK(member.external_attr >> 16):
            return Entry(name, problem="is a link")
        if ".." in name.split("/") or member.filename[:1] in "/\\":
            return Entry(name, problem="points outside of the download")
        return Entry(name, problem="has a password, an unusual compression or a disk's name")
    return Entry(name, member.file_size, functools.partial(archive.open, member))


def _member_name(member: zipfile.ZipInfo) -> str:
    """The name of a member; macOS writes UTF-8 without saying so, which then reads as code page 437."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _unwrapped(tree: Tree) -> Tree:
    """Without the folders that all submissions lie in."""
    while _holds_all((tree.called, *tree.inside)[-1], tree.folders, [each.name for each in tree.loose]):
        [folder] = tree.folders
        tree = tree.in_folder(folder)
    return tree


def _text(name: str) -> str:
    """A name as text that can be written down: composed, for macOS takes letters apart, and not too long.

    What is no UTF-8 is read as Latin letters, so that two names stay two.
    """
    try:
        whole = name.encode("utf-8").decode()
    except UnicodeEncodeError:
        whole = name.encode("utf-8", "surrogateescape").decode("latin-1")
    text = unicodedata.normalize("NFC", whole)
    return "/".join(_short(part) for part in text.split("/"))


def _short(part: str) -> str:
    if len(part) <= _LONGEST:
        return part
    mark = hashlib.sha256(part.encode()).hexdigest()[:8]
    suffix = PurePosixPath(part).suffix
    return f"{part[: _LONGEST - 30]}-{mark}{suffix if len(suffix) < 12 else ''}"
