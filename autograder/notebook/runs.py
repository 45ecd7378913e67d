"""Which of a kernel's runs are the notebook: a cell that was run again counts once, with its last form.

[1] import torch               [1] import torch
[2] class Cell: …a stub…       [5] class Cell: …mended…       where it stood before
[3] class Deep(Cell): …        [3] class Deep(Cell): …
[4] print(Cell)                [4] print(Cell)
[5] class Cell: …mended…

Jupyter and VS Code name the cell that a run is of. Where nobody does, it was the same one if it has the same
text, or binds all the names that the run before bound: then nothing is left of that one. A run that reads
what the one before it had set (`x = x + 1`) continues it, and both count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.sandbox.source.names import Analysis, executed
from autograder.submission.code import BadCode, parse
from autograder.submission.notebook import python_of_cell

_NAMED = re.compile(r"^(?:class|(?:async )?def) (\w+)|^(\w+) *=(?!=)", re.MULTILINE)


Run = tuple[int, str, str]  # its number, its code, and the id of its cell, "" where nobody says it


@dataclass(frozen=True)
class Cell:
    """A run: its number beside the cell, its code, the names that it binds, and those it needs before.

    `may_bind` are the names that it binds under some condition, as in `if USE_MODULES: from cells import …`.
    """

    count: int
    code: str
    id: str
    binds: frozenset[str]
    needs: frozenset[str]
    may_bind: frozenset[str] = frozenset()
    is_python: bool = True


def cells_of(runs: Iterable[Run]) -> list[Cell]:
    """The cells in the order of a notebook that was written from top to bottom."""
    cells: list[Cell] = []
    for run in runs:
        cell = _cell(*run)
        replaced = [each for each in cells if _is_replaced(each, cell, cells)]
        place = cells.index(replaced[0]) if replaced else len(cells)
        below = [each for each in cells[place:] if each not in replaced]
        if cell.needs & (_bound(below) - _bound(cells[:place])):  # it was run below what it needs
            cells.append(cell)
        else:
            cells = [*cells[:place], cell, *below]
    return cells


def _is_replaced(before: Cell, now: Cell, cells: Sequence[Cell]) -> bool:
    """Whether nothing of a cell is left after a later run."""
    if before.id and now.id:
        return before.id == now.id
    if before.code.strip() == now.code.strip():
        return True
    binds = before.binds | before.may_bind if now.is_python else _named(before.code)
    others = _bound(each for each in cells if each is not before)
    return bool(binds) and binds <= now.binds and not now.needs & (binds - others)


def _bound(cells: Iterable[Cell]) -> frozenset[str]:
    return frozenset(name for cell in cells for name in cell.binds | cell.may_bind)


def _cell(count: int, code: str, id: str) -> Cell:
    text, problem = python_of_cell(code)
    try:
        if problem is not None:
            raise problem
        tree = parse(text)
        analysis = Analysis(tree, text)
    except (BadCode, RecursionError):
        return Cell(count, code, id, _named(code), frozenset(), is_python=False)
    binds: set[str] = set()
    needs: set[str] = set()
    may_bind: set[str] = set()
    for statement in tree.body:
        sets = analysis.of(statement).sets
        own = sets if "body" in statement._fields else frozenset()  # a loop reads what it has set before
        needs |= _reads(statement) - binds - own
        if isinstance(statement, ast.If | ast.Try):
            may_bind |= sets
        else:
            binds |= sets
    return Cell(count, code, id, frozenset(binds), frozenset(needs), frozenset(may_bind))


def _named(code: str) -> frozenset[str]:
    """The names that a cell seems to define or set, Python or not."""
    return frozenset(name for pair in _NAMED.findall(code) for name in pair if name)


def _reads(statement: ast.stmt) -> set[str]:
    """The names that a statement reads when it runs, not when a function in it is called."""
    found: set[str] = set()
    for node in executed(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found
