"""Thresholds of the checks that train: from many seeds of what is right and of what is wrong."""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from autograder import records
from autograder.audit import corpus
from autograder.audit.pool import Job, grade_all
from autograder.checks.learning import ATTEMPTS
from autograder.course import templates
from autograder.course.config import FILE_NAME, Assignment, Config, ConfigError
from autograder.course.insertions import at

SOLUTION = "solution"
CONFIDENCE = 0.95


@dataclass
class Measured:
    """One threshold: what was measured where it is held, per seed."""

    check: str
    name: str
    bound: float  # that of the configuration
    upper: bool = False  # the bound is from above
    solution: list[float] = field(default_factory=list)
    alternatives: dict[str, list[float]] = field(default_factory=dict)
    mistakes: dict[str, list[float]] = field(default_factory=dict)

    @property
    def right(self) -> list[float]:
        return [*self.solution, *(value for values in self.alternatives.values() for value in values)]

    def passes(self, value: float) -> bool:
        return value <= self.bound if self.upper else value >= self.bound

    def proposal(self) -> float:
        """Half-way between the worst of what is right and the nearest mistake that does not learn.

        Mistakes that learn as well are left to other checks: a gap counts that is clearly wider than the
        solution's own spread.
        """
        sign = -1 if self.upper else 1
        worst = min(sign * value for value in self.right)
        wide = max(6 * statistics.pstdev(self.solution), 0.1 * abs(worst))
        high = worst
        for low in sorted((sign * v for values in self.mistakes.values() for v in values), reverse=True):
            if high - low >= wide:
                return round(sign * (high + low) / 2, 3)
            high = min(high, low)
        return round(sign * (worst - wide), 3)

    def false_fail(self) -> tuple[float, float]:
        """Share of right runs that miss the bound, and its upper bound with all attempts together."""
        missed = sum(not self.passes(value) for value in self.right)
        return missed / len(self.right), upper_bound(missed, len(self.right)) ** ATTEMPTS

    def false_pass(self) -> tuple[int, int]:
        """How many mistakes reach the bound on every seed, of how many."""
        return sum(all(map(self.passes, values)) for values in self.mistakes.values()), len(self.mistakes)


def upper_bound(events: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """The exact (Clopper-Pearson) one-sided bound on a probability: `events` seen in `trials`."""
    from scipy.stats import binomtest  # as dear an import as all the rest of an audit's

    test = binomtest(events, trials, alternative="less")
    return float(test.proportion_ci(confidence, method="exact").high)


def measure(
    config: Config,
    assignment: Assignment,
    *,
    seeds: int,
    other_seeds: int,
    processes: int = 2,
    on_progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> list[Measured]:
    """Run every enabled check with thresholds on the solution, its alternatives and its mistakes.

    `seeds` draws of the solution, `other_seeds` of each other submission. Raises ConfigError when there is no
    such check.
    """
    checks = {name: entry for name, entry in assignment.checks.items() if entry.thresholds and entry.enabled}
    if not checks:
        raise ConfigError(f"No check of {assignment.name} has thresholds.")
    found = {
        (check, name): Measured(check, name, bound)
        for check, entry in checks.items()
        for name, bound in entry.thresholds.items()
    }
    jobs = list(_jobs(config.root, assignment, tuple(checks), seeds, other_seeds))
    for done, graded in enumerate(grade_all(config.root, assignment.name, jobs, processes), start=1):
        on_progress(done, len(jobs), graded.key)
        kind, _, who = graded.key.partition(" ")
        for (check, name, upper), values in graded.measured.items():
            entry = found[check, name]
            entry.upper = entry.upper or upper
            if kind == SOLUTION:
                entry.solution += values
            else:
                group = entry.alternatives if kind == "alternative" else entry.mistakes
                group.setdefault(who, []).extend(values)
    return [entry for entry in found.values() if entry.solution]


def _jobs(
    root: Path, assignment: Assignment, checks: tuple[str, ...], seeds: int, other_seeds: int
) -> Iterable[Job]:
    solution = templates.solved_modules(root, assignment.name)
    for seed in range(seeds):
        yield Job(f"{SOLUTION} {seed}", solution, checks, seeds=(seed,))
    others = range(other_seeds)
    units = {check.partition("::")[0]: check for check in checks}
    for alternative in corpus.alternatives(root, assignment.name):
        if set(alternative.files) == set(solution):
            yield Job(f"alternative {alternative.name}", alternative.files, checks, seeds=tuple(others))
    for mistake in corpus.mistakes(root, assignment.name):
        own = tuple(check for check in checks if check.partition("::")[0] == mistake.unit)
        if mistake.unit in units and not mistake.notice:
            yield Job(f"mistake {mistake.id}", mistake.files, own, seeds=tuple(others))


def record(found: Iterable[Measured]) -> list[dict[str, Any]]:
    """What `calibrate --json` writes: the figures, and every value that they rest on."""
    return [
        {
            **dataclasses.asdict(entry),
            "proposal": entry.proposal(),
            "false_fail": entry.false_fail(),
            "false_pass": entry.false_pass(),
        }
        for entry in found
    ]


def as_json(found: Iterable[Measured]) -> str:
    """The record, a line for each bound."""
    return "[\n" + ",\n".join(map(json.dumps, record(found))) + "\n]\n"


def write(root: Path, assignment: str, found: Iterable[Measured]) -> None:
    """Put the proposed thresholds into grading_config.yaml and judge by them; nothing else in it changes."""
    path = root / FILE_NAME
    text = path.read_text(encoding="utf-8")
    nodes = dict(_thresholds(yaml.compose(text, Loader=yaml.SafeLoader), assignment))
    for entry in sorted(found, key=lambda each: -nodes[each.check, each.name].start_mark.index):
        node = nodes[entry.check, entry.name]
        entry.bound = entry.proposal()
        text = text[: node.start_mark.index] + f"{entry.bound:g}" + text[node.end_mark.index :]
    records.write(path, text)


def _thresholds(document: Any, assignment: str) -> Iterable[tuple[tuple[str, str], yaml.ScalarNode]]:
    units = at(at(at(document, "assignments"), assignment), "units")
    for unit, about in units.value:
        for check, entry in at(about, "checks").value:
            for key, thresholds in entry.value:
                if key.value == "thresholds":
                    for name, node in thresholds.value:
                        yield (f"{unit.value}::{check.value}", name.value), node
