"""What the verdicts of a class count for: waivers, overrides, and the sheet of the course system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from autograder.cli.class_options import ClassFolder, class_named
from autograder.cli.options import DONE, AssignmentName, ConfigFile, say

if TYPE_CHECKING:
    from autograder.classroom.marks import Grade
    from autograder.classroom.overrides import Decision

CheckName = Annotated[str, Argument(metavar="CHECK", help="as loop::padding_changes_nothing")]
Reason = Annotated[str, Option(metavar="TEXT", help="why; it stands on the feedback")]


def waive(
    assignment: AssignmentName,
    folder: ClassFolder,
    check: CheckName,
    reason: Reason,
    person: Annotated[str, Option(metavar="PERSON", help="student number, address or name [everybody]")] = "",
    drop: Annotated[
        bool, Option("--drop", help="take its points out of what can be reached, instead of giving them")
    ] = False,
    config_file: ConfigFile = None,
) -> int:
    """Give everybody, or one person's group, all points of a check, whatever came of it.

    It is written into DIR/overrides.yaml; to take it back, delete its line there.
    """
    from autograder.classroom.overrides import DROP, FULL, Decision

    points = DROP if drop else FULL
    decision = Decision(check=check, points=points, reason=_told(reason), person=person)
    return _decide(assignment, folder, decision, config_file)


def override(
    assignment: AssignmentName,
    folder: ClassFolder,
    person: Annotated[str, Argument(metavar="PERSON", help="student number, address or name")],
    check: CheckName,
    points: Annotated[float, Argument(metavar="POINTS", min=0)],
    reason: Reason,
    config_file: ConfigFile = None,
) -> int:
    """Give one person's submissions other points for a check; a group's count for all its people.

    It is written into DIR/overrides.yaml; to take it back, delete its line there.
    """
    from autograder.classroom.overrides import Decision

    decision = Decision(check=check, points=points, reason=_told(reason), person=person)
    return _decide(assignment, folder, decision, config_file)


def gradebook(
    assignment: AssignmentName,
    folder: ClassFolder,
    sheet: Annotated[
        Path,
        Argument(
            metavar="SHEET",
            help="as downloaded: Canvas's gradebook, Moodle's grading worksheet or Gradescope's grades",
        ),
    ],
    out: Annotated[Path, Option(metavar="FILE", help="for the sheet with the grades")],
    column: Annotated[str, Option(metavar="NAME", help="which column gets the grades [found out]")] = "",
    checks_alone: Annotated[
        bool, Option("--checks-alone", help="the points of the checks, without people's and without lateness")
    ] = False,
    comments: Annotated[
        bool, Option("--comments", help="what failed, too, in Moodle's column for feedback")
    ] = False,
    config_file: ConfigFile = None,
) -> int:
    """Put a class's grades into the sheet that you downloaded; all else in it stays as it is."""
    from autograder import records
    from autograder.classroom import marks
    from autograder.classroom.gradebook import filled
    from autograder.course.config import ConfigError

    _, entry = class_named(assignment, folder, config_file)
    if out.exists() and sheet.exists() and out.samefile(sheet):
        raise ConfigError(f"{out} is the sheet itself: give the new one another name.")
    content, said = filled(
        sheet, entry, marks.read(folder, entry), column=column, checks_alone=checks_alone, comments=comments
    )
    records.write_bytes(out, content)
    for sentence in [*said, f"Written: {out}."]:
        say(sentence)
    return DONE


def _decide(assignment: str, folder: Path, decision: Decision, config_file: Path | None) -> int:
    """Write a decision down, say whose points it changes, and renew what depends on them."""
    from autograder.classroom import marks, overrides, pages

    config, entry = class_named(assignment, folder, config_file)
    before = {grade.handed.id: grade for grade in marks.read(folder, entry)}
    overrides.add(folder, decision, entry, [grade.handed for grade in before.values()])
    changed = [
        (before[grade.handed.id], grade)
        for grade in marks.read(folder, entry)
        if _counted(grade) != _counted(before[grade.handed.id])
    ]
    for old, new in changed[:20]:
        say(f"{new.handed.names}: {_shown(old)} → {_shown(new)}")
    say(f"The points of {len(changed)} of {len(before)} submissions change.")
    for sentence in pages.write(folder, config, entry):
        say(sentence)
    return DONE


def _counted(grade: Grade) -> tuple[float, float, float]:
    return grade.score, grade.pending, grade.max_score


def _shown(grade: Grade) -> str:
    pending = f", {grade.pending:g} pending" if grade.pending else ""
    return f"{grade.score:g} of {grade.max_score:g}{pending}"


def _told(reason: str) -> str:
    """A reason that says something. Raises ConfigError."""
    from autograder.course.config import ConfigError

    if not reason.strip():
        raise ConfigError("--reason must say why: it stands on the feedback.")
    return reason.strip()
