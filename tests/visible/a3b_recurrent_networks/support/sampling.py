"""What `sample` promises. A right one is refused in fewer than one of ten million gradings."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, as_id, leave_the_generators_alone

DRAWS = 140
BOUND = 45.0  # of χ² with at most four degrees of freedom: exceeded by chance in fewer than 1 in 10⁸
NEVER = 1e-8
RARE = 0.065  # of all: 280 draws pass that by with a chance of 7e-9
LEVEL, STEEP = (1.4, 0.7, 0.3, -40.0, 0.3), (1.7, 0.6, -0.5, -40.0, 0.2)


def drawn(student: Student, scores: Array, seeds: Iterable[int], *temperature: float) -> list[int]:
    """The ids that sample draws, one from each seed."""
    hint = "How many ids are drawn, and is the result a score, a probability or an index?"
    results = student.calls("sample", scores.astype(np.float32), *temperature, seeds=list(seeds))
    ids = [as_id(got, "sample's id", hint=hint) for got in results]
    if max(ids) >= len(scores):
        raise Mismatch(
            f"sample returned an id that none of {len(scores)} scores has.", "Which ids can there be?"
        )
    return ids


def follows_the_scores(student: Student, draw: Draw, temperature: float = 1.0) -> None:
    """Many draws against the exact distribution; an id without a chance must never come."""
    scores = np.array(LEVEL if temperature == 1 else STEEP)[draw.order(5)] * max(temperature, 1)
    powers = np.exp((scores - scores.max()) / temperature)
    shares = powers / powers.sum()
    options = () if temperature == 1 else (temperature,)
    first = int(draw.integers(0, 1 << 20))
    found = drawn(student, scores, range(first, first + DRAWS), *options)
    counts = np.bincount(found, minlength=5)
    if len(set(found)) == 1:
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


def draws_what_is_rare(student: Student, draw: Draw) -> None:
    """Of many ids the rarest come, too: all draws pass them by once in a hundred million times."""
    order = draw.order(30)
    scores = np.log(0.85) * order
    shares = np.exp(scores) / np.exp(scores).sum()
    by_share = np.argsort(shares)
    rare = by_share[: int(np.searchsorted(shares[by_share].cumsum(), RARE)) + 1]
    first = int(draw.integers(0, 1 << 20))
    found = set(drawn(student, scores, range(first, first + 2 * DRAWS)))
    if found.isdisjoint(rare.tolist()):
        raise Mismatch(
            f"In {2 * DRAWS} draws from 30 ids none of the {len(rare)} rarest comes, whose share is "
            f"{100 * shares[rare].sum():.0f} % together.",
            "Which ids may sample return?",
        )


def follows_them_by_default(student: Student, draw: Draw) -> None:
    """Without a temperature, what a temperature of 1 gives from the same random numbers."""
    scores, first = draw.normal(12), int(draw.integers(0, 1 << 20))
    seeds = range(first, first + DRAWS)
    if drawn(student, scores, seeds) != drawn(student, scores, seeds, 1.0):
        raise Mismatch(
            "Without a temperature sample does not draw what it draws with a temperature of 1.",
            "Which default does the signature give?",
        )


def leaves_the_generators_alone(student: Student, draw: Draw) -> None:
    """With a temperature and without."""
    scores = draw.normal(5)
    for options in ((), (0.5,)):

        def call(seed: int, options: tuple[float, ...] = options) -> list[int]:
            return drawn(student, scores, [seed], *options)

        leave_the_generators_alone(student, "sample", call)


def stays_finite(student: Student, draw: Draw) -> None:
    """Low temperatures make large numbers; the likeliest id is then certain. Scores may all be negative."""
    for number in range(8):
        scores = np.linspace(-9, 9, 6)[draw.order(6)] - (60 if number % 2 else 0)
        if drawn(student, scores, [number], 0.02) != [scores.argmax()]:
            raise Mismatch(
                "With a temperature of 0.02 sample does not return the likeliest id, which is then certain.",
                "What do the probabilities look like when scores are divided by so small a temperature?",
            )


def is_certain_when_far_apart(student: Student, draw: Draw) -> None:
    """Without a temperature, too, scores can leave nothing to chance."""
    for number in range(4):
        scores = 40.0 * draw.order(6)
        if drawn(student, scores, [number]) != [scores.argmax()]:
            raise Mismatch("sample returns an id that has no chance.", "How often is softmax applied?")
