"""Worked examples of lab 7: one word, two words, the loss, and one step of gradient descent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tests.harness.worked.making import Idea, example, sigma, step, tanh

CHECKS = {
    "script::state_and_logits_*": ["the loss"],
    "script::losses_*": ["the loss"],
    "script::every_sentence_*": ["the step", "the loss"],
    "script::weights_*": ["the loss", "the step"],
    "script::good_is_1_*": ["the prediction", "the loss", "the step"],
}
AFTER: dict[str, list[str]] = {}

WORDS = {"good": 0, "bad": 1}
SMALL = "₀₁₂₃"


class Squash(NamedTuple):
    """φ, which the handout leaves open, and its slope by φ's own value."""

    of: Callable[[float], float]
    slope: Callable[[float], float]


TANH = Squash(tanh, lambda s: 1 - s * s)
OTHERS = [
    Squash(sigma, lambda s: s * (1 - s)),
    *(
        Squash(lambda a, k=k: max(a, k * a), lambda s, k=k: 1.0 if s > 0 else k)  # type: ignore[misc]
        for k in (0.0, 0.01, 0.1, 0.2)
    ),
    Squash(lambda a: a if a > 0 else math.expm1(a), lambda s: 1.0 if s > 0 else s + 1),  # ELU
    Squash(lambda a: max(-1.0, min(1.0, a)), lambda s: float(abs(s) < 1)),  # hard tanh
]


class Weights(NamedTuple):
    """n = 1; `u` by word, `out` and `b_out` by class."""

    w: float
    u: tuple[float, float]
    b: float
    out: tuple[float, float]
    b_out: tuple[float, float]


class Told(NamedTuple):
    """What one pass over a sentence gives."""

    states: list[float]
    logits: list[float]
    loss: float


def forward(weights: Weights, words: Sequence[str], label: int, squash: Squash) -> Told:
    states = [0.0]
    for word in words:
        states.append(squash.of(weights.w * states[-1] + weights.u[WORDS[word]] + weights.b))
    logits = [w * states[-1] + b for w, b in zip(weights.out, weights.b_out, strict=True)]
    loss = math.log(sum(map(math.exp, logits))) - logits[label]
    return Told(states[1:], logits, loss)


def after_a_step(weights: Weights, words: Sequence[str], label: int, rate: float, squash: Squash) -> Weights:
    """One step of gradient descent, by the chain rule."""
    states, logits, _ = forward(weights, words, label, squash)
    total = sum(map(math.exp, logits))
    errors = [math.exp(z) / total - (k == label) for k, z in enumerate(logits)]
    back = sum(error * w for error, w in zip(errors, weights.out, strict=True))
    w = b = 0.0
    u = [0.0, 0.0]
    for t in reversed(range(len(words))):
        inside = back * squash.slope(states[t])
        w += inside * (states[t - 1] if t else 0.0)
        u[WORDS[words[t]]] += inside
        b += inside
        back = inside * weights.w
    return Weights(
        weights.w - rate * w,
        (weights.u[0] - rate * u[0], weights.u[1] - rate * u[1]),
        weights.b - rate * b,
        (weights.out[0] - rate * errors[0] * states[-1], weights.out[1] - rate * errors[1] * states[-1]),
        (weights.b_out[0] - rate * errors[0], weights.b_out[1] - rate * errors[1]),
    )


def asks(
    weights: Weights, words: Sequence[str], label: int, names: Sequence[str], rate: float = 1e-9
) -> dict[str, Any]:
    numbers = constants([(words, label)], learning_rate=rate)
    return {"run": {"script": "lab7", "start": start_of(weights), "constants": numbers, "names": list(names)}}


def told(weights: Weights, words: Sequence[str], label: int) -> list[tuple[str, Any]]:
    """What goes in; what is 0 or plays no part is left to the title."""
    named: list[tuple[str, Any]] = [
        (f'U for "{word}"', weights.u[WORDS[word]]) for word in dict.fromkeys(words)
    ]
    named += [("W", weights.w)] if len(words) > 1 else []
    named += [("b", weights.b)] if weights.b else []
    named.append(("W_out", weights.out))
    named += [("b_out", weights.b_out)] if any(weights.b_out) else []
    return [*named, ("label", label)]


