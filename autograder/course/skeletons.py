"""The first form of a check, for its author to go on from.

It loads at once, and until it is written it gives nobody points and takes none.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import records
from autograder.course import check_files, insertions
from autograder.course.config import FILE_NAME, Assignment, Config, ConfigError, Unit, load
from autograder.course.words import did_you_mean

LINE = 110  # characters
LIBRARY = "autograder.checks"


@dataclass(frozen=True)
class Written:
    """What was put into a file, and in which line it begins."""

    path: Path
    line: int = 1


@dataclass(frozen=True)
class NewCheck:
    """A check as its author asks for it; `needs` and `after` are checks of the assignment."""

    unit: str
    name: str
    points: float
    visibility: str
    title: str = ""
    needs: Sequence[str] = ()
    after: str | None = None

    @property
    def id(self) -> str:
        return f"{self.unit}::{self.name}"

    @property
    def function(self) -> str:
        return f"test_{self.name}"

    @property
    def entry(self) -> str:
        """What stands behind its name in grading_config.yaml."""
        points = int(self.points) if self.points == int(self.points) else self.points
        return f"{{points: {points}, visibility: {self.visibility}}}"


def check(config: Config, assignment: Assignment, new: NewCheck) -> list[Written]:
    """Write a check's function and its entry. Raises ConfigError for what is there already or unknown."""
    unit = unit_of(assignment, new.unit)
    _refuse_the_check(config, assignment, new)
    path = config.root / "tests" / new.visibility / assignment.name / f"test_{new.unit}.py"
    source = read(path) if path.is_file() else f'"""{unit.title.rstrip(".")}."""\n'
    source = _with_function(source, assignment, new, unit)
    settings = config.root / FILE_NAME
    entries = insertions.with_check(
        read(settings), assignment.name, new.unit, new.name, new.entry, after=_followed(assignment, new)
    )
    write(path, source)
    write(settings, entries)
    line = load(config.root).assignment(assignment.name).lines[new.id]
    return [Written(path, line_of(source, f"def {new.function}(")), Written(settings, line)]


def unit_of(assignment: Assignment, name: str) -> Unit:
    """The unit of that name; ConfigError lists the names there are."""
    if name not in assignment.units:
        raise ConfigError(
            f"{assignment.name} has no unit {name!r}{did_you_mean(name, assignment.units)}. "
            f"Its units are: {', '.join(assignment.units)}."
        )
    return assignment.units[name]


def _refuse_the_check(config: Config, assignment: Assignment, new: NewCheck) -> None:
    if not re.fullmatch(r"\w+", new.name, re.ASCII):
        raise ConfigError(f"A check's name has letters, digits and underscores, unlike {new.name!r}.")
    if new.visibility not in check_files.KINDS:
        raise ConfigError(f"--visibility is visible or hidden, not {new.visibility!r}.")
    if not (math.isfinite(new.points) and new.points >= 0):
        raise ConfigError(f"--points is a number ≥ 0, not {new.points:g}.")
    if re.search(r'\n|\\|"""', new.title):
        raise ConfigError("A title is one line without backslashes and without three quotes in a row.")
    for found in check_files.find(config.root, assignment.name):
        if found.id == new.id:
            raise ConfigError(f"{found.where} has {new.function} already.")


def _full_id(assignment: Assignment, unit: str, name: str) -> str:
    """The id of a check that is named with its unit, or without it for one of this unit."""
    id_ = name if "::" in name else f"{unit}::{name}"
    if id_ not in assignment.checks:
        own = assignment.checks if "::" in name else assignment.units[unit].checks
        raise ConfigError(f"There is no check {id_}{did_you_mean(name, own)}.")
    return id_


def _followed(assignment: Assignment, new: NewCheck) -> str | None:
    """The name of the check of the same unit that the new one is to follow; none for its last."""
    if new.after is None:
        return None
    unit, _, name = _full_id(assignment, new.unit, new.after).partition("::")
    if unit != new.unit:
        raise ConfigError(f"{new.after} is no check of the unit {new.unit}, so nothing can follow it there.")
    return name


def _with_function(source: str, assignment: Assignment, new: NewCheck, unit: Unit) -> str:
    needed = [_full_id(assignment, new.unit, name) for name in new.needs]
    names = {"CannotJudge", "Draw", "Student", *(["needs"] if needed else [])}
    source = _importing(source, names)
    return f"{source.rstrip()}\n\n\n{_function(new, unit, _needs(source, new, needed))}"


def _needs(source: str, new: NewCheck, needed: Iterable[str]) -> str:
    """The decorator: checks of the same file by their functions, others by their ids."""
    here = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    named = []
    for id_ in needed:
        unit, _, name = id_.partition("::")
        function = f"test_{name}"
        named.append(function if unit == new.unit and function in here else f'"{id_}"')
    return f"@needs({', '.join(named)})\n" if named else ""


def _function(new: NewCheck, unit: Unit, decorator: str) -> str:
    title = new.title or new.name.replace("_", " ").capitalize()
    ended = title if title.endswith((".", "!", "?")) else f"{title}."
    names = [name for defined in unit.files.values() for name in defined]
    name = names[0] if names else "a_function"
    x = "draw.normal(4, 6)"
    call = f'student.new("{name}", …)({x})' if name[:1].isupper() else f'student.call("{name}", {x})'
    return (
        f"{decorator}def {new.function}(student: Student, draw: Draw) -> None:\n"
        f'    """{ended}"""\n'
        "    # TODO: run the student's code on numbers of `draw` and hold what it gives to what is right:\n"
        f"    #     got = {call}\n"
        '    #     expect(got, "what it is", axes="BT").to_match(want, hint="A question that leads there?")\n'
        '    raise CannotJudge("This check is still to be written.")\n'
    )


def _importing(source: str, names: set[str]) -> str:
    """The source in which `names` are imported from autograder.checks, as it imports others from there."""
    lines = source.split("\n")
    nodes = ast.parse(source).body
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == LIBRARY:
            old = lines[node.lineno - 1 : node.end_lineno]
            missing = names - {alias.name for alias in node.names if alias.asname is None}
            if not missing:
                return source
            if any("#" in line for line in old):  # a remark must not go
                lines[node.end_lineno : node.end_lineno] = _import(missing)
            else:
                known = {ast.unparse(alias) for alias in node.names}
                lines[node.lineno - 1 : node.end_lineno] = _import(known | names)
            return "\n".join(lines)
    above = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)] or nodes[:1]
    place = (above[-1].end_lineno or 0) if above else 0
    lines[place:place] = ["", *_import(names)]
    return "\n".join(lines)


def _import(names: Iterable[str]) -> list[str]:
    """The statement, in the order and the form that ruff gives it."""
    ordered = sorted(names, key=lambda name: (not name.isupper(), name))
    line = f"from {LIBRARY} import {', '.join(ordered)}"
    return [line] if len(line) <= LINE else [f"from {LIBRARY} import (", *(f"    {n}," for n in ordered), ")"]


def line_of(text: str, part: str) -> int:
    """The line, counted from 1, in which `part` begins; it is there."""
    return text.count("\n", 0, text.index(part)) + 1


def read(path: Path) -> str:
    """A text with its own line ends, unlike Path.read_text."""
    return path.read_bytes().decode("utf-8")


def write(path: Path, text: str) -> None:
    """Write a text with one kind of line ends: those of Windows, if it has any, since new lines have not."""
    plain = text.replace("\r\n", "\n")
    records.write(path, plain.replace("\n", "\r\n") if plain != text else text)
