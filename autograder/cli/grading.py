"""What students run on their own work, and what it shares with the grading of one submission."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from autograder.cli.options import (
    DONE,
    FAILED,
    FAULT,
    AssignmentName,
    ConfigFile,
    Json,
    assignment_named,
    write_json,
)

if TYPE_CHECKING:
    from autograder.course.config import Assignment, Config
    from autograder.grading.run import Which
    from autograder.reports.terminal import Terminal
    from autograder.results import Result
    from autograder.sandbox import Workers
    from autograder.submission import Submission

Only = Annotated[
    list[str] | None, Option(metavar="NAME", help="a unit, file, class, function or check; may be repeated")
]
Data = Annotated[
    str,
    Option(
        metavar="DIR",
        envvar="AUTOGRADER_DATA",
        help="where the texts are that an assignment reads, or `synthetic`; else they are downloaded",
        show_envvar=True,
    ),
]


def check(
    assignment: AssignmentName,
    path: Annotated[Path | None, Argument(help="your folder, notebook or zip [templates/ASSIGNMENT]")] = None,
    only: Only = None,
    everything: Annotated[bool, Option("--all", help="show every check, not only what to do next")] = False,
    data: Data = "",
    config_file: ConfigFile = None,
    json_file: Json = None,
    watch: Annotated[bool, Option("--watch", help="check again after every save, until you quit")] = False,
) -> int:
    """Run the checks that students have on your own work."""
    use_texts(data)
    if watch:
        return _watch(assignment, path, only or (), everything, config_file, json_file)
    gc.disable()  # until all is loaded: next to nothing of that is garbage
    from autograder import sandbox

    with sandbox.fastest() as workers:
        config, entry = assignment_named(assignment, config_file)
        place = path or config.templates(entry.name)
        from autograder.reports.terminal import Terminal
        from autograder.submission import read

        submission, terminal = read(place, entry), Terminal(entry)
        result = graded(config, entry, submission, place, workers, terminal, which="visible", only=only or ())
    terminal.show_next(result, submission, everything=everything)
    if json_file is not None:
        write_json(json_file, result.to_json())
    if result.faults:
        return FAULT
    return DONE if all(each.outcome == "pass" or each.is_notice for each in result.checks) else FAILED


def _watch(
    assignment: str,
    path: Path | None,
    only: Sequence[str],
    everything: bool,
    config_file: Path | None,
    json_file: Path | None,
) -> int:
    """Check after every save; the record in `json_file`, if there is to be one, is that of the last run."""
    from autograder.watch import front
    from autograder.watch.checker import Setup

    def keep(result: Result) -> None:
        if json_file is not None:
            write_json(json_file, result.to_json())

    setup = Setup(assignment, path, tuple(only), config_file)
    front.watch(setup, keep, "all" if everything else "next")
    return DONE


def use_texts(data: str) -> None:
    """Let the corpora read from a folder. Raises ConfigError when it is none."""
    if data and data != "synthetic" and not Path(data).is_dir():
        from autograder.course.config import ConfigError  # only now: workers are to start before all else

        raise ConfigError(f"--data {data}: there is no such folder. It should hold the texts as .txt files.")
    os.environ["AUTOGRADER_DATA"] = data


def graded(
    config: Config,
    assignment: Assignment,
    submission: Submission,
    path: Path,
    workers: Workers,
    terminal: Terminal,
    *,
    which: Which,
    only: Sequence[str] = (),
    seed: int = 0,
) -> Result:
    """Grade a submission that was read from `path`; meanwhile the terminal shows how far it is."""
    from autograder.grading.run import grade

    gc.freeze()  # what is loaded stays, and no fork has to copy it to look for garbage
    gc.enable()
    with terminal:
        result = grade(
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
    return dataclasses.replace(result, path=str(path))
