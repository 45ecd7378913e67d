"""What `class` was told holds for later commands about the class, and is said; it can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.classroom import options
from autograder.classroom.handed import read_manifest
from tests.harness.conftest import Course, Typed

CLASS = ("class", "demo", "download", "--out", "DIR", "--merge")  # which grades nothing
SECOND = """
extends: grading_config.yaml
assignments: {demo: {units: {cells: {checks: {one: {points: %d}}}}}}
"""
WAIVE = ("waive", "demo", "DIR", "cells::one", "--reason", "It was too hard.")


@pytest.fixture
def twice(course: Course) -> Course:
    """Somebody handed in twice; the first configuration gives 1 point, b.yaml 7 and c.yaml 9."""
    for number in (1, 2):
        course.hand_in({f"chenann_4521_{number}_cells.py": f"x = {number}\n"}, "download")
    for name, points in (("b.yaml", 7), ("c.yaml", 9)):
        (course.root / name).write_text(SECOND % points)
    return course


def most(folder: Path) -> set[str]:
    """The points that can be reached by grades.csv."""
    head, *lines = (folder / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    return {line.split(",")[head.split(",").index("max")] for line in lines}


def test_a_second_command_goes_by_what_the_first_was_told(twice: Course, typed: Typed) -> None:
    folder = twice.root / "DIR"
    typed(twice.root, *CLASS, "--config", "b.yaml", "--all")
    first = read_manifest(folder)
    code, said, _ = typed(twice.root, *CLASS)
    assert code == 3  # nothing is graded yet
    assert "As before: --config b.yaml --all (DIR/options.yaml)." in said
    assert read_manifest(folder) == first and len(first) == 2
    assert most(folder) == {"7"}
    code, said, _ = typed(twice.root, *WAIVE)
    assert code == 0 and "As before: --config b.yaml (DIR/options.yaml)." in said
    assert most(folder) == {"7"}


def test_a_command_that_goes_by_another_configuration_says_so_and_class_keeps_the_new_one(
    twice: Course, typed: Typed
) -> None:
    typed(twice.root, *CLASS, "--config", "b.yaml")
    _, said, _ = typed(twice.root, *WAIVE, "--config", "c.yaml")
    assert "This command goes by c.yaml. Those without --config go by ../b.yaml." in said
    assert options.kept(twice.root / "DIR").config == "../b.yaml"
    _, said, _ = typed(twice.root, *CLASS, "--config", "c.yaml")
    assert "As before" not in said and options.kept(twice.root / "DIR").config == "../c.yaml"
    (twice.root / "DIR" / "options.yaml").write_text("# config is deleted\n")
    _, said, _ = typed(twice.root, *CLASS)
    assert "As before" not in said and most(twice.root / "DIR") == {"1"}


def test_without_options_no_file_is_written(twice: Course, typed: Typed) -> None:
    typed(twice.root, *CLASS)
    assert not (twice.root / "DIR" / "options.yaml").exists()
    assert len(read_manifest(twice.root / "DIR")) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("config: ../gone.yaml\n", "names the configuration"),
        ("keep: newest\n", "keep is not as `class` writes it"),
        ("- best\n", "the file is not as `class` writes it"),
    ],
)
def test_what_cannot_be_kept_to_is_refused(twice: Course, typed: Typed, text: str, sentence: str) -> None:
    typed(twice.root, *CLASS)
    (twice.root / "DIR" / "options.yaml").write_text(text)
    code, _, complaint = typed(twice.root, *CLASS)
    assert code == 2 and sentence in complaint and "options.yaml" in complaint
