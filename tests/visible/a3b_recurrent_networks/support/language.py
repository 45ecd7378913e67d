"""A student's CharLSTM, and the states behind its scores.

With more ids than hidden units the last layer can be undone, so the states are known, and are compared with
PyTorch's own nn.LSTM under the same weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Named,
    Student,
    as_parts,
    close,
    expect,
    sequences,
)
from tests.visible.a3b_recurrent_networks.support.pooled import undone

V, E, H = 13, 7, 5
LONG = 26  # steps; longer than any stretch after which a state might be cut off
NAME = "CharLSTM"
LAYER = re.compile(r"(?:^|\.)((?:weight|bias)_(?:ih|hh)_l\d+)$")  # PyTorch's own names


class Model:
    """A student's CharLSTM with random weights."""

    def __init__(
        self, student: Student, draw: Draw, layers: int = 1, scale: float = 0.6, hidden: int = H
    ) -> None:
        self.student, self.layers, self.hidden = student, layers, hidden
        self.vocab = V * hidden // H
        self.thing = student.new(NAME, self.vocab, E, hidden, layers).of_size(wide=hidden != H)
        self.logits(draw.tokens([2, 1], V))
        self.thing.randomised(draw, scale)

    def logits(self, tokens: Array, train: bool = False, seed: int = 0) -> Array:
        """The scores (B, T, V) of tokens (B, T)."""
        got = self.thing(tokens, train=train, seed=seed)
        clean: Array = expect(got, f"{NAME}'s logits", axes="BTV").to_be_shaped((*tokens.shape, self.vocab))
        return clean

    def states(self, tokens: Array) -> Array:
        """What the last layer reads, (B, T, H)."""
        weights, sizes = self.thing.trainable, (self.hidden, self.vocab)
        heads = [w if len(w) == sizes[1] else w.T for w in weights.values() if sorted(w.shape) == [*sizes]]
        if not heads:
            raise Mismatch(
                f"With hidden = {sizes[0]} and {sizes[1]} ids, no layer of {NAME} goes from {sizes[0]} to "
                f"{sizes[1]} numbers.",
                "What does the last layer read: embeddings, or the hidden states of how many directions?",
            )
        states = undone(heads, list(weights.values()), self.logits(tokens).reshape(-1, sizes[1]))
        if states is None:
            raise Mismatch(
                f"{NAME}'s logits are not what a linear layer gives for each hidden state.",
                "What is done to the scores after the last layer, and what does the loss do by itself?",
            )
        return states.reshape(*tokens.shape, self.hidden)

    def starts_from_zeros(self, draw: Draw) -> None:
        """In training mode, too: chance in the first state fades from step to step, a dropout does not."""
        tokens = draw.tokens([LONG] * 4, V)
        one, other = [self.logits(tokens, train=True, seed=seed) for seed in (1, 2)]
        apart = np.abs(np.asarray(one, np.float64) - other).max((0, 2))
        if apart[:3].max() > 1e-4 and apart[-6:].max() < 0.05 * apart[:3].max():
            raise Mismatch(
                f"In training mode {NAME} does not start from a state of zeros: its first scores "
                "differ from call to call.",
                "Which state does nn.LSTM start from when none is passed?",
            )

    def says_the_same_again(self, tokens: Array) -> None:
        """Raise Mismatch if the same tokens get other scores at a second call, in training mode, too."""
        for train in (False, True):
            sequences.same_again(
                f"In training mode, {NAME}'s logits" if train else f"{NAME}'s logits",
                self.logits(tokens, train, seed=5),
                self.logits(tokens, train, seed=5),
                "Does a state stay from call to call, and which one does nn.LSTM start from when none is "
                "passed?",
            )

    def never_looks_ahead(self, tokens: Array, train: bool) -> None:
        """Raise Mismatch if the scores at a step move with a later token."""
        sequences.never_looks_ahead(
            f"In training mode, {NAME}'s logits" if train else f"{NAME}'s logits",
            lambda seen: self.logits(seen, train, seed=5),
            tokens,
            lambda step: with_another(tokens, step),
            (1, 4, tokens.shape[1] - 1),
            "What can step 3 know of step 4: does a layer mix the steps, or a state stay from call to call?",
            axes="BTV",
        )

    def states_of_torchs(self, tokens: Array, weights: Named[Array]) -> Array | None:
        """What PyTorch's nn.LSTM gives under these weights, the model's; None where it has others."""
        inner: dict[str, dict[str, Array]] = {}  # one module of PyTorch's after the other
        for name, weight in weights.items():
            if found := LAYER.search(name):
                inner.setdefault(name[: found.start(1)], {})[found[1]] = weight
        for each in inner.values():
            size, first = self.hidden, each.get("weight_ih_l0", np.zeros((0, 0)))
            if len(first) != 4 * size or first.shape[1] not in (E, size):
                raise Mismatch(
                    f"With emb = {E} and hidden = {size}, {NAME} has a recurrent layer that is no nn.LSTM "
                    f"from {E} to {size} numbers.",
                    "Which recurrent layer does the assignment name, and what does it read?",
                )
        tables = [w for w in weights.values() if w.shape == (self.vocab, E)]
        theirs = self.student.new("torch.nn.LSTM", E, self.hidden, num_layers=self.layers, batch_first=True)
        theirs = theirs.of_size(wide=self.thing.wide)
        shapes = {name: w.shape for name, w in theirs.trainable.items()}
        [own] = inner.values() if len(inner) == 1 else [{}]
        if len(tables) != 1 or {name: w.shape for name, w in own.items()} != shapes:
            return None
        theirs.load(own)
        outputs, _ = as_parts(theirs(tables[0][tokens]), "What nn.LSTM returns", 2)
        states: Array = expect(outputs, "nn.LSTM's outputs").to_be_shaped((*tokens.shape, self.hidden))
        return states


