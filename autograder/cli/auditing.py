"""Known submissions against every check: audits and calibrations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from autograder import records
from autograder.cli.options import DONE, FAILED, AssignmentName, Json, assignment_named, write_json

if TYPE_CHECKING:
    from autograder.course.config import Assignment, Config


def audit(
    assignment: Annotated[str | None, Argument(metavar="[ASSIGNMENT]", help="[all]")] = None,
    json_file: Json = None,
    html: Annotated[
        Path | None,
        Option(metavar="FILE", dir_okay=False, help="write the matrix of checks and mistakes here"),
    ] = None,
    messages: Annotated[
        Path | None,
        Option(metavar="FILE", dir_okay=False, help="write every message that a mistake got here"),
    ] = None,
    table: Annotated[
        bool, Option("--table", help="renew the answers of mistakes that the diagnosis looks up")
    ] = False,
    quick: Annotated[
        bool, Option("--quick", help="stop a mistake at the first visible check it loses; no names")
    ] = False,
    mutants: Annotated[
        bool, Option("--mutants", help="small generated changes to the solutions, too")
    ] = False,
    hostile: Annotated[int, Option(min=0, metavar="N", help="put N hostile answers to the checks, too")] = 0,
    processes: Annotated[int, Option(min=1, help="submissions graded at a time")] = 2,
) -> int:
    """Run every check on known mistakes, correct alternatives and attacks; fail if a verdict is wrong."""
    from autograder.audit import known, terminal
    from autograder.course.config import nearest

    config = nearest()
    entries = [config.assignment(assignment)] if assignment else list(config.assignments.values())
    found = []
    for entry in entries:
        with terminal.progress(entry.name) as progress:
            each = known.audit(
                config,
                entry,
                processes=processes,
                on_progress=progress,
                quick=quick,
                every_mutant=int(mutants),
                write_table=table and not quick,
            )
        if hostile:
            from autograder.audit.hostile import attack_in_processes

            report = attack_in_processes(config, entry, cases=hostile, processes=processes)
            each.hostile = report.cases
            each.wrong += report.sentences()
        found.append(each)
        terminal.show(each)
    if json_file is not None:
        write_json(json_file, known.summary(found))
    if html is not None:
        from autograder.audit.page import page

        records.write(html, page(found, config))
    if messages is not None:
        records.write(messages, known.document(found))
    return FAILED if any(each.wrong for each in found) else DONE


def _drawable(picture: Path | None) -> Path | None:
    if picture is not None and picture.suffix not in (".svg", ".png"):
        raise typer.BadParameter(f"{picture} ends neither in .svg nor in .png.")
    return picture


def calibrate(
    assignment: AssignmentName,
    draws: Annotated[
        int, Option(min=0, help="instead: run every check on so many draws of what is right")
    ] = 0,
    first: Annotated[int, Option(min=0, help="with --draws: the first seed")] = 0,
    seconds: Annotated[float, Option(min=1, help="with --draws: the time for all of them")] = 3600,
    seeds: Annotated[int, Option(min=2, help="draws of the solution")] = 100,
    other_seeds: Annotated[int, Option(min=1, help="draws of each alternative and mistake")] = 3,
    write: Annotated[
        bool, Option("--write", help="put the proposed thresholds into grading_config.yaml")
    ] = False,
    picture: Annotated[
        Path | None,
        Option(metavar="FILE", dir_okay=False, callback=_drawable, help="draw what was found (.svg, .png)"),
    ] = None,
    json_file: Json = None,
    processes: Annotated[int, Option(min=1, help="submissions trained at a time")] = 2,
) -> int:
    """Train right and wrong submissions over many seeds and propose the thresholds of the training checks.

    With --draws, find the draws on which a check fails what is right, and bound how many there are.
    """
    from autograder.audit import calibrate as calibration
    from autograder.audit import distributions, terminal

    config, entry = assignment_named(assignment)
    if draws:
        return _sweep(config, entry, draws, first, seconds, processes, json_file)
    with terminal.progress(entry.name) as progress:
        found = calibration.measure(
            config, entry, seeds=seeds, other_seeds=other_seeds, processes=processes, on_progress=progress
        )
    if write:
        calibration.write(config.root, entry.name, found)
    terminal.show_calibration(found)
    if picture is not None:
        distributions.draw(found, picture)
    if json_file is not None:
        records.write(json_file, calibration.as_json(found))
    return DONE


def _sweep(
    config: Config,
    assignment: Assignment,
    draws: int,
    first: int,
    seconds: float,
    processes: int,
    json_file: Path | None,
) -> int:
    """Sweep the draws of all checks; what is known when it is interrupted is written, too."""
    from autograder.audit import sweep, terminal

    swept = sweep.begin(config, assignment, first, json_file)
    try:
        with terminal.progress(assignment.name) as progress:
            sweep.sweep(
                config,
                assignment,
                swept,
                draws=draws,
                seconds=seconds,
                processes=processes,
                on_progress=progress,
            )
    finally:
        if json_file is not None:
            write_json(json_file, swept.record())
    terminal.show_sweep(swept)
    return FAILED if swept.failed else DONE
