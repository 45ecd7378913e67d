"""Whatever a toolkit returns, at once or after some right answers, each check ends in a verdict."""

import importlib
from pathlib import Path

import pytest

from autograder.checks import Draw, Mismatch
from autograder.checks.student import Student
from autograder.course import templates
from autograder.course.config import load
from autograder.sandbox import Limits, Module, Program, StudentFailure
from autograder.sandbox.host.inprocess import InProcessWorkers

ROOT = Path(__file__).parents[3]
NAME = "sequence_toolkit"
SOLUTION = templates.solved_modules(ROOT, NAME)["toolkit.py"]
ASSIGNMENT = load(ROOT).assignments[NAME]
UNITS = {"packing": "run_packed", "tagger": "BiLSTMTagger", "accuracy": "token_accuracy"}
NAMES = [*UNITS.values(), "Seq2Seq", "teacher_forcing_loss"]
TARGETS = [*UNITS.items(), ("seq2seq", "Seq2Seq"), ("seq2seq", "teacher_forcing_loss")]
ANSWERS = {
    "nothing": "None",
    "text": "'logits'",
    "a huge number": "10 ** 5000",
    "not a number": "float('nan')",
    "infinity": "torch.tensor(float('inf'))",
    "an empty tensor": "torch.zeros(0)",
    "whole numbers": "torch.zeros(4, 7, 3, dtype=torch.int64)",
    "complex numbers": "torch.zeros(4, 7, 3, dtype=torch.complex64)",
    "half precision": "torch.zeros(4, 7, 3).half()",
    "NaN": "torch.full((4, 7, 3), float('nan'))",
    "a list": "[1, [2, [3, None]]]",
    "a pair of odd parts": "(torch.zeros(4, 7, 5), {'h': torch.zeros(1, 4, 5)})",
    "a pair of pairs": "((None, None), (torch.zeros(1, 4, 5), torch.zeros(1, 4, 5), 1))",
    "zeros": "(torch.zeros(4, 7, 5), torch.zeros(1, 4, 5))",
    "many axes": "torch.zeros(*[1] * 12)",
    "sparse": "torch.zeros(4, 5).to_sparse()",
    "the input": "args[0]",
    "its arguments": "args",
    "an exception": "1 / 0",
}
FUNCTION = """
_right, _calls = {name}, []
def {name}(*args, **kwargs):
    _calls.append(1)
    return _right(*args, **kwargs) if len(_calls) <= {after} else {answer}
"""
CLASS = """
class {name}({name}):
    calls = 0
    def forward(self, *args, **kwargs):
        type(self).calls += 1
        return super().forward(*args, **kwargs) if self.calls <= {after} else {answer}
"""


def checks(unit):
    for kind in ("visible", "hidden"):
        if not (ROOT / "tests" / kind / NAME / f"test_{unit}.py").is_file():
            continue
        module = importlib.import_module(f"tests.{kind}.{NAME}.test_{unit}")
        for name, function in vars(module).items():
            if name.startswith("test_"):
                yield name.removeprefix("test_"), function


LATE = ("nothing", "infinity", "a list", "a pair of odd parts", "the input")
CASES = [(0, answer) for answer in ANSWERS] + [(calls, answer) for calls in (1, 2) for answer in LATE]


@pytest.mark.parametrize(
    ("unit", "name", "after", "answer"),
    [
        pytest.param(unit, name, after, answer, id=f"{name}-{after}-{answer}")
        for at, (unit, name) in enumerate(TARGETS)
        for after, answer in CASES[at::5]  # each case meets a target, each target every kind of case
    ],
)
def test_junk_is_a_failure_and_no_fault(unit, name, answer, after):
    change = (CLASS if name[0].isupper() else FUNCTION).format(name=name, answer=ANSWERS[answer], after=after)
    program = Program((Module("toolkit", "toolkit.py", SOLUTION + change),), dict.fromkeys(NAMES, "toolkit"))
    failed = []
    for check, function in checks(unit):
        if ASSIGNMENT.units[unit].checks[check].thresholds:
            continue  # it trains
        with Student(InProcessWorkers(), program, limits=Limits()) as student:
            try:
                function(student, Draw(5))
            except (Mismatch, StudentFailure):
                failed.append(check)
    assert failed or after
