"""Copies what was handed in to DIR/submissions/, whole or not at all, bounded, and never anywhere else.

A submission is a folder of its name, or a zip where a zip alone was handed in. It is made as a draft beside
its place and renamed when it is whole, so that a kill at any time, or another process that does the same,
leaves only whole ones. What is there already is not copied again.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from autograder.classroom.downloads.ids import DEVICE
from autograder.classroom.downloads.parcel import Parcel, named
from autograder.classroom.downloads.tree import Entry
from autograder.classroom.handed import Handed
from autograder.course.words import few
from autograder.records import Unwritten
from autograder.submission.files import (
    BROKEN_ZIP,
    KINDS,
    MAX_DEPTH,
    MAX_FILE,
    MAX_MEMBERS,
    MAX_TOTAL,
    Unreadable,
    gather,
)

SUBMISSIONS = "submissions"
_CODE = (".py", ".ipynb")
MAX_OTHERS = MAX_TOTAL // 4  # bytes of files that nothing grades: pictures, documents, data
T = TypeVar("T")
_MOST_CHARACTERS = 80  # of each part of a path: some systems allow 260 in all
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\\/\u202a-\u202e\u2066-\u2069]")
_CHUNK = 1 << 20


class _Unusable(Exception):
    """A file of a submission is damaged or beyond the bounds of grading; the text is a sentence."""


@dataclass(frozen=True)
class Staged:
    """Where a submission was put, "" for nowhere, and the digest of what was handed in.

    `problem` is a sentence where it cannot be graded; `left_out` are files that were not copied, with why.
    """

    path: str = ""
    digest: str = ""
    problem: str = ""
    left_out: list[str] = field(default_factory=list)


def stage(parcel: Parcel, id: str, out: Path, known: Handed | None) -> Staged:
    """Copy a submission to its place. `known` is its row of an earlier call, which may have done it.

    Raises Unwritten when DIR cannot be written to.
    """
    files, left_out = _kept(parcel.files)
    problem = parcel.problem or _objection(files, parcel.files)
    if not files or len(files) > MAX_MEMBERS:
        return Staged(problem=problem, left_out=left_out)
    name = f"{id}.zip" if _is_zip(files) else id
    path = f"{SUBMISSIONS}/{name}"
    try:
        if known and (known.path, known.problem) == (path, problem) and _is_there(out / path, files):
            digest = _Digest()
            for inside, entry in files:
                for _ in _content(entry, inside, digest):
                    pass
            if digest.value() == known.digest:
                return Staged(path, known.digest, problem, left_out)
        digest_of, trouble = _copy(files, out / SUBMISSIONS, name, id)
    except _Unusable as error:
        return Staged(problem=str(error), left_out=left_out)
    return Staged(path, digest_of, problem or trouble, left_out)


def _kept(files: Iterable[tuple[str, Entry]]) -> tuple[list[tuple[str, Entry]], list[str]]:
    """The files that are copied, under names that any system allows, and those that are not, with why."""
    usable, left_out, others = [], [], 0
    for inside, entry in files:
        is_read = inside.lower().endswith((*KINDS, ".zip"))
        if entry.problem:
            left_out.append(f"{named(entry.name.rstrip('/'))} {entry.problem}")
        elif not is_read and entry.size > MAX_FILE:
            left_out.append(f"{named(entry.name)} is larger than {MAX_FILE >> 20} MB")
        elif not is_read and others + entry.size > MAX_OTHERS:
            left_out.append(f"{named(entry.name)} is beyond {MAX_OTHERS >> 20} MB of files that are no code")
        else:
            others += 0 if is_read else entry.size
            usable.append((inside, entry))
    kept, alike = _distinct(usable)
    said = "has the name of another file or folder of the same submission"
    return kept, [*left_out, *(f"{named(entry.name)} {said}" for entry in alike)]


def _distinct(files: Iterable[tuple[str, T]]) -> tuple[list[tuple[str, T]], list[T]]:
    """Files under safe names that no disk takes for one another, and those that have no such name left.

    Of names that differ only in small and capital letters the first is taken: some disks hold only one.
    """
    kept: dict[str, tuple[str, T]] = {}
    folders: set[str] = set()
    alike = []
    for inside, file in files:
        name = safe_path(inside)
        key = name.casefold()
        above = {key[:at] for at, letter in enumerate(key) if letter == "/"}
        if key in kept or key in folders or above & kept.keys():
            alike.append(file)
        else:
            kept[key] = (name, file)
            folders |= above
    return list(kept.values()), alike


def _objection(files: list[tuple[str, Entry]], all_files: list[tuple[str, Entry]]) -> str:
    """Why what was handed in cannot be graded, by names and sizes alone; "" when nothing says so."""
    troubles = [f"{named(entry.name.rstrip('/'))} {entry.problem}" for _, entry in all_files if entry.problem]
    code = [name for name, _ in files if name.lower().endswith((*_CODE, ".zip"))]
    if len(files) > MAX_MEMBERS:
        return f"It holds more than {MAX_MEMBERS:,} files: hand in only your own."
    if not all_files:
        return "It holds no files."
    if not code and troubles:
        return f"{few(troubles, 2)}."
    if not code:
        return f"It holds no code, only {few([named(name) for name, _ in files], 3)}."
    return ""


def _is_zip(files: list[tuple[str, Entry]]) -> bool:
    return len(files) == 1 and files[0][0].lower().endswith(".zip")


def safe_path(name: str) -> str:
    """A path inside a submission under names that any system allows: bounded, and never above itself."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    *folders, file = parts or [""]
    if len(folders) > MAX_DEPTH:
        folders = [*folders[: MAX_DEPTH - 1], "_".join(folders[MAX_DEPTH - 1 :])]
    return "/".join(_safe(part) for part in [*folders, file])


