"""What the visible checks say of all that is asked for: what is missing, what is worth a look, what is there.

Missing is what the handout asks for by name. All else that a check has to say is worth a look: a work is
handed in with mistakes in it, too, and nobody should learn at the last minute that a tool will not let them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.course.config import Assignment
from autograder.course.words import counted
from autograder.results import CheckResult, Result


@dataclass(frozen=True)
class Finding:
    """Something that is not there or not right: what it is, what to do about it, and where."""

    text: str
    to_do: str = ""
    place: str = ""


@dataclass(frozen=True)
class Findings:
    """All that was found of a work; `there` has a sentence for each thing that is as it was asked for."""

    missing: tuple[Finding, ...]
    worth_a_look: tuple[Finding, ...]
    there: tuple[str, ...]


def findings(result: Result, assignment: Assignment, documents: Sequence[str]) -> Findings:
    """The verdicts of all visible checks, sorted by what is asked for.

    `documents` are files that people read. Where nothing is right about the report, one of them may be it:
    what the report lacks is then worth a look.
    """
    asked = assignment.hand_in
    report = [check for check in result.checks if check.id in asked.report]
    may_be_elsewhere = bool(documents) and not any(check.outcome == "pass" for check in report)
    needed = {*asked.needed, *(() if may_be_elsewhere else asked.report)}
    verdicts = [check for check in result.checks if check.id in needed]
    worth = [
        *_unfinished(result),
        *_undocumented(assignment, documents),
        *(_finding(check) for check in _notices(result, assignment) if check.id not in needed),
        *(_finding(check) for check in result.faults),
        *(Finding(each) for each in result.notices if not any(name in each for name in documents)),
    ]
    there = [
        *_finished(result),
        *(f"{name}: people read it." for name in documents),
        *(_said(check, assignment) for check in verdicts if check.outcome == "pass"),
    ]
    return Findings((*_unwritten(result), *_missing(verdicts)), tuple(worth), tuple(there))


def _missing(verdicts: Sequence[CheckResult]) -> Iterator[Finding]:
    """What failed; what waits for something else only where that is not told already."""
    failed = {check.unit for check in verdicts if check.outcome == "fail"}
    for check in verdicts:
        if check.outcome == "fail" or (check.outcome == "blocked" and check.unit not in failed):
            yield _finding(check)


def _notices(result: Result, assignment: Assignment) -> Iterator[CheckResult]:
    for check in result.checks:
        if check.outcome == "fail" and check.is_notice and _is_for_people(check, assignment):
            yield check


def _is_for_people(check: CheckResult, assignment: Assignment) -> bool:
    """Whether a check is about report or notebook: its unit has no files of code."""
    return not assignment.units[check.unit].files


def _undocumented(assignment: Assignment, documents: Sequence[str]) -> Iterator[Finding]:
    for ending, text in assignment.hand_in.documents.items():
        if text and not any(name.lower().endswith(ending) for name in documents):
            yield Finding(f"There is no {ending[1:].upper()} beside your work.", text)


def _unwritten(result: Result) -> Iterator[Finding]:
    """Code of which nothing is right, or nothing is there."""
    checks = result.counted
    if not checks or any(check.outcome in ("pass", "fault") for check in checks):
        return
    if any(check.outcome == "fail" and check.started for check in checks):
        yield Finding(_code(result), _look(result))
    else:
        yield Finding("No code is written yet: every TODO is still there.", "Is this the right folder?")


def _unfinished(result: Result) -> Iterator[Finding]:
    if not next(_finished(result), "") and next(_unwritten(result), None) is None:
        yield Finding(_code(result), f"{_look(result)} Code is taken as it is.")


def _finished(result: Result) -> Iterator[str]:
    if all(check.outcome == "pass" for check in result.counted):
        yield _code(result)


def _code(result: Result) -> str:
    checks = result.counted
    passed = sum(check.outcome == "pass" for check in checks)
    points = f"{result.score:g} of {result.max_score:g} points here"
    return f"{passed} of {counted(len(checks), 'check')} of the code pass: {points}."


def _look(result: Result) -> str:
    return f"`check {result.assignment}` says what is next."


def _finding(check: CheckResult) -> Finding:
    return Finding(check.message, check.hint, check.place)


def _said(check: CheckResult, assignment: Assignment) -> str:
    more = check.message and _is_for_people(check, assignment)
    return f"{check.title}: {check.message}" if more else f"{check.title}."
