"""The one next thing: which of all verdicts it is, and the lines that are shown with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.config import Assignment
from autograder.reports.focus import Focus, SourceLine, focus_of
from autograder.results import CheckResult, Outcome, Result
from autograder.submission import Submission, read

ASSIGNMENT = Assignment.model_validate(
    {
        "name": "demo",
        "title": "A demonstration",
        "units": {"cells": {"title": "Cells", "files": {"cells.py": ["f"]}}},
    }
)
SOURCE = "import torch\n\n\ndef f(x):\n    y = torch.tanh(x)\n    return y\n"


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    (tmp_path / "cells.py").write_text(SOURCE)
    return read(tmp_path, ASSIGNMENT)


def verdict(name: str, outcome: Outcome = "fail", points: float = 1, **more: object) -> CheckResult:
    given: dict[str, object] = {"title": name, "unit": "cells", "visibility": "visible", "max_points": points}
    return CheckResult(id=f"cells::{name}", outcome=outcome, **(given | more))  # type: ignore[arg-type]


def focus(submission: Submission, *checks: CheckResult) -> Focus | None:
    return focus_of(Result("demo", 0, checks, 1.0, "", ""), submission)


def test_what_was_begun_comes_before_what_is_still_to_be_written(submission: Submission) -> None:
    fresh, begun = verdict("fresh", started=False), verdict("begun", message="Got 1.")
    found = focus(submission, verdict("fine", "pass"), fresh, verdict("waits", "blocked"), begun)
    assert found is not None
    assert (found.check, found.kind, found.message) == (begun, "wrong", "Got 1.")
    later = focus(submission, verdict("waits", "blocked"), fresh)
    assert later is not None
    assert (later.check, later.kind) == (fresh, "unwritten")


def test_nothing_is_next_when_only_notices_are_open(submission: Submission) -> None:
    assert focus(submission, verdict("fine", "pass"), verdict("remark", points=0)) is None
    fault = focus(submission, verdict("broken", "fault"), verdict("fine", "pass"))
    assert fault is not None
    assert fault.kind == "fault"


def test_the_line_is_shown_among_its_neighbours_with_a_caret_under_its_code(submission: Submission) -> None:
    found = focus(submission, verdict("begun", place="cells.py:5"))
    assert found is not None
    assert found.excerpt == (
        SourceLine(3, ""),
        SourceLine(4, "def f(x):"),
        SourceLine(5, "    y = torch.tanh(x)", (4, 21)),
        SourceLine(6, "    return y"),
    )
    nowhere = focus(submission, verdict("begun", place="elsewhere.py:5"))
    assert nowhere is not None
    assert nowhere.excerpt == ()
