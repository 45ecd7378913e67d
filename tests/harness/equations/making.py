"""How an idea is written down: what code answers to a case, with what it may do otherwise in each place.

`answer(case, **choices)` follows the handout; each choice is a place in it where code may go its own way.
Its first value is right, another one has a clause that says what such code does ("the candidate has no tanh")
and, where it helps, a hint. Of ways that answer all cases alike the simplest is said; where several are as
simple, nothing is.
"""

from __future__ import annotations

import itertools
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.checks import Value
from autograder.diagnosis.equations import fingerprint
from autograder.diagnosis.table import Fingerprint

MOST = 2  # ways that one piece of code goes at once
HINT = "Follow your code on a small example with pencil and paper: where does it leave the handout?"

Way = Mapping[str, Any]  # the choices that are not the right ones
Clause = str | tuple[str, str]  # what such code does; with a hint


@dataclass(frozen=True)
class Idea:
    """What a definition is asked, what right code answers, and where code may go its own way.

    `cases` are what it is asked on: inputs in any form that `answer` and `ask` understand; two tell ways
    apart that are alike by chance on one. `fresh` are further cases, with other numbers and sizes: on these
    it is tried whether a sentence is true. `ask` makes a question of a case (`diagnosis.asking`).
    `equation` gives the whole equation of a way, for those who compute something that can be written so.
    A value without a clause is right, too. `senseless` are ways that nobody goes.
    """

    answer: Callable[..., Value]
    choices: Mapping[str, Mapping[Any, Clause]]
    ask: Callable[[Any], dict[str, Any]]
    cases: Sequence[Any]
    fresh: Sequence[Any]
    equation: Callable[..., str] | None = None
    hint: str = HINT
    named: str = "numbers"  # what it answers
    senseless: Callable[[Way], bool] = field(default=lambda way: False)

    def ways(self) -> Iterator[Way]:
        """All ways with at most `MOST` choices that are not the first ones, the simplest first."""
        others = {name: list(values)[1:] for name, values in self.choices.items()}
        for count in range(MOST + 1):
            for names in itertools.combinations(others, count):
                for values in itertools.product(*(others[name] for name in names)):
                    way = dict(zip(names, values, strict=True))
                    if not self.senseless(way):
                        yield way

    def answers(self, way: Way, cases: Sequence[Any] | None = None) -> tuple[str, ...] | None:
        """The fingerprints of a way's answers; None where it gives none (an array of another size, say)."""
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                told = [self.answer(case, **way) for case in (self.cases if cases is None else cases)]
        except (ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError):
            return None
        return tuple(_text(fingerprint(each)) for each in told)

    def is_right(self, way: Way) -> bool:
        return not any(self.choices[name][value] for name, value in way.items())

    def sentence(self, way: Way) -> str:
        """What is said of a way."""
        clauses = [_clause(self.choices[name][value])[0] for name, value in way.items()]
        said = ", and ".join(clause for clause in clauses if clause)
        lines = self.equation(**way) if self.equation else ""
        if not lines:
            return f"Your {self.named} are exactly those of code in which {said}."
        return f"Your {self.named} are exactly those of {lines}: {said}."

    def hint_of(self, way: Way) -> str:
        hints = (_clause(self.choices[name][value])[1] for name, value in way.items())
        return next((hint for hint in hints if hint), self.hint)

    def told_apart(self) -> tuple[dict[tuple[str, ...], Way], list[list[Way]]]:
        """By their answers, the ways of which something is said; and those that cannot be told apart."""
        alike: dict[tuple[str, ...], list[Way]] = defaultdict(list)
        for way in self.ways():
            if (answers := self.answers(way)) is not None:
                alike[answers].append(way)
        said, unsaid = {}, []
        for answers, ways in alike.items():
            if any(self.is_right(way) for way in ways):
                continue
            simplest = [way for way in ways if len(way) == len(ways[0])]
            if len({self.sentence(way) for way in simplest}) == 1:
                said[answers] = ways[0]
            else:
                unsaid.append(simplest)
        return said, unsaid

    def record(self) -> dict[str, Any]:
        """The idea as it stands in the file."""
        right = dict.fromkeys(
            answers for way in self.ways() if self.is_right(way) and (answers := self.answers(way))
        )
        said, _ = self.told_apart()
        return {
            "asks": [self.ask(case) for case in self.cases],
            "right": [list(answers) for answers in right],
            "equations": [
                [self.sentence(way), self.hint_of(way), list(answers)] for answers, way in said.items()
            ],
        }


def seldom(often: Mapping[str, Sequence[Any]]) -> Callable[[Way], bool]:
    """Two slips at once, neither of which is among those that are often made: nobody goes such a way."""
    return lambda way: len(way) > 1 and not any(value in often.get(name, ()) for name, value in way.items())


def alone(**values: Collection[str]) -> Callable[[Way], bool]:
    """A `senseless`: what is rarely written is told alone, so that pairs do not fill the file."""

    def is_pair(way: Way) -> bool:
        return len(way) > 1 and any(value in values.get(name, ()) for name, value in way.items())

    return is_pair


def _text(fingerprint: Fingerprint) -> str:
    """A fingerprint with as many digits as its comparison looks at, and one more."""
    return " ".join([fingerprint.form, *(f"{number:.5g}" for number in fingerprint.numbers)])


def _clause(clause: Clause) -> tuple[str, str]:
    return (clause, "") if isinstance(clause, str) else clause
