"""What commands about a class take, beside those that grade it: a handout has none of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from autograder.cli.options import assignment_named, say

if TYPE_CHECKING:
    from autograder.course.config import Assignment, Config

ClassFolder = Annotated[Path, Argument(metavar="DIR", help="what `class --out` made")]


def class_named(name: str, folder: Path, file: Path | None) -> tuple[Config, Assignment]:
    """As `assignment_named`; without a file by the one that `class` was told for DIR, which is said."""
    from autograder.classroom import options
    from autograder.course.config import FILE_NAME

    before = None if file else options.config_file(folder)
    config, entry = assignment_named(name, file or before)
    kept = options.kept(folder).config
    if before:
        say(f"As before: --config {before} ({folder / options.FILE}).")
    elif file and options.named(folder, config) != kept:
        say(f"This command goes by {file}. Those without --config go by {kept or FILE_NAME}.")
    return config, entry
