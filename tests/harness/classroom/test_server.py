"""The real server: one zygote for all submissions, verdicts as `grade` gives them, records that are whole."""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.classroom import run, store
from autograder.classroom.graders import Grader
from autograder.classroom.handed import Handed
from autograder.classroom.keys import rules_of
from tests.harness.classroom.conftest import Gone
from tests.harness.conftest import Course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are locked down on Linux")
CHECKS = """
def test_one(student) -> None:
    '''Other() is one.'''
    print("A check may print; nobody takes it for an answer.")
    if student.call("Other") != 1:
        raise Mismatch("Other() is not 1.")


def test_crash(student) -> None:
    '''Nothing of a check reaches the server.'''
    if student.call("Other") == 3:
        import os
        os._exit(1)
"""
ENTRIES = [f"{name}: {{points: 1, visibility: visible}}" for name in ("one", "crash")]
WORKS = {
    "ann": "def Other():\n    return 1\n",
    "bo": "def Other():\n    return 2\n",
    "cy": "def Other():\n    return 3\n",
    "di": "\x00",
    **dict.fromkeys(("ed", "fay", "gil"), "def Other():\n    return 1\n"),
}


class Place:
    """DIR beside a course, and what is to be graded in it."""

    def __init__(self, course: Course) -> None:
        course.write({"visible/cells": CHECKS}, {"cells": ENTRIES})
        self.course = course
        self.folder = course.root / "out"
        self.handed = {}
        for name, code in WORKS.items():
            course.hand_in({"cells.py": code}, f"out/submissions/{name}")
            self.handed[name] = Handed(id=name, path=f"submissions/{name}", digest=name)
        self.rules = rules_of(course.config, course.demo)

    def job(self, name: str):
        (job,) = run.plan(self.folder, [self.handed[name]], self.rules).jobs
        return job

    def work(self, rules=None):
        return run.work_of(self.course.config, self.course.demo, self.folder, rules or self.rules)

    def outcomes(self, name: str) -> dict[str, str]:
        record = store.load(self.folder, self.handed[name])
        return {check.id: check.outcome for check in record.result.checks}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(Course(tmp_path_factory.mktemp("class")))


@pytest.fixture(scope="module")
def grader(place: Place) -> Iterator[Grader]:
    """One server for all tests, each of which has submissions of its own: its start takes the longest."""
    grader = Grader(place.work())
    yield grader
    grader.close()


def test_what_is_done_is_not_graded_again_whoever_asks(place: Place, grader: Grader) -> None:
    job = place.job("ed")
    store.save(place.folder, place.handed["ed"], store.Graded(job.key, problem="It holds no code."))
    outcome = grader.grade(job)
    assert (outcome.status, outcome.said) == ("unreadable", "It holds no code.")


def test_a_record_that_cannot_be_written_stops_with_a_sentence_and_harms_no_old_one(
    place: Place, grader: Grader, tmp_path: Path
) -> None:
    (tmp_path / "results").write_text("This is in the way, as a full disk would be.")
    outcome = grader.grade(dataclasses.replace(place.job("gil"), target=str(tmp_path)))
    assert outcome.status == "unwritten"
    assert "cannot be written" in outcome.said
    assert (tmp_path / "results").read_text().startswith("This is in the way")


def test_a_submission_that_is_not_on_this_machine_is_no_students_fault(place: Place, grader: Grader) -> None:
    job = place.job("fay")
    (place.folder / "submissions/fay").rename(place.folder / "elsewhere")
    outcome = grader.grade(job)
    assert outcome.status == "fault"
    assert "Do all machines share that folder?" in outcome.said
    assert store.load(place.folder, place.handed["fay"]) is None


def test_a_server_gives_each_submission_its_own_verdicts(place: Place, grader: Grader) -> None:
    found = {name: grader.grade(place.job(name)) for name in ("bo", "di", "ann")}
    server = grader._server
    again = grader.grade(place.job("cy"))
    assert {name: each.status for name, each in found.items()} == {
        "ann": "graded",
        "bo": "graded",
        "di": "graded",
    }
    assert place.outcomes("ann") == {"cells::one": "pass", "cells::crash": "pass"}
    assert place.outcomes("bo") == {"cells::one": "fail", "cells::crash": "pass"}
    assert server is not None and again.status == "pending"  # the check ended its own process, twice
    assert place.outcomes("cy") == {"cells::one": "fail", "cells::crash": "fault"}


def test_checks_that_changed_since_the_run_began_grade_nothing(course: Course) -> None:
    place = Place(course)
    work, job = place.work(), place.job("ann")
    path = place.course.root / "tests/visible/demo/test_cells.py"
    path.write_text(path.read_text() + "\n# mended\n")
    outcome = Grader(work).grade(job)
    assert outcome.status == "refused"
    assert "another state of: the checks" in outcome.said


HOLDER = """
import json, sys
from autograder.classroom.graders import Grader, Job, Work
grader = Grader(Work(**json.loads(sys.argv[1])))
grader.grade(Job(**json.loads(sys.argv[2])))
print(grader._server._process.pid, flush=True)
sys.stdin.read()
"""


def test_a_server_and_its_zygote_end_with_whoever_started_them(course: Course, gone: Gone) -> None:
    place = Place(course)
    given = [json.dumps(each.__dict__) for each in (place.work(), place.job("ann"))]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, *given],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    server = int(process.stdout.readline())
    children = [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
    assert children
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert gone([server, *children])
