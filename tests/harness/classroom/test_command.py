"""What `class` says and asks, with an engine that is told what comes of each submission."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from autograder.classroom import store
from autograder.classroom.command import Class, Wish
from autograder.classroom.handed import Handed, Person
from autograder.classroom.keys import rules_of
from autograder.classroom.store import Graded
from autograder.results import CheckResult, Result
from tests.harness.conftest import Course

CLASS = [
    Handed(id=name, people=(Person(name=name.title()),), path=name, digest=name) for name in ("ann", "bo")
]


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def run_class(course, made_up, said, tmp_path):
    """Carries out a wish; `outcomes` maps each submission to the outcome of its one check."""

    def go(outcomes: dict[str, str], answer: bool = True, **wishes: object) -> int:
        def save(job, status):
            check = CheckResult("cells::one", "One.", "cells", outcomes[job.id], 1.0, "visible")
            graded = Graded(job.key, Result("demo", 1, (check,), 1.0, "0.1", "abc"))
            store.save(Path(job.target), Handed(**json.loads(job.handed)), graded)

        engine = made_up({name: ["graded", "graded"] for name in outcomes}, save)
        made = Class(
            course.config,
            course.demo,
            CLASS,
            Wish(tmp_path / "DIR", **wishes),
            lambda: engine,
            lambda question: asked.append(question) or answer,
            Console(file=said, width=200),
        )
        asked.clear()
        left = made.carry_out()
        seen.extend(engine.seen)
        return left

    asked: list[str] = []
    seen: list[tuple[str, bool]] = []
    go.asked, go.seen = asked, seen
    go.outcome = lambda each: store.load(tmp_path / "DIR", each).result.checks[0].outcome
    return go


def test_a_second_run_grades_nothing(run_class: Any, said: io.StringIO) -> None:
    assert run_class({"ann": "pass", "bo": "fail"}) == 0
    assert len(run_class.seen) == 2
    assert run_class({}) == 0
    assert len(run_class.seen) == 2
    assert "2 submissions, 2 graded before, 0 to grade." in said.getvalue()


def test_regrading_asks_before_it_writes_and_a_no_keeps_all(run_class: Any, said: io.StringIO) -> None:
    run_class({"ann": "pass", "bo": "fail"})
    run_class({"ann": "fail", "bo": "fail"}, answer=False, regrade=True)
    assert run_class.asked == ["Take the new verdicts over?"]
    assert run_class.outcome(CLASS[0]) == "pass"
    assert "Ann: 1 → 0 points: cells::one pass → fail" in said.getvalue()
    run_class({}, answer=True, regrade=True)  # what waits is taken over without another grading
    assert run_class.outcome(CLASS[0]) == "fail"
    assert len(run_class.seen) == 4


def test_regrading_that_changes_nobodys_points_asks_nothing(run_class: Any, said: io.StringIO) -> None:
    run_class({"ann": "pass", "bo": "fail"})
    run_class({"ann": "pass", "bo": "fail"}, regrade=True)
    assert run_class.asked == []
    assert "Nobody's points change." in said.getvalue()


def test_a_fault_that_stays_is_counted_and_named(run_class: Any, said: io.StringIO) -> None:
    assert run_class({"ann": "pass", "bo": "fault"}) == 1
    assert "In 1 submission the grader failed, also when it tried again" in said.getvalue()
    assert "Bo. The same command tries once more." in said.getvalue()


def test_merging_takes_the_records_of_other_folders_and_grades_nothing(
    run_class: Any, said: io.StringIO, course: Course, tmp_path: Path
) -> None:
    rules = rules_of(course.config, course.demo)
    for number, each in enumerate(CLASS):
        store.save(tmp_path / f"shard{number}", each, Graded(rules.key(each), problem="It holds no code."))
    assert run_class({}, merge=True) == 2
    assert run_class({}, merge=True, gathered=(tmp_path / "shard0", tmp_path / "shard1")) == 0
    assert run_class.seen == []
    assert "2 records taken from 2 folders." in said.getvalue()
    assert "2 submissions cannot be read: Ann, Bo." in said.getvalue()


def test_it_says_whose_files_were_graded_under_another_id(run_class, said, course, tmp_path):
    assert run_class({"ann": "pass", "bo": "fail"}) == 0
    record = tmp_path / "DIR" / "results" / "ann.json"
    record.rename(record.with_name("4521.json"))
    run_class.seen.clear()
    assert run_class({"ann": "fault", "bo": "fault"}) == 0
    assert "The files of 1 submission were graded before, under another id." in said.getvalue()
    assert run_class.seen == []
