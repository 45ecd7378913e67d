"""Grades get into the sheet that was downloaded: to the right people, and nothing else changes."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from autograder.classroom import marks
from autograder.classroom.gradebook import filled, write_grades
from autograder.classroom.handed import NOTHING, Handed, Person
from autograder.classroom.store import Graded
from autograder.course.config import ConfigError
from tests.harness.classroom.made import ALL, ANN, BO, assignment, check, graded, handed, write

DEMO = assignment()
LOST = graded(ALL | {"loop::padding": "fail"})
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Essay (11),"
    "A demonstration (12),Assignments Current Score\r\n"
    ",,,,,Manual Posting,,(read only)\r\n"
    "    Points Possible,,,,,10,6,(read only)\r\n"
    '"Chen, Ann",4001,0712345,annc,"Deep ""Learning"", A",=SUM(A1),,81.20\r\n'
    '"Li, Bo",4002,0712346,boli,B,EX,5,\r\n'
    '"Eze, Chidi",4003,0712347,chidi,B,3,EX,\r\n'
    '"Student, Test",4999,,x,B,,,\r\n'
)
MOODLE = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (grade),Feedback comments\n"
    "Participant 123,Ann Chen,,ann@x.edu,Submitted for grading,,6.00,Yes,-,\n"
    "Participant 124,Bo Li,0712346,,Submitted for grading,,6.00,No,-,Old words\n"
)
GRADESCOPE = (
    "Name,SID,Email,Total Score,Max Points,Status,Submission ID\n"
    "Ann Chen,0712345,ann@x.edu,,100,Ungraded,501\n"
    "Bo Li,0712346,bo@x.edu,,100,Ungraded,502\n"
    "Dan Ito,0712348,dan@x.edu,,100,Missing,\n"
)


def fill(
    folder: Path, sheet: str | bytes, *entries: tuple[Handed, Graded | None], **options: Any
) -> tuple[str, str]:
    """The sheet afterwards, and all that is said."""
    demo = options.pop("demo", DEMO)
    path = folder / "sheet.csv"
    path.write_bytes(sheet.encode() if isinstance(sheet, str) else sheet)
    write(folder, *entries)
    data, said = filled(path, demo, marks.read(folder, demo), **options)
    return data.decode("utf-8", "surrogateescape"), "\n".join(said)


def class_of(kind: str, ann: str, bo: str) -> list[tuple[Handed, Graded | None]]:
    return [(handed("a", ANN, keys={kind: ann}), graded()), (handed("b", BO, keys={kind: bo}), LOST)]


def test_in_a_canvas_gradebook_only_our_column_changes(tmp_path: Path) -> None:
    after, said = fill(tmp_path, CANVAS, *class_of("canvas", "4001", "4002"))
    expected = CANVAS.replace("=SUM(A1),,81.20", "=SUM(A1),6,81.20").replace("B,EX,5,", "B,EX,3,")
    assert after == expected
    assert "2 lines got their points in the column 'A demonstration (12)', 1 of which had another" in said
    assert "without a submission: Chidi Eze, Test Student." in said


def test_who_is_excused_stays_so(tmp_path: Path) -> None:
    chidi = Person(name="Chidi Eze", sid="0712347")
    after, said = fill(tmp_path, CANVAS, (handed("c", chidi), graded()))
    assert after == CANVAS
    assert "Excused (EX), left as it is: Chidi Eze." in said


def test_a_comment_says_what_was_decided_and_nothing_of_the_graders_own_failure(tmp_path: Path) -> None:
    fault = check("cells::gates", "fault", message="Traceback: /srv/secret.py")
    record = graded(ALL | {"cells::gates": fault})
    line = "- {check: 'cells::gates', points: 1.5, reason: By hand.}"
    (tmp_path / "overrides.yaml").write_text(line)
    after, _ = fill(tmp_path, MOODLE, (handed("a", ANN, keys={"moodle": "123"}), record), comments=True)
    [first, _] = csv.DictReader(io.StringIO(after))
    assert first["Feedback comments"] == "A person gave 1.5 points here: By hand."


def test_in_a_moodle_worksheet_the_participants_number_decides_and_what_is_locked_stays(
    tmp_path: Path,
) -> None:
    after, said = fill(tmp_path, MOODLE, *class_of("moodle", "123", "124"), comments=True)
    lines = list(csv.DictReader(io.StringIO(after)))
    assert [(line["Grade"], line["Feedback comments"]) for line in lines] == [
        ("6", "All checks passed."),
        ("", "Old words"),
    ]
    assert "cannot be changed: Bo Li" in said


def test_gradescopes_sheet_gets_a_column_of_its_own_at_the_end(tmp_path: Path) -> None:
    after, said = fill(tmp_path, GRADESCOPE, *class_of("gradescope", "501", "502"))
    assert [line.rsplit(",", 1)[1] for line in after.splitlines()] == ["demo", "6", "3", ""]
    assert "Dan Ito" in said


def test_without_the_systems_number_people_are_found_by_number_or_address(tmp_path: Path) -> None:
    only_mail = Person(name="Ann", email="ANN@x.edu")
    after, _ = fill(tmp_path, GRADESCOPE, (handed("a", only_mail), graded()), (handed("b", BO), LOST))
    assert [line.rsplit(",", 1)[1] for line in after.splitlines()] == ["demo", "6", "3", ""]


def test_all_of_a_group_get_their_grade(tmp_path: Path) -> None:
    after, _ = fill(tmp_path, GRADESCOPE, (handed("g", ANN, BO, keys={"gradescope": "501"}), LOST))
    assert [line.rsplit(",", 1)[1] for line in after.splitlines()] == ["demo", "3", "3", ""]


@pytest.mark.parametrize(
    ("ann", "keys"),
    [
        (Person(name="Ann Chen", sid="0799999", email="other@x.edu"), {"gradescope": "501"}),
        (Person(sid="0712345", email="eve@x.edu"), {}),
        (Person(sid="0712346", email="ann@x.edu"), {}),
    ],
    ids=["a submission is another's", "an address is another's", "a number is another's"],
)
def test_nobody_gets_what_may_be_anothers(tmp_path: Path, ann: Person, keys: dict[str, str]) -> None:
    after, said = fill(tmp_path, GRADESCOPE, (handed("h", ann, keys=keys), graded()))
    assert [line.rsplit(",", 1)[1] for line in after.splitlines()] == ["demo", "", "", ""]
    assert "its numbers and addresses are of different people: Ann Chen" in said


def test_two_people_with_one_number_get_nothing(tmp_path: Path) -> None:
    twins = [Person(sid="0712345", email="a@x.edu"), Person(sid="0712345", email="b@x.edu")]
    sheet = GRADESCOPE.replace("ann@x.edu", "")
    after, said = fill(tmp_path, sheet, (handed("a", twins[0]), graded()), (handed("b", twins[1]), LOST))
    assert [line.rsplit(",", 1)[1] for line in after.splitlines()] == ["demo", "", "", ""]
    assert "several people have what it says: Ann Chen" in said


def test_two_lines_for_one_person_get_nothing(tmp_path: Path) -> None:
    sheet = GRADESCOPE + "Ann C.,,ann@x.edu,,100,Ungraded,\n"
    after, said = fill(tmp_path, sheet, (handed("a", ANN), graded()))
    assert [line.rsplit(",", 1)[1] for line in after.splitlines()] == ["demo", "", "", "", ""]
    assert "since Ann Chen may be meant by 2 lines: Ann Chen, Ann C." in said
    assert "Not in the sheet" not in said


def test_names_are_told_as_they_are_spoken(tmp_path: Path) -> None:
    """A list of "Chen, Ann" and "Li, Bo" would be one of four people."""
    people = [
        (handed("a", ANN, keys={"canvas": "4001"}), None),
        (handed("b", BO, keys={"canvas": "4002"}), None),
    ]
    _, said = fill(tmp_path, CANVAS, *people)
    assert "Left as it is (not graded yet): Ann Chen, Bo Li." in said


def test_a_name_alone_finds_nobody(tmp_path: Path) -> None:
    after, said = fill(tmp_path, MOODLE, (handed("a", Person(name="Ann Chen")), graded()))
    assert after == MOODLE
    assert "Not in the sheet: Ann Chen." in said


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (graded(ALL | {"cells::gates": "fault"}), "points are pending: Ann Chen"),
        (None, "Left as it is (not graded yet): Ann Chen"),
        (Graded("k", problem="a.zip is damaged."), "Left as it is (cannot be read): Ann Chen"),
    ],
)
def test_what_is_no_grade_yet_is_left_and_told(tmp_path: Path, record: Graded | None, said: str) -> None:
    after, told = fill(tmp_path, MOODLE, (handed("a", ANN), record))
    assert after == MOODLE
    assert said in told


def test_another_maximum_is_told(tmp_path: Path) -> None:
    _, said = fill(tmp_path, MOODLE.replace("6.00", "100.00"), (handed("a", ANN), graded()))
    assert "The points are out of 6, the sheet's out of 100.00" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_all_else_stays_byte_for_byte(tmp_path: Path, encoding: str, end: str, delimiter: str) -> None:
    text = (
        "Student,ID,SIS User ID,Note,A demonstration (12)\n"
        'Ann Ché,4001,,"two\nlines, ""quoted""",\n'
        "'Bo,4002,,  spaces  ,x\n"
        '"Dan",4003,,,"1,5"\n'
        "\n"
    )
    text = text.replace('"1,5"', '""') if delimiter != ";" else text
    text = text.replace('lines, ""', 'lines; ""').replace("\n", end)
    sheet = text.replace('"1,5"', "COMMA").replace(",", delimiter).replace("COMMA", '"1,5"')
    data = sheet.encode(encoding)
    data = b"\xff\xfe" + data if encoding == "utf-16-le" else data
    (tmp_path / "sheet.csv").write_bytes(data)
    write(tmp_path, (handed("b", BO, keys={"canvas": "4002"}), LOST))
    after, _ = filled(tmp_path / "sheet.csv", DEMO, marks.read(tmp_path, DEMO))
    was, to = (f"  spaces  {delimiter}{each}".encode(encoding.removesuffix("-sig")) for each in ("x", "3"))
    assert after == data.replace(was, to) and after != data


