"""Waivers, overrides and gradebooks by command: what they say, what they write, what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.classroom.handed import Handed
from tests.harness.classroom.made import ANN, BO, check, handed, write
from tests.harness.classroom.made import graded as record
from tests.harness.conftest import Course, Typed


@pytest.fixture
def folder(course: Course) -> Path:
    """A class of two in the small course: Ann passes its check, Bo does not."""
    course.write(
        {"visible/cells": "def test_one():\n    'One.'\n"},
        {"cells": ["one: {points: 4, visibility: visible}"]},
    )
    place = course.root / "class"
    entries: list[tuple[Handed, object]] = []
    for person, id, outcome in ((ANN, "ann", "pass"), (BO, "bo", "fail")):
        (place / "submissions" / id).mkdir(parents=True)
        (place / "submissions" / id / "cells.py").write_text(
            "class Cell:\n    n = 1\n\nclass Other:\n    n = 2\n"
        )
        verdict = check("cells::one", outcome, message="" if outcome == "pass" else "Got 1, not 2.")
        entries.append((handed(id, person, keys={"canvas": id}), record({"cells::one": verdict})))
    write(place, *entries)  # type: ignore[arg-type]
    return place


def run(typed: Typed, folder: Path, *words: object) -> tuple[int, str]:
    """The exit code, and all that is said."""
    code, said, complaint = typed(folder.parent, *words)
    return code, said + complaint


def test_a_waiver_says_whose_points_it_changes_and_renews_the_pages(folder: Path, typed: Typed) -> None:
    code, said = run(typed, folder, "waive", "demo", "class", "cells::one", "--reason", "It was too hard.")
    assert code == 0
    assert "Bo Li: 0 of 4 → 4 of 4\nThe points of 1 of 2 submissions change." in said
    assert "It was too hard." in (folder / "feedback" / "bo.html").read_text(encoding="utf-8")
    assert "bo,Bo Li,0712346,bo@x.edu,1,yes,graded,4," in (folder / "grades.csv").read_text(
        encoding="utf-8-sig"
    )
    assert (folder / "index.html").is_file()


def test_an_override_is_for_one_person_and_is_refused_when_it_cannot_be_meant(
    folder: Path, typed: Typed
) -> None:
    code, said = run(
        typed, folder, "override", "demo", "class", "bo@x.edu", "cells::one", 2.5, "--reason", "Nearly."
    )
    assert (code, "Bo Li: 0 of 4 → 2.5 of 4" in said) == (0, True)
    for words, sentence in (
        (("bo", "cells::two", 1, "--reason", "x"), "No check is called 'cells::two'"),
        (("bo", "cells::one", 5, "--reason", "x"), "5 points are more than the 4 of cells::one."),
        (("boo", "cells::one", 1, "--reason", "x"), "Nobody here is called 'boo' (did you mean 'bo'?)."),
        (("bo", "cells::one", 1, "--reason", " "), "--reason must say why"),
        (("bo", "cells::one", "-1", "--reason", "x"), "Try --help."),
    ):
        code, said = run(typed, folder, "override", "demo", "class", *words)
        assert code == 2 and sentence in said and "Traceback" not in said
    assert (folder / "overrides.yaml").read_text().count("check:") == 1


def test_a_gradebook_is_filled_into_a_new_file(folder: Path, typed: Typed) -> None:
    sheet = folder.parent / "sheet.csv"
    sheet.write_text("Student,ID,demo (7)\nAnn,ann,\nBo,bo,\n")
    code, said = run(typed, folder, "gradebook", "demo", "class", "sheet.csv", "--out", "new.csv")
    assert code == 0 and "sheet.csv is a Canvas gradebook." in said and "2 lines got their points" in said
    assert (folder.parent / "new.csv").read_text() == "Student,ID,demo (7)\nAnn,ann,4\nBo,bo,0\n"
    code, said = run(typed, folder, "gradebook", "demo", "class", "sheet.csv", "--out", "sheet.csv")
    assert code == 2 and "is the sheet itself" in said
    assert sheet.read_text().endswith("Bo,bo,\n")
    code, said = run(typed, folder, "gradebook", "demo", "class", "gone.csv", "--out", "new.csv")
    assert code == 2 and "gone.csv cannot be read" in said
