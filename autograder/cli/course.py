"""What is made of a course, for students and for Gradescope, and whether the machine is fit for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from autograder.cli.options import (
    DONE,
    FAILED,
    FAULT,
    AssignmentName,
    ConfigFile,
    assignment_named,
    complain,
    refuse_device,
)


def templates(check: Annotated[bool, Option("--check", help="only say what is out of date")] = False) -> int:
    """Make templates/ from solutions/."""
    from autograder.course.config import find_root
    from autograder.course.templates import stale, write

    root = find_root()
    if not check:
        for path in write(root):
            typer.echo(path.relative_to(root).as_posix())
    differences = stale(root)
    for sentence in differences:
        complain(sentence)
    return FAILED if differences else DONE


def zip_command(
    assignment: AssignmentName,
    out: Annotated[
        Path | None, Option(metavar="FILE", dir_okay=False, help="[build/ASSIGNMENT-autograder.zip]")
    ] = None,
    config_file: ConfigFile = None,
) -> int:
    """Make the Gradescope autograder, packed by Otter."""
    from autograder.gradescope.package import build

    config, entry = assignment_named(assignment, config_file)
    target = out or config.root / "build" / f"{entry.name}-autograder.zip"
    typer.echo(build(config.root, entry.name, target, config.file))
    return DONE


def doctor(
    device: Annotated[str, Option(help="cpu, cuda or mps: where submissions are to be graded")] = "cpu",
) -> int:
    """Say which protections hold on this machine."""
    refuse_device(device)
    from autograder.reports.terminal import show_protections
    from autograder.sandbox import probe

    return DONE if show_protections(probe(device)) else FAULT
