"""What people decided about points: DIR/overrides.yaml, written by two commands and by hand.

    - {check: "loop::padding_changes_nothing", points: full, reason: Its text led astray.}
    - {check: "cells::lstm_gates", points: drop, reason: This was not taught.}
    - {check: "cells::lstm_gates", person: "0712345", points: 1.5, reason: The idea is right.}

`full` gives all points of the check, `drop` takes them out of what can be reached, a number is what it earns.
What names a person is for the submissions of that person alone, and comes before what names nobody. Of two
decisions about the same, the later one counts: the file tells how it came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from autograder import records
from autograder.classroom.handed import Handed, folded
from autograder.course.config import Assignment, ConfigError
from autograder.course.entry import Entry, Points
from autograder.course.words import did_you_mean, listed
from autograder.course.yaml_file import read

FILE = "overrides.yaml"
FULL: Literal["full"] = "full"
DROP: Literal["drop"] = "drop"
_HEAD = "# What people decided about points, in their order. To take a decision back, delete its line.\n"


Owners = Mapping[str, Set[str]]  # who is known by each name, in lower case


class Decision(Entry):
    """What a check earns, for one person or for everybody, whatever its verdict is."""

    check: str
    points: Points | Literal["full", "drop"]
    reason: Annotated[str, Field(min_length=1)]
    person: str = ""

    @property
    def sentence(self) -> str:
        """What was decided and why, for whoever reads the feedback."""
        said = {FULL: "Everybody has all points here", DROP: "This counts for nobody"}
        if self.person:
            said = {FULL: "You have all points here", DROP: "This does not count for you"}
        count = self.points if isinstance(self.points, str) else f"{self.points:g}"
        return f"{said.get(count, f'A person gave {count} points here')}: {self.reason}"


@dataclass(frozen=True)
class Decisions:
    """The decisions that count: for everybody by check, and by the name of a person, with their lines.

    `strange` are sentences on those about people who are not here, or no longer: they stop nobody's grade.
    """

    for_all: Mapping[str, Decision] = field(default_factory=dict)
    personal: Mapping[str, Sequence[tuple[int, Decision]]] = field(default_factory=dict)
    strange: Sequence[str] = ()

    @classmethod
    def read(cls, folder: Path, assignment: Assignment, handed: Sequence[Handed]) -> Decisions:
        """The decisions in DIR/overrides.yaml; none where there is no file.

        Raises ConfigError with everything that is wrong, a line of the file for each.
        """
        if not (folder / FILE).exists():
            return cls()
        located = read(folder / FILE)
        found = located.data if located.data is not None else []
        if not isinstance(found, list):
            raise ConfigError(f"{FILE}:1: the file must hold a list, as - {{check: …, points: …, reason: …}}")
        owners = _owners(handed)
        for_all: dict[str, Decision] = {}
        personal: dict[str, list[tuple[int, Decision]]] = {}
        strange: list[str] = []
        for index, entry in enumerate(found):
            place = located.places[index,]
            try:
                decision = Decision.model_validate(entry)
            except ValidationError as error:
                for each in error.errors():
                    located.wrong.append((located.places.get((index, *each["loc"][:1]), place), _said(each)))
                continue
            located.wrong += ((place, said) for said in _objections(decision, assignment, owners))
            if said := _unknown(decision.person, owners):
                strange.append(f"{FILE}:{place.line}: {said}; the decision waits for them.")
            if decision.person:
                personal.setdefault(folded(decision.person), []).append((index, decision))
            else:
                for_all[decision.check] = decision
        located.refuse()
        return cls(for_all, personal, strange)

    def on(self, handed: Handed) -> Mapping[str, Decision]:
        """The decisions about one submission, by check; one about a person counts for their whole group.

        The last counts, under whichever of their names.
        """
        if not self.personal:
            return self.for_all
        theirs = [each for name in handed.known_as for each in self.personal.get(name, ())]
        return {
            **self.for_all,
            **{decision.check: decision for _, decision in sorted(theirs, key=itemgetter(0))},
        }


def _objections(decision: Decision, assignment: Assignment, owners: Owners) -> Iterator[str]:
    """What is wrong with a decision: no such check, more points than it has, a person who may be another."""
    checks = {name: entry for name, entry in assignment.checks.items() if entry.enabled}
    if decision.check not in checks:
        whole = {name.partition("::")[2]: name for name in checks}.get(decision.check)
        near = f" (did you mean {whole!r}?)" if whole else did_you_mean(decision.check, checks)
        yield f"no check is called {decision.check!r}{near}"
    elif not isinstance(decision.points, str) and decision.points > checks[decision.check].points:
        most = checks[decision.check].points
        yield f"{decision.points:g} points are more than the {most:g} of {decision.check}"
    meant = owners.get(folded(decision.person), ())
    if len(meant) > 1:
        said = f"several people are called {decision.person!r}: {listed(sorted(meant))}"
        yield f"{said}; name one by student number or e-mail address"


def _unknown(person: str, owners: Owners) -> str:
    """That nobody here has the name of a person; "" where somebody has, or nobody is named."""
    if not person or folded(person) in owners:
        return ""
    return f"nobody here is called {person!r}{did_you_mean(folded(person), sorted(owners))}"


def _owners(handed: Iterable[Handed]) -> Owners:
    """Who is known by each name of the class; the id of a submission is one as well, of no certain person."""
    found: dict[str, set[str]] = {}
    for each in handed:
        found.setdefault(folded(each.id), set())
        for who, owner in zip(each.people, each.owners, strict=False):
            for name in who.known_as:
                found.setdefault(name, set()).add(owner)
    return found


def add(folder: Path, decision: Decision, assignment: Assignment, handed: Sequence[Handed]) -> None:
    """Write one more decision into DIR/overrides.yaml. Raises ConfigError for one that cannot be meant."""
    owners = _owners(handed)
    wrong = [*_objections(decision, assignment, owners), _unknown(decision.person, owners)]
    for said in filter(None, wrong):
        raise ConfigError(f"{said[0].upper()}{said[1:]}.")
    entry = {key: value for key, value in decision.model_dump().items() if value != ""}
    line = yaml.safe_dump([entry], default_flow_style=None, sort_keys=False, allow_unicode=True, width=10**9)
    path = folder / FILE
    with records.one_at_a_time(folder):
        Decisions.read(folder, assignment, handed)  # what is there is whole
        before = path.read_text(encoding="utf-8-sig") if path.exists() else _HEAD
        records.write(path, f"{before.rstrip()}\n{line}")


def _said(error: ErrorDetails) -> str:
    """An error of a decision in words."""
    key = next((str(part) for part in error["loc"]), "")
    if error["type"] == "missing":
        return f"{key!r} is missing here"
    if error["type"] == "extra_forbidden":
        allowed = list(Decision.model_fields)
        return f"{key!r} is no key here{did_you_mean(key, allowed)}; allowed are {listed(allowed)}"
    wanted = {"points": "full, drop or a number ≥ 0", "": "a mapping, as {check: …, points: …, reason: …}"}
    return f"{key or 'a decision'} must be {wanted.get(key, 'text in quotes')} (got {error['input']!r:.80})"
