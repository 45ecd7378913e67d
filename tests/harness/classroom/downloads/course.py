"""An assignment, and what its downloads are staged as."""

from __future__ import annotations

from pathlib import Path

from autograder.classroom.downloads import Download, read
from autograder.classroom.handed import Handed, read_manifest
from autograder.course.config import Assignment

LAB = Assignment.model_validate(
    {
        "name": "lab",
        "title": "The lab",
        "units": {
            "cells": {"title": "Cells", "files": {"cells.py": ["Cell"], "loop.py": ["Loop"]}, "checks": {}}
        },
    }
)
CODE = "class Cell:\n    pass\n"


def staged(source: Path, out: Path, **options: object) -> tuple[Download, dict[str, Handed]]:
    """What a download was staged as, with the rows of its manifest by id."""
    download = read(source, out, LAB, **options)  # type: ignore[arg-type]
    rows = read_manifest(out)
    assert rows == download.handed
    assert len({each.id.casefold() for each in rows}) == len(rows)
    return download, {each.id: each for each in rows}


def content(out: Path, handed: Handed) -> dict[str, str]:
    """The files of a staged submission, by path."""
    place = out / handed.path
    assert handed.path.startswith("submissions/") and place.is_dir(), handed
    files = (path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): path.read_text() for path in sorted(files)}
