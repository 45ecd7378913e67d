"""What the front and the checker say to each other. Both are the grader's, so pickles will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course.config import Assignment
from autograder.reports.focus import Focus
from autograder.results import CheckResult, Result
from autograder.submission import Submission


@dataclass(frozen=True)
class Order:
    """Front to checker: check now, and end what still runs. `anew`: no earlier verdict stands."""

    number: int
    anew: bool = False


@dataclass(frozen=True)
class Opened:
    """The configuration is read: what is checked, and where it lies."""

    assignment: Assignment
    place: Path


@dataclass(frozen=True)
class Planned:
    """So many checks that count belong to this run."""

    count: int


@dataclass(frozen=True)
class Looked:
    """The first verdict of a run, or the same in better words. `focus` is None when the check passed."""

    check: CheckResult
    focus: Focus | None


@dataclass(frozen=True)
class Heard:
    """One more check that counts, the one of this id, has its verdict."""

    name: str


@dataclass(frozen=True)
class Done:
    """The end of a run. `sources` has a hash of what the verdicts of each unit depend on."""

    result: Result
    submission: Submission
    focus: Focus | None
    sources: Mapping[str, bytes]


@dataclass(frozen=True)
class Unfinished:
    """A run that came to no result: one sentence that says why. The next save may mend it."""

    sentence: str


@dataclass(frozen=True)
class Failed:
    """The checker cannot go on; what a plain `check` would have raised."""

    error: Exception


OfRun = Planned | Looked | Heard | Done | Unfinished  # what a run says
Said = tuple[int, OfRun] | Opened | Failed  # by the checker; of a run with the number of its order
