"""What people grade: the rows of a rubric, and how their points and the machine's become one grade.

A row has levels, of which a grader picks one, or takes any points up to a number:

    rubric:
      points: {full: 0.5, half: 0.25, none: 0}          # of all rows that give no points of their own
      rows:
        - title: "Question 4: hypothesis"
          levels: {full: Stated before the test., half: Stated after it., none: No hypothesis.}
        - title: Style
          points: {good: 1, poor: 0}
          levels: {good: A pleasure to read., poor: Hard to follow.}
        - title: "Question 4: tuning"
          up_to: 1.5
          text: Half a point for each model whose settings were chosen by the validation accuracy.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from autograder.course.entry import Entry, Points
from autograder.course.words import listed

NO_REPORT = "no report"  # a mark that every row has, for 0 points: there is nothing to grade


class Row(Entry):
    """One thing that people grade. `levels` say what each level means; `up_to` makes its points free.

    `points` are those of its levels; without them it has the rubric's. `text` says what is looked for.
    """

    title: Annotated[str, Field(min_length=1)]
    text: str = ""
    levels: dict[str, str] = Field(default={})
    points: dict[str, Points] = Field(default={})
    up_to: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _levels_or_free_points(self) -> Row:
        if bool(self.levels) == (self.up_to is not None):
            raise ValueError(f"{self.title!r} must have either levels or up_to")
        if self.points and self.up_to is not None:
            raise ValueError(f"{self.title!r} has up_to, so that it needs no points of levels")
        if NO_REPORT in map(str.casefold, self.levels):
            raise ValueError(f"{NO_REPORT!r} is no name for a level: every row has that mark, for 0 points")
        return self


class Rubric(Entry):
    """All that people grade of a submission; `points` are those of rows with levels and no points."""

    points: dict[str, Points] = Field(default={})
    rows: Annotated[list[Row], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_level_is_described(self) -> Rubric:
        for row in self.rows:
            if row.levels and set(row.levels) != set(self.levels_of(row)):
                raise ValueError(f"{row.title!r} must describe the levels {listed(self.levels_of(row))}")
            if self.most_of(row) == 0:
                raise ValueError(f"{row.title!r} gives no points at any level")
        titles = [row.title.casefold() for row in self.rows]
        for row in self.rows:
            if titles.count(row.title.casefold()) > 1:
                raise ValueError(f"two rows are called {row.title!r}")
        return self

    def levels_of(self, row: Row) -> dict[str, float]:
        """The levels of a row with their points; none where its points are free."""
        return {} if row.up_to is not None else row.points or self.points

    def most_of(self, row: Row) -> float:
        """The points of a row at its best."""
        return row.up_to if row.up_to is not None else max(self.levels_of(row).values(), default=0.0)

    @property
    def total(self) -> float:
        """The points of a report at its best throughout."""
        return round(sum(map(self.most_of, self.rows)), 6)


class Shares(Entry):
    """What the two parts of an assignment count for in its grade, relative to each other.

    The grade is then out of 100. Without shares the points of both parts are points of one total.
    """

    report: Points
    implementation: Points

    @model_validator(mode="after")
    def _not_nothing(self) -> Shares:
        if self.report + self.implementation == 0:
            raise ValueError("one of the weights must be more than 0")
        return self

    @property
    def sentence(self) -> str:
        """What the machine's points count for, in words for an instructor."""
        code, whole = self.implementation, self.report + self.implementation
        if code == 0:
            return "These points do not count towards the grade, which is the report's alone."
        return f"These points count for {code / whole:.0%} of the grade, the report for the rest."

    def grade(self, report: float, implementation: float) -> float:
        """The grade, out of 100, from the fraction that was earned of each part."""
        earned = self.report * report + self.implementation * implementation
        return 100 * earned / (self.report + self.implementation)
