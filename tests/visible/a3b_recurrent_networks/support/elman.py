"""A student's Elman, its derivatives, and what they say: it holds for any activation and layout of weights.

A unit that is an activation of one weighted sum always has a gradient of the same direction, whatever the
input: only its length changes, unless there is no activation. And the output may know input and old state
only by way of the new state.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, StudentFailure, as_array, expect, sequences

Sizes = tuple[int, int, int]

EQUAL: Sizes = (5, 5, 5)  # whoever keeps the skeleton's zeros(b, e) loses nothing here
APART: Sizes = (7, 4, 5)  # insize, outsize, hsize
ROUNDS, GUESSES = 30, 4  # of the search for the weights of an output
STRAIGHT = 2e-3  # of the largest gradient; float32 leaves 1e-5, a wrong equation more than 1e-1
OUTPUTS, STATE = "Elman's outputs", "Elman's hidden state"
OUTPUT = "What does the output layer read, and is that the hidden state that is handed on and returned?"


class Net:
    """A student's Elman with random weights.

    Of a wide one a few `units` tell of all: the derivatives of each, or by each, are a call.
    """

    def __init__(self, student: Student, draw: Draw, sizes: Sizes = EQUAL, *, wide: bool = False) -> None:
        self.features, self.outputs, self.hidden = sizes
        self.units = range(0, self.hidden, self.hidden // 4 if wide else 1)
        self.thing = student.new("Elman", *sizes).of_size(wide=wide)
        self.run(draw.normal(2, 3, self.features))
        self.thing.randomised(draw)

    def run(
        self, x: Array, hidden: Array | None = None, train: bool = False, seed: int = 0
    ) -> tuple[Array, Array]:
        """(outputs (B, T, outsize), hidden (B, hsize)); without `hidden` it is not passed at all."""
        given = () if hidden is None else (hidden,)
        rows, steps = x.shape[:2]
        outputs, state = expect(self.thing(x, *given, train=train, seed=seed), OUTPUTS, STATE).to_be_shaped(
            (rows, steps, self.outputs), (rows, self.hidden)
        )
        return outputs, state

    def jacobians(self, x: Array, hidden: Array) -> tuple[Array, Array]:
        """d hidden and d outputs of one step by [x, hidden]: (N, hsize, D + hsize), (N, outsize, …)."""
        rows = len(x)
        found = []
        for size, which in ((self.hidden, 1), (self.outputs, 0)):
            slopes = []
            for unit in self.units if size == self.hidden else range(size):
                wanted = np.broadcast_to(np.eye(size, dtype=np.float32)[unit], (rows, size)).copy()
                pull = (None, wanted) if which else (wanted[:, None], None)
                by_x, by_hidden = self.gradients(x[:, None], hidden, pull)
                slopes.append(np.concatenate([by_x[:, 0], by_hidden], axis=1))
            found.append(np.stack(slopes, axis=1))
        if any(not found[0][:, :, part].any() for part in (slice(self.features), slice(self.features, None))):
            return self._differences(x, hidden)  # cut off from the graph, which has a check of its own
        return found[0], found[1]

    def gradients(
        self, x: Array, hidden: Array, pull: tuple[Array | None, Array | None]
    ) -> tuple[Array, Array]:
        """d<pull, (outputs, hidden)> by x and by the state that is passed; zeros where there is none."""
        given = self.thing.gradients(x, hidden, pull=pull).inputs
        return _as_float64(given[:1], x), _as_float64(given[1:2], hidden)

    def _differences(self, x: Array, hidden: Array) -> tuple[Array, Array]:
        """The same by differences of the forward pass; zeros at points where an edge makes them unsure."""
        point = np.concatenate([x, hidden], axis=1)

        def value(moved: Array) -> Array:
            moved = moved.astype(np.float32)
            outputs, state = self.run(moved[:, None, : self.features], moved[:, self.features :])
            return np.concatenate([state, outputs[:, 0]], axis=1).astype(np.float64)

        ways = range(0, point.shape[1], self.units.step)
        both = np.zeros((2, len(point), self.hidden + self.outputs, point.shape[1]))
        for slopes, step in zip(both, (0.02, 0.01), strict=True):
            for way in ways:
                each = step * np.eye(point.shape[1])[way]
                slopes[:, :, way] = (value(point + each) - value(point - each)) / (2 * step)
        coarse, fine = both
        fine[np.abs(coarse - fine).max((1, 2)) > STRAIGHT * np.abs(fine).max()] = 0
        return fine[:, self.units], fine[:, self.hidden :]


def _as_float64(given: list[Array | None], like: Array) -> Array:
    if given and given[0] is not None and given[0].shape == like.shape:
        return np.nan_to_num(given[0].astype(np.float64), posinf=0.0, neginf=0.0)
    return np.zeros(like.shape)


def nets(student: Student, draw: Draw) -> Iterator[Net]:
    """Elman with equal sizes, and with three different ones where it takes them: a check of its own asks."""
    yield Net(student, draw, EQUAL)
    try:
        net = Net(student, draw, APART)
    except (Mismatch, StudentFailure):
        return
    yield net


def wide_nets(student: Student, draw: Draw) -> Iterator[Net]:
    """Elman with many units."""
    for size in sequences.wide(draw):
        yield Net(student, draw.child("wide"), (size, size, size), wide=True)


def weights_of_output(output: Array, states: Array, size: float) -> Array:
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
