"""run_packed: every row to its own end, all rows in their old order.

It is held against the same layer of PyTorch's, run over each row alone. The layer lives in the worker, with
weights of the grader's. What it gives for each row is asked before any code of the student's is imported
there, so these checks begin with a fresh worker. Padding holds random numbers, and what stands there in the
outputs is nobody's business.
"""

from __future__ import annotations

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Gradients,
    Mismatch,
    Student,
    StudentFailure,
    expect,
    fresh_worker,
    needs,
    sequences,
    variant,
)
from tests.visible.sequence_toolkit.support.packing import LENGTHS, Case, E, H, Layer, T, cases, unsorted
from tests.visible.sequence_toolkit.support.padding import real

SORTED = ((np.array([5, 4, 2, 1]), "GRU"), (np.array([3]), "GRU"), (np.array([7, 7, 3]), "RNN"))


def test_packing_keeps_its_shapes(student: Student, draw: Draw) -> None:
    """run_packed: outputs (B, T, H), and a hidden state beside them"""
    for lengths in (LENGTHS, np.array([1])):
        Layer(student, draw).outputs(draw.normal(len(lengths), T, E), lengths)


def test_hidden_keeps_its_shape(student: Student, draw: Draw) -> None:
    """run_packed: the hidden state has the shape that the layer gives it"""
    for lengths in (LENGTHS, np.array([1])):
        Layer(student, draw).hidden(draw.normal(len(lengths), T, E), lengths)


@fresh_worker
@needs(test_packing_keeps_its_shapes)
def test_outputs_know_their_own_row(student: Student, draw: Draw, shuffled: bool = False) -> None:
    """run_packed: the outputs of a row know its own steps, and no padding

    Read forwards, a row's outputs are right whether or not the layer goes on over the padding: that it does
    not shows in the outputs of a layer that begins at the end of each row, or else in the hidden state.
    """
    batches = ((LENGTHS, "GRU"), (unsorted(draw), "RNN")) if shuffled else SORTED
    found = cases(student, draw, batches)
    [both_ways] = cases(student, draw.child("both ways"), [batches[0]], both=True)
    for case in found:
        case.compare_outputs()
    try:
        both_ways.compare_outputs()
    except (Mismatch, StudentFailure) as failure:
        try:
            for case in found:
                case.compare_states()
        except (Mismatch, StudentFailure):
            raise failure from None


test_outputs_are_in_the_order_of_the_rows = variant(
    test_outputs_know_their_own_row, "run_packed: the outputs of unsorted rows, in their order", shuffled=True
)


@fresh_worker
@needs(test_hidden_keeps_its_shape)
def test_hidden_is_from_the_last_real_step(student: Student, draw: Draw, shuffled: bool = False) -> None:
    """run_packed: the hidden state is the one after each row's own last step"""
    batches = ((LENGTHS, "GRU"), (unsorted(draw), "RNN")) if shuffled else SORTED
    for case in cases(student, draw, batches):
        case.compare_states()


test_hidden_is_in_the_order_of_the_rows = variant(
    test_hidden_is_from_the_last_real_step,
    "run_packed: the hidden state of unsorted rows, in their order",
    shuffled=True,
)


@fresh_worker
@needs(test_packing_keeps_its_shapes)
def test_packing_takes_an_lstm(
    student: Student,
    draw: Draw,
    kinds: tuple[str, ...] = ("LSTM",),
    num_layers: int = 1,
    both: bool = False,
) -> None:
    """run_packed: an nn.LSTM, whose hidden state is a pair"""
    shuffled = unsorted(draw)
    batches = [(lengths, kind) for kind in kinds for lengths in (LENGTHS, shuffled)]
    for case in cases(student, draw, batches, num_layers, both):
        case.compare_outputs()
        case.compare_states()


test_packing_takes_a_stack_in_both_directions = variant(
    test_packing_takes_an_lstm,
    "run_packed: two layers, forwards and backwards",
    kinds=("GRU", "LSTM"),
    num_layers=2,
    both=True,
)


@needs(test_outputs_know_their_own_row)
def test_packing_leaves_its_inputs_alone(student: Student, draw: Draw) -> None:
    """run_packed: embedded and lengths stay as they are"""
    layer = Layer(student, draw)
    embedded = draw.normal(len(LENGTHS), T, E)
    _, after = student.call_and_see("run_packed", layer.thing, embedded, LENGTHS)
    sequences.inputs_stay("run_packed", after, ..., embedded, LENGTHS, what="embedded rows or the lengths")


@fresh_worker
@needs(test_hidden_keeps_its_shape)
def test_gradients_flow_through_packing(student: Student, draw: Draw) -> None:
    """run_packed: gradients reach every real step and the layer"""
    [case] = cases(student, draw, [(LENGTHS, "GRU")])
    thing, embedded, rows = case.layer.thing, case.embedded, len(LENGTHS)
    pulls = draw.normal(rows, T, H) * real(LENGTHS, T)[..., None], draw.normal(1, rows, H)
    alone = _gradients_of_each_row(case, *pulls)
    want = np.zeros_like(embedded)
    for row, (length, gradients) in enumerate(zip(LENGTHS, alone, strict=True)):
        given = gradients.inputs[0] if gradients.inputs else None
        want[row, :length] = expect(given, "The layer's gradient").to_be_shaped((1, length, E))[0]

    width = case.layer.outputs(embedded, LENGTHS).shape[1]
    case.layer.hidden(embedded, LENGTHS)
    got = student.gradients("run_packed", thing, embedded, LENGTHS, pull=(pulls[0][:, :width], pulls[1]))
    cut = "Which line cuts the way back from what you return to embedded and to rnn?"
    wrong = (
        "Does each result belong to its own row and step, and does a gradient flow back from the "
        "outputs and from the hidden state?"
    )
    slope = got.inputs[0] if got.inputs else None
    if slope is None:
        raise Mismatch("No gradient flows back through run_packed to the embedded rows.", cut)
    expect(slope, "The gradient that run_packed passes back to embedded", axes="BTD").to_match(
        want, otherwise="{name} is not what rnn gives when it reads each row alone, {where}.", hint=wrong
    )
    for name in alone[0].weights:
        weight, parts = got.weights.get(name), [gradients.weights.get(name) for gradients in alone]
        if weight is None or any(part is None or part.shape != weight.shape for part in parts):
            raise Mismatch("No gradient flows back through run_packed to the layer's weights.", cut)
        total: Array = np.array(parts, np.float64).sum(0)
        expect(weight, "The gradient of the layer's weights").to_match(total, hint=wrong)


def _gradients_of_each_row(case: Case, of_outputs: Array, of_state: Array) -> list[Gradients]:
    """What the layer passes back when it reads each row alone."""
    found = []
    for row, length in enumerate(LENGTHS):
        pull = of_outputs[row : row + 1, :length], of_state[:, row : row + 1]
        found.append(case.layer.thing.gradients(case.embedded[row : row + 1, :length], pull=pull))
    return found


@needs(test_packing_keeps_its_shapes)
def test_outputs_are_as_wide_as_the_batch(student: Student, draw: Draw) -> None:
    """run_packed: outputs as wide as the batch, even when no row is full"""
    outputs = Layer(student, draw).outputs(draw.normal(len(LENGTHS), T, E), LENGTHS)
    if outputs.shape[1] != T:
        raise Mismatch(
            "run_packed's output is only as wide as the longest row, so a mask as wide as the batch does not "
            "fit.",
            "Which width has embedded, and which argument of pad_packed_sequence sets that of the outputs?",
        )
