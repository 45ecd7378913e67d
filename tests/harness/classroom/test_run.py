"""What is left is found in files; what failed is tried again alone; what replaces what is shown first."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from autograder.classroom import run, store
from autograder.classroom.engine import Stopped
from autograder.classroom.handed import NOTHING, Handed
from autograder.classroom.keys import Rules
from autograder.classroom.progress import Display
from autograder.classroom.store import Graded
from autograder.course.config import ConfigError
from autograder.results import CheckResult, Result
from tests.harness.classroom.conftest import MadeUp, Room
from tests.harness.conftest import Course

OLD = Rules("old checks".replace(" ", "-"), "s", "d", "-", "0.1", "2.13", "3.11")
NEW = replace(OLD, checks="new-checks")
ANN, BO = (Handed(id=name, path=name, digest=name) for name in ("ann", "bo"))


def graded(rules: Rules, handed: Handed, outcome: str = "pass") -> Graded:
    check = CheckResult("cells::one", "One is right.", "cells", outcome, 1.0, "visible")  # type: ignore[arg-type]
    return Graded(rules.key(handed), Result("demo", 1, (check,), 1.0, "0.1", "abc"))


def display() -> Display:
    return Display({}, 1, 0, Console(file=io.StringIO()))


# --- what is left ---------------------------------------------------------------------------------


def test_what_has_its_key_is_done_and_the_rest_is_a_job(tmp_path: Path) -> None:
    store.save(tmp_path, ANN, graded(NEW, ANN))
    plan = run.plan(tmp_path, [ANN, BO, Handed(id="cy", problem=NOTHING)], NEW)
    assert plan.done == [ANN]
    assert [job.id for job in plan.jobs] == ["bo"]
    assert [each.id for each in plan.nothing] == ["cy"]


def test_whole_verdicts_are_not_replaced_by_those_of_some_checks(tmp_path: Path) -> None:
    some, others = replace(NEW, only="some"), replace(NEW, only="others")
    store.save(tmp_path, ANN, graded(NEW, ANN))
    store.save(tmp_path / "some", ANN, graded(some, ANN))
    for folder in (tmp_path, tmp_path / "some"):
        with pytest.raises(ConfigError, match="give it an --out of its own"):
            run.plan(folder, [BO, ANN], others)
    assert run.plan(tmp_path / "some", [ANN], some).done == [ANN]
    assert run.plan(tmp_path / "some", [ANN], NEW).stale == [ANN]


def test_what_is_no_whole_record_is_graded_again(tmp_path: Path) -> None:
    path = store.path_of(tmp_path, ANN)
    path.parent.mkdir()
    path.write_text(json.dumps(graded(NEW, ANN).to_json())[:-40])
    assert [job.id for job in run.plan(tmp_path, [ANN], NEW).jobs] == ["ann"]


@pytest.mark.parametrize(
    "record", [graded(NEW, ANN, "fault"), Graded(NEW.key(ANN), problem="It died.", is_fault=True)]
)
def test_what_the_grader_failed_in_is_tried_again_by_the_next_run(tmp_path: Path, record: Graded) -> None:
    store.save(tmp_path, ANN, record)
    assert [job.id for job in run.plan(tmp_path, [ANN], NEW).jobs] == ["ann"]


def test_a_new_submission_replaces_the_record_of_the_old_one_at_once(tmp_path: Path) -> None:
    store.save(tmp_path, ANN, graded(NEW, ANN))
    again = ANN.model_copy(update={"digest": "another"})
    plan = run.plan(tmp_path, [again], NEW)
    assert [job.target for job in plan.jobs] == [str(tmp_path)]
    assert not plan.stale


def test_a_record_by_other_checks_stays_until_all_are_graded_anew(tmp_path: Path) -> None:
    for each in (ANN, BO):
        store.save(tmp_path, each, graded(OLD, each))
    store.save(tmp_path / run.REGRADED, BO, graded(NEW, BO))
    plan = run.plan(tmp_path, [ANN, BO], NEW)
    assert plan.stale == [ANN, BO] and plan.waiting == [BO]
    assert plan.why == ("the checks",)
    assert [(job.id, job.target) for job in plan.jobs] == [("ann", str(tmp_path / run.REGRADED))]


def test_regrading_takes_all_and_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    for each in (ANN, BO):
        store.save(tmp_path, each, graded(NEW, each))
    store.save(tmp_path / run.REGRADED, BO, graded(NEW, BO))
    plan = run.plan(tmp_path, [ANN, BO], NEW, regrade=True)
    assert not plan.done and [job.id for job in plan.jobs] == ["ann"]


# --- what failed ----------------------------------------------------------------------------------


def test_a_fault_is_tried_once_more_alone_and_the_others_are_unharmed(
    room: Room, made_up: type[MadeUp]
) -> None:
    engine = made_up({"ann": ["graded"], "bo": ["fault", "graded"], "cy": ["graded"]})
    outcomes = run.grade(engine, room.work(), room.jobs(["ann", "bo", "cy"]), display())
    assert {each.id: each.status for each in outcomes} == dict.fromkeys(("ann", "bo", "cy"), "graded")
    assert engine.seen == [("ann", False), ("bo", False), ("cy", False), ("bo", True)]


def test_a_fault_that_stays_is_a_record_that_costs_no_points(room: Room, made_up: type[MadeUp]) -> None:
    run.grade(made_up({"ann": ["fault", "fault"]}), room.work(), room.jobs(["ann"]), display())
    record = room.records()["ann"]
    assert record.is_fault and record.is_pending
    assert record.problem == "It could not be graded, which costs no points: Why it is so."


def test_a_fault_does_not_replace_verdicts_that_are_there(room: Room, made_up: type[MadeUp]) -> None:
    jobs = room.jobs(["ann"])
    before = Graded(jobs[0].key, graded(NEW, ANN, "fault").result)
    store.save(room.folder, room.handed[0], before)
    run.grade(made_up({"ann": ["fault", "fault"]}), room.work(), jobs, display())
    assert room.records()["ann"] == before


def test_a_pending_result_is_graded_again_alone_at_the_end(room: Room, made_up: type[MadeUp]) -> None:
    engine = made_up({"ann": ["pending", "pending"], "bo": ["graded"]})
    outcomes = run.grade(engine, room.work(), room.jobs(["ann", "bo"]), display())
    assert engine.seen[-1] == ("ann", True)
    assert {each.id: each.status for each in outcomes} == {"ann": "pending", "bo": "graded"}


@pytest.mark.parametrize(("status", "is_fault"), [("unwritten", True), ("refused", False)])
def test_what_no_try_can_mend_stops_the_run(
    room: Room, made_up: type[MadeUp], status: str, is_fault: bool
) -> None:
    engine = made_up({"ann": ["graded"], "bo": [status], "cy": ["graded"]})
    with pytest.raises(Stopped, match="Why it is so") as stopped:
        run.grade(engine, room.work(), room.jobs(["ann", "bo", "cy"]), display())
    assert stopped.value.is_fault == is_fault
    assert [name for name, _ in engine.seen] == ["ann", "bo"]


# --- what replaces what ---------------------------------------------------------------------------


@pytest.fixture
def regraded(tmp_path):
    store.save(tmp_path, ANN, graded(OLD, ANN))
    store.save(tmp_path, BO, graded(OLD, BO))
    store.save(tmp_path / run.REGRADED, ANN, graded(NEW, ANN, "fail"))
    store.save(tmp_path / run.REGRADED, BO, graded(NEW, BO))
    return tmp_path


def test_whose_points_change_and_why_is_shown_before_anything_is_written(
    regraded: Path, course: Course
) -> None:
    def show(causes, changes):
        shown.append((causes, [change.line for change in changes]))
        assert store.load(regraded, ANN) == graded(OLD, ANN)
        return True

    shown = []
    assert run.take_over(regraded, [ANN, BO], NEW, course.demo, show)
    assert shown == [("the checks", ["ann: 1 → 0 points: cells::one pass → fail"])]
    assert store.load(regraded, ANN) == graded(NEW, ANN, "fail")
    assert not (regraded / run.REGRADED).exists()


def test_a_no_changes_nothing_and_loses_nothing(regraded: Path, course: Course) -> None:
    assert not run.take_over(regraded, [ANN, BO], NEW, course.demo, lambda *shown: False)
    assert store.load(regraded, ANN) == graded(OLD, ANN)
    assert run.plan(regraded, [ANN, BO], NEW).waiting == [ANN, BO]


def test_a_regrading_that_failed_replaces_no_verdict(regraded: Path, course: Course) -> None:
    store.save(regraded / run.REGRADED, ANN, Graded(NEW.key(ANN), problem="It died.", is_fault=True))
    run.take_over(regraded, [ANN, BO], NEW, course.demo, lambda *shown: True)
    assert store.load(regraded, ANN) == graded(OLD, ANN)
    assert store.load(regraded, BO) == graded(NEW, BO)
