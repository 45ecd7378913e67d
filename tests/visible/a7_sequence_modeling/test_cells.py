"""Three recurrent cells, one time step each."""

import functools
from pathlib import Path

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    Thing,
    check_slopes,
    fill,
    needs,
    reached,
    variant,
)
from tests.visible.a7_sequence_modeling.support.cells import (
    GRU,
    LSTM,
    VANILLA,
    Cell,
    D,
    H,
    frozen_weights,
    off_the_cpu,
    packed,
    parts,
    rows_stay_apart,
    same_again,
)
from tests.visible.a7_sequence_modeling.support.recorded import one_fits

RECORDED = Path(__file__).with_name("recorded_answers.json")


def test_vanilla_cell_keeps_its_shapes(student: Student, draw: Draw, cell: Cell = VANILLA) -> None:
    """VanillaRNNCell: (B, D) and (B, H) give (B, H)"""
    thing = student.new(cell.name, D, H)
    for rows in (4, 1):
        cell.run(thing, *cell.inputs(draw, rows))
    x, _ = cell.inputs(draw)
    new = parts(cell.run(thing.randomised(draw), x, cell.zeros(len(x))))[0]
    if np.ptp(new, axis=0).max() < 1e-6:  # such a state has a shape, keeps rows apart and fits its gradients
        raise Mismatch(
            f"{cell.name}'s new hidden state is the same for every row.", "On which input does it depend?"
        )


@needs(test_vanilla_cell_keeps_its_shapes)
def test_vanilla_cell_follows_its_equation(
    student: Student,
    draw: Draw,
    cell: Cell = VANILLA,
    hint: str = "What does the tanh enclose, and does your code do anything that the equation does not?",
) -> None:
    """VanillaRNNCell: h = tanh(W_h h + W_x x + b) for weights of ours"""
    thing = student.new(cell.name, D, H)
    x, state = fill.inputs(D, len(cell.states))
    cell.run(thing, x, packed(state))
    learning = thing.trainable
    if draw.symmetric:
        return  # the diagnosis has seen one answer; how many more there are depends on the layout
    weights = {**learning, **frozen_weights(student, thing)}  # whether they learn is another check's question
    for (phi, bias), answers in zip(fill.FILLS, fill.recorded(RECORDED, cell.name), strict=True):
        otherwise = "{name} is not what the handout's equations give."
        if bias:
            otherwise = (
                "{name} is right as long as every bias (every vector of weights) is 0, and wrong otherwise."
            )
            hint = "Which vectors of weights do the equations have, and where does each of them come in?"
        fills = fill.fills(weights, D, phi, bias)
        one_fits(fills, functools.partial(_gives_one_of, answers, thing, cell, otherwise, hint))


def _gives_one_of(
    answers: tuple[tuple[Array, ...], ...],
    thing: Thing,
    cell: Cell,
    otherwise: str,
    hint: str,
    filled: dict[str, Array],
) -> None:
    """Raise `Mismatch` unless the cell, with these weights, gives one of the answers."""
    rows = len(answers[0][0])
    x, state = fill.inputs(D, len(cell.states))
    thing.load(filled)
    got = cell.expect(thing(x[:rows], packed(part[:rows] for part in state)))
    one_fits(answers, lambda answer: got.to_match(packed(answer), otherwise=otherwise, hint=hint))


@needs(test_vanilla_cell_keeps_its_shapes)
def test_vanilla_cell_learns_with_all_its_weights(student: Student, draw: Draw, cell: Cell = VANILLA) -> None:
    """VanillaRNNCell: W_h, W_x and the bias all get a gradient"""
    thing = student.new(cell.name, D, H)
    x, state = cell.inputs(draw)
    cell.run(thing, x, state)
    thing.randomised(draw)
    got = reached(thing.gradients(x, state, pull=cell.state(draw)).weights)
    if got < cell.numbers:
        raise Mismatch(
            f"A gradient reaches {got or 'none'} of {cell.name}'s weights; its equations have at least "
            f"{cell.numbers} for input size {D} and hidden size {H}.",
            "Does parameters() list every matrix and bias of the equations, and can a gradient reach each of "
            "them: no layer used twice, no .detach(), no .data?",
        )


