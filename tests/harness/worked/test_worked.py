"""Examples to work out by hand: right code fits all of them, a mistake meets the smallest that shows it."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import time

import pytest

from autograder.audit import corpus
from autograder.checks import StudentStopped
from autograder.course import config, templates
from autograder.diagnosis.worked import Bench, Example, Examples, attempt
from tests.harness.sampling import these
from tests.harness.worked.conftest import ROOT
from tests.harness.worked.record import ASSIGNMENTS, place, text

A7 = "a7_sequence_modeling"
COURSE = config.load(ROOT)
CELL = """
import torch
from torch import nn

class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.W = nn.Parameter(torch.randn({shape}))
        self.U = nn.Parameter(torch.randn({inputs}))
        self.b = nn.Parameter(torch.randn(1, hidden_size))

    def forward(self, x, h):
        return {step}
"""


def bench(student_of, assignment, files):
    return Bench(Examples.read([place(assignment)]), student_of(assignment, files))


def changed(assignment, mistake):
    return next(each.files for each in corpus.mistakes(ROOT, assignment) if each.id == mistake)


def first_wrong(student_of, mistake, check, assignment=A7):
    return bench(student_of, assignment, changed(assignment, mistake)).first_wrong(
        check, time.monotonic() + 60
    )


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_files_hold_what_is_worked_out_here(assignment):
    assert place(assignment).read_text(encoding="utf-8") == text(assignment)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_idea_belongs_to_a_visible_check(assignment):
    examples, checks = Examples.read([place(assignment)]), COURSE.assignment(assignment).checks
    for pattern in examples.checks:
        about = fnmatch.filter(checks, pattern)
        assert any(checks[check].visibility == "visible" for check in about), pattern
    used = {idea for ideas in (*examples.checks.values(), *examples.after.values()) for idea in ideas}
    assert used == examples.ideas.keys() and examples.after.keys() <= used


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solution_gives_every_number_that_is_worked_out(student_of, assignment):
    examples = Examples.read([place(assignment)])
    student = student_of(assignment, templates.solved_modules(ROOT, assignment))
    for idea, several in examples.ideas.items():
        for example in several:
            assert attempt(student, example) is None, (idea, example.title)
            told = [step.at is not None for step in example.steps]
            wrong = tuple(
                dataclasses.replace(step, numbers=("other",)) if is_told else step
                for step, is_told in zip(example.steps, told, strict=True)
            )
            other = dataclasses.replace(example, steps=wrong, also=())
            found = attempt(student, other)
            assert found is not None and found.steps[-1].yours != ("nothing",), (idea, example.title)


RIGHT = [(each, right.name) for each in ASSIGNMENTS for right in corpus.overlays(ROOT, each)]
FEW = "fused_gates", "bias_as_a_column", "cells_written_inside_the_loop", "gru_without_biases"


@pytest.mark.parametrize(("assignment", "alternative"), these([(A7, few) for few in FEW], RIGHT))
def test_right_code_of_another_shape_is_never_called_wrong(student_of, assignment, alternative):
    """Right code of another shape may give no answer, and never a wrong one."""
    files = next(each.files for each in corpus.overlays(ROOT, assignment) if each.name == alternative)
    student = student_of(assignment, files)
    for idea, several in Examples.read([place(assignment)]).ideas.items():
        for example in several:
            assert attempt(student, example) is None, (idea, example.title)


def test_a_mistake_meets_its_steps_and_the_first_number_that_is_wrong(student_of):
    worked = first_wrong(student_of, "A7-GRU-01", "cells::gru_cell_follows_its_equations")
    assert worked is not None
    assert [(row.name, row.by_hand, row.yours) for row in worked.steps] == [
        ("z = r", ("0.731",), ()),
        ("h̃", ("0.432",), ()),
        ("new h", ("0.854",), ("1.578",)),
    ]
    assert worked.at == 0 and worked.numbers == 8


def test_a_mistake_of_another_class_is_not_shown_for_a_check(student_of):
    assert first_wrong(student_of, "A7-GRU-01", "cells::lstm_cell_follows_its_equations") is None


def test_a_bias_that_small_examples_do_not_see_is_met_by_a_later_one(student_of):
    worked = first_wrong(student_of, "A7-RNN-11", "cells::vanilla_cell_follows_its_equation")
    assert worked is not None and worked.given[-1].by_hand == ("1",)


@pytest.mark.parametrize(
    ("shape", "inputs", "step"),
    [
        (
            "hidden_size, hidden_size",
            "hidden_size, input_size",
            "torch.tanh(h @ self.W.T + x @ self.U.T + self.b)",
        ),
        (
            "hidden_size, hidden_size",
            "input_size, hidden_size",
            "torch.tanh(h @ self.W + x @ self.U + self.b)",
        ),
    ],
)
def test_weights_may_be_kept_in_any_form(student_of, shape, inputs, step):
    files = templates.solved_modules(ROOT, A7)
    files["cells.py"] += CELL.format(shape=shape, inputs=inputs, step=step)
    right = bench(student_of, A7, files)
    assert right.first_wrong("cells::vanilla_cell_follows_its_equation", time.monotonic() + 60) is None
    files["cells.py"] = files["cells.py"].replace("torch.tanh(h @", "torch.relu(h @")
    wrong = bench(student_of, A7, files)
    assert wrong.first_wrong("cells::vanilla_cell_follows_its_equation", time.monotonic() + 60) is not None


def test_code_that_raises_has_no_example(student_of):
    files = templates.solved_modules(ROOT, A7)
    files["cells.py"] = files["cells.py"].replace("z = torch.sigmoid(", "z = torch.nonsense(")
    found = bench(student_of, A7, files)
    assert found.first_wrong("cells::gru_cell_follows_its_equations", time.monotonic() + 60) is None


def test_nothing_is_tried_after_the_time_is_up(student_of):
    found = bench(student_of, A7, changed(A7, "A7-GRU-01"))
    assert found.first_wrong("cells::gru_cell_follows_its_equations", time.monotonic() - 1) is None


ANSWERS = [
    None,
    "text",
    "",
    {},
    [],
    [[[]]],
    True,
    float("nan"),
    10**5000,
    {"a": [1]},
    (1, 2, 3),
    "\x1b[31m\n" * 99,
]


class Answering:
    """A student whose function answers what it is told to."""

    def __init__(self, answer):
        self.answer = answer

    def call(self, *args, **kwargs):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_whatever_is_answered_can_be_shown(answer):
    steps = [["a", "", [1.0, 2.0], []], ["b", "", [3.0], [0, "key", 1]]]
    record = {"title": "anything", "given": [], "steps": steps, "ask": {"call": "f"}}
    worked = attempt(Answering(answer), Example.from_json(record))
    assert worked is not None
    assert all(each.isprintable() and len(each) <= 20 for row in worked.steps for each in row.yours)
    assert json.dumps(dataclasses.asdict(worked))


def test_a_call_that_does_not_end_ends_the_search():
    record = {"title": "anything", "given": [], "steps": [], "ask": {"call": "f"}}
    with pytest.raises(StudentStopped):
        attempt(Answering(StudentStopped("It ran too long.")), Example.from_json(record))
