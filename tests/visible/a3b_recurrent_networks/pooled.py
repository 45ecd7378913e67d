"""Checks of the four classifiers, by what reaches their last layer.

With more classes than hidden units, that layer can be undone: the pooled features of every row are known,
however the layers are called and wherever their weights are kept. The last layer is known by its shape, as is
the embedding. Tokens are never 0, so that a model that masks its padding is as good.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, close, expect
from autograder.judge.learning import attempts
from autograder.judge.weights import randomise, touched, trainable
from tests.visible.a3b_recurrent_networks import elman

Array = NDArray[Any]

V, E, H, C = 11, 7, 5, 13  # all different, and C > 2 H: a layer of two directions can be undone as well
T = 6
RESIDUE = 1e-3  # of the largest logit; float32 leaves 1e-6, a softmax more than 1e-1
KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # the weights of a layer, by PyTorch's names
GATES = {"RNNClassifier": (1, "nn.RNN"), "LSTMClassifier": (4, "nn.LSTM")}


class Model:
    """A student's classifier with random weights."""

    def __init__(self, student: Any, draw: Draw, name: str, scale: float = 0.6, emb: int = E) -> None:
        self.student, self.name = student, name
        self.thing = student.new(name, V, emb, H, C)
        self.logits(draw.tokens([2, 1], V))
        randomise(student, self.thing, draw, scale)

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
            features, *_ = np.linalg.lstsq(head.astype(np.float64), (logits - bias).T, rcond=None)
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
    if name == "MLPClassifier":
        sizes = {w.shape for w in student.weights(student.new(name, V)).values()}
        if (V, 300) not in sizes and (300, V) not in sizes:
            raise Mismatch(
                "MLPClassifier(vocab_size) does not embed its words in 300 dimensions.",
                "Which sizes does the assignment give for embedding and hidden layer?",
            )
    two = student.new(name, V, E, H)
    expect(student.call(two, draw.tokens([4, 2], V)), f"{name}'s logits", axes="BC").to_be_shaped((2, 2))
    if name in GATES:
        _has_layer(model, draw)


def _has_layer(model: Model, draw: Draw) -> None:
    """PyTorch's own layer is there, of the right kind, and takes part."""
    gates, layer = GATES[model.name]
    weights = trainable(model.student, model.thing)
    found = model.gradients(draw.tokens([T] * 4, V), draw.normal(4, C))
    for names in model.recurrent():
        inputs = names.get("weight_ih", "")
        used = isinstance(found.get(inputs), np.ndarray) and np.any(found[inputs])
        if used and len(weights[inputs]) == gates * weights[names["weight_hh"]].shape[1]:
            return
    raise Mismatch(
        f"No weights of an {layer} get a gradient in {model.name}.",
        f"Which recurrent layer is this classifier named after, and do its outputs reach {model.name}'s "
        "logits?",
    )


def rows_stay_apart(student: Any, draw: Draw, name: str) -> None:
    """Each row alone gives what it gives in its batch, whoever else is there; and again the same."""
    model = Model(student, draw, name, emb=H if name == "ElmanClassifier" else E)
    tokens = draw.tokens([T] * 4, V)
    logits = model.logits(tokens)
    _rows_differ(logits, name)
    for row in range(4):
        expect(model.logits(tokens[row : row + 1]), f"The logits of row {row}").to_match(
            logits[row : row + 1],
            otherwise="{name} (counted from 0) are not the same alone and in its batch.",
            hint="Which axis does each layer take for the batch, and does anything stay from the batch "
            "before?",
        )
    _, after = student.call_and_see(model.thing, tokens)
    if isinstance(after, list) and after and not np.array_equal(after[0], tokens):
        raise Mismatch(
            f"{name} changes the tokens that it is given.", "Which of your lines writes into an input?"
        )


def _rows_differ(logits: Array, name: str) -> None:
    if np.ptp(logits, axis=0).max() < 1e-6:
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
    got = model.pooled(tokens)
    want = alone[tokens - 1].max(1)
    if close(got, want, 2e-3).all():
        return
    hint = "What is the largest value of each unit over time, and which axis is time?"
    for words, wrong in (
        ("the mean over time", alone[tokens - 1].mean(1)),
        ("the sum over time", alone[tokens - 1].sum(1)),
        ("the value of the last step", alone[tokens[:, -1] - 1]),
        ("the value of the first step", alone[tokens[:, 0] - 1]),
        ("the smallest value over time", alone[tokens - 1].min(1)),
    ):
        if close(got, wrong, 2e-3).all():
            raise Mismatch(f"The last layer of {name} reads {words}, not the maximum over time.", hint)
    raise Mismatch(f"The last layer of {name} does not read the largest value of each unit over time.", hint)


def maximum_of_a_memory(student: Any, draw: Draw, name: str) -> None:
    """Where steps remember: a longer row can only raise a feature, and raises few of them late.

    The running maximum of 24 numbers sees a new one in one of 18 of the last twelve steps; a sum or a mean
    moves all the time, the last step's value also downwards. With up to three draws, lest a ReLU grows
    without end.
    """
    attempts(draw, lambda source: _runs_like_a_maximum(student, source, name))


def _runs_like_a_maximum(student: Any, draw: Draw, name: str) -> None:
    model = Model(student, draw, name, scale=0.3, emb=H)
    tokens = draw.tokens([24] * 6, V)
    path = np.stack([model.pooled(tokens[:, :k]) for k in range(1, 25)])
    steps = np.diff(path, axis=0)
    if steps.min() < -1e-3 * (1 + np.abs(path).max()):
        raise Mismatch(
            f"A number that the last layer of {name} reads falls when a token is appended to a row; a "
            "maximum over time does not.",
            "Is the largest value of each unit taken over all steps, and does your Elman read them in order?",
        )
    if (steps[11:] > 1e-4).mean() > 0.25 or np.ptp(path[:, :, :]) < 1e-6:
        raise Mismatch(
            f"As a row gets longer, what the last layer of {name} reads grows nearly every time, or never; a "
            "maximum over time grows now and then.",
            "Do you take the largest value over time, or a sum, and is anything added up in your Elman?",
        )


def order_matters(student: Any, draw: Draw, name: str) -> None:
    """With its recurrent weights on, a row whose first two tokens change places is another row."""
    model = Model(student, draw, name)
    tokens = draw.tokens([T] * 5, V)
    tokens[:, 1] = tokens[:, 0] % (V - 1) + 1
    expect(model.logits(tokens[:, [1, 0, *range(2, T)]]), f"{name}'s logits").to_differ(
        model.logits(tokens),
        otherwise="{name} stay the same when the first two tokens of a row change places.",
        hint="How does a step learn of the steps before it: along which axis does your layer read?",
    )


def rectified(student: Any, draw: Draw, name: str = "MLPClassifier") -> None:
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
        except Exception as error:
            if isinstance(error, Mismatch) or hasattr(error, "sentence"):
                continue  # its own checks say so
            raise
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
    model = Model(student, draw, "ElmanClassifier", emb=H)
    for rows, columns in ((4, T), (1, 3), (3, 1), (1, 1)):
        model.logits(draw.tokens([columns] * rows, V))


def around_elman(body: Any, student: Any, draw: Draw) -> None:
    name = "ElmanClassifier"
    _rows_differ(Model(student, draw.child("rows"), name, emb=H).logits(draw.tokens([T] * 6, V)), name)
    try:
        body(student, draw, "ElmanClassifier")
    except Exception as error:
        theirs = isinstance(error, Mismatch) or hasattr(error, "sentence")
        if not theirs or elman.is_sound(student, draw.child("sound")):
            raise
