"""The command line. Everything heavy is imported by the command that needs it, so that it answers at once."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from autograder import new, records

if TYPE_CHECKING:
    from autograder.course.config import Assignment, Config
    from autograder.grading.run import Which
    from autograder.results import Result
    from autograder.sandbox import Workers

DONE, FAILED, WRONG, FAULT, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Check and grade assignments on recurrent networks.",
)
app.add_typer(new.app, name="new")

AssignmentName = Annotated[
    str, typer.Argument(metavar="ASSIGNMENT", help="a folder of templates/", show_default=False)
]
Json = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="write the record of every check here")
]

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="a second configuration, which extends the first"),
]
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


def main() -> NoReturn:
    """Run one command. Exits with 0 done, 1 a check failed, 2 wrong call or unreadable input, 3 a fault."""
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else DONE)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except Exception as error:
        sys.exit(_explain(error))


def _explain(error: Exception) -> int:
    """Say on stderr what went wrong, in one sentence; the exit code that it stands for."""
    if hasattr(error, "format_message"):  # click's, or typer's own copy of it
        _complain(f"{error.format_message()} Try --help.")
        return WRONG
    from autograder.course.config import ConfigError
    from autograder.records import Unwritten
    from autograder.submission import Unreadable

    if os.environ.get("AUTOGRADER_DEBUG"):
        raise error
    if isinstance(error, (ConfigError, Unreadable)):
        _complain(str(error))
        return WRONG
    if isinstance(error, Unwritten):
        _complain(str(error))
        return FAULT if error.is_fault else WRONG
    said = str(error).removesuffix(".")
    _complain(f"The grader failed: {type(error).__name__}: {said}. AUTOGRADER_DEBUG=1 shows where.")
    return FAULT


def _complain(sentence: str) -> None:
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(sentence.encode(encoding, "replace").decode(encoding) + "\n")


@app.command()
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
    from autograder.sandbox import PortableWorkers

    _use_texts(data)
    with PortableWorkers() as workers:
        config, entry = _assignment(assignment, config_file)
        place = path or config.root / "templates" / entry.name
        result = _run(config, entry, place, workers, which="visible", only=only or (), json_file=json_file)
    if result.faults:
        return FAULT
    return DONE if all(each.outcome == "pass" or each.is_notice for each in result.checks) else FAILED


@app.command()
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
        Path | None, typer.Option(metavar="FILE", help="write a page about the submission here")
    ] = None,
) -> int:
    """Run every check on a submission, locked down where the operating system allows it."""
    from autograder import sandbox
    from autograder.course.config import ConfigError
    from autograder.sandbox.host.devices import objection

    _use_texts(data)
    if why := objection(device):
        raise ConfigError(why)
    with sandbox.safest(device) as workers:
        config, entry = _assignment(assignment, config_file)
        result = _run(
            config, entry, path, workers, which="all", only=only or (), seed=seed, json_file=json_file
        )
    if html is not None:
        from autograder.reports.html import page

        records.write(html, page(result, entry))
    return FAULT if result.faults else DONE


@app.command()
def templates(
    check: Annotated[bool, typer.Option("--check", help="only say what is out of date")] = False,
) -> int:
    """Make templates/ from solutions/."""
    from autograder.course.config import find_root
    from autograder.course.templates import stale, write

    root = find_root()
    if not check:
        for path in write(root):
            typer.echo(path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path))
    differences = stale(root)
    for sentence in differences:
        _complain(sentence)
    return FAILED if differences else DONE


@app.command("zip")
def zip_command(
    assignment: AssignmentName,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="[build/ASSIGNMENT-autograder.zip]")
    ] = None,
    config_file: ConfigFile = None,
) -> int:
    """Make the Gradescope autograder, packed by Otter."""
    from autograder.gradescope.package import build

    config, entry = _assignment(assignment, config_file)
    target = out or config.root / "build" / f"{entry.name}-autograder.zip"
    typer.echo(build(config.root, entry.name, target, config.file))
    return DONE


@app.command()
def audit(
    assignment: Annotated[str | None, typer.Argument(metavar="[ASSIGNMENT]", help="[all]")] = None,
    json_file: Json = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write the matrix of checks and mistakes here")
    ] = None,
    messages: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write every message that a mistake got here")
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="renew the answers of mistakes that the diagnosis looks up")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="stop a mistake at the first visible check it loses; no names")
    ] = False,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="small generated changes to the solutions, too")
    ] = False,
    hostile: Annotated[
        int, typer.Option(min=0, metavar="N", help="put N hostile answers to the checks, too")
    ] = 0,
    processes: Annotated[int, typer.Option(min=1, help="submissions graded at a time")] = 2,
) -> int:
    """Run every check on known mistakes, correct alternatives and attacks; fail if a verdict is wrong."""
    from autograder.audit import known, terminal

    config, entries = _assignments(assignment)
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
        terminal.show(found[-1])
    if json_file is not None:
        records.write(json_file, json.dumps(known.summary(found), indent=1, ensure_ascii=False) + "\n")
    if html is not None:
        from autograder.audit.page import page

        records.write(html, page(found, config))
    if messages is not None:
        records.write(messages, known.document(found))
    return FAILED if any(each.wrong for each in found) else DONE


@app.command()
def calibrate(
    assignment: AssignmentName,
    draws: Annotated[
        int, typer.Option(min=0, help="instead: run every check on so many draws of what is right")
    ] = 0,
    first: Annotated[int, typer.Option(min=0, help="with --draws: the first seed")] = 0,
    seconds: Annotated[float, typer.Option(min=1, help="with --draws: the time for all of them")] = 3600,
    seeds: Annotated[int, typer.Option(min=2, help="draws of the solution")] = 100,
    other_seeds: Annotated[int, typer.Option(min=1, help="draws of each alternative and mistake")] = 3,
    write: Annotated[
        bool, typer.Option("--write", help="put the proposed thresholds into grading_config.yaml")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="draw what was found (.svg, .png)")
    ] = None,
    json_file: Json = None,
    processes: Annotated[int, typer.Option(min=1, help="submissions trained at a time")] = 2,
) -> int:
    """Train right and wrong submissions over many seeds and propose the thresholds of the training checks.

    With --draws, find the draws on which a check fails what is right, and bound how many there are.
    """
    from autograder.audit import calibrate as calibration
    from autograder.audit import distributions, terminal

    config, entry = _assignment(assignment)
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
            records.write(json_file, json.dumps(swept.record(), indent=1, ensure_ascii=False) + "\n")
    terminal.show_sweep(swept)
    return FAILED if swept.failed else DONE


@app.command()
def doctor(
    device: Annotated[str, typer.Option(help="cpu, cuda or mps: where submissions are to be graded")] = "cpu",
) -> int:
    """Say which protections hold on this machine."""
    from autograder.course.config import ConfigError
    from autograder.reports.terminal import show_layers
    from autograder.sandbox import probe
    from autograder.sandbox.host.devices import objection

    if why := objection(device):
        raise ConfigError(why)
    return DONE if show_layers(probe(device)) else FAULT


def _use_texts(data: str) -> None:
    """Let the corpora read from a folder. Raises ConfigError when it is none."""
    from autograder.course.config import ConfigError

    if data and data != "synthetic" and not Path(data).is_dir():
        raise ConfigError(f"--data {data}: there is no such folder. It should hold the texts as .txt files.")
    os.environ["AUTOGRADER_DATA"] = data


def _assignment(name: str, file: Path | None = None) -> tuple[Config, Assignment]:
    from autograder.course.config import find_root, load

    config = load(find_root(file.absolute().parent if file else None), file)
    return config, config.assignment(name)


def _assignments(name: str | None) -> tuple[Config, list[Assignment]]:
    """One assignment, or all of them."""
    from autograder.course.config import find_root, load

    config = load(find_root())
    return config, [config.assignment(name)] if name else list(config.assignments.values())


def _run(
    config: Config,
    assignment: Assignment,
    path: Path,
    workers: Workers,
    *,
    which: Which,
    only: Any = (),
    seed: int | None = None,
    json_file: Path | None,
) -> Result:
    """Read, grade and show a submission; the record is written too when a file is given for it."""
    from autograder.reports.terminal import Terminal
    from autograder.submission import read

    submission = read(path, assignment)
    if seed is None:
        seed = 0
        if which == "all":
            from autograder.grading.seeds import seed_for

            seed = seed_for(config.root, submission.digest)
    from autograder.grading.run import grade as run

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
        records.write(json_file, json.dumps(result.to_json(), indent=1, ensure_ascii=False) + "\n")
    return result
