"""What a grading says: one `CheckResult` per check, together a `Result`. Plain data for every report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from operator import itemgetter
from typing import Any, Literal

Outcome = Literal["pass", "fail", "blocked", "fault"]
Visibility = Literal["visible", "hidden"]
NOT_STARTED = "not started (raises NotImplementedError)"  # the message of a check on a stub


@dataclass(frozen=True)
class WorkedRow:
    """A line of a worked example: what it is of, how it is worked out, and its numbers, as texts.

    `yours` is what the student's code gives; it is empty where the code does not tell.
    """

    name: str
    how: str
    by_hand: tuple[str, ...]
    yours: tuple[str, ...] = ()

    @property
    def listed(self) -> str:
        """The numbers as Python writes them: one alone, several in brackets."""
        return self.by_hand[0] if len(self.by_hand) == 1 else f"[{', '.join(self.by_hand)}]"


@dataclass(frozen=True)
class Worked:
    """A small example on which the student's code gives something else than pencil and paper do.

    `given` is what goes in. The last of `steps` is the first that is wrong, `at` is where in it.
    """

    title: str
    given: tuple[WorkedRow, ...]
    steps: tuple[WorkedRow, ...]
    at: int

    @property
    def numbers(self) -> int:
        """How many numbers there are to look at."""
        return sum(len(row.by_hand) + len(row.yours) for row in (*self.given, *self.steps))

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Worked:
        """The example behind what `asdict` made, also once it was written as JSON."""
        given, steps = (
            tuple(
                WorkedRow(row["name"], row["how"], tuple(row["by_hand"]), tuple(row["yours"]))
                for row in record[part]
            )
            for part in ("given", "steps")
        )
        return cls(record["title"], given, steps, record["at"])


@dataclass(frozen=True)
class CheckResult:
    """The verdict of one check, in the student's terms.

    `message` says what was got and what was wanted, `hint` what to think about, `place` where to look
    ("loop.py:31" or "assignment.ipynb, cell 4, line 7"). `started` is False when the student's stub still
    raises NotImplementedError. A check with `max_points` 0 is a notice. `fingerprint` stands for what the
    code answered on canonical numbers, where that is wrong in a way that no known mistake explains.
    `worked` is a small public example that the code gets wrong. `printed` is what the code printed meanwhile,
    `span` the columns of the place's line: these two are for its author at home, and no record keeps them.
    Nor does one keep `memory_mb`, the most that a process with the code has had until then: a result has it.
    """

    id: str  # unit::name
    title: str
    unit: str
    outcome: Outcome
    max_points: float
    visibility: Visibility
    message: str = ""
    hint: str = ""
    place: str = ""
    mistake: str | None = None
    started: bool = True
    seconds: float = 0.0
    fingerprint: str = ""
    printed: str = ""
    worked: Worked | None = None
    span: tuple[int, int] | None = None
    memory_mb: float = 0.0

    @property
    def points(self) -> float:
        """Points earned: all for a pass, else none."""
        return self.max_points if self.outcome == "pass" else 0.0

    @property
    def pending(self) -> float:
        """Points that are neither given nor lost: those of a fault, the grader's own error."""
        return self.max_points if self.outcome == "fault" else 0.0

    @property
    def is_notice(self) -> bool:
        return self.max_points == 0

    @property
    def text(self) -> str:
        """Message, hint and place as one paragraph."""
        parts = [
            self.message,
            f"Hint: {self.hint}" if self.hint else "",
            f"See {self.place}." if self.place else "",
        ]
        return " ".join(part for part in parts if part)

    @property
    def is_remark(self) -> bool:
        """A notice that has something to say: it found something, or passed with a word about it."""
        return self.is_notice and self.outcome != "blocked" and bool(self.outcome != "pass" or self.message)


_UNRECORDED = ("printed", "worked", "span", "memory_mb")
_VALUES = itemgetter(*(each.name for each in fields(CheckResult) if each.name not in _UNRECORDED))


Verdicts = Mapping[str, CheckResult]  # by the ids of their checks