def states_of(weights: Weights, words: Sequence[str], told: Told) -> list[list[Any]]:
    plus = " + b" if weights.b else ""
    return [
        step(
            f"s{SMALL[t + 1]}",
            f"tanh({f'W·s{SMALL[t]} + ' if t else ''}U for “{word}”{plus})",
            told.states[t],
        )
        for t, word in enumerate(words)
    ]


def loss(weights: Weights, words: Sequence[str], label: int) -> dict[str, Any]:
    found = forward(weights, words, label, TANH)
    plus, out = " + b_out" if any(weights.b_out) else "", f"W_out·s{SMALL[len(words)]}"
    short = len(words) < 3
    return example(
        f"n = 1, the sentence “{' '.join(words)}”, if φ is tanh",
        told(weights, words, label),
        [
            *states_of(weights, words, found),
            *([step("logits", f"{out}{plus}", found.logits)] if short else []),
            step("loss", f"−ln softmax({'logits' if short else out})[label]", found.loss, [0]),
        ],
        asks(weights, words, label, ["loss_history"]),
        also=[[forward(weights, words, label, squash).loss] for squash in OTHERS],
    )


def start_of(weights: Weights) -> dict[str, Any]:
    return {
        "W": [[weights.w]],
        "U": [list(weights.u)],
        "b": [[weights.b]],
        "W_out": [[each] for each in weights.out],
        "b_out": [[each] for each in weights.b_out],
    }


def constants(data: Sequence[tuple[Sequence[str], int]], **more: Any) -> dict[str, Any]:
    """What the script is run with; all sentences have the same length."""
    usual = {
        "vocab": {"dict": WORDS},
        "train_data": [{"tuple": [{"tuple": list(words)}, label]} for words, label in data],
        "test_sentences": [list(data[0][0])],
        "n": 1,
        "m": len(WORDS),
        "T": len(data[0][0]),
        "learning_rate": 1e-9,
        "num_epochs": 1,
    }
    return usual | more


def two_losses() -> dict[str, Any]:
    """The sum over two sentences, the second of which begins from a state of 0, too."""
    weights, data = Weights(1, (1, -2), 0, (0, 1), (0, 0)), [(["good"], 1), (["bad"], 0)]

    def losses(squash: Squash) -> list[float]:
        return [forward(weights, words, label, squash).loss for words, label in data]

    return example(
        "n = 1, one epoch with “good” and “bad”, if φ is tanh",
        [('U for "good"', 1), ('for "bad"', -2), ("W_out", (0, 1)), ("labels", (1, 0))],
        [
            step("s for each", "tanh(U for the word)", [tanh(1), tanh(-2)]),
            step("losses", "−ln softmax(W_out·s)[label]", losses(TANH)),
            step("loss_history", "their sum", sum(losses(TANH)), [0]),
        ],
        {
            "run": {
                "script": "lab7",
                "start": start_of(weights),
                "constants": constants(data),
                "names": ["loss_history"],
            }
        },
        also=[
            *([sum(losses(squash))] for squash in OTHERS),
            *([losses(squash)] for squash in (TANH, *OTHERS)),  # an entry for each sentence is right, too
        ],
    )


def steps_of_b_out(labels: Sequence[int], epochs: int = 1, rate: int = 1) -> dict[str, Any]:
    """Weights of 0 keep the state at 0, so that only b_out learns: one number after each sentence."""
    weights, data = Weights(0, (0, 0), 0, (0, 0), (0, 0)), [(["good"], label) for label in labels]

    def after_each(squash: Squash) -> list[float]:
        now, found = weights, []
        for words, label in data * epochs:
            now = after_a_step(now, words, label, rate, squash)
            found.append(now.b_out[1])
        return found

    times = f"{rate}·" if rate != 1 else ""
    named = [("labels" if len(labels) > 1 else "label", labels), ("learning rate", rate), ("every weight", 0)]
    how = [f"b_out[1] − {times}(p[1] − {'1' if label else '0'})" for label in [*labels] * epochs]
    several = "sentence" if epochs == 1 else "epoch"
    many = len(how) > 1
    return example(
        f"n = 1, {'one epoch' if epochs == 1 else f'{epochs} epochs'}, p = softmax(logits)",
        named,
        [
            step(
                f"b_out[1]{f', {several} {i + 1}' if many else ''}",
                how[i],
                each,
                [0, 1] if i == len(how) - 1 else None,
            )
            for i, each in enumerate(after_each(TANH))
        ],
        {
            "run": {
                "script": "lab7",
                "start": start_of(weights),
                "constants": constants(data, learning_rate=rate, num_epochs=epochs),
                "names": ["b_out"],
            }
        },
        also=[[after_each(squash)[-1]] for squash in OTHERS],
    )


