"""The file that a student uploads: whether all is in it that is asked for, under the right name."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from autograder import records
from autograder.cli.grading import Data, graded, use_texts
from autograder.cli.options import (
    DONE,
    FAILED,
    FAULT,
    WRONG,
    AssignmentName,
    ConfigFile,
    assignment_named,
    complain,
    say,
)

if TYPE_CHECKING:
    from autograder.course.config import Assignment

FOLDER = "hand-in"


def submit(
    assignment: AssignmentName,
    path: Annotated[Path | None, Argument(help="your folder, notebook or zip [templates/ASSIGNMENT]")] = None,
    name: Annotated[str, Option(metavar="ID", help="your own part of the file's name")] = "",
    out: Annotated[
        Path | None, Option(metavar="DIR", file_okay=False, help=f"where the file goes [{FOLDER}]")
    ] = None,
    anyway: Annotated[bool, Option("--anyway", help="make it although something is missing")] = False,
    replace: Annotated[bool, Option("--replace", help="replace a file that is there already")] = False,
    data: Data = "",
    config_file: ConfigFile = None,
) -> int:
    """Say what is missing of what is to be handed in, and make the file to upload."""
    from autograder import sandbox
    from autograder.handin import findings, packing, shown
    from autograder.reports.terminal import Terminal
    from autograder.submission import read

    use_texts(data)
    with sandbox.fastest() as workers:
        config, entry = assignment_named(assignment, config_file)
        own = _own_part(entry, name)
        place = path or config.templates(entry.name)
        submission = read(place, entry)
        upload = packing.pack(place, entry, own)
        result = graded(config, entry, submission, place, workers, Terminal(entry), which="visible")
    found = findings.findings(result, entry, upload.documents)
    shown.show(found, entry)
    if found.missing and not anyway:
        shown.tell("No file was made. What is missing costs points; `--anyway` makes the file as it is.")
        return FAILED
    if packing.read_back(upload, entry).digest != submission.digest:
        raise RuntimeError("the file that was packed does not read as your work does")
    if not _put(out or config.root / FOLDER, upload.files, replace):
        return WRONG
    shown.tell(f"In it: {', '.join(upload.packed)}." if len(upload.files) == 1 else "Upload all of them.")
    shown.tell(entry.not_promised)
    return FAULT if result.faults else DONE


def _own_part(entry: Assignment, given: str) -> str:
    """What the student fills in in the name of the file, as given or as asked for. Raises ConfigError."""
    from autograder.course.config import ConfigError

    part = entry.hand_in.own_part
    if not part:
        return ""
    if not given and sys.stdin.isatty():
        given = typer.prompt(f"The file is called {entry.hand_in.name}. Your {part}")
    if not given:
        raise ConfigError(f"The file is called {entry.hand_in.name}: say your {part} with --name.")
    if not re.fullmatch(r"\w[\w.-]{0,60}", given.strip(), re.ASCII):
        raise ConfigError(
            f"{given!r:.80} is no {part} for a file's name: letters, digits, dots, - and _ may be in it."
        )
    return given.strip()


def _put(folder: Path, files: Mapping[str, bytes], replace: bool) -> bool:
    """Write the files; one of the same name with something else in it only when that is wanted."""
    targets = {folder / name: content for name, content in files.items()}
    for target, content in targets.items():
        if replace or not target.exists() or (target.is_file() and target.read_bytes() == content):
            continue
        if not sys.stdin.isatty():
            complain(f"{target} holds something else: --replace replaces it. Nothing was made.")
            return False
        if not typer.confirm(f"{target} holds something else. Replace it?"):
            say("Nothing was made.")
            return False
    from autograder.reports.lines import near

    for target, content in targets.items():
        records.write_bytes(target, content)
        say(f"Made {near(target)} ({max(1, len(content) >> 10):,} KB).")
    return True
