"""A server is bounded from outside: whatever it does, there is an outcome, and nothing of it is left."""

from __future__ import annotations

import re

import pytest

from autograder.classroom.graders import RENEW_AFTER, Grader
from tests.harness.classroom.conftest import Gone, Room


@pytest.fixture
def grader(room):
    made = Grader(room.work(silence=5))
    yield made
    made.close()


def test_one_server_grades_one_submission_after_the_other(room: Room, grader: Grader) -> None:
    outcomes = [grader.grade(job) for job in room.jobs(["ann", "bo", "cy"])]
    assert [(each.id, each.status) for each in outcomes] == [
        ("ann", "graded"),
        ("bo", "graded"),
        ("cy", "graded"),
    ]
    assert len(room.servers) == 1
    assert all(room.records().values())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dies", r"ended early \(signal 9\)"),
        ("hangs", "no verdict within 3 seconds"),
        ("babbles", "no answer"),
    ],
)
def test_a_server_that_fails_is_a_fault_and_the_next_submission_has_a_fresh_one(
    room: Room, gone: Gone, name: str, said: str
) -> None:
    grader = Grader(room.work(silence=3))
    bad, good = room.jobs([name, "ann"])
    fault = grader.grade(bad)
    assert fault.status == "fault" and fault.is_fault
    assert re.search(said, fault.said)
    assert grader.grade(good).status == "graded"
    assert len(room.servers) == 2
    grader.close()
    assert gone(room.servers)


def test_a_pending_result_ends_the_server_that_gave_it(room: Room, grader: Grader) -> None:
    outcomes = [grader.grade(job).status for job in room.jobs(["faulty", "ann"])]
    assert outcomes == ["pending", "graded"]
    assert len(room.servers) == 2


def test_alone_means_a_server_of_its_own(room: Room, grader: Grader) -> None:
    ann, bo, cy = room.jobs(["ann", "bo", "cy"])
    grader.grade(ann)
    grader.grade(bo, alone=True)
    grader.grade(cy)
    assert len(room.servers) == 3


def test_a_server_is_renewed_before_anything_can_grow_in_it(room: Room, grader: Grader) -> None:
    for job in room.jobs([f"s{number}" for number in range(RENEW_AFTER + 1)]):
        assert grader.grade(job).status == "graded"
    assert len(room.servers) == 2


def test_a_server_with_other_checks_grades_nothing(room: Room) -> None:
    grader = Grader(room.work(rules="others"))
    (ann,) = room.jobs(["ann"])
    outcome = grader.grade(ann)
    assert outcome.status == "refused"
    assert "another state of: the checks" in outcome.said
    assert room.records() == {"ann": None}


def test_a_server_that_does_not_start_is_a_fault_with_its_last_words(room: Room) -> None:
    work = room.work()
    broken = type(work)(**{**work.__dict__, "server": ("python3", "-c", "raise SystemExit('no torch here')")})
    (ann,) = room.jobs(["ann"])
    outcome = Grader(broken).grade(ann)
    assert outcome.status == "fault"
    assert "no torch here" in outcome.said
