"""What people grade of a class: the sheets, and how far they are filled."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Annotated

from typer import Option

from autograder.cli.class_options import ClassFolder, class_named
from autograder.cli.options import DONE, WRONG, AssignmentName, ConfigFile, complain, say

if TYPE_CHECKING:
    from autograder.classroom.rubric.pages import Sheets


def rubric(
    assignment: AssignmentName,
    folder: ClassFolder,
    blind: Annotated[bool, Option("--blind", help="show codes instead of names")] = False,
    serve: Annotated[
        bool, Option("--serve", help="show the sheets on this machine, and save what is filled in")
    ] = False,
    config_file: ConfigFile = None,
) -> int:
    """Make sheets for what people grade, and say what the filled ones hold."""
    from autograder.classroom import pages, store
    from autograder.classroom.rubric.pages import Sheets
    from autograder.course.config import ConfigError

    config, entry = class_named(assignment, folder, config_file)
    if entry.rubric is None:
        raise ConfigError(f"{entry.name} has no `rubric` in its configuration: its checks give all points.")
    store.insist_on(folder, entry.name)
    sheets = Sheets(folder, entry, entry.rubric, blind)
    sheets.write()
    if serve:
        _serve(sheets)
    has_problems = _tell(sheets)
    for sentence in pages.write(folder, config, entry):
        say(sentence)
    return WRONG if has_problems else DONE


def _serve(sheets: Sheets) -> None:
    """Serve the sheets until Ctrl-C."""
    from autograder.classroom.rubric.server import Server
    from autograder.classroom.rubric.sheets import MARKS

    with Server(sheets) as server, contextlib.suppress(KeyboardInterrupt):
        say(f"Open {server.address}")
        say(f"Filled sheets go to {sheets.folder / MARKS}. Ctrl-C ends.")
        sys.stdout.flush()
        server.serve_forever()
    sheets.write()


def _tell(sheets: Sheets) -> bool:
    """Say how far people are and what is missing; True when there are marks that cannot be taken."""
    from autograder.classroom.rubric.pages import summary
    from autograder.classroom.rubric.sheets import INDEX, MARKS, SHEET

    problems: list[str] = []
    parts = sheets.marks(problems)
    for name, part in parts.items():
        whose = sheets.called(name)
        if part.is_begun and part.missing:
            say(f"{whose}: no mark yet for {', '.join(map(repr, part.missing))}.")
        problems += [f"{whose}: {problem}" for problem in part.problems]
    for problem in problems:
        complain(problem)
    say(summary(sheets.handed.values(), parts))
    say(f"Sheets: {sheets.folder / INDEX}, or in one table: {sheets.folder / SHEET}.")
    say(f"Filled sheets go to {sheets.folder / MARKS}.")
    return bool(problems)
