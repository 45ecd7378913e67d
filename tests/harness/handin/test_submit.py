"""`submit` from the command to the file: names, what is there already, what the grader says of the file."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer

from autograder import sandbox
from autograder.cli import submit as command
from autograder.cli.options import DONE, FAILED, WRONG
from autograder.course import config
from autograder.course.config import ConfigError
from autograder.results import CheckResult, Outcome, Result
from tests.harness.conftest import Course, Typed

WORK = {"cells.py": "Cell = 1\nOther = 2\n", "loop.py": "Loop = 1\n"}
CHECK = """import numpy as np

def test_one(student):
    expect(student.call("Cell", np.full(2, 2, np.float32)), "Cell").to_match(np.full(2, 4, np.float32))
"""


class Desk:
    """A course at home: `submit` without a worker, where the one check says `outcome`."""

    def __init__(self, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
        self.course, self.patch = course, monkeypatch
        self.outcome: Outcome = "pass"
        self.answers: list[str] = []
        monkeypatch.chdir(course.root)
        monkeypatch.setattr(sandbox, "fastest", contextlib.nullcontext)
        monkeypatch.setattr(command, "graded", lambda *_, **_named: self.result())
        self.ask(hand_in="{name: '[netid]_demo.zip', needed: [cells::one]}")

    def ask(self, hand_in: str) -> None:
        path = self.course.root / config.FILE_NAME
        kept = [line for line in path.read_text().split("\n") if not line.startswith("    hand_in:")]
        kept.insert(kept.index("    title: A demonstration"), f"    hand_in: {hand_in}")
        path.write_text("\n".join(kept))

    def result(self) -> Result:
        said = "One is not right." if self.outcome == "fail" else ""
        verdict = CheckResult("cells::one", "One", "cells", self.outcome, 1, "visible", said)
        return Result("demo", 0, (verdict,), 1.0, "", "")

    def submit(self, files: Mapping[str, str | bytes] = WORK, **options: object) -> int:
        folder = self.course.hand_in(files)
        given = {"name": "", "out": None, "anyway": False, "replace": False, "data": "", "config_file": None}
        return command.submit("demo", folder, **{**given, **options})  # type: ignore[arg-type]

    def sit_down(self, *answers: str | bool) -> None:
        """Somebody answers at a terminal."""
        left = [*answers]
        self.patch.setattr(sys.stdin, "isatty", lambda: True)
        self.patch.setattr(typer, "prompt", lambda text: left.pop(0))
        self.patch.setattr(typer, "confirm", lambda text: left.pop(0))


@pytest.fixture
def desk(course: Course, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(course, monkeypatch)


def test_the_file_is_made_beside_the_course_and_says_what_it_does_not_promise(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.submit(name="abc123") == DONE
    assert Path("hand-in/abc123_demo.zip").is_file()
    said = " ".join(capsys.readouterr().out.split())
    assert "Made hand-in/abc123_demo.zip" in said and "In it: cells.py, loop.py." in said
    assert "This is no grade yet: your graders run these checks on other numbers." in said


def test_a_name_is_asked_for_at_a_terminal_and_demanded_elsewhere(desk: Desk) -> None:
    with pytest.raises(ConfigError, match=r"is called \[netid\]_demo\.zip: say your netid with --name"):
        desk.submit()
    desk.sit_down(" abc123 ")
    assert desk.submit() == DONE
    assert Path("hand-in/abc123_demo.zip").is_file()


@pytest.mark.parametrize("name", ["../../x", "a/b", "a b", "-x", "", "ü"])
def test_what_is_no_part_of_a_name_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(ConfigError):
        desk.submit(name=name)
    assert not Path("hand-in").exists()


def test_nothing_is_made_while_something_is_missing_unless_it_is_wanted(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.outcome = "fail"
    assert desk.submit(name="abc123") == FAILED
    assert not Path("hand-in").exists()
    said = capsys.readouterr().out
    assert said.index("One is not right.") < said.index("No file was made.")
    assert desk.submit(name="abc123", anyway=True) == DONE
    assert Path("hand-in/abc123_demo.zip").is_file()


def test_another_file_is_never_replaced_silently(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    there = Path("hand-in/abc123_demo.zip")
    there.parent.mkdir()
    there.write_bytes(b"something else")
    assert desk.submit(name="abc123") == WRONG
    assert "hand-in/abc123_demo.zip holds something else: --replace" in capsys.readouterr().err
    desk.sit_down(False)
    assert desk.submit(name="abc123") == WRONG
    assert there.read_bytes() == b"something else"
    desk.sit_down(True)
    assert desk.submit(name="abc123") == DONE
    assert there.read_bytes()[:2] == b"PK"
    there.write_bytes(b"something else")
    assert desk.submit(name="abc123", replace=True) == DONE


def test_the_same_work_may_be_submitted_again(desk: Desk) -> None:
    assert [desk.submit(name="abc123"), desk.submit(name="abc123")] == [DONE, DONE]


def test_without_an_entry_the_file_is_called_after_the_assignment(desk: Desk) -> None:
    desk.ask("{}")
    assert desk.submit() == DONE
    assert Path("hand-in/demo.zip").is_file()


def test_the_file_is_graded_as_the_work_would_be(course: Course, typed: Typed) -> None:
    """Through the command line, with a worker, and with the file that comes of it."""
    course.write({"visible/cells": CHECK}, {"cells": ["one: {points: 1, visibility: visible}"]})
    work = course.hand_in(
        {"cells.py": "from src.more import double\n\n\ndef Cell(x):\n    return double(x)\n"}
    )
    course.hand_in({"src/more.py": "def double(x):\n    return 2.0 * x\n", "data/a.txt": "x"})
    course.hand_in({"loop.py": "Loop = 1\n"})

    code, said, complaint = typed(course.root, "submit", "demo", work)
    assert code == 0 and "1 of 1 check of the code pass" in said, said + complaint
    code, _, complaint = typed(course.root, "grade", "demo", "hand-in/demo.zip", "--json", "record.json")
    assert code == 0, complaint
    record = json.loads((course.root / "record.json").read_text())
    assert (record["score"], record["max_score"]) == (1, 1)
