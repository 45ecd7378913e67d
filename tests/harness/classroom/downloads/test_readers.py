"""Every kind of download is known by itself, and says whose each submission is."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from autograder.classroom.downloads import READERS, read
from autograder.classroom.handed import Person, read_manifest
from autograder.course.config import Assignment, ConfigError
from autograder.submission import read as read_submission
from tests.harness.classroom.downloads.course import CODE, LAB, content, staged
from tests.harness.files import archive, lay, zipped

METADATA = """\
---
submission_101:
  :submitters:
  - :name: Ann Chen
    :sid: '0712345'
    :email: ann@x.edu
  :created_at: 2023-09-12 18:03:29.402610000 Z
  :score: 44.0
  :results:
    tests:
    - name: 'one: two'
      output: |
        submission_999:
          :submitters: nobody
      score: 1.0
    - name: "three \\
        more"
  :history:
  - :created_at: 2023-09-10 10:00:00.000000000 Z
    :score: 3.0
  - :results:
      tests:
      - name: x
    :created_at: 2023-09-11 10:00:00.000000000 Z
submission_102:
  :submitters:
  - :name: Bo Li
    :email: bo@x.edu
  - :name: Cy Wu
  :created_at: 2023-09-13 01:02:03.000000000 Z
103.pdf:
  :submitters:
  - :name: Di Ott
    :sid: '0712348'
submission_104:
  :submitters:
  - :name: Ed Poe
