"""What students download."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from autograder.cli.options import DONE, ConfigFile


def handout(
    assignments: Annotated[
        list[str] | None, Argument(metavar="[ASSIGNMENT]...", help="folders of templates/ [all]")
    ] = None,
    out: Annotated[
        Path | None,
        Option(metavar="FILE", dir_okay=False, help="[build/handout.zip, or build/ASSIGNMENT.zip]"),
    ] = None,
    config_file: ConfigFile = None,
) -> int:
    """Make the folder and the zip that students get; nothing hidden is in it."""
    from autograder.course.config import nearest
    from autograder.handout.contents import files_of
    from autograder.handout.writing import write

    config = nearest(config_file)
    names = list(dict.fromkeys(assignments or config.assignments))
    title = names[0] if len(names) == 1 else "handout"
    target = out or config.root / "build" / f"{title}.zip"
    files = files_of(config, names)
    typer.echo(write(files, target))
    typer.echo(f"{target}: {len(files)} files, {target.stat().st_size / 1e6:.1f} MB")
    return DONE
