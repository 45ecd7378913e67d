"""Which verdicts stand after a save, and runs without a terminal, a fork or a second process."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from autograder.grading.collect import Checks, collect
from autograder.grading.run import judge
from autograder.sandbox import Workers
from autograder.submission import read
from autograder.watch.messages import Done, Looked, OfRun, Order, Unfinished
from autograder.watch.runs import Work
from autograder.watch.serving import serve_in_turn
from autograder.watch.standing import sources_of, standing
from tests.harness.conftest import Course

CELLS = """
    def test_cell(student):
        '''Cell is one.'''
        if student.call("Cell") != 1:
            raise Mismatch("Cell is not one.")
"""
LOOP = """
    {needs}
    def test_loop({argument}):
        '''Loop is two.'''
        {body}
"""
ONE = "{points: 1, visibility: visible}"
FILES = {"cells.py": "def Cell():\n    return 1\n", "loop.py": "def Loop():\n    return 2\n"}
CALLS = "if student.call('Loop') != 2: raise Mismatch('Loop is not two.')"


def checks_of(course: Course, needs: str = "", argument: str = "student", body: str = CALLS) -> Checks:
    """A check of cells.py, and one of loop.py that may need it."""
    course.write(
        {"visible/cells": CELLS, "visible/loop": LOOP.format(needs=needs, argument=argument, body=body)},
        {"cells": [f"cell: {ONE}"], "loop": [f"loop: {ONE}"]},
    )
    return collect(course.config, course.demo, "visible")


def changed(course: Course, checks: Checks, files: dict[str, str]) -> set[str]:
    """The units of which something changes when the files are saved."""
    before = sources_of(checks, read(course.root / "work", course.demo))
    course.hand_in(files)
    now = sources_of(checks, read(course.root / "work", course.demo))
    return {unit for unit in now if now[unit] != before[unit]}


def test_a_unit_depends_on_its_modules_and_on_those_that_they_name(course: Course) -> None:
    checks = checks_of(course)
    course.hand_in(FILES)
    assert changed(course, checks, FILES) == set()
    assert changed(course, checks, {"cells.py": "def Cell():\n    return 3\n"}) == {"cells"}
    assert changed(course, checks, {"loop.py": "import help\ndef Loop():\n    return 2\n"}) == {"loop"}
    assert changed(course, checks, {"help.py": "from cells import *\n"}) == {"loop"}
    assert changed(course, checks, FILES | {"loop.py": "exec('import cells')\n"}) == {"cells", "loop"}
    assert changed(course, checks, {"cells.py": "def Cell():\n    return 3\n"}) == {"cells", "loop"}
    assert changed(course, checks, {"loop.py": "# as in cells\n"}) == {"loop"}
    assert changed(course, checks, FILES | {"loop.py": "# as in cells\n"}) == {"cells"}
    assert changed(course, checks, {"report.md": "# Mine\n"}) == set()


def test_a_check_of_the_submission_depends_on_all_of_it(course: Course) -> None:
    checks = checks_of(course, argument="submission", body="pass")
    course.hand_in(FILES)
    assert changed(course, checks, {"report.md": "# Mine\n"}) == {"loop"}
    assert changed(course, checks, {"cells.py": "def Cell():\n    return 3\n"}) == {"cells", "loop"}


def test_what_waits_for_a_changed_unit_does_not_stand(course: Course, portable: Workers) -> None:
    checks = checks_of(course, needs="@needs('cells::cell')")
    submission = read(course.hand_in(FILES), course.demo)
    result = judge(checks, submission, workers=portable, seed=0)
    then = sources_of(checks, submission)
    waits_for = {"loop": {"cells"}, "cells": set[str]()}
    assert set(standing(result, then, then, waits_for)) == {"cells::cell", "loop::loop"}
    assert set(standing(result, then, then | {"loop": b""}, waits_for)) == {"cells::cell"}
    assert standing(result, then, then | {"cells": b""}, waits_for) == {}


def test_what_stands_is_told_and_not_run(course: Course, portable: Workers) -> None:
    checks = checks_of(course, needs="@needs('cells::cell')")
    submission = read(course.hand_in(FILES), course.demo)
    [cell, _] = judge(checks, submission, workers=portable, seed=0).checks
    course.hand_in({"cells.py": "raise ValueError\n"})
    broken = read(course.root / "work", course.demo)
    told: list[str] = []
    result = judge(
        checks,
        broken,
        workers=portable,
        seed=0,
        stand={cell.id: cell},
        on_result=lambda verdict: told.append(verdict.id),
    )
    assert told == ["cells::cell", "loop::loop"]
    assert result.checks[0] is cell
    assert [check.outcome for check in result.checks] == ["pass", "pass"]


def test_the_unit_in_focus_is_run_first(course: Course, portable: Workers) -> None:
    checks = checks_of(course)
    submission = read(course.hand_in(FILES), course.demo)

    def order(first: str) -> list[str]:
        told: list[str] = []
        judge(
            checks,
            submission,
            workers=portable,
            seed=0,
            first=first,
            on_result=lambda verdict: told.append(verdict.unit),
        )
        return told

    assert order("cells") == ["cells", "loop"]
    assert order("loop") == ["loop", "cells"]
    checks = checks_of(course, needs="@needs('cells::cell')")
    assert order("loop") == ["cells", "loop"]


def run(work: Work, before: Done | None, anew: bool = False) -> list[OfRun]:
    said: list[OfRun] = []
    work.run(before, anew, said.append)
    return said


def test_a_run_looks_at_the_check_in_focus_before_all_others(course: Course, portable: Workers) -> None:
    work = Work(
        checks_of(course), course.hand_in(FILES | {"loop.py": "def Loop():\n    return 0\n"}), (), portable
    )
    [*_, first] = run(work, None)
    assert isinstance(first, Done)
    assert first.focus is not None and first.focus.check.id == "loop::loop"
    course.hand_in({"cells.py": "def Cell():\n    return 0\n"})
    [look, *_, second] = run(work, first)
    assert isinstance(look, Looked) and look.check.id == "loop::loop"
    assert isinstance(second, Done)
    assert second.focus is not None and second.focus.check.id == "cells::cell"
    course.hand_in(FILES)
    looks = [said for said in run(work, second) if isinstance(said, Looked)]
    assert looks[0].check.id == "cells::cell" and looks[0].focus is None
    slow = dataclasses.replace(second.result.checks[0], seconds=10.0)
    checks = (slow, *second.result.checks[1:])
    long = dataclasses.replace(second, result=dataclasses.replace(second.result, checks=checks))
    assert not any(isinstance(said, Looked) for said in run(work, long))


def test_a_run_of_what_cannot_be_read_says_why(course: Course, portable: Workers) -> None:
    work = Work(checks_of(course), course.root / "nowhere", (), portable)
    [said] = run(work, None)
    assert isinstance(said, Unfinished)
    assert said.sentence.startswith("There is no file or folder called ")


@pytest.fixture
def front(course: Course, portable: Workers) -> Iterator[Connection]:
    """The front's end of a connection to a checker that forks nothing."""
    ours, theirs = multiprocessing.Pipe()
    work = Work(checks_of(course), course.hand_in(FILES), (), portable)

    def serve() -> None:
        with contextlib.suppress(EOFError):
            serve_in_turn(work, theirs)

    thread = threading.Thread(target=serve)
    thread.start()
    yield ours
    ours.send(None)
    thread.join()


def test_without_forks_a_new_order_ends_the_run_between_two_checks(front: Connection) -> None:
    front.send(Order(1))
    front.send(Order(2))
    numbers = []
    while True:
        number, said = front.recv()
        numbers.append(number)
        if isinstance(said, Done):
            break
    assert numbers[-1] == 2
    assert said.result.score == 2
