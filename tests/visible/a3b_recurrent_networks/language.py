"""Checks of the autoregressive LSTM and of its loss per token.

With more ids than hidden units the last layer can be undone, so the states are known, and are compared with
PyTorch's own nn.LSTM under the same weights.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged, as_parts
from autograder.checks.apart import stay_apart
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, expect
from autograder.checks.learning import attempts, cross_entropy
from autograder.checks.weights import randomise, touched, trainable
from tests.visible.a3b_recurrent_networks.pooled import solve

Array = NDArray[Any]

V, E, H = 13, 7, 5
T, LONG = 8, 26  # steps; the second longer than any stretch after which a state might be cut off
RESIDUE = 1e-3
NAME = "CharLSTM"
LAYER = re.compile(r"(?:^|\.)((?:weight|bias)_(?:ih|hh)_l\d+)$")  # PyTorch's own names


class Model:
    """A student's CharLSTM with random weights."""

    def __init__(self, student: Any, draw: Draw, layers: int = 1, scale: float = 0.6) -> None:
        self.student, self.layers = student, layers
        self.thing = student.new(NAME, V, E, H, layers)
        self.logits(draw.tokens([2, 1], V))
        randomise(student, self.thing, draw, scale)

    def logits(self, tokens: Array, train: bool = False, seed: int = 0) -> Array:
        got = self.student.call(self.thing, tokens, train=train, seed=seed)
        clean: Array = expect(got, f"{NAME}'s logits", axes="BTV").to_be_shaped((*tokens.shape, V))
        return clean

    def states(self, tokens: Array) -> Array:
        """What the last layer reads, (B, T, H)."""
        weights = trainable(self.student, self.thing)
        heads = [w if len(w) == V else w.T for w in weights.values() if sorted(w.shape) == sorted((V, H))]
        if not heads:
            raise Mismatch(
                f"With hidden = {H} and {V} ids, no layer of {NAME} goes from {H} to {V} numbers.",
                "What does the last layer read: embeddings, or the hidden states of how many directions?",
            )
        logits = self.logits(tokens).reshape(-1, V).astype(np.float64)
        bias = sum((w.astype(np.float64) for w in weights.values() if w.shape == (V,)), np.zeros(V))
        for head in heads:
            states = solve(head, (logits - bias).T)
            if np.abs(head @ states + bias[:, None] - logits.T).max() < RESIDUE * (1 + np.abs(logits).max()):
                return np.asarray(states.T).reshape(*tokens.shape, H)
        raise Mismatch(
            f"{NAME}'s logits are not what a linear layer gives for each hidden state.",
            "What is done to the scores after the last layer, and what does the loss do by itself?",
        )


def shapes(student: Any, draw: Draw) -> None:
    for layers in (1, 2, 3):
        model = Model(student, draw, layers)
        for rows, columns in ((4, T), (1, 3), (3, 1), (1, 1)):
            model.logits(draw.tokens([columns] * rows, V))
    default = student.new(NAME, V)
    got = student.call(default, draw.tokens([4, 2], V))
    expect(got, f"{NAME}'s logits", axes="BTV").to_be_shaped((2, 4, V))


def rows_stay_apart(student: Any, draw: Draw) -> None:
    model = Model(student, draw)
    tokens = draw.tokens([T] * 4, V)
    logits = model.logits(tokens)
    if np.ptp(logits, axis=(0, 1)).max() < 1e-6:
        raise Mismatch(f"{NAME}'s logits are the same for every token.", "What do the scores depend on?")
    for row in range(4):
        expect(model.logits(tokens[row : row + 1]), f"The logits of row {row}").to_match(
            logits[row : row + 1],
            otherwise="{name} (counted from 0) are not the same alone and in its batch.",
            hint="Along which axis does nn.LSTM read without batch_first, and does a state stay from the "
            "batch before?",
        )
    _, after = student.call_and_see(model.thing, tokens)
    if not are_unchanged(after, tokens):
        raise Mismatch(
            f"{NAME} changes the tokens that it is given.", "Which of your lines writes into an input?"
        )
    stay_apart(NAME, lambda: model.logits(tokens), lambda: Model(student, draw))


