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
from typing import Any, Literal, TypeVar

import nbformat
from pydantic import Field, ValidationError

from autograder.course import masters, parts, templates, yaml_file
from autograder.course.entry import Entry
from autograder.course.yaml_file import ConfigError, read_text

ALLOWED = "# Allowed: "


class BadCorpus(ConfigError):
    """An entry of a corpus cannot be made into a submission; the sentence says which one and why."""


class _Change(Entry):
    old: str
    new: str


class _Patch(Entry):
    """A mistake as it is written: changes to one file of the solution."""

    id: str
    unit: str
    mistake: str
    hint: str
    file: str
    replace: list[_Change]
    notice: bool = False
    hidden_only: bool = False
    same_as: str = ""
    nameless: bool = False


_Choice = Literal["all"] | list[str] | dict[Literal["all but"], list[str]]  # of modules


class _Form(Entry):
    """The solution as it is handed in: what is solved where, what is left as a template."""

    name: str
    allowed_by: str
    modules: _Choice = Field(default=[])
    template_modules: _Choice = Field(default=[])
    notebook: _Choice | None = None


_Read = TypeVar("_Read", bound=Entry)


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
        _mistake(patch, solution, path)
        for path in sorted((root / "tests" / "mistakes" / assignment).glob("*.yaml"))
        for patch in read_all(_Patch, path)
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
    found += [_in_form(form, root, assignment, solution) for form in read_all(_Form, folder / "forms.yaml")]
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


def _mistake(patch: _Patch, solution: Mapping[str, str], path: Path) -> Mistake:
    if patch.file not in solution:
        raise BadCorpus(f"{path.name}: {patch.id} changes {patch.file}, which the solution does not have.")
    text = solution[patch.file]
    for change in patch.replace:
        found = text.count(change.old)
        if found != 1:
            raise BadCorpus(
                f"{path.name}: {patch.id} does not apply to {patch.file}: "
                f"{change.old!r} occurs {found} times, not once."
            )
        text = text.replace(change.old, change.new)
    return Mistake(
        id=patch.id,
        unit=patch.unit,
        mistake=patch.mistake,
        hint=patch.hint,
        notice=patch.notice,
        hidden_only=patch.hidden_only,
        known_as="" if patch.nameless else patch.same_as or patch.id,
        files={**solution, patch.file: text},
    )


def _overlaid(folder: Path, solution: Mapping[str, str]) -> Alternative:
    allowed = []
    files = dict(solution)
    for path in sorted(folder.glob("*.py")):
        text = read_text(path)
        first, _, _ = text.partition("\n")
        if not first.startswith(ALLOWED):
            raise BadCorpus(f"{folder.name}/{path.name}: the first line must say `{ALLOWED}…`.")
        if path.name not in solution:
            raise BadCorpus(f"{folder.name}/{path.name}: the solution has no file of that name.")
        allowed.append(first.removeprefix(ALLOWED))
        files[path.name] = completed(text, solution[path.name], f"{folder.name}/{path.name}")
    if not allowed:
        raise BadCorpus(f"{folder.name}: an alternative needs at least one module.")
    return Alternative(folder.name, "; ".join(dict.fromkeys(allowed)), files)


def completed(overlay: str, solution: str, name: str) -> str:
    """An overlay, followed by every statement of the solution that defines a name which it lacks.

    A script, known by its loops, is whole: nothing can follow its end. Raises BadCorpus, in which `name` is
    the overlay's, where it is no Python.
    """
    own = {each for node in parsed(overlay, name).body for each in names_of(node)}
    statements = ast.parse(solution).body
    if any(isinstance(node, ast.For) for node in statements):
        return overlay
    lines = solution.split("\n")
    rest = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in statements
        if set(names_of(node)) - own
    ]
    return "\n\n\n".join([overlay.rstrip("\n"), *rest]) + "\n"


def parsed(text: str, name: str) -> ast.Module:
    """The tree of a Python file of a corpus. Raises BadCorpus."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise BadCorpus(f"{name}:{line}: this is no valid Python ({error}).") from None


def names_of(node: ast.stmt) -> Iterator[str]:
    """The names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Assign):
        targets = [name for target in node.targets for name in ast.walk(target)]
        yield from (name.id for name in targets if isinstance(name, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _in_form(form: _Form, root: Path, assignment: str, solution: Mapping[str, str]) -> Alternative:
    master = root / "solutions" / assignment
    files = {name: solution[name] for name in _chosen(form.modules, solution)}
    for name in _chosen(form.template_modules, solution):
        files[name] = masters.stub(parts.read(master / name), name)
    if form.notebook is not None:
        notebook = templates.partly_solved_notebook(root, assignment, _chosen(form.notebook, solution))
        files["assignment.ipynb"] = nbformat.writes(notebook, indent=1)
    return Alternative(form.name, form.allowed_by, files)


def _chosen(choice: _Choice, names: Iterable[str]) -> list[str]:
    """The modules that an entry means: a list of them, `all`, or `{all but: [...]}`."""
    if isinstance(choice, list):
        if strange := [name for name in choice if name not in names]:
            raise BadCorpus(f"A form of the solution names {strange[0]}, which the solution does not have.")
        return choice
    return [name for name in names if choice == "all" or name not in choice["all but"]]


def entries(path: Path) -> list[dict[str, Any]]:
    """What a file of a corpus lists; nothing where there is no such file. Raises ConfigError."""
    if not path.is_file():
        return []
    located = yaml_file.read(path)
    located.refuse()
    found = located.data or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BadCorpus(f"{path.name} must be a list of entries.")
    return found


def read_all(kind: type[_Read], path: Path) -> Iterator[_Read]:
    """The entries of a file of a corpus as models. Raises ConfigError, which names the entry that is none."""
    for number, entry in enumerate(entries(path), start=1):
        try:
            yield kind.model_validate(entry)
        except ValidationError as error:
            where = f"{path.name}: {entry.get('id') or entry.get('name') or f'entry {number}'}"
            wrong = error.errors()[0]
            key = ".".join(str(part) for part in wrong["loc"])
            said = {"missing": "is missing", "extra_forbidden": "is no key of an entry"}
            raise BadCorpus(f"{where}: {key} {said.get(wrong['type'], 'is of a wrong form')}.") from None


def _unique(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadCorpus(f"The same name is given to more than one entry: {', '.join(twice)}.")
