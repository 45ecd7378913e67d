"""The two language models: what each returns, and what its equations cannot but do."""

import functools
from collections.abc import Callable, Iterable
from itertools import chain

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    Value,
    as_parts,
    check_slopes,
    close,
    expect,
    fill,
    leaves,
    needs,
    sequences,
    touched,
    variant,
)
from tests.visible.vanishing_gradients.support.distance import by_distance
from tests.visible.vanishing_gradients.support.models import (
    LONG,
    LSTM,
    RNN,
    E,
    H,
    Kind,
    Model,
    State,
    V,
    only,
    packed,
    wide_models,
)

CARRIED = "What does a step know of the one before, and which line hands that on?"
CUT = "Is every step a torch operation, with no .data, .detach(), .item() or no_grad in between?"


# ---- shapes


def test_rnn_keeps_its_shapes(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: tokens (B, T) give logits (B, T, V) and the last state (B, H)"""
    model = Model(student, draw, kind)
    for rows, columns in ((4, 6), (1, 6), (3, 1), (1, 1), (6, 4)):
        _, state = model(draw.tokens([columns] * rows, V))
        logits, _ = model(draw.tokens([columns] * rows, V), state)
        if rows == 4 and np.ptp(logits, axis=(0, 1)).max() < 1e-6:
            raise Mismatch(
                f"{kind.name}'s logits are the same for every token.", "What do the scores depend on?"
            )


test_lstm_keeps_its_shapes = variant(
    test_rnn_keeps_its_shapes,
    "LSTMLM: tokens (B, T) give logits (B, T, V) and the last state (h, c), (1, B, H) each",
    kind=LSTM,
)
of_the_lstm = functools.partial(variant, needs=(test_lstm_keeps_its_shapes,), kind=LSTM)


@needs(test_rnn_keeps_its_shapes)
def test_rnn_has_the_default_sizes(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: embeddings of 128 and states of 256 numbers, unless others are asked for"""
    model = student.new(kind.name, 11)
    got = model(draw.tokens([3, 3], 11))
    shapes = {leaf.shape[-1] for leaf in leaves(got) if isinstance(leaf, np.ndarray) and leaf.ndim > 1}
    sizes = {axis for weight in model.weights.values() for axis in weight.shape}
    if 256 not in shapes or 128 not in sizes:
        raise Mismatch(
            f"{kind.name}(vocab_size) has not the default sizes, emb_dim 128 and hidden_dim 256.",
            "Which defaults does the signature give?",
        )


test_lstm_has_the_default_sizes = of_the_lstm(
    test_rnn_has_the_default_sizes,
    "LSTMLM: embeddings of 128 and states of 256 numbers, unless others are asked for",
)


# ---- equations


@needs(test_rnn_keeps_its_shapes)
def test_rnn_follows_its_equation(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: one layer, h_t = tanh(W_x e_t + W_h h_{t-1} + b)

    Under a symmetric fill, where no order of gates matters, states or logits are those of torch's layer. One
    of the two will do: a wrong state that is returned, or a wrong linear layer, has a check of its own.
    """
    _follows_its_equation(student, Model(student, draw, kind), draw.tokens([4] * 3, V), fill.PHIS)
    for wide in wide_models(student, draw, kind):
        phi = draw.normal(wide.sizes[2], scale=0.2)
        _follows_its_equation(student, wide, draw.tokens([4] * 3, V), [tuple(phi.tolist())])


def _follows_its_equation(
    student: Student, model: Model, tokens: Array, phis: Iterable[tuple[float, ...]]
) -> None:
    kind, size = model.kind, model.sizes[2]
    table, inner, head = model.table(), model.inner(), model.head()
    if table is None:
        raise Mismatch(
            f"{kind.name} has no weight, or more than one, of the shape (vocab_size, emb_dim) = "
            f"({V}, {E}); one was wanted, the embedding.",
            "Which part looks up a vector for each token, and how many numbers does the linear layer read?",
        )
    layer = student.new(kind.layer, E, size, batch_first=True)
    for phi in phis:
        rows = np.tile(np.array(phi, np.float32), kind.gates)[:, None]
        numbers = {"weight_ih_l0": np.tile(rows, (1, E)), "weight_hh_l0": np.tile(rows, (1, size))}
        biases = {name: np.zeros(kind.gates * size, np.float32) for name in ("bias_ih_l0", "bias_hh_l0")}
        layer.load(numbers | biases)
        states, want = _of_torch(layer(table[tokens]), kind, size)
        fits = False
        for weights in fill.fills(inner, E, phi):
            model.thing.load(weights)
            logits, state = model(tokens)
            pairs = zip(state, want, strict=True)
            fits |= all(close(got.reshape(3, size), right).all() for got, right in pairs)
            fits |= head is not None and bool(close(logits, states @ head[0].T + head[1]).all())
        if not fits:
            raise Mismatch(
                f"{kind.name} does not compute what one layer of {kind.layer[6:]} computes with the same "
                "weights.",
                "Which kind of layer does the docstring name, and which token and state does a step read?",
            )


def _of_torch(got: Value, kind: Kind, size: int) -> tuple[Array, list[Array]]:
    """The states (3, 4, size) of torch's layer, and each part of the last one (3, size)."""
    states, last = as_parts(got, f"What {kind.layer[6:]} returns", 2)
    names = [f"A last state of {kind.layer[6:]}"] * len(kind.states)
    parts = expect(last, *names).to_be_shaped(*[(1, 3, size)] * len(names))
    parts = parts if len(names) > 1 else (parts,)
    return expect(states, f"The states of {kind.layer[6:]}").to_be_shaped((3, 4, size)), [p[0] for p in parts]


test_lstm_follows_its_equations = of_the_lstm(
    test_rnn_follows_its_equation, "LSTMLM: one layer, as in nn.LSTM"
)


@needs(test_rnn_keeps_its_shapes)
def test_rnn_logits_come_from_its_states(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: the logits are the linear layer of each step's state, as they are"""
    for model in chain([Model(student, draw, kind)], wide_models(student, draw, kind)):
        _logits_come_from_its_states(model, draw.tokens([5] * 3, V))


def _logits_come_from_its_states(model: Model, tokens: Array) -> None:
    kind, hidden, head = model.kind, model.sizes[2], model.head()
    hint = "What lies between the hidden state of a step and its logits, and what does cross-entropy expect?"
    if head is None:
        raise Mismatch(
            f"{kind.name} has no linear layer, or more than one, from hidden_dim ({hidden}) to vocab_size "
            f"({V}) numbers.",
            hint,
        )
    whole, _ = model(tokens)
    for step in range(5):  # one more step each time, so that every state is seen
        begun, state = model(tokens[:, : step + 1])
        want = state[0].reshape(3, hidden) @ head[0].T + head[1]
        expect(begun[:, step], f"{kind.name}'s logits of the last step", axes="BW").to_match(
            want,
            otherwise="{name} are not those of its linear layer, applied to the hidden state after that "
            "step.",
            hint=hint,
        )
        expect(whole[:, step], f"{kind.name}'s logits", axes="BW").to_match(
            want,
            otherwise=f"{{name}} at step {step} (counted from 0) are not those of the hidden state "
            "after that step.",
            hint="Which token and state does a step read, and which axis of the logits counts the steps?",
        )


test_lstm_logits_come_from_its_states = of_the_lstm(
    test_rnn_logits_come_from_its_states,
    "LSTMLM: the logits are the linear layer of each step's hidden state, as they are",
)


# ---- properties


@needs(test_rnn_keeps_its_shapes)
def test_rnn_hands_its_state_on(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: a sequence in two parts, the state passed on, gives what the whole gives"""
    model = Model(student, draw, kind)
    hint = "Does your model use the state it is given, and return the one after the last step?"
    steps = int(draw.integers(2 * LONG, 4 * LONG))
    long, tokens = (draw.tokens([columns] * 4, V) for columns in (steps, 7))
    _in_two_parts(model, long, (steps // 3, 2 * steps // 3), hint)
    last = _in_two_parts(model, tokens, (1, 3, 6), hint)
    for wide in wide_models(student, draw, kind):
        _in_two_parts(wide, tokens, (3,), hint)
    zeros = tuple(np.zeros_like(part) for part in last)
    for train in (False, True):  # with dropout, the same seed drops the same
        first, from_zeros = (model(tokens, given, seed=5, train=train)[0] for given in (None, zeros))
        expect(from_zeros, f"{kind.name}'s logits", axes="BTW").to_match(
            first,
            otherwise="{name} without a state are not those from a state of zeros"
            + (", in training mode." if train else "."),
            hint="From which state does the first step start when none is given?",
        )
    if close(model(tokens, model.random_state(draw, 4))[0], from_zeros, 1e-6).all():
        raise Mismatch(f"{kind.name}'s logits do not depend on the state that is given.", CARRIED)


def _in_two_parts(model: Model, tokens: Array, cuts: tuple[int, ...], hint: str) -> State:
    """The last state that the model gives for the whole, which has to be what it gives for two parts."""
    whole, last = model(tokens)
    kind = model.kind
    for cut in cuts:
        _, state = model(tokens[:, :cut])
        rest, end = model(tokens[:, cut:], state)
        expect(rest, f"{kind.name}'s logits", axes="BTW").to_match(
            whole[:, cut:],
            otherwise="{name} of a sequence read in two parts are not those of the whole, {where}.",
            hint=hint,
        )
        for got, want, name in zip(end, last, kind.states, strict=True):
            expect(got, f"{kind.name}'s {name}").to_match(
                want, otherwise="{name} after two parts is not that after the whole.", hint=hint
            )
    return last


test_lstm_hands_its_state_on = of_the_lstm(
    test_rnn_hands_its_state_on,
    "LSTMLM: a sequence in two parts, the state passed on, gives what the whole gives",
)


@needs(test_rnn_keeps_its_shapes)
def test_rnn_never_looks_ahead(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: the logits of a step know its token and none after it"""
    model = Model(student, draw, kind)
    for rows, columns in ((4, 6), (5, 5)):
        tokens = draw.tokens([columns] * rows, V)
        logits, _ = model(tokens)
        for step in range(columns):
            other = tokens.copy()
            other[:, step] = other[:, step] % (V - 1) + 1
            moved, _ = model(other)
            expect(moved[:, :step], f"{kind.name}'s logits", axes="BTW").to_match(
                logits[:, :step],
                otherwise="{name} at a step change when a later token changes, {where}.",
                hint="Could the model see the token that it is to guess, or are steps and rows mixed up?",
            )
            expect(moved[:, step], f"{kind.name}'s logits").to_differ(
                logits[:, step],
                otherwise="{name} at a step do not depend on the token of that step.",
                hint="Which token does step 2 read, and from which state do its logits come?",
            )
            if step == 0:
                sequences.remembers(f"{kind.name}'s logits", logits, moved, CARRIED)


test_lstm_never_looks_ahead = of_the_lstm(
    test_rnn_never_looks_ahead, "LSTMLM: the logits of a step know its token and none after it"
)


@needs(test_rnn_keeps_its_shapes)
def test_rnn_rows_stay_apart(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: a row gives the same alone and in a batch"""
    large = [(len(lengths), int(lengths[-1])) for lengths in sequences.large(draw)]
    small = Model(student, draw, kind)
    models = small, small, *wide_models(student, draw, kind)
    for model, (rows, columns) in zip(models, ((4, 6), (5, 5), *large), strict=True):
        tokens, state = draw.tokens([columns] * rows, V), model.random_state(draw, rows)
        for given in (None, state):
            whole, last = model(tokens, given)
            for row in range(rows) if rows < 20 else (0, rows // 2, rows - 1):
                one = slice(row, row + 1)
                alone, end = model(tokens[one], None if given is None else _rows_of(given, one))
                wanted = whole[one], *_rows_of(last, one)
                for got, want, name in zip((alone, *end), wanted, ("logits", *kind.states), strict=True):
                    expect(got, f"{kind.name}'s {name} of a row alone").to_match(
                        want,
                        otherwise=f"{{name}} (row {row}, counted from 0) and in its batch are not the same.",
                        hint="Along which axis does your layer read, and what does a row know of the others?",
                    )
        other = tokens.copy()
        other[:, 0] = other[:, 0] % (V - 1) + 1
        sequences.remembers(f"{kind.name}'s logits", model(tokens)[0], model(other)[0], CARRIED)


def _rows_of(state: State, rows: slice) -> State:
    return tuple(part[..., rows, :] for part in state)


test_lstm_rows_stay_apart = of_the_lstm(
    test_rnn_rows_stay_apart, "LSTMLM: a row gives the same alone and in a batch"
)


# ---- weights and gradients


@needs(test_rnn_keeps_its_shapes)
def test_rnn_padding_stays_zero(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: the embedding of pad_idx is zero and never learns"""
    tokens = np.tile(np.arange(V), (2, 1))
    hint = "Which option of nn.Embedding is about padding, and where does pad_idx go?"
    for given, pad, words in (({}, 0, "Without pad_idx"), ({"pad_idx": 3}, 3, "With pad_idx=3")):
        model = student.new(kind.name, V, E, H, **given)
        model(np.array([[1, 2]]))  # lazy layers take their shapes now
        got = model(tokens)
        first = got[0] if isinstance(got, (tuple, list)) and got else None
        logits = expect(first, f"{kind.name}'s logits", axes="BTW").to_be_shaped((2, V, V))
        start = only(model.trainable, (V, E))
        if start is None or not start[np.arange(V) != pad].any(1).all():
            raise Mismatch(
                f"{words}, {kind.name} does not show one weight of the shape (vocab_size, "
                f"emb_dim) = ({V}, {E}), the embedding, in which no row but row {pad} starts at zero.",
                "Where does pad_idx go, and which part looks up a vector for each token?",
            )
        slope = only(model.gradients(tokens, pull=(draw.normal(*logits.shape), None)).weights, (V, E))
        if start[pad].any():
            raise Mismatch(
                f"{words}, row {pad} of {kind.name}'s embedding, the padding, does not start at zero.",
                hint,
            )
        if slope is None:
            raise Mismatch(
                f"No gradient reaches {kind.name}'s embedding, so nothing is learnt about any token.",
                "Which line cuts the way from the logits to the embedding?",
            )
        if slope[pad].any():
            raise Mismatch(
                f"{words}, row {pad} of {kind.name}'s embedding, the padding, gets a gradient.",
                hint,
            )


test_lstm_padding_stays_zero = of_the_lstm(
    test_rnn_padding_stays_zero, "LSTMLM: the embedding of pad_idx is zero and never learns"
)


@needs(test_rnn_keeps_its_shapes)
def test_rnn_learns_with_all_its_weights(student: Student, draw: Draw, kind: Kind = RNN) -> None:
    """VanillaRNNLM: embedding, recurrent layer and linear layer all get gradients, through every step"""
    model = Model(student, draw, kind, scale=0.3)
    tokens = (1 + np.arange(2 * LONG) % (V - 1)).reshape(2, LONG)  # every one but padding
    state = model.random_state(draw, 2)
    logits, last = model(tokens, state)
    parts = tuple(draw.normal(*part.shape) for part in last)
    args, pull = (tokens, packed(state)), (draw.normal(*logits.shape), packed(parts))
    found = model.thing.gradients(*args, pull=pull).weights
    inner, whole = touched({name: found.get(name) for name in model.inner()}), touched(found)
    wanted = kind.gates * H * (E + H + 1)
    if inner < wanted or whole < inner + V * E + V * H:
        part = "its recurrent layer" if inner < wanted else "its embedding and linear layer"
        raise Mismatch(
            f"With vocab_size {V}, emb_dim {E} and hidden_dim {H}, too few weights of {kind.name} get a "
            f"gradient in {part}.",
            "Is each matrix and bias made in __init__, used in forward, and not cut off from the loss?",
        )
    check_slopes(student, model.thing, args, pull, draw, kind.name, CUT)
    _gradients_reach_the_first_step(student, draw.child("far"), kind)


def _gradients_reach_the_first_step(student: Student, draw: Draw, kind: Kind) -> None:
    """Each step reads a token of its own, whose vector the last step's logits give a gradient."""
    steps = int(draw.integers(6 * LONG, 8 * LONG))  # how many, no code can know, nor look back at
    [size] = sequences.wide(draw) or [H]
    model = Model(student, draw, kind, sizes=(steps + 1, E, size))
    tokens = 1 + draw.order(steps)[None]
    logits, _ = model(tokens)
    pull = np.zeros_like(logits)
    pull[:, -1] = draw.normal(steps + 1, scale=sequences.LOUD)
    table = only(model.thing.gradients(tokens, pull=(pull, None)).weights, (steps + 1, E))
    if table is not None and not draw.symmetric:  # gradients of equal weights may cancel out
        sequences.reaches_back(
            table[tokens[0]],
            f"In {kind.name}, with {steps} tokens, no gradient goes from the last logits back to those "
            "before step {step}.",
            CUT,
        )


test_lstm_learns_with_all_its_weights = of_the_lstm(
    test_rnn_learns_with_all_its_weights,
    "LSTMLM: embedding, recurrent layer and linear layer all get gradients, through every step",
)


# ---- both

BACK = 20  # steps
LEAST = 5.0  # the ratio of LSTM and RNN so far back that nothing right comes near


@needs(test_rnn_keeps_its_shapes, test_lstm_keeps_its_shapes)
def test_gradients_fade_with_distance(student: Student, draw: Draw, say: Callable[[str], None]) -> None:
    """How much of the gradient is left twenty steps back, untrained"""
    rnn, lstm = (by_distance(student, draw.child("both"), kind)[BACK] for kind in (RNN, LSTM))
    if not rnn > 0:
        raise Mismatch(
            f"{BACK} steps back, no gradient at all reaches the embedding of your VanillaRNNLM.",
            "Does each of its states still know, without detach, the one before?",
        )
    if not lstm > LEAST * rnn:
        raise Mismatch(
            f"{BACK} steps back, the gradient of your untrained LSTMLM is not clearly larger than that of "
            "your VanillaRNNLM.",
            "Do both models start with PyTorch's own weights, and is each layer that of its docstring?",
        )
    say(
        f"{BACK} steps back, the gradient is {rnn:.0e} of the nearest one in your VanillaRNNLM, {lstm:.0e} "
        f"in your LSTMLM: {lstm / rnn:.0f} times as much. Both fade; the LSTM's reaches further."
    )
