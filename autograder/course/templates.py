"""templates/ from solutions/: what students receive is made, never edited by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from fnmatch import fnmatch
from pathlib import Path

import nbformat

from autograder import records
from autograder.course import masters, notebooks, parts
from autograder.course.config import load
from autograder.course.masters import BadMaster
from autograder.course.yaml_file import read_text

NOTEBOOK_MASTER = ".nb.py"
AS_THEY_ARE = ("README.md", ".svg")
LITTER = ("__pycache__", "*.pyc", ".*", "*~")  # what editors and tools leave behind


def write(root: Path) -> list[Path]:
    """Make every template of the repository at `root` anew; the paths written. Raises BadMaster.

    Nothing is removed: what lies in templates/ beside them may be somebody's work (`stale` names it).
    """
    made = made_from(root)
    for path, text in made.items():
        records.write(path, text)
    return list(made)


def stale(root: Path) -> list[str]:
    """Where templates/ and what solutions/ would make of it differ, a sentence each. Raises BadMaster."""
    made = made_from(root)
    found = []
    for path, text in made.items():
        shown = path.relative_to(root).as_posix()
        if not path.is_file():
            found.append(f"{shown} is missing: run `make templates`.")
        elif path.read_text(encoding="utf-8") != text:
            found.append(
                f"{shown} is not what its master makes: change the master, then run `make templates`."
            )
    for path in _files(root / "templates"):
        if path not in made:
            found.append(
                f"{path.relative_to(root).as_posix()} has no master in solutions/: remove it or write one."
            )
    masters_of_some = _masters(root)
    for path in _files(root / "solutions"):
        if path not in masters_of_some:
            shown = path.relative_to(root).as_posix()
            found.append(f"{shown} makes no template: nothing that students receive names it.")
    return found


def solved_notebook(root: Path, assignment: str) -> nbformat.NotebookNode:
    """The assignment's notebook with the solutions in place. Raises BadMaster."""
    return _notebook(root, assignment, masters.solved)


def partly_solved_notebook(root: Path, assignment: str, solved: Collection[str]) -> nbformat.NotebookNode:
    """The notebook in which the cells of the modules in `solved` are filled in and the others are stubs."""

    def form(text: str, name: str) -> str:
        return masters.solved(text, name) if name in solved else masters.stub(text, name)

    return _notebook(root, assignment, form)


def solved_modules(root: Path, assignment: str) -> dict[str, str]:
    """The modules, by file name, with the solutions in place, as one would hand them in. Raises BadMaster."""
    folder = root / "solutions" / assignment
    modules = sorted(path for path in folder.glob("*.py") if not path.name.endswith(NOTEBOOK_MASTER))
    return {path.name: masters.solved(parts.read(path), path.name) for path in modules}


def solved_report(root: Path, assignment: str) -> dict[str, str]:
    """The texts of the solution (report.md, answers.md) by file name; {} for none. Raises BadMaster."""
    found = [path for path in _files(root / "solutions" / assignment) if path.suffix == ".md"]
    return {
        path.name: masters.solved_text(read_text(path), path.name)
        for path in found
        if path.name not in AS_THEY_ARE
    }


def _notebook(root: Path, assignment: str, form: Callable[[str, str], str]) -> nbformat.NotebookNode:
    """The assignment's notebook in a form, with a check of each unit that students write in it."""
    units = load(root).assignment(assignment).units
    return notebooks.build(
        root / "solutions" / assignment / f"assignment{NOTEBOOK_MASTER}",
        form,
        {key: {name for names in unit.files.values() for name in names} for key, unit in units.items()},
    )


def made_from(root: Path) -> dict[Path, str]:
    """What the masters make, by the path of each template. Raises BadMaster."""
    return dict(_template(master, root / "solutions", root / "templates") for master in _masters(root))


def _masters(root: Path) -> list[Path]:
    """The files of solutions/ that students receive: those that are named, not those that lie there.

    grading_config.yaml names modules, notebook and report, and there is a README; what else students receive
    (given modules, pictures) is named in one of these, or in what these name.
    """
    found: list[Path] = []
    for name, assignment in load(root).assignments.items():
        folder = root / "solutions" / name
        notebook = assignment.notebook.removesuffix(".ipynb") + NOTEBOOK_MASTER
        waiting = ["README.md", notebook, assignment.report, *assignment.files]
        others = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
        while waiting:
            path = others.pop(waiting.pop(), None)
            if path is not None:
                found.append(path)
                waiting += [other for other in others if _is_named(other, path)]
    return sorted(found)


def _is_named(file: str, path: Path) -> bool:
    """Whether the text at `path` names a file (relative to its assignment), or imports it."""
    text = path.read_text(encoding="utf-8", errors="replace")
    module = re.escape(file.removesuffix(".py"))
    imports = rf"^\s*(from|import) {module}\b" if file.endswith(".py") else r"(?!)"
    return bool(re.search(rf"(?<![\w./-]){re.escape(file)}(?!\w)|{imports}", text, re.MULTILINE))


def _template(master: Path, solutions: Path, templates: Path) -> tuple[Path, str]:
    """Path and text of what one master makes."""
    relative = master.relative_to(solutions)
    target = templates / relative
    if master.name.endswith(NOTEBOOK_MASTER):
        notebook = _notebook(solutions.parent, relative.parts[0], masters.stub)
        name = master.name.removesuffix(NOTEBOOK_MASTER) + ".ipynb"
        return target.with_name(name), nbformat.writes(notebook, indent=1) + "\n"
    if master.suffix == ".py":
        return target, masters.stub(parts.read(master), relative.as_posix())
    text = read_text(master)
    if master.name.endswith(AS_THEY_ARE):
        return target, text
    if master.suffix == ".md":
        return target, masters.stub_of_text(text, relative.as_posix())
    raise BadMaster(
        f"solutions/{relative.as_posix()}: only modules, notebook masters, texts and pictures make a "
        "template."
    )


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in a fixed order, without what tools leave behind."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(fnmatch(part, litter) for part in parts for litter in LITTER):
            yield path
