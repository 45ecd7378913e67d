"""Arguments and options that several commands take, what they mean, and the exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from autograder import records

if TYPE_CHECKING:
    from autograder.course.config import Assignment, Config

DONE, FAILED, WRONG, FAULT, INTERRUPTED = 0, 1, 2, 3, 130

AssignmentName = Annotated[str, Argument(metavar="ASSIGNMENT", help="a folder of templates/")]
Json = Annotated[
    Path | None, Option("--json", metavar="FILE", dir_okay=False, help="write the record of every check here")
]
ConfigFile = Annotated[
    Path | None, Option("--config", metavar="FILE", help="a second configuration, which extends the first")
]


def assignment_named(name: str, file: Path | None = None) -> tuple[Config, Assignment]:
    """The course of a configuration file, or that the command is run in, and one of its assignments."""
    from autograder.course.config import nearest

    config = nearest(file)
    return config, config.assignment(name)


def refuse_device(device: str) -> None:
    """Raise ConfigError for a device that is not there."""
    from autograder.course.config import ConfigError
    from autograder.sandbox.host.devices import objection

    if why := objection(device):
        raise ConfigError(why)


def write_json(path: Path, record: Any) -> None:
    """Put a record into a file, as `--json` asks for it."""
    records.write(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def say(sentence: str) -> None:
    """Say a sentence on stdout, whatever its encoding."""
    from autograder.reports.lines import printable

    typer.echo(printable(sentence, sys.stdout.encoding or "ascii"))


def complain(sentence: str) -> None:
    """Say a sentence on stderr, whatever its encoding."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(sentence.encode(encoding, "replace").decode(encoding) + "\n")