def wide_models(student: Student, draw: Draw, layers: int = 1) -> Iterator[Model]:
    """One with many units."""
    for hidden in sequences.wide(draw, beyond=64):
        yield Model(student, draw.child("wide"), layers, hidden=hidden)


def with_another(tokens: Array, step: int) -> Array:
    """The tokens with others at one step."""
    changed = tokens.copy()
    changed[:, step] = tokens[:, step] % (V - 1) + 1
    return changed


def reads_what_came_before(student: Student, draw: Draw, layers: int) -> None:
    """Raise Mismatch unless the last step's scores depend on every step's token."""
    model = Model(student, draw, layers)
    tokens = draw.tokens([4] * 4, V)
    logits = model.logits(tokens)
    for step in range(4):
        seen = model.logits(with_another(tokens, step))
        expect(seen[:, step], f"{NAME}'s logits").to_differ(
            logits[:, step],
            otherwise="{name} at a step do not depend on the token of that step.",
            hint="Which token does step 2 read?",
        )
        expect(seen[:, -1], f"{NAME}'s logits").to_differ(
            logits[:, -1],
            otherwise=f"{{name}} at the last step do not depend on the token at step {step} of 4.",
            hint="How does step 4 learn what step 1 has read?",
        )


def look_like_an_lstms(states: Array, model: Model, tokens: Array, inside: int) -> None:
    """States of a model with so many weights `inside` that are kept in another way than nn.LSTM's."""
    size, others = model.hidden, model.layers - 1
    least = 4 * size * (min(E, size) + size) + others * 8 * size**2
    if inside < least or not _remembers(model, tokens, states):
        raise Mismatch(
            f"{NAME} has no LSTM: too few weights for four gates, or no state that goes from step to step.",
            "Which recurrent layer does the assignment name, and what does it read?",
        )
    if np.ptp(states, axis=(0, 1)).max() < 1e-6:
        raise Mismatch(f"{NAME}'s states are the same for every token.", "What does the LSTM read?")
    if np.abs(states).max() > 1 + 1e-2:
        raise Mismatch(
            f"{NAME}'s last layer reads numbers that no LSTM gives.", "How large can o ⊙ tanh(c) become?"
        )


def _remembers(model: Model, tokens: Array, states: Array) -> bool:
    """Whether another token changes the states after it, too."""
    return not close(model.states(with_another(tokens, 0))[:, 1:4], states[:, 1:4], 1e-6).all()


def reaches_the_first_token(student: Student, draw: Draw) -> None:
    """A gradient, from the last of many steps."""
    model = Model(student, draw, scale=0.4)
    tokens = draw.integers(2, V, 4, LONG)
    tokens[:, 0] = 1  # and nowhere else
    pull = np.zeros((4, LONG, V), np.float32)
    pull[:, -1] = draw.normal(4, V)
    weights = model.thing.gradients(tokens, pull=pull).weights
    tables = [w for w in weights.values() if w is not None and sorted(w.shape) == sorted((V, E))]
    if not any(np.any(table[1] if len(table) == V else table[:, 1]) for table in tables):
        raise Mismatch(
            f"No gradient of {NAME}'s scores at step {LONG - 1} reaches the token at step 0.",
            "How is the state handed on: is it cut off by detach or .data on the way?",
        )


# ---- the loss


def name_the_loss(value: float, each: Array, twice: Array, real: Array) -> None:
    """Raise Mismatch for a loss that is wrong, by what it is.

    `each` (B, T) are the losses, `twice` those when softmax is applied twice; `real` says what is no padding.
    """
    number, cells, rows = real.sum(), real.size, len(real)
    total, everything = float((each * real).sum()), float(each.sum())
    how = "Which id is left out of the sum, and which is left out of the number?"
    many = "By which number does the sum become a loss per token?"
    twofold = "what comes out when softmax is applied twice", "Which functions apply softmax by themselves?"
    known = (
        (total / cells, "the sum without padding, divided by the number of all places", how),
        (everything / number, "the sum with padding, divided by the number of tokens without", how),
        (total, "a sum that is not divided", many),
        (everything, "a sum that is not divided", many),
        (total / rows, "divided by the number of rows", many),
        (everything / rows, "divided by the number of rows", many),
        ((twice * real).sum() / number, *twofold),
        (twice.mean(), *twofold),
    )
    for wrong, words, hint in known:
        if abs(value - wrong) < 1e-4 * (1 + abs(wrong)):
            raise Mismatch(f"token_loss is {words}.", hint, value)
    raise Mismatch(
        "token_loss is not the cross-entropy per token.",
        "Does every token count the same, and does each target meet the scores of its own step?",
        value,
    )
