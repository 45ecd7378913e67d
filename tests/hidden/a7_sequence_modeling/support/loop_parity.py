"""Whether a loop whose steps are written inside it follows the handout's equations.

A state cannot be put into a loop, so every state that the search needs is reached: after one step from zeros
the new state shows what reads x, after a second one what reads h. A cell state is not shown at all; it
follows from the layout that the first step has found. What fits is then compared over many steps.

Of a stack only the top is seen. It is compared under a symmetric fill with a φ of this draw, which makes no
difference between the layers' weights; that each layer has its own is another check's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, close, expect, references
from autograder.checks.layouts import MOST, Block, Layout, Part, Stage, affine, candidates, explain
from autograder.checks.references import Pre, Weights, sigmoid
from tests.hidden.a7_sequence_modeling.support import near_misses
from tests.hidden.a7_sequence_modeling.support.parity import GATES, ROWS, flaw, weights_of
from tests.visible.a7_sequence_modeling.support import recorded
from tests.visible.a7_sequence_modeling.support.cells import KINDS, D, H, parts

T = 25
LAYOUTS = 8  # that explain the first step of an LSTM and are followed
Run = Callable[[Array], Array]  # x (B, T, D) -> states (B, T, H)

FIRST = Part(
    lambda pre, h: sigmoid(pre("o", h)) * np.tanh(sigmoid(pre("i", h)) * np.tanh(pre("c", h))),
    affine("o", "i", "c")[:2],
)


def _second_step(pre: Pre, state: Array) -> Array:
    """h after a step from `state`, which is [h, C] side by side."""
    h, c = state[..., :H], state[..., H:]
    c = sigmoid(pre("f", h)) * c + sigmoid(pre("i", h)) * np.tanh(pre("c", h))
    return np.asarray(sigmoid(pre("o", h)) * np.tanh(c))


SECOND = Part(
    _second_step,
    (Stage("h", (("f", "b"), ("o", "h"), ("i", "h"), ("c", "h"), ("f", "h"))), Stage("xh", (("f", "x"),))),
)


def judge(student: Student, draw: Draw, kind: str, layers: int) -> None:
    """Raise `Mismatch` unless the states of such a loop are those of the equations."""
    if layers > 1:
        phi = tuple(float(number) for number in np.tanh(draw.distinct(H, scale=0.6)))
        x = draw.normal(3, _steps(draw), D)
        want = symmetric_states(kind, layers, phi, x)
        recorded.compare(student, draw, kind, layers, phi, x, np.arange(x.shape[1]), want)
    elif not any(_follows(student, kind, draw.child(attempt)) for attempt in ("once", "again")):
        raise Mismatch(
            "DeepRNN, whose steps are not made by your cells, does not follow the handout's equations from "
            "step to step.",
            recorded.HINT,
        )


def _steps(draw: Draw) -> int:
    """How many no code can know."""
    return int(draw.integers(2 * T, 4 * T))


def symmetric_states(kind: str, layers: int, phi: Sequence[float], x: Array) -> Array:
    """The top states of a stack in which every matrix is W[j, k] = φ_j and every bias 0."""
    states = x.astype(np.float64)
    for _ in range(layers):
        rows = np.array(phi)[:, None]
        wide, square = (np.repeat(rows, n, axis=1) for n in (states.shape[-1], len(phi)))
        one = Weights(wide, square, np.zeros(len(phi)))
        states = fold(kind, dict.fromkeys(GATES[kind], one), states)
    return states


def fold(kind: str, weights: Mapping[str, Weights], x: Array) -> Array:
    """The states of one layer over all steps of x, from zeros."""
    state: tuple[Array, ...] = (np.zeros((len(x), H)),) * len(KINDS[kind].states)
    states = []
    for t in range(x.shape[1]):
        state = parts(references.step(kind, weights, x[:, t], *state))
        states.append(state[0])
    return np.stack(states, axis=1)


def _follows(student: Student, kind: str, draw: Draw) -> bool:
    loop = student.new("DeepRNN", kind, D, H)

    def run(x: Array) -> Array:
        got = loop(x.astype(np.float32), np.full(len(x), x.shape[1]))
        names = ("DeepRNN's hidden states", "DeepRNN's last valid state")
        shapes = ((*x.shape[:2], H), (len(x), H))
        hiddens: Array = expect(got, *names, axes="BTH BH").to_be_shaped(*shapes)[0]
        return hiddens.astype(np.float64)

    run(draw.normal(2, 3, D))  # lazy layers take their shapes now
    loop.randomised(draw)
    if draw.symmetric:  # the diagnosis wants answers, and as many from every layout
        run(draw.normal(3, T, D))
        return True
    found = (_lstm_layouts if kind == "lstm" else _layouts)(kind, run, loop.trainable, draw)
    return any(_agrees(kind, layout, run, draw) for layout in found)


def _layouts(kind: str, run: Run, weights: Mapping[str, Array], draw: Draw) -> list[Layout]:
    part = near_misses.OF[kind]["h"][0]
    seen = _first_step(run, draw) | {inputs: step for inputs, (_, step) in _second_steps(run, draw).items()}
    return explain(part, candidates(weights, H, D), seen)


def _lstm_layouts(kind: str, run: Run, weights: Mapping[str, Array], draw: Draw) -> list[Layout]:
    blocks = candidates(weights, H, D)
    if len(blocks["b"]) ** 3 > MOST:
        blocks["b"] = _without_sums_inside_a_weight(blocks["b"], weights)
    seconds = _second_steps(run, draw)
    whole: list[Layout] = []
    for first in explain(FIRST, blocks, _first_step(run, draw))[:LAYOUTS]:
        used = frozenset[int]().union(*(block.elements for block in first.values()))
        left = {role: [block for block in some if not block.elements & used] for role, some in blocks.items()}
        reached = {}
        for inputs, (start, (x, h, after)) in seconds.items():
            _, c = references.step("lstm", weights_of("lstm", first), start, 0 * h, 0 * h)
            reached[inputs] = (x, np.concatenate([h, c], axis=-1), after)
        whole += explain(SECOND, left, reached, first)
    return whole


def _first_step(run: Run, draw: Draw) -> dict[str, tuple[Array, Array, Array]]:
    """Stages "" and "x": one step from zeros."""
    found = {}
    for inputs, rows in (("", 1), ("x", ROWS)):
        x = draw.normal(rows, D).astype(np.float64) * (inputs != "")
        found[inputs] = (x, np.zeros((rows, H)), run(x[:, None])[:, 0])
    return found


def _second_steps(run: Run, draw: Draw) -> dict[str, tuple[Array, tuple[Array, Array, Array]]]:
    """Stages "h" and "xh": a second step. With the x of the first, which leads to the state."""
    found = {}
    for inputs in ("h", "xh"):
        x = draw.normal(ROWS, 2, D).astype(np.float64)
        x[:, 1] *= inputs != "h"
        states = run(x)
        found[inputs] = (x[:, 0], (x[:, 1], states[:, 0], states[:, 1]))
    return found


def _without_sums_inside_a_weight(biases: Sequence[Block], weights: Mapping[str, Array]) -> list[Block]:
    """Where there are many: a bias that is a sum has one part in each of two weights, as PyTorch's have."""
    flat = np.concatenate([np.ravel(weight) for weight in weights.values()])
    places = np.repeat(range(len(weights)), [weight.size for weight in weights.values()])
    of = dict(zip(np.unique(np.append(flat, 0.0), return_inverse=True)[1].tolist(), places, strict=False))
    return [b for b in biases if len(b.elements) <= H or len({of.get(e) for e in b.elements}) > 1]


def _agrees(kind: str, layout: Layout, run: Run, draw: Draw) -> bool:
    """Over many steps, and no two gates share weights."""
    if flaw(kind, layout).wrong:
        return False
    weights = weights_of(kind, layout)
    xs = (draw.normal(3, T, D), draw.normal(2, _steps(draw), D))
    return all(close(run(x), fold(kind, weights, x)).all() for x in xs)
