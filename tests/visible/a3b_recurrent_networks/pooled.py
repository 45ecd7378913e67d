"""Checks of the four classifiers, by what reaches their last layer.

With more classes than hidden units, that layer can be undone: the pooled features of every row are known,
however the layers are called and wherever their weights are kept. The last layer is known by its shape, as is
the embedding. Tokens are never 0, so that a model that masks its padding is as good.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged
from autograder.checks.apart import stay_apart
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, expect
from autograder.checks.learning import attempts
from autograder.checks.weights import randomise, touched, trainable
from autograder.sandbox.wire.errors import StudentFailure
from tests.visible.a3b_recurrent_networks import elman

Array = NDArray[Any]

V, E, H, C = 11, 7, 5, 13  # all different, and C > 2 H: a layer of two directions can be undone as well
T = 6
RESIDUE = 1e-3  # of the largest logit; float32 leaves 1e-6, a softmax more than 1e-1
KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # the weights of a layer, by PyTorch's names
ELMAN = "ElmanClassifier"
TRIES = 8  # draws of weights, one of which shows what right code shows on nearly every draw
GATES = {"RNNClassifier": (1, "nn.RNN"), "LSTMClassifier": (4, "nn.LSTM")}


def solve(layer: Array, sums: Array) -> Array:
    """x with layer @ x = sums, by least squares; zeros where the weights are no numbers to count with."""
    try:
        return np.asarray(np.linalg.lstsq(layer.astype(np.float64), sums, rcond=None)[0])
    except np.linalg.LinAlgError:
        return np.zeros((layer.shape[1], sums.shape[1]))


class Model:
    """A student's classifier with random weights."""

    def __init__(self, student: Any, draw: Draw, name: str, scale: float = 0.6, emb: int = E) -> None:
        self.student, self.name, self.emb = student, name, emb
        self.thing = student.new(name, V, emb, H, C)
        self.logits(draw.tokens([2, 1], V))
        randomise(student, self.thing, draw, scale)

    def renew(self) -> None:
        """The same weights in a model that has not been called."""
        thing = self.student.new(self.name, V, self.emb, H, C)
        self.student.load(thing, trainable(self.student, self.thing))
        self.thing = thing

    def logits(self, tokens: Array, train: bool = False, seed: int = 0) -> Array:
        got = self.student.call(self.thing, tokens, train=train, seed=seed)
        clean: Array = expect(got, f"{self.name}'s logits", axes="BC").to_be_shaped((len(tokens), C))
        return clean

    def gradients(self, tokens: Array, pull: Array) -> dict[str, Any]:
        found: dict[str, Any] = self.student.gradients(self.thing, tokens, pull=pull).weights
        return found

    def pooled(self, tokens: Array) -> Array:
        """What the last layer reads, (B, n); Mismatch when the logits are no weighted sums of anything."""
        weights = trainable(self.student, self.thing)
        heads = [w for w in weights.values() if w.ndim == 2 and C in w.shape and V not in w.shape]
        heads = [w if len(w) == C else w.T for w in heads]
        heads = [w for w in heads if w.shape[1] == H or (self.name in GATES and w.shape[1] < C)]
        if not heads:
            raise Mismatch(
                f"With hidden = {H} and {C} classes, no layer of {self.name} goes from {H} to {C} numbers.",
                "Which layer projects down to the classes, and what does it read?",
            )
        logits = self.logits(tokens).astype(np.float64)
        bias = sum((w.astype(np.float64) for w in weights.values() if w.shape == (C,)), np.zeros(C))
        wrong = True
        for head in heads:
            features = solve(head, (logits - bias).T)
            residue = np.abs(head @ features + bias[:, None] - logits.T).max()
            wrong = residue > RESIDUE * (1 + np.abs(logits).max())
            if not wrong:
                return np.asarray(features.T)
        raise Mismatch(
            f"{self.name}'s logits are not what its last linear layer gives for one vector per row.",
            "What is done to the scores after the last layer, and is the maximum taken before that layer?",
        )

    def table(self) -> str:
        """The name of the embedding, known by its shape."""
        for name, weight in trainable(self.student, self.thing).items():
            if weight.ndim == 2 and weight.shape[0] == V:
                return name
        raise Mismatch(
            f"{self.name} has no table with one row per word of its vocabulary.",
            "How many embedding vectors does nn.Embedding have to create?",
        )

    def recurrent(self) -> list[dict[str, str]]:
        """The weights of PyTorch's own layers, every layer and direction, by kind."""
        weights = trainable(self.student, self.thing)
        found = []
        for name in weights:
            if "weight_hh" in name and weights[name].ndim == 2:
                names = {kind: name.replace("weight_hh", kind) for kind in KINDS}
                found.append({kind: n for kind, n in names.items() if n in weights})
        return found

    def forget(self) -> None:
        """No recurrent weights and closed forget gates: each step knows its own token only."""
        weights = trainable(self.student, self.thing)
        gates = GATES[self.name][0]
        changed = {}
        for names in self.recurrent():
            for kind, name in names.items():
                new = weights[name].copy()
                block = slice(len(new) // gates, 2 * len(new) // gates)  # f of i f g o
                if kind == "weight_hh":
                    new[:] = 0
                elif gates == 4:
                    new[block] = -100 if kind == "bias_ih" else 0
                changed[name] = new
        self.student.load(self.thing, changed)


def shapes(student: Any, draw: Draw, name: str) -> None:
    """Batches of several sizes, one row of one token among them, and two classes by default."""
    model = Model(student, draw, name)
    for rows, columns in ((4, T), (1, 3), (3, 1), (1, 1)):
        model.logits(draw.tokens([columns] * rows, V))
    two = student.new(name, V, E, H)
    expect(student.call(two, draw.tokens([4, 2], V)), f"{name}'s logits", axes="BC").to_be_shaped((2, 2))
    if name in GATES:
        _has_layer(model, draw)


def default_sizes(student: Any, name: str) -> None:
    """Of `name(vocab_size)`, by the shapes of its table and of its last layer; of two directions, too."""
    found = {tuple(sorted(w.shape)) for w in student.weights(student.new(name, V)).values() if w.ndim == 2}
    if (V, 300) not in found or not {(2, 300), (2, 600)} & found:
        raise Mismatch(
            f"{name}({V}) does not embed its words in 300 dimensions, or has no hidden layer of 300 units.",
            "Which sizes does the assignment give for embedding and hidden layer?",
        )


def _has_layer(model: Model, draw: Draw) -> None:
    """PyTorch's own layer is there, of the right kind, and the scores depend on all its weights."""
    gates, layer = GATES[model.name]
    weights = trainable(model.student, model.thing)
    found = model.gradients(draw.tokens([T] * 4, V), draw.normal(4, C))
    for names in model.recurrent():
        used = [isinstance(found.get(n), np.ndarray) and np.any(found[n]) for n in names.values()]
        rows = len(weights[names["weight_hh"]])
        if all(used) and "weight_ih" in names and rows == gates * weights[names["weight_hh"]].shape[1]:
            return
    raise Mismatch(
        f"No weights of an {layer} get a gradient in {model.name}.",
        f"Which recurrent layer is this classifier named after, and do its outputs reach {model.name}'s "
        "logits?",
    )


def rows_stay_apart(student: Any, draw: Draw, name: str) -> None:
    """Each row alone gives what it gives in its batch, whoever else is there; and again the same."""
    emb = H if name == ELMAN else E
    model, tokens = telling(student, draw, name, emb)
    logits = model.logits(tokens)
    for row in range(4):
        expect(model.logits(tokens[row : row + 1]), f"The logits of row {row}").to_match(
            logits[row : row + 1],
            otherwise="{name} (counted from 0) are not the same alone and in its batch.",
            hint="Which axis does each layer take for the batch, and does anything stay from the batch "
            "before?",
        )
    _, after = student.call_and_see(model.thing, tokens)
    if not are_unchanged(after, tokens):
        raise Mismatch(
            f"{name} changes the tokens that it is given.", "Which of your lines writes into an input?"
        )
    stay_apart(name, lambda: model.logits(tokens), lambda: Model(student, draw, name, emb=emb))
    if name in GATES:
        _starts_the_same(model, tokens)


def _starts_the_same(model: Model, tokens: Array) -> None:
    """In training mode, too: without recurrent weights chance in that state is gone, a dropout is not."""

    def varies() -> bool:
        one, other = [model.logits(tokens, train=True, seed=seed) for seed in (1, 2)]
        return not close(one, other).all()

    if varies():
        model.forget()
        if not varies():
            raise Mismatch(
                f"In training mode {model.name} does not start from a state of zeros, but from chance.",
                "Which state does a recurrent layer start from when none is passed?",
            )


def telling(student: Any, draw: Draw, name: str, emb: int) -> tuple[Model, Array]:
    """A model and rows that it scores apart: under unlucky weights a ReLU may be 0 for all of them."""
    for number in range(TRIES):
        source = draw.child(f"telling {number}")
        model = Model(student, source, name, emb=emb)
        tokens = source.tokens([T] * 4, V)
        if np.ptp(model.logits(tokens), axis=0).max() > 1e-6:
            return model, tokens
    raise Mismatch(
        f"{name}'s logits are the same for every row.",
        "Over which axis is the maximum taken, and does every layer read the one before?",
    )


def maximum_over_time(student: Any, draw: Draw, name: str) -> None:
    """Each feature of a row is the largest that one of its tokens has: nothing of the others is in it."""
    model = Model(student, draw, name)
    if name in GATES:
        model.forget()
    tokens = draw.tokens([T] * 5, V)
    alone = model.pooled(np.arange(1, V)[:, None])
    _name_the_pool(name, model.pooled(tokens), alone[tokens - 1])


def _name_the_pool(name: str, got: Array, steps: Array) -> None:
    """Raise Mismatch unless `got` (B, n) is the maximum of `steps` (B, T, n) over time."""
    if got.shape == steps.max(1).shape and close(got, steps.max(1), 2e-3).all():
        return
    hint = "What is the largest value of each unit over time, and which axis is time?"
    for words, wrong in (
        ("the mean over time", steps.mean(1)),
        ("the sum over time", steps.sum(1)),
        ("the value of the last step", steps[:, -1]),
        ("the value of the first step", steps[:, 0]),
        ("the smallest value over time", steps.min(1)),
    ):
        if got.shape == wrong.shape and close(got, wrong, 2e-3).all():
            raise Mismatch(f"The last layer of {name} reads {words}, not the maximum over time.", hint)
    raise Mismatch(f"The last layer of {name} does not read the largest value of each unit over time.", hint)


def maximum_of_elman(student: Any, draw: Draw) -> None:
    """Against the student's own Elman under the same weights; where it is not found, by what a maximum does.

    Both are made anew and called once, from one seed: what an Elman that is broken by itself makes of a batch
    is then the same in the model and outside.
    """
    model, tokens = telling(student, draw, ELMAN, H)
    inner = _own_elman(model)
    if inner is None:
        order_matters(student, draw, ELMAN)
        attempts(draw, lambda source: _runs_like_a_maximum(student, source))
        return
    _is_maximum_of(model, inner, tokens)


def _is_maximum_of(model: Model, inner: Any, tokens: Array) -> None:
    table = trainable(model.student, model.thing)[model.table()]
    embedded = (table if table.shape == (V, H) else table.T)[tokens]
    both = model.student.call(inner, np.ascontiguousarray(embedded))
    shapes = (*tokens.shape, H), (len(tokens), H)
    outputs, _ = expect(both, "Elman's outputs", "Elman's hidden state").to_be_shaped(*shapes)
    model.renew()
    got = model.pooled(tokens)
    rectified_first = close(got, np.maximum(outputs, 0).max(1), 2e-3).all()  # allowed, and as good
    if not rectified_first:
        _name_the_pool(ELMAN, got, outputs)


def _own_elman(model: Model) -> Any:
    """The student's Elman with the weights that it has inside of the classifier; None if it is not there."""
    weights = trainable(model.student, model.thing)
    inner = model.student.new("Elman", H, H, H)
    shapes = {name: w.shape for name, w in trainable(model.student, inner).items()}
    for prefix in {name[: -len(end)] for name in weights for end in shapes if name.endswith("." + end)}:
        own = {end: weights[prefix + end] for end in shapes if prefix + end in weights}
        if {end: w.shape for end, w in own.items()} == shapes:
            model.student.load(inner, own)
            return inner
    return None


def _runs_like_a_maximum(student: Any, draw: Draw) -> None:
    """A longer row can only raise a feature, and raises few of them late.

    The running maximum of 24 numbers sees a new one in one of 18 of the last twelve steps; a sum or a mean
    moves all the time, the last step's value also downwards. A ReLU may grow without end on some draws.
    """
    model = Model(student, draw, ELMAN, scale=0.3, emb=H)
    tokens = draw.tokens([24] * 6, V)
    path = np.stack([model.pooled(tokens[:, :k]) for k in range(1, 25)])
    steps = np.diff(path, axis=0)
    if steps.min() < -1e-3 * (1 + np.abs(path).max()):
        raise Mismatch(
            f"A number that the last layer of {ELMAN} reads falls when a token is appended to a row; a "
            "maximum over time does not.",
            "Is the largest value of each unit taken over all steps, and does your Elman read them in order?",
        )
    if (steps[11:] > 1e-4).mean() > 0.25 or np.ptp(path) < 1e-6:
        raise Mismatch(
            f"As a row gets longer, what the last layer of {ELMAN} reads grows nearly every time, or never; "
            "a maximum over time grows now and then.",
            "Do you take the largest value over time, or a sum, and is anything added up in your Elman?",
        )


def order_matters(student: Any, draw: Draw, name: str) -> None:
    """With its recurrent weights on, a row whose first two tokens change places is another row.

    On some draws: under others the largest values come late, where little is left of the first two steps.
    """
    attempts(draw, lambda source: _order_matters(student, source, name))


def _order_matters(student: Any, draw: Draw, name: str) -> None:
    model = Model(student, draw, name, emb=H if name == ELMAN else E)
    tokens = draw.tokens([T] * 5, V)
    tokens[:, 1] = tokens[:, 0] % (V - 1) + 1
    swapped = model.logits(tokens[:, [1, 0, *range(2, T)]])
    if close(swapped, model.logits(tokens), 1e-6).all(1).sum() > 1:
        raise Mismatch(
            f"{name}'s logits stay the same when the first two tokens of a row change places.",
            "How does a step learn of the steps before it: along which axis does your layer read?",
        )


def rectified(student: Any, draw: Draw, name: str = "MLPClassifier") -> None:
    """With up to three draws: all units may be off at all points, or on at all of them."""
    attempts(draw, lambda source: _rectified(student, source, name))


def _rectified(student: Any, draw: Draw, name: str) -> None:
    """Features are a ReLU of a linear layer: never negative, sometimes 0, and straight where positive.

    Embeddings are put in place for this: a, b and the point half-way between them.
    """
    model = Model(student, draw, name)
    table = trainable(student, model.thing)[name_of_table := model.table()].copy()
    table[1:10:3] = draw.normal(3, E, scale=1.2)
    table[2:10:3] = table[1:10:3] + draw.normal(3, E, scale=0.4)
    table[3:10:3] = (table[1:10:3] + table[2:10:3]) / 2
    student.load(model.thing, {name_of_table: table})
    features = model.pooled(np.arange(1, 10)[:, None]).reshape(3, 3, -1)
    first, second, middle = features[:, 0], features[:, 1], features[:, 2]
    hint = (
        "Compare your layers with the table: what stands between linear layer and pool, and over which axis "
        "is the pool?"
    )
    if features.min() < -2e-3:
        raise Mismatch(f"Negative numbers reach the last layer of {name}: there is no ReLU before it.", hint)
    if (np.abs(features) > 1e-3).all():
        raise Mismatch(
            f"No number that the last layer of {name} reads is ever 0; after a ReLU many are.", hint
        )
    both = (first > 1e-2) & (second > 1e-2)
    if not close(middle, (first + second) / 2, 2e-3)[both].all():
        raise Mismatch(
            f"For a single token, what the last layer of {name} reads is not the ReLU of a linear layer.",
            hint,
        )


def all_parts_learn(student: Any, draw: Draw, name: str) -> None:
    """Every layer of the table gets a gradient, and no further one."""
    emb = H if name == "ElmanClassifier" else E
    model = Model(student, draw, name, emb=emb)
    tokens = np.concatenate([np.arange(1, V), np.arange(V - 1, 0, -1)]).reshape(4, -1)
    got = touched(model.gradients(tokens, draw.normal(4, C)))
    ends = V * emb + C * H
    if name == "MLPClassifier":
        allowed = {ends + emb * H + bias + end for bias in (0, H) for end in (0, C)}
    elif name == "ElmanClassifier":
        allowed = {ends + own + end for own in _elman_sizes(student, draw) for end in (0, C)}
    else:
        allowed = set()
    least = min(allowed) if allowed else ends + GATES[name][0] * H * (emb + H)
    if got < least:
        raise Mismatch(
            f"In {name}({V}, {emb}, {H}, {C}) only {got} weights get a gradient; the layers of the table "
            f"have at least {least}.",
            "Which layer is left out, detached or unknown to model.parameters()?",
        )
    if allowed and got > max(allowed):
        raise Mismatch(
            f"In {name}({V}, {emb}, {H}, {C}) {got} weights get a gradient; the layers of the table have at "
            f"most {max(allowed)}.",
            "Is a layer replaced or added, and how many rows does the embedding need?",
        )


def _elman_sizes(student: Any, draw: Draw) -> set[int]:
    """How many weights the student's Elman of these sizes has, as far as a gradient reaches them."""
    elman = student.new("Elman", H, H, H)
    got = student.gradients(
        elman, draw.normal(2, T, H), pull=(draw.normal(2, T, H), draw.normal(2, H))
    ).weights
    return {touched(got)}


def padding_is_left_out(student: Any, draw: Draw) -> None:
    """A notice: the handout asks for no mask, and without one padding takes part in the maximum."""
    for name in ("MLPClassifier", "RNNClassifier", "LSTMClassifier", "ElmanClassifier"):
        try:
            model = Model(student, draw.child(name), name, emb=H)
        except (Mismatch, StudentFailure):
            continue  # its own checks say so
        tokens = draw.tokens([3] * 6, V)
        expect(model.logits(np.pad(tokens, ((0, 0), (0, 9)))), f"{name}'s logits", axes="BC").to_match(
            model.logits(tokens),
            otherwise="{name} change with padding behind a row: the maximum over time sees the padding, too. "
            "The assignment asks for no mask, so this costs nothing.",
            hint="Which value must a step of padding have so that the maximum never picks it?",
        )


# ---- around the student's own Elman: equal sizes, and what is at fault there is no fault of the model


def elman_shapes(student: Any, draw: Draw) -> None:
    """Embeddings as wide as the hidden layer: whether Elman takes other sizes is its own check's question."""
    model = Model(student, draw, ELMAN, emb=H)
    for rows, columns in ((4, T), (1, 3), (3, 1), (1, 1)):
        model.logits(draw.tokens([columns] * rows, V))
    got = touched(model.gradients(draw.tokens([T] * 4, V), draw.normal(4, C)))
    if got < V * H + C * H + min(_elman_sizes(student, draw)):
        raise Mismatch(
            f"The logits of {ELMAN} do not depend on all weights of your Elman.",
            "Between which two layers does Elman stand, and which of its two results goes on?",
        )


def elman_rows_stay_apart(student: Any, draw: Draw) -> None:
    """What rows do to each other in the student's Elman is no fault of the model around it.

    If they do, it is enough that the model adds nothing to it, but takes the maximum and projects it.
    """
    try:
        rows_stay_apart(student, draw, ELMAN)
    except (Mismatch, StudentFailure):
        if elman.is_sound(student, draw.child("sound")):
            raise
        model, tokens = telling(student, draw, ELMAN, H)
        inner = _own_elman(model)
        if inner is None:
            raise
        _is_maximum_of(model, inner, tokens)
