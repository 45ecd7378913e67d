"""What the script of lab 7 computes for a sentence: states, logits and loss, and where code goes its own way.

φ is left open by the handout, so the usual ones are right. Weights may have further axes in front and may be
complex: the real part is their number, and a tiny imaginary part carries a slope through all operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import Array
from tests.harness.equations.making import Clause, Idea, seldom

CHECKS = {
    "script::state_and_logits_*": ["the state and the loss"],
    "script::losses_*": ["the state and the loss"],
    "script::good_is_1_*": ["the state and the loss", "the prediction"],
}
WORDS = ("good", "bad", "very", "not", "a")
NAMES = ("W", "U", "b", "W_out", "b_out")
Weights = Mapping[str, Array]

PHI: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "ReLU": lambda a: np.where(a.real > 0, a, 0),
    "leaky ReLU": lambda a: np.where(a.real > 0, a, 0.01 * a),
    "leaky ReLU, 0.1": lambda a: np.where(a.real > 0, a, 0.1 * a),
    "leaky ReLU, 0.2": lambda a: np.where(a.real > 0, a, 0.2 * a),
    "ELU": lambda a: np.where(a.real > 0, a, np.expm1(np.where(a.real > 0, 0, a))),
    "hard tanh": lambda a: np.where(abs(a.real) < 1, a, np.sign(a.real)),
    "": lambda a: a,
    "softmax": lambda a: np.exp(a) / np.exp(a).sum(-2, keepdims=True),
}


class Case(NamedTuple):
    """What the script is run with: sentences of word numbers, all of one length, with their labels."""

    weights: Weights
    sentences: Sequence[tuple[Sequence[int], int]]
    tests: Sequence[Sequence[int]]
    rate: float = 1e-9
    epochs: int = 1


def run(
    weights: Weights,
    words: Sequence[int],
    phi: str = "tanh",
    inside: str = "W s + U x + b",
    start: Array | float = 0,
    order: str = "given",
    carried: str = "s_t",
    slopes: str = "through all words",
) -> list[Array]:
    """The states of one sentence, from the first one on."""
    state = np.zeros_like(weights["b"].real) + start
    states = [state]
    for word in {"given": words, "turned": words[::-1], "one word": words[:1]}[order]:
        old = state.real if slopes == "through the last word" else state
        new = _step(weights, old, word, PHI[phi], inside)
        state = state + new if carried == "their sum" else new
        states.append(new)
    return states


def _step(weights: Weights, old: Array, word: int, squash: Callable[[Array], Array], inside: str) -> Array:
    b, w, u = weights["b"], weights["W"] @ old, weights["U"][..., [word]]
    return {
        "W s + U x + b": lambda: squash(w + u + b),
        "W s - U x + b": lambda: squash(w - u + b),
        "W s + U x - b": lambda: squash(w + u - b),
        "-W s + U x + b": lambda: squash(u - w + b),
        "W s + U x": lambda: squash(w + u),
        "W s + b": lambda: squash(w + b),
        "U x + b": lambda: squash(u + b),
        "b outside": lambda: squash(w + u) + b,
        "each": lambda: squash(w) + squash(u) + squash(b),
        "Wᵀ s": lambda: squash(weights["W"].swapaxes(-1, -2) @ old + u + b),
        "twice": lambda: squash(squash(w + u + b)),
        "W s * U x": lambda: squash(w * u + b),
        "s + ": lambda: squash(w + u + b) + old,
    }[inside]()


def scores(
    weights: Weights, states: Sequence[Array], read: str = "last", out: str = "W_out s + b_out"
) -> Array:
    """The logits (2, 1) of a sentence."""
    state = {
        "last": lambda: states[-1],
        "before": lambda: states[-2],
        "mean": lambda: sum(states[1:]) / len(states[1:]),
        "sum": lambda: sum(states[1:]),
    }[read]()
    linear, b = weights["W_out"] @ state, weights["b_out"]
    return np.asarray(
        {
            "W_out s + b_out": lambda: linear + b,
            "W_out s - b_out": lambda: linear - b,
            "W_out s": lambda: linear,
            "tanh": lambda: np.tanh(linear + b),
            "swapped": lambda: (linear + b)[..., ::-1, :],
        }[out]()
    )


def cross_entropy(logits: Array, label: int, scored: str = "logits") -> Array:
    """The loss of one sentence."""
    some = np.exp(logits)
    seen = {
        "logits": lambda: logits,
        "softmax": lambda: some / some.sum(-2, keepdims=True),
        "sigmoid": lambda: 1 / (1 + 1 / some),
    }
    if scored == "squares":
        wanted = np.eye(2)[label][:, None]
        return np.asarray(((logits - wanted) ** 2).mean((-1, -2)))
    at = {"other": 1 - label, "good": 1, "bad": 0}.get(scored, label)
    each = seen.get(scored, seen["logits"])()
    found = np.log(np.exp(each).sum(-2)) - each[..., at, :]
    return np.asarray(found[..., 0] * {"half": 0.5, "negative": -1}.get(scored, 1))


def losses(
    case: Case,
    phi: str = "tanh",
    inside: str = "W s + U x + b",
    start: str = "zeros",
    order: str = "given",
    carried: str = "s_t",
    read: str = "last",
    out: str = "W_out s + b_out",
    scored: str = "logits",
    kept: str = "sum",
    row: str = "",
) -> Any:
    """loss_history after one epoch in which the weights hardly change."""
    weights = dict(case.weights)
    if row:
        weights[row] = weights[row].T
    found, first = [], np.zeros_like(case.weights["b"]) + (start == "ones")
    for words, label in case.sentences:
        states = run(weights, words, phi, inside, first, order, carried)
        logits = scores(weights, states, read, out).reshape(-1, 1)  # what is too wide has too many classes
        found.append(cross_entropy(logits, label, scored))
        if start == "carried":
            first = states[-1]
    return [
        {
            "sum": lambda: [sum(found)],
            "each": lambda: found,
            "mean": lambda: [sum(found) / len(found)],
            "last": lambda: found[-1:],
            "first": lambda: found[:1],
            "none": lambda: [],
        }[kept]()
    ]


# What is said of two slips at once, where φ is another one than tanh, is said of these alone.
OTHER_PHI = ("sigmoid", "ReLU", "leaky ReLU", "ELU")
PHI_OR_NOT: dict[Any, Clause] = {
    **dict.fromkeys(PHI, ""),  # the usual ones are right
    "": ("there is no φ", "What is around the three terms of the new state?"),
    "softmax": ("softmax stands in the place of φ", "Should one hidden unit know of the others?"),
}
TERMS = "Which three terms stand inside φ?"
READ = "Which state does the output layer read?"
RAW = "What does CrossEntropyLoss do with the logits by itself?"
INSIDE: dict[Any, Clause] = {
    "W s + U x + b": "",
    "W s - U x + b": ("U x is subtracted inside φ", TERMS),
    "W s + U x - b": ("b is subtracted inside φ", TERMS),
    "-W s + U x + b": ("W s is subtracted inside φ", TERMS),
    "W s + U x": ("b is left out", TERMS),
    "W s + b": ("the word is left out", TERMS),
    "U x + b": ("the state before plays no part", TERMS),
    "b outside": ("b is added outside of φ", TERMS),
    "each": ("φ is around each of the three terms, not around their sum", TERMS),
    "Wᵀ s": ("W is transposed", "Which axis of W belongs to the new state?"),
    "twice": ("φ is applied twice", "How often does φ stand in the equation?"),
    "W s * U x": ("W s and U x are multiplied", TERMS),
    "s + ": ("the state before is added outside of φ, too", TERMS),
}
START: dict[Any, Clause] = {
    "zeros": "",
    "ones": ("the first state is all ones", "What is s_0?"),
    "carried": (
        "a sentence starts from the last state of the sentence before",
        "With which state does every sentence start?",
    ),
}
ORDER: dict[Any, Clause] = {
    "given": "",
    "turned": ("the words are read from the last to the first", "In which order does one read?"),
    "one word": ("nothing behind the first word plays a part", "How many steps has the loop?"),
}
READ_FROM: dict[Any, Clause] = {
    "last": "",
    "before": ("the output layer reads the state before the last word", READ),
    "mean": ("the output layer reads the mean of all states", READ),
    "sum": ("the output layer reads the sum of all states", READ),
}
OUT: dict[Any, Clause] = {
    "W_out s + b_out": "",
    "W_out s - b_out": ("b_out is subtracted", "Compare your logits with the equation."),
    "W_out s": ("b_out is left out", "Compare your logits with the equation."),
    "tanh": ("the logits go through tanh", RAW),
    "swapped": ("the two classes are exchanged", "Which row of W_out scores which class?"),
}
LOSSES: dict[str, dict[Any, Clause]] = {
    "phi": PHI_OR_NOT,
    "inside": INSIDE,
    "start": START,
    "order": ORDER,
    "carried": {"s_t": "", "their sum": ("the state that is carried on is the sum of all states", READ)},
    "read": READ_FROM,
    "out": OUT,
    "scored": {
        "logits": "",
        "softmax": ("the logits go through softmax before the cross-entropy", RAW),
        "sigmoid": ("the logits go through a sigmoid before the cross-entropy", RAW),
        "squares": ("the loss is the mean squared error of the logits", "What does cross-entropy compare?"),
        "other": ("the two classes are exchanged", "Which label has a good movie?"),
        "good": ("every sentence is taken for a good one", "Whose label does the loss use?"),
        "bad": ("every sentence is taken for a bad one", "Whose label does the loss use?"),
        "half": ("the loss is halved", "What is divided by what?"),
        "negative": ("the sign of the loss is turned", "Does the loss fall when the network learns?"),
    },
    "kept": {
        "sum": "",
        "each": "",  # is right
        "mean": ("loss_history holds the mean of an epoch's losses, not their sum", "What is total_loss?"),
        "last": ("loss_history holds the loss of the last sentence only", "What is total_loss?"),
        "first": ("loss_history holds the loss of the first sentence only", "What is total_loss?"),
        "none": ("loss_history stays empty", "What is to be kept of every epoch?"),
    },
    "row": {
        "": "",
        **{name: (f"{name} is a row, not a column", "Which shape has W s?") for name in ("b", "b_out")},
    },
}


def predictions(
    case: Case,
    phi: str = "tanh",
    inside: str = "W s + U x + b",
    start: str = "zeros",
    order: str = "given",
    read: str = "last",
    out: str = "W_out s + b_out",
    chosen: str = "higher",
    tests: str = "all",
) -> Any:
    """predictions after an epoch in which the weights hardly change."""
    found, first = [], np.zeros_like(case.weights["b"]) + (start == "ones")
    if start == "from training":
        first = run(case.weights, case.sentences[-1][0], phi, inside, 0.0, order)[-1]
    for words in {
        "all": case.tests,
        "first": case.tests[:1],
        "last": case.tests[-1:],
        "turned": case.tests[::-1],
        "training": [words for words, _ in case.sentences],
    }[tests]:
        states = run(case.weights, words, phi, inside, first, order)
        if start in ("carried", "from training"):
            first = states[-1]
        best = int(scores(case.weights, states, read, out).argmax())
        found.append({"higher": best, "lower": 1 - best, "0": 0, "1": 1}[chosen])
    return [found]


TEST = "Compare the step of your test with the step of your training."
PREDICTIONS: dict[str, dict[Any, Clause]] = {
    "phi": PHI_OR_NOT | {"": ("the test has no φ", TEST), "softmax": ("the test has softmax for φ", TEST)},
    "inside": {
        name: (f"in the test {clause[0]}", TEST) if clause else ""
        for name, clause in INSIDE.items()
        if name not in ("each", "twice", "W s * U x", "s + ")
    },
    "start": {
        "zeros": "",
        "ones": START["ones"],
        **dict.fromkeys(
            ("carried", "from training"),
            ("a sentence of the test starts where the one before it ended", "What is s_0?"),
        ),
    },
    "order": ORDER,
    "read": {name: READ_FROM[name] for name in ("last", "before")},
    "out": {name: OUT[name] for name in ("W_out s + b_out", "W_out s - b_out", "W_out s")},
    "chosen": {
        "higher": "",
        "lower": ("the class with the lower score is taken", "Which class does the network believe in?"),
        "0": ("class 0 is predicted whatever the scores are", "Along which axis do the two scores lie?"),
        "1": ("class 1 is predicted whatever the scores are", "Along which axis do the two scores lie?"),
    },
    "tests": {
        "all": "",
        "first": ("only one sentence of the test gets a prediction", "How many sentences are tested?"),
        "last": ("only one sentence of the test gets a prediction", "How many sentences are tested?"),
        "turned": ("the predictions are in the reverse order", "Which sentence is tested first?"),
        "training": ("the sentences of training are tested", "Which sentences are to be tested?"),
    },
}


def ask(*names: str) -> Callable[[Case], dict[str, Any]]:
    """The question for these variables of the script."""

    def question(case: Case) -> dict[str, Any]:
        hidden, count = case.weights["U"].shape
        vocab = {word: number for number, word in enumerate(WORDS[:count])}
        constants = {
            "vocab": {"dict": vocab},
            "train_data": [
                {"tuple": [{"tuple": [WORDS[word] for word in words]}, label]}
                for words, label in case.sentences
            ],
            "test_sentences": [[WORDS[word] for word in words] for words in case.tests],
            "n": hidden,
            "m": count,
            "T": len(case.sentences[0][0]),
            "learning_rate": case.rate,
            "num_epochs": case.epochs,
        }
        start = {name: case.weights[name].tolist() for name in NAMES}
        return {"run": {"script": "lab7", "start": start, "constants": constants, "names": list(names)}}

    return question


def weights(hidden: int, words: int, phase: float, scale: float = 1.2) -> dict[str, Array]:
    """Numbers that are all different."""
    shapes = [(hidden, hidden), (hidden, words), (hidden, 1), (2, hidden), (2, 1)]
    return {
        name: np.round(scale * np.sin(phase + k + 2.4 * np.arange(np.prod(shape))), 2).reshape(shape)
        for k, (name, shape) in enumerate(zip(NAMES, shapes, strict=True))
    }


def sentences(words: int, length: int, count: int) -> list[list[int]]:
    """Sentences without any order at first sight."""
    several = [(37 * number + 5) % words**length for number in range(count)]
    return [[number // words**place % words for place in range(length)] for number in several]


def case(hidden: int, words: int, length: int, labels: Sequence[int], tests: int, phase: float) -> Case:
    trained = sentences(words, length, len(labels))
    tested = sentences(words, length, len(labels) + tests)[len(labels) :]
    return Case(weights(hidden, words, phase), list(zip(trained, labels, strict=True)), tested)


IDEAS = {
    "the state and the loss": Idea(
        answer=losses,
        choices=LOSSES,
        ask=ask("loss_history"),
        cases=[case(2, 3, 3, [1], 1, 5.8), case(3, 4, 4, [1, 0, 1], 1, 0.4)],
        fresh=[case(4, 5, 3, [0], 1, 2.2), case(2, 5, 4, [1, 0], 1, 3.1)],
        senseless=seldom(
            {
                "phi": OTHER_PHI,
                "inside": ("W s - U x + b", "W s + U x - b"),
                "out": ("W_out s - b_out",),
                "kept": ("each",),
                "row": ("b", "b_out"),
            }
        ),
    ),
    "the prediction": Idea(
        answer=predictions,
        choices=PREDICTIONS,
        ask=ask("predictions"),
        cases=[  # weights with which neither class wins most of the sentences
            case(2, 5, 3, [1], 40, 2.8),
            case(3, 4, 4, [0, 1, 0], 40, 8.5),
            case(4, 5, 4, [1, 0], 40, 0.1),
        ],
        fresh=[case(3, 5, 5, [0], 30, 5.8), case(2, 4, 4, [1, 0], 40, 9.1)],
        senseless=seldom({"phi": OTHER_PHI}),
    ),
}
