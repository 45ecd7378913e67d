"""The pictures of a submission, for its page: its code runs in a worker, on numbers that anybody may see."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from autograder.checks import Draw, Mismatch, Student, StudentFailure, StudentRaised
from autograder.course.config import Assignment, ConfigError
from autograder.course.words import listed
from autograder.pictures.measure import Measure
from autograder.pictures.offers import Offer, assignments, offers
from autograder.pictures.picture import NoPicture
from autograder.reports.html import environment
from autograder.sandbox import Program, Workers
from autograder.sandbox.wire.text import sentence

TOTAL_SECONDS = 60.0  # no picture is begun later
_TEMPLATE = "pictures.html"
_MOST = 400  # characters of a reason
_SOURCE = Path(__file__).with_name("measured.py")
_NAMES = ("picture_states", "picture_distance", "picture_loss", "picture_loss_of_model", "picture_norms")


class InWorker(Measure):
    """Measures a student's objects where they live; what it gives is as little to be believed as they are."""

    def __init__(self, student: Student) -> None:
        self._student = student

    def _ask(self, name: str, *args: Any, **options: Any) -> object:
        return self._student.call(name, *args, grad=True, **options)


def require(root: Path, assignment: Assignment) -> None:
    """Raises ConfigError where the assignment offers no pictures."""
    if not offers(root, assignment.name).by_name:
        raise ConfigError(
            f"{assignment.name} has no pictures; there are some of {listed(assignments(root))}."
        )


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


def page(assignment: Assignment, pictures: Sequence[str]) -> str:
    """A page with nothing but pictures, which are safe HTML."""
    template = environment(jinja2.PackageLoader("autograder.pictures", "")).get_template(_TEMPLATE)
    return template.render(assignment=assignment, pictures=[Markup(each) for each in pictures])


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
