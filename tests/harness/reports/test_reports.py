"""The same result in a terminal, for Gradescope and as a page: nothing is forged, lost or crashes."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course.config import Assignment
from autograder.reports.gradescope import escaped, sentence_result, to_gradescope, zero_result
from autograder.reports.html import page
from autograder.reports.terminal import Terminal, printable
from autograder.results import CheckResult, Outcome, Result
from autograder.submission import read

HOSTILE = "<script>alert(1)</script> [bold]x[/bold] **b** `c` [a](http://e.x) | $x$ & \\"
ASSIGNMENT = Assignment.model_validate(
    {
        "name": "demo",
        "title": "A demonstration",
        "units": {key: {"title": key.title(), "files": {}} for key in ("cells", "loop")},
    }
)


def verdict(name: str, outcome: Outcome = "pass", **more: object) -> CheckResult:
    given: dict[str, object] = {
        "max_points": 2.0,
        "visibility": "visible",
        "title": f"Check {name}",
        "unit": "cells",
    }
    return CheckResult(id=f"cells::{name}", outcome=outcome, **(given | more))  # type: ignore[arg-type]


def result(*checks: CheckResult, notices: tuple[str, ...] = ()) -> Result:
    return Result("demo", 2**62, checks, 1.25, "0.1", "abc", notices)


MIXED = result(
    verdict("a"),
    verdict("b", "fail", message="Got [1, 2].", hint="Look again.", place="cells.py:31"),
    verdict("c", "blocked", message="waits for cells · Check b"),
    verdict("d", "fault", message="The grader failed here: secret detail", visibility="hidden"),
    verdict("e", "fail", max_points=0.0, message=HOSTILE),
    verdict("f", "fail", message="not started (raises NotImplementedError)", started=False),
    notices=("A notice.",),
)


def shown(given: Result, *, width: int = 80, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    Terminal(ASSIGNMENT, Console(file=stream, width=width, highlight=False)).show(given)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_the_terminal_shows_message_hint_and_place_within_its_width() -> None:
    text = shown(MIXED)
    assert "✗ cells · Check b" in text
    assert "  Got [1, 2].\n" in text
    assert "  hint  Look again." in text
    assert all(len(line.rstrip()) <= 80 for line in text.splitlines())
    assert next(line for line in text.splitlines() if "hint" in line).endswith("cells.py:31")
    assert "Notices, without points" in text
    assert "2 of 10 points, 2 pending, 1 of 5 checks passed" in text


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437"])
def test_a_poor_terminal_gets_plain_marks(encoding: str) -> None:
    text = shown(result(verdict("a"), verdict("b", "fail", message="h = o⊙tanh(C̃)")), encoding=encoding)
    assert "+ cells" in text
    assert "x cells" in text
    assert "h = o*tanh(C)" in text


def test_markup_of_a_students_is_shown_as_it_is() -> None:
    assert "[bold]x[/bold]" in " ".join(shown(MIXED).split())
    assert printable("ab", "ascii") == "ab"


def test_what_is_to_be_done_comes_before_what_is_done() -> None:
    checks = [verdict(str(n)) for n in range(3)] + [
        verdict("stub", "fail", started=False),
        verdict("b", "fail"),
    ]
    wrong = verdict("z", "fail", unit="loop")
    text = shown(result(*[verdict(f"p{n}", unit="loop") for n in range(3)], wrong, *checks))
    order = [
        "✗ cells · Check b",
        "· cells · Check stub",
        "✓ cells · 3 of 5",
        "✗ loop · Check z",
        "✓ loop · 3 of 4",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    done = [verdict(f"p{n}") for n in range(3)]
    later = shown(result(*done, wrong))
    assert later.index("✗ loop · Check z") < later.index("✓ cells · all 3")


def test_many_checks_that_wait_become_one_line() -> None:
    fresh = [verdict(str(n), "fail", started=False, message="not started") for n in range(4)]
    held = [verdict(f"h{n}", "blocked", message="waits for cells · Check 0") for n in range(5)]
    text = shown(result(*fresh, *held))
    assert text.count("4 still to write") == 1
    assert text.count("waits for") == 1
    assert "0 / 10" in text


def test_a_failure_that_says_the_same_again_is_short() -> None:
    same = {"message": "The state is wrong.", "hint": "What is h_0?", "place": "cells.py:3"}
    other = verdict("c", "fail", message="The state is wrong.", hint="Which t?", place="cells.py:9")
    text = shown(result(verdict("a", "fail", **same), verdict("b", "fail", **same), other))
    assert text.count("as above: The state is wrong.") == 1
    assert text.count("What is h_0?") == 1
    assert "Which t?" in text


def test_gradescope_gets_a_row_per_check_and_what_repeats_the_grading() -> None:
    data = to_gradescope(dataclasses.replace(MIXED, layers={"user": "uid 7"}, digest="abc"))
    assert json.loads(json.dumps(data)) == data
    assert (data["score"], data["stdout_visibility"]) == (2, "hidden")
    rows = {row["extra_data"]["id"]: row for row in data["tests"]}
    assert [row["number"] for row in data["tests"]] == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]
    assert (rows["cells::b"]["score"], rows["cells::b"]["max_score"], rows["cells::b"]["status"]) == (
        0,
        2,
        "failed",
    )
    assert rows["cells::d"]["visibility"] == "after_published"
    assert "score" not in rows["cells::e"]
    assert sum(row.get("score", 0) for row in data["tests"]) == data["score"]
    assert data["extra_data"]["seed"] == str(2**62)
    assert data["extra_data"]["layers"] == {"user": "uid 7"}
    assert (data["extra_data"]["pending"], data["extra_data"]["digest"]) == (2, "abc")


def test_a_fault_is_loud_for_staff_and_silent_about_its_cause_to_students() -> None:
    data = to_gradescope(MIXED)
    row = data["tests"][3]
    assert "secret detail" not in row["output"] + data["output"]
    assert "secret detail" in row["extra_data"]["fault"]
    assert data["output"].startswith("**The grader itself failed in 1 check")
    assert "neither given nor lost" in data["output"] and "neither given nor lost" in row["output"]
    assert (row["score"], row["status"]) == (0, "failed")


def test_student_text_cannot_become_markup() -> None:
    text = escaped(HOSTILE + "\n\n# Score: 100")
    assert "<" not in text
    assert "\n" not in text
    for mark in ("\\*\\*b", "\\`c", "\\[a\\]\\(", "\\|", "\\$x", "\\#"):
        assert mark in text


def test_without_a_verdict_there_is_one_sentence_and_no_points() -> None:
    for data in (zero_result(), sentence_result("cells.py is missing.")):
        assert (data["score"], data["tests"]) == (0, [])
    assert sentence_result("a*b")["output"] == "a\\*b"


def test_the_page_escapes_everything_and_needs_nothing_else() -> None:
    text = page(MIXED, ASSIGNMENT)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "http://e.x" in text
    assert "src=" not in text and "href=" not in text
    assert "Check b" in text and "cells.py:31" in text and "A notice." in text


def test_the_page_shows_the_code_around_a_place_where_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "cells.py").write_text("class Cell:\n" + "    x = '<b>'\n" * 40)
    assignment = ASSIGNMENT.model_copy(
        update={
            "units": {"cells": ASSIGNMENT.units["cells"].model_copy(update={"files": {"cells.py": ["Cell"]}})}
        }
    )
    text = page(MIXED, assignment, read(tmp_path, assignment))
    assert "<pre>" not in page(MIXED, assignment)
    assert text.count("<pre>") == 1 and "x = &#39;&lt;b&gt;&#39;" in text
