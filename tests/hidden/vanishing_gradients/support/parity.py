"""Does a model's recurrent layer follow its equations for any weights, wherever it keeps them?

One step of the model is a cell whose input is the embedding of a token: any numbers can be put there. So
random numbers go into all weights, the layouts are searched, and one is accepted when the float64 reference
agrees on further draws.
"""

from __future__ import annotations

import itertools

import numpy as np

from autograder.checks import Draw, Mismatch, close, references
from autograder.checks.layouts import Layout, Part, affine, candidates, explain, gates, overlaps
from autograder.checks.references import Array, sigmoid
from tests.visible.vanishing_gradients.support.models import LONG, Model, V

SIZES = (31, 7, 5)  # no two of V, E, H, 4H, E + H are alike
ROWS = {"": 1, "x": 6, "h": 6, "xh": 6}  # per kind of input; fewer than there are tokens
MEMORIES = (-2.0, 0.7, 2.0)  # old cell states that tell an LSTM's gates apart
PARTS = {
    "VanillaRNNLM": {"h": Part(references.rnn, affine("h"))},
    "LSTMLM": {
        "kept": Part(lambda pre, h: sigmoid(pre("f", h)), affine("f")),
        "added": Part(lambda pre, h: sigmoid(pre("i", h)) * np.tanh(pre("c", h)), affine("i", "c")),
        "shown": Part(lambda pre, h: sigmoid(pre("o", h)), affine("o")),
    },
}
REFERENCE = {"VanillaRNNLM": "rnn", "LSTMLM": "lstm"}


def is_carried(model: Model) -> bool:
    """Whether a state that is given makes any difference; if not, another check says so."""
    tokens = Draw(1).tokens([1] * 3, V)
    given, _ = model(tokens, model.random_state(Draw(2), 3))
    return not np.allclose(given, model(tokens)[0], atol=1e-6)


def embedding(model: Model) -> tuple[str, Array]:
    """The embedding's name and numbers, which may be transposed."""
    shape = model.sizes[:2]
    weights = model.thing.trainable
    found = [(name, w) for name, w in weights.items() if w.shape in (shape, shape[::-1])]
    if len(found) != 1:
        raise Mismatch(
            f"{model.kind.name} has no weight, or more than one, of the shape (vocab_size, emb_dim); one was "
            "wanted, the embedding.",
            "Which part looks up a vector for each token, and how many numbers does the linear layer read?",
        )
    return found[0]


def layout_of(model: Model, draw: Draw) -> Layout | None:
    """Where the model keeps the weights of its equations; None where nothing fits."""
    _, width, hidden = model.sizes
    xs = np.concatenate([draw.normal(n, width) * ("x" in k) for k, n in ROWS.items()])
    hs = np.concatenate([draw.normal(n, hidden) * ("h" in k) for k, n in ROWS.items()])
    ends = list(itertools.accumulate(ROWS.values()))
    spans = {k: slice(end - ROWS[k], end) for k, end in zip(ROWS, ends, strict=True)}
    observed = _observe(model, xs, hs)
    if observed is None:
        return None
    blocks = candidates(model.inner(), hidden, width)
    found = [
        explain(part, blocks, {k: (xs[s], hs[s], observed[name][s]) for k, s in spans.items()})[:8]
        for name, part in PARTS[model.kind.name].items()
    ]
    for parts in itertools.product(*found):
        layout = {unknown: block for part in parts for unknown, block in part.items()}
        whole = all(block.elements for block in layout.values()) and not overlaps(layout)
        if whole and all(_agrees(model, layout, draw) for _ in range(2)):
            return layout
    return None


def _step(model: Model, x: Array, *state: Array) -> tuple[Array, ...]:
    """The new state after one step that reads x (N, E), from a state (N, H) each."""
    return _steps(model, x, np.arange(len(x))[:, None], *state)


def _steps(model: Model, x: Array, order: Array, *state: Array) -> tuple[Array, ...]:
    """The state after steps that read the rows of x in this order (N, T), from a state (N, H) each."""
    name, weight = embedding(model)
    turned = weight.shape != model.sizes[:2]
    table = np.array(weight.T if turned else weight, np.float32)
    table[1 : 1 + len(x)] = x
    model.thing.load({name: np.ascontiguousarray(table.T if turned else table)})
    given = [np.asarray(part, np.float32) for part in state]
    given = given if len(given) == 1 else [part[None] for part in given]
    _, new = model(1 + order, tuple(given))
    return tuple(part.reshape(len(order), -1).astype(np.float64) for part in new)


def _observe(model: Model, x: Array, h: Array) -> dict[str, Array] | None:
    """What can be seen of each gate; None when the new states are not made of gates at all."""
    if len(model.kind.states) == 1:
        return {"h": _step(model, x, h)[0]}
    olds = np.stack([np.full(h.shape, value) for value in MEMORIES])
    answers = [_step(model, x, h, old) for old in olds]
    shown, new = (np.stack([answer[k] for answer in answers]) for k in (0, 1))
    kept = (new[2] - new[0]) / (MEMORIES[2] - MEMORIES[0])
    added = new[0] - kept * MEMORIES[0]
    memory = np.tanh(new)
    factor = (shown * memory).sum(0) / np.maximum((memory * memory).sum(0), 1e-12)
    if not close(new, kept * olds + added).all() or not close(shown, factor * memory).all():
        return None
    return {"kept": kept, "added": added, "shown": factor}


def _agrees(model: Model, layout: Layout, draw: Draw) -> bool:
    """After one step, and after as many more as a sequence has: few, or more than any code can know of."""
    x = draw.normal(4, model.sizes[1])
    weights = gates(layout, lambda unknown: layout[unknown])
    for steps in (1, int(draw.integers(2, 9)), int(draw.integers(2 * LONG, 4 * LONG))):
        order = draw.integers(0, len(x), 4, steps)
        begun = [draw.normal(4, model.sizes[2]) for _ in model.kind.states]
        want: tuple[Array, ...] = tuple(begun)
        for column in order.T:
            new = references.step(REFERENCE[model.kind.name], weights, x[column], *want)
            want = new if isinstance(new, tuple) else (new,)
        pairs = zip(_steps(model, x, order, *begun), want, strict=True)
        if not all(close(got, right).all() for got, right in pairs):
            return False
    return True
