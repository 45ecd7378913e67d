"""What handing in late costs, as an instructor writes it down for an assignment.

    late:
      deadline: 2026-10-01T23:59:00+08:00
      grace_minutes: 15
      per_day: {points: 5}          # or {percent: 10}, of all points that there are
      most: 20                      # in the unit of per_day; without it, there is no bound
      extensions: {"0712345": 2026-10-03, ann@example.edu: 2}

A moment without a zone is one of the clock of the machine that reads it. A date alone means the whole of that
day, as an extension until the hour of the deadline. A number extends the deadline by so many days.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from autograder.course.entry import Entry, Points

_END_OF_DAY = time(23, 59, 59)
_MOMENT = "a date and a time, as 2026-10-01T23:59:00+08:00"
_EXTENSION = f"a number of days, a date, or {_MOMENT}"
MOST_DAYS = 3650


def _deadline(value: Any) -> datetime:
    """The moment that a deadline means; a date alone is the whole day."""
    found = _as_date(value)
    if found is None:
        raise ValueError(f"deadline must be {_MOMENT} (got {value!r:.80})")
    return found if isinstance(found, datetime) else datetime.combine(found, _END_OF_DAY)


def _extension(value: Any) -> datetime | date | int:
    """The moment, the day or the number of days that an extension means."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DAYS:
        return value
    found = _as_date(value)
    if found is None:
        raise ValueError(f"an extension must be {_EXTENSION} (got {value!r:.80})")
    return found


def _as_date(value: Any) -> datetime | date | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, date) else None


class PerDay(Entry):
    """What each day that has begun costs: points, or a percentage of all points that there are."""

    points: Points | None = None
    percent: Annotated[float, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> PerDay:
        if (self.points is None) == (self.percent is None):
            raise ValueError("per_day holds either points or percent, as {points: 5} or {percent: 10}")
        return self


class LateRule(Entry):
    """The deadline of an assignment, and what each day after it costs.

    Without `per_day`, being late is told and costs nothing. The keys of `extensions` are what is known of a
    person: student number, e-mail address, login or name.
    """

    deadline: Annotated[datetime, BeforeValidator(_deadline)]
    grace_minutes: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    per_day: PerDay | None = None
    most: Points | None = None
    extensions: dict[str, Annotated[datetime | date | int, BeforeValidator(_extension)]] = Field(default={})

    def due(self, known_as: frozenset[str]) -> datetime:
        """The deadline, with its zone, of people who are known under these names in lower case.

        The latest extension of any of them counts for a group.
        """
        given = [value for key, value in self.extensions.items() if key.strip().casefold() in known_as]
        return max([_zoned(self.deadline), *(_zoned(self._extended(value)) for value in given)])

    def _extended(self, value: datetime | date | int) -> datetime:
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=self.deadline.tzinfo)
        if isinstance(value, date):
            return datetime.combine(value, self.deadline.timetz())
        return self.deadline + timedelta(days=value)


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.astimezone()
