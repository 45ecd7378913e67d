"""A graded class as pages that need nothing else: no scripts, no fonts, no network.

Called with a class's folder by whoever has graded it, or changed what its verdicts count for (`write`).

shown       what a page shows of a submission's files
feedback    DIR/feedback/<id>.html, a page per submission
alike       who fails alike, and who shares wrong numbers that are rare
histogram   how many have how many points, as a picture
overview    DIR/index.html, the page about the class
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from autograder.classroom import gradebook, marks
from autograder.classroom.marks import Grade
from autograder.classroom.overrides import Decisions
from autograder.classroom.pages import feedback, overview
from autograder.course.config import Assignment, Config
from autograder.course.words import counted, few


def write(
    folder: Path,
    config: Config,
    assignment: Assignment,
    walk: Callable[[Sequence[Grade]], Iterable[Grade]] = iter,
) -> list[str]:
    """Write grades.csv, the feedback pages and the page of the class of DIR, as far as they change.

    Gives sentences to show. `walk` goes through the grades, and may show how far it is. Raises ConfigError
    for what cannot be read, Unwritten.
    """
    grades = marks.read(folder, assignment)
    gradebook.write_grades(folder, assignment, grades)
    count = sum(feedback.write(folder, grade) for grade in walk(grades))
    feedback.forget(folder, grades)
    overview.write(folder, config.course, assignment, grades)
    decisions = Decisions.read(folder, assignment, [grade.handed for grade in grades])
    before = [grade.handed.names for grade in grades if grade.people and grade.people.earlier]
    earlier = (
        f"Marks of people are of what was handed in before: {few(before)}. `autograder rubric` says more."
    )
    return [
        *decisions.strange,
        *([earlier] if before else []),
        f"Grades: {folder / gradebook.FILE}. The class: {folder / overview.FILE}.",
        f"Feedback: {folder / feedback.FOLDER}, {counted(count, 'page')} of {len(grades):,} new or changed.",
    ]
