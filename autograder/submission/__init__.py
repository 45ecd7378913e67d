"""What was handed in, as sources for a worker to import. Untrusted input stops here: none of it is run.

Called by whoever grades with a path (`read`) or with files (`read_files`); what comes back is plain data.
In this order:

several   is it one submission? A whole class is refused
files     what there is: a folder, a zip, one file; bounded
sources   which of it is graded: the modules that lie together, a notebook, a report
notebook  a notebook's cells as one source, slice: the part of it that its public names need
imports   modules of other folders
merge     one program: of every public name the definition that is no stub; missing, why there is none
bounded   all of that in a process of its own, with bounds on time and memory

Later, when a check failed: `listing` finds the place of a line, `hints` (`slips`, `torch_table`,
`syntax_table`, `hint_table`) say what to think about an exception. `outputs` holds what a notebook's cells
show; `code` and `pythons` read a source.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.config import Assignment
from autograder.sandbox.wire.errors import StudentRaised, Unset
from autograder.sandbox.wire.program import Program
from autograder.submission import bounded
from autograder.submission.code import is_stub_line
from autograder.submission.files import Files, Unreadable, gather
from autograder.submission.hints import hint_for
from autograder.submission.imports import imported, unread
from autograder.submission.listing import Excerpt, Listing
from autograder.submission.merge import merge
from autograder.submission.missing import Broken
from autograder.submission.outputs import Outputs
from autograder.submission.several import refuse_several
from autograder.submission.slips import Around
from autograder.submission.sources import choose, remarks_on

__all__ = ["Excerpt", "Listing", "Submission", "Unreadable", "read", "read_files"]

MAX_NOTICES = 20
_MISSING_FILE = re.compile(r"(\w+\.py) is missing\b")
_BLANK = re.compile(r"\s*(?:(\w+)\s*=\s*(?:None|\.\.\.)|pass)\s*")


@dataclass(frozen=True)
class Submission:
    """A submission that could be read, as plain data. `digest` changes with the code, all that is graded.

    `report` is the text for people, `outputs` what the notebook's cells show. `left_out` says where a
    notebook's experiments set the names that the grader does not compute, `places` where the names of the
    interface are defined, or would be. `unread` are the paths of files that the grader does not read,
    `broken` is what Python refuses of those that it does.
    """

    program: Program
    digest: str
    notices: tuple[str, ...] = ()
    report: str | None = None
    report_name: str = ""
    outputs: Outputs | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Listing] = field(default_factory=dict)  # by file name
    unread: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    is_script: bool = False  # run from top to bottom, so that what is first in it is the cause of the rest

    def place(self, filename: str, line: int) -> str:
        """Where to look: "cells.py:31", or "assignment.ipynb, cell [7], the line “h = x”" in a notebook."""
        source = self.sources.get(filename)
        return source.place(line) if source is not None else f"{filename}:{line}"

    def excerpts(self, places: Iterable[str]) -> dict[str, Excerpt]:
        """The lines around places that verdicts name, by place; nothing for a place that is not here."""
        found = {
            place: [source.around(place) for source in self.sources.values()] for place in places if place
        }
        return {place: line for place, lines in found.items() for line in lines if line is not None}

    def place_of(self, name: str, method: str = "") -> str:
        """Where a name of the interface is defined, or this method of it; "" when it is not."""
        place = self.places.get(name, "")
        found = (each.method(name, method, place) for each in self.sources.values() if place and method)
        return next(filter(None, found), place)

    def broken_at(self, place: str) -> Broken | None:
        """What Python refuses at a place; None elsewhere."""
        return next((each for each in self.broken if each.place == place != ""), None)

    def place_of_blank(self, sentence: str) -> str:
        """Where a name in a sentence is still set to None, or where it still says `pass`; else ""."""
        words = {*re.findall(r"\w+|`pass`", sentence)}
        for source in self.sources.values():
            for number, line in enumerate(source.text.split("\n"), start=1):
                blank = _BLANK.fullmatch(line)
                if blank and (blank[1] or "`pass`") in words:
                    return source.place(number)
        return ""

    def owner(self, filename: str, line: int) -> str:
        """The class or function that a line belongs to, or the file when it is at the top level."""
        source = self.sources.get(filename)
        return (source.owner(line) if source is not None else "") or filename

    def turning(self, frames: Sequence[tuple[str, int]]) -> tuple[str, int]:
        """Of the lines where code was that did not end: the innermost in a `while`, else the innermost."""
        inside = [
            each for each in frames if each[0] in self.sources and self.sources[each[0]].in_while(each[1])
        ]
        return (inside or frames)[-1]

    def is_stub(self, filename: str, line: int) -> bool:
        """Whether a line is the `raise NotImplementedError` of a stub."""
        source = self.sources.get(filename)
        return source is not None and is_stub_line(source.line(line))

    def blanks(self, module: str) -> frozenset[str]:
        """The names that a script still sets to nothing but None, as its template does."""
        run = next((each.filename for each in self.program.modules if each.name == module), "")
        return self.sources[run].blanks if run in self.sources else frozenset()

    def hint_for(self, error: StudentRaised, *, quote: bool = True) -> str:
        """What to think about an exception: of a name that is not set here, or what the table says.

        Without `quote` the text of the exception behind an unset name stays away.
        """
        filename, line = error.frames[-1] if error.frames else ("", 0)
        source = self.sources.get(filename)
        others = [each.text for each in self.sources.values() if each is not source]
        around = Around(source.text if source is not None else "", line, self.unread, others, self._lost)
        if error.unset is not None:
            behind = hint_for(error.unset.kind, error.unset.text, around)
            return " ".join(part for part in (self._why_unset(error.unset, quote), behind) if part)
        named = re.search(r"^name '(\w+)' is not defined", error.text)
        if error.kind == "NameError" and named is not None and named[1] in self.left_out:
            return (
                f"{named[1]} is set in {self.left_out[named[1]]}, which the grader does not run: no "
                "definition reads it. Pass it as an argument instead."
            )
        return hint_for(error.kind, error.text, around)

    @property
    def _lost(self) -> frozenset[str]:
        """The files that are asked for and missing."""
        told = (_MISSING_FILE.match(said) for said in self.program.missing.values())
        return frozenset(found[1] for found in told if found)

    def _why_unset(self, unset: Unset, quote: bool) -> str:
        what = f"{unset.kind}: {unset.text}" if quote and unset.text else unset.kind
        where = self.place(*unset.frame)
        if unset.name == unset.root:
            return f"{unset.name} is set in {where}, which failed where this is graded: {what}."
        return (
            f"{unset.name} is computed from {unset.root}, which is set in {where}; that failed where this is "
            f"graded: {what}."
        )


def read(path: Path, assignment: Assignment) -> Submission:
    """Read a folder, module, notebook or zip. Raises Unreadable with one sentence for its author."""
    return bounded.call(lambda: _read(path, assignment), path.name or str(path))


def read_files(files: Files, assignment: Assignment, called: str) -> Submission:
    """Read what lies nowhere as one submission: the cells of a kernel, say. Raises Unreadable."""
    return bounded.call(lambda: _read_files(files, assignment, called), called)


def _read(path: Path, assignment: Assignment) -> Submission:
    refuse_several(path, assignment)
    return _read_files(gather(path), assignment, path.name)


def _read_files(files: Files, assignment: Assignment, called: str) -> Submission:
    chosen = choose(files, assignment, called)
    sources = [*chosen.sources, *imported(chosen)]
    merged = merge(sources, assignment)
    left = [*unread(chosen, sources), *files.others]
    remarks = remarks_on(left, {*assignment.files, assignment.notebook})
    digest = hashlib.sha256()
    for module in sorted(merged.program.modules, key=lambda each: each.name):
        content = module.source.encode("utf-8", "surrogatepass")
        digest.update(f"{module.name}:{len(content)}:".encode() + content)
    shown = [Outputs(each.filename, each.notebook.outputs) for each in chosen.sources if each.notebook]
    return Submission(
        program=merged.program,
        digest=digest.hexdigest(),
        notices=_few((*files.notices, *remarks, *chosen.notices, *merged.notices)),
        report=chosen.report,
        report_name=chosen.report_name,
        outputs=shown[0] if shown else None,
        left_out=merged.left_out,
        places=merged.places,
        sources={source.filename: source.listing() for source in sources},
        unread=tuple(left),
        broken=merged.broken,
        is_script=assignment.scripts == {*assignment.files},
    )


def _few(notices: tuple[str, ...]) -> tuple[str, ...]:
    """The first notices; more than a page of them helps nobody."""
    rest = len(notices) - MAX_NOTICES
    return (
        notices if rest <= 0 else (*notices[:MAX_NOTICES], f"{rest} more remarks of this kind are left out.")
    )