def never_looks_ahead(student: Any, draw: Draw) -> None:
    """A step knows its own token and those before, none after; in training, too."""
    for layers in (1, 2):
        model = Model(student, draw, layers)
        tokens = draw.tokens([T] * 4, V)
        for train in (False, True):
            logits = model.logits(tokens, train=train, seed=5)
            for step in (1, 4, T - 1):
                other = tokens.copy()
                other[:, step] = tokens[:, step] % (V - 1) + 1
                seen = model.logits(other, train=train, seed=5)
                mode = "In training mode, the" if train else "The"
                expect(seen[:, :step], f"{mode} logits", axes="BTV").to_match(
                    logits[:, :step],
                    otherwise="{name} of CharLSTM change when only a later token is another one, {where}.",
                    hint="What can step 3 know of step 4: does a layer mix the steps, or a state stay from "
                    "call to call?",
                )
        attempts(draw, lambda source, layers=layers: _reads_what_came_before(student, source, layers))


def _reads_what_came_before(student: Any, draw: Draw, layers: int) -> None:
    """With up to three draws: saturated gates may let nothing through."""
    model = Model(student, draw, layers)
    tokens = draw.tokens([4] * 4, V)
    logits = model.logits(tokens)
    for step in range(4):
        other = tokens.copy()
        other[:, step] = tokens[:, step] % (V - 1) + 1
        seen = model.logits(other)
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


def states_are_those_of_an_lstm(student: Any, draw: Draw, layers: int = 1) -> None:
    """The last layer is linear over the states, and these are nn.LSTM's of the embedded tokens."""
    model = Model(student, draw, layers)
    tokens = draw.tokens([int(draw.integers(2 * LONG, 4 * LONG))] * 4, V)  # how long, no code can know
    states = model.states(tokens)
    weights = trainable(student, model.thing)
    inner: dict[str, dict[str, Array]] = {}  # one module of PyTorch's after the other
    for name, weight in weights.items():
        if found := LAYER.search(name):
            inner.setdefault(name[: found.start(1)], {})[found[1]] = weight
    for each in inner.values():
        if len(each.get("weight_ih_l0", ())) != 4 * H or each["weight_ih_l0"].shape[1] not in (E, H):
            raise Mismatch(
                f"With emb = {E} and hidden = {H}, {NAME} has a recurrent layer that is no nn.LSTM from {E} "
                f"to {H} numbers.",
                "Which recurrent layer does the assignment name, and what does it read?",
            )
    tables = [w for w in weights.values() if w.shape == (V, E)]
    theirs = student.new("torch.nn.LSTM", E, H, num_layers=layers, batch_first=True)
    same = {name: w.shape for name, w in trainable(student, theirs).items()}
    [own] = inner.values() if len(inner) == 1 else [{}]
    if len(tables) == 1 and {name: w.shape for name, w in own.items()} == same:
        student.load(theirs, own)
        outputs, _ = as_parts(student.call(theirs, tables[0][tokens]), "What nn.LSTM returns", 2)
        outputs = expect(outputs, "nn.LSTM's outputs").to_be_shaped(states.shape)
        if not close(states, outputs, 2e-3).all():
            raise Mismatch(
                f"{NAME}'s last layer does not read the outputs of its LSTM for the embedded tokens.",
                "Follow a batch from layer to layer: along which axis does the LSTM read, and where do its "
                "outputs go?",
            )
        return
    inside = sum(w.size for w in weights.values() if V not in w.shape)
    if inside < layers * 4 * H * 2 * H or not _remembers(model, tokens, states):
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
    other = tokens.copy()
    other[:, 0] = tokens[:, 0] % (V - 1) + 1
    return not close(model.states(other)[:, 1:4], states[:, 1:4], 1e-6).all()


def starts_the_same(student: Any, draw: Draw) -> None:
    """In training mode, too: chance in the first state fades from step to step, a dropout does not."""
    model = Model(student, draw, scale=0.3)
    tokens = draw.tokens([LONG] * 4, V)
    one, other = [model.logits(tokens, train=True, seed=seed) for seed in (1, 2)]
    apart = np.abs(np.float64(one) - other).max((0, 2))
    if apart[:3].max() > 1e-4 and apart[-6:].max() < 0.05 * apart[:3].max():
        raise Mismatch(
            f"In training mode {NAME} does not start from a state of zeros: its first scores are random.",
            "Which state does nn.LSTM start from when none is passed?",
        )


def gradients_reach_the_first_token(student: Any, draw: Draw) -> None:
    """From the last of many steps, with up to three draws: a gradient of a saturated gate is 0."""
    attempts(draw, lambda source: _reach_the_first_token(student, source))


