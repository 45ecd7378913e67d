"""What all tests of the harness share: a plain terminal, workers, and a small course with made-up checks."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from autograder import cli, sandbox
from autograder.course import config
from autograder.course.config import Assignment, Config
from autograder.sandbox import ForkedWorkers, PortableWorkers, Workers, ZygoteWorkers
from tests.harness.files import Files, lay

os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch reads it: tests run side by side keep all cores busy
CONFIG = """
assignments:
  demo:
    title: A demonstration
    limits: {{call_seconds: 5, total_seconds: {total_seconds}}}
    units:
      cells:
        title: Cells
        files: {{cells.py: [Cell, Other]}}
        checks:
{cells}
      loop:
        title: Loop
        files: {{loop.py: [Loop]}}
        checks:
{loop}
"""
PASSES = "def test_{name}():\n    '''{name} is right.'''\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="the tests that take long, and no others")


def pytest_configure() -> None:
    """Let what tests start hear Ctrl-C, to which a shell makes deaf what it runs in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()  # until all is loaded: next to nothing of that is garbage


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is marked thorough to `--thorough`, and the rest to a run without it."""
    wanted = config.getoption("--thorough")
    others = [item for item in items if (item.get_closest_marker("thorough") is not None) != wanted]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in set(others)]


def pytest_collection_finish() -> None:
    """Leave what is loaded out of every collection: no fork has to copy it then to look for garbage."""
    gc.freeze()
    gc.enable()


# Workers are shared by all tests of a process: starting one costs an import of torch.


@pytest.fixture(scope="session")
def locked() -> Iterator[Workers]:
    """Locked-down workers; where a layer is missing, the tests that need it skip by themselves."""
    if sys.platform != "linux":
        pytest.skip("locked-down workers need Linux")
    with ZygoteWorkers() as workers:
        yield workers


@pytest.fixture(scope="session")
def portable() -> Iterator[Workers]:
    with PortableWorkers() as workers:
        yield workers


@pytest.fixture(scope="session")
def forked() -> Iterator[Workers]:
    if sys.platform != "linux":
        pytest.skip("forked workers need Linux")
    with ForkedWorkers() as workers:
        yield workers


def patient(assignment: Assignment) -> Assignment:
    """An assignment with limits of the wall clock that no other work on the machine uses up."""
    longer = {"call_seconds": 120.0, "import_seconds": 120.0, "total_seconds": 1200.0}
    limits = assignment.limits.model_copy(update=longer)
    return assignment.model_copy(update={"limits": limits})


@dataclass
class Course:
    """A root with the assignment `demo`; `checks` maps "visible/cells" to the text of its check file."""

    root: Path
    total_seconds: float = 60

    def write(self, checks: Mapping[str, str], entries: Mapping[str, list[str]]) -> None:
        lines = {
            unit: "\n".join(f"          {each}" for each in entries.get(unit, []))
            for unit in ("cells", "loop")
        }
        empty = "          {}"
        text = CONFIG.format(
            total_seconds=self.total_seconds, cells=lines["cells"] or empty, loop=lines["loop"] or empty
        )
        (self.root / "grading_config.yaml").write_text(text)
        for name, source in checks.items():
            kind, unit = name.split("/")
            folder = self.root / "tests" / kind / "demo"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"test_{unit}.py").write_text(
                "from autograder.checks import Mismatch, expect, fresh_worker, needs\n\n"
                + textwrap.dedent(source)
            )

    @property
    def config(self) -> Config:
        return config.load(self.root)

    @property
    def demo(self) -> Assignment:
        return self.config.assignment("demo")

    def hand_in(self, files: Files, folder: str = "work") -> Path:
        plain = {
            name: textwrap.dedent(content) if isinstance(content, str) else content
            for name, content in files.items()
        }
        return lay(self.root / folder, plain)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = Course(tmp_path)
    made.write(
        {"visible/cells": PASSES.format(name="one")}, {"cells": ["one: {points: 1, visibility: visible}"]}
    )
    return made


@pytest.fixture
def shared_workers(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """What a command that runs in this process starts as its workers are those that all tests share."""

    def shared(name: str) -> contextlib.nullcontext[Workers]:
        workers: Workers = request.getfixturevalue(name if sys.platform == "linux" else "portable")
        return contextlib.nullcontext(workers)  # they do not end with the command

    monkeypatch.setattr(sandbox, "fastest", lambda: shared("forked"))
    monkeypatch.setattr(sandbox, "safest", lambda device: shared("locked"))
    monkeypatch.setenv("AUTOGRADER_DATA", os.environ.get("AUTOGRADER_DATA", ""))  # commands set it
    yield
    gc.enable()  # a command that ends early leaves that to the end of its process


Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(shared_workers: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """`autograder WORDS` in a folder, but in this process: exit code, what it says, what it complains of."""

    def run(folder: Path, *words: object) -> tuple[int, str, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def notebook() -> Callable[..., str]:
    """The text of a notebook; a str is a code cell, a tuple of one str a Markdown cell."""

    def make(*cells: str | tuple[str]) -> str:
        made = [
            v4.new_code_cell(textwrap.dedent(cell).strip("\n"))
            if isinstance(cell, str)
            else v4.new_markdown_cell(*cell)
            for cell in cells
        ]
        return nbformat.writes(v4.new_notebook(cells=made))

    return make


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of a terminal decide how wide and how coloured the output is that a test reads."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "PY_COLORS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
