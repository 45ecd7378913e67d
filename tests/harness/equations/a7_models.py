"""Assignment 7's models around nn.LSTM or nn.GRU, and its classifier: where code goes its own way.

All weights of one hidden unit are alike, and all of one row of an embedding: so a step adds up what it reads.
How many layers a model has is free; something is said of those with one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Value
from tests.harness.equations.a7_steps import Rows, layer, picked
from tests.harness.equations.algebra import Array
from tests.harness.equations.making import Clause, Idea, seldom
from tests.harness.equations.recurrent import GATES, STEPS, State
from tests.harness.equations.toolkit_models import HEAD, head

ONE, MANY, AUTHOR, TEXT, CLASSIFIER = "OneToOne", "ManyToOne", "OneToMany", "ManyToMany", "AuthorClassifier"
CHECKS = {
    "paradigms::one_to_one_*": [ONE],
    "paradigms::many_to_one_*": [MANY],
    "paradigms::one_to_many_*": [AUTHOR],
    "paradigms::author_*": [AUTHOR],
    "paradigms::many_to_many_*": [TEXT],
    "loop::classifier_[!l]*": ["VanillaRNNCell", "DeepRNN rnn", CLASSIFIER],
    "loop::classifier_learns_*": [CLASSIFIER],
}
Choices = dict[str, dict[Any, Clause]]


class Texts(NamedTuple):
    """Tokens (B, T), and a number for each character, each score, each author and each hidden unit."""

    tokens: Array
    words: Array
    scores: Array
    units: Array
    lengths: Array = np.zeros(0, int)
    authors: Array = np.zeros(0, int)  # of each row
    names: Array = np.zeros(0)  # the number of each author
    kind: str = ""  # of the classifier's cells
    layers: int = 1
    bias: float = 0  # that of all vectors of a model

    @property
    def x(self) -> Array:
        """The embedded tokens (B, T, H)."""
        return np.repeat(self.words[self.tokens][..., None], len(self.units), axis=-1)

    def vectors(self) -> Array:
        """Those of the authors (B, H)."""
        return np.repeat(self.names[self.authors][:, None], len(self.units), axis=1)


def read(
    case: Texts, kind: str, x: Array, along: str = "rows", starts: Sequence[State] = ()
) -> tuple[Array, Array]:
    """The hidden states after each step, and the cell states (those again, of a layer that has none)."""
    x = x if along == "rows" else x.swapaxes(0, 1)
    gates, zeros = np.tile(case.units, GATES[kind]), (np.zeros(len(case.units)),) * 2
    found = []
    for row, start in zip(x, starts or [zeros] * len(x), strict=True):
        state, passed = start if kind == "LSTM" else start[:1], []
        for step in row:
            state = STEPS[kind](gates * step.sum() + case.bias, gates * state[0].sum() + case.bias, state)
            passed.append((state[0], state[-1]))
        found.append(passed)
    states = np.array(found)
    states = states if along == "rows" else states.swapaxes(0, 1)
    return states[:, :, 0], states[:, :, 1]


def over_rows(logits: Array) -> Array:
    return np.asarray(np.exp(logits) / np.exp(logits).sum(0, keepdims=True))


def scored_as(scored: str, states: Array, case: Texts) -> Array:
    """The logits."""
    if scored == "softmax of rows":
        return over_rows(head(states, case.scores, "linear", case.bias))
    return head(states, case.scores, scored, case.bias)


# ---- one-to-one


def one_to_one(
    case: Texts,
    kind: str = "LSTM",
    along: str = "rows",
    taken: str = "h",
    scored: str = "linear",
    form: str = "B, C",
) -> Value:
    states, memories = read(case, kind, case.x, along)
    if taken == "c" and kind != "LSTM":
        raise ValueError("it has no cell state")
    taken_from = {"h": states, "c": memories, "embedding": case.x}[taken]
    logits = scored_as(scored, taken_from[:, 0], case)
    return {
        "B, C": logits,
        "B, 1, C": logits[:, None],
        "1, B, C": logits[None],
        "B * C": logits.ravel(),
        "row 0": logits[0],
    }[form]


GATED = "Which of PyTorch's recurrent layers does the text name?"
ALONG = "Which axis of a batch counts the steps, and does your layer know?"
PAST = "What lies between the embedding and the linear layer?"
STATES = "Which of an LSTM's two states is its output?"
SHAPE = "What shape does the docstring promise?"
RAW = "Which function does cross_entropy apply by itself?"
KIND: dict[Any, Clause] = {
    "LSTM": "",
    "GRU": "",
    "RNN": ("the layer is an nn.RNN", GATED),
}
ACROSS: dict[Any, Clause] = {
    "rows": "",
    "steps": ("batch_first is missing, and the layer reads across the rows", ALONG),
}
SKIPPED: Clause = ("the linear layer reads the embedding, and the recurrent layer has no say", PAST)
BACK = "Which of the two things that a recurrent layer gives has a state for each step?"
OUTPUTS: Clause = (
    "the states of the recurrent layer come back, and no score",
    "What makes scores of a state?",
)
OF_AUTHORS: dict[Any, Clause] = {
    **{name: HEAD[name] for name in ("linear", "softmax", "log_softmax", "sigmoid", "tanh", "relu", "best")},
    "softmax of rows": ("a softmax over the rows of the batch is taken of the scores", RAW),
    "outputs": OUTPUTS,
}
LAST_STATES: Clause = ("the last states of the recurrent layer come back, and no score", BACK)
OF_STEPS: dict[Any, Clause] = {
    **{name: HEAD[name] for name in HEAD if name != "outputs"},
    "softmax of rows": OF_AUTHORS["softmax of rows"],
    "outputs": OUTPUTS,
    "last states": LAST_STATES,
}
OFTEN = {
    "kind": ("GRU", "RNN"),
    "along": ("steps",),
    "scored": ("outputs",),
    "last": ("last column",),
    "author": ("none",),
}
ONE_TO_ONE: Choices = {
    "kind": KIND,
    "along": ACROSS,
    "taken": {
        "h": "",
        "c": ("the linear layer reads the cell state, not the hidden state", STATES),
        "embedding": SKIPPED,
    },
    "scored": OF_AUTHORS,
    "form": {
        "B, C": "",
        "B, 1, C": ("the logits come back as (B, 1, C)", SHAPE),
        "1, B, C": ("the logits come back as (1, B, C)", SHAPE),
        "B * C": ("the logits of all rows stand in one long row", SHAPE),
        "row 0": ("only the logits of row 0 come back", SHAPE),
    },
}

# ---- many-to-one

LAST: dict[str, Callable[[Array, Texts], Array]] = {
    "last column": lambda states, case: states[:, -1],
    "all": lambda states, case: states,
    "two late": lambda states, case: states[np.arange(len(states)), case.lengths + 1],
    "longest": lambda states, case: states[:, case.lengths.max() - 1],
    "-lengths": lambda states, case: states[np.arange(len(states)), -case.lengths],
    "mean and padding": lambda states, case: states.sum(1) / case.lengths[:, None],
}


def last_state(last: str, states: Array, case: Texts) -> Array:
    if last in LAST:
        return LAST[last](states, case)
    return picked(last, states, states, Rows("", case.x, case.lengths, case.units))


def many_to_one(
    case: Texts,
    kind: str = "LSTM",
    along: str = "rows",
    reads: str = "forward",
    taken: str = "h",
    last: str = "its own",
    scored: str = "linear",
) -> Value:
    x = case.x[:, ::-1] if reads == "backwards" else case.x
    if reads == "real steps backwards":
        x = x.copy()
        for row, length in enumerate(case.lengths):
            x[row, :length] = x[row, :length][::-1]
    states, memories = read(case, kind, x, along)
    if taken == "c" and kind != "LSTM":
        raise ValueError("it has no cell state")
    taken_from = {"h": states, "c": memories, "embedding": x}[taken]
    return scored_as(scored, last_state(last, taken_from, case), case)


COLUMN = "In which column does a row of length 2 end, and does every row use its own length?"
END = "After which character of a row does the text want the state?"
ORDER = "Which character should the first step read?"
WIDE = "How many states of a row does the linear layer read?"
ENDS: dict[Any, Clause] = {
    "its own": "",
    "last column": ("the state of the last column is taken, padding or not", END),
    "first": ("the state of the first column is taken", END),
    "one early": (
        "the state one step before a row's last is taken, and with length 1 that of the last column",
        COLUMN,
    ),
    "one early, or the first": ("the state one step before a row's last is taken", COLUMN),
    "one late": ("the state one step after a row's last is taken", COLUMN),
    "two late": ("the state two steps after a row's last is taken", COLUMN),
    "row 0": ("every row's state is taken in the column where row 0 ends", COLUMN),
    "shortest": ("every row's state is taken in the column where the shortest row ends", COLUMN),
    "longest": ("every row's state is taken in the column where the longest row ends", COLUMN),
    "-lengths": ("a row's length is counted from the end of its columns", COLUMN),
    "mean": ("the mean of all columns is taken, padding included", END),
    "real mean": ("the mean of all real steps of a row is taken", END),
    "mean and padding": ("the sum of all columns, padding included, is divided by a row's length", END),
    "max": ("the largest numbers of all columns are taken, padding included", END),
    "sum": ("the sum of all columns is taken, padding included", END),
    "sorted": ("the scores come back with the longest row first", "After sorting, is row 0 still row 0?"),
    "of the wrong row": ("each row gets the state of another row, in reverse order", COLUMN),
    "all": ("every column of a row is taken, not one", WIDE),
}
MANY_TO_ONE: Choices = {
    "kind": KIND,
    "along": ACROSS,
    "reads": {
        "forward": "",
        "backwards": ("the columns are read from the last to the first", ORDER),
        "real steps backwards": ("each row is read from its last character to its first", ORDER),
    },
    "taken": ONE_TO_ONE["taken"],
    "last": ENDS,
    "scored": OF_AUTHORS,
}

# ---- one-to-many and many-to-many


def tokens_read(reads: str, tokens: Array) -> Array:
    return {
        "own": tokens,
        "before": np.concatenate([np.zeros_like(tokens[:, :1]), tokens[:, :-1]], axis=1),
        "after": np.concatenate([tokens[:, 1:], np.zeros_like(tokens[:, :1])], axis=1),
        "first": np.repeat(tokens[:, :1], tokens.shape[1], axis=1),
        "backwards": tokens[:, ::-1],
        "without last": tokens[:, :-1],
        "without first": tokens[:, 1:],
    }[reads]


def last_states(kind: str, along: str, *parts: Array) -> Value:
    """h_n and c_n as PyTorch's layers give them; h_n alone of those that have no cell state."""
    found = tuple((part[:, -1] if along == "rows" else part[-1])[None] for part in parts)
    return found if kind == "LSTM" else found[0]


