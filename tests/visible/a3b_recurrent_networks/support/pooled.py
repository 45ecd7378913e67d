"""A student's classifier, and what reaches its last layer.

With more classes than hidden units, that layer can be undone: the pooled features of every row are known,
however the layers are called and wherever their weights are kept. The last layer is known by its shape, as is
the embedding. Tokens are never 0, so that a model that masks its padding is as good.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    attempts,
    close,
    expect,
    sequences,
    touched,
)

MLP, RNN, LSTM, ELMAN = "MLPClassifier", "RNNClassifier", "LSTMClassifier", "ElmanClassifier"
GATES = {RNN: (1, "nn.RNN"), LSTM: (4, "nn.LSTM")}

V, E, H, C = 11, 7, 5, 13  # all different, and C > 2 H: a layer of two directions can be undone as well
T = 6
LONG = 26  # steps
RESIDUE = 1e-3  # of the largest logit; float32 leaves 1e-6, a softmax more than 1e-1
KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # the weights of a layer, by PyTorch's names
TRIES = 8  # draws of weights, one of which shows what right code shows on nearly every draw


class Model:
    """A student's classifier with random weights.

    Around an Elman of theirs all sizes are equal: whether that takes others is its own check's question.
    """

    def __init__(
        self, student: Student, draw: Draw, name: str, scale: float = 0.6, emb: int = 0, hidden: int = H
    ) -> None:
        self.student, self.name, self.emb = student, name, emb or (hidden if name == ELMAN else E)
        self.hidden, self.classes = hidden, C * hidden // H
        self.thing = student.new(name, *self.sizes).of_size(wide=hidden != H)
        self.logits(draw.tokens([2, 1], V))
        self.thing.randomised(draw, scale)

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        return V, self.emb, self.hidden, self.classes

    def renew(self) -> None:
        """The same weights in a model that has not been called."""
        thing = self.student.new(self.name, *self.sizes).of_size(wide=self.thing.wide)
        thing.load(self.thing.trainable)
        self.thing = thing

    def logits(self, tokens: Array, train: bool = False, seed: int = 0) -> Array:
        """The scores (B, C) of tokens (B, T)."""
        got = self.thing(tokens, train=train, seed=seed)
        clean: Array = expect(got, f"{self.name}'s logits", axes="BC").to_be_shaped(
            (len(tokens), self.classes)
        )
        return clean

    def pooled(self, tokens: Array) -> Array:
        """What the last layer reads, (B, n); Mismatch when the logits are no weighted sums of anything."""
        weights = self.thing.trainable
        vocab, _, hidden, classes = self.sizes
        heads = [w for w in weights.values() if w.ndim == 2 and classes in w.shape and vocab not in w.shape]
        heads = [w if len(w) == classes else w.T for w in heads]
        heads = [w for w in heads if w.shape[1] == hidden or (self.name in GATES and w.shape[1] < classes)]
        if not heads:
            raise Mismatch(
                f"With hidden = {hidden} and {classes} classes, no layer of {self.name} goes from {hidden} "
                f"to {classes} numbers.",
                "Which layer projects down to the classes, and what does it read?",
            )
        features = undone(heads, list(weights.values()), self.logits(tokens))
        if features is not None:
            return features
        raise Mismatch(
            f"{self.name}'s logits are not what its last linear layer gives for one vector per row.",
            "What is done to the scores after the last layer, and is the maximum taken before that layer?",
        )

    def table(self) -> str:
        """The name of the embedding, known by its shape."""
        for name, weight in self.thing.trainable.items():
            if weight.ndim == 2 and weight.shape[0] == V:
                return name
        raise Mismatch(
            f"{self.name} has no table with one row per word of its vocabulary.",
            "How many embedding vectors does nn.Embedding have to create?",
        )

    def recurrent(self) -> list[dict[str, str]]:
        """The weights of PyTorch's own layers, every layer and direction, by kind."""
        weights = self.thing.trainable
        found = []
        for name in weights:
            if "weight_hh" in name and weights[name].ndim == 2:
                names = {kind: name.replace("weight_hh", kind) for kind in KINDS}
                found.append({kind: n for kind, n in names.items() if n in weights})
        return found

    def forget(self) -> None:
        """No recurrent weights and closed forget gates: each step knows its own token only."""
        weights = self.thing.trainable
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
        self.thing.load(changed)

    def has_its_layer(self, draw: Draw) -> None:
        """PyTorch's own layer is there, of the right kind, and the scores depend on all its weights."""
        gates, layer = GATES[self.name]
        weights = self.thing.trainable
        found = self.thing.gradients(draw.tokens([T] * 4, V), pull=draw.normal(4, C)).weights
        for names in self.recurrent():
            used = [isinstance(found.get(n), np.ndarray) and np.any(found[n]) for n in names.values()]
            rows = len(weights[names["weight_hh"]])
            if all(used) and "weight_ih" in names and rows == gates * weights[names["weight_hh"]].shape[1]:
                return
        raise Mismatch(
            f"No weights of an {layer} get a gradient in {self.name}.",
            f"Which recurrent layer is this classifier named after, and do its outputs reach {self.name}'s "
            "logits?",
        )

    def starts_from_zeros(self, tokens: Array) -> None:
        """In training mode, too: without recurrent weights chance in that state is gone, a dropout is not."""

        def varies() -> bool:
            one, other = [self.logits(tokens, train=True, seed=seed) for seed in (1, 2)]
            return not close(one, other).all()

        if varies():
            self.forget()
            if not varies():
                raise Mismatch(
                    f"In training mode {self.name} does not always start from a state of zeros: two calls "
                    "give two answers.",
                    "Which state does a recurrent layer start from when none is passed?",
                )


