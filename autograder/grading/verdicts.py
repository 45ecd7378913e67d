"""The verdict that an error of a check stands for, in the words that a student reads."""

from __future__ import annotations

import functools
import re

from autograder.checks import CannotJudge, Mismatch, NotStarted, StudentFailure, StudentRaised, StudentStopped
from autograder.diagnosis.traced import TracedStudent
from autograder.grading.collect import Planned
from autograder.results import NOT_STARTED, CheckResult
from autograder.sandbox import SandboxFault
from autograder.submission import Submission
from autograder.submission.hints import missing_file, quoted

ENDLESS = "Which loop goes on for ever: what ends it, and does every turn come nearer to that?"
TOO_LARGE = "What your code returned takes too much memory to be judged."


def verdict_of(
    check: Planned,
    error: BaseException | None,
    submission: Submission,
    student: TracedStudent,
    seconds: float,
) -> CheckResult:
    """The verdict that an error of a check stands for; none is a pass."""
    verdict = functools.partial(check.verdict, seconds=seconds)
    if error is None:
        return verdict("pass")
    if isinstance(error, Mismatch):
        place = error.place or _asked(error.message, submission, student)
        started = not isinstance(error, NotStarted)
        place = place or ("" if started else submission.place_of_blank(error.message))
        message = _without_texts(error) if check.entry.visibility == "hidden" else error.message
        return verdict("fail", message, hint=error.hint, place=place, started=started)
    if isinstance(error, StudentRaised):
        place = submission.place(*error.frames[-1]) if error.frames else _refusing(error, submission, student)
        if error.kind == "NotImplementedError" and error.frames and submission.is_stub(*error.frames[-1]):
            return verdict("fail", NOT_STARTED, place=place, started=False)
        about, owners = student.about(), [submission.owner(*frame) for frame in error.frames]
        # The outermost frame of what a function of the student's own decorates is that function's.
        who = about if about in owners or not owners else owners[0]
        who = who or "The code"
        # The text may hold the numbers that the code was given, which nobody sees of a hidden check.
        shown = check.entry.visibility == "visible"
        said = quoted(error.kind, error.text) if shown else error.kind
        hint = submission.hint_for(error, quote=shown)
        files = [filename for filename, _ in error.frames]
        waits = who == files[0] != files[-1] if files else False  # while one file imported another
        whole = f"{who} waits for {files[-1]}, which raised {said}" if waits else f"{who} raised {said}"
        span = error.span if error.frames else None
        if shown and (file := missing_file(error.kind, error.text)):
            whole = f"{who} opens a file that is not there: {file}."
        unset = error.unset
        if unset is not None and shown and (file := missing_file(unset.kind, unset.text)):
            place, span = submission.place(*unset.frame), None  # where it is opened, not where it is needed
            whole = f"{who} needs {unset.name}, which comes from a file that is not there: {file}."
            hint = submission.hint_for(StudentRaised(unset.kind, unset.text, (unset.frame,)))
        return verdict("fail", whole, hint=hint, place=place, span=span)
    if isinstance(error, StudentFailure):
        place = _asked("", submission, student)
        broken = submission.broken_at(place)
        hint, span = (broken.hint, broken.span) if broken is not None else ("", None)
        if isinstance(error, StudentStopped) and "did not finish" in error.sentence:
            hint = ENDLESS
            place = submission.place(*submission.turning(error.frames)) if error.frames else place
        return verdict("fail", error.sentence, hint=hint, place=place, span=span)
    if isinstance(error, MemoryError):
        return verdict("fail", TOO_LARGE, place=_asked("", submission, student))
    said = (
        str(error) if isinstance(error, (SandboxFault, CannotJudge)) else f"{type(error).__name__}: {error}"
    )
    return verdict("fault", said if isinstance(error, CannotJudge) else f"The grader failed here: {said}")


def _asked(sentence: str, submission: Submission, student: TracedStudent) -> str:
    """The place of what gave the value that a sentence is about: a function, a class, or its one method."""
    name = student.about(sentence)
    return submission.place_of(name, student.method_of(name, sentence))


def _refusing(error: StudentRaised, submission: Submission, student: TracedStudent) -> str:
    """The place of what did not even begin: "LSTMCell.forward() takes 2 positional arguments but 3 …"."""
    called = _CALLED.match(error.text)
    if called is not None and (place := submission.place_of(called[1], called[2])):
        return place
    return submission.place_of(student.about())


_CALLED = re.compile(r"(\w+)\.(\w+)\(\) ")


def _without_texts(error: Mismatch) -> str:
    """The message without the texts of the student's exceptions that it came from."""
    message, seen = error.message, error.__context__
    while seen is not None:
        if isinstance(seen, StudentRaised) and seen.text:
            message = message.replace(f": {seen.text}", "").replace(seen.text, "…")
        seen = seen.__context__
    return message