def starting(author: str, vectors: Array) -> list[State]:
    """h_0 and c_0 of each row."""
    zeros = np.zeros_like(vectors)
    h, c = {
        "h0": (vectors, zeros),
        "both": (vectors, vectors),
        "c0": (zeros, vectors),
        "inputs too": (vectors, zeros),
        "row 0": (np.repeat(vectors[:1], len(vectors), axis=0), zeros),
        "reversed": (vectors[::-1], zeros),
        "ones": (zeros + 1, zeros),
        "negative": (-vectors, zeros),
    }.get(author, (zeros, zeros))
    return list(zip(h, c, strict=True))


def one_to_many(
    case: Texts,
    kind: str = "LSTM",
    along: str = "rows",
    author: str = "h0",
    reads: str = "own",
    taken: str = "h",
    scored: str = "linear",
) -> Value:
    vectors = case.vectors()
    tokens = tokens_read(reads, case.tokens)
    x = np.repeat(case.words[tokens][..., None], len(case.units), axis=-1)
    if author in ("inputs", "inputs too"):
        x = x + vectors[:, None]
    elif author == "first input":
        x[:, 0] += vectors
    elif author in ("a step", "a step more"):
        x = np.concatenate([vectors[:, None], x], axis=1)
    elif author == "no tokens":
        x = np.repeat(vectors[:, None], x.shape[1], axis=1)
    if kind != "LSTM" and author in ("c0", "both"):
        raise ValueError("it has no cell state")
    states, memories = read(case, kind, x, along, starting(author, vectors))
    if scored == "last states":
        return last_states(kind, along, states, memories)
    if author == "a step":
        states = states[:, 1:]
    elif author == "outputs":
        states = states + vectors[:, None]
    return scored_as(scored, {"h": states, "embedding": x}[taken], case)


