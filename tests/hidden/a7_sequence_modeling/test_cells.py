"""The cells held to the reference, wherever they keep their weights: in the place of the recorded answers."""

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, needs, variant
from tests.hidden.a7_sequence_modeling.support.parity import Verdict, search
from tests.visible.a7_sequence_modeling import test_cells as visible
from tests.visible.a7_sequence_modeling.support.cells import KINDS, D, H, packed, parts


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
        verdict = search(kind, call, thing.trainable, fresh, explain_slips=not best.wrong)
        if verdict.layout is not None:
            return
        best = best if best.wrong else verdict
    sentence = f"{cell.name} does not follow the handout's equations"
    hint = best.hint or "Read the equations against your code, term by term."
    raise Mismatch(f"{sentence}: {best.wrong}." if best.wrong else f"{sentence}.", hint)


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
