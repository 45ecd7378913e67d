"""Students made of whole submissions, whose code runs in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from autograder.audit import corpus
from autograder.checks import Student
from autograder.course import config
from autograder.sandbox import Limits
from autograder.sandbox.host.inprocess import InProcessWorkers
from autograder.submission import read

ROOT = Path(__file__).parents[3]


@pytest.fixture
def student_of(tmp_path: Path) -> Iterator[Callable[[str, Mapping[str, str]], Student]]:
    """student_of(assignment, files) → the student who handed these files in."""
    course = config.load(ROOT)
    with InProcessWorkers() as workers:

        def make(assignment: str, files: Mapping[str, str]) -> Student:
            folder = corpus.materialise(files, tmp_path / f"work{len(list(tmp_path.iterdir()))}")
            program = read(folder, course.assignment(assignment)).program
            return Student(workers, program, limits=Limits())

        yield make