def wide_models(student: Student, draw: Draw, name: str) -> Iterator[Model]:
    """A classifier with many units."""
    for hidden in sequences.wide(draw, beyond=64 if name in GATES else 128):
        yield Model(student, draw.child("wide"), name, hidden=hidden)


def undone(heads: list[Array], weights: list[Array], logits: Array) -> Array | None:
    """What a last layer, one of `heads` (C, n), reads where it gives these logits (N, C): (N, n); else None.

    By least squares. The biases of that layer are the weights of its size.
    """
    scores = logits.astype(np.float64)
    bias = sum(
        (w.astype(np.float64) for w in weights if w.shape == scores.shape[1:]), np.zeros(scores.shape[1])
    )
    for head in heads:
        try:
            features = _least_squares(head.astype(np.float64), (scores - bias).T)
        except np.linalg.LinAlgError:  # the weights are no numbers to count with
            features = np.zeros((head.shape[1], len(scores)))
        if np.abs(head @ features + bias[:, None] - scores.T).max() <= RESIDUE * (1 + np.abs(scores).max()):
            return np.asarray(features.T)
    return None


def _least_squares(head: Array, wanted: Array) -> Array:
    """What lstsq gives; of a wide head, whose numbers are random, in a tenth of its time."""
    if head.shape[1] <= C:
        return np.asarray(np.linalg.lstsq(head, wanted, rcond=None)[0])
    return np.linalg.solve(head.T @ head, head.T @ wanted)


def telling(student: Student, draw: Draw, name: str) -> tuple[Model, Array]:
    """A model and rows that it scores apart: under unlucky weights a ReLU may be 0 for all of them."""
    for number in range(TRIES):
        source = draw.child(f"telling {number}")
        model = Model(student, source, name)
        tokens = source.tokens([T] * 4, V)
        if np.ptp(model.logits(tokens), axis=0).max() > 1e-6:
            return model, tokens
    raise Mismatch(
        f"{name}'s logits are the same for every row.",
        "Over which axis is the maximum taken, and does every layer read the one before?",
    )


def long_rows(draw: Draw) -> Array:
    """Rows, how long no code can know, whose first token and last stand nowhere else: none may be cut off."""
    ends = np.stack([draw.order(V - 1)[:3] + 1 for _ in range(5)])
    rows = np.repeat(ends[:, 1:2], int(draw.integers(6 * LONG, 8 * LONG)), axis=1)
    rows[:, [0, -1]] = ends[:, [0, 2]]
    return rows


def name_the_pool(name: str, got: Array, steps: Array) -> None:
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


def order_matters(student: Student, draw: Draw, name: str) -> None:
    """With its recurrent weights on, a row whose first two tokens change places is another row.

    On some draws: under others the largest values come late, where little is left of the first two steps.
    """

    def once(source: Draw) -> None:
        model = Model(student, source, name)
        tokens = source.tokens([T] * 5, V)
        tokens[:, 1] = tokens[:, 0] % (V - 1) + 1
        swapped = model.logits(tokens[:, [1, 0, *range(2, T)]])
        if close(swapped, model.logits(tokens), 1e-6).all(1).sum() > 1:
            raise Mismatch(
                f"{name}'s logits stay the same when the first two tokens of a row change places.",
                "How does a step learn of the steps before it: along which axis does your layer read?",
            )

    attempts(draw, once)


def weights_of_elman(student: Student, draw: Draw) -> int:
    """How many weights the student's Elman of these sizes has, as far as a gradient reaches them."""
    elman = student.new("Elman", H, H, H)
    x, pull = draw.normal(2, T, H), (draw.normal(2, T, H), draw.normal(2, H))
    return touched(elman.gradients(x, pull=pull).weights)
