"""Verdicts become points when they are read: today's configuration, what people decided, being late."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from autograder.classroom import marks
from autograder.classroom.handed import NOTHING, Handed
from autograder.classroom.marks import Grade
from autograder.classroom.store import Graded
from autograder.course.config import Assignment
from tests.harness.classroom.made import ALL, ANN, BO, OF_STYLE, assignment, check, graded, handed, write


def only(folder: Path, demo: Assignment) -> Grade:
    [grade] = marks.read(folder, demo)
    return grade


def changed(unit: str, name: str, entry: dict[str, Any] | None) -> Assignment:
    """The assignment with another entry of one check, or without it."""
    units = assignment().model_dump()["units"]
    units[unit]["checks"].pop(name, None)
    if entry:
        units[unit]["checks"][name] = entry
    return assignment(units=units)


def test_points_and_visibility_are_those_of_today(tmp_path: Path) -> None:
    write(tmp_path, (handed("ann", ANN), graded(ALL | {"loop::padding": "fail"})))
    assert (only(tmp_path, assignment()).score, only(tmp_path, assignment()).max_score) == (3, 6)
    demo = changed("cells", "gates", {"points": 5, "visibility": "visible"})
    grade = only(tmp_path, demo)
    assert (grade.score, grade.max_score, grade.by_unit) == (6, 9, {"cells": 6, "loop": 0})
    assert {mark.check.id: mark.visibility for mark in grade.marks}["cells::gates"] == "visible"


def test_a_check_that_is_gone_or_switched_off_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, (handed("ann", ANN), graded()))
    gone = only(tmp_path, changed("loop", "padding", None))
    off = only(tmp_path, changed("loop", "padding", {"points": 3, "visibility": "visible", "enabled": False}))
    assert (gone.score, gone.max_score) == (off.score, off.max_score) == (3, 3)


def test_the_points_of_a_check_that_was_added_since_are_open(tmp_path: Path) -> None:
    write(tmp_path, (handed("ann", ANN), graded()))
    grade = only(tmp_path, changed("loop", "speed", {"points": 4, "visibility": "visible"}))
    assert (grade.score, grade.pending, grade.max_score) == (6, 4, 10)
    assert grade.lacking == ("loop::speed",)
    assert "added after the grading" in grade.marks[-1].check.message


def test_a_fault_is_pending_and_a_notice_counts_for_nothing(tmp_path: Path) -> None:
    outcomes = ALL | {"cells::gates": "fault", "cells::style": "fail"}
    write(tmp_path, (handed("ann", ANN), graded(outcomes)))
    grade = only(tmp_path, assignment())
    assert (grade.score, grade.pending, grade.total) == (4, 2, 4)


@pytest.mark.parametrize(
    ("one", "record", "state", "pending"),
    [
        (handed("a", ANN), None, "waiting", 6),
        (handed("a", ANN), Graded("k", problem="The machine failed.", is_fault=True), "failed", 6),
        (handed("a", ANN), Graded("k", problem="a.zip is damaged."), "unreadable", 0),
        (handed("a", ANN, problem="a.rar is no zip."), None, "unreadable", 0),
        (handed("a", ANN, path="", problem=NOTHING), None, "absent", 0),
        (handed("a", ANN, path="", problem="work.ipynb is larger than 20 MB."), None, "unreadable", 0),
    ],
)
def test_without_verdicts_there_is_a_reason_and_no_grade(
    tmp_path: Path, one: Handed, record: Graded | None, state: str, pending: float
) -> None:
    write(tmp_path, (one, record))
    grade = only(tmp_path, assignment())
    assert (grade.state, grade.pending, grade.total) == (state, pending, None)
    assert grade.problem.endswith(".")


def test_of_several_attempts_the_best_counts_and_of_equals_the_latest(tmp_path: Path) -> None:
    poor = graded(ALL | {"loop::padding": "fail"})
    write(
        tmp_path,
        (handed("a1", ANN, attempt=1), graded()),
        (handed("a2", ANN, attempt=2), poor),
        (handed("a3", ANN, attempt=3), graded()),
        (handed("b1", BO), poor),
    )
    found = marks.read(tmp_path, assignment())
    assert {grade.handed.id for grade in found if grade.counts} == {"a3", "b1"}


def test_an_attempt_of_a_group_counts_while_it_is_the_best_of_one_of_them(tmp_path: Path) -> None:
    poor = graded(ALL | {"loop::padding": "fail"})
    write(tmp_path, (handed("both", ANN, BO), poor), (handed("ann", ANN, attempt=2), graded()))
    assert all(grade.counts for grade in marks.read(tmp_path, assignment()))


def test_which_attempt_counts_does_not_change_while_people_grade(tmp_path: Path) -> None:
    rubric = {"rows": [{"title": "Answer", "up_to": 4}]}
    poor = graded(ALL | {"loop::padding": "fail"})
    write(tmp_path, (handed("a1", ANN, attempt=1), poor), (handed("a2", ANN, attempt=2), graded()))
    marked = tmp_path / "rubric" / "marks" / "ta.csv"
    marked.parent.mkdir(parents=True)
    marked.write_text("id,Answer [0 to 4]\na1,4\n")
    found = {grade.handed.id: grade for grade in marks.read(tmp_path, assignment(rubric=rubric))}
    assert found["a1"].total == 7 and found["a2"].total is None
    assert found["a2"].counts and not found["a1"].counts


def test_late_is_apart_from_the_points_and_never_more_than_all_of_them(tmp_path: Path) -> None:
    late = {"deadline": "2026-10-01T12:00:00+00:00", "per_day": {"points": 1}}
    at = datetime(2026, 10, 3, 11, tzinfo=timezone.utc)
    write(tmp_path, (handed("a", ANN, at=at), graded()))
    grade = only(tmp_path, assignment(late=late))
    assert (grade.score, grade.deduction, grade.total) == (6, 2, 4)
    grade = only(tmp_path, assignment(late=late | {"per_day": {"points": 50}}))
    assert (grade.score, grade.deduction, grade.total) == (6, 6, 0)


def test_people_and_machine_make_one_grade_once_people_have_graded(tmp_path: Path) -> None:
    demo = assignment(rubric=OF_STYLE, weights={"report": 1, "implementation": 1})
    write(tmp_path, (handed("ann", ANN), graded(ALL | {"loop::padding": "fail"})))
    assert (only(tmp_path, demo).total, only(tmp_path, demo).most) == (None, 100)
    (tmp_path / "rubric.csv").write_text("id,grader,Style,comment\nann,Eve,2,\n")
    assert only(tmp_path, demo).total == 75


def test_records_of_checks_keep_what_they_were_given(tmp_path: Path) -> None:
    said = check("loop::padding", "fail", message="Row 2 ends early.", fingerprint="f 1 2")
    write(tmp_path, (handed("ann", ANN), graded(ALL | {"loop::padding": said})))
    assert only(tmp_path, assignment()).marks[-1].check == said
