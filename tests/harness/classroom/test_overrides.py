"""What people decide about points counts, with its reason, and a slip in the file is told with its line."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import pytest

from autograder.classroom import marks, overrides
from autograder.classroom.handed import Handed, Person
from autograder.classroom.overrides import Decision, Decisions
from autograder.course.config import ConfigError
from tests.harness.classroom.made import ALL, ANN, BO, assignment, graded, handed, write

LOST = graded(ALL | {"loop::padding": "fail", "cells::gates": "fault"})
DEMO = assignment()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, (handed("ann-1", ANN), LOST), (handed("bo-1", BO), LOST))
    return tmp_path


def everybody(folder: Path) -> list[Handed]:
    return [grade.handed for grade in marks.read(folder, DEMO)]


def decide(folder: Path, **decision: object) -> None:
    given = Decision.model_validate({"reason": "Its text led astray."} | decision)
    overrides.add(folder, given, DEMO, everybody(folder))


def scores(folder: Path) -> list[tuple[float, float, float]]:
    """Score, pending and maximum of Ann and of Bo."""
    return [(grade.score, grade.pending, grade.max_score) for grade in marks.read(folder, DEMO)]


def test_a_waiver_gives_everybody_all_points_whatever_the_verdict(folder: Path) -> None:
    decide(folder, check="loop::padding", points="full")
    assert scores(folder) == [(4, 2, 6)] * 2
    decide(folder, check="cells::gates", points="full")
    assert scores(folder) == [(6, 0, 6)] * 2


def test_a_check_that_is_dropped_is_out_of_what_can_be_reached(folder: Path) -> None:
    decide(folder, check="loop::padding", points="drop")
    assert scores(folder) == [(1, 2, 3)] * 2


def test_a_waiver_for_one_person_is_for_nobody_else(folder: Path) -> None:
    decide(folder, check="loop::padding", points="full", person="0712345")
    assert scores(folder) == [(4, 2, 6), (1, 2, 6)]


@pytest.mark.parametrize("person", ["0712346", "BO@x.edu", "bo li", "bo-1"])
def test_an_override_gives_one_person_points(folder: Path, person: str) -> None:
    decide(folder, check="loop::padding", points=1.5, person=person)
    assert scores(folder) == [(1, 2, 6), (2.5, 2, 6)]


def test_what_names_a_person_comes_before_what_names_nobody_and_the_later_before_the_earlier(
    folder: Path,
) -> None:
    decide(folder, check="loop::padding", points=1, person="bo-1")
    decide(folder, check="loop::padding", points="full")
    assert scores(folder) == [(4, 2, 6), (2, 2, 6)]
    decide(folder, check="loop::padding", points=2, person="bo-1")
    assert scores(folder) == [(4, 2, 6), (3, 2, 6)]


@pytest.mark.parametrize("last", ["0712345", "ann chen", "ann@x.edu", "ann-1"])
def test_the_later_decision_counts_under_whichever_name_of_a_person(folder: Path, last: str) -> None:
    for person in ("0712345", "Ann Chen", "ann@x.edu", "ann-1"):
        decide(folder, check="loop::padding", points=1, person=person)
    decide(folder, check="loop::padding", points=2, person=last)
    assert scores(folder)[0] == (3, 2, 6)


def test_a_decision_about_one_of_a_group_is_about_their_submission(tmp_path: Path) -> None:
    write(tmp_path, (handed("both", ANN, BO), LOST))
    decide(tmp_path, check="loop::padding", points="full", person="bo@x.edu")
    assert scores(tmp_path) == [(4, 2, 6)]


def test_the_reason_stands_with_the_mark(folder: Path) -> None:
    decide(folder, check="loop::padding", points=2.5, person="bo-1", reason="The idea is right.")
    _, bo = marks.read(folder, DEMO)
    assert [mark.reason for mark in bo.decided] == ["A person gave 2.5 points here: The idea is right."]


def test_a_persons_comments_in_the_file_stay(folder: Path) -> None:
    decide(folder, check="loop::padding", points="full", reason="=1+1: '\"#")
    path = folder / overrides.FILE
    path.write_text(path.read_text() + "# asked by mail\n")
    decide(folder, check="cells::gates", points="drop", reason="é\nsecond line")
    assert "# asked by mail" in path.read_text()
    decided = Decisions.read(folder, DEMO, everybody(folder)).for_all
    assert decided["loop::padding"].reason == "=1+1: '\"#"
    assert decided["cells::gates"].reason == "é\nsecond line"


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ({"check": "padding", "points": 1}, "No check is called 'padding' (did you mean 'loop::padding'?)."),
        ({"check": "loop::paddin", "points": 1}, "(did you mean 'loop::padding'?)"),
        ({"check": "loop::padding", "points": 4}, "4 points are more than the 3 of loop::padding."),
        ({"check": "loop::padding", "points": 1, "person": "ann chan"}, "(did you mean 'ann chen'?)"),
        ({"check": "loop::padding", "points": 1, "person": "zzzzz"}, "Nobody here is called 'zzzzz'."),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(
    folder: Path, decision: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError) as error:
        decide(folder, **decision)
    assert said in str(error.value)
    assert not (folder / overrides.FILE).exists()


def test_a_decision_about_somebody_who_has_left_is_told_and_stops_nobodys_grade(folder: Path) -> None:
    decide(folder, check="loop::padding", points=1, person="0712345")
    write(folder, (handed("bo-1", BO), LOST))
    [bo] = marks.read(folder, DEMO)
    assert bo.score == 1
    said = Decisions.read(folder, DEMO, [bo.handed]).strange
    assert said == [
        "overrides.yaml:2: nobody here is called '0712345' (did you mean '0712346'?); "
        "the decision waits for them."
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
def test_no_decision_is_lost_when_several_are_made_at_the_same_time(folder: Path) -> None:
    fork = multiprocessing.get_context("fork")
    given = [{"check": "loop::padding", "points": n, "person": "ann-1"} for n in range(3)]
    children = [fork.Process(target=lambda: [decide(folder, **each) for each in given * 3]) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    assert (folder / overrides.FILE).read_text().count("loop::padding") == 36


def test_a_name_that_two_people_have_is_refused_with_their_numbers(tmp_path: Path) -> None:
    other = Person(name="Ann Chen", sid="0712399")
    write(tmp_path, (handed("a", ANN), LOST), (handed("b", other), LOST))
    with pytest.raises(ConfigError, match=r"called 'Ann Chen': 0712345 and 0712399; name one by"):
        decide(tmp_path, check="loop::padding", points=1, person="Ann Chen")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {check: loop::padding, points: full}", "overrides.yaml:1: 'reason' is missing here"),
        (
            "\n- check: loop::padding\n  points: half\n  reason: x",
            "overrides.yaml:3: points must be full, drop or a number ≥ 0 (got 'half')",
        ),
        (
            "- {check: loop::padding, point: 1, points: 1, reason: x}",
            "'point' is no key here (did you mean 'points'?)",
        ),
        (
            "- {check: loop::padding, points: 1, person: 0712345, reason: x}",
            "overrides.yaml:1: person must be text in quotes (got ",
        ),
        ("- {check: 'loop::x', points: 1, reason: x}\n- 3", "overrides.yaml:2: a decision must be a mapping"),
        ("check: x", "overrides.yaml:1: the file must hold a list"),
        ("- {check: [", "overrides.yaml:2: not valid YAML"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_line(folder: Path, text: str, said: str) -> None:
    (folder / overrides.FILE).write_text(text)
    with pytest.raises(ConfigError) as error:
        marks.read(folder, DEMO)
    assert said in str(error.value)