def _reach_the_first_token(student: Any, draw: Draw) -> None:
    model = Model(student, draw, scale=0.4)
    tokens = draw.integers(2, V, 4, LONG)
    tokens[:, 0] = 1  # and nowhere else
    pull = np.zeros((4, LONG, V), np.float32)
    pull[:, -1] = draw.normal(4, V)
    weights = student.gradients(model.thing, tokens, pull=pull).weights
    tables = [w for w in weights.values() if isinstance(w, np.ndarray) and sorted(w.shape) == sorted((V, E))]
    if not any(np.any(table[1] if len(table) == V else table[:, 1]) for table in tables):
        raise Mismatch(
            f"No gradient of {NAME}'s scores at step {LONG - 1} reaches the token at step 0.",
            "How is the state handed on: is it cut off by detach or .data on the way?",
        )


def default_sizes(student: Any) -> None:
    found = {tuple(sorted(w.shape)) for w in student.weights(student.new(NAME, V)).values() if w.ndim == 2}
    if not {tuple(sorted((V, 32))), tuple(sorted((V, 16)))} <= found:
        raise Mismatch(
            f"{NAME}({V}) does not embed its tokens in 32 dimensions, or has no hidden states of 16 numbers.",
            "Which sizes does the assignment give for e and h?",
        )


def all_parts_learn(student: Any, draw: Draw) -> None:
    """Embedding, every gate of every layer, and the last layer."""
    for layers in (1, 2, 3):
        model = Model(student, draw, layers)
        tokens = np.concatenate([np.arange(1, V), np.arange(V - 1, 0, -1)]).reshape(4, -1)
        pull = draw.normal(*tokens.shape, V)
        got = touched(student.gradients(model.thing, tokens, pull=pull).weights)
        least = 2 * V * min(E, H) + 4 * H * (E + H) + (layers - 1) * 8 * H * H
        if got < least:
            raise Mismatch(
                f"In {NAME}({V}, {E}, {H}, {layers}) only {got} weights get a gradient; an embedding, "
                f"{layers} LSTM layer{'s' if layers > 1 else ''} and a last layer have more.",
                "Which layer is missing, left out or detached, and is num_layers handed on?",
            )


# ---- the loss


def loss_is_per_token(student: Any, draw: Draw) -> None:
    """Value and gradient: padding left out of sum and number, or of neither."""
    for lengths, pad in (([5, 2, 7], 0), ([4, 1, 6], 9), ([4, 4, 4], 0), ([1], 3)):
        targets = draw.tokens(lengths, V, pad=pad, columns=max(lengths) + (lengths != [4, 4, 4]))
        logits = draw.normal(*targets.shape, V, scale=1.5)
        each, slope = cross_entropy(logits.astype(np.float64), targets)
        readings = []
        for counted in (targets != pad, np.ones(targets.shape, bool)):
            number = counted.sum()
            readings.append(((each * counted).sum() / number, slope * counted[..., None] / number))
        got = student.call("token_loss", logits, targets, pad)
        if not isinstance(got, np.ndarray) or got.size != 1:
            raise Mismatch(
                "token_loss was to return a tensor that can be differentiated.",
                "Can you call backward() on it?",
            )
        value = expect(got, "token_loss").to_be_number()
        fits = [slope for want, slope in readings if abs(value - want) < 1e-4 * (1 + want)]
        if not fits:
            _name_the_loss(value, each, targets, pad, logits)
        given = student.gradients(
            "token_loss", logits, targets, pad, pull=np.ones(got.shape, np.float32)
        ).inputs
        gradient = expect(given[0] if given else None, "The gradient of token_loss", axes="BTV").to_be_shaped(
            logits.shape
        )
        if not any(close(gradient, slope).all() for slope in fits):
            raise Mismatch(
                "The gradient of token_loss is not that of the cross-entropy per token.",
                "On which number is backward() called?",
            )


def _name_the_loss(value: float, each: Array, targets: Array, pad: int, logits: Array) -> None:
    real = targets != pad
    number, cells = real.sum(), real.size
    total, everything = float((each * real).sum()), float(each.sum())
    twice, _ = cross_entropy(np.exp(logits - np.logaddexp.reduce(logits, -1)[..., None]), targets)
    how = "Which id is left out of the sum, and which is left out of the number?"
    many = "By which number does the sum become a loss per token?"
    twofold = "what comes out when softmax is applied twice", "Which functions apply softmax by themselves?"
    known = (
        (total / cells, "the sum without padding, divided by the number of all places", how),
        (everything / number, "the sum with padding, divided by the number of tokens without", how),
        (total, "a sum that is not divided", many),
        (everything, "a sum that is not divided", many),
        (total / len(targets), "divided by the number of rows", many),
        (everything / len(targets), "divided by the number of rows", many),
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
