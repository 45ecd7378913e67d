"""The two language models with any weights, and what they leave behind."""

from autograder.checks import Draw, Mismatch, Student, needs, sequences
from tests.hidden.vanishing_gradients.support import parity
from tests.visible.vanishing_gradients import test_models as visible
from tests.visible.vanishing_gradients.support.models import RNN, Kind, Model, V, packed
from tests.visible.vanishing_gradients.support.seeds import sets_no_seed


@needs(visible.test_rnn_keeps_its_shapes)
def test_rnn_follows_its_equation_for_any_weights(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: h_t = tanh(W_x e_t + W_h h_{t-1} + b), whatever the weights are"""
    model = Model(student, draw, kind, sizes=parity.SIZES)
    parity.embedding(model)
    if not parity.is_carried(model):  # no state can be put in, which costs elsewhere: sequences tell
        visible.test_rnn_follows_its_equation(student, draw.child("sequences"), kind)
        return
    for attempt in ("once", "again"):  # an unlucky draw must not cost a point
        fresh = draw.child(attempt)
        model.thing.randomised(fresh)
        if parity.layout_of(model, fresh) is not None:
            return
    raise Mismatch(
        f"The states that {kind.name} returns are not those that its equations give with its trainable "
        "weights.",
        "Do token, last state and bias all take part, and is the state after the last step returned?",
    )


test_lstm_follows_its_equations_for_any_weights = visible.of_the_lstm(
    test_rnn_follows_its_equation_for_any_weights, "LSTMLM: the four gates, whatever the weights are"
)


@needs(visible.test_rnn_keeps_its_shapes)
def test_rnn_leaves_its_inputs_alone(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: the same input gives the same twice, and stays as it is"""
    model = Model(student, draw, kind)
    tokens, state = draw.tokens([6] * 4, V), model.random_state(draw, 4)
    got, after = model.thing.call_and_see(tokens, packed(state), seed=1)
    first, _ = model.clean(got, 4, 6)
    sequences.inputs_stay(kind.name, after, tokens, packed(state))
    sequences.same_again(
        f"{kind.name}'s logits",
        first,
        model(tokens, state, seed=2)[0],
        "What does your model keep from one batch to the next, and what in it is random?",
    )
    sets_no_seed(student, f"a call of {kind.name}", lambda seed: model.thing(tokens, seed=seed))


test_lstm_leaves_its_inputs_alone = visible.of_the_lstm(
    test_rnn_leaves_its_inputs_alone, "LSTMLM: the same input gives the same twice, and stays as it is"
)
