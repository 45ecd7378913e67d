"""Notebooks as students leave them: right definitions among experiments, plots, downloads and broken cells.

tests/notebooks/<assignment>/<name>.nb holds one submission as text. Its first line says what it is like;
`# %%` begins a code cell, `# %% [7]` one that Jupyter ran as the seventh, `# %% [markdown]` a text,
`# %% file: NAME` a file handed in beside the notebook. In all of them a line

    # include: toolkit.py                   stands for the solution's module
    # include: toolkit.py Seq2Seq           for these statements of it
    # include: toolkit.py but Seq2Seq       for all the others

In a cell the imports of sibling modules are left out, whose names other cells define.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from autograder.audit.corpus import Alternative, BadCorpus, names_of
from autograder.course import templates
from autograder.course.notebooks import METADATA
from autograder.course.yaml_file import read_text

_CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
_INCLUDE = re.compile(r"^# include: (\w+\.py)( but)?((?: \w+)*)$", re.MULTILINE)


def left_by_students(root: Path, assignment: str) -> list[Alternative]:
    """Every such notebook of an assignment, in a fixed order; each must keep all points. Raises BadCorpus."""
    solution = templates.solved_modules(root, assignment)
    folder = root / "tests" / "notebooks" / assignment
    return [_read(path, solution) for path in sorted(folder.glob("*.nb"))]


def _read(path: Path, solution: Mapping[str, str]) -> Alternative:
    head, *parts = _CELL.split(read_text(path))
    if not head.startswith("# ") or not parts:
        raise BadCorpus(f"{path.name}: the first line must say what the notebook is like; cells must follow.")
    cells: list[NotebookNode] = []
    files: dict[str, str] = {}
    for number, (mark, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        kind = mark.strip()
        if kind.startswith("file: "):
            files[kind.removeprefix("file: ")] = _included(text, solution, path, siblings=True)
        elif kind == "[markdown]":
            cells.append(v4.new_markdown_cell(text.strip(), id=f"text-{number}"))
        else:
            code = _included(text.strip("\n"), solution, path, siblings=False)
            count = int(kind.strip("[]")) if kind else None
            cells.append(v4.new_code_cell(code, id=f"code-{number}", execution_count=count))
    if cells:
        files["assignment.ipynb"] = nbformat.writes(v4.new_notebook(cells=cells, metadata=METADATA), indent=1)
    return Alternative(f"notebook_{path.stem}", head[2:].strip(), files)


def _included(text: str, solution: Mapping[str, str], path: Path, *, siblings: bool) -> str:
    def module(found: re.Match[str]) -> str:
        name, but, names = found[1], bool(found[2]), {*found[3].split()}
        if name not in solution:
            raise BadCorpus(f"{path.name}: the solution has no {name}.")
        lines = solution[name].split("\n")
        modules = set() if siblings else {each.removesuffix(".py") for each in solution}
        return "\n\n".join(
            "\n".join(lines[node.lineno - 1 : node.end_lineno])
            for node in ast.parse(solution[name]).body
            if not (isinstance(node, ast.ImportFrom) and node.module in modules)
            and (not names or bool({*names_of(node)} & names) is not but)
        )

    return _INCLUDE.sub(module, text)
