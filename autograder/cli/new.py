"""`autograder new`: the first form of a check, a mistake, an alternative or an assignment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from autograder.cli.options import AssignmentName, assignment_named

if TYPE_CHECKING:
    from autograder.course.config import Config
    from autograder.course.skeletons import Written

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Write the first form of a check, a mistake, an alternative or an assignment.",
)

File = Annotated[
    str, Option("--file", metavar="FILE", help="a file of the solution [the unit's, if it has but one]")
]


@app.command()
def check(
    assignment: AssignmentName,
    name: Annotated[str, Argument(metavar="UNIT::NAME", help="as loop::state_is_finite")],
    points: Annotated[float, Option(help="0 makes it a notice: shown, never counted")] = 1,
    visibility: Annotated[str, Option(help="visible: students have it; or hidden")] = "visible",
    title: Annotated[str, Option(help="what students read [the name as a sentence]")] = "",
    needs: Annotated[
        list[str] | None, Option(metavar="NAME", help="a check that must pass first; may be repeated")
    ] = None,
    after: Annotated[
        str | None, Option(metavar="NAME", help="the check to follow in the file [the unit's last]")
    ] = None,
) -> None:
    """Write a check and its line in grading_config.yaml."""
    from autograder.course import skeletons
    from autograder.course.config import ConfigError

    config, entry = assignment_named(assignment)
    unit, colons, own = name.partition("::")
    if not colons:
        raise ConfigError(
            f"A check is named UNIT::NAME, unlike {name!r}; the units are: {', '.join(entry.units)}."
        )
    own = own.removeprefix("test_")
    new = skeletons.NewCheck(unit, own, points, visibility, title, needs or (), after)
    _show(config, skeletons.check(config, entry, new))
    where = f"solutions/{entry.name}"
    _next([f"{'check' if visibility == 'visible' else 'grade'} {entry.name} {where} --only {new.id}"])


@app.command()
def mistake(
    assignment: AssignmentName,
    unit: Annotated[str, Argument(metavar="UNIT", help="whose checks it must lose")],
    name: Annotated[str, Argument(metavar="ID", help="as A7-LOOP-12")],
    file: File = "",
    old: Annotated[
        str, Option(metavar="TEXT", help="what is wrong in it: once in the solution [its first line]")
    ] = "",
    new: Annotated[str | None, Option(metavar="TEXT", help="what stands there instead [the same]")] = None,
    said: Annotated[str, Option("--mistake", metavar="TEXT", help="what is wrong, a sentence")] = "",
    hint: Annotated[str, Option(metavar="TEXT", help="a question that leads to it")] = "",
) -> None:
    """Write a wrong submission, as a change to the solution."""
    from autograder.audit import additions

    config, entry = assignment_named(assignment)
    change = additions.NewMistake(unit, name, file, old, new, said, hint)
    _show(config, [additions.mistake(config, entry, change)])
    _next([f"audit {entry.name}"])


@app.command()
def alternative(
    assignment: AssignmentName,
    name: Annotated[str, Argument(metavar="NAME", help="as packed_sequences")],
    file: File = "",
    only: Annotated[
        list[str] | None,
        Option(metavar="NAME", help="a class or function that it changes [all]; may be repeated"),
    ] = None,
    allowed_by: Annotated[
        str, Option("--allowed-by", metavar="TEXT", help="the words of the handout that allow it")
    ] = "",
) -> None:
    """Write a correct submission of another shape."""
    from autograder.audit import additions

    config, entry = assignment_named(assignment)
    _show(config, [additions.alternative(config, entry, name, file, only or (), allowed_by)])
    _next([f"audit {entry.name}"])


@app.command()
def assignment(
    name: Annotated[str, Argument(metavar="NAME", help="as leaky_units")],
    title: Annotated[str, Option(help="what students read [the name]")] = "",
) -> None:
    """Write an assignment that works, to go on from."""
    from autograder.course import starter
    from autograder.course.config import nearest

    config = nearest()
    _show(config, starter.assignment(config, name, title))
    _next(["templates", f"check {name} solutions/{name}", f"check {name}", f"audit {name} --table"])


def _show(config: Config, written: Iterable[Written]) -> None:
    """Say what was written, in a form that terminals and editors open at its line."""
    for each in written:
        typer.echo(f"{each.path.relative_to(config.root).as_posix()}:{each.line}")


def _next(commands: Iterable[str]) -> None:
    for word, command in zip(("next", *[""] * 9), commands, strict=False):
        typer.echo(f"{word:4}  autograder {command}")
