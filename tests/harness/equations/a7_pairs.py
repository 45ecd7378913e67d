"""What assignment 7 trains models on and by: first characters, shifted pairs, the loss of tokens."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograder.checks import Value
from tests.harness.equations.a7_texts import VOCAB
from tests.harness.equations.algebra import Array
from tests.harness.equations.making import Clause, Idea, Way

CHECKS = {
    "paradigms::first_characters_*": ["first_characters"],
    "paradigms::pairs_*": ["encode", "language_model_pairs"],
    "paradigms::loss_*": ["token_loss"],
}
PAD, SOS, EOS = 0, 1, 2
Choices = dict[str, dict[Any, Clause]]


# ---- first_characters


def first_characters(tokens: Array, which: str = "first", shape: str = "column") -> Value:
    rows = np.arange(len(tokens))
    found = {
        "first": tokens[:, :1],
        "second": tokens[:, 1:2],
        "last": tokens[:, -1:],
        "last real": tokens[rows, (tokens != PAD).sum(1) - 1][:, None],
        "first row": tokens[:1].T,
        "all": tokens,
        "first two": tokens[:, :2],
        "none": tokens[:, :0],
    }[which]
    return found if shape == "column" else found[:, 0] if shape == "flat" else found.T


END = "Which end of the sentence is the beginning?"
WIDTH = "How many columns does the docstring want?"
FIRST: Choices = {
    "which": {
        "first": "",
        "second": "",  # where a row begins with <SOS>
        "last": ("the last column is taken", END),
        "last real": ("the last real id of each row is taken", END),
        "first row": ("the first row is taken, not the first column", "Which axis counts the characters?"),
        "all": ("all columns come back", WIDTH),
        "first two": ("the first two columns come back", WIDTH),
        "none": ("no column comes back", WIDTH),
    },
    "shape": {
        "column": "",
        "flat": ("the result has one axis only", "Which slice keeps a column as a column?"),
        "row": ("the result is a row, not a column", "Which axis counts the sentences?"),
    },
}


# ---- language_model_pairs


class Cut(NamedTuple):
    """A text and the length of a chunk."""

    text: str
    length: int


def pairs(
    case: Cut,
    start: int = 0,
    step: str = "length",
    size: str = "length",
    stop: str = "last chunk",
    rest: str = "dropped",
    inputs: str = "<SOS>, chunk",
    targets: str = "chunk, <EOS>",
    kept: str = "all",
    form: str = "two tensors",
) -> Value:
    ids = [VOCAB[character] for character in case.text]
    size_of = {"length": case.length, "one less": case.length - 1, "one more": case.length + 1, "40": 40}
    long = size_of.get(size, case.length)
    far = {"length": long, "1": 1, "one more": long + 1, "one less": long - 1, "2 ×": 2 * long}[step]
    early = {"last chunk": 0, "one early": 1, "two early": 2, "nowhere": len(ids)}[stop]
    starts = range(start, len(ids) - long + 1 - early, far)
    chunks = [ids[at : at + long] if size != "whole" else ids for at in starts]
    if rest == "padded" and len(ids) % long:
        chunks.append(ids[len(ids) // long * long :])
    keep = {"all": slice(None), "first": slice(1), "not the first": slice(1, None), "not the last": slice(-1)}
    chunks = chunks[keep[kept]]
    x, y = ([_around(chunk, how, long) for chunk in chunks] for how in (inputs, targets))
    if inputs == "none":
        x = []
    if targets == "none":
        y = []
    tensors = np.array(x), np.array(y)
    return {
        "two tensors": tensors,
        "targets first": tensors[::-1],
        "inputs as a list": (x, tensors[1]),
        "targets as a list": (tensors[0], y),
        "two lists": (x, y),
        "inputs in one row": (tensors[0].ravel(), tensors[1]),
        "targets in one row": (tensors[0], tensors[1].ravel()),
    }[form]


def _around(chunk: list[int], how: str, long: int) -> list[int]:
    """What is made of a chunk; one that is too short is padded."""
    around = {
        "<SOS>, chunk": [SOS, *chunk],
        "chunk, <EOS>": [*chunk, EOS],
        "both": [SOS, *chunk, EOS],
        "chunk": chunk,
        "chunk, <SOS>": [*chunk, SOS],
        "<EOS>, chunk": [EOS, *chunk],
        "chunk, <PAD>": [*chunk, PAD],
        "<PAD>, chunk": [PAD, *chunk],
        "two later": [*chunk[1:], EOS, PAD],
        "one later": [*chunk[1:], EOS],
        "backwards": [*chunk[::-1], EOS],
        "none": [],
    }[how]
    return around + [PAD] * (long - len(chunk))


WHOLE = "Glue the chunks together again: do you get the text?"
LAST = "For a text that is cut without a rest, how many chunks should there be?"
BEGIN = "What does the model read before it guesses the first character?"
BEHIND = "Is every target what is read next, and what comes after the last character of a chunk?"
PAIRS: Choices = {
    "start": {0: "", 1: ("the first character is left out", WHOLE)},
    "step": {
        "length": "",
        "1": ("each chunk starts one character after the one before", WHOLE),
        "one more": ("between two chunks a character is lost", WHOLE),
        "one less": ("the last character of a chunk is the first of the next", WHOLE),
        "2 ×": ("every other chunk is left out", WHOLE),
    },
    "size": {
        "length": "",
        "one less": ("a chunk has length − 1 characters", "How many characters has a chunk without <SOS>?"),
        "one more": ("a chunk has length + 1 characters", "How many characters has a chunk without <SOS>?"),
        "whole": ("every chunk is the whole text", "Where does a chunk begin, and where does it end?"),
        "40": ("a chunk has 40 characters, whatever length is", "What does your function do with length?"),
    },
    "stop": {
        "last chunk": "",
        "one early": ("a last chunk is left out where the text ends with it", LAST),
        "two early": ("a last chunk is left out where at most one character follows it", LAST),
        "nowhere": ("no chunk is cut", "Through which numbers does your range go?"),
    },
    "rest": {"dropped": "", "padded": ""},
    "inputs": {
        "<SOS>, chunk": "",
        "chunk, <EOS>": ("the inputs end with <EOS> and do not begin with <SOS>", BEGIN),
        "both": ("the inputs have <SOS> and <EOS>", BEHIND),
        "chunk": ("the inputs have no <SOS>", BEGIN),
        "<EOS>, chunk": ("the inputs begin with <EOS>", BEGIN),
        "<PAD>, chunk": ("the inputs begin with <PAD>", BEGIN),
        "none": ("the inputs are empty", "Where do you collect the inputs?"),
    },
    "targets": {
        "chunk, <EOS>": "",
        "<SOS>, chunk": ("the targets begin with <SOS> and do not end with <EOS>", BEHIND),
        "both": ("the targets have <SOS> and <EOS>", BEHIND),
        "chunk": ("the targets have no <EOS>", BEHIND),
        "chunk, <SOS>": ("the targets end with <SOS>", BEHIND),
        "chunk, <PAD>": ("the targets end with <PAD>", BEHIND),
        "two later": ("the targets are two steps ahead, not one", BEHIND),
        "one later": ("the targets begin with the second character of a chunk", BEHIND),
        "backwards": ("the targets are the chunk backwards", BEHIND),
        "none": ("the targets are empty", "Where do you collect the targets?"),
    },
    "kept": {
        "all": "",
        "first": ("only the first chunk is kept", "What happens to the other chunks?"),
        "not the first": ("the first chunk is left out", WHOLE),
        "not the last": ("the last chunk is left out", LAST),
    },
    "form": {
        "two tensors": "",
        "targets first": (
            "targets come back before inputs",
            "Which of the two comes first in the docstring?",
        ),
        "inputs as a list": ("inputs come back as a list", "What does the signature promise?"),
        "targets as a list": ("targets come back as a list", "What does the signature promise?"),
        "two lists": ("inputs and targets come back as lists", "What does the signature promise?"),
        "inputs in one row": ("all inputs lie in one row", "Does append or extend keep the chunks apart?"),
        "targets in one row": ("all targets lie in one row", "Does append or extend keep the chunks apart?"),
    },
}


def overlapping(way: Way) -> bool:
    """Whether a rest is padded behind chunks that are cut another way."""
    cut = {"start", "step", "size", "stop"} & way.keys()
    return "rest" in way and bool(cut)


# ---- token_loss


class Scored(NamedTuple):
    """logits (B, T, V) and targets (B, T)."""

    logits: Array
    targets: Array


def softmax(scores: Array, axis: int = -1) -> Array:
    raised = np.exp(scores - scores.max(axis, keepdims=True))
    return np.asarray(raised / raised.sum(axis, keepdims=True))


def loss(
    case: Scored,
    ignored: str = "<PAD>",
    mean: str = "over those that count",
    before: str = "",
    pairs: str = "step by step",
    steps: str = "all",
    measure: str = "−ln p",
    told: str = "as it is",
) -> Value:
    logits, targets = case
    rows, columns, symbols = logits.shape
    logits = {
        "step by step": lambda: logits,
        "reshaped": lambda: logits.reshape(rows, symbols, columns).transpose(0, 2, 1),
        "mixed": lambda: logits.reshape(symbols, rows * columns).T.reshape(logits.shape),
        "transposed": lambda: logits.transpose(1, 0, 2).reshape(logits.shape),
        "one later": lambda: logits[:, :-1],
        "one earlier": lambda: logits[:, 1:],
        "cut": lambda: logits[:, :, : targets.max() + 1],
    }[pairs]()
    targets = {"one later": targets[:, 1:], "one earlier": targets[:, :-1]}.get(pairs, targets)
    some = {
        "all": slice(None),
        "last": slice(-1, None),
        "first": slice(1),
        "not the last": slice(-1),
        "not the first": slice(1, None),
    }[steps]
    logits, targets = logits[:, some], targets[:, some]
    scores = {
        "": lambda: logits,
        "softmax": lambda: softmax(logits),
        "softmax over time": lambda: softmax(logits, 1),
        "sigmoid": lambda: 1 / (1 + np.exp(-logits)),
        "tanh": lambda: np.tanh(logits),
        "ReLU": lambda: np.maximum(logits, 0),
    }[before]()
    p = np.take_along_axis(softmax(scores), targets[..., None], -1)[..., 0]
    picked = np.take_along_axis(scores, targets[..., None], -1)[..., 0]
    each = {"−ln p": -np.log(p), "ln p": np.log(p), "p": p, "1 − p": 1 - p, "score": -picked}[measure]
    left_out = {"<PAD>": [PAD], "none": [], "<EOS>": [EOS], "<SOS>": [SOS], "<PAD> and <EOS>": [PAD, EOS]}
    real = ~np.isin(targets, left_out[ignored])
    each = np.where(real, each, 0)
    value = {
        "over those that count": lambda: each.sum() / real.sum(),
        "over all": lambda: each.mean(),
        "sum": lambda: each.sum(),
        "row by row": lambda: (each.sum(1) / real.sum(1)).mean(),
        "over rows": lambda: each.sum() / rows,
        "over steps": lambda: each.sum() / targets.shape[1],
        "first row": lambda: each[0].sum() / real[0].sum(),
    }[mean]()
    return np.asarray(np.exp(value) if told == "e to it" else value)


COUNTED = "Which targets should not count, and which symbol has the id 0?"
DIVIDED = "By how many tokens do you divide?"
BEFORE = "What does cross-entropy already do to the scores?"
PAIRED = "Does row k of your scores still belong to target k?"
EVERY = "Does every token count that is not <PAD>?"
LOSS: Choices = {
    "ignored": {
        "<PAD>": "",
        "none": ("<PAD> targets count, too", COUNTED),
        "<EOS>": ("targets with id 2 are left out instead of <PAD>", COUNTED),
        "<SOS>": ("targets with id 1 are left out instead of <PAD>", COUNTED),
        "<PAD> and <EOS>": ("targets with id 2 are left out, as <PAD> is", COUNTED),
    },
    "mean": {
        "over those that count": "",
        "over all": ("the sum is divided by the number of all targets, <PAD> included", DIVIDED),
        "sum": ("the losses are summed, not averaged", "Would your number double if every row came twice?"),
        "row by row": (
            "each row has a mean of its own, and these are averaged",
            "Does a token of a short row count as much as one of a long row?",
        ),
        "over rows": ("the sum is divided by the number of rows", DIVIDED),
        "over steps": ("the sum is divided by the number of steps", DIVIDED),
        "first row": ("only the first row counts", EVERY),
    },
    "before": {
        "": "",
        "softmax": ("softmax acts on the scores before the cross-entropy does", BEFORE),
        "softmax over time": ("softmax over the steps acts on the scores first", BEFORE),
        "sigmoid": ("σ acts on the scores first", BEFORE),
        "tanh": ("tanh acts on the scores first", BEFORE),
        "ReLU": ("ReLU acts on the scores first", BEFORE),
    },
    "pairs": {
        "step by step": "",
        "reshaped": ("the scores are reshaped to (B, V, T), which does not exchange the axes", PAIRED),
        "mixed": ("the scores are reshaped to (V, B·T), which mixes the symbols", PAIRED),
        "transposed": ("the scores are flattened time first and the targets row first", PAIRED),
        "one later": ("each step is held to the target of the next one", PAIRED),
        "one earlier": ("each step is held to the target of the one before", PAIRED),
        "cut": ("scores of symbols behind the largest target are cut off", "How many scores has a step?"),
    },
    "steps": {
        "all": "",
        "last": ("only the last column counts", EVERY),
        "first": ("only the first column counts", EVERY),
        "not the last": ("the last column does not count", EVERY),
        "not the first": ("the first column does not count", EVERY),
    },
    "measure": {
        "−ln p": "",
        "ln p": ("the sign is wrong", "Is a loss large or small where the right symbol is likely?"),
        "p": (
            "the probability itself is taken, not −ln of it",
            "What does cross-entropy take of p?",
        ),
        "1 − p": ("1 minus the probability is taken, not −ln of it", "What does cross-entropy take of p?"),
        "score": ("the raw scores of the targets are taken, with a minus", "Where is the softmax?"),
    },
    "told": {"as it is": "", "e to it": ("e to the power of the loss comes back", "Is that the loss yet?")},
}


def scored(targets: list[list[int]], symbols: int, phase: float) -> Scored:
    """A case with scores that are all different."""
    ids = np.array(targets)
    waves = 1.7 * np.sin(phase + 2.4 * np.arange(ids.size * symbols))
    return Scored(np.float32(np.round(waves, 2)).reshape(*ids.shape, symbols).astype(float), ids)


def ask_tokens(tokens: Array) -> dict[str, Any]:
    return {"call": "first_characters", "args": [{"int": tokens.tolist()}]}


def ask_pairs(case: Cut) -> dict[str, Any]:
    return {"call": "language_model_pairs", "args": [case.text, {"dict": VOCAB}, case.length]}


def ask_loss(case: Scored) -> dict[str, Any]:
    scores, targets = {"float": np.round(case.logits, 2).tolist()}, {"int": case.targets.tolist()}
    return {"call": "token_loss", "args": [scores, targets]}


SONG = "aAb cBx yaAbbcc yxAaB bAcxxya bAaAxc"  # 36 characters
IDEAS = {
    "first_characters": Idea(
        answer=first_characters,
        choices=FIRST,
        ask=ask_tokens,
        cases=[
            np.array([[5, 6, 3, 9], [7, 8, 2, 0]]),
            np.array([[4, 9, 5, 6, 2], [3, 7, 2, 0, 0], [8, 6, 4, 2, 0]]),
        ],
        fresh=[np.array([[9, 3, 2], [5, 8, 7], [6, 2, 0], [4, 4, 2]])],
    ),
    "language_model_pairs": Idea(
        answer=pairs,
        choices=PAIRS,
        ask=ask_pairs,
        cases=[Cut(SONG[:12], 4), Cut(SONG[3:13], 3), Cut((SONG + SONG[5:])[:54], 11)],
        fresh=[Cut(SONG[2:12], 5), Cut(SONG[1:22], 4), Cut(SONG + SONG[7:] + SONG[3:], 13)],
        senseless=overlapping,
    ),
    "token_loss": Idea(
        answer=loss,
        choices=LOSS,
        ask=ask_loss,
        cases=[
            scored([[3, 4, 1, 2, 0], [5, 2, 0, 0, 0], [1, 6, 3, 3, 2]], 8, 0.4),
            scored([[2, 1, 4, 0], [3, 1, 1, 2]], 6, 1.9),
        ],
        fresh=[
            scored([[4, 1, 2, 0, 0, 0], [2, 0, 0, 0, 0, 0], [1, 3, 1, 5, 4, 2], [2, 3, 3, 1, 0, 0]], 7, 2.6),
            scored([[1, 2, 0], [3, 1, 2]], 5, 0.9),
        ],
    ),
}
