"""An assignment, and downloads of it: folders and zips made of names and contents."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
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
Files = Mapping[str, str | bytes]


def bytes_of(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def folder(place: Path, files: Files) -> Path:
    """A folder that holds these files; a name that ends in "/" is an empty folder."""
    for name, content in files.items():
        path = place / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes_of(content))
    return place


def archive(place: Path, files: Files) -> Path:
    """A zip that holds these files."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, bytes_of(content))
    return place


def zipped(files: Files, scratch: Path) -> bytes:
    """The bytes of a zip that holds these files."""
    return archive(scratch / "some.zip", files).read_bytes()


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
