"""What a student's models do, drawn on a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from autograder import records
from autograder.cli.grading import Data, use_texts
from autograder.cli.options import DONE, AssignmentName, ConfigFile, assignment_named, say


def pictures(
    assignment: AssignmentName,
    path: Annotated[Path | None, Argument(help="your folder, notebook or zip [templates/ASSIGNMENT]")] = None,
    out: Annotated[
        Path | None, Option(metavar="FILE", dir_okay=False, help="[build/ASSIGNMENT-pictures.html]")
    ] = None,
    data: Data = "",
    config_file: ConfigFile = None,
) -> int:
    """Draw what your models do: states and gates, gradients, what a loss counts."""
    from autograder import sandbox

    use_texts(data)
    with sandbox.fastest() as workers:
        config, entry = assignment_named(assignment, config_file)
        from autograder.pictures.page import page, pictures_of, require
        from autograder.submission import read

        require(config.root, entry)
        submission = read(path or config.templates(entry.name), entry)
        drawn = pictures_of(config.root, entry, submission.program, workers)
    target = out or config.root / "build" / f"{entry.name}-pictures.html"
    records.write(target, page(entry, drawn))
    say(f"{target}: open it in a browser.")
    return DONE