def many_to_many(
    case: Texts,
    kind: str = "LSTM",
    along: str = "rows",
    directions: str = "forward",
    reads: str = "own",
    carries: str = "state",
    taken: str = "h",
    scored: str = "linear",
) -> Value:
    tokens = tokens_read(reads, case.tokens)
    x = np.repeat(case.words[tokens][..., None], len(case.units), axis=-1)
    if carries == "nothing":
        states = np.concatenate([read(case, kind, x[:, t : t + 1], along)[0] for t in range(x.shape[1])], 1)
    else:
        states, memories = read(case, kind, x, along)
        if scored == "last states":
            return last_states(kind, along, states, memories)
    if directions == "both":
        backward, _ = read(case, kind, x[:, ::-1], along)
        states = np.concatenate([states, backward[:, ::-1]], axis=2)
    elif directions == "backward":
        states = read(case, kind, x[:, ::-1], along)[0][:, ::-1]
    return scored_as(scored, {"h": states, "embedding": x}[taken], case)


FIRST = "Where does the text want the author's vector to go, and with which shape?"
CHARACTERS = "Which character does step 2 read: the true one of the inputs?"
AHEAD = "Could a step see the character that it is to guess?"
READS: dict[Any, Clause] = {
    "own": "",
    "before": ("each step reads the character before its own, the first one <PAD>", CHARACTERS),
    "after": ("each step reads the character after its own", CHARACTERS),
    "first": ("every step reads the first character", CHARACTERS),
    "backwards": ("the characters are read from the last to the first", CHARACTERS),
    "without last": ("the last character is left out", CHARACTERS),
    "without first": ("the first character is left out", CHARACTERS),
}
ONE_TO_MANY: Choices = {
    "kind": KIND,
    "along": ACROSS,
    "author": {
        "h0": "",
        "both": "",
        "c0": ("the author's vector is the first cell state, and the first hidden state is 0", FIRST),
        "none": ("the layer starts from zeros, and the author has no say", FIRST),
        "ones": ("the layer starts from ones, and the author has no say", FIRST),
        "negative": ("the author's vector has the wrong sign", FIRST),
        "inputs": ("the author's vector is part of every step's input, and the first state is 0", FIRST),
        "inputs too": ("the author's vector is the first state and part of every step's input, too", FIRST),
        "first input": (
            "the author's vector is added to the first character, and the first state is 0",
            FIRST,
        ),
        "a step": ("the author's vector is read by a step of its own, and the first state is 0", FIRST),
        "a step more": ("the author's vector is read by a step of its own, which is scored, too", FIRST),
        "no tokens": ("every step reads the author's vector, and none a character", FIRST),
        "outputs": ("the author's vector is added to the states, after the layer", FIRST),
        "row 0": ("every row starts from the author of row 0", FIRST),
        "reversed": ("the rows start from the authors in reverse order", FIRST),
    },
    "reads": READS,
    "taken": {"h": "", "embedding": SKIPPED},
    "scored": OF_STEPS,
}
MANY_TO_MANY: Choices = {
    "kind": KIND,
    "along": ACROSS,
    "directions": {
        "forward": "",
        "both": ("the layer is bidirectional", AHEAD),
        "backward": ("the layer reads from the last character to the first", AHEAD),
    },
    "reads": READS,
    "carries": {
        "state": "",
        "nothing": ("every step begins with zeros", "What does step 4 know about step 1?"),
    },
    "taken": {"h": "", "embedding": SKIPPED},
    "scored": OF_STEPS,
}