def _safe(part: str) -> str:
    plain = _UNSAFE.sub("_", part).rstrip(". ")
    if DEVICE.match(plain) or not plain.strip("."):
        plain = f"_{plain}"
    if len(plain.encode()) <= _MOST_CHARACTERS:
        return plain
    mark = hashlib.sha256(part.encode()).hexdigest()[:8]
    suffix = PurePosixPath(plain).suffix
    suffix = suffix if len(suffix.encode()) < 12 else ""
    room = _MOST_CHARACTERS - len(mark) - len(suffix.encode()) - 1
    return f"{plain.encode()[:room].decode('utf-8', 'ignore')}-{mark}{suffix}"


class _Digest:
    """SHA-256 of names and contents, whatever their order."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}

    def add(self, name: str, content: str) -> None:
        self._files[name] = content

    def value(self) -> str:
        told = "".join(f"{content} {len(name)} {name}\n" for name, content in sorted(self._files.items()))
        return hashlib.sha256(told.encode()).hexdigest()


def _content(entry: Entry, name: str, digest: _Digest) -> Iterator[bytes]:
    """The content of a file, piece by piece; at its end `digest` has it. Raises _Unusable."""
    most = MAX_TOTAL if name.lower().endswith(".zip") else MAX_FILE
    hashed, size = hashlib.sha256(), 0
    try:
        with entry.open() as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > most:
                    break
                hashed.update(piece)
                yield piece
    except OSError as error:
        raise _Unusable(f"{named(name)} cannot be opened: {error.strerror or error}.") from None
    except BROKEN_ZIP:
        raise _Unusable(f"{named(name)} is damaged in the download: download it again.") from None
    if size > most:
        raise _Unusable(f"{named(name)} is larger than {most >> 20} MB: clear its outputs or leave it out.")
    digest.add(name, hashed.hexdigest())


def _is_there(place: Path, files: list[tuple[str, Entry]]) -> bool:
    """Whether what was put at a place is still there, by its names and sizes."""
    if _is_zip(files):
        return place.is_file() and place.stat().st_size == files[0][1].size
    try:
        sizes = [(place / name).stat().st_size for name, _ in files]
    except OSError:
        return False
    return all(  # a zip may be a folder there
        size == entry.size or name.lower().endswith(".zip")
        for size, (name, entry) in zip(sizes, files, strict=True)
    )


def _copy(files: list[tuple[str, Entry]], folder: Path, name: str, id: str) -> tuple[str, str]:
    """Make a submission and put it into its place: its digest, and why it cannot be graded, or ""."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".", suffix=".draft", dir=folder))
    except OSError as error:
        raise Unwritten(folder, error) from None
    try:
        digest = _Digest()
        draft = scratch / "whole"
        total = 0
        for inside, entry in files:
            target = draft if _is_zip(files) else draft / inside
            total += _write(target, _content(entry, inside, digest))
            if total > MAX_TOTAL:
                raise _Unusable(f"It is larger than {MAX_TOTAL >> 20} MB: hand in code, notebook and report.")
        trouble = "" if _is_zip(files) else _unpack(draft, files)
        _put(draft, folder / name, scratch)
        other = folder / (id if name != id else f"{id}.zip")  # what the same person handed in before
        if other.exists():
            other.replace(scratch / "other")
        return digest.value(), trouble
    except OSError as error:
        raise Unwritten(folder / name, error) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write(target: Path, content: Iterator[bytes]) -> int:
    """Write a new file; its size. What is already there is never written to."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        for piece in content:
            stream.write(piece)
        return stream.tell()


def _unpack(draft: Path, files: list[tuple[str, Entry]]) -> str:
    """Put what zips hold in their places, where there is no code beside them; why that fails, or ""."""
    names = [name for name, _ in files]
    archives = [name for name in names if name.lower().endswith(".zip")]
    if any(name.lower().endswith(_CODE) for name in names):
        return ""
    trouble, has_code = "", not archives
    for name in archives:
        try:
            held, _ = _distinct(gather(draft / name).contents.items())
        except Unreadable as error:
            trouble = str(error)
            continue
        (draft / name).unlink()
        has_code = has_code or any(inside.lower().endswith(_CODE) for inside, _ in held)
        for inside, content in held:
            _write(draft / name / inside, iter([content]))
    return "" if has_code else trouble or f"It holds no code, only {few([named(name) for name in names], 3)}."


def _put(draft: Path, place: Path, scratch: Path) -> None:
    """Rename a draft to its place; another process may have done the same, or do so at the same time."""
    for attempt in range(3):
        with contextlib.suppress(FileNotFoundError):
            place.replace(scratch / f"old{attempt}")
        try:
            draft.replace(place)
            return
        except OSError:  # a folder that has come there since
            if attempt == 2:
                raise