@needs(test_vanilla_cell_keeps_its_shapes)
def test_vanilla_cell_treats_every_row_alike(student: Student, draw: Draw, cell: Cell = VANILLA) -> None:
    """VanillaRNNCell: rows do not mix, calls repeat, inputs stay as they are"""
    rows_stay_apart(student, draw, cell)
    same_again(student, draw, cell)


@needs(test_vanilla_cell_keeps_its_shapes)
def test_vanilla_cell_passes_gradients_on(student: Student, draw: Draw, cell: Cell = VANILLA) -> None:
    """VanillaRNNCell: gradients flow through it unbroken"""
    thing = student.new(cell.name, D, H)
    x, state = cell.inputs(draw)
    cell.run(thing, x, state)
    thing.randomised(draw, scale=0.3)
    hint = "Is every step a torch operation, with no .data, .detach(), .item() or numpy in between?"
    check_slopes(student, thing, (x, state), cell.state(draw), draw, cell.name, hint)


@needs(test_vanilla_cell_keeps_its_shapes)
def test_vanilla_cell_runs_on_any_device(student: Student, draw: Draw, cell: Cell = VANILLA) -> None:
    """VanillaRNNCell: no tensor is pinned to the CPU"""
    off_the_cpu(student, student.new(cell.name, D, H), *cell.inputs(draw))


test_lstm_cell_keeps_its_shapes = variant(
    test_vanilla_cell_keeps_its_shapes,
    "LSTMCell: (B, D) and two states (B, H) give two states (B, H)",
    cell=LSTM,
)
of_an_lstm = functools.partial(variant, needs=(test_lstm_cell_keeps_its_shapes,), cell=LSTM)
test_lstm_cell_follows_its_equations = of_an_lstm(
    test_vanilla_cell_follows_its_equation,
    "LSTMCell: C = f⊙C + i⊙C̃ and h = o⊙tanh(C) for weights of ours",
    hint="Read the six equations line by line against your code.",
)
test_lstm_cell_learns_with_all_its_weights = of_an_lstm(
    test_vanilla_cell_learns_with_all_its_weights,
    "LSTMCell: three gates and the candidate each learn weights and a bias of their own",
)
test_lstm_cell_treats_every_row_alike = of_an_lstm(
    test_vanilla_cell_treats_every_row_alike,
    "LSTMCell: rows do not mix, calls repeat, inputs stay as they are",
)
test_lstm_cell_passes_gradients_on = of_an_lstm(
    test_vanilla_cell_passes_gradients_on, "LSTMCell: gradients flow through it unbroken"
)
test_lstm_cell_runs_on_any_device = of_an_lstm(
    test_vanilla_cell_runs_on_any_device, "LSTMCell: no tensor is pinned to the CPU"
)

test_gru_cell_keeps_its_shapes = variant(
    test_vanilla_cell_keeps_its_shapes, "GRUCell: (B, D) and (B, H) give (B, H)", cell=GRU
)
of_a_gru = functools.partial(variant, needs=(test_gru_cell_keeps_its_shapes,), cell=GRU)
test_gru_cell_follows_its_equations = of_a_gru(
    test_vanilla_cell_follows_its_equation,
    "GRUCell: h = (1-z)⊙h + z⊙h̃ with h̃ = tanh(W[r⊙h, x]) for weights of ours",
    hint="The handout's GRU is not PyTorch's: where do z, r and the tanh stand in its equations?",
)
test_gru_cell_learns_with_all_its_weights = of_a_gru(
    test_vanilla_cell_learns_with_all_its_weights,
    "GRUCell: two gates and the candidate each learn weights of their own",
)
test_gru_cell_treats_every_row_alike = of_a_gru(
    test_vanilla_cell_treats_every_row_alike,
    "GRUCell: rows do not mix, calls repeat, inputs stay as they are",
)
test_gru_cell_passes_gradients_on = of_a_gru(
    test_vanilla_cell_passes_gradients_on, "GRUCell: gradients flow through it unbroken"
)
test_gru_cell_runs_on_any_device = of_a_gru(
    test_vanilla_cell_runs_on_any_device, "GRUCell: no tensor is pinned to the CPU"
)