# ---- the author classifier


def classifier(
    case: Texts,
    cells: str = "as asked",
    layers: str = "as asked",
    taken: str = "h",
    last: str = "its own",
    scored: str = "linear",
) -> Value:
    kind = case.kind if cells == "as asked" else cells
    many = {"as asked": case.layers, "one": 1, "two": 2, "one more": case.layers + 1}[layers]
    rows = Rows(kind, case.x, case.lengths, case.units)
    zeros = np.zeros((len(case.tokens), len(case.units)))
    states = case.x
    for _ in range(many):
        states, _, _ = layer(kind, rows, states, (zeros, zeros))
    of = case.x if taken == "embedding" else states + case.x if taken == "both" else states
    return scored_as(scored, last_state(last, of, case), case)


PASSED = "What does DeepRNN get from the arguments of AuthorClassifier?"
AUTHOR_CLASSIFIER: Choices = {
    "cells": {
        "as asked": "",
        "rnn": ("the cells are vanilla ones, whatever was asked for", PASSED),
    },
    "layers": {
        "as asked": "",
        "one": ("there is one layer, whatever was asked for", PASSED),
        "two": ("there are two layers, whatever was asked for", PASSED),
        "one more": ("there is one layer more than was asked for", PASSED),
    },
    "taken": {
        "h": "",
        "embedding": ("the linear layer reads the embedding, and DeepRNN has no say", PAST),
        "both": ("the embedding is added to the states of DeepRNN", PAST),
    },
    "last": ENDS,
    "scored": OF_AUTHORS,
}


