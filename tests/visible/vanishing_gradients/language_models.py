"""Checks of the two language models: what each returns, and what its equations cannot but do.

No weight is looked up by its name. Embedding and linear layer are told by the size of the vocabulary, which
no other axis has; what is left belongs to the recurrent layer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks import fill
from autograder.checks.answers import as_parts, leaves
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, describe, expect
from autograder.checks.weights import check_slopes, on_some_weights, randomise, touched, trainable

Array = NDArray[Any]
State = tuple[Array, ...]  # (h,) or (h, c), as the model takes and returns them

V, E, H = 17, 7, 5
LONG = 26  # steps; a gradient that is cut every ten steps is another one
CUT = "Is every step a torch operation, with no .data, .detach(), .item() or no_grad in between?"


class Kind(NamedTuple):
    """A model, the layer of torch's that it is about, its number of gates, and the names of its states."""

    name: str
    layer: str
    gates: int
    states: tuple[str, ...]


RNN = Kind("VanillaRNNLM", "torch.nn.RNN", 1, ("last hidden state",))
LSTM = Kind("LSTMLM", "torch.nn.LSTM", 4, ("last hidden state h", "last cell state c"))


class Model:
    """A student's model with random weights, and how to run it."""

    def __init__(
        self,
        student: Any,
        draw: Draw,
        kind: Kind,
        *,
        scale: float = 0.5,
        sizes: tuple[int, int, int] = (V, E, H),
        pad: int = 0,
    ) -> None:
        self.student, self.kind, self.sizes = student, kind, sizes
        self.thing = student.new(kind.name, *sizes, pad_idx=pad)
        student.call(self.thing, np.ones((1, 1), np.int64))  # lazy layers take their shapes now
        randomise(student, self.thing, draw, scale)

    def run(
        self, tokens: Array, state: State | None = None, seed: int = 0, *, train: bool = False
    ) -> tuple[Array, State]:
        """(logits (B, T, V), state)"""
        given = () if state is None else (state if len(self.kind.states) > 1 else state[0],)
        return self.clean(
            self.student.call(self.thing, tokens, *given, seed=seed, train=train), *tokens.shape
        )

    def clean(self, got: object, rows: int, columns: int) -> tuple[Array, State]:
        """What a call returned, of the right kinds and shapes."""
        name, (vocab, _, hidden) = self.kind.name, self.sizes
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Mismatch(f"{name} returns {describe(got)}; the pair of logits and state was wanted.")
        logits = expect(got[0], f"{name}'s logits", axes="BTW").to_be_shaped((rows, columns, vocab))
        names = [f"{name}'s {state}" for state in self.kind.states]
        if len(names) == 1:
            return logits, (expect(got[1], *names, axes="BH").to_be_shaped((rows, hidden)),)
        return logits, expect(got[1], *names).to_be_shaped(*[(1, rows, hidden)] * 2)

    def random_state(self, draw: Draw, rows: int) -> State:
        shape = (rows, self.sizes[2])
        if len(self.kind.states) == 1:
            return (draw.normal(*shape, scale=0.7),)
        return draw.normal(1, *shape, scale=0.7), draw.normal(1, *shape, scale=0.9)

    def rows_of(self, state: State, rows: slice) -> State:
        return tuple(part[..., rows, :] for part in state)

    # -- where its weights are -------------------------------------------------------------------------------

    def inner(self) -> dict[str, Array]:
        """The weights of the recurrent layer: no axis of them counts the vocabulary."""
        weights = trainable(self.student, self.thing)
        return {name: w for name, w in weights.items() if self.sizes[0] not in w.shape}

    def table(self) -> Array | None:
        """The embedding (V, E), if one weight alone can be it."""
        vocab, width, _ = self.sizes
        return _only(trainable(self.student, self.thing), (vocab, width))

    def head(self) -> tuple[Array, Array] | None:
        """The linear layer's weight (V, H) and bias (V,), zero if it has none."""
        vocab, _, hidden = self.sizes
        weights = trainable(self.student, self.thing)
        weight = _only(weights, (vocab, hidden))
        biases = [w.ravel() for w in weights.values() if w.size == vocab]
        if weight is None or len(biases) > 1:
            return None
        return weight, biases[0] if biases else np.zeros(vocab)


def _only(weights: dict[str, Array], shape: tuple[int, int]) -> Array | None:
    """The one weight of this shape, or of its transpose, turned."""
    found = [w if w.shape == shape else w.T for w in weights.values() if w.shape in (shape, shape[::-1])]
    return found[0] if len(found) == 1 else None


