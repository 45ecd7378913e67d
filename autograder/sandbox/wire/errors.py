"""What can go wrong while a student's code runs: theirs (`StudentFailure`) or ours (`SandboxFault`).

    SandboxFault           ours: before any code of the student's ran. A check that meets one is a fault.
    StudentFailure         theirs: no answer. A check that lets one pass on fails with its sentence.
    ├── StudentRaised      an exception of their code
    ├── StudentMissing     a name or a file that is not there
    └── StudentStopped     ended: time, memory, output, a crash, a forged answer
        └── StudentEnded   ended by nobody here: a crash, os._exit, or a kernel that is short of memory

Elsewhere in the house, and what becomes of it:

    values.Malformed       bytes that are no value    StudentStopped, in the grader (frames.TooLarge is one)
    checks.Mismatch        an answer, a wrong one     the check fails (NotStarted: and says so)
    checks.CannotJudge     no way to tell             the points are pending
    MemoryError            while an answer is judged  the check fails: it is too large
    any other exception    an error in a check        a fault

    submission.Unreadable  nothing to grade           exit code 2, with one sentence
    course.ConfigError     configuration, a name      exit code 2
    grading.GraderFault    checks that do not import  exit code 3
    records.Unwritten      a record cannot be written exit code 2, or 3 where the disk is full
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What an Unset may call by name: PAD, config.size, sizes['<pad>'].
PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\['[\w<>]+'\])*")


class SandboxFault(Exception):
    """The sandbox itself failed, before any code of the student's ran: never the student's fault."""


class StudentFailure(Exception):
    """The student's code did not give an answer. `sentence` says why, in words for the student."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Unset:
    """Why a name is not set, as the worker claims: the statement at `frame` was to set `root`, and failed.

    `name` is the name that was asked for: `root` itself, or one that is computed from it. Either may be an
    attribute or item of one (`PATH`).
    """

    name: str
    root: str
    frame: tuple[str, int]
    kind: str
    text: str


class StudentRaised(StudentFailure):
    """The student's code raised an exception.

    `kind` is the exception's type ("ValueError"), `text` its message (cleaned, capped), `frames` the places
    in the student's own files, outermost first: (file name, line number). No other frame is kept. `unset`
    explains a name that is not there. `span` are the columns of the last frame's line that it was at.
    """

    def __init__(
        self,
        kind: str,
        text: str,
        frames: tuple[tuple[str, int], ...] = (),
        unset: Unset | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(f"{kind}: {text}" if text else kind)
        self.kind, self.text, self.frames, self.unset, self.span = kind, text, frames, unset, span


class StudentMissing(StudentFailure):
    """A name or a file that the interface asks for is not there. `name` is that name."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


class StudentStopped(StudentFailure):
    """The worker was ended or ended itself: time, memory, output, a crash, os._exit, or a forged answer.

    `frames` holds the lines at which it was when its time was over, outermost first, if it told.
    """

    def __init__(self, sentence: str, frames: tuple[tuple[str, int], ...] = ()) -> None:
        super().__init__(sentence)
        self.frames = frames


class StudentEnded(StudentStopped):
    """The worker was gone: its code ended it, or somebody outside did. Only a second try can tell."""
