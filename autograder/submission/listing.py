"""A source as messages quote it: which line stands where, and to which definition it belongs."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.submission.notebook import Cells, quoted


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

    def line(self, number: int) -> str:
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""
