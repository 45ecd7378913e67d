"""Which files are handed in: those that the grader reads, and the documents that people read.

Everything is taken by list, so that no environment, data or cache is uploaded:

    work/                       [vunetid]_3B.zip
      assignment.ipynb            assignment.ipynb
      batching.py  mine.py        batching.py  mine.py
      report.md    extra.pdf      report.md    extra.pdf
      README.md    .venv/         –            –
      weights.pt   old/cells.py   –            – (unless one of the modules imports it)
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.course.config import Assignment
from autograder.course.words import few
from autograder.packing import zipped
from autograder.submission import Submission, Unreadable, read
from autograder.submission.files import MAX_FILE, Files, gather, open_regular, shown
from autograder.submission.imports import imported
from autograder.submission.sources import Source, choose


@dataclass(frozen=True)
class Upload:
    """What is uploaded: the content of each file by its name, and the names of what was packed into them."""

    files: Mapping[str, bytes]
    packed: tuple[str, ...]
    documents: tuple[str, ...]


def pack(path: Path, assignment: Assignment, own: str) -> Upload:
    """The files of the work at `path` under the names that the handout gives them. Raises Unreadable.

    `own` is the student's part of these names.
    """
    files = gather(path)
    picked, called = _picked(files, assignment, path.name)
    documents = _documents(path, files, assignment)
    name = assignment.hand_in.named(own) or f"{assignment.name}.zip"
    everything = {**picked, **documents}
    if name.endswith(".zip"):
        return Upload({name: zipped(everything)}, tuple(everything), tuple(documents))
    renamed = {
        f"{name}{PurePosixPath(each).suffix}" if each in called or each in documents else each: data
        for each, data in everything.items()
    }
    return Upload(renamed, tuple(renamed), tuple(documents))


def read_back(upload: Upload, assignment: Assignment) -> Submission:
    """What the grader reads when it is given the upload. Raises Unreadable."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in upload.files.items():
            target = Path(folder, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        is_one = len(upload.files) == 1
        return read(Path(folder, *upload.files) if is_one else Path(folder), assignment)


def _picked(files: Files, assignment: Assignment, called: str) -> tuple[dict[str, bytes], set[str]]:
    """The code and the text that the grader reads, by path; and those that the handout's name is for."""
    chosen = choose(files, assignment, called)
    sources = [each for each in chosen.sources if each not in _untouched(chosen.sources, assignment)]
    beside = {each.filename for each in sources} | {chosen.report_name}
    elsewhere = {each.filename for each in imported(chosen)} | beside
    picked, named = {}, set()
    for path, data in sorted(files.contents.items()):
        folder, _, name = path.rpartition("/")
        if not (shown(path) in elsewhere if folder != chosen.base else shown(name) in beside):
            continue
        picked[path] = data
        source = next((each for each in sources if each.filename in (shown(name), shown(path))), None)
        if source is None or source.expected or source.notebook is not None:
            named.add(path)
    return picked, named


def _untouched(sources: Sequence[Source], assignment: Assignment) -> list[Source]:
    """Of script and notebook that which is still the template, where the other one is written."""
    stems = {PurePosixPath(file).stem for file in assignment.scripts}
    scripts = [each for each in sources if each.module in stems]
    is_written = any(not each.blanks and not each.refused for each in scripts)
    return [each for each in scripts if each.blanks] if is_written else []


def _documents(path: Path, files: Files, assignment: Assignment) -> dict[str, bytes]:
    """The documents of a folder that people read. Raises Unreadable for one that cannot be read."""
    found: dict[str, bytes] = {}
    endings = assignment.hand_in.documents if path.is_dir() else {}
    for name in files.others:
        if PurePosixPath(name).suffix.lower() not in endings or "/" in name:
            continue
        try:
            with open_regular(str(path / name)) as stream:
                found[name] = stream.read(MAX_FILE + 1)
        except OSError as error:
            raise Unreadable(f"{shown(name)} cannot be read: {error.strerror or error}.") from None
        if len(found[name]) > MAX_FILE:
            raise Unreadable(f"{shown(name)} is larger than {MAX_FILE >> 20} MB: make its pictures smaller.")
    _refuse_two_of_a_kind(found, assignment)
    return found


def _refuse_two_of_a_kind(documents: Mapping[str, bytes], assignment: Assignment) -> None:
    """Raises Unreadable where two documents would get the same name."""
    endings = [PurePosixPath(name).suffix.lower() for name in documents]
    name = assignment.hand_in.name
    if name and not name.endswith(".zip") and len(endings) != len(set(endings)):
        raise Unreadable(f"One document is handed in, and here are {few(sorted(documents))}: keep one.")
