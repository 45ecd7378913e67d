"""One notebook from a text master (`assignment.nb.py`, jupytext's percent format) and the modules beside it.

A code cell that holds only `# include: cells.py` stands for that module: its docstring as a heading, its
imports in one cell, every class and function in a cell of its own. Imports of sibling modules are dropped,
since their names are defined in cells above; imports that an earlier cell made are not repeated.
`# include folded: data.py` stands for a given module as one cell, closed until somebody opens it.
`# include sections: lab.py` stands for a script, with a cell for each part that a comment "# 1. …" begins.
`# include checks` puts a cell behind the first one that finds the course's checks (notebook/checks_cell.py),
and `check("cells")` in a cell of its own below the last definition of each unit.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from nbformat import NotebookNode, v4, validate

from autograder.course import parts
from autograder.course.masters import BadMaster
from autograder.course.yaml_file import read_text

CHECKS = "# include checks"
CHECKS_CELL = Path(__file__).parents[1] / "notebook" / "checks_cell.py"
INCLUDE = re.compile(r"# include( folded| sections)?: (\w+\.py)")
SECTION = re.compile(r"^(?=# \d+\. )", re.MULTILINE)
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}  # as Colab and as JupyterLab close a cell
Units = Mapping[str, Collection[str]]  # what can be checked, and the public names that it is about
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def build(master: Path, form: Callable[[str, str], str], units: Units) -> NotebookNode:
    """The notebook of a master, in the form that `form(text, file name)` gives its text: stub or solved.

    The same master gives the same notebook: cell ids come from the names in the cells. Raises BadMaster.
    """
    import jupytext  # type: ignore[import-untyped]  # needed for notebooks alone, and not everywhere there

    read = jupytext.reads(form(read_text(master), master.name), fmt="py:percent")
    imported: set[str] = set()
    cells: list[NotebookNode] = []
    own = [cell for cell in read.cells if cell.source.strip() != CHECKS]
    for number, cell in enumerate(own, start=1):
        include = INCLUDE.fullmatch(cell.source.strip())
        if include and include[1] == " folded":
            cells.append(_folded_cell(master.parent / include[2]))
        elif include and include[1]:
            cells += _section_cells(master.parent / include[2], form)
        elif include:
            cells += _module_cells(master.parent / include[2], form, imported)
        elif cell.cell_type == "markdown":
            cells.append(v4.new_markdown_cell(cell.source, id=f"text-{number}"))
        else:
            imported |= {ast.unparse(node) for node in _top_level(cell.source) if _is_import(node)}
            cells.append(v4.new_code_cell(cell.source, id=f"code-{number}"))
    if len(own) < len(read.cells):
        cells = [cells[0], _folded_cell(CHECKS_CELL), *_with_checks(cells[1:], units)]
    notebook: NotebookNode = v4.new_notebook(cells=cells, metadata=METADATA)
    validate(notebook)
    return notebook


def _with_checks(cells: Sequence[NotebookNode], units: Units) -> Iterator[NotebookNode]:
    """The cells, and a check of each unit below the last of its names. What is given needs none."""
    defined = [_names(cell.source) if _is_open(cell) else set() for cell in cells]
    for index, cell in enumerate(cells):
        yield cell
        for unit, names in units.items():
            below = {name for later in defined[index + 1 :] for name in later}
            if defined[index] & {*names} and not below & {*names}:
                yield v4.new_code_cell(f'check("{unit}")', id=f"check-{unit}")


def _is_open(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and cell.metadata != FOLDED)


def _names(source: str) -> set[str]:
    """The names that a cell defines or sets at its top level."""
    found: set[str] = set()
    for node in _top_level(source):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
            found |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return found


def _folded_cell(path: Path) -> NotebookNode:
    """A given module in one cell, under its docstring's first line as the title that Colab shows."""
    source = _read(path)
    tree = ast.parse(source)
    rest = "\n".join(source.split("\n")[tree.body[0].end_lineno :]).strip()
    title = (ast.get_docstring(tree) or path.stem).partition("\n")[0]
    cell: NotebookNode = v4.new_code_cell(f"# @title {title}\n{rest}", id=path.stem, metadata=FOLDED)
    return cell


def _section_cells(path: Path, form: Callable[[str, str], str]) -> Iterator[NotebookNode]:
    """A script as it stands, its docstring left out, in a cell per section."""
    source = form(_read(path), path.name)
    tree = ast.parse(source)
    if ast.get_docstring(tree) is not None:
        source = "\n".join(source.split("\n")[tree.body[0].end_lineno :])
    for number, section in enumerate(SECTION.split(source)):
        if section.strip():
            yield v4.new_code_cell(section.strip(), id=f"{path.stem}-{number}")


def _module_cells(path: Path, form: Callable[[str, str], str], imported: set[str]) -> Iterator[NotebookNode]:
    source = form(_read(path), path.name)
    siblings = {other.stem for other in path.parent.glob("*.py")}
    tree = ast.parse(source)
    yield v4.new_markdown_cell(_heading(tree, path), id=path.stem)

    imports = [
        ast.unparse(node) for node in tree.body if _is_import(node) and not _imports_any(node, siblings, path)
    ]
    new = [line for line in imports if line not in imported]
    imported.update(new)
    if new:
        yield v4.new_code_cell("\n".join(new), id=f"{path.stem}-imports")

    for name, text in _definitions(tree, source):
        yield v4.new_code_cell(text, id=f"{path.stem}-{name}")


def _read(path: Path) -> str:
    """The text of an included module, with its parts. Raises BadMaster."""
    if not path.is_file():
        raise BadMaster(f"{path.name} is included by a notebook but is not in {path.parent.name}/.")
    return parts.read(path)


def _definitions(tree: ast.Module, source: str) -> Iterator[tuple[str, str]]:
    """(name, text) of what follows docstring and imports, with the comments above it; constants together."""
    lines = source.split("\n")
    constants: list[str] = []
    done, groups = 0, 0
    for node in tree.body:
        end = node.end_lineno or node.lineno
        text = "\n".join(lines[done:end]).strip("\n")
        done = end
        if _is_import(node) or _is_docstring(node, tree):
            continue
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            constants.append(text)
            continue
        if constants:
            groups += 1
            yield f"constants-{groups}", "\n".join(constants)
            constants = []
        yield node.name, text
    if constants:
        yield f"constants-{groups + 1}", "\n".join(constants)


def _heading(tree: ast.Module, path: Path) -> str:
    title, _, rest = (ast.get_docstring(tree) or path.stem).partition("\n")
    return f"## {title.rstrip('.')}\n{rest}".strip()


def _imports_any(node: ast.stmt, siblings: set[str], path: Path) -> bool:
    if isinstance(node, ast.Import) and any(alias.name in siblings for alias in node.names):
        raise BadMaster(
            f"{path.name}:{node.lineno}: import names from a sibling module, so that a notebook has them."
        )
    return isinstance(node, ast.ImportFrom) and node.module in siblings


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_docstring(node: ast.stmt, tree: ast.Module) -> bool:
    return node is tree.body[0] and ast.get_docstring(tree) is not None


def _top_level(source: str) -> list[ast.stmt]:
    """The statements of a cell; none if it holds magics, which are no Python."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []
