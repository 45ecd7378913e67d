"""Checks of `sample`, by its distribution, and of `generate`, by the student's own CharLSTM, read greedily.

The bounds on chance: a right `sample` is refused in fewer than one of ten million gradings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged, as_id, as_items
from autograder.checks.apart import leave_the_generators_alone
from autograder.checks.draw import Draw
from autograder.checks.expect import CannotJudge, Mismatch, expect
from autograder.checks.weights import randomise, trainable
from autograder.sandbox.wire.errors import StudentFailure

Array = NDArray[Any]

SOURCE = Path(__file__).with_name("leaky_sum.py")
DRAWS = 140
BOUND = 45.0  # of χ² with at most four degrees of freedom: exceeded by chance in fewer than 1 in 10⁸
NEVER = 1e-8
LEVEL, STEEP = (1.4, 0.7, 0.3, -40.0, 0.3), (1.7, 0.6, -0.5, -40.0, 0.2)
V, E, H = 12, 7, 16
STEPS = 12
TRIES = 30
CLEAR = 0.1  # the least distance between the two highest scores on the way
SHARP = 300.0  # the last layer times this leaves nothing to chance


# ---- sample


def _drawn(student: Any, scores: Array, seed: int, *temperature: float) -> int:
    got = student.call("sample", scores.astype(np.float32), *temperature, seed=seed)
    return _id(got, len(scores))


def _id(got: object, size: int) -> int:
    hint = "How many ids are drawn, and is the result a score, a probability or an index?"
    index = as_id(got, "sample's id", hint=hint)
    if index >= size:
        raise Mismatch(f"sample returned an id that none of {size} scores has.", "Which ids can there be?")
    return index


def _shares(scores: Array, temperature: float) -> Array:
    powers = np.exp((scores - scores.max()) / temperature)
    return np.asarray(powers / powers.sum())


def likeliest_at_zero(student: Any, draw: Draw) -> None:
    for number in range(6):
        scores = _with_a_clear_first(draw)
        for temperature in (0.0, 0):
            if _drawn(student, scores, number, temperature) != scores.argmax():
                raise Mismatch(
                    "With a temperature of 0, sample does not return the id with the highest score.",
                    "What does its docstring promise for a temperature of 0?",
                )


def _with_a_clear_first(draw: Draw) -> Array:
    """Seven scores, the highest of them by a lead that no order of operations loses."""
    while True:
        scores = draw.normal(7, scale=2.0)
        second, first = np.sort(scores)[-2:]
        if first - second > CLEAR:
            return scores


def leaves_the_generators_alone(student: Any, draw: Draw) -> None:
    scores = draw.normal(5)
    for options in ((), (0.5,)):
        leave_the_generators_alone(
            student,
            "sample",
            lambda seed, options=options: _drawn(student, scores, seed, *options),
        )


def _sample_sets_no_seed(student: Any, draw: Draw) -> bool:
    """Else it is sample's check that this costs, not that of generate, which calls it."""
    try:
        leaves_the_generators_alone(student, draw)
    except (Mismatch, StudentFailure):
        return False
    return True


