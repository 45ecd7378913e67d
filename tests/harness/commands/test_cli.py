"""The command line as a user meets it: exit codes, one sentence on stderr, the JSON record."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from autograder.course.config import ConfigError
from autograder.grading import seeds
from tests.harness.conftest import Course, Typed
from tests.harness.files import autograder, lay

MADE = "def test_made(student):\n    '''A cell can be made.'''\n    student.new('Cell')\n"
NUMBER = "def test_number(draw):\n    '''A number.'''\n    raise Mismatch(str(draw.normal(1)))\n"
CELLS = (
    "from torch import nn\n\n\nclass Cell(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
)


@pytest.fixture
def two(course: Course) -> Course:
    """A visible check, which wants Cell, and a hidden one, which fails with the number that it drew."""
    course.write(
        {"visible/cells": MADE, "hidden/cells": NUMBER},
        {"cells": ["made: {points: 3, visibility: visible}", "number: {points: 2, visibility: hidden}"]},
    )
    course.hand_in({"cells.py": CELLS}, "templates/demo")
    return course


def test_a_second_configuration_changes_the_points(two: Course, typed: Typed) -> None:
    second = two.root / "b.yaml"
    changed = "{demo: {units: {cells: {checks: {made: {points: 7}}}}}}"
    second.write_text(f"extends: grading_config.yaml\nassignments: {changed}\n", encoding="utf-8")
    code, _, complaint = typed(two.root, "check", "demo", "--config", "b.yaml", "--json", "record.json")
    assert (code, complaint) == (0, "")
    assert json.loads((two.root / "record.json").read_text(encoding="utf-8"))["max_score"] == 7
    second.write_text("extends: grading_config.yaml\nassignments: {dmo: {}}\n", encoding="utf-8")
    code, said, complaint = typed(two.root, "check", "demo", "--config", "b.yaml")
    assert (code, said) == (2, "")
    assert complaint == "b.yaml:2: there is no assignment 'dmo' to change (did you mean 'demo'?)\n"


def test_check_passes_with_0_and_writes_the_record(two: Course, typed: Typed) -> None:
    code, said, complaint = typed(two.root, "check", "demo", "--json", "out/record.json")
    assert (code, complaint) == (0, "")
    assert "✓ cells  " in said and "1 of 1 check passed" in said
    record = json.loads((two.root / "out" / "record.json").read_text(encoding="utf-8"))
    assert {
        "assignment",
        "submission",
        "seed",
        "score",
        "pending",
        "max_score",
        "seconds",
        "layers",
        "checks",
    } <= set(record)
    [check] = record["checks"]
    assert (record["seed"], record["score"], record["max_score"]) == (0, 3, 3)
    assert check | {"seconds": 0} == {
        "id": "cells::made",
        "title": "A cell can be made.",
        "unit": "cells",
        "outcome": "pass",
        "points": 3,
        "max_points": 3,
        "visibility": "visible",
        "message": "",
        "hint": "",
        "place": "",
        "mistake": None,
        "fingerprint": "",
        "started": True,
        "seconds": 0,
    }


def test_no_setting_of_a_machine_changes_a_verdict(two: Course, typed: Typed) -> None:
    two.hand_in({"cells.py": f'"""Für Zellen."""\n{CELLS}        assert False, "häßlich"\n'}, "größer als 1")
    settings = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    settings |= {"HOME": "/nonexistent", "TZ": "Asia/Kolkata", "COLUMNS": "20", "PYTHONWARNINGS": "error"}
    code, _, complaint = typed(two.root, "check", "demo", "größer als 1", "--json", "here.json")
    assert (code, complaint) == (1, "")
    done = autograder(two.root, "check", "demo", "größer als 1", "--json", "there.json", **settings)
    assert (done.returncode, done.stderr) == (1, "")
    verdicts = []
    for name in ("here.json", "there.json"):
        verdicts.append(json.loads((two.root / name).read_text(encoding="utf-8"))["checks"])
        verdicts[-1][0]["seconds"] = 0
    assert verdicts[0] == verdicts[1]
    assert verdicts[0][0]["message"] == "Cell raised AssertionError: häßlich"


def test_check_fails_with_1_and_says_what_to_do_next(two: Course, typed: Typed) -> None:
    two.hand_in({"cells.py": "class Cell:\n    def __init__(self):\n        1 / 0\n"}, "work")
    code, said, _ = typed(two.root, "check", "demo", "work")
    assert code == 1
    assert "Cell raised ZeroDivisionError: division by zero" in said
    last = said.split("\n\n")[-1]
    assert last == (
        "✗ cells · A cell can be made.\n"
        "  Cell raised ZeroDivisionError: division by zero\n"
        "  -->  cells.py:3\n"
        "  1 │ class Cell:\n"
        "  2 │     def __init__(self):\n"
        "  3 │         1 / 0\n"
        "    │         ^^^^^\n"
    )


def test_all_shows_every_check_and_ends_with_the_same_thing(two: Course, typed: Typed) -> None:
    two.hand_in({"cells.py": "class Cell:\n    def __init__(self):\n        1 / 0\n"}, "work")
    short, whole = (typed(two.root, "check", "demo", "work", *more)[1] for more in ((), ("--all",)))
    assert short.split("\n\n")[-1] == whole.split("\n\n")[-1]
    assert "✗ cells  " in short and " 0 of 1 " in short
    assert whole.count("A cell can be made.") == 2


PICTURES = {
    "tests/visible/demo/support/pictures.py": """from autograder.pictures import Offer, Offers, norms


