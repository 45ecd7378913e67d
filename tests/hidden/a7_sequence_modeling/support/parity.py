"""Whether a student's cell follows the handout's equations, wherever it keeps its weights.

Random numbers go into the student's own weights, the layouts are searched, and one is accepted when the
float64 reference agrees on two further draws.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from autograder.checks import Array, Draw, close, listing, references
from autograder.checks.layouts import Block, Layout, candidates, explain, overlaps
from autograder.checks.references import Weights
from tests.hidden.a7_sequence_modeling.support import near_misses
from tests.visible.a7_sequence_modeling.support.cells import KINDS, D, H

ROWS = 6  # per stage: a block of ours agrees by chance on 6 × H numbers never
MEMORIES = (-2.0, 0.7, 2.0)  # old cell states that tell an LSTM's gates apart
FEW = 8  # explanations of a right formula that are tried; of a right cell there is one
TRIPLES = 3000  # more biases than this are not worth a second search
ABSENT = {"x": np.zeros((H, D)), "h": np.zeros((H, H)), "b": np.zeros(H)}

Call = Callable[..., tuple[Array, ...]]  # (x, *state) -> the parts of the new state, in float64

READERS: tuple[tuple[Callable[[Array, Array, Array], tuple[Array, Array]], str, str], ...] = (
    (lambda h, new, old: (h, np.tanh(new)), "", ""),
    (
        lambda h, new, old: (h, new),
        "h_t is o ⊙ C_t, without the tanh",
        "Compare your last line with the last equation: what happens to C_t there?",
    ),
    (
        lambda h, new, old: (np.arctanh(np.clip(h, -1 + 1e-7, 1 - 1e-7)), new),
        "h_t is tanh(o ⊙ C_t): the output gate is inside the tanh",
        "Does the gate act before or after the tanh?",
    ),
    (
        lambda h, new, old: (h, np.tanh(old)),
        "h_t is made from the old cell state",
        "Which of the two cell states does the last equation use?",
    ),
)
GATES = {
    "rnn": {"h": "the new state"},
    "lstm": {"f": "the forget gate", "i": "the input gate", "o": "the output gate", "c": "the candidate"},
    "gru": {"z": "the update gate", "r": "the reset gate", "c": "the candidate"},
}
ROLES = {
    "x": ("does not read the input", "Where do the equations use the input, and where does your code?"),
    "h": (
        "does not read the old hidden state",
        "Where do the equations use the old hidden state, and where does your code?",
    ),
    "b": ("has no bias", "With input and old state both zero, which weights can still change the result?"),
}


class Verdict(NamedTuple):
    """The layout that explains the cell, or what is wrong with it."""

    layout: Layout | None
    wrong: str = ""
    hint: str = ""


def search(
    kind: str, call: Call, weights: Mapping[str, Array], draw: Draw, *, explain_slips: bool = True
) -> Verdict:
    """The layout of a right cell, or the slip that explains a wrong one. `weights`: the trainable ones."""
    seen = _observe(kind, call, draw)
    if isinstance(seen, Verdict):
        return seen
    parts = near_misses.OF[kind]
    flawed: Verdict | None = None
    for triples in (False, True):
        blocks = candidates(weights, H, D, triples)
        if triples and len(blocks["b"]) > TRIPLES:
            break
        right = [explain(formulas[0], blocks, seen[name]) for name, formulas in parts.items()]
        for layout in _joined(right):
            if not _agrees(kind, call, layout, draw):
                continue
            lack = flaw(kind, layout)
            if not lack.wrong:
                return Verdict(layout)
            flawed = flawed or lack
    if flawed or not explain_slips:
        return flawed or Verdict(None)
    blocks = candidates(weights, H, D)
    for name, formulas in parts.items():
        for part in formulas:
            if found := explain(part, blocks, seen[name]):
                if part.wrong:
                    return Verdict(None, part.wrong, part.hint)
                least = min((flaw(kind, layout) for layout in found), key=lambda one: len(one.wrong))
                if least.wrong and not flawed:
                    flawed = least
                break
    return flawed or Verdict(None)


def _observe(kind: str, call: Call, draw: Draw) -> dict[str, dict[str, tuple[Array, Array, Array]]] | Verdict:
    """Each observable at inputs chosen to factorise the search: observable → inputs → (x, h, seen)."""
    rows = {"": 1, "x": ROWS, "h": ROWS, "xh": ROWS}
    xs = {k: draw.normal(n, D) * ("x" in k) for k, n in rows.items()}
    hs = {k: draw.normal(n, H) * ("h" in k) for k, n in rows.items()}
    x, h = (np.concatenate(list(part.values())).astype(np.float64) for part in (xs, hs))
    observed = _lstm_observables(call, x, h) if kind == "lstm" else {"h": call(x, h)[0]}
    if isinstance(observed, Verdict):
        return observed
    starts = dict(zip(rows, itertools.accumulate(rows.values(), initial=0), strict=False))
    spans = {k: slice(starts[k], starts[k] + n) for k, n in rows.items()}
    return {name: {k: (x[s], h[s], values[s]) for k, s in spans.items()} for name, values in observed.items()}


def _lstm_observables(call: Call, x: Array, h: Array) -> dict[str, Array] | Verdict:
    """Take the new states apart by varying the old cell state, in which a right C_t is linear."""
    olds = [np.full(h.shape, value) for value in MEMORIES]
    answers = [call(x, h, old) for old in olds]
    shown, new = (np.stack([answer[k] for answer in answers]) for k in (0, 1))
    right = _gates_apart(shown, new, np.stack(olds))
    if isinstance(right, Verdict) and not isinstance(_gates_apart(new, shown, np.stack(olds)), Verdict):
        return Verdict(
            None,
            "the new states come back as (C, h)",
            "In which order does the docstring of forward name them?",
        )
    return right


def _gates_apart(shown: Array, new: Array, old: Array) -> dict[str, Array] | Verdict:
    kept = (new[2] - new[0]) / (MEMORIES[2] - MEMORIES[0])
    added = new[0] - kept * MEMORIES[0]
    if not close(new, kept * old + added).all():
        return Verdict(
            None,
            "C_t is not a gate times C_{t-1} plus a term without C_{t-1}",
            "Where does C_{t-1} come into the equations, and where does it come into your code?",
        )
    for reader, wrong, hint in READERS:
        left, right = reader(shown, new, old)
        factor = (left * right).sum(0) / np.maximum((right * right).sum(0), 1e-12)
        if np.abs(left - factor * right).max() < 1e-5 * (1 if not wrong else 100):
            return Verdict(None, wrong, hint) if wrong else {"kept": kept, "added": added, "shown": factor}
    return Verdict(
        None,
        "the h_t that is returned is not a gate times tanh of the C_t that is returned with it",
        "Which C_t does the last equation use, which do you return, and what does the output gate read?",
    )


def _joined(found: Sequence[Sequence[Layout]]) -> list[Layout]:
    """Layouts of the observables put together, a few; those whose blocks are apart first."""
    few = [sorted(part, key=overlaps)[:FEW] for part in found]
    whole: list[Layout] = []
    for parts in itertools.product(*few):
        whole.append(dict(itertools.chain.from_iterable(part.items() for part in parts)))
    return sorted(whole, key=overlaps)[:FEW]


def _agrees(kind: str, call: Call, layout: Layout, draw: Draw) -> bool:
    weights = weights_of(kind, layout)
    for rows in (4, 3):
        state = [draw.normal(rows, H) for _ in KINDS[kind].states]
        x = draw.normal(rows, D)
        want = references.step(kind, weights, x, *state)
        pairs = zip(call(x, *state), want if isinstance(want, tuple) else (want,), strict=True)
        if not all(close(got, right).all() for got, right in pairs):
            return False
    return True


def weights_of(kind: str, layout: Layout) -> dict[str, Weights]:
    """The layout as what the references take, zeros for what it leaves open."""
    absent = {role: Block(zeros, frozenset()) for role, zeros in ABSENT.items()}
    return {
        gate: Weights(*(layout.get((gate, role), block).numbers for role, block in absent.items()))
        for gate in GATES[kind]
    }


def flaw(kind: str, layout: Layout) -> Verdict:
    """What a layout lacks although its numbers fit: blocks that are absent, or shared."""
    for role, (words, hint) in ROLES.items():
        without = [
            GATES[kind].get(gate, "a gate")
            for (gate, which), block in layout.items()
            if which == role and not block.elements and (kind, role) != ("gru", "b")
        ]
        if without:
            verb = words if len(without) == 1 else words.replace("has", "have").replace("does", "do")
            return Verdict(None, f"{listing(without)} {verb}", hint)
    if overlaps(layout):
        return Verdict(
            None,
            "gates, or a gate and the candidate, share weights",
            "Which weights belong to each gate and to the candidate in the equations?",
        )
    return Verdict(layout)
