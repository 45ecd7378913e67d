"""Hidden state and logits, judged by the losses that the script reports for given weights and words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.checks import Draw, Mismatch
from tests.visible.lab7_vanilla_rnn.support.lab import (
    NAMES,
    Lab,
    Sentence,
    Start,
    bias_towards_1,
    random_weights,
)

RECORDED = Path(__file__).parents[1] / "recorded_answers.json"
TOLERANCE = 1e-3  # of a score, the difference of two float32 losses
CHANGE = 1e-3  # of a score; what has any influence moves it by far more
SCALE = 1.2  # of weights: large enough to tell one φ from another
HOME = ("a", "truly", "not", "dull", "fine", "film")
LONG = (25, 13)  # words; a state that is dropped every ten words is not that of these sentences
SURE = 60.0  # a difference of scores at which a cross-entropy is almost nothing

Scores = list[float]  # class 1 minus class 0, one per sentence


@dataclass(frozen=True)
class Case:
    """Weights and sentences to run the script with.

    A sentence is followed by its neighbours: one word changed, for each place, and the first two exchanged.
    """

    words: tuple[str, ...]
    weights: Start
    sentences: tuple[Sentence, ...]

    @property
    def n(self) -> int:
        return len(self.weights["W"])

    @property
    def is_long(self) -> bool:
        return len(self.sentences[0]) >= LONG[0]


@dataclass(frozen=True)
class Answers:
    """What is right for a case, by the name of φ, and what some mistakes give, by the words for them."""

    right: Mapping[str, Scores]
    wrong: Mapping[str, Scores] = field(default_factory=dict)


Judge = Callable[[Case], Answers]


def case(draw: Draw, words: Sequence[str], n: int, lengths: Sequence[int]) -> Case:
    """Random weights, and for each length a sentence with its neighbours."""
    weights = random_weights(draw, n, len(words), SCALE)
    sentences: list[Sentence] = []
    for length in lengths:
        order = [words[index] for index in draw.order(len(words))]
        sentences += _neighbours(tuple(order[:length]), order[-1])
    return Case(tuple(words), weights, tuple(sentences))


def long_case(draw: Draw, words: Sequence[str], n: int, lengths: tuple[int, ...] = LONG) -> Case:
    """Long sentences, without neighbours, and weights that neither forget at once nor blow up."""
    rotation, _ = np.linalg.qr(draw.normal(n, n))
    sizes = {"W": 1.0, "U": 0.3, "b": 0.1, "W_out": 1.2, "b_out": 1.0}
    weights = random_weights(draw, n, len(words), 1.0) | {"W": rotation}
    sentences = [tuple(words[index] for index in draw.integers(0, len(words), length)) for length in lengths]
    sized = {name: (weights[name] * sizes[name]).astype(np.float32) for name in NAMES}
    return Case(tuple(words), sized, tuple(sentences))


def _neighbours(sentence: Sentence, other: str) -> Iterator[Sentence]:
    yield sentence
    for place in range(len(sentence)):
        yield (*sentence[:place], other, *sentence[place + 1 :])
    yield (sentence[1], sentence[0], *sentence[2:])


def at_home(_: Draw | None = None) -> Case:
    """The case that the recorded answers are for: numbers that tell every φ and every known mistake apart."""
    return case(Draw(20), HOME, 3, (3, 2))


def long_at_home(_: Draw | None = None) -> Case:
    return long_case(Draw(2), HOME, 3)


def recorded(given: Case) -> Answers:
    """Numbers only: what the equations give for a case at home, for many a φ, and what mistakes give."""
    known = json.loads(RECORDED.read_text(encoding="utf-8"))
    return Answers(**known["long" if given.is_long else "short"])


def scores_by(lab: Lab, given: Case) -> Scores:
    """The scores, also of a script whose losses are a multiple of the cross-entropy, by the length even."""
    scores = [lab.score(given.weights, sentence) for sentence in given.sentences]
    clearest = sorted(given.sentences, key=lambda each: abs(scores[given.sentences.index(each)]))
    common = lab.factor(given.weights, clearest[:2])
    factors = {len(each): common or 1.0 for each in given.sentences}
    if common != 1:  # lengths may have factors of their own
        for length in factors:
            alike = [each for each in clearest if len(each) == length]
            factors[length] = lab.factor(given.weights, alike[:2]) or 1.0
    return [score / factors[len(each)] for score, each in zip(scores, given.sentences, strict=True)]


def are_near(scores: Scores, wanted: Scores) -> bool:
    return len(scores) == len(wanted) and np.allclose(scores, wanted, rtol=TOLERANCE, atol=TOLERANCE)


def sentences_are_read_apart(lab: Lab, given: Case) -> None:
    """The loss of some sentences is the sum of theirs, or the mean.

    All but the last are so sure to be right that no step, however long, moves the weights before it is read.
    A loop that stops after one of them has no state to carry on; that is judged with the steps.
    """
    data = [(given.sentences[index], label) for index, label in ((0, 1), (1, 1), (2, 0))]
    sure = {**given.weights, "b_out": bias_towards_1(2 * SURE)}
    alone = [lab.loss(sure, sentence, label) for sentence, label in data]
    together = lab.train(sure, data).losses
    total = sum(together) if len(together) == len(data) else together[0]  # one entry per sentence will do
    allowed = (sum(alone), sum(alone) / len(alone), alone[0], alone[-1])
    if not any(abs(total - want) < TOLERANCE for want in allowed):
        raise Mismatch(
            "With a learning_rate near 0, the loss of three sentences is not the sum of their single "
            "losses: what a sentence gives depends on those before.",
            "With which state does a sentence begin, and what does loss_history get?",
        )


# -- what is wrong -------------------------------------------------------------------------------------------


def explanation(lab: Lab, given: Case, scores: Scores, known: Answers) -> Mismatch:
    """Wrong scores in words: a known mistake, or what they do not depend on."""
    lab.needs("train_data", "num_epochs", "learning_rate")
    length = len(given.sentences[0])
    if given.is_long:
        return Mismatch(
            f"The logits of a sentence of {length} words are not those of the two equations, though those of "
            "short sentences are.",
            "Is every state computed from the one before, however many words there are?",
        )
    for mistake, wrong in known.wrong.items():
        if are_near(scores, wrong):
            words = mistake.partition(", with")[0]
            return Mismatch(f"Your logits are those that come out {words}.", _HINTS.get(words, _HINT))
    if max(scores) - min(scores) < CHANGE:
        return Mismatch(
            "The loss for label 0 minus the loss for label 1 is the same for every sentence: no word counts.",
            "Which shape do the logits have, and do both words and label reach the loss in loss_history?",
        )
    remains = _loss_of_the_sure(lab, given)
    if remains > SURE / 4:
        return Mismatch(
            "Even when b_out makes the right class certain, the loss is high.",
            "Which shape do the logits have, which of their numbers belongs to which class, and which label "
            "does the target hold?",
        )
    if remains > 0.2:
        return Mismatch(
            "However sure the model is, a loss remains: CrossEntropyLoss is not given raw scores.",
            "What does CrossEntropyLoss expect, and what does it do to the scores itself?",
        )
    for place, word in enumerate(("first", "second", "third", "fourth")[:length], start=1):
        if abs(scores[place] - scores[0]) < CHANGE:
            return Mismatch(f"The {word} word of a sentence of {length} changes nothing.", _PENCIL)
    if abs(scores[length + 1] - scores[0]) < CHANGE:
        return Mismatch(
            "The order of the words changes nothing.", "Is each new state computed from the one before?"
        )
    for name, weight in given.weights.items():
        odd = np.indices(weight.shape).sum(0) % 2  # of two rows, each where the other is not
        moved = {**given.weights, name: np.where(odd, weight - 0.6, weight + 0.4).astype(np.float32)}
        if abs(lab.score(moved, given.sentences[0]) - scores[0]) < CHANGE:
            return Mismatch(
                f"A change of {name} leaves the loss of a sentence as it was.",
                f"Where in the two equations does {name} stand, and does φ act on each unit by itself?",
            )
    return Mismatch(
        "The two equations give other logits than yours, with tanh, ReLU, sigmoid or any other usual φ.",
        _HINT,
    )


def _loss_of_the_sure(lab: Lab, given: Case) -> float:
    """What remains for a model that is sure and right: nothing, unless scores are squeezed into [0, 1]."""
    return max(
        lab.loss({**given.weights, "b_out": bias_towards_1(sure)}, given.sentences[0], label)
        for label, sure in ((1, 2 * SURE), (0, -2 * SURE))
    )


_PENCIL = "Follow s_prev with a pencil through two words: what is left of the first?"
_HINT = "Which matrix multiplies which vector, what is added before φ, and what after?"
_ARGUMENT = "Which terms are added before φ is applied?"
_LAST = "Which state does the equation of the logits name?"
_HINTS = {
    "when s_prev is zero at every word": _PENCIL,
    "without φ": "What would many steps be, if each of them were only a matrix product?",
    "when W is transposed": "W has as many rows as columns: on which side of it stands the state?",
    "when the output layer gets a φ, too": "What does CrossEntropyLoss expect?",
    "when the words are read from last to first": "With which word does the loop begin?",
    "when the output layer reads the state before the last word": "Which word has that state read last?",
    "when the output layer reads the state after the first word": _LAST,
    "when the output layer reads the mean of all states": _LAST,
    "when the output layer reads the sum of all states": _LAST,
    "without b": "Where does b stand in the equation of the state?",
    "without b_out": "Where does b_out stand in the equation of the logits?",
    "when b is added after φ": _ARGUMENT,
    "when U x_t is added after φ": _ARGUMENT,
    "when W s_(t-1) is added after φ": _ARGUMENT,
    "when each summand gets a φ of its own": _ARGUMENT,
    "when φ is applied twice": "How often does φ stand in the equation of the state?",
    "when the first state is all ones": "What does the network remember before the first word?",
    "when s_(t-1) is added once more after φ": "How often does s_(t-1) stand in the equation of the state?",
    "when s_prev is the sum of all states so far": "Which single state does the next step start from?",
    "when only the diagonal of W is used": "How does one hidden unit learn what the others remember?",
    "when every word has an output of its own and all are added up": "After which word is there an output?",
    "when all words are added up and read in one step": "Does the order of the words matter?",
}
