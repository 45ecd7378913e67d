"""Filled lines as one `PeoplePart` per submission. Who disagrees is told; nothing is chosen for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.classroom.handed import Handed, read_manifest
from autograder.classroom.rubric.sheets import Line, allowed, ids_of, level_of, lines_of, points_for, whose
from autograder.course.config import Assignment
from autograder.course.rubric import NO_REPORT, Rubric
from autograder.course.words import did_you_mean, listed


@dataclass(frozen=True)
class RowMark:
    """What people gave for one row: `given`, as they wrote it, its points, and what that level means.

    `points` is None while nobody has given any, while they disagree, and for what the row does not allow.
    """

    title: str
    most: float
    given: str = ""
    points: float | None = None
    meaning: str = ""
    comment: str = ""


@dataclass(frozen=True)
class PeoplePart:
    """What people gave a submission, a `RowMark` for each row of the rubric in its order.

    `comments` are those on the whole. `problems` are sentences on marks that cannot be taken: impossible
    ones, those on which two graders disagree, and those of `earlier` graders, who looked at what the same
    people handed in before.
    """

    marks: tuple[RowMark, ...]
    comments: tuple[str, ...] = ()
    graders: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()

    @property
    def points(self) -> float | None:
        """All points together; None while a row has none."""
        given = [mark.points for mark in self.marks if mark.points is not None]
        return round(sum(given), 6) if len(given) == len(self.marks) else None

    @property
    def most(self) -> float:
        return round(sum(mark.most for mark in self.marks), 6)

    @property
    def missing(self) -> list[str]:
        """The titles of rows that nobody has marked."""
        return [mark.title for mark in self.marks if not mark.given]

    @property
    def is_begun(self) -> bool:
        """Somebody has written something."""
        return bool(self.graders)


def marks_of(folder: Path, assignment: Assignment, strange: list[str] | None = None) -> dict[str, PeoplePart]:
    """What people gave each submission of the class in DIR, by its id; {} without a rubric.

    Read from the sheets at each call, so that it is never older than they are. Who handed in nothing has no
    points in every row, unless a sheet says otherwise. `strange` receives a sentence on each sheet and line
    that belongs to no submission. Raises ConfigError when there is no manifest.
    """
    if assignment.rubric is None:
        return {}
    strange = [] if strange is None else strange
    handed = {each.id: each for each in read_manifest(folder)}
    lines: dict[str, list[Line]] = {id: [] for id in handed}
    ids = ids_of(handed.values())
    for line in lines_of(folder, assignment.rubric, strange):
        id = whose(line, handed, ids)
        if id is None:
            hint = did_you_mean(line.id, handed)
            strange.append(
                f"{line.source}: no submission has the id {line.id!r}{hint}; its marks wait for one."
            )
        else:
            lines[id].append(line)
    return {id: _part(handed[id], lines[id], assignment.rubric) for id in handed}


def _part(handed: Handed, lines: list[Line], rubric: Rubric) -> PeoplePart:
    """The marks of one submission."""
    if not lines and handed.is_absent:
        rows = ((row.title, rubric.most_of(row), level_of(NO_REPORT, row)) for row in rubric.rows)
        return PeoplePart(tuple(RowMark(title, most, NO_REPORT, 0.0, why) for title, most, why in rows))
    earlier = [line for line in lines if not line.is_about(handed)]
    lines, problems = _latest([line for line in lines if line.is_about(handed)]), list[str]()
    done = {line.grader.casefold() for line in lines}
    earlier = [line for line in _latest(earlier) if line.grader.casefold() not in done]
    problems += [_of_before(line, handed) for line in earlier]
    marks = tuple(_mark(number, lines, rubric, problems) for number in range(len(rubric.rows)))
    return PeoplePart(
        marks,
        tuple(dict.fromkeys(line.comment for line in lines if line.comment)),
        tuple(dict.fromkeys(line.grader or "somebody" for line in lines)),
        tuple(problems),
        tuple(dict.fromkeys(line.grader or "somebody" for line in earlier)),
    )


def _of_before(line: Line, handed: Handed) -> str:
    """What to do about marks for files that the same people have replaced."""
    change = f"write {handed.version} into" if handed.version else "empty"
    return (
        f"The marks of {line.grader or 'somebody'} in {line.source} are of what was handed in before, and do "
        f"not count. Look at what is new and save the sheet again, or {change} its column `version`."
    )


def _latest(lines: list[Line]) -> list[Line]:
    """The lines without those that a page of the same grader saved anew later."""
    last: dict[str, str] = {}
    for line in lines:
        last[line.grader.casefold()] = max(line.saved, last.get(line.grader.casefold(), ""))
    return [line for line in lines if not line.saved or line.saved == last[line.grader.casefold()]]


def _mark(number: int, lines: list[Line], rubric: Rubric, problems: list[str]) -> RowMark:
    """What the lines say on one row; a mark that cannot be taken goes to `problems`."""
    row = rubric.rows[number]
    votes: dict[float, Line] = {}  # each number of points, and a line that gives it
    for line in lines:
        given = line.cells[number].given
        points = points_for(given, rubric, row) if given else None
        if points is not None:
            votes.setdefault(points, line)
        elif given:
            problems.append(
                f"{given!r} ({_by(line)}) is no mark for {row.title!r}; "
                f"allowed are {allowed(rubric, row)}, or {NO_REPORT}."
            )
    if len(votes) > 1:
        said = listed([f"{line.cells[number].given} ({_by(line)})" for line in votes.values()])
        problems.append(f"{row.title!r} is given {said}: change one of the sheets.")
    comments = dict.fromkeys(line.cells[number].comment for line in lines if line.cells[number].comment)
    given = " / ".join(dict.fromkeys(line.cells[number].given for line in lines if line.cells[number].given))
    points = next(iter(votes)) if len(votes) == 1 else None
    meaning = level_of(given, row) if points is not None else ""
    return RowMark(row.title, rubric.most_of(row), given, points, meaning, "\n".join(comments))


def _by(line: Line) -> str:
    return f"{line.grader}, {line.source}" if line.grader else line.source
