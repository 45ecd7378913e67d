"""Every command that a README, a notebook or the README of a handout names works where it says to stand."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import nbformat
import pytest

from autograder.course.config import load
from tests.harness.handout.conftest import ROOT
from tests.harness.sampling import these, thorough

ASSIGNMENTS = load(ROOT).assignments
QUICK = "lab7_vanilla_rnn"
PROGRAMS = r"(?:make|python3?|py|autograder|\.venv/bin/\w+)"
IN_A_BLOCK = re.compile(rf"^(?: {{4}}|\$ )?({PROGRAMS} [^\n]+)$", re.MULTILINE)
IN_A_SENTENCE = re.compile(rf"(?<!`)`({PROGRAMS} [^`\n]+)`")
TOP = "top folder"
TEMPLATES_ARE_EMPTY = "No file was made"

needs_make = pytest.mark.skipif(
    shutil.which("make") is None or sys.platform == "win32", reason="there is no make, or no shell"
)


def commands(text: str) -> list[str]:
    """The commands in a Markdown text: in fenced or indented blocks, and in sentences."""
    fenced = "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    indented = "\n".join(line for line in text.split("\n") if line.startswith("    "))
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    found = [*IN_A_BLOCK.findall(fenced), *IN_A_BLOCK.findall(indented), *IN_A_SENTENCE.findall(prose)]
    return list(dict.fromkeys(found))


def texts_of(course: Path, assignment: str) -> Iterator[tuple[str, str]]:
    """What students read in an assignment's folder, by the name of the file."""
    folder = course / "templates" / assignment
    for path in sorted(folder.glob("*.md")):
        yield path.name, path.read_text(encoding="utf-8")
    notebook = nbformat.read(folder / "assignment.ipynb", as_version=4)
    markdown = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    yield "assignment.ipynb", "\n\n".join(markdown)


@pytest.fixture(scope="module")
def course(unpacked: Path) -> Path:
    """The unpacked handout with a .venv that is ready: it runs this interpreter on the handout's harness."""
    inside = unpacked / ".venv" / "bin"
    for name, words in {"python": "", "autograder": "-m autograder "}.items():
        write_program(
            inside / name, f'PYTHONPATH={shlex.quote(str(unpacked))} exec {sys.executable} {words}"$@"'
        )
    for name in ("python", "python3", "py"):
        write_program(unpacked.parent / "bin" / name, f'exec {sys.executable} "$@"')
    stamp = "from autograder import bootstrap as b; b.STAMP.write_text(b.fingerprint_of(b.find_python()))"
    subprocess.run([sys.executable, "-c", stamp], cwd=unpacked, check=True, env=environment(unpacked))
    return unpacked


def write_program(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def environment(course: Path) -> Mapping[str, str]:
    """As a student's: nothing in it leads to this repository."""
    places = f"{course.parent / 'bin'}{os.pathsep}{os.defpath}"
    return {"PATH": places, "HOME": str(course.parent), "LANG": "C.UTF-8", "AUTOGRADER_DATA": "synthetic"}


def run(course: Path, folder: Path, command: str) -> str:
    """What a command says to a student who sits before it and answers questions with a name."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, b"abc123\n")
        done = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env=environment(course),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return done.stdout


def works(course: Path, folder: Path, command: str) -> None:
    """Run a command; what it says is what it is for."""
    said = run(course, folder, command)
    if "--help" in command:
        assert "Usage:" in said and "--only" in said, said
    elif "submit" in command:
        assert TEMPLATES_ARE_EMPTY in said, said
    elif "pictures" in command:
        assert "open it in a browser" in said, said
    elif "pytest" in command:
        assert re.search(r"^\d+ failed(, \d+ (passed|skipped))+ in ", said, re.MULTILINE), said
    else:
        title = next((each.title for name, each in ASSIGNMENTS.items() if name in command), None)
        title = title or ASSIGNMENTS[folder.name].title
        assert said.startswith(title) and "points" in said, said


@needs_make
@pytest.mark.parametrize(
    ("assignment", "program"), these([(QUICK, "make")], product(ASSIGNMENTS, ("make", "python")))
)
def test_what_an_assignments_texts_tell_works_in_the_top_folder(
    course: Path, assignment: str, program: str
) -> None:
    told = {}
    for name, text in texts_of(course, assignment):
        for command in commands(text):
            assert TOP in " ".join(text[: text.index(command) + 200].split()), f"{name}: where is {command}?"
            told[command] = name
    assert {
        f"make check A={assignment}",
        f"python check.py {assignment}",
        f"make submit A={assignment}",
    } <= told.keys()
    for command in told:
        assert assignment in command
        if command.startswith(program):
            works(course, course, command)


@needs_make
@thorough
def test_what_the_readme_of_the_handout_tells_works(course: Path) -> None:
    first = next(iter(ASSIGNMENTS))
    told = commands((course / "README.md").read_text(encoding="utf-8"))
    assert len(told) > 8 and f"make watch A={first}" in told
    for command in told:
        if "watch" not in command:  # it goes on until somebody ends it
            works(course, course / "templates" / first if "../.." in command else course, command)


@needs_make
@thorough
def test_watching_begins_with_a_verdict(course: Path) -> None:
    watching = subprocess.Popen(
        [".venv/bin/autograder", "check", QUICK, "--watch"],
        cwd=course,
        env=environment(course),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    end = threading.Timer(120, os.killpg, (watching.pid, signal.SIGKILL))
    end.start()
    try:
        assert any(" points" in line for line in watching.stdout or ())
    finally:
        end.cancel()
        os.killpg(watching.pid, signal.SIGKILL)
        watching.wait()


@needs_make
def test_where_no_assignment_is_meant_they_are_named(course: Path) -> None:
    said = run(course, course, "python check.py")
    assert said.startswith("Which assignment?") and all(name in said for name in ASSIGNMENTS), said


@needs_make
def test_it_has_the_commands_of_students_and_no_others(course: Path) -> None:
    said = run(course, course, ".venv/bin/autograder --help").partition("Commands:")[2]
    assert re.findall(r"^  (\w+)", said, re.MULTILINE) == ["check", "submit", "pictures"]


@needs_make
def test_plain_pytest_finds_the_checks_of_a_handout(course: Path) -> None:
    works(course, course, f".venv/bin/python -m pytest tests/visible/{QUICK}")


@needs_make
def test_in_the_folder_of_an_assignment_its_name_is_not_needed_and_points_of_hidden_checks_are_told(
    course: Path,
) -> None:
    entry = ASSIGNMENTS["a3b_recurrent_networks"]
    said = run(course, course / "templates" / entry.name, "python ../../check.py")
    assert said.startswith(entry.title), said
    whole = sum(each.points for each in entry.checks.values() if each.enabled)
    assert f"here ({whole:g} with the hidden checks)" in " ".join(said.split()), said
