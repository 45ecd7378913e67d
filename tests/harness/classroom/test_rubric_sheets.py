"""Filled sheets become people's points; what cannot be is named, and nothing is chosen silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.classroom.handed import NOTHING, Handed, Person, write_manifest
from autograder.classroom.rubric import marks_of
from autograder.classroom.rubric.sheets import columns, template
from autograder.classroom.spreadsheet import read_table
from autograder.course import config
from autograder.course.config import Assignment
from tests.harness.classroom.made import WITH_A_RUBRIC
from tests.harness.files import lay

HEAD = 'id,people,grader,saved,Summary [5 / 3 / 1],Summary: comment,"Tuning, and tests [0 to 2.5]",'
HEAD += '"Tuning, and tests: comment",overall comment\n'
ANN = Handed(id="ann.chen", people=(Person(name="Ann Chen"),), path="submissions/ann.chen")
TWO = Handed(id="007", people=(Person(name='=cmd("x")'), Person(name="Bo Li")), path="submissions/007")
NOBODY = Handed(id="cy", people=(Person(name="Cy"),), problem=NOTHING)


@pytest.fixture
def demo(tmp_path: Path) -> Assignment:
    (tmp_path / config.FILE_NAME).write_text(WITH_A_RUBRIC, encoding="utf-8")
    write_manifest(tmp_path, [ANN, TWO, NOBODY])
    return config.load(tmp_path).assignment("demo")


def fill(folder: Path, name: str, text: str | bytes) -> None:
    lay(folder, {name: text})


def test_a_filled_line_gives_points_comments_and_its_grader(demo: Assignment, tmp_path: Path) -> None:
    fill(tmp_path, "rubric.csv", HEAD + "ann.chen,Ann Chen,Eve,,5,Well said.,1.5,,'-1 would be harsh\n")
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert (part.points, part.most, part.problems, part.missing) == (21.5, 22.5, (), [])
    assert [mark.comment for mark in part.marks] == ["Well said.", ""]
    assert [mark.meaning for mark in part.marks] == ["Specific.", ""]
    assert (part.comments, part.graders) == (("-1 would be harsh",), ("Eve",))


def test_who_handed_in_nothing_has_no_points_and_who_waits_for_a_grader_has_none_yet(
    demo: Assignment, tmp_path: Path
) -> None:
    parts = marks_of(tmp_path, demo)
    assert parts["cy"].points == 0
    assert {mark.meaning for mark in parts["cy"].marks} == {"Nothing was handed in for this."}
    assert parts["ann.chen"].points is None
    assert parts["ann.chen"].missing == ["Summary", "Tuning, and tests"]
    assert not parts["ann.chen"].is_begun


def test_what_cannot_be_read_is_not_nothing_and_waits_for_a_person(demo: Assignment, tmp_path: Path) -> None:
    write_manifest(tmp_path, [Handed(id="cy", people=NOBODY.people, problem="a.ipynb is larger than 20 MB.")])
    assert marks_of(tmp_path, demo)["cy"].points is None


@pytest.mark.parametrize(
    ("summary", "tuning", "points"),
    [
        ("5", "2.5", 22.5),
        ("5.0", "0", 20),
        ("5,0", "1,25", 21.25),
        ("no report", "No report", 0),
        (" 1 ", "2", 6),
    ],
)
def test_a_mark_may_be_written_as_spreadsheets_do(
    demo: Assignment, tmp_path: Path, summary: str, tuning: str, points: float
) -> None:
    fill(tmp_path, "rubric/marks/a.csv", HEAD + f'ann.chen,,,,"{summary}",,"{tuning}",,\n')
    assert marks_of(tmp_path, demo)["ann.chen"].points == points


@pytest.mark.parametrize("mark", ["4", "20", "-5", "x", "5/5", "nan"])
def test_an_impossible_level_is_named_with_what_is_allowed(
    demo: Assignment, tmp_path: Path, mark: str
) -> None:
    fill(tmp_path, "rubric/marks/a.csv", HEAD + f"ann.chen,,Eve,,{mark},,1,,\n")
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert part.points is None and part.marks[1].points == 1
    assert part.problems == (
        f"{mark!r} (Eve, rubric/marks/a.csv) is no mark for 'Summary'; allowed are 5 / 3 / 1, or no report.",
    )


@pytest.mark.parametrize("mark", ["2.6", "-1", "inf", "nan", "01. May"])
def test_impossible_points_are_named_with_what_is_allowed(
    demo: Assignment, tmp_path: Path, mark: str
) -> None:
    fill(tmp_path, "rubric/marks/a.csv", HEAD + f"ann.chen,,,,5,,{mark},,\n")
    [problem] = marks_of(tmp_path, demo)["ann.chen"].problems
    assert "is no mark for 'Tuning, and tests'; allowed are 0 to 2.5, or no report." in problem


def test_two_graders_who_disagree_are_told_and_neither_wins(demo: Assignment, tmp_path: Path) -> None:
    fill(tmp_path, "rubric/marks/eve.csv", HEAD + "ann.chen,,Eve,,5,Good.,2,,\n")
    fill(tmp_path, "rubric/marks/mal.csv", HEAD + "ann.chen,,Mal,,3,Vague.,2,,\n")
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert part.points is None and part.marks[1].points == 2
    assert (part.marks[0].given, part.marks[0].points, part.missing) == ("5 / 3", None, [])
    assert part.marks[0].comment == "Good.\nVague."
    [problem] = part.problems
    assert "'Summary' is given 5 (Eve, rubric/marks/eve.csv) and 3 (Mal, rubric/marks/mal.csv)" in problem


def test_what_a_page_saved_last_takes_the_place_of_what_it_saved_before(
    demo: Assignment, tmp_path: Path
) -> None:
    fill(tmp_path, "rubric/marks/ann.csv", HEAD + "ann.chen,,Eve,2026-11-27T10:00:00Z,5,Old.,2,,\n")
    fill(tmp_path, "rubric/marks/ann (1).csv", HEAD + "ann.chen,,eve,2026-11-27T10:05:00Z,3,New.,2,,\n")
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert (part.points, part.marks[0].comment, part.problems) == (14, "New.", ())


def test_rows_may_be_shared_by_graders(demo: Assignment, tmp_path: Path) -> None:
    fill(tmp_path, "rubric/marks/eve.csv", HEAD + "ann.chen,,Eve,,5,,,,\n")
    assert marks_of(tmp_path, demo)["ann.chen"].missing == ["Tuning, and tests"]
    fill(tmp_path, "rubric/marks/mal.csv", "id;Tuning, and tests\nann.chen;2\n")
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert (part.points, part.graders) == (22, ("Eve", "somebody"))


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + "7,,Eve,,3,,1.5,,Zoë\n").encode("utf-8-sig"),
        "id;grader;Summary;Tuning, and tests;overall comment;;\r\n7,0;Eve;3;1,5;Zoë;;\r\n;;;;\r\n".encode(
            "cp1252"
        ),
        ("sep=;\r\nid;grader;Summary;Tuning, and tests;overall comment\n007;Eve;3;1,5;Zoë").encode(),
        "ID\tGrader\tSUMMARY\tTuning,  and tests\tOverall comment\n7\tEve\t3\t1,5\tZoë\n".encode("utf-16"),
    ],
    ids=["mark", "german", "sep", "utf-16"],
)
def test_a_sheet_is_read_as_excel_leaves_it(demo: Assignment, tmp_path: Path, data: bytes) -> None:
    fill(tmp_path, "rubric.csv", data)
    strange: list[str] = []
    part = marks_of(tmp_path, demo, strange)["007"]
    assert (part.points, part.comments, part.graders, strange) == (13.5, ("Zoë",), ("Eve",), [])


def test_what_belongs_to_no_submission_is_named_and_the_rest_is_kept(
    demo: Assignment, tmp_path: Path
) -> None:
    fill(tmp_path, "rubric/marks/a.csv", HEAD + "ann.chem,,,,5,,1,,\nann.chen,,,,5,,1,,\n")
    fill(tmp_path, "rubric/marks/b.csv", "name,mark\nAnn,5\n")
    fill(tmp_path, "rubric/marks/c.csv", "id,Sumary,total\n007,5,\n")
    strange: list[str] = []
    assert marks_of(tmp_path, demo, strange)["ann.chen"].points == 21
    assert strange == [
        "rubric/marks/b.csv has no column `id`: it is no sheet of this rubric.",
        "rubric/marks/c.csv has a column 'Sumary', which is no row of the rubric (did you mean 'Summary'?).",
        "rubric/marks/c.csv has a column 'total', which is no row of the rubric.",
        "rubric/marks/a.csv: no submission has the id 'ann.chem' (did you mean 'ann.chen'?); "
        "its marks wait for one.",
    ]


def test_sheets_may_lie_in_folders_and_what_is_no_csv_file_is_told(demo: Assignment, tmp_path: Path) -> None:
    fill(tmp_path, "rubric/marks/Eve/Monday.CSV", HEAD + "ann.chen,,Eve,,5,,1,,\n")
    fill(tmp_path, "rubric/marks/Mal.xlsx", b"PK")
    fill(tmp_path, "rubric/marks/~$Mal.xlsx", b"open in Excel")
    fill(tmp_path, "rubric/marks/.~lock.Mal.csv#", b"open in LibreOffice")
    strange: list[str] = []
    assert marks_of(tmp_path, demo, strange)["ann.chen"].points == 21
    assert strange == ["rubric/marks/Mal.xlsx was not read: save it as CSV."]


def test_a_template_runs_no_formula_gives_no_mark_and_says_what_is_allowed(
    demo: Assignment, tmp_path: Path
) -> None:
    assert demo.rubric is not None
    fill(tmp_path, "rubric.csv", template(demo.rubric, [ANN, TWO]))
    head, ann, two = read_table(tmp_path / "rubric.csv")
    assert head == columns(demo.rubric)
    assert head[4:7] == ["Summary [5 / 3 / 1]", "Summary: comment", "Tuning, and tests [0 to 2.5]"]
    assert ann[:2] == ["ann.chen", "Ann Chen"] and two[1] == '\'=cmd("x"), Bo Li'
    assert not any(part.is_begun for part in marks_of(tmp_path, demo).values())


def test_an_assignment_without_a_rubric_has_no_marks(demo: Assignment, tmp_path: Path) -> None:
    fill(tmp_path, "rubric.csv", HEAD + "ann.chen,,,,5,,1,,\n")
    assert marks_of(tmp_path, demo.model_copy(update={"rubric": None})) == {}


def line(version: str, grader: str = "Eve", summary: str = "5") -> str:
    return f"ann.chen,Ann Chen,{grader},,{summary},,1.5,,,{version}\n"


VERSIONED = HEAD.rstrip() + ",version\n"
OLD, NEW = (ANN.model_copy(update={"digest": digit * 64}) for digit in "12")


def test_marks_of_what_was_handed_in_before_do_not_count_and_are_told(
    demo: Assignment, tmp_path: Path
) -> None:
    fill(tmp_path, "rubric/marks/a.csv", VERSIONED + line(OLD.version))
    write_manifest(tmp_path, [OLD])
    assert marks_of(tmp_path, demo)["ann.chen"].points == 21.5
    write_manifest(tmp_path, [NEW])
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert (part.points, part.earlier, part.is_begun) == (None, ("Eve",), False)
    assert part.problems == (
        "The marks of Eve in rubric/marks/a.csv are of what was handed in before, and do not count. Look at "
        "what is new and save the sheet again, or write v22222222 into its column `version`.",
    )
    fill(tmp_path, "rubric/marks/b.csv", VERSIONED + line(NEW.version, "Mal", "3"))
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert (part.points, part.graders, part.earlier) == (13.5, ("Mal",), ("Eve",))
    fill(tmp_path, "rubric/marks/b.csv", VERSIONED + line(NEW.version, "eve", "3"))
    part = marks_of(tmp_path, demo)["ann.chen"]
    assert (part.points, part.earlier, part.problems) == (13.5, (), ())


def test_marks_of_before_for_what_cannot_be_read_now_can_be_kept_by_emptying_a_cell(
    demo: Assignment, tmp_path: Path
) -> None:
    fill(tmp_path, "rubric/marks/a.csv", VERSIONED + line(OLD.version))
    write_manifest(tmp_path, [ANN])
    [problem] = marks_of(tmp_path, demo)["ann.chen"].problems
    assert problem.endswith("or empty its column `version`.")
    fill(tmp_path, "rubric/marks/a.csv", VERSIONED + line(""))
    assert marks_of(tmp_path, demo)["ann.chen"].points == 21.5


def test_marks_stay_with_the_attempt_whose_files_were_looked_at(demo: Assignment, tmp_path: Path) -> None:
    fill(tmp_path, "rubric/marks/a.csv", VERSIONED + line(OLD.version))
    first = OLD.model_copy(update={"id": "ann.chen_1"})
    write_manifest(tmp_path, [first, NEW.model_copy(update={"attempt": 2}), TWO])
    parts = marks_of(tmp_path, demo)
    assert parts["ann.chen_1"].points == 21.5
    assert (parts["ann.chen"].points, parts["ann.chen"].problems) == (None, ())


def test_a_template_says_for_which_files_it_is(demo: Assignment, tmp_path: Path) -> None:
    assert demo.rubric is not None
    [head, row] = template(demo.rubric, [NEW]).splitlines()
    assert head.endswith("overall comment,version") and row.endswith(",v22222222")
