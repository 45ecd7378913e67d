"""What a student reads after a run, in terminals of several widths and in a pipe."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course.config import Assignment
from autograder.reports.lines import Lines, near
from autograder.reports.terminal import Terminal
from autograder.results import CheckResult, Outcome, Result
from autograder.submission import Submission, read

UNITS = {
    "collate": {"title": "Batches", "files": {"collate.py": ["f"]}},
    "cells": {"title": "Cells", "files": {}},
}
ASSIGNMENT = Assignment.model_validate({"name": "demo", "title": "A demonstration", "units": UNITS})
LONG = f"    return first({', '.join(f'x{n}' for n in range(30))}) + wrong(x)"


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    (tmp_path / "collate.py").write_text(f"def f(x):\n\ty = x.shap\n{LONG}\n")
    return read(tmp_path, ASSIGNMENT)


def verdict(name: str, outcome: Outcome = "fail", unit: str = "cells", **more: object) -> CheckResult:
    given: dict[str, object] = {"title": name, "unit": unit, "visibility": "visible", "max_points": 1.0}
    return CheckResult(id=f"{unit}::{name}", outcome=outcome, **(given | more))  # type: ignore[arg-type]


HALF = [
    verdict("a", "pass", "collate"),
    verdict(
        "b", "fail", "collate", message="Got [1, 2].", hint="Look again.", place="collate.py:2", span=(5, 11)
    ),
    verdict("c", "blocked", message="waits for b"),
    verdict("d", started=False),
    verdict("e", "fail", max_points=0.0, message="A remark."),
]


def shown(
    submission: Submission,
    *checks: CheckResult,
    width: int = 80,
    encoding: str = "utf-8",
    notices: tuple[str, ...] = (),
) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    given = Result("demo", 0, checks, 1.25, "", "", notices)
    Terminal(ASSIGNMENT, Console(file=stream, width=width, highlight=False)).show_next(given, submission)
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_no_line_is_wider_than_the_terminal(submission: Submission, width: int, encoding: str) -> None:
    wide = verdict(
        "g", "fail", "collate", message="m " * 90, hint="h " * 90, place="collate.py:3", printed="p" * 150
    )
    for last in (HALF, [*HALF, wide][::-1]):
        text = shown(submission, *last, width=width, encoding=encoding, notices=("A notice. " * 20,))
        assert max(map(len, text.split("\n"))) <= width
        assert text == "\n".join(line.rstrip() for line in text.split("\n"))


def test_units_have_a_line_each_and_the_one_next_thing_is_last(submission: Submission) -> None:
    collate, cells = shown(submission, *HALF, encoding="ascii").split("\n")[1:3]
    assert collate == f"x collate  {'#' * 12}{'-' * 12}  1 of 2  1 / 2  1 wrong"
    assert cells == f". cells    {'-' * 24}  0 of 2  0 / 2  1 to write, 1 waiting"
    assert shown(submission, *HALF, encoding="ascii").endswith(
        "\n\n"
        "x collate . b\n"
        "  Got [1, 2].\n"
        "  hint  Look again.\n"
        "  -->  collate.py:2\n"
        "  1 | def f(x):\n"
        "  2 |     y = x.shap\n"
        "    |         ^^^^^^\n"
        f"  3 | {LONG[:71]}...\n"
    )
    assert "1 notice without points: --all shows it." in shown(submission, *HALF)


def test_in_a_narrow_terminal_a_unit_keeps_its_line_and_loses_counts(submission: Submission) -> None:
    open_in_three_ways = [
        *(verdict(f"w{n}") for n in range(10)),
        *(verdict(f"t{n}", started=False) for n in range(10)),
        *(verdict(f"b{n}", "blocked") for n in range(10)),
    ]
    for width, words in (
        (60, "10 wrong, 10 to write, 10 waiting"),
        (50, "10 wrong, 10 to write"),
        (40, "10 wrong"),
    ):
        assert shown(submission, *open_in_three_ways, width=width).split("\n")[1].endswith(words)


def test_a_long_line_is_cut_where_the_caret_is_seen(submission: Submission) -> None:
    start = LONG.index("wrong")
    text = shown(
        submission, verdict("h", "fail", "collate", place="collate.py:3", span=(start, start + 5)), width=60
    )
    line, under = text.rstrip("\n").split("\n")[-2:]
    assert line[under.index("^") :].startswith("wrong")
    assert under.count("^") == 5


def test_what_the_code_printed_stands_with_the_check_that_failed(submission: Submission) -> None:
    printed = verdict("b", message="Got 1.", printed="state 1\n\nstate 2\n… and 7 more lines")
    text = shown(submission, verdict("a", "fail", message="Got 0."), printed)
    assert "state 1" not in text
    assert "  your code printed\n    state 1\n    state 2\n    … and 7 more lines\n  Got 1.\n" in shown(
        submission, printed
    )


def test_a_long_line_that_the_code_printed_is_seen_to_be_cut(submission: Submission) -> None:
    text = shown(submission, verdict("b", message="Got 1.", printed="0123456789" * 9))
    assert f"\n    {('0123456789' * 9)[:75]}…\n  Got 1." in text


def test_when_all_is_right_that_is_the_last_line(submission: Submission) -> None:
    whole = " ".join(shown(submission, verdict("a", "pass")).split())
    assert whole.endswith(f"All that was checked is right. {ASSIGNMENT.not_promised}")


def test_a_fault_of_the_graders_is_not_the_students_to_mend(submission: Submission) -> None:
    text = shown(submission, verdict("a", "fault", message="The grader failed here: x."))
    assert "1 pending" in text
    assert text.endswith("! cells · a\n  The grader failed here: x. Tell your teacher.\n")


def test_a_file_that_is_refused_is_named_in_its_unit_and_by_those_that_wait(tmp_path: Path) -> None:
    (tmp_path / "collate.py").write_text("def f(x)\n")
    submission = read(tmp_path, ASSIGNMENT)
    place, said = submission.broken[0].place, submission.program.missing["f"]
    waits = "loop.py waits for collate.py, which raised SyntaxError"
    text = shown(
        submission,
        verdict("a", "fail", "collate", message=said, place=place),
        verdict("b", message=waits, place=place),
        notices=submission.notices,
    )
    assert "collate.py cannot be read\n" in text.split("\n\n")[0]
    assert text.split("\n\n")[0].endswith("waits for collate.py")
    assert text.count("is not valid Python") == 1


def test_a_path_is_told_as_one_would_type_it_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "work" / "cells.py") == "work/cells.py"
    assert near(Path("work")) == "work"
    assert near(tmp_path.parent) == str(tmp_path.parent)
    assert near(tmp_path) == str(tmp_path)


def test_a_bar_is_as_full_as_is_done() -> None:
    lines = Lines(Console(file=io.TextIOWrapper(io.BytesIO(), encoding="ascii")))
    assert lines.bar(1, 3, 9).plain == "###------"
    assert lines.bar(0, 0, 4).plain == "----"
