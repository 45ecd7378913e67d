"""A record is out of date when what decides its verdicts has changed, and only then."""

from __future__ import annotations

import pytest

from autograder.classroom.handed import Handed
from autograder.classroom.keys import differences, rules_of
from tests.harness.conftest import Course

ANN = Handed(id="ann", path="ann", digest="ab" * 32)
CHECK = "def test_one(thresholds) -> None:\n    '''One is right.'''\n    thresholds['loss']\n"
ENTRY = "one: {points: 1, visibility: visible, thresholds: {loss: 0.5}}"


def key(course, only=(), handed=ANN):
    return rules_of(course.config, course.demo, only).key(handed)


def change(course, old, new):
    path = course.root / "grading_config.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def before(course):
    course.write({"visible/cells": CHECK}, {"cells": [ENTRY]})
    return key(course)


@pytest.mark.parametrize(
    ("old", "new"),
    [("points: 1", "points: 7"), ("title: Cells", "title: Other"), ("title: A d", "title: The d")],
)
def test_points_and_words_leave_a_record_as_it_is(course: Course, before: str, old: str, new: str) -> None:
    change(course, old, new)
    assert key(course) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("loss: 0.5", "loss: 0.4"),
        ("call_seconds: 5", "call_seconds: 6"),
        ("[Cell, Other]", "[Cell]"),
        ("visibility: visible", "visibility: visible, enabled: false"),
    ],
)
def test_what_verdicts_depend_on_makes_another_key(course: Course, before: str, old: str, new: str) -> None:
    change(course, old, new)
    (said,) = differences(before, key(course))
    assert said.startswith("limits, thresholds")


def test_a_changed_check_file_makes_another_key(course: Course, before: str) -> None:
    path = course.root / "tests/visible/demo/test_cells.py"
    path.write_text(path.read_text() + "\n# mended\n")
    assert differences(before, key(course)) == ["the checks"]


def test_another_secret_makes_another_key_without_being_in_it(
    course: Course, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_SECRET", "pssst-42")
    now = key(course)
    assert differences(before, now) == ["the secret behind the draws"]
    assert "pssst-42" not in now


def test_another_submission_and_a_part_of_the_checks_make_other_keys(course: Course, before: str) -> None:
    again = ANN.model_copy(update={"digest": "cd" * 32})
    assert differences(before, key(course, handed=again)) == ["what was handed in"]
    assert differences(before, key(course, only=["one"])) == ["--only"]


def test_versions_are_told_with_both_numbers(course: Course, before: str) -> None:
    older = before.replace("torch=2", "torch=1")
    (said,) = differences(older, before)
    assert said.startswith("PyTorch's version (1.") and ", now 2." in said