def of_code(student, draw, measure):
    return norms({student.new("Cell").name: [1, 2, 3]})


PICTURES = Offers(["Cell"], {"cells": Offer("", norms, of_code), "none": Offer("", norms, lambda *_: 1 / 0)})
"""
}


def test_pictures_stand_on_the_page_and_change_no_verdict(two: Course, typed: Typed) -> None:
    lay(two.root, PICTURES)
    asked = ("grade", "demo", "templates/demo", "--html", "page.html", "--json", "record.json", "--pictures")
    code, _, complaint = typed(two.root, *asked)
    assert (code, complaint) == (0, "")
    record = json.loads((two.root / "record.json").read_text(encoding="utf-8"))
    assert [each["outcome"] for each in record["checks"]] == ["pass", "fail"]
    page = (two.root / "page.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 1
    assert "No picture of none: the grader could not draw it (ZeroDivisionError)." in page


def test_grade_repeats_itself_with_the_seed_that_it_logged(two: Course, typed: Typed) -> None:
    def record(*options: str) -> dict[str, Any]:
        code, _, complaint = typed(
            two.root, "grade", "demo", "templates/demo", "--json", "record.json", *options
        )
        assert code == 0, complaint
        data: dict[str, Any] = json.loads((two.root / "record.json").read_text(encoding="utf-8"))
        return {"seed": data["seed"], "message": data["checks"][1]["message"]}

    first = record("--html", "page.html")
    assert record("--seed", str(first["seed"])) == first
    assert record("--seed", "7")["message"] != first["message"]
    assert "A cell can be made." in (two.root / "page.html").read_text(encoding="utf-8")


def test_a_fault_of_a_check_ends_with_3_and_leaves_its_points_pending(two: Course, typed: Typed) -> None:
    path = two.root / "tests" / "hidden" / "demo" / "test_cells.py"
    path.write_text("def test_number():\n    '''A number.'''\n    1 / 0\n")
    code, said, _ = typed(two.root, "grade", "demo", "templates/demo")
    assert code == 3
    assert "3 of 5 points, 2 pending" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["check", "dmo"],
            "No assignment is called 'dmo' (did you mean 'demo'?). The assignments are: demo.",
        ),
        (["check"], "Missing argument 'ASSIGNMENT'. Try --help."),
        (["check", "demo", "--nonsense"], "No such option: --nonsense. Try --help."),
        (["nonsense"], "No such command"),
        (["audit", "demo", "--html", "tests"], "file 'tests' is a directory."),
        (["calibrate", "demo", "--picture", "a.xyz"], "a.xyz ends neither in .svg nor in .png."),
        (["check", "demo", "--config", "no.yaml"], "no.yaml cannot be read: No such file or directory."),
        (["grade", "demo", "nowhere"], "There is no file or folder called nowhere."),
        (["grade", "demo", "grading_config.yaml"], "grading_config.yaml is no submission"),
        (
            ["check", "demo", "--only", "mad"],
            "No check, unit, class or function is called 'mad' (did you mean 'made'?).",
        ),
        (["grade", "demo", "templates/demo", "--only", "Cel"], "is called 'Cel' (did you mean 'Cell'?)."),
        (["check", "demo", "--json", "grading_config.yaml/x"], "cannot be written"),
    ],
)
def test_a_wrong_call_ends_with_2_and_one_sentence_on_stderr(
    two: Course, typed: Typed, arguments: list[str], said: str
) -> None:
    code, _, complaint = typed(two.root, *arguments)
    assert code == 2
    assert said in complaint
    units = 2 if "--only" in arguments else 0  # and what there is in each
    assert complaint.count("\n") == 1 + units
    assert "Traceback" not in complaint


@pytest.mark.parametrize(
    ("arguments", "file", "text", "said"),
    [
        (["templates"], "solutions/demo/cells.py", "# BEGIN SOLUTION\n", "demo/cells.py:1: BEGIN SOLUTION"),
        (
            ["templates"],
            "solutions/demo/cells.py",
            b"# \xff",
            "cells.py cannot be read: it is not UTF-8 text.",
        ),
        (
            ["audit", "demo", "--mutants"],
            "tests/mutants/demo.yaml",
            "- {file: x}",
            "entry 1: where is missing",
        ),
        (["audit", "demo"], "tests/mistakes/demo/cells.yaml", "- id: ]", "cells.yaml:1: not valid YAML: "),
        (["audit", "demo"], "tests/attacks/bad.py", "class = 1", "bad.py:1: this is no valid Python"),
    ],
)
def test_what_an_instructor_wrote_wrongly_ends_with_2(
    two: Course, typed: Typed, arguments: list[str], file: str, text: str | bytes, said: str
) -> None:
    two.hand_in({"cells.py": CELLS}, "solutions/demo")
    two.hand_in({file: text}, ".")
    code, _, complaint = typed(two.root, *arguments)
    assert (code, complaint.count("\n")) == (2, 1), complaint
    assert said in complaint


def test_a_fault_of_the_grader_ends_with_3_and_hides_its_traceback(
    two: Course, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    (two.root / "tests" / "visible" / "demo" / "test_cells.py").write_text("import nothing_there\n" + MADE)
    code, _, complaint = typed(two.root, "check", "demo")
    assert code == 3
    assert "nothing_there" in complaint
    assert "Traceback" not in complaint
    monkeypatch.setenv("AUTOGRADER_DEBUG", "1")
    with pytest.raises(Exception, match="nothing_there"):  # which Python shows with its traceback
        typed(two.root, "check", "demo")


def test_outside_of_a_course_it_says_where_to_run(two: Course, typed: Typed) -> None:
    assert typed(two.root, "--help")[0] == 0
    (two.root / "grading_config.yaml").write_text("assignments: {demo: {units: {}}}")
    code, _, complaint = typed(two.root, "check", "demo")
    assert code == 2
    assert complaint.startswith("grading_config.yaml:1: 'title' is missing here\n")


def test_a_seed_depends_on_the_secret_and_on_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(seeds.VARIABLE, raising=False)
    first = seeds.seed_for(tmp_path, "digest")
    assert first == seeds.seed_for(tmp_path, "digest")
    assert 0 <= first < 2**63
    assert first != seeds.seed_for(tmp_path, "other")
    if os.name == "posix":
        assert (tmp_path / seeds.FILE).stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv(seeds.VARIABLE, "another")
    assert first != seeds.seed_for(tmp_path, "digest")


def test_a_secret_that_cannot_be_kept_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(seeds.VARIABLE, raising=False)
    (tmp_path / ".autograder").write_text("a file")
    with pytest.raises(ConfigError, match=f"set {seeds.VARIABLE} to a secret instead"):
        seeds.secret(tmp_path)


def test_pictures_have_a_page_of_their_own(two: Course, typed: Typed) -> None:
    nowhere = "demo has no pictures; there are some of none.\n"
    assert typed(two.root, "pictures", "demo") == (2, "", nowhere)
    lay(two.root, PICTURES)
    page = two.root / "build" / "demo-pictures.html"
    assert typed(two.root, "pictures", "demo") == (0, f"{page}: open it in a browser.\n", "")
    assert page.read_text(encoding="utf-8").count("<figure") == 1
