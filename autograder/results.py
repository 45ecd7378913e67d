"""What a grading says: one `CheckResult` per check, together a `Result`. Plain data for every report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["pass", "fail", "blocked", "fault"]
Visibility = Literal["visible", "hidden"]


@dataclass(frozen=True)
class CheckResult:
    """The verdict of one check, in the student's terms.

    `message` says what was got and what was wanted, `hint` what to think about, `place` where to look
    ("loop.py:31" or "assignment.ipynb, cell 4, line 7"). `started` is False when the student's stub still
    raises NotImplementedError. A check with `max_points` 0 is a notice.
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

    @property
    def points(self) -> float:
        """Points earned. A fault is the grader's own error and costs the student nothing."""
        return self.max_points if self.outcome in ("pass", "fault") else 0.0

    @property
    def is_notice(self) -> bool:
        return self.max_points == 0

    @property
    def is_remark(self) -> bool:
        """A notice that has something to say: it found something, or passed with a word about it."""
        return self.is_notice and self.outcome != "blocked" and bool(self.outcome != "pass" or self.message)

    @property
    def text(self) -> str:
        """Message, hint and place as one paragraph."""
        parts = [
            self.message,
            f"Hint: {self.hint}" if self.hint else "",
            f"See {self.place}." if self.place else "",
        ]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Result:
    """All verdicts on one submission. `seed` replays it; `notices` are sentences about it as a whole."""

    assignment: str
    seed: int
    checks: tuple[CheckResult, ...]
    seconds: float
    grader_version: str
    checks_version: str
    notices: tuple[str, ...] = field(default=())

    @property
    def score(self) -> float:
        return round(sum(check.points for check in self.checks), 6)

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
            "seed": self.seed,
            "score": self.score,
            "max_score": self.max_score,
            "seconds": round(self.seconds, 3),
            "grader_version": self.grader_version,
            "checks_version": self.checks_version,
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
                    "message": check.text,
                    "mistake": check.mistake,
                    "seconds": round(check.seconds, 3),
                }
                for check in self.checks
            ],
        }
