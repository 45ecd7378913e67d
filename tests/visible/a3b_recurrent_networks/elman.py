"""Checks of the Elman network by its derivatives: they hold for any activation and any layout of weights.

A unit that is an activation of one weighted sum always has a gradient of the same direction, whatever the
input: only its length changes, unless there is no activation. And the output may know input and old state
only by way of the new state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, expect
from autograder.judge.learning import attempts
from autograder.judge.weights import check_slopes, randomise

Array = NDArray[Any]
Sizes = tuple[int, int, int]

EQUAL: Sizes = (5, 5, 5)  # whoever keeps the skeleton's zeros(b, e) loses nothing here
APART: Sizes = (7, 4, 5)  # insize, outsize, hsize
B, T = 4, 6
POINTS = 24
STRAIGHT = 2e-3  # of the largest gradient; float32 leaves 1e-5, a wrong equation more than 1e-1
OUTPUTS, STATE = "Elman's outputs", "Elman's hidden state"
NEW_STATE = (
    "Which numbers go into the sum of one step, does φ act on each unit by itself, and what comes after φ?"
)
OUTPUT = "What does the output layer read, and is that the hidden state that is handed on and returned?"


class Net:
    """A student's Elman with random weights."""

    def __init__(self, student: Any, draw: Draw, sizes: Sizes = EQUAL, scale: float = 0.5) -> None:
        self.student, (self.features, self.outputs, self.hidden) = student, sizes
        self.thing = student.new("Elman", *sizes)
        self.run(draw.normal(2, 3, self.features))
        randomise(student, self.thing, draw, scale)

    def run(self, x: Array, hidden: Array | None = None, seed: int = 0) -> tuple[Array, Array]:
        """(outputs (B, T, outsize), hidden (B, hsize)); without `hidden` it is not passed at all."""
        given = () if hidden is None else (hidden,)
        rows, steps = x.shape[:2]
        got = self.student.call(self.thing, x, *given, seed=seed)
        outputs, state = expect(got, OUTPUTS, STATE).to_be_shaped(
            (rows, steps, self.outputs), (rows, self.hidden)
        )
        return outputs, state

    def jacobians(self, x: Array, hidden: Array) -> tuple[Array, Array]:
        """d hidden and d outputs of one step by [x, hidden]: (N, hsize, D + hsize), (N, outsize, …)."""
        rows = len(x)
        found = []
        for size, which in ((self.hidden, 1), (self.outputs, 0)):
            slopes = []
            for unit in range(size):
                wanted = np.broadcast_to(np.eye(size, dtype=np.float32)[unit], (rows, size)).copy()
                pull = (None, wanted) if which else (wanted[:, None], None)
                given = self.student.gradients(self.thing, x[:, None], hidden, pull=pull).inputs
                parts = [_of(given[:1], x[:, None])[:, 0], _of(given[1:2], hidden)]
                slopes.append(np.concatenate(parts, axis=1))
            found.append(np.stack(slopes, axis=1))
        if any(not found[0][:, :, part].any() for part in (slice(self.features), slice(self.features, None))):
            return self._differences(x, hidden)  # cut off from the graph, which has a check of its own
        return found[0], found[1]

    def _differences(self, x: Array, hidden: Array) -> tuple[Array, Array]:
        """The same by differences of the forward pass; zeros at points where an edge makes them unsure."""
        point = np.concatenate([x, hidden], axis=1)

        def value(moved: Array) -> Array:
            moved = moved.astype(np.float32)
            outputs, state = self.run(moved[:, None, : self.features], moved[:, self.features :])
            return np.concatenate([state, outputs[:, 0]], axis=1).astype(np.float64)

        both = []
        for step in (0.02, 0.01):
            way = step * np.eye(point.shape[1])
            slopes = [(value(point + each) - value(point - each)) / (2 * step) for each in way]
            both.append(np.stack(slopes, axis=2))
        coarse, fine = both
        fine[np.abs(coarse - fine).max((1, 2)) > STRAIGHT * np.abs(fine).max()] = 0
        return fine[:, : self.hidden], fine[:, self.hidden :]


def _of(given: list[Any], like: Array) -> Array:
    """A gradient as float64; zeros where there is none."""
    if given and isinstance(given[0], np.ndarray) and given[0].shape == like.shape:
        return np.nan_to_num(given[0].astype(np.float64))
    return np.zeros(like.shape)


def shapes(student: Any, draw: Draw) -> None:
    """Three different sizes; rows of one step, a batch of one row; hidden given and not."""
    try:
        net = Net(student, draw, APART)
    except Exception as error:
        if isinstance(error, Mismatch) or not hasattr(error, "sentence"):
            raise
        Net(student, draw, EQUAL)  # fails by itself when it is not about the sizes
        raise Mismatch(
            "Elman runs only when insize, outsize and hsize are equal: here they are "
            f"{APART[0]}, {APART[1]} and {APART[2]}.",
            "The skeleton takes the first hidden state to be as wide as the input: how wide is it really?",
        ) from None
    for rows, steps in ((B, T), (1, 3), (3, 1), (1, 1)):
        x = draw.normal(rows, steps, APART[0])
        net.run(x)
        net.run(x, draw.normal(rows, APART[2]))


def starts_where_it_is_told(student: Any, draw: Draw) -> None:
    """Without hidden it starts from zeros; with it, from there."""
    net = Net(student, draw)
    x, hidden = draw.normal(B, T, net.features), draw.normal(B, net.hidden)
    zeros = net.run(x, np.zeros_like(hidden))
    expect(net.run(x), OUTPUTS, STATE, axes="BTD BH").to_match(
        zeros,
        otherwise="Without hidden, {name} did not match what a hidden state of zeros gives, {where}.",
        hint="Which hidden state does the first step read when none is passed?",
    )
    expect(net.run(x, hidden)[0][:, 0], OUTPUTS).to_differ(
        zeros[0][:, 0],
        otherwise="{name} do not depend on the hidden state that is passed.",
        hint="Which hidden state does the first step read: the one that is passed, zeros, or none at all?",
    )


def state_is_an_activated_sum(student: Any, draw: Draw, sizes: Sizes = EQUAL) -> None:
    net = Net(student, draw, sizes)
    x, hidden = draw.normal(POINTS, net.features), draw.normal(POINTS, net.hidden)
    slopes, _ = net.jacobians(x, hidden)
    for part, words in (
        (slopes[:, :, : net.features], "the input"),
        (slopes[:, :, net.features :], "the old hidden state"),
    ):
        if np.abs(part).max() < 1e-6:
            raise Mismatch(
                f"The hidden state that Elman returns after one step does not depend on {words}.",
                "What does the hidden layer read, and is its result the state that is handed on and "
                "returned?",
            )
    lengths = np.linalg.norm(slopes, axis=2)  # (N, hsize)
    longest = slopes[lengths.argmax(0), np.arange(net.hidden)]  # (hsize, D + hsize)
    largest = np.maximum(np.linalg.norm(longest, axis=1), 1e-6)
    shares = np.einsum("njk,jk->nj", slopes, longest) / largest**2
    if (np.abs(slopes - shares[:, :, None] * longest) > STRAIGHT * largest[:, None]).any():
        raise Mismatch(
            "The hidden state that Elman returns after one step is not φ of one weighted sum of input and "
            "old state.",
            NEW_STATE,
        )
    if (np.abs(shares - 1) < STRAIGHT).all():
        raise Mismatch(
            "Elman's hidden state has no activation: over time the network is linear.",
            "Where does φ stand in the equation of the new hidden state?",
        )


def outputs_read_the_new_state(student: Any, draw: Draw, sizes: Sizes = EQUAL) -> None:
    net = Net(student, draw, sizes)
    x, hidden = draw.normal(POINTS, net.features), draw.normal(POINTS, net.hidden)
    slopes, outputs = net.jacobians(x, hidden)
    if np.abs(outputs[:, :, : net.features]).max() < 1e-6:
        raise Mismatch(
            "As far as gradients tell, Elman's first output does not depend on the first input.",
            "Is the output made from the new state, does that state read the input, and is nothing detached?",
        )
    size = max(float(np.abs(outputs).max()), 1e-6)
    alive = np.abs(slopes).max(2) > 1e-3 * np.abs(slopes).max()
    through = np.stack(
        [step @ np.linalg.pinv(new, rcond=1e-4) for step, new in zip(outputs, slopes, strict=True)]
    )
    missing = np.abs(outputs - through @ slopes).max((1, 2))
    if (missing[alive.all(1) | (np.abs(slopes).max(2) == 0).any(1)] > 5e-3 * size).any():
        raise Mismatch(
            "Elman's outputs depend on input or old state in another way than by the hidden state that is "
            "returned.",
            "Which arrow leads to the output in an Elman network, and do you return the new hidden state?",
        )
    for output in range(net.outputs):
        _one_weighted_sum(through[:, output], alive)
    if not np.abs(np.where(alive[:, None], through, 0)).max((0, 1)).all():
        raise Mismatch("Not every hidden unit reaches Elman's outputs.", OUTPUT)


