"""The people of a class, from a table that a course system or a teacher has made, and which of them is meant.

Known are Gradescope's roster and grades, Canvas's gradebook, Moodle's participants and grading worksheet, and
any table with a column for names, student numbers, e-mail addresses or logins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.classroom.downloads.moments import moment
from autograder.classroom.downloads.parcel import named
from autograder.classroom.handed import Person, turned
from autograder.classroom.spreadsheet import original, read_table
from autograder.course.config import ConfigError

_COLUMNS = {  # what a column is called, in letters and digits alone
    "name": (
        "name",
        "fullname",
        "student",
        "studentname",
        "firstnamelastname",
        "firstnamesurname",
        "姓名",
        "全名",
    ),
    "first": ("firstname", "first", "givenname", "forename", "名字"),
    "last": ("lastname", "last", "surname", "familyname", "姓氏"),
    "sid": (
        "sid",
        "studentid",
        "studentnumber",
        "studentno",
        "idnumber",
        "sisuserid",
        "orgdefinedid",
        "學號",
    ),
    "email": ("email", "emailaddress", "mail", "studentemail", "電子郵件", "電子郵件信箱", "電子郵件地址"),
    "login": ("login", "loginid", "sisloginid", "username", "userid", "netid", "vunetid", "帳號"),
    "id": ("id",),
    "moodle": ("identifier", "識別碼"),
    "gradescope": ("submissionid",),
    "submitted": ("lastmodifiedsubmission", "submissiontime"),
    "group": ("group", "groups", "team", "群組"),
    "role": ("role", "roles"),
}
_OF_CANVAS = ({"sisuserid"}, {"sisloginid"}, {"student", "id", "section"})
_WHO = {"name", "first", "last", "sid", "email", "login"}
_NOBODY = ("points possible", "student, test", "test student")
_HEAD = 8  # rows in which the names of the columns are looked for


@dataclass(frozen=True)
class Member:
    """A person of the roster, with the names that a course system's sheets have for them."""

    person: Person
    keys: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    at: datetime | None = None


def read(path: Path) -> Roster:
    """The people of a table. Raises ConfigError when it names nobody."""
    rows = read_table(path)
    for number, head in enumerate(rows[:_HEAD]):
        columns = _columns(head)
        if columns.keys() & _WHO:
            members = [each for row in rows[number + 1 :] if (each := _member(row, columns))]
            return Roster(_students(members))
    told = ", ".join(named(cell) for cell in rows[0][:8]) if rows else "none"
    wanted = "names, student numbers, e-mail addresses or logins"
    raise ConfigError(f"{path} has no column for {wanted}; its columns are {told}.")


def _columns(head: list[str]) -> dict[str, int]:
    plain = [re.sub(r"[\W_]+", "", cell).casefold() for cell in head]
    found: dict[str, int] = {}
    for index, cell in enumerate(plain):
        for kind, names in _COLUMNS.items():
            if cell in names:
                found.setdefault(kind, index)
    if "id" in found and not any(names <= {*plain} for names in _OF_CANVAS):
        found.setdefault("sid", found.pop("id"))  # the university's number
    return found


def _member(row: list[str], columns: dict[str, int]) -> tuple[Member, str] | None:
    """A person and their role; None for a row that is nobody's."""

    def cell(kind: str) -> str:
        index = columns.get(kind, len(row))
        return named(original(row[index].strip())) if index < len(row) else ""

    if cell("name").casefold().startswith(_NOBODY):
        return None
    full = turned(cell("name")) or f"{cell('first')} {cell('last')}".strip()
    person = Person(name=full, sid=cell("sid"), email=cell("email"), login=cell("login"))
    if not person.known_as or (full and not cell("id") and "id" in columns):
        return None
    number = re.search(r"\d+", cell("moodle"))
    keys = {"canvas": cell("id"), "moodle": number[0] if number else "", "gradescope": cell("gradescope")}
    told = {kind: key for kind, key in keys.items() if key}
    return Member(person, told, cell("group"), moment(cell("submitted"))), cell("role")


def _students(members: list[tuple[Member, str]]) -> list[Member]:
    """Those who are students, where the table says who is; each once."""
    students = [each for each, role in members if "student" in role.casefold() or "學生" in role]
    chosen = students or [each for each, _ in members]
    return list({each.person: each for each in chosen}.values())


class Roster:
    """The people of a class, found by whatever is known of them."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = list(members)
        self._by_key: dict[str, list[Member]] = {}
        self._by_id: dict[str, list[Member]] = {}
        self._by_name: dict[str, list[Member]] = {}
        self._by_group: dict[str, list[Member]] = {}
        for member in self.members:
            person = member.person
            local = person.email.partition("@")[0]
            for each in {f"{kind} {key}" for kind, key in member.keys.items()}:
                self._by_key.setdefault(each, []).append(member)
            for each in set(_ids(person.sid, person.login, person.email, local)):
                self._by_id.setdefault(each, []).append(member)
            for each in set(_names(person.name)):
                self._by_name.setdefault(each, []).append(member)
            self._by_group.setdefault(_joined(member.group), []).append(member)

    def find(self, person: Person, keys: Mapping[str, str]) -> Member | None:
        """Who is meant by what a download says of a person; None for nobody, or more than one."""
        name = person.name or person.login
        named_so = self._by_name.get(_sorted(name)) or self._by_name.get(_joined(name)) or []
        for kind, key in keys.items():
            found = self._by_key.get(f"{kind} {key}", [])
            may_be_a_teams = kind == "moodle" and person.name and not person.name.endswith(f" {key}")
            if may_be_a_teams:
                found = [each for each in found if each in named_so or _has_name(person.name, each)]
            if len(found) == 1:
                return found[0]
        for each in _ids(person.sid, person.email, person.login):
            if len(found := self._by_id.get(each, [])) == 1:
                return found[0]
        return named_so[0] if len(named_so) == 1 else None

    def of_group(self, group: str) -> list[Member]:
        """The people of a team."""
        return self._by_group.get(_joined(group), []) if _joined(group) else []


def _has_name(text: str, member: Member) -> bool:
    """Whether a text holds the whole name of somebody, with a user name before it perhaps."""
    words = {*_words(member.person.name)}
    return bool(words) and words <= {*_words(text)}


def _ids(*texts: str) -> Iterator[str]:
    """What is looked up: each as it is, and, for a spreadsheet program drops them, without leading zeros."""
    for text in texts:
        if plain := text.strip().casefold():
            yield plain
            if plain.isdigit():
                yield plain.lstrip("0")


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold())


def _sorted(name: str) -> str:
    return " ".join(sorted(_words(name)))


def _joined(name: str) -> str:
    return "".join(_words(name))


def _names(name: str) -> Iterator[str]:
    """The words of a name in any order, and run together from each of them on: "chenann" of Ann Chen."""
    words = _words(name)
    if words:
        yield _sorted(name)
    for start in range(len(words)):
        yield "".join(words[start:] + words[:start])
