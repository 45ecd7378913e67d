"""A roster says who is in the class: its people are found by whatever a download knows of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from autograder.classroom.downloads import roster as rosters
from autograder.classroom.downloads.moments import moment
from autograder.classroom.handed import Person
from autograder.course.config import ConfigError
from tests.harness.classroom.downloads.course import CODE, staged
from tests.harness.files import lay

GRADESCOPE_ROSTER = """\
First Name,Last Name,SID,Email,Role,Sections
Ann,Chen,0712345,ann@x.edu,Student,A
Bo,Li,0712346,bo@x.edu,Student,A
Tea,Cher,,tea@x.edu,Instructor,
"""
GRADESCOPE_GRADES = """\
Name,SID,Email,Total Score,Max Points,Status,Submission ID,Submission Time,Lateness (H:M:S)
Ann Chen,0712345,ann@x.edu,,100,Ungraded,101,2023-09-12 18:03:29 -0700,00:00:00
Bo Li,0712346,bo@x.edu,,100,Missing,,,
"""
CANVAS_GRADEBOOK = """\
\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Lab 7 (4711)
,,,,,Manual Posting
    Points Possible,,,,,100
"Chen, Ann",4521,0712345,ann,A,
"Li, Bo",4522,0712346,bo,A,
"Student, Test",4599,,x,A,
"""
MOODLE_WORKSHEET = """\
Identifier,Full name,ID number,Email address,Status,Group,Grade,Last modified (submission)
Participant 11,Ann Chen,0712345,ann@x.edu,Submitted,Team 7,,"Tuesday, 12 September 2023, 6:03 PM"
Participant 12,Bo Li,0712346,bo@x.edu,No submission,Team 8,,-
"""
MOODLE_PARTICIPANTS = """\
First name;Surname;ID number;Email address;Groups
Ann;Chen;0712345;ann@x.edu;
Bo;Li;0712346;bo@x.edu;
"""
PLAIN = "姓名,學號\n陳安,0712345\n李波,0712346\n"
ANN = {"name": "Ann Chen", "sid": "0712345"}


@pytest.mark.parametrize(
    ("text", "ann", "keys"),
    [
        (GRADESCOPE_ROSTER, {**ANN, "email": "ann@x.edu"}, {}),
        (GRADESCOPE_GRADES, {**ANN, "email": "ann@x.edu"}, {"gradescope": "101"}),
        (CANVAS_GRADEBOOK, {**ANN, "login": "ann"}, {"canvas": "4521"}),
        (MOODLE_WORKSHEET, {**ANN, "email": "ann@x.edu"}, {"moodle": "11"}),
        (MOODLE_PARTICIPANTS, {**ANN, "email": "ann@x.edu"}, {}),
        (PLAIN, {"name": "陳安", "sid": "0712345"}, {}),
        ("Student ID,Login\n0712345,ann\n0712346,bo\n", {"sid": "0712345", "login": "ann"}, {}),
        ("Name,ID,Group\nAnn Chen,0712345,\nBo Li,0712346,\n", ANN, {}),
    ],
)
def test_the_tables_that_course_systems_write(
    tmp_path: Path, text: str, ann: dict[str, str], keys: dict[str, str]
) -> None:
    (tmp_path / "roster.csv").write_text(text)
    first, second = rosters.read(tmp_path / "roster.csv").members
    assert (first.person, first.keys) == (Person(**ann), keys)
    assert second.person.sid == "0712346"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "big5"])
def test_a_roster_in_chinese_is_read_as_excel_writes_it(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "roster.csv").write_bytes("姓名,學號\r\n王小明,0712345\r\nAnn,0712346\r\n".encode(encoding))
    people = [each.person for each in rosters.read(tmp_path / "roster.csv").members]
    assert people == [Person(name="王小明", sid="0712345"), Person(name="Ann", sid="0712346")]


def test_a_roster_of_windows_in_latin_letters_is_read(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes("Name;SID\r\nRené Müller;0712345\r\n".encode("cp1252"))
    assert rosters.read(tmp_path / "roster.csv").members[0].person.name == "René Müller"


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Grade,Comments\n3,good\n"])
def test_a_table_that_names_nobody_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(ConfigError, match="has no column for names, student numbers"):
        rosters.read(tmp_path / "roster.csv")


@pytest.mark.parametrize(
    ("person", "keys", "found"),
    [
        (Person(sid="0712345"), {}, "Ann Chen"),
        (Person(sid="712345"), {}, "Ann Chen"),  # a spreadsheet program drops the zero
        (Person(email="ANN@x.edu"), {}, "Ann Chen"),
        (Person(login="ann"), {}, "Ann Chen"),  # the part before the @
        (Person(name="chen, ANN"), {}, "Ann Chen"),
        (Person(name="chenann"), {}, "Ann Chen"),
        (Person(login="AnnChen"), {}, "Ann Chen"),
        (Person(), {"canvas": "4521"}, "Ann Chen"),
        (Person(name="anything"), {"canvas": "4521"}, "Ann Chen"),
        (Person(name="Participant 11"), {"moodle": "11"}, "Ann Chen"),
        (Person(name="Team 7"), {"moodle": "11"}, None),  # the number of a team
        (Person(name="achen Ann Chen"), {"moodle": "11"}, "Ann Chen"),  # the user name before it
        (Person(name="Cy Wu"), {}, None),  # there are two
        (Person(name="Cy Wu", email="cy2@x.edu"), {}, "Cy Wu"),
        (Person(name="Nobody"), {}, None),
        (Person(), {}, None),
    ],
)
def test_people_are_found_by_whatever_is_known(
    person: Person, keys: dict[str, str], found: str | None
) -> None:
    ann = Person(name="Ann Chen", sid="0712345", email="ann@x.edu")
    twice = [rosters.Member(Person(name="Cy Wu", email=f"cy{n}@x.edu")) for n in (1, 2)]
    roster = rosters.Roster([rosters.Member(ann, {"canvas": "4521", "moodle": "11"}), *twice])
    member = roster.find(person, keys)
    assert (member.person.name if member else None) == found


def test_a_roster_is_remembered_until_another_one_is_named(tmp_path: Path) -> None:
    source, named = lay(tmp_path / "in", {"chenann_4521_1_cells.py": CODE}), tmp_path / "sheet.csv"
    named.write_text(CANVAS_GRADEBOOK)
    first, rows = staged(source, tmp_path / "out", roster=named)
    assert not any("of before" in said for said in first.said)
    named.unlink()
    again, same = staged(source, tmp_path / "out")
    assert same == rows and "0712346" in same
    assert any(said.startswith("The roster is the one of before") for said in again.said)
    named.write_text("Name,SID\nAnn Chen,0712345\n")
    assert "0712346" not in staged(source, tmp_path / "out", roster=named)[1]


def test_who_handed_in_nothing_has_a_row_and_who_is_a_stranger_is_told(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {"chenann_4521_1_cells.py": CODE, "wucy_LATE_4777_2_cells.py": CODE})
    (tmp_path / "roster.csv").write_text(CANVAS_GRADEBOOK)
    download, rows = staged(source, tmp_path / "out", roster=tmp_path / "roster.csv")
    assert rows["chenann_4521"].people == (Person(name="Ann Chen", sid="0712345", login="ann"),)
    bo = rows["0712346"]
    assert (bo.path, bo.digest, bo.problem) == ("", "", "Handed in nothing.")
    assert (bo.names, bo.keys) == ("Bo Li", {"canvas": "4522"})
    assert (
        "The roster has 2 people: 1 of them handed in nothing. 1 submission is of somebody who is not on it, "
        "or who is there twice: wucy." in download.said
    )


def test_the_worksheet_of_moodle_knows_teams_and_times(tmp_path: Path) -> None:
    source = lay(
        tmp_path / "in",
        {"Team 7_45_assignsubmission_file/cells.py": CODE, "Bo Li_12_assignsubmission_file/cells.py": CODE},
    )
    text = MOODLE_WORKSHEET + 'Participant 13,Cy Wu,,cy@x.edu,Submitted,Team 7,,"2023年9月12日(二) 18:03"\n'
    (tmp_path / "roster.csv").write_text(
        text.replace(",Team 8,,-", ',Team 8,,"Tuesday, 12 September 2023, 6:03 PM"')
    )
    _, rows = staged(source, tmp_path / "out", roster=tmp_path / "roster.csv")
    assert rows["Team_7_45"].names == "Ann Chen, Cy Wu"
    assert rows["Bo_Li_12"].at == datetime(2023, 9, 12, 18, 3).astimezone()
    assert len(rows) == 2


def test_a_student_whose_number_is_a_submissions_name_has_a_row_of_another_name(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {"bo/cells.py": CODE, "cy/cells.py": CODE})
    (tmp_path / "roster.csv").write_text(
        "Name,Email\nAnn Chen,bo\nCy,cy@x.edu\nBo Li,b@x.edu\nBo Li,c@x.edu\n"
    )
    _, rows = staged(source, tmp_path / "out", roster=tmp_path / "roster.csv")
    assert rows["bo"].path
    assert len(rows) == 4  # Ann Chen is "bo"


def test_a_number_keeps_the_zero_that_a_spreadsheet_program_has_dropped(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {"0712345_lab.py": CODE, "0712346_lab.py": CODE})
    (tmp_path / "roster.csv").write_text("Name,SID\nAnn Chen,712345\nBo Li,712346\n")
    _, rows = staged(source, tmp_path / "out", roster=tmp_path / "roster.csv")
    assert rows["0712345"].people == (Person(name="Ann Chen", sid="0712345"),)


def test_the_key_of_a_groups_submission_makes_no_member_of_it_another_one(tmp_path: Path) -> None:
    """Bo was in Ann's group, and then handed in alone: the sheet knows Bo by the later submission."""
    ann, bo, cy = (f"  - :name: {name}\n    :sid: '{name}'\n" for name in ("Ann", "Bo", "Cy"))
    metadata = f"submission_1:\n  :submitters:\n{ann}{bo}{cy}submission_7:\n  :submitters:\n{bo}"
    work = {f"submission_{number}/cells.py": CODE for number in (1, 7)}
    source = lay(tmp_path / "in", {"submission_metadata.yml": metadata, **work})
    table = "Name,SID,Submission ID\nAnn,Ann,1\nBo,Bo,7\n"  # Cy has left the course
    roster = lay(tmp_path, {"sheet.csv": table}) / "sheet.csv"
    _, rows = staged(source, tmp_path / "out", roster=roster)
    assert [row.names for row in rows.values()] == ["Ann, Bo, Cy", "Bo"]