def prediction(tests: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Class 1 wins where the last state is above 1/2, with any φ that is usual."""
    weights = Weights(3, (1, -1), 0, (0, 2), (1, 0))

    def classes(squash: Squash) -> list[int]:
        found = [forward(weights, words, 0, squash).logits for words in tests]
        return [int(logits[1] > logits[0]) for logits in found]

    last = "tanh(U)" if len(tests[0]) == 1 else "tanh(W·tanh(U of word 1) + U of word 2)"
    return example(
        f"n = 1, the test on {' and '.join('“' + ' '.join(words) + '”' for words in tests)}, if φ is tanh",
        [
            ('U for "good"', weights.u[0]),
            ('for "bad"', weights.u[1]),
            ("W", weights.w),
            ("W_out", weights.out),
            ("b_out", weights.b_out),
        ],
        [step("predictions", f"1 where 2·{last} is above 1", classes(TANH), [0])],
        {
            "run": {
                "script": "lab7",
                "start": start_of(weights),
                "constants": constants([(tests[0], 1)], test_sentences=[list(words) for words in tests]),
                "names": ["predictions"],
            }
        },
        also=[[classes(squash)] for squash in OTHERS],
    )


def update(weights: Weights, words: Sequence[str], label: int) -> dict[str, Any]:
    """One epoch with one sentence and the learning rate 1: all weights after the step."""
    found = forward(weights, words, label, TANH)
    total = sum(map(math.exp, found.logits))
    errors = [math.exp(z) / total - (k == label) for k, z in enumerate(found.logits)]

    def answer(squash: Squash) -> list[Any]:
        new = after_a_step(weights, words, label, 1, squash)
        return [new.b_out, new.out, new.b, new.w, new.u]

    b_out, out, b, w, u = answer(TANH)
    last = f"s{SMALL[len(words)]}"
    many = len(words) > 1
    return example(
        f"n = 1, one step on “{' '.join(words)}” with learning rate 1, if φ is tanh",
        told(weights, words, label),
        [
            *states_of(weights, words, found),
            step("error", "softmax(logits), minus 1 at the label", errors),
            step("new b_out", "b_out − error", b_out, [0]),
            step("new W_out", f"W_out − error·{last}", out, [1]),
            step("new b", "by the chain rule" if many else "b − (error · W_out)·(1 − s₁²)", b, [2]),
            step("new W", "by the chain rule" if many else "as before, for s₀ is 0", w, [3]),
            step("new U", "by the chain rule" if many else "like b, where the word is", u, [4]),
        ],
        asks(weights, words, label, ["b_out", "W_out", "b", "W", "U"], rate=1),
        also=[answer(squash) for squash in OTHERS],
        alone=True,
    )


def ideas() -> dict[str, Idea]:
    plain = Weights(1, (1, -2), 0, (0, 1), (0, 0))
    biased = Weights(1, (-2, 1), 1, (1, -1), (0, 2))
    return {
        "the loss": [
            loss(plain, ["good"], 1),
            loss(plain, ["bad"], 0),
            loss(plain, ["good", "bad"], 1),
            loss(Weights(-1, (1, -2), 0, (2, 1), (0, 0)), ["bad", "good"], 1),
            loss(biased, ["good"], 1),
            loss(plain, ["good", "bad", "good"], 1),
            two_losses(),
        ],
        "the step": [
            steps_of_b_out([1]),
            steps_of_b_out([1], rate=2),
            steps_of_b_out([1, 1]),
            steps_of_b_out([1, 0]),
            steps_of_b_out([1], epochs=2),
            update(plain, ["good"], 1),
            update(plain, ["bad"], 0),
            update(Weights(2, (1, -1), 0, (0, 1), (0, 0)), ["good", "bad"], 1),
        ],
        "the prediction": [prediction([["good"], ["bad"]]), prediction([["good", "bad"], ["bad", "good"]])],
    }
