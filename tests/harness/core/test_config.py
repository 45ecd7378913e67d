"""grading_config.yaml: what is wrong is said in one sentence that names the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.config import ConfigError, find_root, load

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
    assert str(error.value).startswith(f"grading_config.yaml:{said}")


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