@pytest.mark.parametrize("is_timed", [True, False])
def test_one_person_under_several_names_has_several_attempts(tmp_path: Path, is_timed: bool) -> None:
    stamp = {"submitted/0712345/lab/timestamp.txt": "2015-02-03 10:00:00 UTC"}
    stamp["submitted/ann/lab/timestamp.txt"] = "2015-02-04 10:00:00 UTC" if is_timed else "-"
    files = {f"submitted/{who}/lab/cells.py": CODE for who in ("0712345", "ann", "bo")}
    (tmp_path / "roster.csv").write_text(GRADESCOPE_ROSTER)
    source = lay(tmp_path / "in", {**files, **stamp})
    download, rows = staged(source, tmp_path / "out", roster=tmp_path / "roster.csv")
    told = "Ann Chen: submissions of several names, 0712345, ann; "
    if is_timed:
        assert told + "the latest counts." in download.said
        assert [(each.id, each.attempt) for each in rows.values()] == [("ann", 2), ("bo", 1)]
    else:
        assert told + "all are graded and the best counts." in download.said
        assert [(each.id, each.attempt) for each in rows.values()] == [("0712345", 2), ("ann", 1), ("bo", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tuesday, 12 September 2023, 6:03 PM", datetime(2023, 9, 12, 18, 3)),
        ("12 September 2023, 18:03", datetime(2023, 9, 12, 18, 3)),
        ("2023年09月12日(二) 18:03", datetime(2023, 9, 12, 18, 3)),
        ("2023-09-12 18:03", datetime(2023, 9, 12, 18, 3)),
        ("-", None),
        ("", None),
        ("2023-99-12 18:03", None),
        ("0001-01-01 00:00", None),
        ("soon", None),
        (7, None),
    ],
)
def test_times_as_course_systems_write_them(text: object, expected: datetime | None) -> None:
    assert moment(text) == (expected.astimezone() if expected else None)
