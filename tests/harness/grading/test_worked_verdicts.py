"""A failed visible check comes with an example to work out by hand, no other check does."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from autograder import grading
from autograder.diagnosis.worked import Bench
from autograder.grading.run import grade
from autograder.results import Result
from autograder.sandbox import StudentStopped, Workers
from autograder.sandbox.host.inprocess import InProcessWorkers
from autograder.sandbox.wire.errors import SandboxFault
from autograder.submission import read
from tests.harness.conftest import Course

WORK = {"cells.py": "def Cell(x):\n    return x + 1\n"}
EXAMPLE = {
    "title": "twice three",
    "given": [["x", [3]]],
    "steps": [["answer", "x + x", [6], []]],
    "ask": {"call": "Cell", "args": [3]},
}
FAILS = "def test_{0}(student, draw):\n    '''{0}.'''\n    raise Mismatch('Wrong.')\n"
ENTRY = "{0}: {{points: 1, visibility: {1}}}"


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.setattr(grading.run, "self_test", lambda workers: None)
    with InProcessWorkers() as source:
        yield source


def graded(course: Course, workers: Workers, example: object = EXAMPLE) -> Result:
    course.write(
        {
            "visible/cells": FAILS.format("shown") + "\n" + "def test_passed():\n    '''Passes.'''\n",
            "hidden/cells": FAILS.format("secret"),
        },
        {
            "cells": [
                ENTRY.format("shown", "visible"),
                ENTRY.format("passed", "visible"),
                ENTRY.format("secret", "hidden"),
            ]
        },
    )
    record = {"checks": {"cells::*": ["twice"]}, "after": {}, "ideas": {"twice": [example]}}
    (course.root / "tests/visible/demo/worked.json").write_text(json.dumps(record))
    path = course.hand_in(WORK)
    return grade(course.config, course.demo, read(path, course.demo), workers=workers, seed=1)


def test_only_the_failed_visible_check_has_an_example(course: Course, workers: Workers) -> None:
    result = graded(course, workers)
    assert {check.id: check.worked is not None for check in result.checks} == {
        "cells::shown": True,
        "cells::passed": False,
        "cells::secret": False,
    }
    worked = result.checks[0].worked
    assert worked is not None and worked.steps[0].yours == ("4",) and worked.numbers == 3


def test_a_record_keeps_the_example(course: Course, workers: Workers) -> None:
    result = graded(course, workers)
    again = Result.from_json(json.loads(json.dumps(result.to_json())))
    assert again.checks[0].worked == result.checks[0].worked
    assert "worked" not in result.to_json()["checks"][1]


def test_an_example_changes_no_verdict(course: Course, workers: Workers) -> None:
    shown = graded(course, workers)
    silent = graded(course, workers, {**EXAMPLE, "steps": [["answer", "x + 1", [4], []]]})
    assert silent.checks[0].worked is None
    assert [check.outcome for check in shown.checks] == [check.outcome for check in silent.checks]


@pytest.mark.parametrize("error", [SandboxFault("no worker"), MemoryError(), StudentStopped("too late")])
def test_an_example_that_fails_ends_no_grading(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(Bench, "first_wrong", fails)
    result = graded(course, workers)
    assert [check.outcome for check in result.checks] == ["fail", "pass", "fail"]
    assert not any(check.worked for check in result.checks)
