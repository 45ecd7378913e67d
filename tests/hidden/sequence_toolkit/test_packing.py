"""run_packed on fresh numbers, fresh lengths and other layers."""

import numpy as np

from autograder.judge import fresh_worker, needs
from tests.visible.sequence_toolkit import packing


def lengths(draw, *some):
    """These lengths, shuffled until their sort order is not its own inverse."""
    while True:
        shuffled = np.array(some)[draw.order(len(some))]
        order = np.argsort(-shuffled, kind="stable")
        if (order[order] != np.arange(len(order))).any():
            return shuffled


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_packing_of_other_rows(student, draw):
    """run_packed: other rows, some of them of one length"""
    packing.other_layer(student, draw, "GRU", lengths(draw, 1, 2, 3, 3, 4, 6))


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_packing_of_other_layers(student, draw):
    """run_packed: an nn.RNN, and an nn.LSTM of two layers in both directions"""
    packing.other_layer(student, draw.child("rnn"), "RNN", lengths(draw, 1, 2, 3, 5, 7))
    student.fresh()
    packing.other_layer(student, draw, "LSTM", lengths(draw, 2, 3, 5, 6), num_layers=2, both=True)
