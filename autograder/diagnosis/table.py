"""From a failure to its cause: a student's answers, looked up among the answers of known mistakes.

A check that failed is run again on canonical numbers with all weights filled symmetrically (`fill`), so that
names, layout and order of construction make no difference. What the student's code answers on the way, and
the weights that it leaves, are reduced to a `Fingerprint`. When those of all draws equal those of one known
mistake, and of no other, that is the cause.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder import records
from autograder.checks.tolerances import FINGERPRINT

FILE = "mistakes.json"  # beside the checks
DRAWS = 3  # canonical draws that tell mistakes apart; the last one, if they do not suffice, has biases
SURE = 2  # one answer may be alike by chance

NUMBERS = 6
# What is looked at of all answers together, of one array, of all arrays: those of right code are far smaller.
NODES, ENTRIES, ALL_ENTRIES = 40_000, 1 << 18, 1 << 21
_WAVES = np.arange(1, NUMBERS + 1)[:, None]


@dataclass(frozen=True)
class Fingerprint:
    """What one run of a check saw: kinds, shapes and texts as a hash, all numbers as a few weighted sums."""

    form: str
    numbers: tuple[float, ...]

    @property
    def has_numbers(self) -> bool:
        """Whether it tells more than that code raised something, or did not get as far as an answer."""
        return any(self.numbers)

    def equals(self, other: Fingerprint) -> bool:
        mine, theirs = np.array(self.numbers), np.array(other.numbers)
        near = np.abs(mine - theirs) <= FINGERPRINT * (1 + np.minimum(np.abs(mine), np.abs(theirs)))
        return self.form == other.form and bool(near.all())

    def __str__(self) -> str:
        return " ".join([self.form, *(f"{number:g}" for number in self.numbers)])

    @classmethod
    def from_text(cls, text: str) -> Fingerprint:
        """The fingerprint that `str` wrote; ValueError for any other text."""
        form, *numbers = text.split()
        return cls(form, tuple(float(number) for number in numbers))


class Trace:
    """Collects the answers of one run in their order."""

    def __init__(self) -> None:
        self._forms = hashlib.sha256()
        self._numbers = np.zeros(NUMBERS)
        self._entries = self._nodes = 0
        self._left = ALL_ENTRIES
        self.path = [self.fingerprint()]  # from none to all answers

    def add(self, operation: str, answer: object) -> None:
        """One answer of the student's code: any value of the wire, or an exception's kind and text."""
        self._form(operation)
        self._walk(answer)
        self.path.append(self.fingerprint())

    def fingerprint(self) -> Fingerprint:
        return Fingerprint(self._forms.hexdigest()[:12], tuple(float(f"{n:.6g}") for n in self._numbers))

    def _form(self, text: str) -> None:
        self._forms.update(text.encode("utf-8", "replace") + b"\0")

    def _walk(self, value: object) -> None:
        self._nodes += 8 if isinstance(value, np.ndarray) else 1  # in proportion to the time that it takes
        if self._nodes > NODES:
            return
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
            self._form(f"{value.dtype.kind}{value.shape}")
            self._sum(value)
        elif isinstance(value, (bool, str)) or value is None:
            self._form(repr(value))
        elif isinstance(value, (int, float)):
            self._form("number")
            self._sum(np.array(float(value) if abs(value) < 1e30 else 1e30))
        elif isinstance(value, (list, tuple)):
            self._form(f"{type(value).__name__} {len(value)}")
            for part in value:
                self._walk(part)
        elif isinstance(value, Mapping):
            self._form(f"dict {len(value)}")
            for key in sorted(value, key=str):
                self._form(str(key))
                self._walk(value[key])
        else:
            self._form(str(getattr(value, "kind", "object")))

    def _sum(self, array: NDArray[Any]) -> None:
        self._entries += 1
        flat = array.ravel()[: min(ENTRIES, self._left)].astype(np.float64)
        self._left -= flat.size
        odd = ~np.isfinite(flat)
        self._form(f"{int(odd.sum())} odd")
        small = np.arcsinh(np.where(odd, 0, flat))  # no entry may drown the others
        at = np.arange(flat.size)
        self._numbers += np.cos(_WAVES[:, 0] * self._entries) * (np.sin(_WAVES * (at + 1.3)) @ small)


@dataclass
class Table:
    """Fingerprints by check: of the solution, and of each known mistake that loses the check.

    `words` are a mistake's sentence and hint. Neither solution nor mistake can be read off the numbers.
    """

    made_from: str = ""
    solution: dict[str, list[Fingerprint]] = field(default_factory=dict)
    mistakes: dict[str, dict[str, list[Fingerprint]]] = field(default_factory=dict)
    words: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Table:
        """The tables in these files as one; files that are not there say nothing."""
        table = cls()
        for path in paths:
            if path.is_file():
                data = json.loads(path.read_text(encoding="utf-8"))
                table.made_from = data["made_from"]
                table.words |= {name: (words[0], words[1]) for name, words in data["words"].items()}
                for check, entry in data["checks"].items():
                    table.solution[check] = [_read(item) for item in entry["solution"]]
                    table.mistakes[check] = {
                        name: [_read(item) for item in items] for name, items in entry["mistakes"].items()
                    }
        return table

    def write(self, path: Path, checks: Mapping[str, str]) -> None:
        """The part of the table that is about these checks, each with its name in the table."""
        kept = {check: seen_as for check, seen_as in checks.items() if self.mistakes.get(seen_as)}
        entries = {
            check: {
                "solution": [_written(item) for item in self.solution[seen_as]],
                "mistakes": {n: [_written(i) for i in items] for n, items in self.mistakes[seen_as].items()},
            }
            for check, seen_as in kept.items()
        }
        names = sorted({name for seen_as in kept.values() for name in self.mistakes[seen_as]})
        words = {name: list(self.words[name]) for name in names}
        blocks = [f"{json.dumps(check)}: {json.dumps(entry)}" for check, entry in entries.items()]
        lines = [f'{{"made_from": {json.dumps(self.made_from)},', '"checks": {', ",\n".join(blocks), "},"]
        lines += [f'"words": {json.dumps(words, ensure_ascii=False)}}}']
        records.write(path, "\n".join(lines) + "\n")

    def candidates(self, check: str, draw: int, seen: Fingerprint) -> set[str]:
        """The mistakes that answer this check so on this draw."""
        return {name for name, items in self.mistakes[check].items() if seen.equals(items[draw])}


See = Callable[[str, int], Fingerprint | None]  # what the code answers to a check on a canonical draw


def causes(table: Table, failed: Iterable[str], passed: Collection[str], see: See) -> dict[str, str]:
    """The mistake behind each failed check of a unit, where it is certain.

    It alone answers as the code does and otherwise than the solution, on two draws or, if they do not decide,
    on three; and so in every other failed check that it is known to lose, while it loses none that passed.
    Where several answer so, another failed check must single out one of them. What does not fit only rules a
    name out and never leaves another one as the rest: how much fits may depend on the student's layout.
    """
    seen = {check: _like(table, check, see) for check in failed}
    alike = {check: names for check, names in seen.items() if names is not None}
    lost = {name for check in passed for name in table.mistakes.get(check, ())}
    for check, names in alike.items():
        lost |= table.mistakes.get(check, {}).keys() - names
    sure = {name for names in alike.values() if len(names) == 1 for name in names}
    named = {}
    for check, names in alike.items():
        left = names if len(names) == 1 else names & sure
        if len(left) == 1 and not left & lost:
            (named[check],) = left
    return named


def _like(table: Table, check: str, see: See) -> set[str] | None:
    """The mistakes that answer as the code does and otherwise than the solution; None without an answer."""
    names, as_solution = set(table.mistakes.get(check, ())), True
    for draw in range(DRAWS):
        if not names or (draw >= SURE and len(names) == 1 and not as_solution):
            break
        seen = see(check, draw)
        if seen is None:
            return None
        names &= table.candidates(check, draw, seen)
        as_solution = as_solution and seen.equals(table.solution[check][draw])
    return set() if as_solution else names


def _read(item: list[Any]) -> Fingerprint:
    return Fingerprint(item[0], tuple(item[1:]))


def _written(fingerprint: Fingerprint) -> list[Any]:
    return [fingerprint.form, *fingerprint.numbers]
