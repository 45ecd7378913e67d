"""Checks of the four models around nn.LSTM or nn.GRU.

They are judged by properties alone, which hold for any number of layers, dropout, LSTM or GRU. Two of them
use that PyTorch's layers name their weights: without recurrent weights and with closed forget gates a state
knows its last input only (`forgetful`), and what else reaches the logits did not come through the state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, expect
from autograder.checks.scores import look_raw
from autograder.checks.weights import on_some_weights, randomise, reached, trainable
from tests.visible.a7_sequence_modeling.support.cells import has_an_embedding, leaves_the_seeds
from tests.visible.a7_sequence_modeling.texts import starts_with_sos, text, usable_items, usable_vocabulary

Array = NDArray[Any]

V, H = 13, 6
LENGTHS = np.array([4, 7, 2, 5])  # unsorted, and no sort order that is its own inverse
LONG = np.array([26, 3, 29, 14])  # longer than what a shortcut would cut off
KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # the weights of a layer, by PyTorch's names
T = 8  # one column of padding for every row
AUTHORS = np.array([2, 0, 1, 2])
ON_PADDING = "Which columns does a row of length 2 need, and which of them does your model read?"


class Model:
    """One of a student's four models with random weights; what it wants beside tokens has a default."""

    def __init__(
        self, student: Any, draw: Draw, name: str, scale: float = 0.8, classes: int | None = None
    ) -> None:
        self.student, self.name = student, name
        option = {"num_authors" if name == "OneToMany" else "num_classes": classes}
        self.classes = classes or 3
        self.thing = student.new(name, V, H, **(option if classes else {}))
        self.logits(draw.tokens([1, 1, 1] if name == "OneToOne" else [2, 2, 2], V))
        randomise(student, self.thing, draw, scale, torchs_layers=True)

    def arguments(
        self, tokens: Array, lengths: Array | None = None, authors: Array | None = None
    ) -> tuple[Array, ...]:
        rows, columns = tokens.shape
        if self.name == "ManyToOne":
            return tokens, np.full(rows, columns) if lengths is None else lengths
        if self.name == "OneToMany":
            return np.resize(AUTHORS, rows) % self.classes if authors is None else authors, tokens
        return (tokens,)

    def logits(self, tokens: Array, *more: Array | None, train: bool = False, seed: int = 0) -> Array:
        """`more`: lengths, then authors."""
        got = self.student.call(self.thing, *self.arguments(tokens, *more), train=train, seed=seed)
        many = self.name in ("OneToMany", "ManyToMany")
        shape = (*tokens.shape, V) if many else (len(tokens), self.classes)
        clean: Array = expect(got, f"{self.name}'s logits", axes="BTV" if many else "BC").to_be_shaped(shape)
        return clean

    def gradients(self, tokens: Array, pull: Array, *more: Array | None) -> dict[str, Array]:
        """By weight, for those that have one."""
        found = self.student.gradients(self.thing, *self.arguments(tokens, *more), pull=pull).weights
        return {name: g for name, g in found.items() if isinstance(g, np.ndarray) and g.dtype.kind == "f"}

    def recurrent(self) -> list[tuple[int, dict[str, str]]]:
        """PyTorch's own LSTM (4 gates) and GRU (3) layers: gates, and the name of each kind of weight."""
        weights = trainable(self.student, self.thing)
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

    def forgetful(self) -> None:
        """Close the way from state to state: no recurrent weights, forget gate (GRU: update gate) shut."""
        weights = trainable(self.student, self.thing)
        changed: dict[str, Array] = {}
        for gates, names in self.recurrent():
            for kind, name in names.items():
                new = weights[name].copy()
                hidden = len(new) // gates
                block = slice(hidden, 2 * hidden)  # f of i f g o, z of r z n
                if kind == "weight_hh":
                    new[:] = 0
                else:
                    new[block] = -100 if kind == "bias_ih" else 0
                changed[name] = new
        self.student.load(self.thing, changed)

    def deaf(self) -> None:
        """Let no layer read anything: all its weights 0."""
        weights = trainable(self.student, self.thing)
        names = {name for _, layer in self.recurrent() for name in layer.values()}
        self.student.load(self.thing, {name: 0 * weights[name] for name in names})

    def without_cell_state(self) -> None:
        """Shut the forget gate of every LSTM: only h goes from step to step."""
        weights = trainable(self.student, self.thing)
        changed: dict[str, Array] = {}
        for gates, names in self.recurrent():
            for kind, name in names.items() if gates == 4 else ():
                changed[name] = new = weights[name].copy()
                new[len(new) // 4 : len(new) // 2] = -100 if kind == "bias_ih" else 0
        self.student.load(self.thing, changed)

    def saturated(self) -> None:
        """Every gate open and no input: an LSTM's cell state counts the steps, its output does not."""
        weights = trainable(self.student, self.thing)
        changed: dict[str, Array] = {}
        for _, names in self.recurrent():
            changed |= {n: np.full_like(weights[n], 50 if "bias" in kind else 0) for kind, n in names.items()}
        self.student.load(self.thing, changed)


def shapes(student: Any, draw: Draw, name: str) -> None:
    """Shapes for several batches, one sentence among them; and the layer that the text asks for."""
    model = Model(student, draw, name)
    columns = 1 if name == "OneToOne" else T
    for rows in (4, 1):
        model.logits(draw.tokens([columns] * rows, V))
    if not _has_gates(model):
        raise Mismatch(
            f"No nn.LSTM or nn.GRU in {name} learns how to read its inputs.",
            "Which layer does the text put between the embedding and the linear layer, and what does "
            "that layer read?",
        )
    tokens = draw.child("other characters").tokens([columns] * 4, V)
    model.deaf()
    expect(model.logits(tokens % (V - 1) + 1), f"{name}'s logits").to_match(
        model.logits(tokens),
        otherwise="{name} still depend on the characters when every weight of nn.LSTM or nn.GRU is 0.",
        hint="Is there a way from the embedding to the linear layer that goes past the recurrent layer?",
    )


def _has_gates(model: Model) -> bool:
    tokens = Draw(3).tokens([1 if model.name == "OneToOne" else T] * 4, V)
    gradients = model.gradients(tokens, Draw(4).normal(*model.logits(tokens).shape))
    inputs = [names["weight_ih"] for _, names in model.recurrent()]
    return reached({name: gradients.get(name) for name in inputs}) > 0


def other_sizes(student: Any, draw: Draw, name: str) -> None:
    """Five authors instead of three."""
    model = Model(student, draw, name, classes=5)
    columns = 1 if name == "OneToOne" else T
    tokens = draw.tokens([columns] * 5, V)
    logits = model.logits(tokens, None, np.arange(5))
    gradients = model.gradients(tokens, draw.normal(*logits.shape), None, np.arange(5))
    if name == "OneToMany" and not any(5 in g.shape and reached({"": g}) for g in gradients.values()):
        raise Mismatch(
            "No weight of OneToMany has one row per author and learns.",
            "How many embeddings does the text ask for, and which of them is for authors?",
        )


def rows_stay_apart(student: Any, draw: Draw, name: str) -> None:
    """Each row alone gives what it gives in its batch."""
    model = Model(student, draw, name)
    lengths = np.ones(4, np.int64) if name == "OneToOne" else LENGTHS
    tokens = draw.tokens(list(lengths), V, columns=1 if name == "OneToOne" else T)
    logits = model.logits(tokens, lengths, AUTHORS)
    for row, length in enumerate(lengths):
        some = slice(row, row + 1)
        alone = model.logits(tokens[some, :length], lengths[some], AUTHORS[some])
        want = logits[some, :length] if logits.ndim == 3 else logits[some]
        expect(alone, f"The logits of row {row} alone").to_match(
            want,
            otherwise="{name} (counted from 0) differ from those in its batch.",
            hint="Which axis does your layer take for time, and does padding, another row or an earlier call "
            "reach this row?",
        )


def same_again(student: Any, draw: Draw, name: str) -> None:
    """In eval mode two calls agree; the inputs stay as they are."""
    model = Model(student, draw, name)
    tokens = draw.tokens(list(LENGTHS), V, columns=T)
    tokens = tokens[:, :1] if name == "OneToOne" else tokens
    args = model.arguments(tokens, LENGTHS, AUTHORS)
    before = [arg.copy() for arg in args]
    first = model.logits(tokens, LENGTHS, AUTHORS, seed=1)
    _, after = student.call_and_see(model.thing, *args)
    leaves_the_seeds(student, lambda seed: model.logits(tokens, LENGTHS, AUTHORS, seed=seed), name)
    if not are_unchanged(after, *before):
        raise Mismatch(
            f"{name} changes the tensors that it is given.", "Which of your lines writes into an input?"
        )
    expect(model.logits(tokens, LENGTHS, AUTHORS, seed=2), f"{name}'s logits").to_match(
        first,
        otherwise="{name} differ between two calls with the same input.",
        hint="What does your model keep from one call to the next, and is anything random in evaluation "
        "mode?",
    )


def embeddings_have_the_width_of_the_state(student: Any, draw: Draw) -> None:
    """A notice: the text says that embeddings are as wide as the state."""
    for name in ("OneToOne", "ManyToOne", "OneToMany", "ManyToMany"):
        has_an_embedding(student, Model(student, draw, name).thing, name, V, H)


def scores_are_raw(student: Any, draw: Draw, name: str) -> None:
    """Nothing squeezes the scores: no softmax, σ, ReLU or tanh after the last linear layer.

    Raw scores may look squeezed under some weights, squeezed ones do so under all.
    """
    columns = 1 if name == "OneToOne" else T

    def look(some: Draw) -> None:
        model = Model(student, some, name, scale=2.5)
        look_raw(model.logits(some.tokens([columns] * 24, V)), name)

    on_some_weights(draw, look)


def every_character_learns(student: Any, draw: Draw, name: str) -> None:
    """Each character that occurs gets a gradient in the embedding; padding_idx may name <PAD> only."""
    model = Model(student, draw, name)
    tokens = np.concatenate([np.arange(1, V), np.arange(V - 1, 0, -1)]).reshape(
        -1, 1 if name == "OneToOne" else 6
    )
    logits = model.logits(tokens)
    gradients = model.gradients(tokens, draw.normal(*logits.shape))
    tables = [g for g in gradients.values() if g.ndim == 2 and V in g.shape]
    tables = [g if g.shape[0] == V else g.T for g in tables]
    if not any(np.abs(table[1:]).max(1).all() for table in tables):
        raise Mismatch(
            f"Not every character has a vector in {name} that learns.",
            "Which characters have a vector that never changes, and can the loss reach every step of a row?",
        )


# ---- one-to-one, many-to-one


def first_characters(student: Any, draw: Draw) -> None:
    """On a batch of the student's own items, which may begin with <SOS>."""
    lines = ["ab", *(text(draw, length, "abcdefgh") for length in LENGTHS)]
    items = usable_items(student, lines, [0] * len(lines), usable_vocabulary(student, ["abcdefgh"]))
    width = max(len(ids) for ids, _ in items)
    tokens = np.stack([np.pad(ids, (0, width - len(ids))) for ids, _ in items]).astype(np.int64)
    column = int(starts_with_sos(student))
    got = expect(
        student.call("first_characters", tokens), "first_characters' result", axes="BT"
    ).to_be_shaped((len(lines), 1), dtype="int64")
    if not np.array_equal(got, tokens[:, column : column + 1]):
        raise Mismatch(
            "first_characters does not give the first character of each sentence.",
            "Which end of the sentence is the beginning, and which axis counts the characters?",
        )


def depends_on_its_character(student: Any, draw: Draw) -> None:
    model = Model(student, draw, "OneToOne")
    tokens = np.arange(1, V).reshape(-1, 1)
    expect(model.logits(tokens % (V - 1) + 1), "OneToOne's logits").to_differ(
        model.logits(tokens),
        otherwise="{name} do not depend on the character (row {rows}, counted from 0).",
        hint="What looks up a vector for each character?",
    )
    every_character_learns(student, draw, "OneToOne")


def padding_changes_nothing(student: Any, draw: Draw) -> None:
    """Neither more padding nor other ids in it."""
    model = Model(student, draw, "ManyToOne")
    tokens = draw.tokens(list(LENGTHS), V, columns=T)
    logits = model.logits(tokens, LENGTHS)
    other = np.where(np.arange(T) < LENGTHS[:, None], tokens, draw.integers(1, V, *tokens.shape))
    for padded, words in (
        (np.pad(tokens, ((0, 0), (0, 5))), "more padding"),
        (other, "other ids behind the end of a row"),
    ):
        expect(model.logits(padded, LENGTHS), "ManyToOne's logits", axes="BC").to_match(
            logits, otherwise=f"{{name}} are not the same with {words}, {{where}}.", hint=ON_PADDING
        )


def reads_first_and_last(student: Any, draw: Draw) -> None:
    model = Model(student, draw, "ManyToOne")
    for lengths, columns in ((LENGTHS, (LENGTHS - 1, 0 * LENGTHS)), (LONG, (LONG - 1,))):
        tokens = draw.tokens(list(lengths), V, columns=int(lengths.max()) + 1)
        logits = model.logits(tokens, lengths)
        for column, which in zip(columns, ("last", "first"), strict=False):
            other = model.logits(_changed(tokens, column), lengths)
            expect(other, "ManyToOne's logits", axes="BC").to_differ(
                logits,
                otherwise=f"{{name}} do not depend on the {which} character of row {{rows}} "
                "(counted from 0).",
                hint="Which state has read the whole row, and nothing after it?",
            )


def first_character_learns(student: Any, draw: Draw) -> None:
    """The gradient flows back through all steps, to the embedding of a character that stands first only."""
    model = Model(student, draw, "ManyToOne", scale=0.4)
    tokens = np.full((2, 5), 3)
    tokens[:, 0] = 7
    logits = model.logits(tokens)
    gradients = model.gradients(tokens, draw.normal(*logits.shape))
    tables = [g if g.shape[0] == V else g.T for g in gradients.values() if g.ndim == 2 and V in g.shape]
    if not any(np.abs(table[7]).max() > 0 for table in tables):
        raise Mismatch(
            "No gradient reaches the first character of a row.",
            "Can the loss at the last character still reach the first one?",
        )


def last_state_only(student: Any, draw: Draw) -> None:
    """The linear layer reads h after the last valid step: no mean over steps, no cell state."""
    model = Model(student, draw, "ManyToOne")
    tokens = draw.tokens(list(LENGTHS), V, columns=T)
    model.forgetful()
    logits = model.logits(tokens, LENGTHS)
    other = _changed(tokens, 0 * LENGTHS)
    hint = "After which character does the text want the state, and which of an LSTM's two states?"
    expect(model.logits(other, LENGTHS), "ManyToOne's logits", axes="BC").to_match(
        logits,
        otherwise="{name} come from another step than the last valid one, or from several, {where}.",
        hint=hint,
    )
    all_units = _every_unit_reaches(model, tokens, draw.normal(*logits.shape))
    model.saturated()
    ends = np.array([20, 30])
    short, long = model.logits(np.ones((2, 30), np.int64), ends)
    expect(long[None], "ManyToOne's logits").to_match(
        short[None],
        otherwise="{name} come from something else than the last valid hidden state, such as the cell state.",
        hint=hint,
    )
    if not all_units:
        raise Mismatch(
            "Not every unit of the last valid hidden state reaches ManyToOne's logits.",
            "How many hidden units of a row do you take from its last step?",
        )


def _every_unit_reaches(model: Model, tokens: Array, pull: Array) -> bool:
    """In a forgetful layer each unit of the state has a last gate (o, or n of a GRU) that gets a gradient."""
    gradients = model.gradients(tokens, pull, LENGTHS)
    for gates, names in model.recurrent():
        found = gradients.get(names["weight_ih"])
        if found is not None and not np.abs(found[-len(found) // gates :]).max(1).all():
            return False
    return True


def _changed(tokens: Array, columns: Array) -> Array:
    """Another character, none of it <PAD>, in one column of each row."""
    other, rows = tokens.copy(), np.arange(len(tokens))
    other[rows, columns] = tokens[rows, columns] % (V - 1) + 1
    return other


# ---- one-to-many, many-to-many


def never_looks_ahead(student: Any, draw: Draw, name: str) -> None:
    """A step's logits know its own input and those before, none after; in training, too."""
    model = Model(student, draw, name)
    tokens = draw.tokens([T] * 4, V)
    for train in (False, True):
        logits = model.logits(tokens, train=train, seed=5)
        for step in (1, 4, T - 1):
            other = model.logits(_changed(tokens, np.full(4, step)), train=train, seed=5)
            mode = "In training mode, the" if train else "The"
            expect(other[:, :step], f"{mode} logits", axes="BTV").to_match(
                logits[:, :step],
                otherwise="{name} of " + name + " are not the same when a later character changes, {where}.",
                hint="Could the model see the answer: does it mix or reverse the steps, or keep an earlier "
                "call's state?",
            )
            if not train:
                expect(other[:, step], f"{name}'s logits").to_differ(
                    logits[:, step],
                    otherwise="{name} at a step do not depend on the character of that step.",
                    hint="Which character does step 2 read: the true one of the inputs?",
                )


def remembers(student: Any, draw: Draw, name: str) -> None:
    model = Model(student, draw, name)
    tokens = draw.tokens([4] * 4, V)
    other = model.logits(_changed(tokens, np.zeros(4, np.int64)))
    expect(other[:, -1], f"{name}'s logits").to_differ(
        model.logits(tokens)[:, -1],
        otherwise="{name} at the last step do not depend on the first character.",
        hint="What does step 4 know about step 1?",
    )


def author_matters(student: Any, draw: Draw) -> None:
    """From the first step on, and to its own row only."""
    model = Model(student, draw, "OneToMany")
    tokens = draw.tokens([T] * 4, V)
    logits = model.logits(tokens, None, AUTHORS)
    others = (AUTHORS + 1) % 3
    hint = "Do two authors give two different first predictions?"
    expect(model.logits(tokens, None, others)[:, 0], "OneToMany's logits").to_differ(
        logits[:, 0],
        otherwise="{name} at the first step do not depend on the author (row {rows}, counted from 0).",
        hint=hint,
    )
    for row in range(4):
        mixed = np.where(np.arange(4) == row, others, AUTHORS)
        keep = np.arange(4) != row
        expect(model.logits(tokens, None, mixed)[keep], "The logits of the other rows").to_match(
            logits[keep],
            otherwise=f"{{name}} change with the author of row {row} (counted from 0).",
            hint="Whose vector is the first state of each row, and which axis does your layer take for time?",
        )


def author_learns(student: Any, draw: Draw) -> None:
    model = Model(student, draw, "OneToMany", classes=5)
    tokens, authors = draw.tokens([T] * 2, V), np.array([1, 3])
    gradients = model.gradients(tokens, draw.normal(2, T, V), None, authors)
    tables = [g if g.shape[0] == 5 else g.T for g in gradients.values() if g.ndim == 2 and 5 in g.shape]
    if not any(np.abs(table[[1, 3]]).max(1).all() for table in tables):
        raise Mismatch(
            "Not every author in a batch has a vector of its own that gets a gradient.",
            "Which embedding has one row per author, and does every row's own author reach h_0?",
        )


def author_is_the_first_state(student: Any, draw: Draw) -> None:
    """With the way from state to state closed nothing of the author is left."""
    model = Model(student, draw, "OneToMany")
    model.forgetful()
    tokens = draw.tokens([T] * 4, V)
    expect(model.logits(tokens, None, (AUTHORS + 1) % 3), "OneToMany's logits", axes="BTV").to_match(
        model.logits(tokens, None, AUTHORS),
        otherwise="{name} depend on the author in another way than through the first hidden state, {where}.",
        hint="Where does the text want the author vector to go: into the inputs, or into h_0?",
    )
    model = Model(student, draw.child("cell"), "OneToMany")
    model.without_cell_state()
    if np.allclose(model.logits(tokens, None, (AUTHORS + 1) % 3), model.logits(tokens, None, AUTHORS)):
        raise Mismatch(
            "The author's vector is the first cell state of OneToMany, not its first hidden state.",
            "In which order does nn.LSTM take h_0 and c_0?",
        )