# ---- questions


def ask_for(name: str, *more: str) -> Callable[[Texts], dict[str, Any]]:
    """`more` are what the model gets beside the tokens."""

    def ask(case: Texts) -> dict[str, Any]:
        hidden = len(case.units)
        sizes: dict[str, Any] = {"num_classes": len(case.scores)} if name in (ONE, MANY, CLASSIFIER) else {}
        sizes |= {"num_authors": len(case.names)} if name == AUTHOR else {}
        options = {"cell": case.kind, "num_layers": case.layers} if name == CLASSIFIER else {}
        named, larger = options | sizes, options | dict.fromkeys(sizes, 17)
        words = {str(len(numbers)): numbers.tolist() for numbers in (case.words, case.scores, case.names)}
        tokens, lengths, authors = (
            {"int": each.tolist()} for each in (case.tokens, case.lengths, case.authors)
        )
        given = {"lengths": [tokens, lengths], "authors": [authors, tokens]}
        return {
            "new": [name, len(case.words), hidden, *([{"kwargs": named}] if named else [])],
            "weights": {
                "units": case.units.tolist(),
                "biases": case.bias,
                "features": hidden,
                "along": {size: numbers for size, numbers in words.items() if numbers},
                "larger": [23, 19, *([{"kwargs": larger}] if larger else [])],
            },
            "args": given[more[0]] if more else [tokens],
        }

    return ask


def wave(count: int, phase: float, scale: float = 0.9) -> Array:
    return np.round(scale * np.sin(phase + 2.4 * np.arange(count)), 2)


