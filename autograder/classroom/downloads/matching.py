"""Which people of the roster handed in what, and who handed in nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.classroom.downloads.ids import ids
from autograder.classroom.downloads.parcel import named
from autograder.classroom.downloads.roster import Member, Roster
from autograder.classroom.handed import NOTHING, Handed, Person
from autograder.course.words import counted, few


def matched(
    rows: Sequence[Handed], groups: Sequence[str], people: Roster, taken: Iterable[str]
) -> tuple[list[Handed], str]:
    """The rows with what the roster knows of their people, and one for each who handed in nothing.

    `groups` are the names of the rows' teams, `taken` the ids of all submissions. With it goes a sentence.
    """
    seen: set[Person] = set()
    strangers: list[str] = []
    completed = []
    for row, group in zip(rows, groups, strict=True):
        found: Sequence[Member | None] = people.of_group(group)
        if found:
            row = row.model_copy(update={"people": tuple(each.person for each in found if each)})
        else:
            keys = row.keys if len(row.people) < 2 else {}  # one key is not for several people
            found = [people.find(each, keys) for each in row.people or (Person(),)]
            row = _completed(row, found)
        seen |= {each.person for each in found if each}
        if None in found:
            strangers.append(row.names)
        completed.append(row)
    absent = [each for each in people.members if each.person not in seen]
    return [*completed, *_absent(absent, taken)], _said(len(people.members), len(absent), strangers)


def one_of_each(rows: Sequence[Handed], only_latest: bool) -> tuple[list[Handed], list[str]]:
    """The rows with what the same people handed in under several names counted as attempts, and sentences.

    The latest alone is kept if that is asked for and the times are known.
    """
    of_people: dict[frozenset[str], list[Handed]] = {}
    for row in rows:
        of_people.setdefault(frozenset(row.owners), []).append(row)
    kept, said = [], []
    for theirs in of_people.values():
        if len({each.attempt for each in theirs}) == len(theirs):  # one, or counted already
            kept += theirs
            continue
        timed = all(each.at for each in theirs)
        ordered = sorted(
            theirs, key=lambda each: (each.at.timestamp() if each.at else 0.0, each.attempt, each.id)
        )
        counted = [each.model_copy(update={"attempt": n}) for n, each in enumerate(ordered, 1)]
        latest = timed and only_latest
        kept += counted[-1:] if latest else counted
        which = "the latest counts" if latest else "all are graded and the best counts"
        said.append(
            f"{theirs[0].names}: submissions of several names, {few([each.id for each in theirs])}; {which}."
        )
    return kept, said


def _completed(row: Handed, found: Sequence[Member | None]) -> Handed:
    """A row with the roster's names for its people, and the keys and the time that the roster has."""
    people = [
        _filled(person, member.person) if member else person
        for person, member in zip(row.people or (Person(),), found, strict=True)
    ]
    only = found[0] if len(found) == 1 else None
    return row.model_copy(
        update={
            "people": tuple(each for each in people if each.known_as),
            "keys": {**(only.keys if only else {}), **row.keys},
            "at": row.at or (only.at if only else None),
        }
    )


def _filled(person: Person, member: Person) -> Person:
    """What the roster says of somebody, and what only the download knows, leading zeros of a number too."""
    return Person(
        name=member.name or person.name,
        sid=person.sid if member.sid and person.sid.lstrip("0") == member.sid else member.sid or person.sid,
        email=member.email or person.email,
        login=member.login or person.login,
    )


def _absent(members: Sequence[Member], taken: Iterable[str]) -> list[Handed]:
    """A row for each who handed in nothing, under an id that no submission has."""
    used = {each.casefold() for each in taken}
    rows = []
    for member in members:
        person = member.person
        key = person.sid or person.login or person.email or person.name
        [id] = ids([key]).values()
        if id.casefold() in used:
            [id] = ids(["\n".join(["absent", key, person.name, person.email])]).values()
        used.add(id.casefold())
        rows.append(Handed(id=id, people=(person,), keys=dict(member.keys), problem=NOTHING))
    return rows


def _said(count: int, absent: int, strangers: Sequence[str]) -> str:
    nothing = f"{absent:,} of them handed in nothing" if absent else "all of them handed in something"
    said = f"The roster has {counted(count, 'person')}: {nothing}."
    if not strangers:
        return said
    whose = "1 submission is" if len(strangers) == 1 else f"{len(strangers):,} submissions are"
    who = few([named(each) for each in strangers])
    return f"{said} {whose} of somebody who is not on it, or who is there twice: {who}."
