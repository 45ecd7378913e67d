"""torch's recurrent layers where a task asks for the step to be written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.sandbox import StudentRaised, Workers
from tests.harness.sandbox.programs import student

SOURCE = """
import torch
from torch import nn

class Cheat(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.inner = getattr(nn, kind)(3, 4)

    def forward(self, x):
        return self.inner(x)

class Honest(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 4)

    def forward(self, x):
        h = torch.zeros(x.shape[1], 4)
        for x_t in x:
            h = torch.tanh(self.a(x_t) + self.b(h))
        return h
"""
X = np.ones((2, 3), np.float32)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"])
def test_a_recurrent_layer_is_refused_in_plain_words(workers: Workers, kind: str):
    with student(workers, SOURCE, "Cheat", refuse=True) as s, pytest.raises(StudentRaised) as caught:
        s.call(s.new("Cheat", kind), X)
    assert caught.value.text == (
        f"nn.{kind} of torch is not allowed here: this task asks you to write the step yourself"
    )


def test_an_honest_loop_is_not_refused_and_learns(workers: Workers):
    with student(workers, SOURCE, "Honest", refuse=True) as s:
        module = s.new("Honest")
        x = np.ones((5, 2, 3), np.float32)
        assert s.call(module, x).shape == (2, 4)
        assert s.gradients(module, x, pull=np.ones((2, 4), np.float32)).inputs[0].shape == x.shape


def test_a_later_program_may_use_the_layers_again(workers: Workers):
    with student(workers, SOURCE, "Cheat", refuse=True) as s, pytest.raises(StudentRaised):
        s.call(s.new("Cheat", "GRUCell"), X)
    with student(workers, SOURCE, "Cheat") as s:
        assert s.call(s.new("Cheat", "GRUCell"), X).shape == (2, 4)
