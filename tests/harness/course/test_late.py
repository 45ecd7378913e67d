"""The late rule of an assignment: what it takes, and what it refuses with its line."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from autograder.course.config import ConfigError, load
from autograder.course.late import LateRule

CONFIG = """\
assignments:
  demo:
    title: A demonstration
    late:
      deadline: 2026-10-01T23:59:00+08:00
      grace_minutes: 15
      per_day: {points: 5}
      most: 20
      extensions: {"0712345": 2026-10-03, ann@example.edu: 2}
    units: {}
"""
TAIPEI = timezone(timedelta(hours=8))
DEADLINE = datetime(2026, 10, 1, 23, 59, tzinfo=TAIPEI)


def late_rule(folder: Path, old: str = "", new: str = "") -> LateRule:
    assert old in CONFIG
    (folder / "grading_config.yaml").write_text(CONFIG.replace(old, new, 1) if old else CONFIG)
    rule = load(folder).assignment("demo").late
    assert rule is not None
    return rule


def test_a_rule_is_read_with_its_zone(tmp_path: Path) -> None:
    rule = late_rule(tmp_path)
    assert rule.deadline == DEADLINE
    assert (rule.grace_minutes, rule.most, rule.per_day and rule.per_day.points) == (15, 20, 5)
    assert rule.extensions == {"0712345": date(2026, 10, 3), "ann@example.edu": 2}


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("2026-10-01 23:59", datetime(2026, 10, 1, 23, 59)),
        ("2026-10-01T23:59:00", datetime(2026, 10, 1, 23, 59)),
        ("2026-10-01", datetime(2026, 10, 1, 23, 59, 59)),
        ("2026-10-01T15:59:00Z", DEADLINE),
    ],
)
def test_a_deadline_may_lack_zone_seconds_or_hour(tmp_path: Path, text: str, deadline: datetime) -> None:
    assert late_rule(tmp_path, "2026-10-01T23:59:00+08:00", text).deadline == deadline


def test_a_deadline_without_a_zone_is_one_of_this_machines_clock(tmp_path: Path) -> None:
    rule = late_rule(tmp_path, "2026-10-01T23:59:00+08:00", "2026-10-01 23:59")
    assert rule.due(frozenset()) == datetime(2026, 10, 1, 23, 59).astimezone()


@pytest.mark.parametrize(
    ("extension", "due"),
    [
        ("2026-10-03", datetime(2026, 10, 3, 23, 59, tzinfo=TAIPEI)),
        ("2", datetime(2026, 10, 3, 23, 59, tzinfo=TAIPEI)),
        ("2026-10-04T12:00:00", datetime(2026, 10, 4, 12, 0, tzinfo=TAIPEI)),
        ("2026-10-04T12:00:00Z", datetime(2026, 10, 4, 20, 0, tzinfo=TAIPEI)),
        ("2026-09-20", DEADLINE),  # an extension never shortens
    ],
)
def test_an_extension_is_a_day_a_moment_or_a_number_of_days(
    tmp_path: Path, extension: str, due: datetime
) -> None:
    rule = late_rule(tmp_path, "ann@example.edu: 2", f"ann@example.edu: {extension}")
    assert rule.due(frozenset({"ann@example.edu", "ann chen"})) == due
    assert rule.due(frozenset({"bo@example.edu"})) == DEADLINE


def test_a_group_has_the_latest_extension_of_its_people(tmp_path: Path) -> None:
    rule = late_rule(tmp_path, "2026-10-03", "2026-10-09")
    known = frozenset({"ann@example.edu", "0712345"})
    assert rule.due(known) == datetime(2026, 10, 9, 23, 59, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-10-01T23:59:00+08:00", "soon", "5: deadline must be a date and a time, as 2026-10-01T23:59"),
        ("2026-10-01T23:59:00+08:00", "2026-02-30", "5: deadline must be a date and a time"),
        ("2026-10-01T23:59:00+08:00", "5", "5: deadline must be a date and a time"),
        ("grace_minutes: 15", "grace_minutes: -1", "6: grace_minutes must be a number ≥ 0 (got -1)"),
        ("grace_minutes: 15", "grace_minute: 15", "6: 'grace_minute' is no key here (did you mean 'grace_"),
        ("{points: 5}", "{points: 5, percent: 3}", "7: per_day holds either points or percent"),
        ("{points: 5}", "{}", "7: per_day holds either points or percent"),
        ("{points: 5}", "{point: 5}", "7: 'point' is no key here (did you mean 'points'?); allowed are poin"),
        ("{points: 5}", "{percent: 120}", "7: percent must be "),
        ("most: 20", "most: all", "8: most must be a number (got 'all')"),
        ("ann@example.edu: 2", "ann@example.edu: soon", "9: an extension must be a number of days, a date"),
        ("ann@example.edu: 2", "ann@example.edu: true", "9: an extension must be a number of days, a date"),
        ("      deadline: 2026-10-01T23:59:00+08:00\n", "", "4: 'deadline' is missing here"),
    ],
)
def test_a_rule_that_is_none_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        late_rule(tmp_path, old, new)
    assert str(error.value).startswith(f"grading_config.yaml:{said}"), error.value
    assert "\n" not in str(error.value)
