"""Two gradings of one submission side by side: which verdicts differ, and what could be the reason.

What a verdict *is*: its outcome, and what its author is told of it. Points are the instructor's, who may
change them; seconds are the machine's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.results import CheckResult, Result

WORDS = {"outcome": "outcome", "mistake": "mistake", "message": "message", "hint": "hint", "place": "place"}


@dataclass(frozen=True)
class Difference:
    """One check whose verdict is another now; a side is None where it did not run there.

    `what` names what differs first, in the order of what matters: "outcome", "mistake", "message", ….
    """

    id: str
    what: str
    before: CheckResult | None
    now: CheckResult | None

    @property
    def is_flip(self) -> bool:
        """Whether points would change hands, and not words alone."""
        return self.what == "outcome"

    @property
    def line(self) -> str:
        """As "cells::gru_gates: pass → fail" or "cells::gru_gates, message: … → …"."""
        was, now = (_said(side, self.what) for side in (self.before, self.now))
        return f"{self.id}: {was} → {now}" if self.is_flip else f"{self.id}, {self.what}: {was} → {now}"


def _said(side: CheckResult | None, what: str) -> str:
    return "not run" if side is None else str(getattr(side, what) or "none")


def differences(before: Result, now: Result) -> tuple[Difference, ...]:
    """Every check whose verdict differs, in the order of the old record."""
    old, new = ({check.id: check for check in result.checks} for result in (before, now))
    return tuple(_differences(old, new))


def _differences(old: dict[str, CheckResult], new: dict[str, CheckResult]) -> Iterator[Difference]:
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            yield Difference(name, "outcome", was, now)
            continue
        what = next((each for each in WORDS if getattr(was, each) != getattr(now, each)), None)
        if what is not None:
            yield Difference(name, what, was, now)


def circumstances(before: Result, now: Result) -> tuple[str, ...]:
    """What is not as it was, as sentences; what makes another verdict likeliest comes first."""
    return tuple(_circumstances(before, now))


def _circumstances(before: Result, now: Result) -> Iterator[str]:
    if before.digest != now.digest:
        yield "The submission's code is not what was graded then."
    if before.checks_version != now.checks_version:
        yield "The checks or their configuration have changed."
    if before.grader_version != now.grader_version:
        yield f"The grader was {before.grader_version} and is {now.grader_version}."
    for name, is_now in now.environment.items():
        was = before.environment.get(name)
        if was is not None and was != is_now:
            yield f"{name.capitalize()} was {was} and is {is_now}."
    if bool(before.layers) != bool(now.layers):
        yield (
            "The submission was locked down then and is not now."
            if before.layers
            else ("The submission is locked down now and was not then.")
        )
