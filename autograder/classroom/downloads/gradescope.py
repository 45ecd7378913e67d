"""Gradescope's export: submission_metadata.yml, and a folder, or a PDF, per submission.

submission_123456789:
  :submitters:
  - :name: Ann Chen
    :sid: '0712345'
    :email: ann@example.edu
  :created_at: 2023-09-12 18:03:29.402610000 Z
  :results: {…}                    # of the autograder of then: most of the file, and not read
  :history:
  - :created_at: 2023-09-11 10:00:00.000000000 Z
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import yaml

from autograder.classroom.downloads.moments import moment
from autograder.classroom.downloads.parcel import Found, Parcel, named, not_taken
from autograder.classroom.downloads.tree import Tree
from autograder.classroom.handed import Person
from autograder.course.config import Assignment
from autograder.course.words import counted, few
from autograder.submission.files import BROKEN_ZIP

METADATA = "submission_metadata.yml"
MOST_BYTES = 2 << 30
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RUBY = re.compile(r"([:-] )!ruby/\S+ ?")  # what kind of Ruby's a value is
_KEY = re.compile(r"( *)(?:- )?:?(\w+):(?:\s|$)")


def is_it(tree: Tree) -> bool:
    """Whether a download is one of Gradescope's."""
    return any(each.name == METADATA for each in tree.loose)


def read(tree: Tree, assignment: Assignment) -> Found:
    """The submissions of an export. Folders that the metadata do not name are taken, too."""
    said: list[str] = []
    try:
        kept = _kept(tree)
    except (*BROKEN_ZIP, OSError):
        kept = ""
    records = _records(kept)
    unread = kept.count("\n  :submitters:") - len(records)
    if not records or unread > 0:
        of = f"of {counted(unread, 'submission')} " if records else ""
        said.append(f"{METADATA} cannot be read: names and times {of}are not known.")
    documents = {each.name: each for each in tree.loose if each.name != METADATA}
    parcels = []
    for key, record in records.items():
        files = [(each.below, each) for each in tree.of(key)]
        if key in documents:
            files = [(key, documents[key])]
        parcels.append(_parcel(key, record, files))
    unnamed = sorted(tree.folders - records.keys())
    for folder in unnamed:
        files = [(each.below, each) for each in tree.of(folder)]
        parcels.append(_parcel(folder, {}, files))
    if unnamed and records:
        said.append(f"{METADATA} says nothing of {few([named(each) for each in unnamed])}.")
    said += not_taken(tree, {METADATA, *records})
    return Found(parcels, said)


def _kept(tree: Tree) -> str:
    """The part of the metadata that is read."""
    entry = next((each for each in tree.loose if each.name == METADATA), None)
    if entry is None or entry.problem or entry.size > MOST_BYTES:
        return ""
    with entry.open() as stream, io.TextIOWrapper(stream, encoding="utf-8", errors="replace") as text:
        return "".join(_RUBY.sub(r"\1", line) for line in _without_results(text))


def _records(text: str) -> dict[str, Mapping[str, Any]]:
    """What the metadata say of each submission; of a file that is no YAML, what those parts say that are."""
    try:
        return _loaded(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        records: dict[str, Mapping[str, Any]] = {}
        for part in re.split(r"^(?=[\w\"'])", text, flags=re.MULTILINE):
            with contextlib.suppress(yaml.YAMLError, ValueError, RecursionError):
                records |= _loaded(part)
        return records


def _loaded(text: str) -> dict[str, Mapping[str, Any]]:
    data = yaml.load(text, Loader=_LOADER)
    entries = data.items() if isinstance(data, dict) else ()
    return {str(key): _plain(value) for key, value in entries if isinstance(value, dict)}


def _without_results(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the blocks of `results`: those that are deeper, and the items of their lists."""
    skipped: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if skipped is not None:
            if not line.strip() or indent > skipped or (indent == skipped and line.lstrip().startswith("- ")):
                continue
            skipped = None
        found = _KEY.match(line)
        if found and found[2] == "results":
            dash = "- " if line.lstrip().startswith("- ") else ""
            skipped = len(found[1] + dash)
            line = f"{found[1]}{dash}results:\n"
        yield line


def _plain(record: Any) -> Mapping[str, Any]:
    """A record whose keys are without the colon of Ruby's symbols."""
    return {str(key).lstrip(":"): value for key, value in record.items()} if isinstance(record, dict) else {}


def _parcel(key: str, record: Mapping[str, Any], files: list[Any]) -> Parcel:
    submitters = record.get("submitters")
    people = tuple(_person(_plain(each)) for each in submitters) if isinstance(submitters, list) else ()
    number = next(iter(re.findall(r"\d+", key)), "")
    at = _time(record.get("created_at"))
    return Parcel(
        key=f"submission_{number}" if key == f"{number}.pdf" else key,
        people=people,
        files=files,
        owner="\n".join(sorted(min(each.known_as, default="") for each in people)).strip(),
        attempt=1 + _earlier(record.get("history"), at),
        at=at,
        keys={"gradescope": number} if number else {},
        problem="" if files else "The export names this submission and holds no file of it.",
    )


def _person(record: Mapping[str, Any]) -> Person:
    def text(key: str) -> str:
        return named(str(record[key])) if record.get(key) not in (None, "") else ""

    return Person(name=text("name"), sid=text("sid"), email=text("email"))


def _time(value: Any) -> datetime | None:
    """A time, or what Ruby on Rails writes of one: {utc: …, zone: …}."""
    return moment(value.get("utc")) if isinstance(value, dict) else moment(value)


def _earlier(history: Any, at: datetime | None) -> int:
    """How many submissions the history has before this one."""
    if not isinstance(history, list) or at is None:
        return 0
    before = [_time(_plain(each).get("created_at")) for each in history]
    return sum(each is not None and each < at for each in before)
