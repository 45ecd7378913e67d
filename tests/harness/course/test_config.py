"""grading_config.yaml: what is wrong is said in one sentence that names the line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.config import ConfigError, find_root, load

GOOD = """\
course: Deep Learning
assignments:
  demo:
    title: A demonstration
    limits: {memory_mb: 512}
    units:
      cells:
        title: Cells
        files: {cells.py: [Cell]}
        checks:
          shapes: {points: 1.5, visibility: visible}
          values: {points: 0, visibility: hidden}
"""


def load_text(folder: Path, text: str) -> object:
    (folder / "grading_config.yaml").write_text(text, encoding="utf-8")
    return load(folder)


def test_a_good_file_gives_checks_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "grading_config.yaml").write_text(GOOD)
    demo = load(tmp_path).assignment("demo")
    assert list(demo.checks) == ["cells::shapes", "cells::values"]
    assert demo.checks["cells::shapes"].points == 1.5
    assert demo.lines == {"cells::shapes": 11, "cells::values": 12}
    assert (demo.limits.memory_mb, demo.limits.call_seconds) == (512, 10)
    assert demo.files == {"cells.py": ["Cell"]}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points: 1.5", "points: two", "11: points must be a number ≥ 0 (got 'two')"),
        ("    limits:", "    hand_in: {name: a/b.zip}\n    limits:", "5: a hand_in name has letters, digits"),
        (
            "    limits:",
            "    hand_in: {name: lab}\n    limits:",
            "3: the hand_in name 'lab' must end in .zip",
        ),
        (
            "    limits:",
            "    hand_in: {nam: a.zip}\n    limits:",
            "5: 'nam' is no key here (did you mean 'name'?)",
        ),
        (
            "    limits:",
            "    hand_in: {needed: [cells::shape]}\n    limits:",
            "3: hand_in needs 'cells::shape', which is no check that students have "
            "(did you mean 'cells::shapes'?)",
        ),
        (
            "    limits:",
            "    hand_in: {report: [cells::values]}\n    limits:",
            "3: hand_in needs 'cells::values'",
        ),
        (
            "    limits:",
            "    hand_in: {documents: {pdf: a}}\n    limits:",
            "5: documents are told by their endings",
        ),
        ("points: 1.5", "points: -1", "11: points must be a number ≥ 0 (got -1)"),
        ("points: 1.5", "points: .nan", "11: points must be a number ≥ 0 (got nan)"),
        ("points: 1.5", "points: true", "11: points must be a number ≥ 0 (got True)"),
        ("visibility: visible", "visibility: seen", "11: visibility must be visible or hidden (got 'seen')"),
        ("points: 1.5, ", "", "11: 'points' is missing here"),
        (
            "points: 1.5",
            "point: 1.5",
            "11: 'point' is no key here (did you mean 'points'?); "
            "allowed are points, visibility, thresholds and enabled",
        ),
        ("memory_mb: 512", "memory_mb: much", "5: memory_mb must be a whole number (got 'much')"),
        ("title: Cells", "title: 7", "8: title must be text (got 7)"),
        ("files: {cells.py: [Cell]}", "files: [cells.py]", "9: files must be a mapping of file names"),
        ("title: A demonstration", "name: demo", "4: 'name' is no key of an assignment"),
        ("          values:", "          shapes:", "12: 'shapes' is there twice (first in line 11)"),
        ("    units:", "\tunits:", "6: not valid YAML"),
        ("course: Deep Learning", "- course", "2: not valid YAML"),
    ],
)
def test_an_error_names_its_line_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError) as error:
        load_text(tmp_path, GOOD.replace(old, new, 1))
    assert any(each.startswith(f"grading_config.yaml:{said}") for each in str(error.value).split("\n"))


def test_all_errors_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace("memory_mb", "memory").replace("points: 1.5", "points: two").replace("Cells", "3")
    with pytest.raises(ConfigError) as error:
        load_text(tmp_path, text)
    lines = [each.partition(" ")[0] for each in str(error.value).split("\n")]
    assert lines == ["grading_config.yaml:5:", "grading_config.yaml:8:", "grading_config.yaml:11:"]


TRAINS = """\
from tests.visible.demo import training


def test_shapes(student):
    '''Shapes.'''


def test_learns(student, thresholds):
    '''It learns.'''
    training.learns(student, bounds=0, thresholds=thresholds)
"""
TRAINING = """\
def learns(student, bounds, thresholds):
    def once():
        thresholds.reached("accuracy", 1) and thresholds["loss"]
    once()
"""
CHECKS = """\
          shapes: {points: 1.5, visibility: visible}
          learns: {points: 1, visibility: visible, thresholds: {accuracy: 0.5, loss: 2}}
          values: {points: 0, visibility: hidden}
"""
AGREES = GOOD[: GOOD.index("          shapes:")] + CHECKS


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A root with the checks of AGREES and a template."""
    for name, text in (
        ("tests/visible/demo/test_cells.py", TRAINS),
        ("tests/visible/demo/training.py", TRAINING),
        ("tests/hidden/demo/test_cells.py", "def test_values(student):\n    '''Values.'''\n"),
        ("templates/demo/report.md", ""),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_configuration_that_agrees_with_its_checks_is_good(course: Path) -> None:
    load_text(course, AGREES)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("accuracy:", "acuracy:", "12: the check reads no threshold 'acuracy' (did you mean 'accuracy'?)"),
        ("accuracy: 0.5, ", "", "12: the check reads a threshold 'accuracy', which is missing here"),
        ("{points: 1.5", "{thresholds: {low: 1}, points: 1.5", "11: the check reads no threshold 'low'"),
        ("shapes:", "shape:", "11: shape has no check: no test_cells.py defines test_shape (did you mean"),
        ("shapes:", "shape:", "7: tests/visible/demo/test_cells.py defines test_shapes, which has no entry"),
        ("1.5, visibility: visible", "1.5, visibility: hidden", "11: visibility is hidden, but students"),
        ("0, visibility: hidden", "0, visibility: visible", "13: visibility is visible, but only graders"),
        ("title: A", "report: raport.md\n    title: A", "4: report: templates/demo holds no raport.md (did"),
        ("title: A", "notebook: a.ipynb\n    title: A", "4: notebook: templates/demo holds no a.ipynb"),
    ],
)
def test_what_checks_and_templates_say_otherwise_is_told_when_it_is_loaded(
    course: Path, old: str, new: str, said: str
) -> None:
    assert old in AGREES
    with pytest.raises(ConfigError) as error:
        load_text(course, AGREES.replace(old, new, 1))
    assert any(each.startswith(f"grading_config.yaml:{said}") for each in str(error.value).split("\n"))


def test_students_have_no_hidden_checks_and_need_none(course: Path) -> None:
    shutil.rmtree(course / "tests" / "hidden")
    load_text(course, AGREES)
    with pytest.raises(ConfigError, match="11: shape has no check"):
        load_text(course, AGREES.replace("shapes:", "shape:", 1))


@pytest.mark.parametrize("text", ["", "[]", "just words"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="must hold `course` and `assignments`"):
        load_text(tmp_path, text)


def test_an_unknown_assignment_lists_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "grading_config.yaml").write_text(GOOD)
    with pytest.raises(ConfigError, match=r"'dmo' \(did you mean 'demo'\?\)\. The assignments are: demo\."):
        load(tmp_path).assignment("dmo")


def test_the_root_is_the_nearest_folder_above_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "grading_config.yaml").write_text(GOOD)
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert find_root(inside) == tmp_path


def test_the_file_of_this_repository_is_valid() -> None:
    assert load(find_root(Path(__file__).parent)).assignments
