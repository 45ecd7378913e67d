"""When .venv is made anew: for other packages, another Python, another place, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.commands.test_commands import ROOT

ASK = "from autograder import bootstrap as b; print(b.fingerprint_of(b.find_python()))"


def fingerprint(root: Path, python: str = sys.executable) -> str:
    return subprocess.run([python, "-c", ASK], cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """As much of a repository as the first step needs."""
    root = tmp_path / "course"
    (root / "autograder").mkdir(parents=True)
    for name in ("autograder/__init__.py", "autograder/bootstrap.py", "requirements.lock", "pyproject.toml"):
        shutil.copyfile(ROOT / name, root / name)
    return root


def test_a_folder_that_was_moved_is_set_up_again(root: Path) -> None:
    before = fingerprint(root)
    assert fingerprint(root) == before
    moved = root.rename(root.with_name("moved"))
    assert fingerprint(moved) != before


def test_other_packages_are_installed(root: Path) -> None:
    before = fingerprint(root)
    with (root / "requirements.lock").open("a") as lock:
        lock.write("another==1.0\n")
    assert fingerprint(root) != before


def test_the_python_in_an_environment_counts_as_the_one_that_it_was_made_from(root: Path) -> None:
    made = root / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True)
    inside = made / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    assert fingerprint(root, str(inside)) == fingerprint(root)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a7", "a7_sequence_modeling"),
        ("A7_Sequence", "a7_sequence_modeling"),
        ("lab7_vanila_rnn", "lab7_vanilla_rnn"),
        ("templates/lab7_vanilla_rnn", "lab7_vanilla_rnn"),
        ("xx", ""),
    ],
)
def test_a_wrong_assignment_is_told_before_anything_is_set_up(root: Path, typed: str, meant: str) -> None:
    names = ("a7_sequence_modeling", "lab7_vanilla_rnn")
    for name in names:
        (root / "templates" / name).mkdir(parents=True)
    (root / "grading_config.yaml").write_text("assignments:\n  written_elsewhere:\n    title: x\n")
    shutil.copyfile(ROOT / "check.py", root / "check.py")
    done = subprocess.run(
        [sys.executable, "check.py", typed], cwd=root, capture_output=True, text=True, check=False
    )
    near = f" (did you mean {meant!r}?)" if meant else ""
    said = f"No assignment is called {typed!r}{near}. The assignments are: {', '.join(names)}.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert not (root / ".venv").exists()
