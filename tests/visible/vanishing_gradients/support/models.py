"""The two language models: what tells one from the other, and how a check runs one.

No weight is looked up by its name. Embedding and linear layer are told by the size of the vocabulary, which
no other axis has; what is left belongs to the recurrent layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    Value,
    describe,
    expect,
    sequences,
)

State: TypeAlias = tuple[Array, ...]  # (h,) or (h, c)

V, E, H = 17, 7, 5
LONG = 26  # steps; a gradient that is cut every ten steps is another one


class Kind(NamedTuple):
    """A model, the layer of torch's that it is about, its number of gates, and the names of its states."""

    name: str
    layer: str
    gates: int
    states: tuple[str, ...]


RNN = Kind("VanillaRNNLM", "torch.nn.RNN", 1, ("last hidden state",))
LSTM = Kind("LSTMLM", "torch.nn.LSTM", 4, ("last hidden state h", "last cell state c"))


class Model:
    """A student's model with random weights: `logits, state = model(tokens, state)`."""

    def __init__(
        self,
        student: Student,
        draw: Draw,
        kind: Kind,
        *,
        scale: float = 0.5,
        sizes: tuple[int, int, int] = (V, E, H),
    ) -> None:
        self.kind, self.sizes = kind, sizes
        self.thing = student.new(kind.name, *sizes, pad_idx=0).of_size(wide=sizes[2] != H)
        self.thing(np.ones((1, 1), np.int64))  # lazy layers take their shapes now
        self.thing.randomised(draw, scale)

    def __call__(
        self, tokens: Array, state: State | None = None, *, train: bool = False, seed: int = 0
    ) -> tuple[Array, State]:
        """The logits (B, T, V), and the state."""
        given = () if state is None else (packed(state),)
        return self.clean(self.thing(tokens, *given, train=train, seed=seed), *tokens.shape)

    def clean(self, got: Value, rows: int, columns: int) -> tuple[Array, State]:
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
        """A state that is not zero: h (B, H), or h and c, (1, B, H) each."""
        shape = (rows, self.sizes[2])
        if len(self.kind.states) == 1:
            return (draw.normal(*shape, scale=0.7),)
        return draw.normal(1, *shape, scale=0.7), draw.normal(1, *shape, scale=0.9)

    def inner(self) -> dict[str, Array]:
        """The weights of the recurrent layer: no axis of them counts the vocabulary."""
        return {name: w for name, w in self.thing.trainable.items() if self.sizes[0] not in w.shape}

    def table(self) -> Array | None:
        """The embedding (V, E), if one weight alone can be it."""
        return only(self.thing.trainable, self.sizes[:2])

    def head(self) -> tuple[Array, Array] | None:
        """The linear layer's weight (V, H) and bias (V,), zero if it has none."""
        vocab, _, hidden = self.sizes
        weights = self.thing.trainable
        weight = only(weights, (vocab, hidden))
        biases = [w.ravel() for w in weights.values() if w.size == vocab]
        if weight is None or len(biases) > 1:
            return None
        return weight, biases[0] if biases else np.zeros(vocab)


def wide_models(student: Student, draw: Draw, kind: Kind) -> Iterator[Model]:
    """One with many units."""
    for hidden in sequences.wide(draw):
        yield Model(student, draw.child("wide"), kind, sizes=(V, E, hidden))


def packed(state: State) -> Array | State:
    """A state as the model takes and returns it: h alone, or (h, c)."""
    return state if len(state) > 1 else state[0]


def logits_in(got: Value) -> Value:
    """The first of what a model returned, or all of it where nothing goes with the logits."""
    return got[0] if isinstance(got, (tuple, list)) and got else got


def only(weights: Mapping[str, Array | None], shape: tuple[int, int]) -> Array | None:
    """The one weight, or gradient, of this shape or of its transpose, turned."""
    found = [w for w in weights.values() if w is not None and w.shape in (shape, shape[::-1])]
    if len(found) != 1:
        return None
    return found[0] if found[0].shape == shape else found[0].T
