"""Grading of a class: from a course system's download to what everybody earns."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from autograder.cli.class_options import ClassFolder, class_named
from autograder.cli.grading import Data, Only
from autograder.cli.options import (
    DONE,
    FAULT,
    WRONG,
    AssignmentName,
    ConfigFile,
    assignment_named,
    complain,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from autograder.classroom.engine import Engine
    from autograder.classroom.marks import Grade
    from autograder.classroom.shards import Shard

_NOT_LOCKED = (
    "NOTHING IS ISOLATED here: the submissions run with your rights. Grade others' work on Linux, where "
    "`autograder doctor` says that workers are locked."
)


def class_command(
    assignment: AssignmentName,
    paths: Annotated[
        list[Path],
        Argument(
            metavar="FOLDER|ZIP",
            help="what the course system let you download; with --merge, DIRs of shards after it",
        ),
    ],
    out: Annotated[Path, Option(metavar="DIR", help="for all that comes of it")],
    workers: Annotated[
        int | None, Option(min=1, metavar="N", help="submissions at a time [the cores of this machine]")
    ] = None,
    scheduler: Annotated[
        str, Option(metavar="ADDRESS", help="grade on this Dask cluster, which shares the folders")
    ] = "",
    tls_ca: Annotated[str, Option(metavar="FILE", help="with --scheduler: whose keys are good")] = "",
    tls_cert: Annotated[str, Option(metavar="FILE", help="with --scheduler: your certificate")] = "",
    tls_key: Annotated[str, Option(metavar="FILE", help="with --scheduler: your key")] = "",
    shard: Annotated[
        str, Option(metavar="I/N", help="grade only every N-th submission, one after the other")
    ] = "",
    merge: Annotated[bool, Option("--merge", help="grade nothing: gather what shards graded")] = False,
    regrade: Annotated[
        bool, Option("--regrade", help="grade all again, and show whose points change before they do")
    ] = False,
    roster: Annotated[Path | None, Option(metavar="CSV", help="everybody who is in the class")] = None,
    reader: Annotated[
        str | None,
        Option(metavar="NAME", help="gradescope, moodle, nbgrader, canvas, folders or files [found out]"),
    ] = None,
    best: Annotated[bool, Option("--best", help="of several submissions, the best counts")] = False,
    keep_all: Annotated[bool, Option("--all", help="grade all submissions of everybody")] = False,
    only: Only = None,
    data: Data = "",
    config_file: ConfigFile = None,
) -> int:
    """Grade a class's submissions; what is graded already is not graded again."""
    from rich.console import Console

    from autograder.classroom import downloads, options, store
    from autograder.classroom.command import Class, Wish
    from autograder.classroom.engine import Stopped
    from autograder.classroom.shards import parse
    from autograder.cli.grading import use_texts
    from autograder.course.config import ConfigError

    if bool(scheduler) + bool(shard) + bool(workers) + merge > 1:
        raise ConfigError("Only one of --workers, --scheduler, --shard and --merge can be given.")
    if best and keep_all:
        raise ConfigError("Only one of --best and --all can be given.")
    if len(paths) > 1 and not merge:
        raise ConfigError(f"{paths[1]}: only --merge takes more than one folder.")
    use_texts(data)
    part: Shard | None = parse(shard) if shard else None
    second = config_file or options.config_file(out)
    keep: downloads.Keep = "best" if best else "all" if keep_all else options.kept(out).keep
    config, entry = assignment_named(assignment, second)
    store.insist_on(out, entry.name)
    found = downloads.read(paths[0], out, entry, reader=reader, roster=roster, keep=keep)
    options.remember(out, config, keep)
    as_before = [f"--config {second}"] if second != config_file else []
    as_before += [f"--{keep}"] if keep != "latest" and not (best or keep_all) else []
    for sentence in found.said:
        say(sentence)
    if as_before:
        say(f"As before: {' '.join(as_before)} ({out / options.FILE}).")
    if sys.platform != "linux":
        complain(_NOT_LOCKED)

    def open_engine() -> Engine:
        if part is not None:
            from autograder.classroom.shards import InTurn

            return InTurn()
        from autograder.classroom.dask_engine import Cluster, Tls

        return Cluster(workers=workers or _cores(), scheduler=scheduler, tls=Tls(tls_ca, tls_cert, tls_key))

    wish = Wish(out, tuple(only or ()), second, part, regrade, merge, tuple(paths[1:]))
    try:
        left = Class(
            config, entry, found.handed, wish, open_engine, _ask, Console(highlight=False)
        ).carry_out()
    except Stopped as stopped:
        complain(str(stopped))
        return FAULT if stopped.is_fault else WRONG
    if part is None and not only:  # shards are not the class, and of some checks there is no grade
        from autograder.classroom import pages

        for sentence in pages.write(out, config, entry, _walk("Pages")):
            say(sentence)
    return FAULT if left else DONE


def _walk(called: str) -> Callable[[Sequence[Grade]], Iterable[Grade]]:
    """Goes through grades, and shows in a terminal how far it is."""
    from rich.console import Console
    from rich.progress import track

    console = Console()

    def walk(grades: Sequence[Grade]) -> Iterable[Grade]:
        return track(grades, called, console=console, transient=True, disable=not console.is_terminal)

    return walk


def similar(assignment: AssignmentName, folder: ClassFolder, config_file: ConfigFile = None) -> int:
    """Find submissions with much of their text in common: a lead for a person, never a verdict."""
    from autograder.classroom import marks, similar
    from autograder.classroom.pages import overview

    config, entry = class_named(assignment, folder, config_file)
    grades = marks.read(folder, entry)
    found = similar.compare(folder, config, entry, grades, _walk("Texts"))
    names = {grade.handed.id: grade.handed.names for grade in grades}
    for pair in found.pairs[:10]:
        say(f"{pair.share:.0%} in common: {names[pair.first]}, {names[pair.second]}")
    overview.write(folder, config.course, entry, grades)
    say(f"The median submission is {found.usual:.0%} like its nearest. All pairs: {folder / overview.FILE}.")
    return DONE


def _ask(question: str) -> bool:
    """A person's answer; yes where nobody can be asked, who has then seen what it is about in the output."""
    return not sys.stdin.isatty() or typer.confirm(question)


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
