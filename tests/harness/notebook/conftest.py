"""A course of assignment 7's notices alone, and a notebook that was really run, with the small budget."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from nbformat import NotebookNode

from autograder import grading
from autograder.checks import Mismatch
from autograder.checks.student import Student
from autograder.course import config, templates
from autograder.results import CheckResult
from autograder.sandbox import Limits, Module, Program, Workers
from autograder.submission import Submission, read
from autograder.submission.outputs import CellOutput, Outputs
from tests.harness import files
from tests.visible.a7_sequence_modeling.support.record import MARKER

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
STARTED = """
def test_{unit}_is_started(student):
    student.{ask}
"""
ASK = {  # one thing that a stub of each unit cannot do
    "collate": 'call("build_vocab", ["ab"])',
    "cells": 'new("LSTMCell", 3, 2)',
    "loop": 'new("DeepRNN", "lstm", 3, 2)',
    "paradigms": 'new("OneToOne", 5, 4)',
}


def own_cells(notebook: NotebookNode) -> NotebookNode:
    """A notebook without the cells that check it and draw: no course lies beside it."""
    own = [cell for cell in notebook.cells if not cell.id.startswith("check")]
    notebook.cells = [cell for cell in own if not cell.source.startswith("picture(")]
    return notebook


class Course:
    """Grades submissions with the notices of notebook and report, and one check per unit of code."""

    def __init__(self, root: Path, workers: Workers) -> None:
        self.root, self.workers = root, workers
        data = yaml.safe_load((ROOT / config.FILE_NAME).read_text(encoding="utf-8"))
        units = data["assignments"][A7]["units"]
        folder = root / "tests" / "visible" / A7
        folder.mkdir(parents=True)
        shutil.copytree(ROOT / "tests" / "visible" / A7 / "support", folder / "support")
        for unit in units:
            if unit in ("notebook", "report"):
                shutil.copy(ROOT / "tests" / "visible" / A7 / f"test_{unit}.py", folder)
            else:
                units[unit]["checks"] = {f"{unit}_is_started": {"points": 1, "visibility": "visible"}}
                (folder / f"test_{unit}.py").write_text(STARTED.format(unit=unit, ask=ASK[unit]))
        data["assignments"] = {A7: data["assignments"][A7]}
        (root / config.FILE_NAME).write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        self.config = config.load(root)
        self.assignment = self.config.assignment(A7)

    def grade(self, folder: Path, *only: str) -> dict[str, CheckResult]:
        """The verdicts on a submission by id."""
        result = grading.grade(
            self.config,
            self.assignment,
            read(folder, self.assignment),
            workers=self.workers,
            seed=0,
            which="visible",
            only=only,
        )
        return {check.id: check for check in result.checks}


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory, portable: Workers) -> Course:
    return Course(tmp_path_factory.mktemp("course"), portable)


@pytest.fixture(scope="session")
def student(portable: Workers) -> Iterator[Student]:
    """A student with the solution's networks."""
    modules = templates.solved_modules(ROOT, A7)
    program = Program(
        tuple(Module(name.removesuffix(".py"), name, text) for name, text in modules.items()),
        {"AuthorClassifier": "loop", "DeepRNN": "loop"},
    )
    with Student(portable, program, limits=Limits()) as student:
        yield student


@pytest.fixture(scope="session")
def run_notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The solution's notebook after a quick run on the synthetic texts, as Jupyter would save it."""
    return files.run_notebook(own_cells(templates.solved_notebook(ROOT, A7)), tmp_path_factory.mktemp("run"))


@pytest.fixture
def record() -> dict[str, Any]:
    """What the last cell records of a good run; its parameter counts are those of the solution."""
    networks = {
        "rnn": {"parameters": 14_723, "losses": [1.0, 0.93], "accuracy": 0.557},
        "lstm": {"parameters": 39_491, "losses": [0.9, 0.612], "accuracy": 0.718},
        "gru": {"parameters": 31_235, "losses": [0.9, 0.571], "accuracy": 0.746},
        "deep_lstm": {"parameters": 72_515, "losses": [0.95, 0.66], "accuracy": 0.701},
    }
    return {
        "texts": "Project Gutenberg",
        "quick": False,
        "vocab_size": 98,
        "hidden_size": 64,
        "majority": 0.544,
        "networks": networks,
        "one_to_one": 0.564,
        "many_to_one": 0.72,
        "sentences": {"shakespeare": ["O, speak again.", "Nay, go."], "poe": ["It was dim.", "I fell."]},
        "text": "The summer" + "x" * 150,
    }


@pytest.fixture
def outputs(record: dict[str, Any]) -> Outputs:
    """The outputs of a notebook of three cells that was run in full."""
    closing = f"{MARKER}{json.dumps(record)}\n"
    return Outputs("assignment.ipynb", (cell(2, 1), cell(3, 2, pictures=1), cell(5, 3, text=closing)))


def handed_in(outputs: Outputs | None = None, report: str | None = None) -> Submission:
    """A submission of nothing but what people read."""
    return Submission(Program((), {}), "", report=report, report_name="report.md", outputs=outputs)


def complaint(finding: Callable[..., object], *arguments: object) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        finding(*arguments)
    return caught.value


def cell(number: int, count: int | None, text: str = "", **more: Any) -> CellOutput:
    plain = CellOutput(number=number, empty=False, count=count, text=text, pictures=0, error="")
    return dataclasses.replace(plain, **more)


Change = Callable[[Any], object]
