"""Submissions whose verdicts are known, with what says in what their verdicts are wrong.

The solution, alternatives and notebooks as students leave them keep all points; mistakes and attacks lose
what tests/mistakes and tests/attacks say; of broken files nothing is earned.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.audit import corpus, known
from autograder.audit.attacks import Attack, attacks
from autograder.audit.notebooks import left_by_students
from autograder.audit.pool import Graded
from autograder.course import templates
from autograder.course.config import Assignment, Config
from autograder.diagnosis.table import Table
from autograder.results import CheckResult

PATTERN = ("right", "mistake", "attack", "broken", "mistake", "right", "mistake", "right", "mistake", "right")
Kinds = Mapping[str, Sequence["Known"]]
Verdicts = Sequence[CheckResult]


@dataclass(frozen=True)
class Known:
    """A submission, which states its row may have, and what says in what its verdicts are wrong."""

    kind: str
    name: str
    files: Mapping[str, str | bytes]
    judge: Callable[[Verdicts], list[str]]
    states: tuple[str, ...] = ("graded",)


def right(assignment: Assignment, alternative: corpus.Alternative) -> Known:
    def judge(verdicts: Verdicts) -> list[str]:
        found = known.Audit(assignment.name)
        known.judge_alternative(found, alternative, Graded(alternative.name, [*verdicts]))
        return found.wrong

    return Known("right", alternative.name, alternative.files, judge)


def wrong(assignment: Assignment, mistake: corpus.Mistake) -> Known:
    def judge(verdicts: Verdicts) -> list[str]:
        found = known.Audit(assignment.name)
        own = [each for each in verdicts if each.unit == mistake.unit]
        known.judge_mistake(found, mistake, Graded(mistake.id, own), Table())
        names = {each.mistake for each in own if each.mistake} - {mistake.known_as}
        return [*found.wrong, *(f"It is taken for {name}." for name in names)]

    return Known("mistake", mistake.id, mistake.files, judge)


def hostile(assignment: Assignment, attack: Attack) -> Known:
    checks = [name for name, entry in assignment.checks.items() if entry.enabled]
    return Known("attack", attack.name, attack.files, lambda verdicts: attack.successes(verdicts, checks))


def broken(assignment: Assignment, solution: Mapping[str, str]) -> Iterator[Known]:
    """Files that cannot be read, or cannot be run: none of them earns points with what is broken."""
    first, notebook = next(iter(solution)), assignment.notebook or "work.ipynb"
    units = [name for name, unit in assignment.units.items() if first in unit.files]

    def nothing(verdicts: Verdicts) -> list[str]:
        return [f"{each.id} gives points." for each in verdicts if each.points and each.unit in units]

    unreadable = ("unreadable",)
    yield Known(
        "broken", "a notebook that ends in the middle", {notebook: '{"cells": [{"cell_'}, nothing, unreadable
    )
    yield Known("broken", "a zip that is none", {"work.zip": b"PK\x03\x04 and no more"}, nothing, unreadable)
    yield Known("broken", "an empty folder", {}, nothing, ("unreadable", "absent"))
    yield Known("broken", "a file of 2 bytes", {first: "hi"}, nothing)
    yield Known("broken", "a syntax error", {**solution, first: "def forward(self:\n"}, nothing)


def kinds(config: Config, assignment: Assignment) -> Kinds:
    """All known submissions of an assignment by their kind."""
    root, name = config.root, assignment.name
    solution = templates.solved_modules(root, name)
    whole = corpus.Alternative("solution", "", solution | templates.solved_report(root, name))
    others = [*corpus.alternatives(root, name), *left_by_students(root, name)]
    return {
        "right": [right(assignment, each) for each in (whole, *others)],
        "mistake": [wrong(assignment, each) for each in corpus.mistakes(root, name)],
        "attack": [hostile(assignment, each) for each in attacks(root, name)],
        "broken": list(broken(assignment, solution)),
    }


def drawn(found: Kinds, count: int, seed: int) -> list[Known]:
    """So many of all kinds; none comes twice before all of its kind have come."""
    choice = random.Random(seed)
    turns = {}
    for kind, members in found.items():
        turns[kind] = itertools.cycle(choice.sample(members, len(members)))
    wanted = [kind for kind in PATTERN if found[kind]]
    return [own(next(turns[kind]), number) for number, kind in zip(range(count), itertools.cycle(wanted))]


def own(member: Known, number: int) -> Known:
    """The same with a remark of its own in each file; where it is too broken for one, as it is."""
    files = dict(member.files)
    for name, content in files.items():
        if isinstance(content, str) and name.endswith(".py") and content.endswith("\n"):
            files[name] = f"{content}\n# student {number}\n"
        elif isinstance(content, str) and name.endswith(".ipynb") and member.states == ("graded",):
            notebook = json.loads(content)
            notebook["metadata"]["student"] = number
            files[name] = json.dumps(notebook)
    return replace(member, files=files)
