"""A source as messages quote it: which line stands where, and to which definition it belongs."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass

from autograder.submission.code import tree_of
from autograder.submission.notebook import Cells, quoted

AROUND = 3  # lines before and after a place
MAX_LINE = 200  # characters of a line that are shown


@dataclass(frozen=True)
class Excerpt:
    """A few lines of a source: the first one's number, the lines, and the number of the one that is meant."""

    first: int
    lines: tuple[str, ...]
    at: int


@dataclass(frozen=True)
class Listing:
    """The text of one source, as it is imported. `spans` are (name, first line, last line) of definitions.

    `cells` is where the lines of a notebook come from; `written_in` the notebook that writes this module.
    """

    module: str
    filename: str
    text: str
    spans: tuple[tuple[str, int, int], ...] = ()
    blanks: frozenset[str] = frozenset()
    cells: Cells | None = None
    written_in: str = ""

    def place(self, line: int) -> str:
        """Where a line is, in words for its author."""
        if self.cells is not None:
            return f"{self.filename}, {self.cells.place(line)}"
        if self.written_in:
            text = quoted(self.line(line))
            here = f"{self.written_in}, the cell that writes {self.filename}"
            return f"{here}, the line {text}" if text else here
        return f"{self.filename}:{line}"

    def owner(self, line: int) -> str:
        """The class or function that a line belongs to; "" for none."""
        return next((name for name, start, end in self.spans if start <= line <= end), "")

    def method(self, owner: str, name: str, place: str) -> str:
        """The place of a method of a class that is defined at `place`; "" when the class has none of it."""
        for node in ast.walk(tree_of(self.text)):
            if isinstance(node, ast.ClassDef) and node.name == owner and self.place(node.lineno) == place:
                lines = [
                    each.lineno
                    for each in node.body
                    if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name
                ]
                return self.place(lines[-1]) if lines else ""
        return ""

    def in_while(self, line: int) -> bool:
        """Whether a line stands in a `while`."""
        loops = (node for node in ast.walk(tree_of(self.text)) if isinstance(node, ast.While))
        return any(loop.lineno <= line <= (loop.end_lineno or 0) for loop in loops)

    @functools.cached_property
    def _lines_by_place(self) -> dict[str, int]:
        """The line that each place names; of several with the same text, the first."""
        count = self.text.count("\n") + 1
        return {self.place(number): number for number in range(count, 0, -1)}

    def around(self, place: str) -> Excerpt | None:
        """The lines around a place that `place` has named; None for one in another source.

        Those of a notebook end with its cell, and are counted from the cell's first.
        """
        at = self._lines_by_place.get(place)
        if at is None:
            return None
        begin, lines = 1, self.text.split("\n")
        if self.cells is not None:
            begin, end = self.cells.bounds(at)
            lines = list(self.cells.lines[:end])
        first = max(begin, at - AROUND)
        shown = tuple(line[:MAX_LINE] for line in lines[first - 1 : at + AROUND])
        return Excerpt(first - begin + 1, shown, at - begin + 1)

    def line(self, number: int) -> str:
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""
