"""A result in a cell of a notebook: the next thing first, and nothing of a student's taken for markup."""

from __future__ import annotations

import re

from autograder.course.config import Assignment
from autograder.reports.focus import Focus, SourceLine
from autograder.reports.fragment import fragment
from autograder.results import CheckResult, Outcome, Result, Worked, WorkedRow

CHECKS = {
    "shape": {"points": 1, "visibility": "visible"},
    "value": {"points": 2, "visibility": "visible"},
    "remark": {"points": 0, "visibility": "visible"},
    "layout": {"points": 4, "visibility": "hidden"},
}
ASSIGNMENT = Assignment.model_validate(
    {
        "name": "demo",
        "title": "A demonstration",
        "units": {
            "cells": {"title": "Cells", "files": {"cells.py": ["f"]}, "checks": CHECKS},
            "loop": {"title": "The loop", "files": {"loop.py": ["g"]}, "checks": {}},
        },
    }
)


def verdict(name: str, outcome: Outcome, points: float = 1, **more: object) -> CheckResult:
    given: dict[str, object] = {"title": f"<{name}>", "unit": "cells", "visibility": "visible"}
    return CheckResult(id=f"cells::{name}", outcome=outcome, max_points=points, **(given | more))  # type: ignore[arg-type]


def shown(focus: Focus | None, *checks: CheckResult, notices: tuple[str, ...] = ()) -> str:
    return fragment(Result("demo", 0, checks, 1.0, "", "", notices=notices), focus, ASSIGNMENT)


def test_the_next_thing_comes_first_with_its_line_and_what_was_printed() -> None:
    wrong = verdict("value", "fail", 2, message="Got <1>.")
    lines = (SourceLine(4, "def f(x):"), SourceLine(5, "    return <x>", (4, 14)))
    place = "cell [3], the line “return <x>”"
    focus = Focus(wrong, "wrong", "Got <1>.", "Why?", place, lines, "so <b>")
    html = shown(focus, verdict("shape", "pass"), wrong, notices=("a <notice>",))
    body = html.partition("</style>")[2]
    said = [
        "Next:",
        "&lt;value&gt;</p>",
        "so &lt;b&gt;",
        "Got &lt;1&gt;.",
        "Why?",
        "cell [3]<",
        "<u>return &lt;x&gt;</u>",
    ]
    said += ["1 / 3", "1 of 2 passed", "a &lt;notice&gt;"]
    places = [body.index(each) for each in said]
    assert places == sorted(places)
    assert not re.search(r"<(value|shape|x|1|notice)>", body) and "the line" not in body
    assert "Hidden checks give 4 more points" in body


def test_a_line_that_ends_too_early_is_marked_at_its_end() -> None:
    wrong = verdict("value", "fail", 2)
    html = shown(Focus(wrong, "wrong", "", "", "cell [1]", (SourceLine(1, "def f(x)", (8, 9)),)), wrong)
    assert '<span class="ag-at"><i>1</i>def f(x)<u>\N{NO-BREAK SPACE}</u>' in html


def test_a_worked_example_stands_beside_it() -> None:
    steps = (WorkedRow("h", "x + 1", ("2",), ("3",)),)
    worked = Worked("one step", (WorkedRow("x", "", ("1",)),), steps, 0)
    wrong = verdict("value", "fail", 2, worked=worked)
    html = shown(Focus(wrong, "wrong", "", "", ""), wrong)
    assert "Work it out by hand: one step." in html and '<span class="bad">3</span>' in html


def test_when_all_is_right_it_says_what_that_does_not_promise() -> None:
    part = shown(None, verdict("shape", "pass"))
    assert "All that was checked is right.</b> Your graders check more, with other numbers." in part
    whole = shown(None, verdict("shape", "pass"), verdict("value", "pass", 2))
    assert f"All that was checked is right.</b> {ASSIGNMENT.not_promised}" in whole


def test_a_fault_is_no_students() -> None:
    fault = verdict("value", "fault", 2, message="The grader failed here.")
    html = shown(Focus(fault, "fault", fault.message, "", ""), fault)
    assert "Tell your teacher" in html and "pending" in html
