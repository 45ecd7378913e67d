"""A student made of source texts, run in this process."""

from collections.abc import Callable, Iterator

import pytest

from autograder.checks.student import Student
from autograder.sandbox import Limits, Module, Program
from autograder.sandbox.host.inprocess import InProcessWorkers
from tests.harness.checks.helpers import HOMES, solution


def pytest_configure(config: pytest.Config) -> None:
    for mark in ("needs(*checks)", "fresh_worker"):
        config.addinivalue_line("markers", f"{mark}: read by the grading plugin")


@pytest.fixture
def make_student() -> Iterator[Callable[..., Student]]:
    """make_student(cells=…, loop=…): the solution where no source is given."""
    with InProcessWorkers() as workers:

        def make(**sources: str) -> Student:
            texts = {name: sources.get(name) or solution(name) for name in ("cells", "loop")}
            modules = tuple(Module(name, f"{name}.py", text) for name, text in texts.items())
            return Student(workers, Program(modules, HOMES), limits=Limits())

        yield make
