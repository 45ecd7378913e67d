"""What Python refuses of a submission, and why a name of the interface is not there."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.course.words import did_you_mean
from autograder.submission.code import NotPython
from autograder.submission.hints import hint_for
from autograder.submission.slips import Around
from autograder.submission.sources import Source

_MERGE = (
    "git marks here what was written twice: which of the two do you keep? The other goes, "
    "and so do the lines <<<<<<<, ======= and >>>>>>>."
)


@dataclass(frozen=True)
class Broken:
    """A file or a cell that Python refuses.

    `said` tells so in one clause, `place` is "" where no line is to blame, `span` are the line's columns.
    """

    filename: str
    said: str
    place: str = ""
    hint: str = ""
    span: tuple[int, int] | None = None
    reason: str = ""  # Python's own
    text: str = ""  # in which a name may have been meant to be defined
    is_cell: bool = False


@dataclass(frozen=True)
class Missing:
    """The sentence about a name that is not there, and the place to look at, if there is one."""

    said: str
    place: str = ""


def broken_parts(sources: Sequence[Source]) -> list[Broken]:
    """What Python refuses: files first, then cells."""
    return [*_files(sources), *_cells(sources)]


def _files(sources: Sequence[Source]) -> Iterator[Broken]:
    for source in sources:
        error = source.refused
        if error is None:
            continue
        said = f"{source.filename} {error}"
        if isinstance(error, NotPython):
            place, hint = source.place(error.line), _hint(error, source.text)
            yield Broken(source.filename, said, place, hint, error.span, error.reason, source.text)
        else:
            yield Broken(source.filename, said, text=source.text)


def _cells(sources: Sequence[Source]) -> Iterator[Broken]:
    for source in sources:
        for cell in source.notebook.broken if source.notebook else ():
            said, error = f"{source.filename}, {cell.said}", cell.error
            if isinstance(error, NotPython):
                place, hint = source.place(cell.start + error.line - 1), _hint(error, cell.text)
                yield Broken(source.filename, said, place, hint, error.span, error.reason, cell.text, True)
            else:
                yield Broken(source.filename, said, text=cell.text, is_cell=True)


def _hint(error: NotPython, text: str) -> str:
    line = "".join(text.split("\n")[error.line - 1 : error.line])
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return _MERGE
    return hint_for("SyntaxError", error.reason, Around())


def meant_in(name: str, broken: Sequence[Broken]) -> Broken | None:
    """What Python refuses, and where the name would have been defined, by what stands in it."""
    return next((each for each in broken if f"class {name}" in each.text or f"def {name}" in each.text), None)


def why_missing(name: str, file: str, sources: Sequence[Source], broken: Sequence[Broken]) -> Missing:
    """Why no source defines a name that is to be in this file."""
    files = [each for each in broken if not each.is_cell]
    refused = next((each for each in files if each.filename == file), None) or meant_in(name, broken)
    if refused is not None:
        return Missing(f"{name} cannot be read: {refused.said}.", refused.place)
    own = next((source for source in sources if source.filename == file), None)
    for source in sources if own is None else [own]:
        for each in source.defined.get(name, []):
            module = each.node.module if isinstance(each.node, ast.ImportFrom) else None
            if module and f"{module}.py" != file:
                where = source.place(each.start)
                return Missing(
                    f"{name} is imported from {module} ({where}), which was not handed in or does "
                    "not define it.",
                    where,
                )
    asked = {source.filename for source in sources if source.expected}
    refused = next((each for each in files if each.filename not in asked), None)
    if refused is not None:
        return Missing(f"{name} cannot be read: {refused.said}.", refused.place)
    here = own or next((source for source in sources if source.notebook), None)
    if here is None:
        return Missing(f"{file} is missing: it should define {name}.")
    known = {
        *here.defined,
        *(here.cut.left_out if here.cut else ()),
    }  # a notebook's misspelt ones are cut out
    said = f"{here.filename} does not define {name}{did_you_mean(name, known)}."
    near = next((each for each in difflib.get_close_matches(name, known, n=1) if each in here.defined), "")
    return Missing(said, here.place(here.defined[near][-1].line) if near else "")
