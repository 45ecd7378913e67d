"""The cells that were run and the modules beside the notebook, read as the same things would be handed in."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Sequence
from pathlib import Path

from autograder.course.config import Assignment
from autograder.notebook.runs import Cell
from autograder.submission import Submission, Unreadable, read_files
from autograder.submission.files import Files, open_regular
from autograder.submission.notebook import NotANotebook, read_notebook
from autograder.submission.outputs import Outputs

UNDEFINED = "No cell that was run defines"
_BESIDE = (".py", ".md")


def read(cells: Sequence[Cell], folder: Path, assignment: Assignment) -> Submission:
    """The submission of which the notebook and its folder would be made. Raises Unreadable."""
    files = _beside(folder)
    files.contents[assignment.notebook] = _as_notebook(cells)
    submission = read_files(files, assignment, folder.name)
    program = submission.program
    unsaid = f"{assignment.notebook} does not define"
    missing = {name: said.replace(unsaid, UNDEFINED) for name, said in program.missing.items()}
    bound = {name for cell in cells for name in cell.binds}
    missing |= {name: f"{UNDEFINED} {name}." for name in program.homes.keys() - bound}  # should it be unset
    program = dataclasses.replace(program, missing=missing)
    return dataclasses.replace(submission, program=program, outputs=_saved(folder, assignment))


def _beside(folder: Path) -> Files:
    """The modules and texts that lie in a folder, not in those below it: one of them may hold the course."""
    files = Files()
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in _BESIDE and path.is_file())
        for path in paths:
            if not path.is_symlink():
                files.add(path.name, path.stat().st_size, functools.partial(_contents, path))
    except OSError as error:
        raise Unreadable(f"{folder} cannot be read: {error.strerror or error}.") from None
    return files


def _contents(path: Path, limit: int) -> bytes:
    with open_regular(str(path)) as stream:
        return stream.read(limit)


def _as_notebook(cells: Sequence[Cell]) -> bytes:
    blank = {"cell_type": "code", "metadata": {}, "outputs": []}
    found = [blank | {"execution_count": cell.count, "source": cell.code} for cell in cells]
    data = {"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(data).encode("utf-8", "replace")


def _saved(folder: Path, assignment: Assignment) -> Outputs | None:
    """What the notebook showed when it was saved last, if it lies there by its name: a history has none."""
    try:
        text = (folder / assignment.notebook).read_text(encoding="utf-8-sig")
        return Outputs(assignment.notebook, read_notebook(text).outputs)
    except (OSError, UnicodeDecodeError, NotANotebook):
        return None
