"""The two equations in float64, for every φ that counts, and known mistakes in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.visible.lab7_vanilla_rnn.forward import Answers, Case
from tests.visible.lab7_vanilla_rnn.lab import NAMES, Sentence

Array = NDArray[Any]
Phi = Callable[[Array], Array]
Rule = Callable[[dict[str, Array], list[Array], Phi], Array]


def _sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def _softplus(a: Array) -> Array:
    return np.log1p(np.exp(a))


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
    return Answers(right, {key: each for key, each in wrong.items() if not _is_one_of(each, right)})


def _is_one_of(found: list[float], right: Mapping[str, list[float]]) -> bool:
    """ReLU twice is ReLU."""
    return any(np.allclose(found, each) for each in right.values())


def scores(given: Case, phi: str) -> list[float]:
    """What is right for one φ."""
    return _scores(given, _logits, PHIS[phi])


def _scores(given: Case, rule: Rule, phi: Phi) -> list[float]:
    weights = {name: np.float64(weight) for name, weight in given.weights.items()}
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
    inputs, weights = _one_hot(sentence, words), {name: np.float64(w) for name, w in start.items()}

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
    return [np.float64(np.array(words) == word)[:, None] for word in sentence]


def _states(w: dict[str, Array], inputs: list[Array], phi: Phi) -> list[Array]:
    states = [np.zeros_like(w["b"])]
    for x in inputs:
        states.append(phi(w["W"] @ states[-1] + w["U"] @ x + w["b"]))
    return states


def _logits(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return w["W_out"] @ _states(w, inputs, phi)[-1] + w["b_out"]


def _transposed(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits({**w, "W": w["W"].T}, inputs, phi)


def _output_through_phi(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return phi(_logits(w, inputs, phi))


def _backwards(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits(w, inputs[::-1], phi)


def _one_step_early(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits(w, inputs[:-1], phi)


def _first_word(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits(w, inputs[:1], phi)


def _no_recurrence(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits(w, inputs[-1:], phi)


def _no_bias(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits({**w, "b": 0 * w["b"]}, inputs, phi)


def _no_output_bias(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits({**w, "b_out": 0 * w["b_out"]}, inputs, phi)


def _bias_behind(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    state = np.zeros_like(w["b"])
    for x in inputs:
        state = phi(w["W"] @ state + w["U"] @ x) + w["b"]
    return w["W_out"] @ state + w["b_out"]


def _input_behind(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    state = np.zeros_like(w["b"])
    for x in inputs:
        state = phi(w["W"] @ state + w["b"]) + w["U"] @ x
    return w["W_out"] @ state + w["b_out"]


def _state_behind(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    state = np.zeros_like(w["b"])
    for x in inputs:
        state = w["W"] @ state + phi(w["U"] @ x + w["b"])
    return w["W_out"] @ state + w["b_out"]


def _mean_state(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return w["W_out"] @ np.mean(_states(w, inputs, phi)[1:], axis=0) + w["b_out"]


def _summed_state(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return w["W_out"] @ np.sum(_states(w, inputs, phi)[1:], axis=0) + w["b_out"]


def _ones_first(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    state = np.ones_like(w["b"])
    for x in inputs:
        state = phi(w["W"] @ state + w["U"] @ x + w["b"])
    return w["W_out"] @ state + w["b_out"]


def _residual(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    state = np.zeros_like(w["b"])
    for x in inputs:
        state = state + phi(w["W"] @ state + w["U"] @ x + w["b"])
    return w["W_out"] @ state + w["b_out"]


def _no_matrix(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits({**w, "W": np.eye(len(w["W"]))}, inputs, phi)


def _elementwise(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits({**w, "W": np.diag(np.diag(w["W"]))}, inputs, phi)


def _apart(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    state = np.zeros_like(w["b"])
    for x in inputs:
        state = phi(w["W"] @ state) + phi(w["U"] @ x + w["b"])
    return w["W_out"] @ state + w["b_out"]


def _twice(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits(w, inputs, lambda a: phi(phi(a)))


def _running_sum(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    state, summed = np.zeros_like(w["b"]), np.zeros_like(w["b"])
    for x in inputs:
        state = phi(w["W"] @ summed + w["U"] @ x + w["b"])
        summed = summed + state
    return w["W_out"] @ state + w["b_out"]


def _summed_logits(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return np.sum([w["W_out"] @ s + w["b_out"] for s in _states(w, inputs, phi)[1:]], axis=0)


def _bag(w: dict[str, Array], inputs: list[Array], phi: Phi) -> Array:
    return _logits(w, [np.sum(inputs, axis=0)], phi)


MISTAKES: dict[str, Rule] = {
    "when W is transposed": _transposed,
    "when the output layer gets a φ, too": _output_through_phi,
    "when the words are read from last to first": _backwards,
    "when the output layer reads the state before the last word": _one_step_early,
    "when the output layer reads the state after the first word": _first_word,
    "when s_prev is zero at every word": _no_recurrence,
    "without b": _no_bias,
    "without b_out": _no_output_bias,
    "when b is added after φ": _bias_behind,
    "when U x_t is added after φ": _input_behind,
    "when W s_(t-1) is added after φ": _state_behind,
    "when the output layer reads the mean of all states": _mean_state,
    "when the output layer reads the sum of all states": _summed_state,
    "when the first state is all ones": _ones_first,
    "when s_(t-1) is added once more after φ": _residual,
    "when s_(t-1) is not multiplied by W": _no_matrix,
    "when only the diagonal of W is used": _elementwise,
    "when each summand gets a φ of its own": _apart,
    "when φ is applied twice": _twice,
    "when s_prev is the sum of all states so far": _running_sum,
    "when every word has an output of its own and all are added up": _summed_logits,
    "when all words are added up and read in one step": _bag,
}
