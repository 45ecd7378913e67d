"""What was handed in, as sources for a worker to import. Untrusted input stops here: none of it is run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.config import Assignment
from autograder.sandbox.errors import StudentRaised
from autograder.sandbox.program import Program
from autograder.submission.code import BadCode, blanks, is_stub_line, parse
from autograder.submission.files import Unreadable, gather
from autograder.submission.hints import hint_for
from autograder.submission.merge import merge
from autograder.submission.outputs import Outputs
from autograder.submission.slips import Around
from autograder.submission.sources import Source, choose

__all__ = ["Outputs", "Submission", "Unreadable", "read"]

MAX_NOTICES = 20


@dataclass(frozen=True)
class Submission:
    """A submission that could be read. `digest` changes with the code, the only part that is graded.

    `report` is the text for people, `outputs` what the notebook's cells show. `left_out` says where a
    notebook's experiments set the names that the grader does not compute. `unread` are the paths of files
    that the grader does not read.
    """

    program: Program
    digest: str
    notices: tuple[str, ...] = ()
    report: str | None = None
    report_name: str = ""
    outputs: Outputs | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)  # by file name
    unread: tuple[str, ...] = ()

    def place(self, filename: str, line: int) -> str:
        """Where to look: "cells.py:31", or "assignment.ipynb, cell 4, line 7" for a line of a notebook."""
        source = self.sources.get(filename)
        return source.place(line) if source is not None else f"{filename}:{line}"

    def place_of(self, name: str) -> str:
        """Where a name of the interface is defined; "" when it is not."""
        home = self.program.homes.get(name)
        for source in self.sources.values():
            if source.module == home and name in source.defined:
                return source.place(source.defined[name][-1].start)
        return ""

    def owner(self, filename: str, line: int) -> str:
        """The class or function that a line belongs to, or the file when it is at the top level."""
        source = self.sources.get(filename)
        return (source.owner(line) if source is not None else "") or filename

    def is_stub(self, filename: str, line: int) -> bool:
        """Whether a line is the `raise NotImplementedError` of a stub."""
        source = self.sources.get(filename)
        lines = source.text.split("\n") if source is not None else []
        return 0 < line <= len(lines) and is_stub_line(lines[line - 1])

    def blanks(self, module: str) -> frozenset[str]:
        """The names that a script still sets to nothing but None, as its template does."""
        text = next((each.source for each in self.program.modules if each.name == module), "")
        try:
            return blanks(parse(text))
        except BadCode:
            return frozenset()

    def hint_for(self, error: StudentRaised) -> str:
        """What to think about an exception: of a name that only experiments set, or what the table says."""
        named = re.search(r"^name '(\w+)' is not defined", error.text)
        if error.kind == "NameError" and named is not None and named[1] in self.left_out:
            return (
                f"{named[1]} is set in {self.left_out[named[1]]}, which the grader does not run: it keeps "
                "imports, functions, classes and constants. Pass it as an argument instead."
            )
        filename, line = error.frames[-1] if error.frames else ("", 0)
        source = self.sources.get(filename)
        around = Around(source.text if source is not None else "", line, self.unread)
        return hint_for(error.kind, error.text, around)


def read(path: Path, assignment: Assignment) -> Submission:
    """Read a folder, module, notebook or zip. Raises Unreadable with one sentence for its author."""
    files = gather(path)
    chosen = choose(files, assignment, path.name)
    merged = merge(chosen.sources, assignment)
    digest = hashlib.sha256()
    for module in sorted(merged.program.modules, key=lambda each: each.name):
        content = module.source.encode("utf-8", "surrogatepass")
        digest.update(f"{module.name}:{len(content)}:".encode() + content)
    return Submission(
        program=merged.program,
        digest=digest.hexdigest(),
        notices=_few((*files.notices, *chosen.notices, *merged.notices)),
        report=chosen.report,
        report_name=chosen.report_name,
        outputs=next((_outputs(source) for source in chosen.sources if source.notebook), None),
        left_out=merged.left_out,
        sources={source.filename: source for source in chosen.sources},
        unread=tuple(chosen.unread),
    )


def _outputs(source: Source) -> Outputs:
    return Outputs(source.filename, source.notebook.outputs if source.notebook else ())


def _few(notices: tuple[str, ...]) -> tuple[str, ...]:
    """The first notices; more than a page of them helps nobody."""
    rest = len(notices) - MAX_NOTICES
    return (
        notices if rest <= 0 else (*notices[:MAX_NOTICES], f"{rest} more remarks of this kind are left out.")
    )
