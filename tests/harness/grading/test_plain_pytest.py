"""The checks as ordinary tests: what pytest's own users know works on them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.conftest import Course
from tests.harness.sampling import thorough

ROOT = Path(__file__).parents[3]
LAB7 = "lab7_vanilla_rnn"
CHECKS = f"tests/visible/{LAB7}"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A solution whose weights take a step in the wrong direction."""
    folder = tmp_path_factory.mktemp("broken")
    for path in (ROOT / "solutions" / LAB7).glob("*.*"):
        text = path.read_text(encoding="utf-8").replace("W -= learning_rate", "W += learning_rate")
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def run(*arguments: str | Path, folder: Path = ROOT) -> tuple[int, str]:
    """The exit code and the output of pytest, as a student would call it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@thorough
def test_the_solution_passes_and_remarks_are_no_failures():
    code, said = run(CHECKS, "--submission", ROOT / "solutions" / LAB7)
    assert (code == 0 and "4 passed" in said) or "passed" in said, said


def test_a_failure_is_the_verdict_and_nothing_of_ours(broken: Path):
    code, said = run(CHECKS, "--submission", broken, "-rs", "-k", "every_sentence")
    assert code == 1
    assert "Every sentence takes one exact step of gradient descent" in said and "Hint: " in said
    assert "Traceback" not in said and "autograder/" not in said


@thorough
def test_one_check_can_be_asked_for_by_name(broken: Path):
    code, said = run(CHECKS, "--submission", broken, "-k", "weights_are_initialised")
    assert code == 0 and "1 passed" in said


def test_a_missing_submission_is_one_sentence(tmp_path: Path):
    code, said = run(CHECKS, "--submission", tmp_path / "nowhere")
    assert code == 4 and "nowhere" in said and "Traceback" not in said


def test_a_project_above_both_the_course_and_the_submission_hides_no_course(course: Course) -> None:
    (course.root / "pyproject.toml").write_text('[project]\nname = "home"\n')
    root = course.root / "repository"
    root.mkdir()
    for name in ("grading_config.yaml", "tests"):
        (course.root / name).rename(root / name)
    handed_in = course.hand_in({"cells.py": ""})
    code, said = run("tests/visible/demo", "--submission", handed_in, folder=root)
    assert code == 0 and "1 passed" in said, said


def test_another_project_does_not_notice(tmp_path: Path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    assert 'numpy' not in sys.modules\n"
    )
    code, said = run("-q", folder=tmp_path)
    assert code == 0 and "1 passed" in said


def test_what_a_check_needs_is_known_although_only_a_part_is_collected(course: Course):
    one = "def test_one(by='itself'):\n    '''One.'''\n    assert by == 'another'\n"
    other = (
        "from autograder.checks import variant\nfrom tests.visible.demo.test_cells import test_one\n"
        "test_other = variant(test_one, 'Another.', by='another')\n"
    )
    two = (
        "from tests.hidden.demo.test_cells import test_other\n"
        "@needs(test_other)\ndef test_two():\n    '''Two.'''\n"
    )
    entries = ["one: {points: 1, visibility: visible}", "other: {points: 1, visibility: hidden}"]
    course.write(
        {"visible/cells": one, "hidden/cells": other, "hidden/loop": two},
        {"cells": entries, "loop": [entries[1].replace("other", "two")]},
    )
    (course.root / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    checks = ["tests/visible/demo/test_cells.py::test_one", "tests/hidden/demo/test_loop.py"]
    code, said = run(*checks, "--submission", course.hand_in({"cells.py": "x = 1\n"}), folder=course.root)
    assert code == 1 and "1 failed, 1 passed" in said, said
