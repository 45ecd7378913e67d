"""The pictures of a submission, for its page: its code runs in a worker, on numbers that anybody may see."""

from __future__ import annotations

import html
import time
from pathlib import Path
from typing import Any

from autograder.checks import Draw, Mismatch, Student, StudentFailure, StudentRaised
from autograder.course.config import Assignment, ConfigError
from autograder.pictures.measure import Measure
from autograder.pictures.offers import Offer, offers
from autograder.pictures.picture import NoPicture
from autograder.sandbox import Program, Workers
from autograder.sandbox.wire.text import sentence

TOTAL_SECONDS = 60.0  # no picture is begun later
_MOST = 400  # characters of a reason
_SOURCE = Path(__file__).with_name("measured.py")
_NAMES = ("picture_states", "picture_distance", "picture_loss", "picture_loss_of_model", "picture_norms")


class InWorker(Measure):
    """Measures a student's objects where they live; what it gives is as little to be believed as they are."""

    def __init__(self, student: Student) -> None:
        self._student = student

    def _ask(self, name: str, *args: Any, **options: Any) -> object:
        return self._student.call(name, *args, grad=True, **options)


def require(root: Path, assignment: Assignment, page: Path | None) -> None:
    """Raises ConfigError where there is no page to show pictures on, or the assignment offers none."""
    if page is None:
        raise ConfigError("--pictures stand on a page: add --html FILE.")
    if not offers(root, assignment.name).by_name:
        raise ConfigError(f"{assignment.name} has no pictures: leave out --pictures.")


def pictures_of(root: Path, assignment: Assignment, program: Program, workers: Workers) -> list[str]:
    """Each picture as HTML, or a sentence that says why there is none."""
    until = time.monotonic() + TOTAL_SECONDS
    made = []
    with Student(workers, program, limits=assignment.limits.of_worker()) as student:
        student.provide("pictures_of_the_grader", _SOURCE.read_text(encoding="utf-8"), _NAMES)
        for name, offer in offers(root, assignment.name).by_name.items():
            late = time.monotonic() > until
            made.append(_missed(name, "there was no time left.") if late else _html(name, offer, student))
    return made


def _html(name: str, offer: Offer, student: Student) -> str:
    try:
        return offer.of_code(student, Draw(0), InWorker(student)).html()
    except StudentRaised as failure:
        if failure.kind == "NotImplementedError":
            return _missed(name, "it waits for something that is still to be written.")
        return _missed(name, f"your code raised {failure.sentence}")
    except (StudentFailure, Mismatch, NoPicture) as failure:
        return _missed(name, str(failure))
    except Exception as error:  # a page without a picture is still a page
        return _missed(name, f"the grader could not draw it ({type(error).__name__}).")


def _missed(name: str, reason: str) -> str:
    return f"<p>No picture of {html.escape(name)}: {html.escape(sentence(reason, _MOST))}</p>"
