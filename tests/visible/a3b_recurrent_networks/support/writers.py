"""What `generate` is judged with: a model whose writing is known where nothing is left to chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from autograder.checks import (
    Array,
    CannotJudge,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    as_id,
    as_items,
    expect,
    new_reader,
)
from tests.visible.a3b_recurrent_networks.support import sampling

V, E, H = 12, 7, 16
STEPS = 12
TRIES = 30
WARM, DRAWS = 3.0, 120  # a temperature, and how often is drawn at it
CLEAR = 0.1  # the least distance between the two highest scores on the way
SHARP = 300.0  # the last layer times this leaves nothing to chance
WRONG = {  # known mistakes, by how they read
    "last": "the same as if the model read the last token alone.",
    "again": "the same as if the model read the whole list again behind what it has already read.",
    "unseen": "the same as if the model read nothing of the seed but its last token.",
}


class Reading(NamedTuple):
    """A seed, and what the model ranks first after it, step after step."""

    seed: list[int]
    ids: list[int]

    def ends(self) -> list[int]:
        """Ids that come up late for the first time, so that they may serve as the end."""
        return [i for k, i in enumerate(self.ids) if k >= 3 and i not in self.ids[:k] + self.seed]

    def unused(self) -> int:
        """An id that never comes."""
        return next((i for i in range(V) if i not in self.seed + self.ids), V)


class Writer:
    """A student's CharLSTM with random weights."""

    def __init__(self, student: Student) -> None:
        self.student, self.thing = student, self.make(student)
        self.scores([1])

    def make(self, student: Student) -> Thing:
        """The model, as it starts."""
        return student.new("CharLSTM", V, E, H)

    def is_last(self, name: str, weight: Array) -> bool:
        """Whether a weight is one of the last layer's, by its shape."""
        return sorted(weight.shape) == sorted((V, H)) or weight.shape == (V,)

    def is_taken(self) -> bool:
        """Whether generate runs with this model."""
        return True

    def redraw(self, draw: Draw, scale: float = 1.3) -> None:
        """Other random weights."""
        self.thing.randomised(draw, scale, torchs_layers=True)

    def scores(self, ids: Sequence[int] | Array) -> Array:
        """Those of the next id: (V,) for one sequence, (B, V) for several of one length."""
        rows = np.array(ids, np.int64)
        got = self.thing(rows.reshape(-1, rows.shape[-1]))
        clean: Array = expect(got, "CharLSTM's logits", axes="BTV").to_be_shaped(
            (rows.size // rows.shape[-1], rows.shape[-1], V)
        )
        return clean[:, -1] if rows.ndim == 2 else clean[0, -1]

    def looks_lively(self, seeds: Array) -> Array:
        """Which of several seeds the model seems to go on from clearly and without falling into a rut."""
        rows, lead = seeds, np.full(len(seeds), np.inf)
        for _ in range(STEPS):
            scores = self.scores(rows)
            lead = np.minimum(lead, lead_of(scores))
            rows = np.hstack([rows, scores.argmax(1)[:, None]])
        new = rows[:, seeds.shape[1] :]
        many = np.array([len(set(row)) >= 5 and row[0] not in row[1:3] for row in new])
        return np.asarray((lead > CLEAR) & many)

    def read(self, seed: list[int], way: str = "whole") -> tuple[list[int], float]:
        """What is ranked first, and the smallest lead on the way. Ways but "whole" are known mistakes."""
        ids, lead, fed = list(seed), np.inf, list(seed)
        for _ in range(STEPS):
            rest = ids[len(seed) - 1 :]
            scores = self.scores({"whole": ids, "last": ids[-1:], "again": fed, "unseen": rest}[way])
            lead = min(lead, float(lead_of(scores)))
            ids.append(int(scores.argmax()))
            fed += ids
        return ids[len(seed) :], lead

    def sharpen(self, factor: float = SHARP) -> None:
        """Multiply the last layer."""
        heads = {n: w for n, w in self.thing.trainable.items() if self.is_last(n, w)}
        self.thing.load({name: np.float32(factor) * w for name, w in heads.items()})

    def generated(
        self, seed: list[int], end: int, limit: int, *temperature: float, chance: int = 0
    ) -> list[int]:
        """What generate returns for this model; `chance` seeds the generators."""
        return self.all_generated(seed, end, limit, *temperature, chances=[chance])[0]

    def all_generated(
        self, seed: list[int], end: int, limit: int, *temperature: float, chances: Sequence[int]
    ) -> list[list[int]]:
        """The same from each of several states of the generators."""
        given = (self.thing, list(seed), end, limit, *temperature)
        found = []
        for got in self.student.calls("generate", *given, seeds=chances):
            ids = as_items(got, "generate's list of ids", tensors=False)
            found.append([as_id(value, "An id of generate's list", below=V + 1) for value in ids])
        return found

    def greedy(self, seed: list[int], end: int, limit: int, want: list[int]) -> list[int]:
        """What generate writes when nothing is left to chance: by temperature 0, or by scores far apart.

        So a slip in `sample` costs its own check only.
        """
        failure: Exception | None = None
        try:
            got = self.generated(seed, end, limit, 0.0)
        except (Mismatch, StudentFailure) as error:
            got, failure = [], error
        if got == want:
            return got
        before = self.thing.trainable
        self.sharpen()
        try:
            other = self.generated(seed, end, limit, 1.0)
        except (Mismatch, StudentFailure) as error:
            raise failure or error from None
        finally:
            self.thing.load(before)
        return other if other == want or failure is not None else got

    def writes_the_likeliest(self, seed: list[int], end: int, temperature: float, lead: float) -> bool:
        """Whether generate does, up to 12 ids; as good where the likeliest does not lead by so much."""
        ids, smallest = list(seed), np.inf
        while len(ids) < 12 and ids[-1] != end:
            scores = self.scores(ids)
            smallest = min(smallest, float(lead_of(scores)))
            ids.append(int(scores.argmax()))
        for number in range(2):
            if self.generated(seed, end, 12, temperature, chance=number) != ids and smallest > lead:
                return False
        return True


class OtherWriter(Writer):
    """A model of the grader's that reads all tokens: it serves where the student's CharLSTM does not."""

    kept = 0.8

    def make(self, student: Student) -> Thing:
        return new_reader(student, V, H, self.kept)

    def is_last(self, name: str, weight: Array) -> bool:
        return name.startswith("output")

    def is_taken(self) -> bool:
        try:
            self.student.call("generate", self.thing, [3, 1, 4], V, 4)
        except StudentFailure:
            return False
        return True


class LongWriter(OtherWriter):
    """The same, which never forgets a token."""

    kept = 1.0


def lead_of(scores: Array) -> Array:
    """By how much the highest score (…, V) is above the second."""
    top = np.sort(scores)
    return np.asarray(top[..., -1] - top[..., -2])


class Telling(NamedTuple):
    """A model, what it writes behind a seed, and what known mistakes would write, by the words for them."""

    writer: Writer
    reading: Reading
    wrong: dict[str, list[int]]


def telling(student: Student, draw: Draw, ways: Sequence[str] = tuple(WRONG)) -> Telling:
    """A model whose reading has no close call, no rut, and differs from the known wrong readings."""

    def look(writer: Writer, seeds: Array, scores: Array) -> Telling | None:
        if _is_deaf(scores):
            return None
        for row in np.flatnonzero(writer.looks_lively(seeds))[:2]:
            seed = [int(index) for index in seeds[row]]
            ids, lead = writer.read(seed)
            reading = Reading(seed, ids)
            if lead < CLEAR or not reading.ends():
                continue
            wrong = {WRONG[way]: writer.read(seed, way)[0] for way in ways}
            if ids not in wrong.values():
                return Telling(writer, reading, wrong)
        return None

    hopeless = "CharLSTM hardly prefers any id, or remembers nothing, and generate takes no other model."
    return _search(student, draw, look, hopeless)


def reads_a_long_seed(student: Student, draw: Draw) -> None:
    """Raise Mismatch unless what is written behind many ids depends on the first of them.

    How many, no code can know. Where generate takes no model of the grader's, that cannot be seen.
    """
    writer = LongWriter(student)
    if not writer.is_taken():
        return
    writer.redraw(draw)
    seeds = draw.integers(1, V, 30, int(draw.integers(150, 200)))
    scores = writer.scores(seeds)
    for row in np.flatnonzero(lead_of(scores) > CLEAR)[:4]:
        seed = [int(index) for index in seeds[row]]
        want = [*seed, int(scores[row].argmax())]
        if writer.greedy(seed, V, len(want), want) != want:
            raise Mismatch(
                f"Behind a seed of {len(seed)} ids generate does not write the one that is ranked first.",
                "Does the model read the whole list, however long, and does only max_length end it?",
            )


def is_certain_at_low_temperatures(student: Student, draw: Draw) -> None:
    """Where the first id is not likely at 1, it is certain at a temperature that is low, and not 0."""

    def look(writer: Writer, seeds: Array, scores: Array) -> tuple[Writer, list[int], int, float] | None:
        scores = scores.astype(np.float64)
        lead = lead_of(scores)
        share = 1 / np.exp(scores - scores.max(axis=1, keepdims=True)).sum(axis=1)
        for row in np.flatnonzero((lead > 0.5) & (share < 0.6))[:1]:
            seed = [int(index) for index in seeds[row]]
            return writer, seed, int(scores[row].argmax()), float(lead[row]) / 25
        return None

    hopeless = (
        "CharLSTM prefers no id, or always one alone, and generate takes no other model: what it makes of a "
        "temperature cannot be seen."
    )
    writer, seed, likeliest, temperature = _search(student, draw, look, hopeless)
    found = writer.all_generated(seed, V, len(seed) + 1, temperature, chances=range(20))
    if any(got != [*seed, likeliest] for got in found):
        raise Mismatch(
            f"With a temperature of {temperature:.2g}, at which the likeliest id is certain, generate "
            "writes another one.",
            "Which temperature does sample get: the one that generate was given, or one of its own?",
        )


def draws_as_sample_does(student: Student, draw: Draw) -> None:
    """At a temperature of 3 the likeliest id comes as often behind a seed as sample draws it from its scores.

    Scores are such that its share is 80 %: by chance a difference of 30 % comes once in a hundred million
    times.
    """
    writer, reading, _ = telling(student, draw, ways=())
    scores = writer.scores(reading.seed).astype(np.float64)

    def share(factor: float) -> float:
        return float(1 / np.exp(factor * (scores - scores.max()) / WARM).sum())

    factor = next(2.0**k for k in np.arange(-6, 14, 0.05) if share(2.0**k) >= 0.8)
    writer.sharpen(factor)
    scores = writer.scores(reading.seed)
    first = int(draw.integers(0, 1 << 20))
    chances = range(first, first + DRAWS)
    texts = writer.all_generated(reading.seed, V, len(reading.seed) + 1, WARM, chances=chances)
    written = [text[-1] for text in texts].count(int(scores.argmax()))
    drawn = sampling.drawn(student, scores, chances, WARM).count(int(scores.argmax()))
    if abs(written - drawn) > 0.3 * DRAWS:
        raise Mismatch(
            f"With a temperature of {WARM:g} generate writes the likeliest id {written} times of {DRAWS}; "
            f"sample draws it {drawn} times from the same scores.",
            "Which scores and which temperature does sample get, and is it the only one that divides by it?",
        )


Found = TypeVar("Found")


def _search(
    student: Student, draw: Draw, look: Callable[[Writer, Array, Array], Found | None], hopeless: str
) -> Found:
    """What `look(writer, seeds, scores)` finds first among models with random weights.

    The student's own; others if that prefers no id or remembers nothing, which its own checks tell.
    """
    for kind in (Writer, OtherWriter):
        writer = kind(student)
        if not writer.is_taken():
            break
        for number in range(TRIES):
            source = draw.child(str(number))
            writer.redraw(source)
            seeds = source.integers(1, V, 40, 3)
            scores = writer.scores(seeds)
            found = look(writer, seeds, scores)
            if found is not None:
                return found
            if _is_deaf(scores):
                break
    _keeps_its_form(student)
    raise CannotJudge(hopeless)


def _is_deaf(scores: Array) -> bool:
    """Whether all seeds have the same scores (N, V): other weights will not help."""
    return bool(np.ptp(scores, axis=0).max() < 1e-6)


def _keeps_its_form(student: Student) -> None:
    """What generate owes with any model, of which it is not known what it prefers.

    All ids of the seed in front, and behind them as many as fit, since an `end` that no model can say never
    comes.
    """
    seed, limit = [3, 1, 4], 9
    got = Writer(student).greedy(seed, V, limit, seed)
    if got[: len(seed)] != seed or len(got) != limit:
        raise Mismatch(
            f"generate returns {len(got)} ids for a seed of {len(seed)} and max_length={limit}, where `end` "
            "never comes; wanted were the seed and what follows it, up to that length.",
            "What does the list start as, and under which two conditions is it finished?",
            got,
        )
