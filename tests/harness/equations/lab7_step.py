"""Gradient descent in the script of lab 7: what its weights are after it, and where code goes its own way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.harness.equations.algebra import Array
from tests.harness.equations.lab7_forward import (
    NAMES,
    OTHER_PHI,
    PHI_OR_NOT,
    Case,
    Weights,
    ask,
    case,
    cross_entropy,
    run,
    scores,
)
from tests.harness.equations.making import Clause, Idea, Way

CHECKS = {"script::every_sentence_*": ["the state and the loss", "the step", "the epochs"]}
TINY = 1e-30  # an imaginary part: no difference is taken, so nothing is rounded away


_FOUND: dict[tuple[Any, ...], Weights] = {}  # most ways begin alike


def gradients(weights: Weights, words: Sequence[int], label: int, phi: str, slopes: str) -> Weights:
    """Of the loss of one sentence by each weight."""
    key = (*(each.tobytes() for each in weights.values()), tuple(words), label, phi, slopes)
    if key not in _FOUND:
        _FOUND[key] = _gradients(weights, words, label, phi, slopes)
    return _FOUND[key]


def _gradients(weights: Weights, words: Sequence[int], label: int, phi: str, slopes: str) -> Weights:
    """What a tiny imaginary part of each weight does to that of the loss."""
    count = sum(each.size for each in weights.values())
    parts, at = {}, 0
    for name, each in weights.items():
        moved = np.zeros((count, each.size), complex)
        moved[at : at + each.size] = np.eye(each.size) * 1j * TINY
        parts[name], at = each + moved.reshape(count, *each.shape), at + each.size
    states = run(parts, words, phi, slopes=slopes)
    slope = cross_entropy(scores(parts, states), label).imag / TINY
    found, at = {}, 0
    for name, each in weights.items():
        found[name], at = slope[at : at + each.size].reshape(each.shape), at + each.size
    return found


def after(
    case: Case,
    phi: str = "tanh",
    slopes: str = "through all words",
    when: str = "each sentence",
    zeroed: str = "all",
    by: str = "lr g",
    W: str = "- lr g",
    U: str = "- lr g",
    b: str = "- lr g",
    W_out: str = "- lr g",
    b_out: str = "- lr g",
) -> Any:
    """The five weights after training, in the order of NAMES."""
    steps = dict(zip(NAMES, (W, U, b, W_out, b_out), strict=True))
    now = {name: each.astype(float) for name, each in case.weights.items()}
    held = {name: np.zeros_like(each) for name, each in now.items()}
    speed = held
    sentences = case.sentences[::-1] if when == "reverse order" else case.sentences
    for _ in range(1 if when == "one epoch" else case.epochs):
        if zeroed == "each epoch":
            held = {name: np.zeros_like(each) for name, each in now.items()}
        for number, (words, label) in enumerate(sentences):
            new = gradients(now, words, label, phi, slopes)
            held = {name: held[name] + new[name] for name in NAMES}
            last = number == len(sentences) - 1
            if when in ("each epoch", "mean of each epoch") and not last:
                continue
            if (when == "last sentence" and not last) or (when == "first sentence" and number):
                held = _zeroed(held, zeroed)
                continue
            share = len(sentences) if when in ("mean of each epoch", "share of each sentence") else 1
            speed = {name: 0.9 * speed[name] + held[name] for name in NAMES}
            some = speed if by == "momentum" else held
            now = {name: _moved(now[name], some[name] / share, case.rate, steps[name], by) for name in NAMES}
            held = _zeroed(held, zeroed)
    return [now[name] for name in NAMES]


def _zeroed(held: Weights, zeroed: str) -> dict[str, Array]:
    kept = {"all": (), "W alone": NAMES[1:], "never": NAMES, "each epoch": NAMES}.get(zeroed, (zeroed,))
    return {name: each if name in kept else np.zeros_like(each) for name, each in held.items()}


def _moved(weight: Array, slope: Array, rate: float, step: str, by: str) -> Array:
    change = {
        "lr g": lambda: rate * slope,
        "g": lambda: slope,
        "g / lr": lambda: slope / rate,
        "lr sign": lambda: rate * np.sign(slope),
        "lr unit": lambda: rate * slope / np.linalg.norm(slope),
        "twice": lambda: 2 * rate * slope,
        "uphill": lambda: -rate * slope,
    }.get(by, lambda: rate * slope)()
    return np.asarray(
        {
            "- lr g": lambda: weight - change,
            "0": lambda: weight,
            "+ lr g": lambda: weight + change,
            "- (lr + g)": lambda: weight - (rate + slope),
            "- lr / g": lambda: weight - rate / slope,
            "- g": lambda: weight - slope,
            "twice": lambda: weight - 2 * change,
        }[step]()
    )


DOWN = "Which sign has the step of gradient descent?"
TIMES = "What is the gradient multiplied with?"


def steps_of(name: str) -> dict[Any, Clause]:
    return {
        "- lr g": "",
        "0": (f"{name} gets no step", "Which of the five weights are to learn?"),
        "+ lr g": (f"the step of {name} goes uphill", DOWN),
        "- (lr + g)": (f"the learning rate is added to the gradient of {name}", TIMES),
        "- lr / g": (f"the learning rate is divided by the gradient of {name}", TIMES),
        "- g": (f"the step of {name} leaves out the learning rate", TIMES),
        "twice": (f"{name} gets its step twice", "How often does each weight change for a sentence?"),
    }


ZERO = "What does backward() do with a gradient that is there already?"
WHEN = "How many steps are there in one epoch, and from what gradient?"
STEP: dict[str, dict[Any, Clause]] = {
    "phi": PHI_OR_NOT,
    "slopes": {
        "through all words": "",
        "through the last word": (
            "the gradient does not go through the states, only the last word is learned from",
            "Where on the way from the loss to the first word is the state cut off?",
        ),
    },
    "when": {
        "each sentence": "",
        "each epoch": ("there is one step in an epoch, with the sum of the gradients", WHEN),
        "mean of each epoch": ("there is one step in an epoch, with the mean of the gradients", WHEN),
        "share of each sentence": ("each gradient is divided by the number of sentences", WHEN),
        "last sentence": ("only the last sentence of an epoch is learned from", WHEN),
        "first sentence": ("only the first sentence of an epoch is learned from", WHEN),
        "reverse order": (
            "the sentences are learned in reverse order",
            "In which order do the sentences come?",
        ),
    },
    "zeroed": {
        "all": "",
        "never": ("the gradients are not set to zero after each sentence", ZERO),
        "W alone": ("the gradient of W alone is set to zero", ZERO),
        **{name: (f"the gradient of {name} is never set to zero", ZERO) for name in NAMES},
    },
    "by": {
        "lr g": "",
        "g": ("the steps leave out the learning rate", TIMES),
        "g / lr": ("the gradients are divided by the learning rate", TIMES),
        "lr sign": ("the steps go by the sign of the gradients alone", TIMES),
        "lr unit": ("each gradient is divided by its own norm", TIMES),
        "twice": ("every weight gets its step twice", "How often does each weight change for a sentence?"),
        "uphill": ("all steps go uphill", DOWN),
        "momentum": ("the steps have a momentum of 0.9", "What does a step know of those before?"),
    },
    **{name: steps_of(name) for name in NAMES},
}
OFTEN = ("0", "+ lr g", "- (lr + g)", "- lr / g")


def too_rare(way: Way) -> bool:
    """Two slips at once, other than frequent ones of two weights; or one beside a φ that few take."""
    if way.get("phi"):
        return len(way) > 1 and way["phi"] not in OTHER_PHI
    return len(way) > 1 and not all(value in OFTEN for value in way.values())


def lesson(
    hidden: int, order: Sequence[Sequence[int]], labels: Sequence[int], epochs: int, phase: float
) -> Case:
    """Sentences that have every word, so that every weight has a gradient.

    The phase is one where no number grows too large for float32 when a step divides by a gradient.
    """
    plain = case(hidden, len(order[0]), len(order[0]), labels, 1, phase)
    return plain._replace(sentences=list(zip(order, labels, strict=True)), rate=0.25, epochs=epochs)


# Steps of another size would grow beyond all numbers in several epochs, so these are asked about alone.
EPOCHS: dict[str, dict[Any, Clause]] = {
    "phi": PHI_OR_NOT,
    "when": STEP["when"]
    | {"one epoch": ("there is one epoch only", "Which constant says how many epochs there are?")},
    "zeroed": STEP["zeroed"]
    | {
        "never": ("the gradients are never set to zero", ZERO),
        "each epoch": ("the gradients are set to zero once in an epoch", ZERO),
    },
    "by": {name: STEP["by"][name] for name in ("lr g", "twice", "momentum")},
}

IDEAS = {
    "the step": Idea(
        answer=after,
        choices=STEP,
        ask=ask(*NAMES),
        cases=[lesson(3, [[1, 0, 2]], [1], 1, 0.4), lesson(2, [[0, 2, 1], [2, 1, 0]], [0, 1], 1, 1.3)],
        fresh=[lesson(2, [[2, 3, 0, 1]], [0], 1, 3.4), lesson(2, [[0, 1], [1, 0]], [0, 1], 1, 0.9)],
        senseless=too_rare,
    ),
    "the epochs": Idea(
        answer=after,
        choices=EPOCHS,
        ask=ask(*NAMES),
        cases=[lesson(3, [[0, 2, 1], [2, 1, 0]], [0, 1], 2, 1.3)],
        fresh=[lesson(3, [[0, 1], [1, 0], [0, 1]], [0, 1, 1], 2, 3.3)],
        senseless=too_rare,
    ),
}
