"""Students made of whole submissions, whose code runs in this process."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from autograder.checks import Student
from autograder.course import templates
from autograder.diagnosis import asking, equations
from autograder.diagnosis.equations import Equations
from tests.harness.equations.record import ROOT, place
from tests.harness.worked.conftest import student_of  # noqa: F401

SENTENCE = re.compile("^Your (numbers|random numbers|texts) are exactly those of code in which ")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine costs no sentence here."""
    monkeypatch.setattr(equations, "SECONDS", 60.0)


@pytest.fixture
def told(student_of: Callable[[str, Mapping[str, str]], Student]) -> Callable[..., str]:  # noqa: F811
    """told(assignment, check, (old, new), …) → what is said of the solution with these changes."""

    def of(assignment: str, check: str, *changes: tuple[str, str]) -> str:
        files = templates.solved_modules(ROOT, assignment)
        for old, new in changes:
            assert any(old in text for text in files.values())
            files = {name: text.replace(old, new) for name, text in files.items()}
        known, student = Equations.read([place(assignment)]), student_of(assignment, files)
        ideas = (known.ideas[idea] for idea in asking.about(check, known.checks))
        found = next(filter(None, (idea.fit(student, {}) for idea in ideas)), None)
        return SENTENCE.sub("", found.sentence) if found else ""

    return of
