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

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import yaml

from autograder.classroom.downloads.moments import moment
from autograder.classroom.downloads.parcel import Found, Parcel, few, named, not_taken
from autograder.classroom.downloads.tree import Tree
from autograder.classroom.handed import Person
from autograder.course.config import Assignment

METADATA = "submission_metadata.yml"
MOST_BYTES = 2 << 30
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEY = re.compile(r"( *)(?:- )?:?(\w+):(?:\s|$)")


def is_it(tree: Tree, assignment: Assignment) -> bool:
    """Whether a download is one of Gradescope's."""
    return any(each.name == METADATA for each in tree.loose)


def read(tree: Tree, assignment: Assignment) -> Found:
    """The submissions of an export. Folders that the metadata do not name are taken, too."""
    said: list[str] = []
    try:
        records = _records(tree)
    except (yaml.YAMLError, OSError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1} of what was read)" if mark else ""
        said.append(f"{METADATA} cannot be read{where}: nobody's name or time is known.")
        records = {}
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


def _records(tree: Tree) -> dict[str, Mapping[str, Any]]:
    entry = next((each for each in tree.loose if each.name == METADATA), None)
    if entry is None or entry.problem or entry.size > MOST_BYTES:
        raise ValueError("no metadata")
    with entry.open() as stream, io.TextIOWrapper(stream, encoding="utf-8", errors="replace") as text:
        kept = "".join(_without_results(text))
    data = yaml.load(kept, Loader=_LOADER)
    return {str(key): _plain(value) for key, value in data.items()} if isinstance(data, dict) else {}


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
    at = moment(record.get("created_at"))
    return Parcel(
        key=f"submission_{number}" if key == f"{number}.pdf" else key,
        people=people,
        files=files,
        owner="\n".join(sorted(min(each.known_as, default="") for each in people)).strip() or key,
        attempt=1 + _earlier(record.get("history"), at),
        at=at,
        keys={"gradescope": number} if number else {},
        problem="" if files else "The export names this submission and holds no file of it.",
    )


def _person(record: Mapping[str, Any]) -> Person:
    def text(key: str) -> str:
        return named(str(record[key])) if record.get(key) not in (None, "") else ""

    return Person(name=text("name"), sid=text("sid"), email=text("email"))


def _earlier(history: Any, at: datetime | None) -> int:
    """How many submissions the history has before this one."""
    if not isinstance(history, list) or at is None:
        return 0
    before = [moment(_plain(each).get("created_at")) for each in history]
    return sum(each is not None and each < at for each in before)
