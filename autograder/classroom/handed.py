"""Who handed in what: the lines of manifest.jsonl."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder import records
from autograder.course.yaml_file import ConfigError, read_text

MANIFEST = "manifest.jsonl"
NOTHING = "Handed in nothing."


class Person(BaseModel):
    """A student as a course system knows them; what it does not tell is ""."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    sid: str = ""
    email: str = ""
    login: str = ""

    @property
    def identity(self) -> str:
        """What tells this person from all others: student number, else address, else login, else name."""
        return self.sid or self.email.casefold() or self.login or self.name

    @property
    def known_as(self) -> frozenset[str]:
        """All that names this person, in lower case."""
        return frozenset(map(folded, (self.name, self.sid, self.email, self.login))) - {""}


class Handed(BaseModel):
    """One submission of a class, or one student's lack of it.

    `id` names its files in DIR; it holds only letters, digits, "-", "_" and ".". `path` is relative to DIR,
    "" where there is nothing to read. `digest` is the SHA-256 of what was handed in, names and contents.
    `keys` are the names under which a course system's sheets know it, as {"canvas": "4521"}. `at` is when it
    was handed in, where the download says so; `late` says that the download calls it late. `attempt` counts
    the submissions of the same people from 1. `problem` is one sentence when nothing can be graded.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    people: tuple[Person, ...] = ()
    path: str = ""
    digest: str = ""
    at: datetime | None = None
    late: bool = False
    attempt: int = 1
    keys: dict[str, str] = {}
    problem: str = ""

    @property
    def is_gradable(self) -> bool:
        """Whether there is something to grade."""
        return bool(self.path) and not self.problem

    @property
    def owners(self) -> tuple[str, ...]:
        """What tells each of its people from all others, and is the same in all their submissions.

        A name alone, which two may have, goes with the keys of the course system.
        """
        keys = " ".join(f"{kind} {key}" for kind, key in sorted(self.keys.items()))
        owners = (
            each.identity if each.sid or each.email or each.login else f"{each.name} {keys}".strip()
            for each in self.people
        )
        return tuple(owners) or (keys or self.id,)

    @property
    def known_as(self) -> frozenset[str]:
        """All that names its people, and its own id, in lower case."""
        return frozenset({folded(self.id)}).union(*(who.known_as for who in self.people))

    @property
    def content(self) -> str:
        """What stands for the files in the key of a record."""
        return f"submission={self.digest[:16] or '-'}"

    @property
    def version(self) -> str:
        """What stands for the files in a sheet: no spreadsheet program takes it for a number."""
        return f"v{self.digest[:8]}" if self.digest else ""

    @property
    def is_absent(self) -> bool:
        """Nothing was handed in, which is not the same as what cannot be read."""
        return not self.path and self.problem in ("", NOTHING)

    @property
    def names(self) -> str:
        """Its people in a line, as "Ann Chen, Bo Li"; the id where nobody is known."""
        return ", ".join(p.name or p.sid or p.login or p.email for p in self.people) or self.id


def folded(name: str) -> str:
    """A name as it is compared with others."""
    return name.strip().casefold()


def turned(name: str) -> str:
    """A name as it is spoken: "Ann Chen" of "Chen, Ann"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name.strip()


def write_manifest(folder: Path, handed: Iterable[Handed]) -> None:
    """Write DIR/manifest.jsonl, whole or not at all. Raises Unwritten."""
    records.write(folder / MANIFEST, "".join(f"{each.model_dump_json()}\n" for each in handed))


def read_manifest(folder: Path) -> list[Handed]:
    """The lines of DIR/manifest.jsonl. Raises ConfigError with the line that is wrong."""
    return list(_lines(folder / MANIFEST))


def _lines(path: Path) -> Iterator[Handed]:
    if not path.is_file():
        raise ConfigError(f"{path.parent} holds no {path.name}: name a folder that `class --out` made.")
    # By "\n" alone: what is a line break for `splitlines`, as U+2028, may stand in a name.
    for number, line in enumerate(io.StringIO(read_text(path)), 1):
        try:
            yield Handed.model_validate_json(line)
        except ValidationError as error:
            said = error.errors()[0]["msg"]
            raise ConfigError(f"{path}:{number}: {said}. Delete the file: `class` writes it anew.") from None