# ---- shapes


def shapes(student: Any, draw: Draw, kind: Kind) -> None:
    """Several batches, one row and one step among them, with and without a state."""
    model = Model(student, draw, kind)
    for rows, columns in ((4, 6), (1, 6), (3, 1), (1, 1), (6, 4)):
        _, state = model.run(draw.tokens([columns] * rows, V))
        model.run(draw.tokens([columns] * rows, V), state)


def default_sizes(student: Any, draw: Draw, kind: Kind) -> None:
    """Embeddings of 128 and states of 256 numbers, where no sizes are given."""
    thing = student.new(kind.name, 11)
    got = student.call(thing, draw.tokens([3, 3], 11))
    shapes = {leaf.shape[-1] for leaf in leaves(got) if isinstance(leaf, np.ndarray) and leaf.ndim > 1}
    sizes = {axis for weight in student.weights(thing).values() for axis in weight.shape}
    if 256 not in shapes or 128 not in sizes:
        raise Mismatch(
            f"{kind.name}(vocab_size) has not the default sizes, emb_dim 128 and hidden_dim 256.",
            "Which defaults does the signature give?",
        )


# ---- equations


def follows_torch(student: Any, draw: Draw, kind: Kind) -> None:
    """Under a symmetric fill, where no order of gates matters, states or logits are those of torch's layer.

    One of the two will do: a wrong state that is returned, or a wrong linear layer, has a check of its own.
    """
    model = Model(student, draw, kind)
    table, inner, head = model.table(), model.inner(), model.head()
    if table is None:
        raise Mismatch(
            f"{kind.name} has no weight, or more than one, of the shape (vocab_size, emb_dim) = "
            f"({V}, {E}); one was wanted, the embedding.",
            "Which part looks up a vector for each token, and how many numbers does the linear layer read?",
        )
    tokens = draw.tokens([4] * 3, V)
    layer = student.new(kind.layer, E, H, batch_first=True)
    for phi in fill.PHIS:
        rows = np.tile(np.array(phi, np.float32), kind.gates)[:, None]
        numbers = {"weight_ih_l0": np.tile(rows, (1, E)), "weight_hh_l0": np.tile(rows, (1, H))}
        biases = {name: np.zeros(kind.gates * H, np.float32) for name in ("bias_ih_l0", "bias_hh_l0")}
        student.load(layer, numbers | biases)
        states, want = _of_torch(student.call(layer, table[tokens]), kind)
        fits = False
        for weights in fill.fills(inner, E, phi):
            student.load(model.thing, weights)
            logits, state = model.run(tokens)
            pairs = zip(state, want, strict=True)
            fits |= all(close(got.reshape(3, H), right).all() for got, right in pairs)
            fits |= head is not None and bool(close(logits, states @ head[0].T + head[1]).all())
        if not fits:
            raise Mismatch(
                f"{kind.name} does not compute what one layer of {kind.layer[6:]} computes with the same "
                "weights.",
                "Which kind of layer does the docstring name, and which token and state does a step read?",
            )


def _of_torch(got: object, kind: Kind) -> tuple[Array, list[Array]]:
    """The states (3, 4, H) of torch's layer, and each part of the last one (3, H)."""
    states, last = as_parts(got, f"What {kind.layer[6:]} returns", 2)
    names = [f"A last state of {kind.layer[6:]}"] * len(kind.states)
    parts = expect(last, *names).to_be_shaped(*[(1, 3, H)] * len(names))
    parts = parts if len(names) > 1 else (parts,)
    return expect(states, f"The states of {kind.layer[6:]}").to_be_shaped((3, 4, H)), [p[0] for p in parts]


def learns_with_all_its_weights(student: Any, draw: Draw, kind: Kind) -> None:
    """Enough weights get a gradient, and gradients are the slopes of the forward pass."""
    model = Model(student, draw, kind, scale=0.3)
    tokens = (1 + np.arange(2 * LONG) % (V - 1)).reshape(2, LONG)  # every one but padding
    state = model.random_state(draw, 2)
    logits, last = model.run(tokens, state)
    parts = tuple(draw.normal(*part.shape) for part in last)
    pull = (draw.normal(*logits.shape), parts if len(parts) > 1 else parts[0])
    args = (tokens, state if len(state) > 1 else state[0])
    found = student.gradients(model.thing, *args, pull=pull).weights
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


