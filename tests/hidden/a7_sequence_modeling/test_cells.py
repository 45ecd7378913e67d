"""The cells held to the reference, wherever they keep their weights: in the place of the recorded answers."""

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, expect, needs, variant
from autograder.checks.fill import fills
from tests.hidden.a7_sequence_modeling.support.parity import Verdict, search
from tests.visible.a7_sequence_modeling import test_cells as visible
from tests.visible.a7_sequence_modeling.support.cells import KINDS, D, H, all_weights, packed, parts
from tests.visible.a7_sequence_modeling.support.recorded import one_fits


@needs(visible.test_vanilla_cell_keeps_its_shapes)
def test_vanilla_cell_follows_its_equation(student: Student, draw: Draw, kind: str = "rnn") -> None:
    """VanillaRNNCell computes h = tanh(W_h h + W_x x + b) for any weights"""
    cell = KINDS[kind]
    thing = student.new(cell.name, D, H)

    def call(x: Array, *state: Array) -> tuple[Array, ...]:
        got = cell.run(thing, x.astype(np.float32), packed(part.astype(np.float32) for part in state))
        return tuple(part.astype(np.float64) for part in parts(got))

    call(draw.normal(2, D), *parts(cell.state(draw, 2)))  # lazy layers take their shapes now
    if draw.symmetric:  # the diagnosis wants answers, and as many from every layout
        thing.randomised(draw)
        call(draw.normal(4, D), *parts(cell.state(draw, 4)))
        return
    best = Verdict(None)
    for attempt in ("once", "again"):  # an unlucky draw must not cost a point
        fresh = draw.child(attempt)
        thing.randomised(fresh)
        verdict = search(kind, call, all_weights(student, thing), fresh, explain_slips=not best.wrong)
        if verdict.layout is not None:
            _holds_for_other_sizes(student, draw.child("sizes"), kind)
            return
        best = best if best.wrong else verdict
    sentence = f"{cell.name} does not follow the handout's equations"
    hint = best.hint or "Read the equations against your code, term by term."
    raise Mismatch(f"{sentence}: {best.wrong}." if best.wrong else f"{sentence}.", hint)


def _holds_for_other_sizes(student: Student, draw: Draw, kind: str) -> None:
    """The equations at sizes that no code can know, with weights under which their layout has no say."""
    cell, hidden = KINDS[kind], int(draw.integers(8, 14))
    features = hidden + int(draw.integers(1, hidden))
    thing = student.new(cell.name, features, hidden)
    phi = draw.normal(hidden, scale=0.3)
    x, state = draw.normal(3, features, scale=0.5), [draw.normal(3, hidden, scale=0.5) for _ in cell.states]
    thing(x, packed(state))  # lazy layers take their shapes now
    want = _filled(kind, phi, x, *state)

    def fits(filled: dict[str, Array]) -> None:
        thing.load(filled)
        expect(thing(x, packed(state)), *[f"{cell.name}'s new state"] * len(state)).to_match(
            packed(want),
            otherwise=f"{cell.name} follows the handout's equations for some sizes only.",
            hint="Which of your numbers stand for the input size and the hidden size?",
        )

    one_fits(fills(all_weights(student, thing), features, tuple(phi.tolist())), fits)


def _filled(kind: str, phi: Array, x: Array, h: Array, c: Array | None = None) -> list[Array]:
    """The new state where every matrix is W[j, k] = φ_j and no bias has a say."""

    def inside(state: Array) -> Array:
        summed: Array = phi * (state.sum(1) + x.sum(1))[:, None]
        return summed

    if kind == "rnn":
        return [np.tanh(inside(h))]
    gate = 1 / (1 + np.exp(-inside(h)))
    if c is None:
        return [(1 - gate) * h + gate * np.tanh(inside(gate * h))]
    c = gate * c + gate * np.tanh(inside(h))
    return [gate * np.tanh(c), c]


test_lstm_cell_follows_its_equations = variant(
    test_vanilla_cell_follows_its_equation,
    "LSTMCell computes C = f⊙C + i⊙C̃ and h = o⊙tanh(C) for any weights",
    needs=(visible.test_lstm_cell_keeps_its_shapes,),
    kind="lstm",
)
test_gru_cell_follows_its_equations = variant(
    test_vanilla_cell_follows_its_equation,
    "GRUCell computes h = (1-z)⊙h + z⊙h̃ with h̃ = tanh(W[r⊙h, x]) for any weights",
    needs=(visible.test_gru_cell_keeps_its_shapes,),
    kind="gru",
)
