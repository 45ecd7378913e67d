"""Where a student's cell keeps its weights.

The same equations can sit in one Linear or in eight, fused or apart, transposed or not, in any order of
gates, as [h, x] or [x, h], with one bias or three. `candidates` lists every block of the student's numbers
that could be a gate's W_x, W_h or bias; `explain` finds the blocks under which a formula gives what the cell
gave. Chosen inputs factorise the search: x = h = 0 leaves the biases, h = 0 then W_x, x = 0 then W_h. No
weight is ever judged by its name.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograder.checks.references import Array, Pre, Weights
from autograder.checks.tolerances import LAYOUT, widened

CROWD = 60  # biases whose sums are still worth trying
FEW = (1, 2, 3, 4, 6, 8)  # sizes of an axis that may count gates or biases
KEPT = 64  # explanations followed at a time
AT_ONCE = 1 << 21  # numbers of one evaluation
# Combinations of one stage; the largest correct cell, a GRU with three fused biases, needs 1.5 million.
MOST = 1 << 21
# Cuts of one weight, and blocks of all. A GRU's fused matrix has 30 cuts; these end what has no end.
CUTS, BLOCKS = 20_000, 50_000

Role = str  # "x", "h", "b", or "s" for a bias that is no sum of biases
Unknown = tuple[str, Role]  # (gate, role)
Formula = Callable[[Pre, Array], Array]


class Block(NamedTuple):
    """Numbers in the shape of a role, and which of the student's weights they are (none: absent)."""

    numbers: Array
    elements: frozenset[int]


Layout = Mapping[Unknown, Block]


class Stage(NamedTuple):
    """Which inputs are not zero ("", "x", "h" or "xh"), and what they bring to light."""

    inputs: str
    unknowns: tuple[Unknown, ...]


@dataclass(frozen=True)
class Part:
    """One observable of a cell, as a formula of its gates. A wrong formula carries its sentence and hint."""

    formula: Formula
    stages: tuple[Stage, ...]
    wrong: str = ""
    hint: str = ""


def affine(*gates: str) -> tuple[Stage, ...]:
    """The stages of a formula whose gates all read x and the same state."""
    return tuple(Stage(i, tuple((gate, r) for gate in gates)) for i, r in (("", "b"), ("x", "x"), ("h", "h")))


def candidates(
    weights: Mapping[str, Array], hidden: int, features: int, triples: bool = False
) -> dict[Role, list[Block]]:
    """Every block that could be a W_x (H, D), a W_h (H, H) or a bias (H,), the absent one first.

    `weights` must hold distinct random numbers: equal numbers are one weight under two names. Sums of two
    biases are candidates too, and sums of three if `triples`.
    """
    flat = np.concatenate([np.zeros(0), *(np.ravel(w) for w in weights.values())])
    identity = np.unique(flat, return_inverse=True)[1]
    shapes: dict[Role, tuple[int, ...]] = {"x": (hidden, features), "h": (hidden, hidden), "b": (hidden,)}
    found: dict[Role, dict[bytes, Block]] = {role: {} for role in shapes}
    start = 0
    for weight in weights.values():
        names = identity[start : start + weight.size].reshape(weight.shape)
        start += weight.size
        cuts = [list(_cuts(size, hidden, features)) for size in weight.shape]
        if math.prod(map(len, cuts)) > CUTS or sum(map(len, found.values())) > BLOCKS:
            continue
        for choice in itertools.product(*cuts):
            index, tag = tuple(cut for cut, _ in choice), "".join(kind for _, kind in choice)
            role = {"H": "b", "HD": "x", "DH": "x", "HH": "h"}.get(tag)
            if role is None:
                continue
            for turned in {"DH": (True,), "HH": (False, True)}.get(tag, (False,)):
                numbers, ids = weight[index].astype(np.float64), names[index]
                if turned:
                    numbers, ids = numbers.T, ids.T
                found[role].setdefault(ids.tobytes(), Block(numbers, frozenset(ids.ravel().tolist())))
    blocks = {role: list(kept.values()) for role, kept in found.items()}
    blocks["s"], shapes["s"] = (single := blocks["b"]), (hidden,)
    if len(single) <= CROWD:
        blocks["b"] = single + [s for n in ((2, 3) if triples else (2,)) for s in _sums(single, n)]
    return {role: [Block(np.zeros(shape), frozenset()), *blocks[role]] for role, shape in shapes.items()}