def test_with_semicolons_and_decimal_commas_points_have_them_too(tmp_path: Path) -> None:
    units = DEMO.model_dump()["units"]
    units["loop"]["checks"]["padding"]["points"] = 1.5
    demo = assignment(units=units)
    sheet = "Student;ID;Essay (11);A demonstration (12)\nAnn;4001;3,25;\n"
    after, _ = fill(tmp_path, sheet, (handed("a", ANN, keys={"canvas": "4001"}), graded()), demo=demo)
    assert after.endswith("Ann;4001;3,25;4,5\n")


def test_the_points_of_the_checks_alone_can_be_asked_for(tmp_path: Path) -> None:
    late = {"deadline": "2026-10-01T12:00:00+00:00", "per_day": {"points": 1}}
    one = handed("a", ANN, at="2026-10-01T13:00:00+00:00", keys={"moodle": "123"})
    for alone, points in ((False, "5"), (True, "6")):
        after, _ = fill(tmp_path, MOODLE, (one, graded()), demo=assignment(late=late), checks_alone=alone)
        assert next(csv.DictReader(io.StringIO(after)))["Grade"] == points


@pytest.mark.parametrize(
    ("sheet", "column", "said"),
    [
        ("a,b\n1,2\n", "", "sheet.csv is no sheet that is known by its head"),
        ("", "", "is empty"),
        ('Student,ID,"A (1)\n', "", r":1: a quotation mark is opened and never closed"),
        (
            CANVAS.replace("A demonstration", "Other"),
            "",
            "has 2 columns of assignments: say --column with one of",
        ),
        (CANVAS, "Lab 9", r"no column 'Lab 9'; those of assignments are 'Essay \(11\)' and 'A demonstration"),
        (CANVAS, "A demonstation (12)", r"no column 'A demonstation \(12\)' \(did you mean 'A demonstration"),
        (CANVAS, "ID", "'ID' says who a line of sheet.csv is about"),
    ],
)
def test_what_is_no_sheet_or_no_column_is_told(tmp_path: Path, sheet: str, column: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        fill(tmp_path, sheet, (handed("a", ANN), graded()), column=column)


def test_grades_csv_has_a_line_for_everybody_and_runs_nothing(tmp_path: Path) -> None:
    evil = Person(name="=cmd|' /C calc'!A0", sid="+1", email="@x")
    write(
        tmp_path,
        (handed("a", ANN), LOST),
        (handed("b", evil), graded(ALL | {"cells::gates": "fault"})),
        (handed("c", BO, path="", problem=NOTHING), None),
    )
    grades = marks.read(tmp_path, DEMO)
    assert write_grades(tmp_path, DEMO, grades) and not write_grades(tmp_path, DEMO, grades)
    lines = list(csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text("utf-8-sig"))))
    told = [
        tuple(line[key] for key in ("state", "score", "pending", "max", "total", "cells", "loop"))
        for line in lines
    ]
    assert told == [
        ("graded", "3", "0", "6", "3", "3", "0"),
        ("graded", "4", "2", "6", "4", "1", "3"),
        ("absent", "", "0", "6", "", "", ""),
    ]
    assert lines[1]["names"].startswith("'=") and lines[1]["sid"] == "'+1" and lines[1]["email"] == "'@x"
    assert lines[2]["problem"] == NOTHING