def _one_weighted_sum(rows: Array, alive: Array) -> None:
    """Derivatives of one output by the hidden units (N, hsize): of one direction wherever units are alive."""
    sizes = np.where(alive, np.abs(rows), 0).max(1)
    first = int((alive.sum(1) * (sizes > 0.05 * sizes.max()) + sizes / (1 + sizes.max())).argmax())
    for row, own in zip(rows, alive, strict=True):
        common = own & alive[first]
        a, b = row[common], rows[first][common]
        if not b.any():
            continue
        share = (a @ b) / (b @ b)
        if np.abs(a - share * b).max(initial=0) > 2e-2 * max(np.abs(a).max(), np.abs(b).max()):
            raise Mismatch(
                "Elman's outputs are not a linear layer over the hidden state that is returned.", OUTPUT
            )


def steps_follow_each_other(student: Any, draw: Draw, sizes: Sizes = EQUAL) -> None:
    """All steps at once against one step at a time, the state handed on."""
    net = Net(student, draw, sizes)
    x, state = draw.normal(B, T, net.features), draw.normal(B, net.hidden)
    outputs, last = net.run(x, state)
    if np.ptp(outputs, axis=1).max() < 1e-6:
        raise Mismatch(
            "Elman's outputs are the same at every step.",
            "Which slice of x does step i read, and how are the outputs of all steps put together?",
        )
    for step in range(T):
        one, state = net.run(x[:, step : step + 1], state)
        expect(outputs[:, step], f"{OUTPUTS} at step {step}", axes="BD").to_match(
            one[:, 0],
            otherwise="{name} (counted from 0) are not the same in one call for all steps and in a call per "
            "step, with the state handed on, {where}.",
            hint="Does each step read its own slice of x and the state of the step before, also a state "
            "that is passed?",
        )
    expect(last, STATE, axes="BH").to_match(
        state,
        otherwise="{name}, as returned, is not that after the last step, {where}.",
        hint="Which hidden state does the loop leave behind?",
    )


def rows_stay_apart(student: Any, draw: Draw) -> None:
    """A row alone, in its batch, and the same batch again."""
    net = Net(student, draw)
    x, hidden = draw.normal(B, T, net.features), draw.normal(B, net.hidden)
    for state in (None, hidden):
        outputs, last = net.run(x, state)
        if np.ptp(outputs, axis=0).max() < 1e-6:
            raise Mismatch(f"{OUTPUTS} are the same for every row.", "What does the hidden layer read?")
        for row in range(B):
            some = slice(row, row + 1)
            alone = net.run(x[some], None if state is None else state[some])
            names = f"The outputs of row {row}", f"The hidden states of row {row}"
            expect(alone, *names, axes="BTD BH").to_match(
                (outputs[some], last[some]),
                otherwise="{name} (counted from 0) are not the same alone and in its batch.",
                hint="Where could a row meet other rows, the batch before, or chance?",
            )
        expect(net.run(x, state), OUTPUTS, STATE).to_match(
            (outputs, last),
            otherwise="{name} did not stay the same when the same batch came a second time.",
            hint="What does Elman keep from one call to the next?",
        )
    _, after = student.call_and_see(net.thing, x, hidden)
    if isinstance(after, list) and len(after) == 2:
        for mine, theirs, name in zip((x, hidden), after, ("x", "hidden"), strict=True):
            if not np.array_equal(mine, theirs):
                raise Mismatch(
                    f"Elman changes the {name} that it is given.", "Which of your lines writes into an input?"
                )


def gradients_flow_through_time(student: Any, draw: Draw, sizes: Sizes = EQUAL) -> None:
    """With up to three draws: all units of a ReLU may be off by chance, or on an edge."""
    attempts(draw, lambda source: _gradients_flow(student, source, sizes))


def _gradients_flow(student: Any, draw: Draw, sizes: Sizes) -> None:
    net = Net(student, draw, sizes, scale=0.4)
    x, hidden = draw.normal(8, 4, net.features), draw.normal(8, net.hidden)
    pull = np.zeros((8, 4, net.outputs), np.float32)
    pull[:, -1] = draw.normal(8, net.outputs)
    hint = (
        "How is the state handed on: is it cut off by detach or .data, or is a layer made anew in each call?"
    )
    given = student.gradients(net.thing, x, hidden, pull=(pull, None)).inputs
    if not _of(given[:1], x)[:, 0].any():
        raise Mismatch("No gradient of Elman's last output reaches its first input.", hint)
    check_slopes(student, net.thing, (x, hidden), (pull, draw.normal(8, net.hidden)), draw, "Elman", hint)


def is_sound(student: Any, draw: Draw) -> bool:
    """Whether the student's Elman by itself is no reason for a model around it to fail."""
    try:
        rows_stay_apart(student, draw)
        starts_where_it_is_told(student, draw)
    except Exception as error:
        if isinstance(error, Mismatch) or hasattr(error, "sentence"):
            return False
        raise
    return True
