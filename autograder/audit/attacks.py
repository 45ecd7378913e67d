"""Hostile submissions and the verdict that each of them must get.

One attack is one file tests/attacks/NAME.py. It begins with a docstring, whose first line says what is tried,
and with comments that are read:

    # assignment: a7_sequence_modeling
    # file: loop.py                    the module of the solution whose definitions these replace
    # form: replace                    or `alone`: nothing of the solution is there
    # expect: nothing from loop        what the grading must say; several such lines must all hold

An attack on several modules has no `# file:`; a line `# %% NAME.py` begins each of them, or `# %% NAME.ipynb`
a notebook, whose JSON is Python, too. In the form `replace`, whatever the attack does not define is the
solution's, other modules too.

    nothing from UNIT                  no check of the unit earns points
    everything from UNIT               every check of the unit earns its points
    at most POINTS [from UNIT]         of the unit, or of the whole assignment
    fails UNIT::PATTERN …              none of these checks passes (`*` stands for any characters)
    passes UNIT::PATTERN …             each of these checks passes

Only the units that are named are graded; all of them where an expectation names none. Besides, every check
must get a verdict and none may be a fault. Two more lines, `# worker:` and `# refuse:`, are for attacks on
A7's vanilla cell: they say what becomes of the process that runs it (tests/harness/sandbox/test_attacks.py).
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.course import templates
from autograder.course.yaml_file import read_text
from autograder.results import CheckResult

from .corpus import BadCorpus, completed, parsed

Solution = Callable[[str], dict[str, str]]  # the solved modules of an assignment, by file name
_HEADER = re.compile(r"^# (assignment|file|form|expect): (.+)$", re.MULTILINE)
_MODULE = re.compile(r"^# %% ([\w/]+\.(?:py|ipynb))$", re.MULTILINE)
_UNIT = re.compile(r"^(?:(nothing|everything)|at most ([\d.]+))(?: from (\w+))?$")
_CHECKS = re.compile(r"^(fails|passes)((?: \w+::[\w*]+)+)$")


@dataclass(frozen=True)
class Expectation:
    """One line of what must become of an attack; `units` are those it speaks of, none for all."""

    text: str
    units: tuple[str, ...]
    least: float | None = None  # points, as a part of what the units are worth
    most: float | None = None  # points
    patterns: tuple[str, ...] = ()
    passes: bool = False

    def failing(self, verdicts: Iterable[CheckResult]) -> str:
        """A sentence that says in what the verdicts are otherwise; empty where they are as expected."""
        mine = [each for each in verdicts if not self.units or each.unit in self.units]
        if not mine:
            return f"Nothing was graded of which it is said: {self.text}."
        for pattern in self.patterns:
            if not any(fnmatchcase(each.id, pattern) for each in mine):
                return f"No check is called {pattern}."
        if self.patterns:
            named = [each for each in mine if any(fnmatchcase(each.id, p) for p in self.patterns)]
            other = [each.id for each in named if (each.outcome == "pass") != self.passes]
            return f"Expected was {self.text}; otherwise are {', '.join(other)}." if other else ""
        points = sum(each.points for each in mine)
        if self.most is not None and points > self.most + 1e-6:
            return f"Expected was {self.text}; it earned {points:g}."
        if self.least is not None and points < self.least * sum(each.max_points for each in mine) - 1e-6:
            return f"Expected was {self.text}; only {points:g} points were earned."
        return ""


@dataclass(frozen=True)
class Attack:
    """A hostile submission: `title` says what it tries, `expected` what must become of it."""

    name: str
    title: str
    assignment: str
    files: Mapping[str, str]
    expected: tuple[Expectation, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """Those to grade; none for all."""
        if any(not each.units for each in self.expected):
            return ()
        return tuple(dict.fromkeys(unit for each in self.expected for unit in each.units))

    def successes(self, verdicts: Sequence[CheckResult], checks: Iterable[str]) -> list[str]:
        """In what the attack succeeds, in sentences; `checks` are the ids of all that had to be graded."""
        given = {each.id for each in verdicts}
        silent = [name for name in checks if self._graded(name) and name not in given]
        faults = [each.id for each in verdicts if each.outcome == "fault"]
        said = [each.failing(verdicts) for each in self.expected]
        said.append(f"Without a verdict are {', '.join(silent)}." if silent else "")
        said.append(f"Faults of the grader are {', '.join(faults)}." if faults else "")
        return [sentence for sentence in said if sentence]

    def _graded(self, check: str) -> bool:
        return not self.units or check.partition("::")[0] in self.units


def attacks(root: Path, assignment: str | None = None) -> list[Attack]:
    """Every known attack, or those on one assignment, by name. Raises BadCorpus."""
    solution = functools.cache(functools.partial(templates.solved_modules, root))  # of an assignment
    found = [_attack(path, solution) for path in sorted((root / "tests" / "attacks").glob("*.py"))]
    return [attack for attack in found if assignment in (None, attack.assignment)]


def _attack(path: Path, solution: Solution) -> Attack:
    text = read_text(path)
    title = ast.get_docstring(parsed(text, path.name))
    if not title:
        raise BadCorpus(f"{path.name}: the first line must be a docstring that says what the attack tries.")
    header: dict[str, list[str]] = {}
    for name, value in _HEADER.findall(text):
        header.setdefault(name, []).append(value.strip())
    try:
        (assignment,), (form,), lines = header["assignment"], header["form"], header["expect"]
    except (KeyError, ValueError):
        raise BadCorpus(f"{path.name}: wanted are one assignment, one form and an expectation.") from None
    modules = _modules(text, header.get("file", []), path.name)
    expected = tuple(_expectation(line, path.name) for line in lines)
    return Attack(
        path.stem, title.split("\n")[0], assignment, _files(modules, form, solution, assignment), expected
    )


def _modules(text: str, files: Sequence[str], name: str) -> dict[str, str]:
    parts = _MODULE.split(text)
    if (len(parts) > 1) == bool(files) or len(files) > 1:
        raise BadCorpus(f"{name}: it needs either one `# file:` or a line `# %% NAME.py` before each module.")
    return {files[0]: text} if files else dict(zip(parts[1::2], parts[2::2], strict=True))


def _files(modules: Mapping[str, str], form: str, solution: Solution, assignment: str) -> dict[str, str]:
    if form == "alone":
        return dict(modules)
    if form != "replace":
        raise BadCorpus(f"An attack's form is replace or alone, not {form}.")
    solved = solution(assignment)
    return solved | {name: completed(text, solved.get(name, ""), name) for name, text in modules.items()}


def _expectation(line: str, name: str) -> Expectation:
    if found := _UNIT.match(line):
        word, points, unit = found.groups()
        most = {"nothing": 0.0, "everything": None}.get(word, float(points or 0))
        return Expectation(line, (unit,) if unit else (), 1.0 if word == "everything" else None, most)
    if found := _CHECKS.match(line):
        patterns = tuple(found[2].split())
        units = tuple(dict.fromkeys(pattern.partition("::")[0] for pattern in patterns))
        return Expectation(line, units, patterns=patterns, passes=found[1] == "passes")
    raise BadCorpus(f"{name}: this expectation cannot be read: {line}.")
