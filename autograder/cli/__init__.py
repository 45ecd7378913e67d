"""The command line. Everything heavy is imported by the command that needs it, so that it answers at once.

grading    check: one's own work
submission grade: one submission, every check
replay     a grading again, from its record
submit     the file that a student uploads
pictures   what a student's models do
classroom  class: many submissions
people     rubric: what people grade of a class
points     waive, override, gradebook: what a class's verdicts count for
course     templates, zip, doctor: what is made of a course, and the machine
handout    handout: what students download
auditing   audit and calibrate: known submissions against every check
new        the first form of a check, a mistake, an alternative or an assignment
class_options  what those about a class take
options    arguments and options that several commands take, and what they mean
"""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import NoReturn

import typer

from autograder.cli.options import DONE, FAULT, INTERRUPTED, WRONG, complain

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback()  # without it, a handout's one command would have no name
def autograder() -> None:
    """Check and grade assignments on recurrent networks."""


COMMANDS = {  # where each is made; a handout has those of students and lacks the files of all others
    "check": "grading.check",
    "submit": "submit.submit",
    "pictures": "pictures.pictures",
    "grade": "submission.grade",
    "replay": "replay.replay",
    "class": "classroom.class_command",
    "rubric": "people.rubric",
    "similar": "classroom.similar",
    "waive": "points.waive",
    "override": "points.override",
    "gradebook": "points.gradebook",
    "templates": "course.templates",
    "zip": "course.zip_command",
    "handout": "handout.handout",
    "audit": "auditing.audit",
    "calibrate": "auditing.calibrate",
    "doctor": "course.doctor",
    "new": "new.app",
}
for _name, _place in COMMANDS.items():
    _module, _, _made = _place.partition(".")
    if find_spec(f"{__name__}.{_module}") is not None:
        _command = getattr(import_module(f"{__name__}.{_module}"), _made)
        if isinstance(_command, typer.Typer):
            app.add_typer(_command, name=_name)
        else:
            app.command(_name)(_command)


def main() -> NoReturn:
    """Run one command. Exits with 0 done, 1 a check failed, 2 wrong call or unreadable input, 3 a fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot show stops nothing
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
        complain(f"{error.format_message().removesuffix('.')}. Try --help.")
        return WRONG
    from autograder.course.config import ConfigError
    from autograder.records import Unwritten
    from autograder.submission import Unreadable

    if os.environ.get("AUTOGRADER_DEBUG"):
        raise error
    if isinstance(error, (ConfigError, Unreadable)):
        complain(str(error))
        return WRONG
    if isinstance(error, Unwritten):
        complain(str(error))
        return FAULT if error.is_fault else WRONG
    said = str(error).removesuffix(".")
    complain(f"The grader failed: {type(error).__name__}: {said}. AUTOGRADER_DEBUG=1 shows where.")
    return FAULT
