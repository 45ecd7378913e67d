"""Moodle's "Download all submissions", E3's as well: a folder per student, or all files side by side.

Ann Chen_123_assignsubmission_file/cells.py          123: the "Participant 123" of the grading worksheet
Ann Chen_123_assignsubmission_file_/cells.py         before Moodle 4
Ann Chen_123_assignsubmission_file_cells.py          without folders
Ann Chen_123_assignsubmission_onlinetext/onlinetext.html
Participant_123_assignsubmission_file/cells.py       graded blind
Team 7_45_assignsubmission_file/cells.py             45: the team's number
b0712345 Ann Chen_123_assignsubmission_file/cells.py some sites put the user name in front
"""

from __future__ import annotations

import re
from collections import Counter

from autograder.classroom.downloads.parcel import Found, Parcel, named, not_taken
from autograder.classroom.downloads.tree import Entry, Tree
from autograder.classroom.handed import Person, turned
from autograder.course.config import Assignment

_NAME = re.compile(
    r"(?P<who>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL
)
_LOGIN = re.compile(r"(?P<login>[\w.@-]*\d[\w.@-]*)[ _](?P<name>.*[^\W\d_].*)")
_BLIND = "Participant"


def is_it(tree: Tree) -> bool:
    """Whether a download is one of Moodle's."""
    return any(_NAME.fullmatch(each) for each in (*tree.folders, *(each.name for each in tree.loose)))


def read(tree: Tree, assignment: Assignment) -> Found:
    """The submissions of a download, one for all that a student or team handed in, of whatever kind."""
    of_one: dict[tuple[str, str], list[tuple[str, str, Entry]]] = {}
    taken = set()
    for entry in tree.entries:
        if found := _NAME.fullmatch(entry.top):
            inside = entry.below or found["file"] or entry.top
            taken.add(entry.name)
            of_one.setdefault(_of(found), []).append((found["kind"], inside, entry))
    for folder in tree.folders:  # the empty ones
        if found := _NAME.fullmatch(folder):
            of_one.setdefault(_of(found), [])
    count = Counter(who for who, _ in of_one)
    blind = {who for who in count if who == _BLIND or count[who] > 1}
    parcels = [_parcel(who, number, files, who in blind) for (who, number), files in of_one.items()]
    strange = (folder for folder in tree.folders if not _NAME.fullmatch(folder))
    return Found(parcels, not_taken(tree, taken, strange))


def _of(found: re.Match[str]) -> tuple[str, str]:
    return found["who"], found["number"] or ""


def _parcel(who: str, number: str, files: list[tuple[str, str, Entry]], is_blind: bool) -> Parcel:
    who = named(who)
    typed = bool(files) and all(kind == "onlinetext" for kind, _, _ in files)
    patched = _LOGIN.fullmatch(who)
    person = Person(name=turned(who))
    if is_blind:
        person = Person(name=f"{who} {number}".strip())
    elif patched:
        person = Person(name=turned(patched["name"]), login=patched["login"])
    return Parcel(
        key=f"{who}_{number}" if number else who,
        people=(person,),
        files=[(inside, entry) for _, inside, entry in files],
        keys={"moodle": number} if number else {},
        group="" if is_blind else who,
        problem="It is text typed into Moodle, and no file was handed in." if typed else "",
    )
