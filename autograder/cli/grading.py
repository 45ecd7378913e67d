"""Grading of one submission: by its author at home, and by whoever gives the points."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import records
from autograder.cli.options import (
    DONE,
    FAILED,
    FAULT,
    AssignmentName,
    ConfigFile,
    Json,
    assignment_named,
    refuse_device,
    write_json,
)

if TYPE_CHECKING:
    from autograder.course.config import Assignment, Config
    from autograder.grading.run import Which
    from autograder.results import Result
    from autograder.sandbox import Workers

Only = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="a unit, file, class, function or check; may be repeated"),
]
Data = Annotated[
    str,
    typer.Option(
        metavar="DIR",
        envvar="AUTOGRADER_DATA",
        help="where the texts are that an assignment reads, or `synthetic`; else they are downloaded",
        show_default=False,
        show_envvar=True,
    ),
]


def check(
    assignment: AssignmentName,
    path: Annotated[
        Path | None, typer.Argument(help="your folder, notebook or zip [templates/ASSIGNMENT]")
    ] = None,
    only: Only = None,
    data: Data = "",
    config_file: ConfigFile = None,
    json_file: Json = None,
) -> int:
    """Run the checks that students have on your own work."""
    gc.disable()  # until all is loaded: next to nothing of that is garbage
    from autograder import sandbox

    use_texts(data)
    with sandbox.fastest() as workers:
        config, entry = assignment_named(assignment, config_file)
        place = path or config.root / "templates" / entry.name
        result = _run(config, entry, place, workers, which="visible", only=only or (), json_file=json_file)
    if result.faults:
        return FAULT
    return DONE if all(each.outcome == "pass" or each.is_notice for each in result.checks) else FAILED


def grade(
    assignment: AssignmentName,
    path: Annotated[Path, typer.Argument(help="a folder, notebook or zip", show_default=False)],
    only: Only = None,
    seed: Annotated[int | None, typer.Option(help="repeat a grading with the seed that it logged")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps")] = "cpu",
    data: Data = "",
    config_file: ConfigFile = None,
    json_file: Json = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="write a page about the submission here"),
    ] = None,
) -> int:
    """Run every check on a submission, locked down where the operating system allows it."""
    gc.disable()  # as in check
    from autograder import sandbox

    use_texts(data)
    refuse_device(device)
    with sandbox.safest(device) as workers:
        config, entry = assignment_named(assignment, config_file)
        result = _run(
            config,
            entry,
            path,
            workers,
            which="all",
            only=only or (),
            seed=seed,
            json_file=json_file,
            html_file=html,
        )
    return FAULT if result.faults else DONE


def use_texts(data: str) -> None:
    """Let the corpora read from a folder. Raises ConfigError when it is none."""
    if data and data != "synthetic" and not Path(data).is_dir():
        from autograder.course.config import ConfigError  # only now: workers are to start before all else

        raise ConfigError(f"--data {data}: there is no such folder. It should hold the texts as .txt files.")
    os.environ["AUTOGRADER_DATA"] = data


def _run(
    config: Config,
    assignment: Assignment,
    path: Path,
    workers: Workers,
    *,
    which: Which,
    only: Sequence[str] = (),
    seed: int | None = None,
    json_file: Path | None,
    html_file: Path | None = None,
) -> Result:
    """Read, grade and show a submission; record and page go into the files that are given for them."""
    from autograder.reports.terminal import Terminal
    from autograder.submission import read

    submission = read(path, assignment)
    if seed is None:
        seed = 0
        if which == "all":
            from autograder.grading.seeds import seed_for

            seed = seed_for(config.root, submission.digest)
    from autograder.grading.run import grade as run

    gc.freeze()  # what is loaded stays, and no fork has to copy it to look for garbage
    gc.enable()
    with Terminal(assignment) as terminal:
        result = run(
            config,
            assignment,
            submission,
            workers=workers,
            seed=seed,
            which=which,
            only=only,
            on_plan=terminal.plan,
            on_result=terminal.note,
        )
    if which == "all" and not workers.layers:
        loud = (
            "NOTHING IS ISOLATED here: the submission ran with your rights. Grade others' work on Linux, "
            "on a GPU where `doctor --device` says that workers are locked there."
        )
        result = dataclasses.replace(result, notices=(*result.notices, loud))
    result = dataclasses.replace(result, path=str(path))
    terminal.show(result, path if which == "visible" else None)
    if json_file is not None:
        write_json(json_file, result.to_json())
    if html_file is not None:
        from autograder.reports.html import page

        records.write(html_file, page(result, assignment, submission))
    return result
