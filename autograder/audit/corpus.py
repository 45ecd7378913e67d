"""Known submissions with a known verdict, mistakes and alternatives, each a small change to the solution.

tests/mistakes/<assignment>/<unit>.yaml          search and replace in the solved modules, or in the report
tests/alternatives/<assignment>/<name>/*.py      definitions that take the solution's place, or a whole script
tests/alternatives/<assignment>/forms.yaml       the solution handed in as notebook, as modules, or mixed
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml

from autograder.course import masters, parts, templates

ALLOWED = "# Allowed: "


class BadCorpus(ValueError):
    """An entry of a corpus cannot be made into a submission; the sentence says which one and why."""


@dataclass(frozen=True)
class Mistake:
    """A wrong submission. `files` are its texts by name; one with `notice` is told but costs no points.

    What fails at the grader's must fail at home: a mistake loses a visible check, unless it is `hidden_only`.
    `known_as` is the mistake that the diagnosis names: another one where both compute the same, none where
    answers as simple as these may come from anything.
    """

    id: str
    unit: str
    mistake: str
    hint: str
    notice: bool
    hidden_only: bool
    known_as: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Alternative:
    """A correct submission of another shape; `allowed_by` quotes what allows it."""

    name: str
    allowed_by: str
    files: Mapping[str, str]


def mistakes(root: Path, assignment: str) -> list[Mistake]:
    """Every known mistake in an assignment, in a fixed order. Raises BadCorpus."""
    solution = templates.solved_modules(root, assignment) | templates.solved_report(root, assignment)
    found = [
        _mistake(entry, solution, path)
        for path in sorted((root / "tests" / "mistakes" / assignment).glob("*.yaml"))
        for entry in entries(path)
    ]
    _unique([mistake.id for mistake in found])
    names = {mistake.id for mistake in found if mistake.known_as == mistake.id}
    for mistake in found:
        if mistake.known_as and mistake.known_as not in names:
            raise BadCorpus(
                f"{mistake.id} is the same as {mistake.known_as}, which is no mistake of its own."
            )
    return found


def alternatives(root: Path, assignment: str) -> list[Alternative]:
    """Every correct alternative of an assignment, in a fixed order. Raises BadCorpus."""
    folder = root / "tests" / "alternatives" / assignment
    solution = templates.solved_modules(root, assignment)
    found = overlays(root, assignment)
    found += [_in_form(entry, root, assignment, solution) for entry in entries(folder / "forms.yaml")]
    _unique([alternative.name for alternative in found])
    return found


def overlays(root: Path, assignment: str) -> list[Alternative]:
    """The alternatives that are modules, without the solution in other forms. Raises BadCorpus."""
    folder = root / "tests" / "alternatives" / assignment
    solution = templates.solved_modules(root, assignment)
    folders = sorted(path for path in folder.glob("*") if path.is_dir() and path.name != "__pycache__")
    return [_overlaid(path, solution) for path in folders]


def materialise(files: Mapping[str, str], folder: Path) -> Path:
    """Write a submission into a folder, which is made; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def _mistake(entry: dict[str, Any], solution: Mapping[str, str], path: Path) -> Mistake:
    name = entry["id"]
    if entry["file"] not in solution:
        raise BadCorpus(f"{path.name}: {name} changes {entry['file']}, which the solution does not have.")
    text = solution[entry["file"]]
    for change in entry["replace"]:
        found = text.count(change["old"])
        if found != 1:
            raise BadCorpus(
                f"{path.name}: {name} does not apply to {entry['file']}: "
                f"{change['old']!r} occurs {found} times, not once."
            )
        text = text.replace(change["old"], change["new"])
    return Mistake(
        id=name,
        unit=entry["unit"],
        mistake=entry["mistake"],
        hint=entry["hint"],
        notice=entry.get("notice", False),
        hidden_only=entry.get("hidden_only", False),
        known_as="" if entry.get("nameless") else entry.get("same_as", name),
        files={**solution, entry["file"]: text},
    )


def _overlaid(folder: Path, solution: Mapping[str, str]) -> Alternative:
    allowed = []
    files = dict(solution)
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        first, _, _ = text.partition("\n")
        if not first.startswith(ALLOWED):
            raise BadCorpus(f"{folder.name}/{path.name}: the first line must say `{ALLOWED}…`.")
        if path.name not in solution:
            raise BadCorpus(f"{folder.name}/{path.name}: the solution has no file of that name.")
        allowed.append(first.removeprefix(ALLOWED))
        files[path.name] = completed(text, solution[path.name])
    if not allowed:
        raise BadCorpus(f"{folder.name}: an alternative needs at least one module.")
    return Alternative(folder.name, "; ".join(dict.fromkeys(allowed)), files)


def completed(overlay: str, solution: str) -> str:
    """An overlay, followed by every statement of the solution that defines a name which it lacks.

    A script, known by its loops, is whole: nothing can follow its end.
    """
    if any(isinstance(node, ast.For) for node in ast.parse(solution).body):
        return overlay
    own = {name for node in ast.parse(overlay).body for name in _names(node)}
    lines = solution.split("\n")
    rest = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(solution).body
        if set(_names(node)) - own
    ]
    return "\n\n\n".join([overlay.rstrip("\n"), *rest]) + "\n"


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Assign):
        targets = [name for target in node.targets for name in ast.walk(target)]
        yield from (name.id for name in targets if isinstance(name, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _in_form(entry: dict[str, Any], root: Path, assignment: str, solution: Mapping[str, str]) -> Alternative:
    """The solution, handed in as the entry says: what is solved where, what is left as a template."""
    master = root / "solutions" / assignment
    files = {name: solution[name] for name in _chosen(entry.get("modules", []), solution)}
    for name in _chosen(entry.get("template_modules", []), solution):
        files[name] = masters.stub(parts.read(master / name), name)
    if "notebook" in entry:
        notebook = templates.partly_solved_notebook(root, assignment, _chosen(entry["notebook"], solution))
        files["assignment.ipynb"] = nbformat.writes(notebook, indent=1)
    return Alternative(entry["name"], entry["allowed_by"], files)


def _chosen(choice: Any, names: Iterable[str]) -> list[str]:
    """The modules that an entry means: a list of them, `all`, or `{all but: [...]}`."""
    if choice == "all":
        return list(names)
    return [name for name in names if name not in choice["all but"]] if isinstance(choice, dict) else choice


def entries(path: Path) -> list[dict[str, Any]]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadCorpus(f"{path.name} must be a list of entries.")
    return entries


def _unique(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadCorpus(f"The same name is given to more than one entry: {', '.join(twice)}.")
