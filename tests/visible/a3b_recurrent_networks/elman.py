"""Checks of the Elman network by its derivatives: they hold for any activation and any layout of weights.

A unit that is an activation of one weighted sum always has a gradient of the same direction, whatever the
input: only its length changes, unless there is no activation. And the output may know input and old state
only by way of the new state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import are_unchanged, as_array
from autograder.checks.apart import stay_apart
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, expect
from autograder.checks.learning import attempts
from autograder.checks.weights import check_slopes, randomise
from autograder.sandbox.wire.errors import StudentFailure

Array = NDArray[Any]
Sizes = tuple[int, int, int]

EQUAL: Sizes = (5, 5, 5)  # whoever keeps the skeleton's zeros(b, e) loses nothing here
APART: Sizes = (7, 4, 5)  # insize, outsize, hsize
B, T = 4, 6
LONG = 26  # steps; longer than any stretch after which a state might be cut off
POINTS = 24
ROUNDS, GUESSES = 30, 4  # of the search for the weights of an output
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

    def run(self, x: Array, hidden: Array | None = None, **mode: Any) -> tuple[Array, Array]:
        """(outputs (B, T, outsize), hidden (B, hsize)); without `hidden` it is not passed at all."""
        given = () if hidden is None else (hidden,)
        rows, steps = x.shape[:2]
        got = self.student.call(self.thing, x, *given, **mode)
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
        return np.nan_to_num(given[0].astype(np.float64), posinf=0.0, neginf=0.0)
    return np.zeros(like.shape)


def nets(student: Any, draw: Draw) -> Iterator[Net]:
    """Elman with equal sizes, and with three different ones where it takes them: a check of its own asks."""
    yield Net(student, draw, EQUAL)
    try:
        net = Net(student, draw, APART)
    except (Mismatch, StudentFailure):
        return
    yield net


def shapes(student: Any, draw: Draw) -> None:
    """Three different sizes; rows of one step, a batch of one row; hidden given and not."""
    try:
        net = Net(student, draw, APART)
    except StudentFailure:
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


def default_sizes(student: Any, draw: Draw) -> None:
    got = student.call(student.new("Elman"), draw.normal(2, 3, 300))
    try:
        expect(got, OUTPUTS, STATE).to_be_shaped((2, 3, 300), (2, 300))
    except Mismatch as failure:
        raise Mismatch(
            f"With the sizes that Elman() has by default: {failure.message}",
            "Which three sizes does the assignment give when none is passed?",
        ) from None


def starts_where_it_is_told(student: Any, draw: Draw) -> None:
    """Without hidden it starts from zeros, in training, too; with it, from there."""
    net = Net(student, draw)
    x, hidden = draw.normal(B, T, net.features), draw.normal(B, net.hidden)
    for mode, words in (
        ({}, ""),
        ({"train": True, "seed": 3}, "In training mode, "),
        ({"train": True, "seed": 4}, "In training mode, "),
    ):
        expect(net.run(x, **mode), OUTPUTS, STATE, axes="BTD BH").to_match(
            net.run(x, np.zeros_like(hidden), **mode),
            otherwise=f"{words}{'without' if words else 'Without'} hidden, {{name}} did not match what a "
            "hidden state of zeros gives, {where}.",
            hint="Which hidden state does the first step read when none is passed?",
        )
    if close(net.run(x, hidden)[0][:, 0], net.run(x)[0][:, 0], 1e-6).all():
        raise Mismatch(
            f"{OUTPUTS} do not depend on the hidden state that is passed.",
            "Which hidden state does the first step read: the one that is passed, zeros, or none at all?",
        )


def state_is_an_activated_sum(student: Any, draw: Draw) -> None:
    for net in nets(student, draw):
        x, hidden = draw.normal(POINTS, net.features), draw.normal(POINTS, net.hidden)
        _activated_sum(net.jacobians(x, hidden)[0], net.features)


def _activated_sum(slopes: Array, features: int) -> None:
    """`slopes` (N, hsize, D + hsize): of one direction for each unit, and not all of one length."""
    for part, words in (
        (slopes[:, :, :features], "the input"),
        (slopes[:, :, features:], "the old hidden state"),
    ):
        if np.abs(part).max() < 1e-6:
            raise Mismatch(
                f"The hidden state that Elman returns after one step does not depend on {words}.",
                "What does the hidden layer read, and is its result the state that is handed on and "
                "returned?",
            )
    lengths = np.linalg.norm(slopes, axis=2)  # (N, hsize)
    longest = slopes[lengths.argmax(0), np.arange(lengths.shape[1])]  # (hsize, D + hsize)
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


def outputs_read_the_new_state(student: Any, draw: Draw) -> None:
    for net in nets(student, draw):
        x, hidden = draw.normal(POINTS, net.features), draw.normal(POINTS, net.hidden)
        states, outputs = net.jacobians(x, hidden)
        if np.abs(outputs[:, :, : net.features]).max() < 1e-6:
            raise Mismatch(
                "As far as gradients tell, Elman's first output does not depend on the first input.",
                "Is the output made from the new state, does that state read the input, and is nothing "
                "detached?",
            )
        size = float(np.abs(outputs).max())
        layer = np.stack([_weights_of(outputs[:, k], states, size) for k in range(net.outputs)])
        lively = np.abs(states).max((0, 2)) > 0.1 * np.abs(states).max()
        if (np.abs(layer).max(0)[lively] < 1e-4 * np.abs(layer).max()).any():
            raise Mismatch("Not every hidden unit reaches Elman's outputs.", OUTPUT)


def _weights_of(output: Array, states: Array, size: float) -> Array:
    """The weights w (hsize,) by which one output reads the new state.

    By the chain rule the derivatives of the output (N, D + hsize) are c · w @ states (N, hsize, D + hsize):
    c is 1 for a linear output, and the slope of its activation otherwise. A unit that is saturated takes no
    part in either side, so nothing is divided by its slope. Raises Mismatch when no w fits.
    """
    for start in _first_guesses(output, states):
        w = start
        for _ in range(ROUNDS):  # w for these c, then c for this w
            through = np.einsum("j,njk->nk", w, states)
            norms = np.maximum((through**2).sum(1), 1e-20)
            slopes = (output * through).sum(1) / norms
            if np.abs(output - slopes[:, None] * through).max() < 5e-3 * size:
                return w
            w = _solve(output, slopes[:, None, None] * states)
    inside = [
        np.abs(row - row @ np.linalg.pinv(state, rcond=1e-6) @ state).max()
        for row, state in zip(output, states, strict=True)
    ]
    if max(inside) > 5e-3 * size:
        raise Mismatch(
            "Elman's outputs depend on input or old state in another way than by the hidden state that is "
            "returned.",
            "Which arrow leads to the output in an Elman network, and do you return the new hidden state?",
        )
    raise Mismatch("Elman's outputs are not a linear layer over the hidden state that is returned.", OUTPUT)


def _first_guesses(output: Array, states: Array) -> Iterator[Array]:
    """w for a linear output, then w by single points, those first that tell most about every unit."""
    yield _solve(output, states)
    least = np.linalg.svd(states, compute_uv=False)[:, -1] * np.abs(output).max(1)
    for point in np.argsort(-least)[:GUESSES]:
        yield _solve(output[point : point + 1], states[point : point + 1])


def _solve(output: Array, states: Array) -> Array:
    """w with w @ states[n] = output[n] for all n, by least squares."""
    equations = states.transpose(0, 2, 1).reshape(-1, states.shape[1])
    for numbers in (equations, output):
        as_array(numbers, "The gradient of Elman's outputs", kind="f")  # finite: least squares takes no other
    return np.asarray(np.linalg.lstsq(equations, output.reshape(-1), rcond=None)[0])


def steps_follow_each_other(student: Any, draw: Draw) -> None:
    """All steps at once against one step at a time, the state handed on; of few steps and of many."""
    for net in nets(student, draw):
        for steps in (T, LONG + int(draw.integers(0, LONG // 2))):  # how many, no code can know
            _steps_follow(net, draw.normal(B, steps, net.features), draw.normal(B, net.hidden))


def _steps_follow(net: Net, x: Array, state: Array) -> None:
    outputs, last = net.run(x, state)
    if np.ptp(outputs, axis=1).max() < 1e-6:
        raise Mismatch(
            "Elman's outputs are the same at every step.",
            "Which slice of x does step i read, and how are the outputs of all steps put together?",
        )
    for step in range(x.shape[1]):
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
    if not are_unchanged(after, x, hidden):
        raise Mismatch(
            "Elman changes the x or the hidden that it is given.", "Which of your lines writes into an input?"
        )
    stay_apart("Elman", lambda: net.run(x, hidden)[0], lambda: Net(student, draw))


def gradients_flow_through_time(student: Any, draw: Draw) -> None:
    """With up to three draws: all units of a ReLU may be off by chance, or on an edge."""
    attempts(draw, lambda source: _gradients_flow(student, source))


def _gradients_flow(student: Any, draw: Draw) -> None:
    hint = (
        "How is the state handed on: is it cut off by detach or .data, or is a layer made anew in each call?"
    )
    for net in nets(student, draw):
        for steps in (4, LONG):
            x, hidden = draw.normal(8, steps, net.features), draw.normal(8, net.hidden)
            pull = np.zeros((8, steps, net.outputs), np.float32)
            pull[:, -1] = draw.normal(8, net.outputs)
            given = student.gradients(net.thing, x, hidden, pull=(pull, None)).inputs
            if not _of(given[:1], x)[:, 0].any() or not _of(given[1:2], hidden).any():
                raise Mismatch(
                    f"No gradient of Elman's output at step {steps - 1} reaches its input at step 0 and the "
                    "hidden state that is passed.",
                    hint,
                )
            if steps == 4:
                pulls = pull, draw.normal(8, net.hidden)
                check_slopes(student, net.thing, (x, hidden), pulls, draw, "Elman", hint)


def is_sound(student: Any, draw: Draw) -> bool:
    """Whether the student's Elman by itself is no reason for a model around it to fail."""
    try:
        rows_stay_apart(student, draw)
        starts_where_it_is_told(student, draw)
    except (Mismatch, StudentFailure):
        return False
    return True