@dataclass(frozen=True)
class Mark:
    """What a verdict counts for today: points and visibility are the instructor's, who may change them.

    `given` are the points that a person gave in place of those that the verdict earns, `reason` says why.
    """

    check: CheckResult
    max_points: float
    visibility: Visibility
    given: float | None = None
    reason: str = ""

    @property
    def points(self) -> float:
        if self.given is not None:
            return self.given
        return self.max_points if self.check.outcome == "pass" else 0.0

    @property
    def pending(self) -> float:
        return self.max_points if self.check.outcome == "fault" and self.given is None else 0.0

    @property
    def is_notice(self) -> bool:
        return self.max_points == 0


@dataclass(frozen=True)
class Result:
    """All verdicts on one submission. `seed` replays it; `notices` are sentences about it as a whole.

    `path` and `digest` say what was graded, `layers` which protections were in force, `environment` on what
    it ran ({"python": "3.11.7", …}). `memory_mb` is the most resident memory of a process with its code; 0
    where nobody can tell.
    """

    assignment: str
    seed: int
    checks: tuple[CheckResult, ...]
    seconds: float
    grader_version: str
    checks_version: str
    notices: tuple[str, ...] = ()
    path: str = ""
    digest: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_mb: float = 0.0

    @property
    def counted(self) -> tuple[CheckResult, ...]:
        """The checks that give points; all others are notices."""
        return tuple(check for check in self.checks if not check.is_notice)

    @property
    def score(self) -> float:
        return round(sum(check.points for check in self.checks), 6)

    @property
    def pending(self) -> float:
        """Points that the grader's own errors leave open."""
        return round(sum(check.pending for check in self.checks), 6)

    @property
    def max_score(self) -> float:
        return round(sum(check.max_points for check in self.checks), 6)

    @property
    def faults(self) -> tuple[CheckResult, ...]:
        return tuple(check for check in self.checks if check.outcome == "fault")

    def to_json(self) -> dict[str, Any]:
        """The record that `--json` writes."""
        return {
            "assignment": self.assignment,
            "submission": {"path": self.path, "digest": self.digest},
            "seed": self.seed,
            "score": self.score,
            "pending": self.pending,
            "max_score": self.max_score,
            "seconds": round(self.seconds, 3),
            "memory_mb": round(self.memory_mb, 1),
            "grader_version": self.grader_version,
            "checks_version": self.checks_version,
            "layers": dict(self.layers),
            "environment": dict(self.environment),
            "notices": list(self.notices),
            "checks": [
                {
                    "id": check.id,
                    "title": check.title,
                    "unit": check.unit,
                    "outcome": check.outcome,
                    "points": check.points,
                    "max_points": check.max_points,
                    "visibility": check.visibility,
                    "message": check.message,
                    "hint": check.hint,
                    "place": check.place,
                    "mistake": check.mistake,
                    "started": check.started,
                    "seconds": round(check.seconds, 3),
                    "fingerprint": check.fingerprint,
                    **({"worked": asdict(check.worked)} if check.worked else {}),
                }
                for check in self.checks
            ],
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Result:
        """The result behind a record that `to_json` made. Raises KeyError or TypeError for any other."""
        return cls(
            assignment=record["assignment"],
            seed=record["seed"],
            checks=tuple(_check(check) for check in record["checks"]),
            seconds=record["seconds"],
            grader_version=record["grader_version"],
            checks_version=record["checks_version"],
            notices=tuple(record["notices"]),
            path=record["submission"]["path"],
            digest=record["submission"]["digest"],
            layers=record["layers"],
            environment=record.get("environment", {}),
            memory_mb=record.get("memory_mb", 0.0),
        )


def _check(record: Mapping[str, Any]) -> CheckResult:
    worked = Worked.from_json(record["worked"]) if "worked" in record else None
    return dataclasses.replace(CheckResult(*_VALUES(record)), worked=worked)


def pending_sentence(result: Result) -> str:
    """What the grader's own failures mean, for whoever reads the result."""
    count = len(result.faults)
    checks = "1 check" if count == 1 else f"{count} checks"
    if not result.pending:
        return f"The grader itself failed in {checks}, which counts for nothing."
    points = "its points are" if count == 1 else f"their {result.pending:g} points are"
    said = f"The grader itself failed in {checks}, also when it tried again"
    return f"{said}: {points} pending, neither given nor lost."