def _gradients_reach_the_first_step(student: Any, draw: Draw, kind: Kind) -> None:
    """Each step reads a token of its own, whose vector the last step's logits give a gradient, if a tiny one.

    Gradients fade, so that a cut far back hardly changes their sum; but a cut makes one exactly 0, whatever
    the weights.
    """
    if draw.symmetric:
        return  # gradients of equal weights may cancel out

    def look(some: Draw) -> None:
        steps = int(some.integers(2 * LONG, 2 * LONG + 12))  # how many, no code can know
        model = Model(student, some, kind, sizes=(steps + 1, E, H))
        tokens = 1 + some.order(steps)[None]
        logits, _ = model.run(tokens)
        pull = np.zeros_like(logits)
        pull[:, -1] = some.normal(steps + 1)
        found = student.gradients(model.thing, tokens, pull=(pull, None)).weights
        table = _only({name: g for name, g in found.items() if isinstance(g, np.ndarray)}, (steps + 1, E))
        if table is not None and not np.abs(table[tokens[0]]).max(1).all():
            raise Mismatch(
                f"In {kind.name} no gradient goes from the logits of step {steps} back to the first token.",
                CUT,
            )

    on_some_weights(draw, look)


def logits_come_from_states(student: Any, draw: Draw, kind: Kind) -> None:
    """At every step the logits are one linear layer of that step's hidden state, and nothing else."""
    model = Model(student, draw, kind)
    head = model.head()
    hint = "What lies between the hidden state of a step and its logits, and what does cross-entropy expect?"
    if head is None:
        raise Mismatch(
            f"{kind.name} has no linear layer, or more than one, from hidden_dim ({H}) to vocab_size ({V}) "
            "numbers.",
            hint,
        )
    tokens = draw.tokens([5] * 3, V)
    whole, _ = model.run(tokens)
    for step in range(5):  # one more step each time, so that every state is seen
        begun, state = model.run(tokens[:, : step + 1])
        want = state[0].reshape(3, H) @ head[0].T + head[1]
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


def is_carried(model: Model) -> bool:
    """Whether a state that is given makes any difference; if not, another check says so."""
    tokens = Draw(1).tokens([1] * 3, V)
    given, _ = model.run(tokens, model.random_state(Draw(2), 3))
    return not np.allclose(given, model.run(tokens)[0], atol=1e-6)


# ---- properties