def explain(
    part: Part,
    blocks: Mapping[Role, Sequence[Block]],
    seen: Mapping[str, tuple[Array, Array, Array]],
    known: Layout | None = None,
) -> list[Layout]:
    """The layouts under which `part` gives what was seen.

    `seen`: per stage's inputs, (x, h, observed), N rows each. `known` is what other observations have brought
    to light before.
    """
    alive: list[Layout] = [known or {}]
    for stage in part.stages:
        combinations = math.prod(len(blocks[role]) for _, role in stage.unknowns)
        followed = alive[: MOST // combinations]
        longer = (
            more for layout in followed for more in _extend(layout, part, stage, blocks, seen[stage.inputs])
        )
        alive = list(itertools.islice(longer, KEPT))
    return alive


def overlaps(layout: Layout) -> bool:
    """Whether two blocks take up the same weight: then gates that ought to differ are tied."""
    used = [element for block in layout.values() for element in block.elements]
    return len(used) != len(set(used))


def gates(layout: Layout, kept: Callable[[Unknown], Block]) -> dict[str, Weights]:
    """The layout as what the references take; `kept` gives a block that the layout leaves open."""
    names = dict.fromkeys(gate for gate, _ in layout)
    full = {gate: [layout.get((gate, role)) or kept((gate, role)) for role in "xhb"] for gate in names}
    return {gate: Weights(*(block.numbers for block in three)) for gate, three in full.items()}


def _cuts(size: int, hidden: int, features: int) -> Iterator[tuple[Any, str]]:
    """How an axis may be cut: into something of H or of D entries, or to a single one."""
    if size == hidden:
        yield slice(None), "H"
    if size == features:
        yield slice(None), "D"
    if size > hidden and size % hidden == 0:  # gates one after the other, or interleaved
        n = size // hidden
        for k in range(n):
            yield slice(k * hidden, (k + 1) * hidden), "H"
            yield slice(k, None, n), "H"
    both = hidden + features
    firsts = {both: (0,), both + 1: (0, 1)}  # [h, x] or [x, h], with a column of biases or without
    for first in firsts.get(size, ()):
        yield slice(first, first + hidden), "H"
        yield slice(first + hidden, first + both), "D"
        yield slice(first, first + features), "D"
        yield slice(first + features, first + both), "H"
    if size == both + 1:
        yield 0, ""
        yield size - 1, ""
    elif size in FEW:
        yield from ((k, "") for k in range(size))


def _sums(biases: Sequence[Block], n: int) -> Iterator[Block]:
    for some in itertools.combinations(biases, n):
        elements = frozenset[int]().union(*(block.elements for block in some))
        if len(elements) == sum(len(block.elements) for block in some):
            yield Block(np.sum([block.numbers for block in some], axis=0), elements)


def _extend(
    layout: Layout,
    part: Part,
    stage: Stage,
    blocks: Mapping[Role, Sequence[Block]],
    seen: tuple[Array, Array, Array],
) -> Iterator[Layout]:
    """The layouts that add one block per unknown of the stage and agree with what was seen."""
    x, h, observed = seen
    choices = [blocks[role] for _, role in stage.unknowns]
    if not choices:
        if (np.abs(part.formula(_pre(layout, {}, x), h) - observed) < widened(LAYOUT)).all():
            yield layout
        return
    width = observed.shape[-1] * math.prod(len(choice) for choice in choices[:-1])
    if width > AT_ONCE:
        return
    chunk = max(1, AT_ONCE // width)
    for start in range(0, len(choices[-1]), chunk):
        some = [*choices[:-1], choices[-1][start : start + chunk]]
        stacks = dict(zip(stage.unknowns, some, strict=True))
        first = part.formula(_pre(layout, stacks, x[:1]), h[:1])  # one row weeds out nearly all
        sizes = tuple(len(choice) for choice in some)
        agree = (np.abs(first - observed[:1]) < widened(LAYOUT)).all((-1, -2))
        for pick in np.argwhere(np.broadcast_to(agree, sizes)):
            more = {**layout, **{u: c[k] for u, c, k in zip(stage.unknowns, some, pick, strict=True)}}
            if (np.abs(part.formula(_pre(more, {}, x), h) - observed) < widened(LAYOUT)).all():
                yield more


def _pre(layout: Layout, stacks: Mapping[Unknown, Sequence[Block]], x: Array) -> Pre:
    """Pre-activations of every combination at once.

    The k-th unknown's blocks lie along the k-th leading axis.
    """
    arrays: dict[Unknown, Array] = {unknown: block.numbers for unknown, block in layout.items()}
    for axis, (unknown, choice) in enumerate(stacks.items()):
        stack = np.stack([block.numbers for block in choice])
        lead = [1] * len(stacks)
        lead[axis] = len(choice)
        arrays[unknown] = stack.reshape(*lead, *stack.shape[1:])

    def pre(gate: str, state: Array) -> Array:
        total: Any = 0.0
        for role in "bs":
            if (gate, role) in arrays:
                total = arrays[gate, role][..., None, :]
        if (gate, "x") in arrays:
            total = total + x @ np.swapaxes(arrays[gate, "x"], -1, -2)
        if (gate, "h") in arrays:
            total = total + state @ np.swapaxes(arrays[gate, "h"], -1, -2)
        return np.asarray(total)

    return pre
