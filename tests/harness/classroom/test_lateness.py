"""How late a submission is, and what that costs, apart from its points."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from autograder.classroom.handed import Handed, Person
from autograder.classroom.lateness import late_of, unknown_extensions
from autograder.course.config import Assignment

TAIPEI = timezone(timedelta(hours=8))
DEADLINE = datetime(2026, 10, 1, 23, 59, tzinfo=TAIPEI)
ANN = Person(name="Ann Chen", sid="0712345", email="Ann@x.edu")


def assignment(**late: object) -> Assignment:
    rule = {"deadline": DEADLINE, **late}
    return Assignment.model_validate({"name": "demo", "title": "Demo", "units": {}, "late": rule})


def handed(after: timedelta, person: Person = ANN) -> Handed:
    return Handed(id="ann", people=(person,), path="submissions/ann", at=DEADLINE + after)


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(0), None),
        (timedelta(minutes=15), None),  # the grace
        (timedelta(minutes=15, seconds=1), 1),
        (timedelta(days=1, minutes=15), 1),
        (timedelta(days=1, minutes=15, seconds=1), 2),
        (timedelta(days=9), 9),
        (timedelta(days=-3), None),
    ],
)
def test_each_day_that_has_begun_after_the_grace_counts(after: timedelta, days: int | None) -> None:
    late = late_of(handed(after), assignment(grace_minutes=15.0, per_day={"points": 5.0}, most=20.0))
    assert (late and late.days) == days
    if late and days:
        assert (late.points, late.percent) == (min(5 * days, 20), 0)


def test_percentages_are_of_all_points_and_never_more_than_all() -> None:
    rule = assignment(per_day={"percent": 10.0})
    two, many = late_of(handed(timedelta(days=2)), rule), late_of(handed(timedelta(days=30)), rule)
    assert two is not None and many is not None
    assert (two.percent, two.cost(83.5)) == (20, 16.7)
    assert many.percent == 100


def test_a_day_may_cost_nothing() -> None:
    late = late_of(handed(timedelta(hours=1)), assignment())
    assert late is not None
    assert (late.days, late.cost(100)) == (1, 0)
    assert late.said.endswith("which counts as 1 day: nothing taken off.")


def test_the_sentence_says_when_and_what() -> None:
    late = late_of(handed(timedelta(days=1, minutes=5)), assignment(per_day={"points": 5.0}))
    assert late is not None
    assert late.said == (
        "Handed in 24 h 5 min after the deadline (2026-10-01 23:59 +0800), which counts as 2 days: "
        "10 points taken off."
    )


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    moment = datetime(2026, 10, 1, 16, 30, tzinfo=timezone.utc)  # half an hour past midnight there
    late = late_of(Handed(id="ann", at=moment), assignment())
    assert late is not None and late.days == 1


@pytest.mark.parametrize("key", ["0712345", "ann@x.edu", "ann chen", " 0712345 "])
def test_an_extension_is_found_by_whatever_names_the_person(key: str) -> None:
    rule = assignment(extensions={key: 2})
    assert late_of(handed(timedelta(days=2)), rule) is None
    assert late_of(handed(timedelta(days=2), Person(name="Bo Li")), rule) is not None
    assert unknown_extensions([handed(timedelta(0))], rule) == []


def test_an_extension_of_nobody_is_told() -> None:
    rule = assignment(extensions={"0712346": 2, "0712345": 1})
    assert unknown_extensions([handed(timedelta(0))], rule) == ["0712346"]


def test_what_a_download_calls_late_without_a_time_is_told_and_costs_nothing() -> None:
    late = late_of(Handed(id="ann", late=True), assignment(per_day={"points": 5.0}))
    assert late is not None
    assert (late.days, late.cost(100)) == (None, 0)
    assert "does not say by how much" in late.said


def test_without_a_time_nothing_is_known_and_without_a_rule_nothing_is_late() -> None:
    assert late_of(Handed(id="ann"), assignment()) is None
    free = Assignment.model_validate({"name": "demo", "title": "Demo", "units": {}})
    assert late_of(handed(timedelta(days=9)), free) is None
    told = late_of(Handed(id="ann", late=True), free)
    assert told is not None and "no late rule" in told.said
