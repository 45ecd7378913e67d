"""Whatever a student's code returns, a check ends in a verdict, and no junk earns points for values."""

import itertools

import pytest

from tests.harness.checks.helpers import checks, run
from tests.harness.sampling import one_in

ANSWERS = {
    "nothing": "None",
    "text": "'state'",
    "a number": "3",
    "a huge number": "10 ** 5000",
    "not a number": "float('nan')",
    "a 0-d tensor": "torch.tensor(1.0)",
    "an empty tensor": "torch.zeros(0)",
    "whole numbers": "torch.zeros(4, 5, dtype=torch.int64)",
    "booleans": "torch.ones(4, 5, dtype=torch.bool)",
    "complex numbers": "torch.zeros(4, 5, dtype=torch.complex64)",
    "half precision": "torch.zeros(4, 5).half()",
    "brain floats": "torch.zeros(4, 5).bfloat16()",
    "NaN": "torch.full((4, 5), float('nan'))",
    "a list": "[1, [2, [3, None]]]",
    "a dict": "{'h': torch.zeros(4, 5), 3: 4}",
    "a generator": "(k for k in range(3))",
    "pairs of pairs": "((torch.zeros(4, 5), None), ((), 'c'))",
    "a pair of odd parts": "(torch.zeros(4, 5), {'c': 1})",
    "a large tensor": "torch.zeros(300, 300, 10)",
    "many axes": "torch.zeros(*[1] * 12)",
    "sparse": "torch.zeros(4, 5).to_sparse()",
    "the input": "args[0]",
    "its arguments": "args",
    "itself": "self",
    "zeros like a state": "torch.zeros(len(args[0]), 5)",
    "zeros like two states": "(torch.zeros(len(args[0]), 5), torch.zeros(len(args[0]), 5))",
    "zeros like a loop": "(torch.zeros(len(args[0]), args[0].shape[1], 5), torch.zeros(len(args[0]), 5))",
    "zeros like logits": "torch.zeros(len(args[0]), 3)",
    "random states": "torch.randn(len(args[0]), 5)",
    "random like a loop": "(torch.randn(len(args[0]), args[0].shape[1], 5), torch.randn(len(args[0]), 5))",
    "an exception": "1 / 0",
    "a strange exception": "(_ for _ in ()).throw(type('Odd', (BaseException,), {})())",
}
SOURCE = """import torch
from torch import nn

class Junk(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        {weights}

    def forward(self, *args):
        return {answer}

"""
WEIGHTS = {
    "none": "pass",
    "odd": "self.p = nn.ParameterList([torch.full((2, 3, 5, 1), float('nan')), torch.zeros(0, 5)])",
    "many": "self.p = nn.ParameterList([nn.Parameter(torch.zeros(20, 12)) for _ in range(30)])",
    "right": "self.l = nn.Linear(12, 20)\n        self.z = nn.Linear(12, 15)",
}
VALUES = (
    "learns_with_all",
    "follows",
    "applies_the_cell",
    "carries_both",
    "last_valid",
    "padding",
    "all_states",
    "build_on_each_other",
    "own_weights",
    "row_alone",
    "rows_of_a_stack",
    "gradients_reach",
    "raw_scores",
    "whole_row",
    "parameters_are_counted",
    "looks_ahead",
    "training",
    "accuracy",
    "classifier_learns",
)


def junk(answer, weights):
    text = SOURCE.format(answer=answer, weights=weights)
    cells = text + "VanillaRNNCell = LSTMCell = GRUCell = Junk\n"
    functions = "\n\ndef count_parameters(*args, **options):\n    self = 0\n    return " + answer
    functions += "\n\n\ntrain_classifier = accuracy = count_parameters\n"
    loop = text + "DeepRNN = AuthorClassifier = Junk" + functions
    return {"cells": cells, "loop": loop}


# Of five in turn, so that every weights come with every fifth answer, and each answer with some weights.
@pytest.mark.parametrize(("answer", "weights"), one_in(5, itertools.product(ANSWERS, WEIGHTS)))
def test_junk_gets_a_verdict_and_no_points_for_values(make_student, answer, weights):
    student = make_student(**junk(ANSWERS[answer], WEIGHTS[weights]))
    for unit in ("cells", "loop"):
        for name, check in checks(unit, training=True).items():
            sentence = run(check, student)
            assert sentence or not any(word in name for word in VALUES), name


@pytest.mark.parametrize(
    "source", ["VanillaRNNCell = LSTMCell = GRUCell = 3", "def VanillaRNNCell(*a): return 'cell'", "x ="]
)
def test_names_that_are_no_modules_get_a_verdict(make_student, source):
    student = make_student(cells=source, loop=source.replace("VanillaRNNCell", "DeepRNN"))
    for unit in ("cells", "loop"):
        for name, check in checks(unit, training=True).items():
            assert run(check, student), name
