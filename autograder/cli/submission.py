"""Grading of one submission, by whoever gives the points."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from autograder import records
from autograder.cli.grading import Data, Only, graded, use_texts
from autograder.cli.options import (
    DONE,
    FAULT,
    AssignmentName,
    ConfigFile,
    Json,
    assignment_named,
    refuse_device,
    write_json,
)


def grade(
    assignment: AssignmentName,
    path: Annotated[Path, Argument(help="a folder, notebook or zip")],
    only: Only = None,
    seed: Annotated[int | None, Option(help="repeat a grading with the seed that it logged")] = None,
    device: Annotated[str, Option(help="cpu, cuda or mps")] = "cpu",
    data: Data = "",
    config_file: ConfigFile = None,
    json_file: Json = None,
    html: Annotated[
        Path | None, Option(metavar="FILE", dir_okay=False, help="write a page about the submission here")
    ] = None,
    pictures: Annotated[bool, Option("--pictures", help="draw on that page what the models do")] = False,
) -> int:
    """Run every check on a submission, locked down where the operating system allows it."""
    gc.disable()  # until all is loaded, as in check
    from autograder import sandbox

    if pictures and html is None:
        raise typer.BadParameter("--pictures stand on a page: add --html FILE.")
    use_texts(data)
    refuse_device(device)
    with sandbox.safest(device) as workers:
        config, entry = assignment_named(assignment, config_file)
        if pictures:
            from autograder.pictures.page import pictures_of, require

            require(config.root, entry)
        from autograder.reports.terminal import Terminal
        from autograder.submission import read

        submission, terminal = read(path, entry), Terminal(entry)
        if seed is None:
            from autograder.grading.seeds import seed_for

            seed = seed_for(config.root, submission.digest)
        result = graded(
            config, entry, submission, path, workers, terminal, which="all", only=only or (), seed=seed
        )
        terminal.show(result)
        if json_file is not None:
            write_json(json_file, result.to_json())
        drawn = pictures_of(config.root, entry, submission.program, workers) if pictures else []
    if html is not None:
        from autograder.reports.html import page

        records.write(html, page(result, entry, submission, drawn))
    return FAULT if result.faults else DONE
