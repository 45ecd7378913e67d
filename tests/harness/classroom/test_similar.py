"""Texts in common are found whatever names and comments are, and are told as a lead."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from autograder.classroom import marks, similar
from autograder.classroom.handed import Person
from autograder.classroom.pages import overview
from autograder.classroom.similar import Likeness, Likenesses
from autograder.course.config import ConfigError
from tests.harness.classroom.made import graded, handed, write
from tests.harness.conftest import Course

TEMPLATE = "class Cell:\n" + "".join(
    f"    def given_{n}(self, x, y):\n        return x * {n} - y\n" for n in range(9)
)
ANN = """
    def go(self, x, h):
        for t in range(len(x)):
            h = self.w * x[t] + self.u * h + self.b
            h = h / (1 + abs(h)) if h > 0 else h
        return h, [h for _ in x]
"""
BO = """
    def go(self, x, h):
        while x:
            first, *x = x
            z = sum(p * q for p, q in zip((first, h), self.both))
            h = max(z, 0) - min(z, 0) ** 2
        return {'h': h}
"""


@pytest.fixture
def folder(course: Course) -> Iterator[Path]:
    """A class of three: Ann, Bo, and Eve, who has Ann's text with other names and comments."""
    course.write(
        {"visible/cells": "def test_one():\n    'One.'\n"},
        {"cells": ["one: {points: 1, visibility: visible}"]},
    )
    (course.root / "templates" / "demo").mkdir(parents=True)
    (course.root / "templates" / "demo" / "cells.py").write_text(TEMPLATE)
    eve = ANN.replace("h", "state").replace("x", "inputs").replace("go", "run")
    place = course.root / "class"
    for name, form in {"ann": ANN, "bo": BO, "eve": f"    # all mine\n{eve}"}.items():
        (place / "submissions" / name).mkdir(parents=True)
        (place / "submissions" / name / "cells.py").write_text(f"{TEMPLATE}\n{form}")
    people = [
        (handed(name, Person(name=name.title(), sid=name)), graded({})) for name in ("ann", "bo", "eve")
    ]
    write(place, *people)
    return place


def test_a_text_under_other_names_is_found_and_the_template_is_nobodys(course: Course, folder: Path) -> None:
    pytest.importorskip("copydetect")
    grades = marks.read(folder, course.demo)
    found = similar.compare(folder, course.config, course.demo, grades)
    assert [(pair.first, pair.second) for pair in found.pairs] == [("ann", "eve")]
    assert found.pairs[0].share > 0.9 and similar.kept(folder) == found


def test_a_group_is_found_in_a_class_however_large_a_part_of_it_that_is(
    course: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("copydetect")
    for name in ("fay", "gus"):
        (folder / "submissions" / name).mkdir()
        (folder / "submissions" / name / "cells.py").write_text(f"{TEMPLATE}\n# {name}\n{ANN}")
    names = ("ann", "bo", "eve", "fay", "gus")
    write(folder, *((handed(name, Person(name=name, sid=name)), graded({})) for name in names))
    grades = marks.read(folder, course.demo)
    found = similar.compare(folder, course.config, course.demo, grades)
    assert {(pair.first, pair.second) for pair in found.pairs} == {
        *combinations(("ann", "eve", "fay", "gus"), 2)
    }
    assert found.usual > 0.9
    monkeypatch.setattr(similar, "ALL_COMPARED", 0)  # as in a large class, where four are few
    monkeypatch.setattr(similar, "COMMON", 0.8)
    assert similar.compare(folder, course.config, course.demo, grades).pairs == found.pairs


def test_those_who_handed_in_together_are_no_pair(course: Course, folder: Path) -> None:
    pytest.importorskip("copydetect")
    both = (Person(sid="ann"), Person(sid="eve"))
    write(
        folder,
        (handed("ann", *both), graded({})),
        (handed("eve", both[1], attempt=2), None),
        (handed("bo"), None),
    )
    assert not similar.compare(folder, course.config, course.demo, marks.read(folder, course.demo)).pairs


def test_without_copydetect_a_sentence_says_what_to_install(
    course: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "copydetect", None)
    with pytest.raises(ConfigError, match=r"pip install copydetect"):
        similar.compare(folder, course.config, course.demo, marks.read(folder, course.demo))


def test_the_page_tells_how_near_others_are_and_forgets_what_is_gone(course: Course, folder: Path) -> None:
    grades = marks.read(folder, course.demo)
    pairs = (Likeness("ann", "eve", 0.97), Likeness("ann", "gone", 0.9), Likeness("ann", "bo", 0.8))
    digests = {grade.handed.id: grade.handed.digest for grade in grades} | {"gone": "", "bo": "of before"}
    likenesses = Likenesses(pairs, 0.41, digests)
    text = overview.page("", course.demo, grades, likenesses)
    assert "The median submission is 41 % like its nearest" in text and "no proof of anything" in text
    assert "97 %" in text and "90 %" not in text and "80 %" not in text
    assert "in common" not in overview.page("", course.demo, grades)


def test_what_is_no_record_of_pairs_counts_as_none(tmp_path: Path) -> None:
    for text in ("", "[]", '{"usual": "x", "pairs": []}', '{"usual": 1, "pairs": [[1]]}'):
        (tmp_path / similar.FILE).write_text(text)
        assert similar.kept(tmp_path) == similar.NOT_COMPARED
