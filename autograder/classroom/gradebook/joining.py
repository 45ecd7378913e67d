"""Which grade is whose: a line of a sheet, and the submission of the person that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.classroom.gradebook.dialects import Dialect
from autograder.classroom.gradebook.sheet import Sheet
from autograder.classroom.handed import Person, folded
from autograder.classroom.marks import Grade, better

_BY = ("own", "sid", "login", "email")  # what a line may be found by, the surest first


@dataclass
class Joined:
    """The grade of each line, by its place in the sheet; `unclear` says why a line has none.

    `doubtful` are those that several lines may mean.
    """

    grades: dict[int, Grade] = field(default_factory=dict)
    unclear: dict[int, str] = field(default_factory=dict)
    doubtful: list[Grade] = field(default_factory=list)


def join(sheet: Sheet, dialect: Dialect, places: Mapping[str, int], grades: Sequence[Grade]) -> Joined:
    """Find the grade of every line that is about a person. No line gets one that may be another's."""
    known = _Known(dialect, grades)
    joined = Joined()
    lines_of: dict[str, list[int]] = {}
    for number, row in enumerate(sheet.rows[1:], 1):
        cells = {what: row[place] for what, place in places.items()}
        if "own" in cells:
            cells["own"] = dialect.number(cells["own"])
        found = known.of(cells)
        if isinstance(found, str):
            joined.unclear[number] = found
        elif found is not None:
            grade, who = found
            joined.grades[number] = grade
            lines_of.setdefault(who, []).append(number)
    for lines in lines_of.values():
        if len(lines) > 1:
            for number in lines:
                grade = joined.grades.pop(number)
                joined.doubtful.append(grade)
                joined.unclear[number] = f"{grade.handed.names} may be meant by {len(lines)} lines"
    return joined


class _Known:
    """The grades by what a line may say of a person."""

    def __init__(self, dialect: Dialect, grades: Iterable[Grade]) -> None:
        self._dialect = dialect
        self._by: dict[tuple[str, str], list[tuple[Grade, Person | None]]] = {}
        for grade in grades:
            people = grade.handed.people
            self._add(
                "own", grade.handed.keys.get(dialect.own, ""), grade, people[0] if len(people) == 1 else None
            )
            for who in people:
                self._add("sid", who.sid, grade, who)
                self._add("login", who.login, grade, who)
                self._add("email", who.email, grade, who)
                self._add("login", who.email, grade, who)  # where people log in with their address

    def _add(self, what: str, text: str, grade: Grade, who: Person | None) -> None:
        if folded(text):
            self._by.setdefault((what, folded(text)), []).append((grade, who))

    def of(self, cells: Mapping[str, str]) -> tuple[Grade, str] | str | None:
        """The grade of a line and whose it is; a reason where that is not certain; None for nobody here."""
        for what in _BY:
            found = self._by.get((what, folded(cells.get(what, ""))), [])
            if not found:
                continue
            fitting = [(grade, who) for grade, who in found if self._agrees(grade, who, cells)]
            people = [who for _, who in fitting if who]
            if not fitting:
                return "its numbers and addresses are of different people"
            if _several(who.sid for who in people) or _several(who.email for who in people):
                return "several people have what it says"
            grade = better(grade for grade, _ in fitting)
            whose = (
                people[0].identity
                if people
                else f"{grade.handed.id} {cells.get('email') or cells.get('sid')}"
            )
            return grade, whose
        return None

    def _agrees(self, grade: Grade, who: Person | None, cells: Mapping[str, str]) -> bool:
        """Whether all numbers and addresses that both a person and a line have are the same."""
        own = grade.handed.keys.get(self._dialect.own)
        if who and own and cells.get("own") and self._dialect.own_is_a_persons and own != cells["own"]:
            return False
        people = [who] if who else grade.handed.people
        for what in ("sid", "email"):
            theirs = {folded(getattr(each, what)) for each in people} - {""}
            if theirs and cells.get(what) and folded(cells[what]) not in theirs:
                return False
        return True


def _several(texts: Iterable[str]) -> bool:
    return len({folded(text) for text in texts} - {""}) > 1
