"""The four models around nn.LSTM or nn.GRU, and what all of them keep to.

They are judged by properties alone, which hold for any number of layers, dropout, LSTM or GRU. Some of them
use that PyTorch's layers name their weights: without recurrent weights and with closed forget gates a state
knows its last input only (`forgetful`), and what else reaches the logits did not come through the state.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    by_token,
    expect,
    look_raw,
    on_some_weights,
    reached,
    sequences,
)
from tests.visible.a7_sequence_modeling.support.cells import leaves_the_seeds

ONE, MANY, AUTHOR, TEXT = "OneToOne", "ManyToOne", "OneToMany", "ManyToMany"
V, H = 13, 6
LENGTHS = np.array([4, 7, 2, 5])  # unsorted, and no sort order that is its own inverse
KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # the weights of a layer, by PyTorch's names
T = 8  # one column of padding for every row
AUTHORS = np.array([2, 0, 1, 2])
SHUT = -100  # a bias that shuts a gate
LONG = 26  # steps; longer than any stretch after which a state might be cut off


class Model:
    """One of a student's four models with random weights; what it wants beside tokens has a default."""

    def __init__(
        self,
        student: Student,
        draw: Draw,
        name: str,
        scale: float = 0.8,
        classes: int | None = None,
        vocab: int = V,
    ) -> None:
        self.name, self.classes, self.vocab = name, classes or 3, vocab
        self.columns = 1 if name == ONE else T
        option = {"num_authors" if name == AUTHOR else "num_classes": classes} if classes else {}
        self.thing = student.new(name, vocab, H, **option)
        self.logits(draw.tokens([1, 1, 1] if name == ONE else [2, 2, 2], V))
        self.thing.randomised(draw, scale, torchs_layers=True)

    def arguments(self, tokens: Array, *more: Array | None) -> tuple[Array, ...]:
        """What the model is called with; `more` are lengths, then authors."""
        (rows, columns), (lengths, authors) = tokens.shape, (*more, None, None)[:2]
        if self.name == MANY:
            return tokens, np.full(rows, columns) if lengths is None else lengths
        if self.name == AUTHOR:
            return np.resize(AUTHORS, rows) % self.classes if authors is None else authors, tokens
        return (tokens,)

    def logits(self, tokens: Array, *more: Array | None, train: bool = False, seed: int = 0) -> Array:
        """(B, T, V) of the two that predict characters, (B, C) of the others."""
        got = self.thing(*self.arguments(tokens, *more), train=train, seed=seed)
        many = self.name in (AUTHOR, TEXT)
        shape = (*tokens.shape, self.vocab) if many else (len(tokens), self.classes)
        clean: Array = expect(got, f"{self.name}'s logits", axes="BTV" if many else "BC").to_be_shaped(shape)
        return clean

    def gradients(self, tokens: Array, pull: Array, *more: Array | None) -> dict[str, Array]:
        """By weight, for those that have one."""
        found = self.thing.gradients(*self.arguments(tokens, *more), pull=pull).weights
        return {name: g for name, g in found.items() if isinstance(g, np.ndarray) and g.dtype.kind == "f"}

    def table_gradients(
        self, tokens: Array, pull: Array, authors: Array | None = None, rows: int = V
    ) -> list[Array]:
        """Those of matrices with so many rows, or so many columns that are taken for rows: (rows, …)."""
        found = [g for g in self.gradients(tokens, pull, None, authors).values() if g.ndim == 2]
        return [g if g.shape[0] == rows else g.T for g in found if rows in g.shape]

    def recurrent(self) -> list[tuple[int, dict[str, str]]]:
        """PyTorch's own LSTM (4 gates) and GRU (3) layers: gates, and the name of each kind of weight."""
        weights = self.thing.trainable
        found = []
        for name, weight in weights.items():
            if "weight_hh" not in name or weight.ndim != 2 or not weight.size:
                continue
            rows, gates = len(weight), len(weight) / weight.shape[1]
            names = {kind: name.replace("weight_hh", kind) for kind in KINDS}
            names = {k: n for k, n in names.items() if n in weights and weights[n].shape[:1] == (rows,)}
            if gates in (3, 4) and "weight_ih" in names:
                found.append((int(gates), names))
        return found

    def has_gates(self) -> bool:
        """Whether such a layer learns how to read its inputs."""
        tokens = Draw(3).tokens([self.columns] * 4, V)
        gradients = self.gradients(tokens, Draw(4).normal(*self.logits(tokens).shape))
        inputs = [names["weight_ih"] for _, names in self.recurrent()]
        return reached({name: gradients.get(name) for name in inputs}) > 0

    def forgetful(self) -> None:
        """Close the way from state to state: no recurrent weights, forget gate (GRU: update gate) shut."""

        def forget(kind: str, gates: int, weight: Array) -> None:
            if kind == "weight_hh":
                weight[:] = 0
            else:
                _second(weight, gates)[:] = SHUT if kind == "bias_ih" else 0

        self._change(forget)

    def without_cell_state(self) -> None:
        """Shut the forget gate of every LSTM: only h goes from step to step."""

        def forget(kind: str, gates: int, weight: Array) -> None:
            if gates == 4:
                _second(weight, gates)[:] = SHUT if kind == "bias_ih" else 0

        self._change(forget)

    def deaf(self) -> None:
        """Let no layer read anything: all its weights 0."""
        self._change(lambda kind, gates, weight: weight.fill(0))

    def saturated(self) -> None:
        """Every gate open and no input: an LSTM's cell state counts the steps, its output does not."""
        self._change(lambda kind, gates, weight: weight.fill(50 if "bias" in kind else 0))

    def silent(self) -> bool:
        """Shut the output gate of every LSTM: h is 0, and its cell state is not. False for a GRU."""

        def shut(kind: str, gates: int, weight: Array) -> None:
            weight[-len(weight) // gates :] = SHUT if kind == "bias_ih" else 0

        gates = {gates for gates, _ in self.recurrent()}
        if gates == {4}:
            self._change(shut)
        return gates == {4}

    def _change(self, change: Callable[[str, int, Array], None]) -> None:
        """Load each weight of the recurrent layers as `change(kind, gates, weight)` leaves it."""
        weights = {name: weight.copy() for name, weight in self.thing.trainable.items()}
        changed = {}
        for gates, names in self.recurrent():
            for kind, name in names.items():
                change(kind, gates, weights[name])
                changed[name] = weights[name]
        self.thing.load(changed)


def _second(weight: Array, gates: int) -> Array:
    """The rows of the second gate: f of i f g o, z of r z n."""
    size = len(weight) // gates
    return weight[size : 2 * size]


def changed(tokens: Array, columns: int | Array) -> Array:
    """Another character, none of it <PAD>, in one column of each row."""
    other, rows = tokens.copy(), np.arange(len(tokens))
    other[rows, columns] = tokens[rows, columns] % (V - 1) + 1
    return other


# ---- what several of the models keep to


def rows_stay_apart(student: Student, draw: Draw, name: str) -> None:
    """Each row alone gives what it gives in its batch."""
    model = Model(student, draw, name)
    lengths = np.ones(4, np.int64) if name == ONE else sequences.ragged(draw, LENGTHS)
    tokens = draw.tokens(list(lengths), V, columns=model.columns)
    logits = model.logits(tokens, lengths, AUTHORS)

    def look(row: slice) -> tuple[Array, Array]:
        end = lengths[row][0]
        alone = model.logits(tokens[row, :end], lengths[row], AUTHORS[row])
        return alone, logits[row, :end] if logits.ndim == 3 else logits[row]

    for many in sequences.large(draw):
        more = np.ones_like(many) if name == ONE else many
        columns = max(model.columns, *more)
        wide = np.pad(tokens, ((0, 0), (0, columns - model.columns)))
        crowd = np.concatenate([wide, draw.tokens(list(more), V, columns=columns)])
        authors = np.concatenate([AUTHORS, more % 3])
        among = model.logits(crowd, np.concatenate([lengths, more]), authors)[: len(tokens)]
        expect(among if among.ndim == 2 else among[:, : model.columns], f"{name}'s logits").to_match(
            logits,
            otherwise=f"The first {len(tokens)} of {len(crowd)} rows have other logits than alone.",
            hint="What can change logits besides a row's own characters: padding, other rows, their number?",
        )
    sequences.rows_stay_apart(
        f"{name}'s logits",
        len(tokens),
        look,
        "Which axis does your layer take for time, and does padding, another row or an earlier call reach "
        "this row?",
    )


def scores_are_raw(student: Student, draw: Draw, name: str) -> None:
    """Nothing squeezes the scores: no softmax, σ, ReLU or tanh after the last linear layer.

    Raw scores may look squeezed under some weights, squeezed ones do so under all.
    """

    def look(some: Draw) -> None:
        model = Model(student, some, name, scale=2.5)
        look_raw(model.logits(some.tokens([model.columns] * 24, V)), name)

    on_some_weights(draw, look)


def takes_five_authors(student: Student, draw: Draw, name: str) -> None:
    """Not only three, which is the default."""
    model, five = Model(student, draw, name, classes=5), np.arange(5)
    tokens = draw.tokens([model.columns] * 5, V)
    pull = draw.normal(*model.logits(tokens, None, five).shape)
    gradients = model.gradients(tokens, pull, None, five)
    if name == AUTHOR and not any(5 in g.shape and reached({"": g}) for g in gradients.values()):
        raise Mismatch(
            "No weight of OneToMany has one row per author and learns.",
            "How many embeddings does the text ask for, and which of them is for authors?",
        )


def repeats_itself(student: Student, draw: Draw, name: str) -> None:
    """In evaluation mode two calls agree; the inputs stay as they are."""
    model = Model(student, draw, name)
    lengths = np.minimum(LENGTHS, model.columns)
    tokens = draw.tokens(list(lengths), V, columns=model.columns)
    args = model.arguments(tokens, lengths, AUTHORS)
    before = [arg.copy() for arg in args]
    first = model.logits(tokens, lengths, AUTHORS, seed=1)
    _, after = model.thing.call_and_see(*args)
    leaves_the_seeds(student, lambda seed: model.logits(tokens, lengths, AUTHORS, seed=seed), name)
    sequences.inputs_stay(name, after, *before)
    sequences.same_again(
        f"{name}'s logits",
        first,
        model.logits(tokens, lengths, AUTHORS, seed=2),
        "What does your model keep from one call to the next, and is anything random in evaluation mode?",
    )


def every_character_learns(student: Student, draw: Draw, name: str) -> None:
    """Each character that occurs gets a gradient in the embedding; padding_idx may name <PAD> only."""
    model = Model(student, draw, name)
    both_ways = np.concatenate([np.arange(1, V), np.arange(V - 1, 0, -1)])
    tokens = both_ways.reshape(-1, 1 if name == ONE else 6)
    pull = draw.normal(*model.logits(tokens).shape)
    if pull.ndim == 3:
        pull[..., 1:] = 0  # so that no weight of the output layer can be taken for the vectors
    if not any(np.abs(table[1:]).max(1).all() for table in model.table_gradients(tokens, pull)):
        raise Mismatch(
            f"Not every character has a vector in {name} that learns.",
            "Which characters have a vector that never changes, and can the loss reach every step of a row?",
        )


def reaches_the_first_character(student: Student, draw: Draw, name: str) -> None:
    """From the scores of the last step back to the first character, in a row longer than any window.

    A character stands at one step only, so the gradient of its vector is that of the step.
    """
    steps = int(draw.integers(6 * LONG, 8 * LONG))
    model = Model(student, draw, name, scale=0.4, vocab=steps + 1)
    tokens = 1 + draw.order(steps)[None].repeat(2, 0)
    pull = np.zeros_like(model.logits(tokens))
    pull[:, -1, 0] = sequences.LOUD  # the score of <PAD>, which stands nowhere
    norms = by_token(model.gradients(tokens, pull), steps + 1)
    if not draw.symmetric:  # gradients of equal weights may cancel out
        sequences.reaches_back(
            norms[tokens[0]],
            f"With {steps} characters in a row, no gradient of {name}'s last scores reaches those before "
            "step {step}.",
            "Can the loss at the last character still reach the first one?",
        )
