"""Grading again as a record says, to show that a verdict holds: for an appeal."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from autograder.cli.grading import Data, use_texts
from autograder.cli.options import (
    DONE,
    FAILED,
    FAULT,
    ConfigFile,
    Json,
    assignment_named,
    refuse_device,
    say,
    write_json,
)

if TYPE_CHECKING:
    from autograder.results import Result

_MOST = 20  # lines of each kind


def replay(
    record: Annotated[
        Path, Argument(metavar="RECORD", help="what --json wrote, or DIR/results/ID.json of a class")
    ],
    submission: Annotated[Path, Argument(help="what was graded")],
    device: Annotated[str, Option(help="cpu, cuda or mps")] = "cpu",
    processes: Annotated[int, Option(min=1, help="units that run side by side")] = 2,
    data: Data = "",
    config_file: ConfigFile = None,
    json_file: Json = None,
) -> int:
    """Grade a submission again, with a record's numbers, and say which verdicts differ.

    Ends with 0 when all are the same, 1 when one differs, 3 when the grader itself failed.
    """
    gc.disable()  # as in check
    from autograder import sandbox

    use_texts(data)
    refuse_device(device)
    with sandbox.safest(device) as workers:
        before = _read(record)
        config, entry = assignment_named(before.assignment, config_file)
        from autograder.course.config import ConfigError
        from autograder.grading.run import grade
        from autograder.submission import read

        present = [check.id for check in before.checks if check.id in entry.checks]
        if not present:
            raise ConfigError(f"{record} has no verdict on a check that {entry.name} has today.")
        whole = any(check.visibility == "hidden" for check in before.checks)
        now = grade(
            config,
            entry,
            read(submission, entry),
            workers=workers,
            seed=before.seed,
            which="all" if whole else "visible",
            only=present,
            processes=processes,
        )
    if json_file is not None:
        write_json(json_file, now.to_json())
    return _tell(before, now)


def _tell(before: Result, now: Result) -> int:
    """Say what came out; the exit code."""
    from autograder.grading.comparison import circumstances, differences

    found = differences(before, now)
    count = len(before.checks)
    same = count - sum(each.before is not None for each in found)
    changed = circumstances(before, now)
    say(f"{same} of {count} verdicts are the same, with seed {before.seed}.")
    if changed:
        say("Not as it was then: " + " ".join(changed))
    elif found:
        say("Nothing that could explain it has changed: please report this as an error of the grader.")
    for each in found[:_MOST]:
        say(f"  {each.line}")
    if len(found) > _MOST:
        say(f"  … and {len(found) - _MOST} more")
    if now.faults:
        return FAULT
    return FAILED if found else DONE


def _read(path: Path) -> Result:
    """The result in a file. Raises ConfigError for a file that is no record."""
    from autograder.course.config import ConfigError
    from autograder.results import Result

    try:
        found: Any = json.loads(path.read_bytes())
        return Result.from_json(found)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}).") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigError(f"{path} is no record of a grading: `grade --json FILE` writes one.") from None
