"""Seq2Seq and BiLSTMTagger of the sequence toolkit, and what code computes that goes its own way.

What is inside of them is free. Something is said only of those that answer, filled symmetrically, as
layers of PyTorch's do that are put together in one of these ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, seldom
from tests.harness.equations.recurrent import Read, State, read, symmetric

CHECKS = {
    "seq2seq::source_matters_*": ["Seq2Seq"],
    "seq2seq::encoder_*": ["Seq2Seq"],
    "seq2seq::decoder_*": ["Seq2Seq"],
    "seq2seq::seq2seq_*": ["Seq2Seq"],
    "tagger::*": ["BiLSTMTagger"],
}


class Texts(NamedTuple):
    """Tokens that a model reads, a number for each word and each score, and one for each hidden unit."""

    tokens: tuple[Array, ...]  # source and target, or the tokens of a tagger
    lengths: Array  # (B,) of a tagger's rows
    words: Array  # each number of a word's embedding
    scores: Array  # each weight of a score
    features: int
    units: tuple[float, ...]
    drops: bool = False  # in training, at the rate 1

    def embedded(self, tokens: Array) -> Array:
        return np.repeat(self.words[tokens][..., None], self.features, axis=-1)

    def read(self, kind: str, row: Array, start: State | None = None) -> Read:
        return read(kind, [symmetric(kind, self.units, self.features)], row, start=start)


def head(outputs: Array, scores: Array, scored: str, bias: float = 0) -> Array:
    """Logits of a linear layer that has, for each score, one weight; and the same bias for all."""
    if scored == "outputs":
        return outputs
    logits = outputs.sum(-1, keepdims=True) * scores + bias
    return {
        "linear": lambda: logits,
        "softmax": lambda: FUNCTIONS["softmax"](logits),
        "log_softmax": lambda: np.log(FUNCTIONS["softmax"](logits)),
        "sigmoid": lambda: FUNCTIONS["σ"](logits),
        "tanh": lambda: np.tanh(logits),
        "relu": lambda: np.maximum(logits, 0),
        "softmax of steps": lambda: np.exp(logits) / np.exp(logits).sum(1, keepdims=True),
        "turned": lambda: logits.swapaxes(1, 2),
        "last step": lambda: logits[:, -1],
        "best": lambda: logits.argmax(-1),
    }[scored]()


def seq2seq(
    case: Texts,
    kind: str = "GRU",
    source: str = "src",
    encodes: str = "rows",
    state: str = "last",
    target: str = "tgt",
    decodes: str = "rows",
    taken: str = "outputs",
    scored: str = "linear",
) -> Any:
    src, tgt = case.tokens
    source_read = {
        "src": src,
        "backwards": src[:, ::-1],
        "tgt": tgt,
        "both": np.concatenate([src, tgt], axis=1),
        "last": src[:, -1:],
        "first": src[:, :1],
        "all but the last": src[:, :-1],
        "all but the first": src[:, 1:],
    }[source]
    target_read = {
        "tgt": tgt,
        "src": src,
        "before": np.concatenate([np.zeros_like(tgt[:, :1]), tgt[:, :-1]], axis=1),
        "first": np.repeat(tgt[:, :1], tgt.shape[1], axis=1),
        "all but the last": tgt[:, :-1],
        "backwards": tgt[:, ::-1],
    }[target]
    encoder, decoder = kind.split(" to ") if " to " in kind else (kind, kind)
    encoded = _batch(case, encoder, case.embedded(source_read), encodes)
    starts = [_start(each.last, state) for each in encoded]
    if state == "first row":
        starts = starts[:1] * len(starts)
    elif state == "exchanged":
        starts = starts[::-1]
    elif state == "mean":
        starts = [tuple(np.mean(part, axis=0) for part in zip(*starts, strict=True))] * len(starts)
    decoded = _batch(case, decoder, case.embedded(target_read), decodes, starts)
    outputs = np.stack([each.outputs for each in decoded])
    if decodes == "steps":
        outputs = outputs.swapaxes(0, 1)
    if taken == "last state":
        outputs = np.stack([each.last[0][0] for each in decoded])[None]
    elif taken == "encoder":
        outputs = np.repeat(np.stack([each.last[0] for each in encoded]), tgt.shape[1], axis=1)
    return head(outputs, case.scores, scored)


def _batch(case: Texts, kind: str, x: Array, along: str, starts: Sequence[State] | None = None) -> list[Read]:
    """Each row of a batch, read by one layer; or each step, as if it were a row, where along is "steps"."""
    rows = x if along == "rows" else x.swapaxes(0, 1)
    return [
        case.read(kind, row, start) for row, start in zip(rows, starts or [None] * len(rows), strict=True)
    ]


def _start(last: State, state: str) -> State:
    parts = tuple(part[0] for part in last)
    if state == "zeros":
        return tuple(np.zeros_like(part) for part in parts)
    if state == "h alone":
        return (parts[0], *(np.zeros_like(part) for part in parts[1:]))
    return parts


BATCH_FIRST = "Which axis of the batch counts the steps, and does each layer know?"
CARRIES = "What does the decoder get from the encoder, and when?"
RAW = "Which function does cross_entropy apply by itself?"
HEAD: dict[Any, Clause] = {
    "linear": "",
    "softmax": ("the scores go through softmax", RAW),
    "log_softmax": ("the scores go through log_softmax", RAW),
    "sigmoid": ("the scores go through a sigmoid", RAW),
    "tanh": ("the scores go through tanh", RAW),
    "relu": ("the scores go through ReLU", RAW),
    "softmax of steps": ("a softmax over the steps is taken of the scores", RAW),
    "outputs": (
        "the outputs of the recurrent layer come back, and no score",
        "What makes scores of a state?",
    ),
    "turned": ("the last two axes of the logits are exchanged", "Which axis counts the scores?"),
    "last step": ("only the scores of the last step come back", "How many tokens are scored?"),
    "best": ("the likeliest ones come back, not the scores", "What does a loss need?"),
}
SEQ2SEQ: dict[str, dict[Any, Clause]] = {
    "kind": {"GRU": "", "LSTM": "", "RNN": "", "GRU to RNN": "", "RNN to GRU": ""},  # all are right
    "source": {
        "src": "",
        "backwards": "",  # is right
        "tgt": ("the encoder reads the target", "Which of the two texts is the source?"),
        "both": ("the encoder reads source and target", "Which of the two texts is the source?"),
        "last": ("the encoder reads the last token of the source alone", CARRIES),
        "first": ("the encoder reads the first token of the source alone", CARRIES),
        "all but the last": ("the encoder does not read the last token of the source", CARRIES),
        "all but the first": ("the encoder does not read the first token of the source", CARRIES),
    },
    "encodes": {
        "rows": "",
        "steps": ("batch_first is missing in the encoder, which reads across the rows", BATCH_FIRST),
    },
    "state": {
        "last": "",
        "zeros": ("the decoder starts from zeros, not from the state of the encoder", CARRIES),
        "h alone": ("of the encoder's two states only h reaches the decoder", CARRIES),
        "first row": ("every row of the decoder starts from the encoder's state of row 0", CARRIES),
        "exchanged": ("the states of the rows are exchanged on the way to the decoder", CARRIES),
        "mean": ("the decoder starts from the mean state of all rows", CARRIES),
    },
    "target": {
        "tgt": "",
        "src": ("the decoder reads the source", "Which of the two texts does the decoder write?"),
        "before": ("each step of the decoder reads the token before its own", "Who shifts the target?"),
        "first": ("the decoder reads the first token of the target at every step", "Which token comes next?"),
        "all but the last": ("the decoder leaves out the last token of the target", "Who shifts the target?"),
        "backwards": ("the decoder reads the target backwards", "Which tokens may a step know?"),
    },
    "decodes": {
        "rows": "",
        "steps": ("batch_first is missing in the decoder, which reads across the rows", BATCH_FIRST),
    },
    "taken": {
        "outputs": "",
        "last state": (
            "the last state of the decoder is scored, not its outputs",
            "Which of the two things that a layer returns has a state for each step?",
        ),
        "encoder": ("the state of the encoder is scored at every step", CARRIES),
    },
    "scored": HEAD,
}


def tagger(
    case: Texts,
    kind: str = "LSTM",
    reads: str = "own steps",
    packs: str = "rows",
    unpacks: str = "rows",
    width: str = "steps",
    order: str = "kept",
    directions: str = "both",
    dropout: str = "drops",
    scored: str = "linear",
) -> Any:
    (tokens,) = case.tokens
    steps, sorted_ = tokens.shape[1], np.argsort(-case.lengths, kind="stable")
    ends, at = {
        "own steps": (case.lengths, slice(None)),
        "all": (np.full_like(case.lengths, steps), slice(None)),
        "zeros": (np.full_like(case.lengths, steps), slice(None)),
        "one less": (np.maximum(case.lengths - 1, 1), slice(None)),
        "one more": (np.minimum(case.lengths + 1, steps), slice(None)),
        "other lengths": (case.lengths[sorted_], slice(None)),
    }[reads]
    x = case.embedded(tokens[at])
    if reads == "zeros":
        x = x * (np.arange(steps) < case.lengths[:, None])[..., None]
    if packs == "steps":
        x = x.swapaxes(0, 1)
    outputs = np.stack(
        [_both_ways(case, kind, row, end, directions) for row, end in zip(x, ends, strict=True)]
    )
    if unpacks == "steps":
        outputs = outputs.swapaxes(0, 1)
    if width == "features":
        outputs = np.pad(outputs, ((0, 0), (0, case.features - steps), (0, 0)))
    outputs = outputs[{"kept": slice(None), "sorted": sorted_, "turned": slice(None, None, -1)}[order]]
    if case.drops and dropout == "drops":
        outputs = np.zeros_like(outputs)
    return head(outputs, case.scores, scored)


def _both_ways(case: Texts, kind: str, row: Array, end: int, directions: str) -> Array:
    """The outputs of both directions over one row, side by side, and zeros behind its end."""
    forward = case.read(kind, row[:end]).outputs
    backward = case.read(kind, row[:end][::-1]).outputs
    sides = {
        "both": (forward, backward[::-1]),
        "forward": (forward,),
        "backward": (backward[::-1],),
        "twice": (forward, forward),
        "not turned": (forward, backward),
    }[directions]
    return np.pad(np.concatenate(sides, axis=1), ((0, len(row) - end), (0, 0)))


BOTH = "From where does each direction come to a token?"
ENDS = "Where does each row begin for the backward direction?"
TAGGER: dict[str, dict[Any, Clause]] = {
    "kind": {
        "LSTM": "",
        "GRU": ("the layer is a GRU", "Which layer has a cell state beside its hidden state?"),
        "RNN": ("the layer is a plain RNN", "Which layer has a cell state beside its hidden state?"),
    },
    "reads": {
        "own steps": "",
        "all": ("the layer reads the padding, too", ENDS),
        "zeros": ("padding is replaced by zeros and read like any token", ENDS),
        "one less": ("the last token of each row is not read", "Is a length a number of tokens or an index?"),
        "one more": ("each row is read one token too far", "Is a length a number of tokens or an index?"),
        "other lengths": ("the lengths are sorted, and the rows are not", "Do lengths and rows still match?"),
    },
    "packs": {"rows": "", "steps": ("batch_first is missing where the rows are packed", BATCH_FIRST)},
    "unpacks": {"rows": "", "steps": ("batch_first is missing where the outputs are unpacked", BATCH_FIRST)},
    "width": {
        "steps": "",
        "features": (
            "the logits have as many steps as an embedding has numbers",
            "Which axis of the tokens counts the steps?",
        ),
    },
    "order": {
        "kept": "",
        "sorted": (
            "the rows come back in the order of their lengths",
            "Is row 0 of the logits row 0 of tokens?",
        ),
        "turned": ("the rows come back in reverse order", "Is row 0 of the logits row 0 of tokens?"),
    },
    "directions": {
        "both": "",
        "forward": ("only the forward direction is scored", BOTH),
        "backward": ("only the backward direction is scored", BOTH),
        "twice": ("the forward direction stands in the place of the backward one, too", BOTH),
        "not turned": ("the outputs of the backward direction are not turned round again", BOTH),
    },
    "dropout": {
        "drops": "",
        "nothing": (
            "nothing is dropped in training, not even at the rate 1",
            "What should be left when everything is dropped?",
        ),
    },
    "scored": {name: clause for name, clause in HEAD.items() if name != "softmax of steps"},
}


def ask_seq2seq(case: Texts) -> dict[str, Any]:
    sizes = [len(case.words), case.features, len(case.units)]
    return {
        "new": ["Seq2Seq", *sizes],
        "weights": _weights(case, [23, 19, 17]),
        "args": [{"int": each.tolist()} for each in case.tokens],
    }


def ask_tagger(case: Texts) -> dict[str, Any]:
    sizes = [len(case.words), case.features, len(case.units), len(case.scores)]
    return {
        "new": ["BiLSTMTagger", *sizes, {"kwargs": {"dropout": float(case.drops)}}],
        "weights": _weights(case, [23, 19, 17, 13]),
        "args": [{"int": each.tolist()} for each in (*case.tokens, case.lengths)],
        "kwargs": {"train": case.drops},
    }


def _weights(case: Texts, larger: list[int]) -> dict[str, Any]:
    return {
        "units": list(case.units),
        "biases": 0,
        "features": case.features,
        "larger": larger,
        "along": {str(len(numbers)): numbers.tolist() for numbers in (case.words, case.scores)},
    }


def wave(count: int, phase: float) -> Array:
    return np.round(0.9 * np.sin(phase + 2.4 * np.arange(count)), 2)


def pairs(size: int, words: int, features: int, units: tuple[float, ...]) -> Texts:
    """As many rows as steps, so that axes and texts can be exchanged."""
    at = np.arange(size * size).reshape(size, size)
    tokens = ((3 * at + at // 4) % words, (5 * at + at // 3 + 1) % words)
    numbers = wave(words, 0.7 + size)
    return Texts(tokens, np.zeros(0), numbers, numbers, features, units)


def sentences(
    lengths: Sequence[int],
    words: int,
    tags: int,
    features: int,
    units: tuple[float, ...],
    drops: bool = False,
) -> Texts:
    """As many rows as steps; padding is 0, with a word here and there."""
    ends = np.array(lengths)
    at = np.arange(len(ends) ** 2).reshape(len(ends), len(ends))
    tokens = (3 * at + at // 4) % (words - 1) + 1
    numbers = wave(words, 0.4 + len(ends)), wave(tags, 1.8 + len(ends))
    return Texts((tokens,), ends, *numbers, features, units, drops)


OFTEN = {
    "kind": ("LSTM", "GRU", "RNN", "GRU to RNN", "RNN to GRU"),
    "encodes": ("steps",),
    "decodes": ("steps",),
    "packs": ("steps",),
    "unpacks": ("steps",),
    "dropout": ("nothing",),
    "taken": ("last state",),
    "scored": ("outputs",),
}
IDEAS = {
    "Seq2Seq": Idea(
        answer=seq2seq,
        choices=SEQ2SEQ,
        ask=ask_seq2seq,
        senseless=seldom(OFTEN),
        cases=[pairs(3, 10, 5, (0.5, -0.8, 0.3, 0.6)), pairs(4, 11, 5, (-0.6, 0.9, 0.7))],
        fresh=[pairs(5, 8, 4, (0.7, -0.4, 0.9)), pairs(2, 7, 3, (1.1, -0.2))],
    ),
    "BiLSTMTagger": Idea(
        answer=tagger,
        choices=TAGGER,
        ask=ask_tagger,
        senseless=seldom(OFTEN),
        cases=[
            sentences([2, 4, 1, 3], 9, 5, 6, (0.5, -0.8, 0.3, 0.6)),
            sentences([1, 3, 2], 11, 5, 7, (-0.6, 0.9, 0.7)),
            sentences([2, 1], 7, 5, 4, (0.4, 0.8, -0.5), drops=True),
        ],
        fresh=[
            sentences([2, 5, 1, 4, 3], 11, 3, 7, (0.7, -0.4, 0.9, 0.2)),
            sentences([1, 3, 2], 10, 7, 5, (0.5, 0.8, -0.3), drops=True),
        ],
    ),
}
