"""What became of each submission: DIR/results/<id>.json, written whole or not at all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pydantic_core

from autograder import records
from autograder.classroom.handed import Handed
from autograder.course.config import ConfigError
from autograder.results import Result

RESULTS = "results"


@dataclass(frozen=True)
class Graded:
    """The record of one submission: its verdicts, or the sentence that says why there are none.

    `key` stands for all that decides the verdicts: what was handed in, the checks, the graded part of the
    configuration, the secret behind the seed, the versions of the grader and of torch. `is_fault` tells the
    grader's own failure to give a result from a submission that cannot be read.
    """

    key: str
    result: Result | None = None
    problem: str = ""
    is_fault: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether the grader itself failed, in all of it or in some checks: it is to be graded again."""
        return self.is_fault or (self.result is not None and bool(self.result.faults))

    def is_done(self, key: str) -> bool:
        """Whether it stands for the verdicts that this key asks for, all of them."""
        return self.key == key and not self.is_pending

    def to_json(self) -> dict[str, Any]:
        """The record of `grade --json`, with the key; without verdicts the key and the problem alone."""
        head = {"key": self.key, "problem": self.problem, "is_fault": self.is_fault}
        return {**head, **(self.result.to_json() if self.result else {})}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Graded:
        """What `to_json` made; KeyError, TypeError or ValueError for anything else."""
        result = Result.from_json(record) if "checks" in record else None
        return cls(record["key"], result, record["problem"], record["is_fault"])


def path_of(folder: Path, handed: Handed) -> Path:
    """Where the record of a submission lies."""
    return folder / RESULTS / f"{handed.id}.json"


def save(folder: Path, handed: Handed, graded: Graded) -> None:
    """Write a record. Raises Unwritten; the old record is then still there."""
    text = json.dumps(graded.to_json(), indent=1, ensure_ascii=False)
    records.write(path_of(folder, handed), text + "\n")


def insist_on(folder: Path, assignment: str) -> None:
    """Raise ConfigError where DIR's records are those of another assignment: nothing of theirs is touched."""
    for path in sorted((folder / RESULTS).glob("*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found = _parsed(path.read_bytes())["assignment"]
            if found != assignment:
                raise ConfigError(f"{folder} holds submissions of {found}, not of {assignment}.")
            return


def _parsed(text: bytes) -> dict[str, Any]:
    """The JSON of a record, by the faster parser, which does not take half a character, as of a path."""
    try:
        return pydantic_core.from_json(text)  # type: ignore[no-any-return]
    except ValueError:
        return json.loads(text)  # type: ignore[no-any-return]


def load(folder: Path, handed: Handed) -> Graded | None:
    """The record of a submission; None where there is none that can be read, or that of other files."""
    try:
        found = Graded.from_json(_parsed(path_of(folder, handed).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if found.key.partition(" ")[0] == handed.content else None


def share(folder: Path, handed: Iterable[Handed], key_of: Callable[[Handed], str]) -> int:
    """Give submissions without a record the verdicts on the same files under another id; how many.

    So nothing is graded twice where the same work comes from another course system, or from two people. What
    names the other's files is not taken along: the path, and the sentence of what cannot be read. Raises
    Unwritten.
    """
    without = [each for each in handed if each.is_gradable and load(folder, each) is None]
    if not without:
        return 0
    done: dict[str, Result] = {}
    for path in (folder / RESULTS).glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            found = Graded.from_json(_parsed(path.read_bytes()))
            if found.result is not None and found.is_done(found.key):
                done[found.key] = found.result
    shared = [(each, key, done[key]) for each in without if (key := key_of(each)) in done]
    for each, key, result in shared:
        save(folder, each, Graded(key, replace(result, path=each.path)))
    return len(shared)
