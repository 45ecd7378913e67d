"""The one next thing: which of all verdicts it is, and the lines that are shown with it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from autograder.course.config import Assignment
from autograder.reports.focus import Focus, SourceLine, excerpt_of, focus_of
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


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("ImportError: cannot import name 'Cell' from 'cells'", "cells.py does not define Cell."),
        ("ModuleNotFoundError: No module named 'cells'", "cells.py is missing: it should define Cell."),
    ],
)
def test_a_name_that_is_gone_comes_before_the_import_that_lacks_it(
    submission: Submission, raised: str, said: str
) -> None:
    gone, lacks = (
        verdict("cell", started=False, message=said),
        verdict("loop", hint=f"That failed: {raised}."),
    )
    for checks in ((gone, lacks), (lacks, gone)):
        found = focus(submission, *checks)
        assert found is not None
        assert found.check == gone
    found = focus(submission, verdict("other", started=False, message="cells.py does not define f."), lacks)
    assert found is not None
    assert found.check == lacks


def test_what_a_script_prints_as_it_was_given_is_not_in_the_way(submission: Submission) -> None:
    script = dataclasses.replace(submission, is_script=True)
    for given, printed in ((script, ""), (submission, "==== Testing ====")):
        found = focus(given, verdict("state", message="Got 1.", printed="==== Testing ===="))
        assert found is not None
        assert found.printed == printed


def test_in_a_script_the_first_open_check_is_next_for_it_is_the_cause(submission: Submission) -> None:
    fresh = verdict("update", started=False, message="not started (the update is still `pass`)")
    script = dataclasses.replace(submission, is_script=True)
    for given, name in ((script, "update"), (submission, "prediction")):
        found = focus(given, fresh, verdict("prediction", message="Got 0."))
        assert found is not None
        assert found.check.title == name
    found = focus(script, fresh)
    assert found is not None
    assert found.message == "Still to be written: the update is still `pass`."


def test_what_python_refuses_comes_first_with_the_column_that_python_names(tmp_path: Path) -> None:
    (tmp_path / "cells.py").write_text("def f(x)\n    return x\n")
    submission = read(tmp_path, ASSIGNMENT)
    [broken] = submission.broken
    wrong = verdict("wrong", message="Got 1.")
    refused = verdict("refused", message="f cannot be read", place=broken.place, hint="h", span=broken.span)
    found = focus(submission, wrong, refused)
    assert found is not None
    assert (found.check, found.title) == (refused, "cells.py cannot be read")
    assert found.message == "cells.py line 1 is not valid Python: expected ':'."
    assert found.excerpt[0] == SourceLine(1, "def f(x)", (8, 9))


def test_a_caret_is_under_what_raised_or_the_name_that_is_defined(submission: Submission) -> None:
    assert excerpt_of("cells.py:5", submission, (8, 18))[1].caret == (8, 18)
    assert excerpt_of("cells.py:5", submission, (8, 900))[1].caret == (8, 21)
    assert excerpt_of("cells.py:5", submission, (50, 60))[1].caret == (4, 21)
    assert excerpt_of("cells.py:4", submission)[0].caret == (4, 5)


def test_the_line_is_shown_among_its_neighbours_with_a_caret_under_its_code(submission: Submission) -> None:
    found = focus(submission, verdict("begun", place="cells.py:5"))
    assert found is not None
    assert found.excerpt == (
        SourceLine(4, "def f(x):"),
        SourceLine(5, "    y = torch.tanh(x)", (4, 21)),
        SourceLine(6, "    return y"),
    )
    nowhere = focus(submission, verdict("begun", place="elsewhere.py:5"))
    assert nowhere is not None
    assert nowhere.excerpt == ()