def follows_the_scores(student: Any, draw: Draw, temperature: float = 1.0) -> None:
    """Many draws against the exact distribution; an id without a chance must never come."""
    scores = np.array(LEVEL if temperature == 1 else STEEP)[draw.order(5)] * max(temperature, 1)
    shares = _shares(scores, temperature)
    options = () if temperature == 1 else (temperature,)
    first = int(draw.integers(0, 1 << 20))
    drawn = [_drawn(student, scores, first + k, *options) for k in range(DRAWS)]
    counts = np.bincount(drawn, minlength=5)
    if len(set(drawn)) == 1:
        raise Mismatch(
            f"However often sample is called with a temperature of {temperature:g}, the id is the same.",
            "Is anything left to chance, or do you take the maximum, set a seed, or sharpen the scores too "
            "much?",
        )
    if (counts[(1 - shares) ** DRAWS < NEVER] == 0).any():
        raise Mismatch(
            f"With a temperature of {temperature:g} an id with a fair chance never comes.",
            "Which ids may sample return?",
        )
    if counts[shares < 1e-9].any():
        raise Mismatch(
            "sample returned an id whose probability is practically 0.",
            "How do the scores become probabilities, and how often is softmax applied?",
        )
    # Ids that are rare at this temperature are counted together.
    often = shares * DRAWS >= 6
    groups = [[k] for k in np.flatnonzero(often)] + ([list(np.flatnonzero(~often))] if (~often).any() else [])
    want = np.array([shares[g].sum() for g in groups]) * DRAWS
    got = np.array([counts[g].sum() for g in groups])
    if ((got - want) ** 2 / np.maximum(want, 1.5)).sum() > BOUND:
        raise Mismatch(
            f"With a temperature of {temperature:g} ids do not come as often as their scores say.",
            "Should a low temperature make the choice bolder or more careful, and do the probabilities come "
            "from softmax?",
        )


def stays_finite(student: Any, draw: Draw) -> None:
    """Low temperatures make large numbers; the likeliest id is then certain. Scores may all be negative."""
    for number in range(8):
        scores = np.linspace(-9, 9, 6)[draw.order(6)] - (60 if number % 2 else 0)
        if _drawn(student, scores, number, 0.02) != scores.argmax():
            raise Mismatch(
                "With a temperature of 0.02 sample does not return the likeliest id, which is then certain.",
                "What do the probabilities look like when scores are divided by so small a temperature?",
            )


# ---- generate


WRONG = {  # known mistakes, by how they read
    "last": "the same as if the model read the last token alone.",
    "again": "the same as if the model read the whole list again behind what it has already read.",
    "unseen": "the same as if the model read nothing of the seed but its last token.",
}


FED = "Does the model read the whole list so far, in its order, and do you sample from its last step?"


class Reading(NamedTuple):
    """A seed, and what the model ranks first after it, step after step."""

    seed: list[int]
    ids: list[int]


