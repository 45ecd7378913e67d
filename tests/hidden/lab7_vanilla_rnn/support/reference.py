"""The two equations in float64, for every usual φ, and known mistakes in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from autograder.checks import Array
from tests.visible.lab7_vanilla_rnn.support.equations import Answers, Case, Scores
from tests.visible.lab7_vanilla_rnn.support.lab import NAMES, Sentence

Weights = dict[str, Array]
Phi = Callable[[Array], Array]
Step = Callable[[Weights, Array, Array, Phi], Array]  # s_(t-1) and x_t make s_t
Rule = Callable[[Weights, list[Array], Phi], Array]  # all x_t make the logits


def _sigmoid(a: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-a)))


def _softplus(a: Array) -> Array:
    return np.asarray(np.log1p(np.exp(a)))


_erf = np.vectorize(math.erf, otypes=[float])

PHIS: dict[str, Phi] = {
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "ReLU": lambda a: np.maximum(a, 0),
    "leaky ReLU": lambda a: np.where(a > 0, a, 0.01 * a),
    "leaky ReLU, 0.1": lambda a: np.where(a > 0, a, 0.1 * a),
    "leaky ReLU, 0.2": lambda a: np.where(a > 0, a, 0.2 * a),
    "PReLU": lambda a: np.where(a > 0, a, 0.25 * a),
    "ELU": lambda a: np.where(a > 0, a, np.expm1(a)),
    "SELU": lambda a: 1.0507009873554805 * np.where(a > 0, a, 1.6732632423543772 * np.expm1(a)),
    "GELU": lambda a: a * (1 + _erf(a / math.sqrt(2))) / 2,
    "GELU by tanh": lambda a: a / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a**3))),
    "SiLU": lambda a: a * _sigmoid(a),
    "softplus": _softplus,
    "softsign": lambda a: a / (1 + np.abs(a)),
    "hard tanh": lambda a: np.clip(a, -1, 1),
    "ReLU6": lambda a: np.clip(a, 0, 6),
    "hard sigmoid": lambda a: np.clip(a / 6 + 0.5, 0, 1),
    "Mish": lambda a: a * np.tanh(_softplus(a)),
    "arctan": np.arctan,
    "sine": np.sin,
}
USUAL = ("tanh", "sigmoid", "ReLU")


def answers(given: Case) -> Answers:
    """The scores of every sentence of a case: right ones by φ, wrong ones by what makes them."""
    right = {name: scores(given, name) for name in PHIS}
    wrong = {"without φ": _scores(given, _logits, lambda a: a)}
    for words, rule in MISTAKES.items():
        for name in USUAL:
            wrong[f"{words}, with {name} as φ"] = _scores(given, rule, PHIS[name])

    def is_right(found: Scores) -> bool:
        return any(np.allclose(found, each) for each in right.values())  # ReLU twice is ReLU

    return Answers(right, {key: each for key, each in wrong.items() if not is_right(each)})


def scores(given: Case, phi: str) -> Scores:
    """What is right for one φ."""
    return _scores(given, _logits, PHIS[phi])


def _scores(given: Case, rule: Rule, phi: Phi) -> Scores:
    weights = {name: weight.astype(np.float64) for name, weight in given.weights.items()}
    logits = [rule(weights, _one_hot(sentence, given.words), phi) for sentence in given.sentences]
    return [float(each[1, 0] - each[0, 0]) for each in logits]


def slopes(
    start: Mapping[str, Array],
    lesson: tuple[Sentence, int],
    words: tuple[str, ...],
    phi: str,
    step: float = 1e-5,
    names: Sequence[str] = NAMES,
) -> dict[str, Array]:
    """d loss / d weight for one sentence and its label, by float64 differences over `step` to each side."""
    sentence, label = lesson
    inputs = _one_hot(sentence, words)
    weights = {name: weight.astype(np.float64) for name, weight in start.items()}

    def loss() -> float:
        logits = _logits(weights, inputs, PHIS[phi])[:, 0]
        return float(np.log(np.exp(logits - logits[label]).sum()))

    found = {}
    for name in names:
        weight = weights[name]
        found[name] = np.zeros_like(weight)
        for place in np.ndindex(*weight.shape):
            own = weight[place]
            weight[place] = own + step
            above = loss()
            weight[place] = own - step
            found[name][place] = (above - loss()) / (2 * step)
            weight[place] = own
    return found


def _one_hot(sentence: Sentence, words: tuple[str, ...]) -> list[Array]:
    return [(np.array(words) == word).astype(np.float64)[:, None] for word in sentence]


def _step(w: Weights, s: Array, x: Array, phi: Phi) -> Array:
    return phi(w["W"] @ s + w["U"] @ x + w["b"])


def _states(w: Weights, inputs: list[Array], phi: Phi, step: Step = _step, first: float = 0.0) -> list[Array]:
    states = [np.full_like(w["b"], first)]
    for x in inputs:
        states.append(step(w, states[-1], x, phi))
    return states


def _output(w: Weights, state: Array) -> Array:
    return np.asarray(w["W_out"] @ state + w["b_out"])


def _logits(w: Weights, inputs: list[Array], phi: Phi) -> Array:
    return _output(w, _states(w, inputs, phi)[-1])


# -- mistakes ------------------------------------------------------------------------------------------------


def _stepping(step: Step) -> Rule:
    return lambda w, xs, phi: _output(w, _states(w, xs, phi, step)[-1])


def _residual(w: Weights, s: Array, x: Array, phi: Phi) -> Array:
    return s + _step(w, s, x, phi)


def _from_the_sum(w: Weights, xs: list[Array], phi: Phi) -> Array:
    sums = _states(w, xs, phi, _residual)
    return _output(w, sums[-1] - sums[-2])


MISTAKES: dict[str, Rule] = {
    "when W is transposed": lambda w, xs, phi: _logits({**w, "W": w["W"].T}, xs, phi),
    "when the output layer gets a φ, too": lambda w, xs, phi: phi(_logits(w, xs, phi)),
    "when the words are read from last to first": lambda w, xs, phi: _logits(w, xs[::-1], phi),
    "when the output layer reads the state before the last word": lambda w, xs, phi: _logits(w, xs[:-1], phi),
    "when the output layer reads the state after the first word": lambda w, xs, phi: _logits(w, xs[:1], phi),
    "when s_prev is zero at every word": lambda w, xs, phi: _logits(w, xs[-1:], phi),
    "without b": lambda w, xs, phi: _logits({**w, "b": 0 * w["b"]}, xs, phi),
    "without b_out": lambda w, xs, phi: _logits({**w, "b_out": 0 * w["b_out"]}, xs, phi),
    "when b is added after φ": _stepping(lambda w, s, x, phi: phi(w["W"] @ s + w["U"] @ x) + w["b"]),
    "when U x_t is added after φ": _stepping(lambda w, s, x, phi: phi(w["W"] @ s + w["b"]) + w["U"] @ x),
    "when W s_(t-1) is added after φ": _stepping(lambda w, s, x, phi: w["W"] @ s + phi(w["U"] @ x + w["b"])),
    "when the output layer reads the mean of all states": lambda w, xs, phi: _output(
        w, np.mean(_states(w, xs, phi)[1:], axis=0)
    ),
    "when the output layer reads the sum of all states": lambda w, xs, phi: _output(
        w, np.sum(_states(w, xs, phi)[1:], axis=0)
    ),
    "when the first state is all ones": lambda w, xs, phi: _output(w, _states(w, xs, phi, first=1.0)[-1]),
    "when s_(t-1) is added once more after φ": _stepping(_residual),
    "when s_(t-1) is not multiplied by W": lambda w, xs, phi: _logits(
        {**w, "W": np.eye(len(w["W"]))}, xs, phi
    ),
    "when only the diagonal of W is used": lambda w, xs, phi: _logits(
        {**w, "W": np.diag(np.diag(w["W"]))}, xs, phi
    ),
    "when each summand gets a φ of its own": _stepping(
        lambda w, s, x, phi: phi(w["W"] @ s) + phi(w["U"] @ x + w["b"])
    ),
    "when φ is applied twice": lambda w, xs, phi: _logits(w, xs, lambda a: phi(phi(a))),
    "when s_prev is the sum of all states so far": _from_the_sum,
    "when every word has an output of its own and all are added up": lambda w, xs, phi: np.sum(
        [_output(w, state) for state in _states(w, xs, phi)[1:]], axis=0
    ),
    "when all words are added up and read in one step": lambda w, xs, phi: _logits(
        w, [np.sum(xs, axis=0)], phi
    ),
}