def hands_its_state_on(student: Any, draw: Draw, kind: Kind) -> None:
    """Two halves with the state passed on are the whole; without a state it starts from zeros."""
    model = Model(student, draw, kind)
    hint = "Does your model use the state it is given, and return the one after the last step?"
    steps = int(draw.integers(2 * LONG, 4 * LONG))
    long, tokens = (draw.tokens([columns] * 4, V) for columns in (steps, 7))
    _in_two_parts(model, long, (steps // 3, 2 * steps // 3), hint)
    _, last = _in_two_parts(model, tokens, (1, 3, 6), hint)
    zeros = tuple(np.zeros_like(part) for part in last)
    for train in (False, True):  # with dropout, the same seed drops the same
        first, from_zeros = (model.run(tokens, given, seed=5, train=train)[0] for given in (None, zeros))
        expect(from_zeros, f"{kind.name}'s logits", axes="BTW").to_match(
            first,
            otherwise="{name} without a state are not those from a state of zeros"
            + (", in training mode." if train else "."),
            hint="From which state does the first step start when none is given?",
        )


def _in_two_parts(model: Model, tokens: Array, cuts: tuple[int, ...], hint: str) -> tuple[Array, State]:
    """What the model gives for the whole, which has to be what it gives for two parts."""
    whole, last = model.run(tokens)
    kind = model.kind
    for cut in cuts:
        _, state = model.run(tokens[:, :cut])
        rest, end = model.run(tokens[:, cut:], state)
        expect(rest, f"{kind.name}'s logits", axes="BTW").to_match(
            whole[:, cut:],
            otherwise="{name} of a sequence read in two parts are not those of the whole, {where}.",
            hint=hint,
        )
        for got, want, name in zip(end, last, kind.states, strict=True):
            expect(got, f"{kind.name}'s {name}").to_match(
                want, otherwise="{name} after two parts is not that after the whole.", hint=hint
            )
    return whole, last


def never_looks_ahead(student: Any, draw: Draw, kind: Kind) -> None:
    """Logits before a change stay, those of the step itself move."""
    model = Model(student, draw, kind)
    for rows, columns in ((4, 6), (5, 5)):
        tokens = draw.tokens([columns] * rows, V)
        logits, _ = model.run(tokens)
        for step in range(columns):
            other = tokens.copy()
            other[:, step] = other[:, step] % (V - 1) + 1
            moved, _ = model.run(other)
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


def rows_stay_apart(student: Any, draw: Draw, kind: Kind) -> None:
    """Each row alone, with its own state, gives what it gives in its batch."""
    model = Model(student, draw, kind)
    for rows, columns in ((4, 6), (5, 5)):
        tokens, state = draw.tokens([columns] * rows, V), model.random_state(draw, rows)
        for given in (None, state):
            logits, last = model.run(tokens, given)
            for row in range(rows):
                some = slice(row, row + 1)
                mine = None if given is None else model.rows_of(given, some)
                alone, end = model.run(tokens[some], mine)
                pairs = [(alone, logits[some], "logits")]
                pairs += zip(end, model.rows_of(last, some), kind.states, strict=True)
                for got, want, name in pairs:
                    expect(got, f"{kind.name}'s {name} of a row alone").to_match(
                        want,
                        otherwise=f"{{name}} (row {row}, counted from 0) and in its batch are not the same.",
                        hint="Along which axis does your layer read, and what does a row know of the others?",
                    )


def same_again(student: Any, draw: Draw, kind: Kind) -> None:
    """Two calls agree; tokens and state are afterwards what they were."""
    model = Model(student, draw, kind)
    tokens, state = draw.tokens([6] * 4, V), model.random_state(draw, 4)
    args = (tokens, state if len(state) > 1 else state[0])
    got, after = student.call_and_see(model.thing, *args, seed=1)
    first, _ = model.clean(got, 4, 6)
    kept = isinstance(after, list) and len(after) == 2 and _same(after[0], tokens)
    parts = [] if not kept else list(after[1]) if isinstance(after[1], tuple) else [after[1]]
    if len(parts) != len(state) or not all(map(_same, parts, state)):
        raise Mismatch(
            f"{kind.name} changes the tensors that it is given.", "Which of your lines writes into an input?"
        )
    expect(model.run(tokens, state, seed=2)[0], f"{kind.name}'s logits").to_match(
        first,
        otherwise="{name} differ between two calls with the same input.",
        hint="What does your model keep from one batch to the next, and what in it is random?",
    )
    drawn = []
    for seed in (1, 2):
        student.call(model.thing, tokens, seed=seed)
        drawn.append(student.random_numbers())
    if any(drawn[0][name] == drawn[1][name] for name in drawn[0]):
        raise Mismatch(
            f"After a call of {kind.name} the random numbers are always the same: it seeds the generators.",
            "Who else draws random numbers in the same run?",
        )


def _same(got: object, want: Array) -> bool:
    return isinstance(got, np.ndarray) and np.array_equal(got, want)


def padding_is_zero(student: Any, draw: Draw, kind: Kind) -> None:
    """The embedding of pad_idx, whichever it is, is zero at the start, as no other is, and never learns."""
    for pad in (0, 3):
        thing = student.new(kind.name, V, E, H, pad_idx=pad)
        logits = student.call(thing, np.array([[1, 2]]))
        tokens = np.concatenate([np.arange(V), np.arange(V)]).reshape(2, V)
        logits = student.call(thing, tokens)
        logits = logits[0] if isinstance(logits, (tuple, list)) and logits else None
        clean = expect(logits, f"{kind.name}'s logits", axes="BTW").to_be_shaped((2, V, V))
        start = _only(trainable(student, thing), (V, E))
        if start is None or not start[np.arange(V) != pad].any(1).all():
            raise Mismatch(
                f"With pad_idx={pad}, {kind.name} does not show one weight of the shape (vocab_size, "
                f"emb_dim) = ({V}, {E}), the embedding, in which no row but row {pad} starts at zero.",
                "Where does pad_idx go, and which part looks up a vector for each token?",
            )
        found = student.gradients(thing, tokens, pull=(draw.normal(*clean.shape), None)).weights
        slope = _only({n: g for n, g in found.items() if isinstance(g, np.ndarray) and g.ndim == 2}, (V, E))
        hint = "Which option of nn.Embedding is about padding, and where does pad_idx go?"
        if start[pad].any():
            raise Mismatch(
                f"With pad_idx={pad}, row {pad} of {kind.name}'s embedding, the padding, does not start at "
                "zero.",
                hint,
            )
        if slope is None:
            raise Mismatch(
                f"No gradient reaches {kind.name}'s embedding, so nothing is learnt about any token.",
                "Which line cuts the way from the logits to the embedding?",
            )
        if slope[pad].any():
            raise Mismatch(
                f"With pad_idx={pad}, row {pad} of {kind.name}'s embedding, the padding, gets a gradient.",
                hint,
            )
