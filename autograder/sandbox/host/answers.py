"""What a worker answers, read by somebody who believes none of it beyond being a value."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..wire import values
from ..wire.errors import PATH, StudentMissing, StudentRaised, Unset
from ..wire.program import Program
from ..wire.text import clean
from ..wire.values import Malformed, Value

MAX_TEXT = 300  # characters kept of an exception's message
_MAX_COLUMN = 10_000


def read_answer(message: dict[str, Any], arrays: list[values.Array], program: Program) -> Value:
    """The value in a worker's answer, or the failure that it tells of. Raises Malformed for anything else."""
    match message:
        case {"value": tree, "number": int()} if len(message) == 2:
            return values.decode(tree, arrays)
        case {"missing": str(name), "number": int()} if len(message) == 2 and not arrays:
            raise missing(program, clean(name, 80))
        case {"raised": {"kind": str(kind), "text": str(text), "frames": list(frames)}, "number": int()}:
            known = {module.filename for module in program.modules if module.filename}
            places = tuple(
                (filename, line)
                for filename, line in (
                    frame for frame in frames if isinstance(frame, list) and len(frame) == 2
                )
                if isinstance(filename, str) and filename in known and type(line) is int and line >= 0
            )
            unset = _unset(message["raised"].get("unset"), known)
            # A class may be given any name: what is no name says nothing, least of all a sentence.
            named = kind if kind.isidentifier() and kind.isascii() and len(kind) <= 80 else "an exception"
            span = _span(message["raised"].get("span"))
            raise StudentRaised(named, clean(text, MAX_TEXT), places, unset, span)
        case _:
            raise Malformed("an answer of unknown form")


def _unset(claim: Any, filenames: Collection[str]) -> Unset | None:
    """What a worker says of a name that is not set; None for what it cannot say."""
    match claim:
        case [str(name), str(root), str(filename), int(line), str(kind), str(text)]:
            if filename in filenames and type(line) is int and line > 0 and PATH.fullmatch(name):
                frame = (filename, line)
                return Unset(clean(name, 80), clean(root, 80), frame, clean(kind, 80), clean(text, MAX_TEXT))
    return None


def _span(claim: Any) -> tuple[int, int] | None:
    """The columns that a worker names; None for what are none."""
    match claim:
        case [int(first), int(last)] if 0 <= first < last < _MAX_COLUMN:
            return first, last
    return None


def missing(program: Program, name: str) -> StudentMissing:
    """The failure for a name that the program does not define."""
    home = program.homes.get(name)
    filename = next((module.filename for module in program.modules if module.name == home), "the submission")
    return StudentMissing(name, program.missing.get(name) or f"{filename} does not define {name}.")