def texts(rows: int, steps: int, sizes: tuple[int, int], phase: float, **more: Any) -> Texts:
    """A case for (V, H); `scores` are as many as its characters where no other number is given."""
    words, hidden = sizes
    at = np.arange(rows * steps).reshape(rows, steps)
    tokens = (3 * at + at // 4 + int(10 * phase)) % (words - 1) + 1
    numbers = wave(words, phase)
    classes = more.pop("classes", 0)
    scores = wave(classes, phase + 1.3) if classes else numbers
    return Texts(tokens, numbers, scores, wave(hidden, phase + 0.5, 0.7), **more)


def padded(lengths: list[int], steps: int, sizes: tuple[int, int], phase: float, **more: Any) -> Texts:
    """Rows of these lengths, with other characters behind their ends."""
    return texts(len(lengths), steps, sizes, phase, lengths=np.array(lengths), **more)


def of_authors(
    authors: list[int], sizes: tuple[int, int], phase: float, names: int, bias: float = 0
) -> Texts:
    """As many rows as steps, so that axes can be exchanged."""
    numbers, rows = wave(names, phase + 2.2, 0.6), len(authors)
    return texts(rows, rows, sizes, phase, authors=np.array(authors), names=numbers, bias=bias)


def idea(
    answer: Callable[..., Value], choices: Choices, ask: Callable[[Texts], dict[str, Any]], **cases: Any
) -> Idea:
    return Idea(answer=answer, choices=choices, ask=ask, senseless=seldom(OFTEN), **cases)


IDEAS = {
    ONE: idea(
        one_to_one,
        ONE_TO_ONE,
        ask_for(ONE),
        cases=[texts(4, 1, (7, 4), 0.4, classes=3), texts(3, 1, (9, 5), 1.9, classes=4)],
        fresh=[texts(5, 1, (8, 3), 2.6, classes=4), texts(2, 1, (7, 5), 0.9, classes=3)],
    ),
    MANY: idea(
        many_to_one,
        MANY_TO_ONE,
        ask_for(MANY, "lengths"),
        cases=[
            padded([2, 1, 4, 3], 7, (9, 4), 0.4, classes=3),
            padded([3, 5, 2], 7, (11, 5), 1.9, classes=4),
        ],
        fresh=[
            padded([4, 2, 1, 5, 3], 8, (7, 3), 2.6, classes=4),
            padded([2, 4], 6, (9, 4), 0.9, classes=3),
        ],
    ),
    # A layer between an author's vector and h_0 has weights 0 here, and is told by its bias.
    AUTHOR: idea(
        one_to_many,
        ONE_TO_MANY,
        ask_for(AUTHOR, "authors"),
        cases=[
            of_authors([1, 2, 0], (7, 4), 0.4, names=3),
            of_authors([3, 1, 3, 0], (11, 5), 1.9, names=4, bias=0.3),
        ],
        fresh=[
            of_authors([2, 1, 1], (9, 4), 2.6, names=3, bias=-0.2),
            of_authors([0, 4], (7, 3), 0.9, names=5),
        ],
    ),
    TEXT: idea(
        many_to_many,
        MANY_TO_MANY,
        ask_for(TEXT),
        cases=[texts(2, 5, (7, 4), 0.4), texts(4, 3, (11, 5), 1.9)],
        fresh=[texts(3, 4, (10, 4), 2.6), texts(5, 2, (7, 3), 0.9)],
    ),
    CLASSIFIER: idea(
        classifier,
        AUTHOR_CLASSIFIER,
        ask_for(CLASSIFIER, "lengths"),
        cases=[
            padded([2, 1, 4, 3], 7, (9, 5), 0.4, classes=3, kind="rnn", layers=2),
            padded([3, 5, 2], 7, (11, 4), 1.9, classes=3, kind="lstm"),
        ],
        fresh=[
            padded([4, 2, 1, 5, 3], 8, (7, 3), 2.6, classes=4, kind="lstm", layers=2),
            padded([2, 4], 6, (11, 4), 0.9, classes=3, kind="rnn"),
        ],
    ),
}
