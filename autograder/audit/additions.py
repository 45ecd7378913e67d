"""The first form of a mistake and of an alternative, in the files that `corpus` reads.

Both can be graded at once. Until somebody changes them they are the solution itself, so that an audit says of
the mistake that it passes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from autograder.audit import corpus
from autograder.course import masters, parts, templates
from autograder.course.config import Assignment, Config, ConfigError
from autograder.course.skeletons import Written, read, unit_of, write
from autograder.course.words import did_you_mean
from autograder.sandbox.source.names import first_line

HEAD = (
    "# Known mistakes in the unit {unit}, each as a change to the solution. `old` occurs exactly once in the "
    "solved module.\n"
)


@dataclass(frozen=True)
class NewMistake:
    """A mistake as its author asks for it; what is empty gets a form to go on from."""

    unit: str
    id: str
    file: str = ""
    old: str = ""
    new: str | None = None  # the same
    mistake: str = ""
    hint: str = ""


def mistake(config: Config, assignment: Assignment, asked: NewMistake) -> Written:
    """Write a mistake's entry. Raises ConfigError for one that is there already, or that does not apply."""
    unit = unit_of(assignment, asked.unit)
    folder = config.root / "tests" / "mistakes" / assignment.name
    _refuse_the_id(folder, asked.id)
    solution = _solution(config.root, assignment.name)
    file = _file(asked.file, list(unit.files), solution)
    old = asked.old or _first_line(config.root / "solutions" / assignment.name / file, solution[file])
    found = solution[file].count(old)
    if found != 1:
        raise ConfigError(
            f"--old must occur once in the solution's {file}; it occurs {found} times: {old!r}."
        )
    entry = {
        "id": asked.id,
        "unit": asked.unit,
        "mistake": asked.mistake or "TODO: what is wrong, a sentence.",
        "hint": asked.hint or "TODO: a question that leads to it?",
        "file": file,
        "replace": [{"old": old, "new": old if asked.new is None else asked.new}],
    }
    path = folder / f"{asked.unit}.yaml"
    before = read(path).rstrip() if path.is_file() else HEAD.format(unit=asked.unit).rstrip()
    text = f"{before}\n\n{_dumped(entry)}"
    write(path, text)
    return Written(path, before.count("\n") + 3)


def alternative(
    config: Config, assignment: Assignment, name: str, file: str, only: Sequence[str], allowed_by: str
) -> Written:
    """Write an alternative's module, or one more for an alternative that is there.

    It has all that the solution's has, or the definitions `only`. Raises ConfigError.
    """
    folder = config.root / "tests" / "alternatives" / assignment.name
    if not re.fullmatch(r"\w+", name, re.ASCII):
        raise ConfigError(f"An alternative's name has letters, digits and underscores, unlike {name!r}.")
    if any(entry["name"] == name for entry in corpus.entries(folder / "forms.yaml")):
        raise ConfigError(f"tests/alternatives/{assignment.name}/forms.yaml has {name} already.")
    solution = templates.solved_modules(config.root, assignment.name)
    file = _file(file, list(assignment.files), solution)
    path = folder / name / file
    if path.exists():
        raise ConfigError(f"tests/alternatives/{assignment.name}/{name} has {file} already.")
    if only and file in assignment.scripts:
        raise ConfigError(f"{file} is a script, which an alternative holds whole: leave --only out.")
    body = _definitions(solution[file], only, file) if only else solution[file]
    write(path, f"{corpus.ALLOWED}{allowed_by or 'TODO: the words that leave this open'}\n{body}")
    return Written(path)


def _refuse_the_id(folder: Path, id_: str) -> None:
    if not re.fullmatch(r"[A-Za-z][\w-]*", id_, re.ASCII):
        raise ConfigError(f"A mistake's id is like A7-LOOP-12: letters, digits and dashes, unlike {id_!r}.")
    for path in sorted(folder.glob("*.yaml")):
        if any(entry.get("id") == id_ for entry in corpus.entries(path)):
            raise ConfigError(f"tests/mistakes/{folder.name}/{path.name} has {id_} already.")


def _solution(root: Path, assignment: str) -> dict[str, str]:
    return templates.solved_modules(root, assignment) | templates.solved_report(root, assignment)


def _file(asked: str, own: Sequence[str], solution: Mapping[str, str]) -> str:
    """The file that is meant: the one asked for, or the only one there can be."""
    if not asked and len(own) == 1:
        return own[0]
    if not asked:
        raise ConfigError(f"Say which file it changes, as --file {next(iter(own or solution))}.")
    if asked not in solution:
        raise ConfigError(
            f"The solution has no {asked}{did_you_mean(asked, solution)}. "
            f"Its files are: {', '.join(solution)}."
        )
    return asked


def _first_line(master: Path, solved: str) -> str:
    """The first line that the solution holds once, of those that students write where they write some."""
    of_code = master.suffix == ".py"
    written = masters.solution_lines(parts.read(master), master.name) if of_code else []
    lines = [*written, *solved.split("\n")]
    return next((line for line in lines if line and solved.count(line) == 1), solved)


def _definitions(solution: str, names: Sequence[str], file: str) -> str:
    """The imports of a module and these of its definitions, as they stand in it."""
    nodes = ast.parse(solution).body
    defined = {node.name: node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    for name in names:
        if name not in defined:
            raise ConfigError(
                f"The solution's {file} defines no {name}{did_you_mean(name, defined)}. "
                f"It defines: {', '.join(defined)}."
            )
    lines = solution.split("\n")
    imports = [_lines(lines, node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    parts = ["\n".join(imports), *(_lines(lines, node) for name, node in defined.items() if name in names)]
    return "\n\n\n".join(filter(None, parts)) + "\n"


def _lines(lines: Sequence[str], node: ast.stmt) -> str:
    return "\n".join(lines[first_line(node) - 1 : node.end_lineno])


class _Dumper(yaml.SafeDumper):
    """YAML as people write it here: lists stand deeper than their keys, long texts in lines of their own."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _dumped(entry: Mapping[str, Any]) -> str:
    return yaml.dump([entry], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