"""
GRADESCOPE = {
    "assignment_7_export/submission_metadata.yml": METADATA,
    "assignment_7_export/submission_101/cells.py": CODE,
    "assignment_7_export/submission_101/src/extra.py": "x = 1\n",
    "assignment_7_export/submission_101/__MACOSX/._cells.py": "junk",
    "assignment_7_export/submission_101/.DS_Store": "junk",
    "assignment_7_export/submission_102/work.ipynb": "{}",
    "assignment_7_export/103.pdf": "%PDF",
}


@pytest.mark.parametrize("form", ["zip", "folder", "folder above", "folder with the zip"])
def test_a_gradescope_export_in_any_wrapping(tmp_path: Path, form: str) -> None:
    place = tmp_path / "in"
    if form == "zip":
        source = archive(place / "export.zip", GRADESCOPE)
    elif form == "folder with the zip":
        source = archive(place / "export.zip", GRADESCOPE).parent
        (place / "roster.csv").write_text("Name\n")
    else:
        source = lay(place, GRADESCOPE)
        source = source if form == "folder above" else source / "assignment_7_export"
    download, rows = staged(source, tmp_path / "out")
    assert download.said[0] == "This is a Gradescope export: 4 submissions of 5 people."
    assert [*rows] == ["submission_101", "submission_102", "submission_103", "submission_104"]
    ann, both, pdf, none = rows.values()
    assert ann.people == (Person(name="Ann Chen", sid="0712345", email="ann@x.edu"),)
    assert ann.at == datetime(2023, 9, 12, 18, 3, 29, 402610, tzinfo=timezone.utc)
    assert (ann.attempt, ann.keys) == (3, {"gradescope": "101"})
    assert content(tmp_path / "out", ann) == {"cells.py": CODE, "src/extra.py": "x = 1\n"}
    assert both.names == "Bo Li, Cy Wu"
    assert (both.people[0].sid, both.attempt) == ("", 1)
    assert pdf.problem == "It holds no code, only 103.pdf."
    assert (tmp_path / "out" / pdf.path / "103.pdf").is_file()
    assert none.problem == "The export names this submission and holds no file of it."
    assert "Ed Poe (The export names" in download.said[-1]


def test_broken_metadata_cost_the_names_and_nothing_else(tmp_path: Path) -> None:
    files = {"submission_1/cells.py": CODE, "submission_2/cells.py": CODE}
    source = lay(tmp_path / "in", {**files, "submission_metadata.yml": "a: [1,\nb: {"})
    download, rows = staged(source, tmp_path / "out")
    assert [*rows] == ["submission_1", "submission_2"]
    assert "submission_metadata.yml cannot be read: names and times are not known." in download.said


def test_a_broken_part_of_the_metadata_costs_its_own_names_alone(tmp_path: Path) -> None:
    broken = METADATA.replace("- :name: Bo Li", "- :name: [Bo Li")
    source = lay(tmp_path / "in", {**GRADESCOPE, "assignment_7_export/submission_metadata.yml": broken})
    download, rows = staged(source, tmp_path / "out")
    assert [each.names for each in rows.values()] == ["Ann Chen", "submission_102", "Di Ott", "Ed Poe"]
    assert (
        "submission_metadata.yml cannot be read: names and times of 1 submission are not known."
        in download.said
    )


def test_what_ruby_writes_of_its_own_kinds_is_read(tmp_path: Path) -> None:
    time = "  :created_at: 2023-09-12 18:03:29.402610000 Z\n"
    assert time in METADATA
    ruby = (
        "  :created_at: !ruby/object:ActiveSupport::TimeWithZone\n    utc: 2023-09-12 18:03:29.402610000 Z\n"
    )
    text = METADATA.replace(time, ruby).replace(":score: 44.0", ":score: !ruby/object:BigDecimal 18:0.44e2")
    source = lay(tmp_path / "in", {**GRADESCOPE, "assignment_7_export/submission_metadata.yml": text})
    _, rows = staged(source, tmp_path / "out")
    assert rows["submission_101"].at == datetime(2023, 9, 12, 18, 3, 29, 402610, tzinfo=timezone.utc)


def test_the_results_of_then_are_not_even_parsed(tmp_path: Path) -> None:
    broken = METADATA.replace("      score: 1.0", "      score: [1.0, {")
    files = {**GRADESCOPE, "assignment_7_export/submission_metadata.yml": broken}
    _, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert (rows["submission_101"].names, rows["submission_101"].attempt) == ("Ann Chen", 3)


def test_a_folder_that_the_metadata_do_not_name_is_taken_and_told(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {**GRADESCOPE, "assignment_7_export/submission_9/loop.py": CODE})
    download, rows = staged(source, tmp_path / "out")
    assert rows["submission_9"].people == ()
    assert "submission_metadata.yml says nothing of submission_9." in download.said


CANVAS = {
    "chenann_4521_98765_cells-1.py": CODE,
    "chenann_4521_98766_loop.py": "x = 1\n",
    "libo_LATE_4522_98770_part-1.py": "a = 1\n",
    "libo_LATE_4522_98771_part-2.py": "a = 2\n",
    "group7_4523_98780_my work.ipynb": "{}",
    "ottdi_4524_text.html": "<p>Hello</p>",
    "poeed_late_4525_link.html": "<a>",
    "anon_aB3dE_98790_cells.py": CODE,
    "LATE_anon_aB3dF_98791_cells.py": CODE,
    "歐陽_4526_98792_cells.py": CODE,
}


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_canvas_download(tmp_path: Path, is_zip: bool) -> None:
    make = archive if is_zip else lay
    download, rows = staged(make(tmp_path / "in" / "submissions.zip", CANVAS), tmp_path / "out")
    assert download.said[0] == "This is a Canvas download: 8 submissions of 8 people."
    ann, bo, group = rows["chenann_4521"], rows["libo_4522"], rows["group7_4523"]
    assert (ann.keys, ann.late, ann.people) == ({"canvas": "4521"}, False, (Person(name="chenann"),))
    assert content(tmp_path / "out", ann) == {"cells.py": CODE, "loop.py": "x = 1\n"}
    assert (bo.late, [*content(tmp_path / "out", bo)]) == (True, ["part-1.py", "part-2.py"])
    assert [*content(tmp_path / "out", group)] == ["my work.ipynb"]
    assert rows["ottdi_4524"].problem == "It is text typed into Canvas, and no file was handed in."
    assert rows["poeed_4525"].problem == "It is a link, and no file was handed in."
    assert rows["poeed_4525"].late
    assert rows["anon_aB3dE"].keys == {"canvas_anonymous": "anon_aB3dE"}
    assert (rows["anon_aB3dE"].people, rows["anon_aB3dE"].late) == ((), False)
    assert rows["anon_aB3dF"].late
    [strange] = [each for each in rows.values() if each.keys.get("canvas") == "4526"]
    assert strange.names == "歐陽"


def test_canvas_uploads_of_one_file_again_are_attempts(tmp_path: Path) -> None:
    files = {
        "chenann_4521_200_lab-1.zip": zipped({"cells.py": "second"}),
        "chenann_4521_100_lab.zip": zipped({"cells.py": "first"}),
        "libo_4522_300_cells.py": CODE,
    }
    source = lay(tmp_path / "in", files)
    download, rows = staged(source, tmp_path / "out")
    assert (
        download.said[0] == "This is a Canvas download: 3 submissions of 2 people; 1 earlier one is left out."
    )
    assert (rows["chenann_4521"].attempt, rows["chenann_4521"].path) == (2, "submissions/chenann_4521.zip")
    assert "chenann_4521_1" not in rows
    _, every = staged(source, tmp_path / "out", keep="all")
    assert [(each.attempt, each.path) for each in every.values()] == [
        (2, "submissions/chenann_4521.zip"),
        (1, "submissions/chenann_4521_1.zip"),
        (1, "submissions/libo_4522"),
    ]
    assert every["chenann_4521"].digest != every["chenann_4521_1"].digest


def test_a_zip_beside_a_report_is_opened_and_one_beside_code_is_not(tmp_path: Path) -> None:
    work = zipped({"work/cells.py": CODE, "work/data.csv": "1"})
    files = {
        "chenann_4521_1_work.zip": work,
        "chenann_4521_2_report.pdf": "%PDF",
        "libo_4522_3_work.zip": work,
        "libo_4522_4_cells.py": "own = 1\n",
        "wucy_4523_5_a.pdf": "%PDF",
        "wucy_4523_6_work.zip": "no zip",
    }
    _, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert [*content(tmp_path / "out", rows["chenann_4521"])] == ["report.pdf", "work.zip/cells.py"]
    assert not rows["chenann_4521"].problem
    bo = tmp_path / "out" / rows["libo_4522"].path
    assert sorted(each.name for each in bo.iterdir()) == ["cells.py", "work.zip"]
    assert rows["wucy_4523"].problem.startswith("work.zip is no valid zip file")


MOODLE = {
    "Ann Chen_11_assignsubmission_file/cells.py": CODE,
    "Ann Chen_11_assignsubmission_file/sub/loop.py": "x = 1\n",
    "Ann Chen_11_assignsubmission_onlinetext/onlinetext.html": "<p>",
    "Bo Li_12_assignsubmission_onlinetext/onlinetext.html": "<p>",
    "Cy Wu_13_assignsubmission_file_/cells.py": CODE,
    "Team 7_45_assignsubmission_file/cells.py": CODE,
    "b0712345 Di Ott_14_assignsubmission_file/cells.py": CODE,
    "王小明_15_assignsubmission_file/cells.py": CODE,
}


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_moodle_download(tmp_path: Path, is_zip: bool) -> None:
    make = archive if is_zip else lay
    download, rows = staged(make(tmp_path / "in" / "DL-Lab 7-4711.zip", MOODLE), tmp_path / "out")
    assert download.said[0] == "This is a Moodle download: 6 submissions of 6 people."
    by_key = {each.keys["moodle"]: each for each in rows.values()}
    ann = by_key["11"]
    assert (ann.id, ann.people) == ("Ann_Chen_11", (Person(name="Ann Chen"),))
    assert [*content(tmp_path / "out", ann)] == ["cells.py", "onlinetext.html", "sub/loop.py"]
    assert by_key["12"].problem == "It is text typed into Moodle, and no file was handed in."
    assert [*content(tmp_path / "out", by_key["13"])] == ["cells.py"]
    assert by_key["45"].names == "Team 7"
    assert by_key["14"].people == (Person(name="Di Ott", login="b0712345"),)
    assert by_key["15"].names == "王小明"


@pytest.mark.parametrize(("files", "kind"), [(MOODLE, "moodle"), (CANVAS, "canvas")])
def test_a_folder_whose_name_is_not_made_as_the_others_are_is_told(
    tmp_path: Path, files: dict[str, str], kind: str
) -> None:
    source = lay(tmp_path / "in", {**files, "Finn, by mail/cells.py": CODE, "Gil/": ""})
    download, rows = staged(source, tmp_path / "out", reader=kind)
    assert any(said.endswith("Finn, by mail/, Gil/.") for said in download.said), download.said
    assert not any("Finn" in id for id in rows)


def test_a_moodle_download_without_folders(tmp_path: Path) -> None:
    files = {name.replace("/", "_", 1).replace("__", "_"): text for name, text in MOODLE.items()}
    files = {name.replace("/", "_"): text for name, text in files.items()}
    download, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert download.said[0].startswith("This is a Moodle download")
    assert sorted(each.keys["moodle"] for each in rows.values()) == ["11", "12", "13", "14", "15", "45"]
    assert "cells.py" in content(tmp_path / "out", rows["Cy_Wu_13"])


def test_a_moodle_download_that_is_graded_blind(tmp_path: Path) -> None:
    files = {f"參與者_{n}_assignsubmission_file/cells.py": CODE for n in (7, 8)}
    _, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert sorted(each.names for each in rows.values()) == ["參與者 7", "參與者 8"]


NBGRADER = {
    "submitted/ann/lab/cells.py": CODE,
    "submitted/ann/lab/timestamp.txt": "2015-02-02 15:58:23.948203 America/Los_Angeles",
    "submitted/b0712345/lab/work.ipynb": "{}",
    "submitted/b0712345/lab/timestamp.txt": "2015-02-02 15:58:23 UTC",
    "submitted/cy/other/cells.py": CODE,
    "release/lab/cells.py": "",
    "gradebook.db": "",
}


@pytest.mark.parametrize("inside", ["", "submitted"])
def test_what_nbgrader_collected(tmp_path: Path, inside: str) -> None:
    source = lay(tmp_path / "course", NBGRADER) / inside
    download, rows = staged(source, tmp_path / "out")
    assert download.said[0] == "This is a folder of nbgrader's: 2 submissions of 2 people."
    assert [*rows] == ["ann", "b0712345"]
    zone = timezone(timedelta(hours=-8))
    assert rows["ann"].at == datetime(2015, 2, 2, 15, 58, 23, 948203, tzinfo=zone)
    assert rows["b0712345"].at == datetime(2015, 2, 2, 15, 58, 23, tzinfo=timezone.utc)
    assert (rows["ann"].people, rows["ann"].keys) == ((Person(login="ann"),), {"nbgrader": "ann"})
    assert content(tmp_path / "out", rows["ann"]) == {"cells.py": CODE}


def test_several_assignments_of_nbgrader_need_a_name(tmp_path: Path) -> None:
    files = {f"submitted/ann/{name}/cells.py": CODE for name in ("ps1", "ps2")}
    with pytest.raises(ConfigError, match=r"several assignments here, ps1, ps2: name the folder .* as lab\."):
        staged(lay(tmp_path / "in", files), tmp_path / "out")


HANDOUT = {
    "0712345_Lab7_InClass.py": CODE,
    "0712345_Lab7_InClass.pdf": "%PDF",
    "0712346_lab7_inclass.ipynb": "{}",
    "0712347_Lab7_InClass.pdf": "%PDF",
    "0712348_Lab7_InClass.py": "first",
    "0712348_Lab7_InClass (1).py": "second",
    "0712349_final.py": CODE,
    "grades.csv": "",
    "README.md": "",
}


def test_names_that_begin_with_the_student(tmp_path: Path) -> None:
    download, rows = staged(lay(tmp_path / "in", HANDOUT), tmp_path / "out")
    assert download.said[:2] == [
        "This is a set of files named after students: 6 submissions of 5 people; 1 earlier one is left out.",
        "Not taken for submissions: README.md, grades.csv.",
    ]
    assert [*rows] == ["0712345", "0712346", "0712347", "0712348", "0712349"]
    assert rows["0712345"].people == (Person(sid="0712345"),)
    both = content(tmp_path / "out", rows["0712345"])
    assert [*both] == ["0712345_Lab7_InClass.pdf", "0712345_Lab7_InClass.py"]
    assert "no code" in rows["0712347"].problem
    assert (rows["0712348"].attempt, [*content(tmp_path / "out", rows["0712348"]).values()]) == (
        2,
        ["second"],
    )


def test_zips_and_notebooks_named_after_students(tmp_path: Path) -> None:
    files = {
        "abc123_3B.zip": zipped({"cells.py": CODE}),
        "Xyz9_3b.zip": zipped({"cells.py": CODE}),
    }
    _, rows = staged(archive(tmp_path / "all.zip", files), tmp_path / "out")
    assert {each.id: each.path for each in rows.values()} == {
        "Xyz9": "submissions/Xyz9.zip",
        "abc123": "submissions/abc123.zip",
    }
    assert read_submission(tmp_path / "out" / rows["abc123"].path, LAB).place_of("Cell") == "cells.py:1"


def test_flat_notebooks_one_per_student(tmp_path: Path) -> None:
    files = {"ann_chen.ipynb": "{}", "Bo Li.ipynb": "{}", "cy.ipynb": "{}"}
    _, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert [each.names for each in rows.values()] == ["Bo Li", "ann_chen", "cy"]
    assert [*content(tmp_path / "out", rows["cy"])] == ["cy.ipynb"]


@pytest.mark.parametrize(
    ("names", "students"),
    [
        (["hw10_ann.py", "hw10_bo.py", "hw10_cy.zip"], ["ann", "bo", "cy"]),
        (
            ["Lab7_InClass_0712345.py", "Lab7_InClass_0712346.py", "lab7_inclass_0712347.py"],
            ["0712345", "0712346", "0712347"],
        ),
        (["hw10_ann.py", "hw10_bo.py"], ["hw10_ann", "hw10_bo"]),
        (["ann_chen.py", "bo_li.py", "cy_wu.py"], ["ann_chen", "bo_li", "cy_wu"]),
        (["abc123_my_own.py", "xyz99_another.py", "ann@x.edu_lab.py"], ["abc123", "ann@x.edu", "xyz99"]),
        (["0712345_a.py", "0712345_b.py", "0712345_c.py", "0712346_d.py"], ["0712345", "0712346"]),
    ],
)
def test_the_students_part_of_a_name(tmp_path: Path, names: list[str], students: list[str]) -> None:
    files = dict.fromkeys(names, CODE)
    _, rows = staged(lay(tmp_path / "in", files), tmp_path / "out", reader="files")
    assert sorted(each.names for each in rows.values()) == students


def test_names_that_are_no_utf8_stay_apart(tmp_path: Path) -> None:
    place = lay(tmp_path / "in", {"bo/cells.py": CODE})
    for name in (b"caf\xe8", b"caf\xe9"):
        lay(Path(os.fsdecode(os.fsencode(place) + b"/" + name)), {"cells.py": CODE})
    _, rows = staged(place, tmp_path / "out")
    assert sorted(each.names for each in rows.values()) == ["bo", "cafè", "café"]


def test_files_asked_for_behind_the_student(tmp_path: Path) -> None:
    files = {f"{who}_{name}": CODE for who in ("ann chen", "bo_li") for name in ("cells.py", "loop.py")}
    _, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert [each.names for each in rows.values()] == ["ann chen", "bo_li"]
    assert [*content(tmp_path / "out", rows["bo_li"])] == ["cells.py", "loop.py"]


def test_a_folder_for_each_student(tmp_path: Path) -> None:
    files = {
        "Chen, Ann/cells.py": CODE,
        "0712346_Bo Li/lab/cells.py": CODE,
        "cy/": "",
        "di.zip": zipped({"cells.py": CODE}),
        "marks.xlsx": "",
    }
    download, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert download.said[0] == "This is a set of folders, one for each student: 4 submissions of 4 people."
    assert [each.names for each in rows.values()] == ["Bo Li", "Ann Chen", "cy", "di"]
    assert rows["0712346_Bo_Li"].people[0].sid == "0712346"
    assert rows["cy"].problem == "It holds no files."
    assert rows["di"].path == "submissions/di.zip"
    assert "Not taken for submissions: marks.xlsx." in download.said


@pytest.mark.parametrize(
    "files",
    [
        {"cells.py": CODE, "loop.py": CODE},
        {"ann/cells.py": CODE, "ann/loop.py": CODE},
        {"src/cells.py": CODE, "old/cells.py": CODE},
        {"src/mine.py": CODE, "report.pdf": ""},
        {"assignment.ipynb": "{}"},
    ],
)
@pytest.mark.parametrize("is_zip", [True, False])
def test_one_submission_is_no_class(tmp_path: Path, files: dict[str, str], is_zip: bool) -> None:
    source = (archive if is_zip else lay)(tmp_path / "ann.zip", files)
    with pytest.raises(ConfigError, match=r"looks like one submission.*`autograder grade lab`"):
        staged(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [({}, "holds no submissions: name the folder or zip"), ({"notes.txt": ""}, "holds no submissions")],
)
def test_what_holds_nothing_is_told(tmp_path: Path, files: dict[str, str], said: str) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ConfigError, match=said):
        staged(lay(tmp_path / "in", files), tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere", "is not there"), ("a.txt", "is neither a folder nor a zip"), ("a.zip", "no valid zip")],
)
def test_what_is_no_download_is_told(tmp_path: Path, name: str, said: str) -> None:
    lay(tmp_path, {"a.txt": "", "a.zip": "no zip"})
    with pytest.raises(ConfigError, match=said):
        staged(tmp_path / name, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "out", "said"),
    [
        ("in", "in", "--out is the folder of the submissions"),
        ("made", "made", "--out is the folder of the submissions"),
        ("made", "more", "is no download, but what `class --out` made"),
        ("made/submissions", "made", "lies in --out, where copies go"),
    ],
)
def test_what_an_earlier_call_has_made_is_no_download(tmp_path: Path, name: str, out: str, said: str) -> None:
    source = lay(tmp_path / "in", {"ann/cells.py": CODE, "bo/cells.py": CODE})
    _, rows = staged(source, tmp_path / "made")
    with pytest.raises(ConfigError, match=said):
        staged(tmp_path / name, tmp_path / out)
    assert {each.id: each for each in read_manifest(tmp_path / "made")} == rows
    assert not (tmp_path / "in" / "manifest.jsonl").exists()


def test_what_keeps_the_late_rule_from_being_applied_is_told(tmp_path: Path) -> None:
    rule = {"deadline": "2026-10-01 23:59", "extensions": {"ann": 1, "an": 2}}
    lab = Assignment.model_validate({**LAB.model_dump(), "late": rule})
    source = lay(tmp_path / "in", {"ann/cells.py": CODE, "bo/cells.py": CODE})
    assert read(source, tmp_path / "out", lab).said[1:] == [
        "The late rule extends the deadline for an, and nobody here is called so.",
        "The late rule cannot be applied to 2 submissions of unknown time; a roster with times, such as "
        "Moodle's grading worksheet, tells it.",
    ]


def test_a_reader_can_be_forced_and_a_wrong_name_lists_those_there_are(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", CANVAS)
    with pytest.raises(
        ConfigError,
        match=r"No reader is called 'canvass' \(did you mean 'canvas'\?\)\. The readers are gradescope, ",
    ):
        staged(source, tmp_path / "out", reader="canvass")
    with pytest.raises(ConfigError, match="holds no submissions when it is read as a Moodle download"):
        staged(source, tmp_path / "out", reader="moodle")
    download, _ = staged(source, tmp_path / "out", reader="files")
    assert download.said[0].startswith("This is a set of files named after students")
    one = lay(tmp_path / "one", {"cells.py": CODE})
    assert staged(one, tmp_path / "other", reader="files")[0].handed
    assert {each.name for each in READERS} >= {
        "gradescope",
        "canvas",
        "moodle",
        "nbgrader",
        "folders",
        "files",
    }


@pytest.mark.parametrize("inside", ["out", "build/out"])
def test_what_is_written_is_not_read_again(tmp_path: Path, inside: str) -> None:
    source = lay(tmp_path / "class", {"ann/cells.py": CODE, "bo/cells.py": CODE})
    for _ in range(2):
        download = read(source, source / inside, LAB)
        assert [each.id for each in download.handed] == ["ann", "bo"]