class Writer:
    """A student's CharLSTM with random weights."""

    def __init__(self, student: Any) -> None:
        self.student, self.thing = student, self.make(student)
        self.scores([1])

    def make(self, student: Any) -> Any:
        return student.new("CharLSTM", V, E, H)

    def is_last(self, name: str, weight: Array) -> bool:
        """Whether a weight is one of the last layer's, by its shape."""
        return sorted(weight.shape) == sorted((V, H)) or weight.shape == (V,)

    def redraw(self, draw: Draw, scale: float = 1.3) -> None:
        randomise(self.student, self.thing, draw, scale, torchs_layers=True)

    def scores(self, ids: Any) -> Array:
        """Those of the next id: (V,) for one sequence, (B, V) for several of one length."""
        rows = np.array(ids, np.int64)
        got = self.student.call(self.thing, rows.reshape(-1, rows.shape[-1]))
        clean: Array = expect(got, "CharLSTM's logits", axes="BTV").to_be_shaped(
            (rows.size // rows.shape[-1], rows.shape[-1], V)
        )
        return clean[:, -1] if rows.ndim == 2 else clean[0, -1]

    def looks_lively(self, seeds: Array) -> Array:
        """Which of several seeds the model seems to go on from clearly and without falling into a rut."""
        rows, lead = seeds, np.full(len(seeds), np.inf)
        for _ in range(STEPS):
            scores = self.scores(rows)
            top = np.sort(scores, axis=1)
            lead = np.minimum(lead, top[:, -1] - top[:, -2])
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
            top = np.sort(scores)
            lead = min(lead, float(top[-1] - top[-2]))
            ids.append(int(scores.argmax()))
            fed += ids
        return ids[len(seed) :], lead

    def sharpen(self) -> None:
        """Multiply the last layer."""
        heads = {n: w for n, w in trainable(self.student, self.thing).items() if self.is_last(n, w)}
        self.student.load(self.thing, {name: np.float32(SHARP) * w for name, w in heads.items()})


class OtherWriter(Writer):
    """A model of the grader's that reads all tokens: it serves where the student's CharLSTM does not."""

    def make(self, student: Any) -> Any:
        student.provide("leaky_sum_of_the_grader", SOURCE.read_text(encoding="utf-8"), ("LeakySum",))
        return student.new("LeakySum", V, H)

    def is_last(self, name: str, weight: Array) -> bool:
        return name.startswith("output")


def _telling(
    student: Any, draw: Draw, ways: tuple[str, ...] = tuple(WRONG)
) -> tuple[Writer, Reading, dict[str, list[int]]]:
    """A model whose reading has no close call, no rut, and differs from the known wrong readings.

    The student's own; another one if that prefers no id or remembers nothing, which its own checks tell.
    """
    for kind in (Writer, OtherWriter):
        writer = kind(student)
        if not _is_taken(student, writer):
            break
        for number in range(TRIES):
            source = draw.child(str(number))
            writer.redraw(source)
            seeds = source.integers(1, V, 40, 3)
            if np.ptp(writer.scores(seeds), axis=0).max() < 1e-6:  # deaf: other weights will not help
                break
            for row in np.flatnonzero(writer.looks_lively(seeds))[:2]:
                seed = [int(index) for index in seeds[row]]
                ids, lead = writer.read(seed)
                reading = Reading(seed, ids)
                if lead < CLEAR or not _ends(reading):
                    continue
                wrong = {WRONG[way]: writer.read(seed, way)[0] for way in ways}
                if ids not in wrong.values():
                    return writer, reading, wrong
    _keeps_its_form(student)
    raise CannotJudge(
        "CharLSTM hardly prefers any id, or remembers nothing, and generate takes no other model."
    )


def _keeps_its_form(student: Any) -> None:
    """What generate owes with any model, of which it is not known what it prefers: all ids of the seed in
    front, and behind them as many as fit, since an `end` that no model can say never comes.
    """
    writer, seed, limit = Writer(student), [3, 1, 4], 9
    got = _greedily(student, writer, seed, V, limit, seed)
    if got[: len(seed)] != seed or len(got) != limit:
        raise Mismatch(
            f"generate returns {len(got)} ids for a seed of {len(seed)} and max_length={limit}, where `end` "
            "never comes; wanted were the seed and what follows it, up to that length.",
            "What does the list start as, and under which two conditions is it finished?",
            got,
        )


def _is_taken(student: Any, writer: Writer) -> bool:
    """Whether generate runs with a model that is not the student's."""
    if type(writer) is Writer:
        return True
    try:
        student.call("generate", writer.thing, [3, 1, 4], V, 4)
    except StudentFailure:
        return False
    return True


def _ends(reading: Reading) -> list[int]:
    """Ids that come up late for the first time, so that they may serve as the end."""
    return [i for k, i in enumerate(reading.ids) if k >= 3 and i not in reading.ids[:k] + reading.seed]


def _generated(student: Any, *args: Any, seed: int = 0) -> list[int]:
    got = as_items(student.call("generate", *args, seed=seed), "generate's list of ids", tensors=False)
    return [as_id(value, "An id of generate's list", below=V + 1) for value in got]


def _greedily(
    student: Any, writer: Writer, seed: list[int], end: int, limit: int, want: list[int]
) -> list[int]:
    """What generate writes when nothing is left to chance: by temperature 0, or by scores far apart.

    So a slip in `sample` costs its own check only.
    """
    failure: Exception | None = None
    try:
        got = _generated(student, writer.thing, list(seed), end, limit, 0.0)
    except (Mismatch, StudentFailure) as error:
        got, failure = [], error
    if got == want:
        return got
    before = trainable(student, writer.thing)
    writer.sharpen()
    try:
        other = _generated(student, writer.thing, list(seed), end, limit, 1.0)
    except (Mismatch, StudentFailure) as error:
        raise failure or error from None
    finally:
        student.load(writer.thing, before)
    if other == want or failure is not None:
        return other
    return got


def continues_the_seed(student: Any, draw: Draw) -> None:
    """Up to the limit: the seed, and behind it what the model ranks first after all that is there."""
    for key in ("one", "two"):
        writer, (seed, ids), wrong = _telling(student, draw.child(key))
        end = next(i for i in range(V) if i not in seed + ids) if len(set(seed + ids)) < V else V
        want = seed + ids[: STEPS - 2]
        got = _greedily(student, writer, seed, end, len(want), want)
        if got == want:
            continue
        for words, other in wrong.items():
            if got == seed + other[: STEPS - 2]:
                raise Mismatch(f"generate writes {words}", FED, got)
        if got[: len(seed)] != seed:
            raise Mismatch(
                "What generate returns does not begin with the seed.", "What does the list start as?"
            )
        if len(got) > len(want):
            raise Mismatch(
                f"generate returns {len(got)} ids with max_length={len(want)}; the seed counts, too.",
                "What does max_length count, and when does your loop look at it?",
            )
        if got == want[: len(got)]:
            raise Mismatch(
                f"generate returns {len(got)} ids, although `end` never comes and max_length={len(want)}.",
                "After which id, and at which length of the list, does your loop end?",
            )
        raise Mismatch(
            "Where nothing is left to chance, generate does not write the id that the model ranks first "
            "each time.",
            FED,
        )


def stops_at_the_end(student: Any, draw: Draw) -> None:
    """`end` is an id that comes up late; it is kept, and nothing follows."""
    writer, reading, _ = _telling(student, draw.child("end"), ways=())
    for end in _ends(reading)[:2]:
        want = reading.seed + reading.ids[: reading.ids.index(end) + 1]
        got = _greedily(student, writer, reading.seed, end, len(reading.seed) + STEPS, want)
        if got == want:
            continue
        if got == want[:-1]:
            raise Mismatch(
                "generate drops the id of the end, which was to be the last one in the list.",
                "When is the drawn id appended, and when does the loop end?",
            )
        if got[: len(want)] == want or len(got) > len(want):
            raise Mismatch(
                "generate returns a longer list than the model needs to reach `end`.",
                "Is each new id compared with `end`, and does the model read the whole list so far?",
            )
        raise Mismatch(
            "generate does not return the seed and what the model says up to its first `end`.",
            "What does the list start as, what does the model read each time, and when does the loop end?",
        )


def keeps_to_max_length(student: Any, draw: Draw) -> None:
    writer, (seed, ids), _ = _telling(student, draw, ways=())
    end = next((i for i in range(V) if i not in seed + ids), V)
    for limit in (4, 6, 9):
        got = _generated(student, writer.thing, list(seed), end, limit, 1.0)
        if len(got) > limit:
            raise Mismatch(
                f"generate returns {len(got)} ids with max_length={limit}, a seed of {len(seed)} among them.",
                "What does max_length count?",
            )
        if len(got) not in (limit, limit - len(seed)) and end not in got:
            raise Mismatch(
                f"generate returns {len(got)} ids with max_length={limit}, and `end` is not among them.",
                "Under which two conditions is a sample finished?",
            )


def leaves_its_seed_alone(student: Any, draw: Draw) -> None:
    writer = Writer(student)
    writer.redraw(draw, 0.3)
    seed = [1, 4, 2]
    _, after = student.call_and_see("generate", writer.thing, list(seed), 3, 12)
    if not are_unchanged(after, ..., seed, 3, 12):
        raise Mismatch(
            "generate appends to the list that it is given as seed: the next sample would start from there.",
            "Whose list does append change?",
        )


def draws_by_its_temperature(student: Any, draw: Draw) -> None:
    """Soft scores: samples differ at temperature 1, and not at 0. Scores far apart: at 1 neither.

    As far as `sample` keeps its promises there: what it does not costs its own checks.
    """
    writer = Writer(student)
    writer.redraw(draw, 0.3)
    seed = [3, 1]
    soft = [_generated(student, writer.thing, list(seed), V - 1, 12, seed=number) for number in range(6)]
    varied = {_drawn(student, np.zeros(5), seed=number) for number in range(12)}
    if all(sample == soft[0] for sample in soft) and len(varied) > 1:
        raise Mismatch(
            "Six samples from scores that are nearly equal are all the same.",
            "Are you sampling, or taking the maximum?",
        )
    if _sample_sets_no_seed(student, draw):
        leave_the_generators_alone(
            student,
            "generate",
            lambda number: _generated(student, writer.thing, list(seed), V, 6, seed=number),
        )
    judged = len(varied) > 1
    for promise, temperature, said, hint in (
        (
            likeliest_at_zero,
            0.0,
            "With a temperature of 0 generate does not return the seed and then the likeliest id each time.",
            "Is the temperature handed on to sample, and does the list have the right start and length?",
        ),
        (
            certain_when_far_apart,
            1.0,
            "With scores that are far apart, generate writes ids that have no chance at the last step.",
            "Over which axis does softmax add up to one, and what shape do the scores have there?",
        ),
    ):
        try:
            promise(student, draw)
        except (Mismatch, StudentFailure):
            continue
        judged = True
        if temperature:
            writer.sharpen()
        ids, lead = list(seed), np.inf
        while len(ids) < 12 and ids[-1] != V - 1:
            scores = np.sort(writer.scores(ids))
            lead = min(lead, float(scores[-1] - scores[-2]))
            ids.append(int(writer.scores(ids).argmax()))
        for number in range(2):
            got = _generated(student, writer.thing, list(seed), V - 1, 12, temperature, seed=number)
            if got != ids and lead > (20.0 if temperature else 1e-4):
                raise Mismatch(said, hint)
    try:
        stays_finite(student, draw)
    except (Mismatch, StudentFailure):
        pass
    else:
        judged = True
        _low_temperatures_are_careful(student, draw.child("low"))
    if not judged:
        raise Mismatch(
            "While sample fails its own checks, what generate makes of a temperature cannot be judged.",
            "Which of the checks of sample fails first?",
        )


def _low_temperatures_are_careful(student: Any, draw: Draw) -> None:
    """Where the first id is not likely at 1, it is certain at a temperature that is low, and not 0."""
    writer, seed, ids, temperature = _undecided(student, draw)
    for number in range(20):
        got = _generated(student, writer.thing, list(seed), V, len(ids), temperature, seed=number)
        if got != ids:
            raise Mismatch(
                f"With a temperature of {temperature:.2g}, at which the likeliest id is certain, generate "
                "writes another one.",
                "Which temperature does sample get: the one that generate was given, or one of its own?",
            )


def _undecided(student: Any, draw: Draw) -> tuple[Writer, list[int], list[int], float]:
    """A model, a seed behind which no id is much likelier than all others, the seed with its likeliest id,
    and a temperature at which that is certain.
    """
    for kind in (Writer, OtherWriter):
        writer = kind(student)
        if not _is_taken(student, writer):
            break
        for number in range(TRIES):
            source = draw.child(str(number))
            writer.redraw(source)
            seeds = source.integers(1, V, 40, 3)
            scores = np.float64(writer.scores(seeds))
            top = np.sort(scores, axis=1)
            lead = top[:, -1] - top[:, -2]
            share = 1 / np.exp(scores - top[:, -1:]).sum(axis=1)
            for row in np.flatnonzero((lead > 0.5) & (share < 0.6))[:1]:
                seed = [int(index) for index in seeds[row]]
                return writer, seed, [*seed, int(scores[row].argmax())], float(lead[row]) / 25
            if np.ptp(scores, axis=0).max() < 1e-6:  # deaf: other weights will not help
                break
    _keeps_its_form(student)
    raise CannotJudge(
        "CharLSTM prefers no id, or always one alone, and generate takes no other model: what it makes of a "
        "temperature cannot be seen."
    )


def certain_when_far_apart(student: Any, draw: Draw) -> None:
    for number in range(4):
        scores = 40.0 * draw.order(6)
        if _drawn(student, scores, number) != scores.argmax():
            raise Mismatch("sample returns an id that has no chance.", "How often is softmax applied?")
