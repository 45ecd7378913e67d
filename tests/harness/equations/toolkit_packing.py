"""What run_packed of the sequence toolkit computes, and what code computes that goes its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.harness.equations.algebra import Array
from tests.harness.equations.making import Clause, Idea, Way
from tests.harness.equations.recurrent import PROVIDED, Weights, read, waves

CHECKS = {
    "packing::packing_takes_an_lstm": ["run_packed", "run_packed with an LSTM"],
    "packing::packing_takes_a_stack_*": ["run_packed", "run_packed with a stack", "run_packed with an LSTM"],
    "packing::outputs_*": ["run_packed"],
    "packing::hidden_*": ["run_packed"],
    "packing::packing_keeps_its_shapes": ["run_packed"],
}


class Case(NamedTuple):
    """A batch, and the layer that is to read it."""

    kind: str
    hidden: int
    layers: int
    directions: int
    x: Array  # (B, T, D)
    lengths: Array  # (B,)

    @property
    def weights(self) -> list[Weights]:
        return waves(self.kind, self.x.shape[2], self.hidden, self.layers, self.directions)


def answer(
    case: Case,
    reads: str = "own steps",
    packs: str = "rows first",
    unpacks: str = "rows first",
    width: str = "steps",
    back: str = "undone",
    restored: str = "both",
    returned: str = "outputs, hidden",
    pair: str = "h, c",
) -> Any:
    lengths, order = case.lengths, np.argsort(-case.lengths, kind="stable")
    rows, ends = _rows(case, reads, order)
    if packs == "time first":
        rows = rows.swapaxes(0, 1)
    found = [
        read(case.kind, case.weights, row[:end], case.directions) for row, end in zip(rows, ends, strict=True)
    ]
    outputs = np.stack([_padded(each.outputs, case.x.shape[1]) for each in found])
    if reads == "all, masked":
        outputs *= (np.arange(outputs.shape[1]) < lengths[order][:, None])[..., None]
    if width == "features":
        outputs = np.pad(outputs, ((0, 0), (0, case.x.shape[2] - outputs.shape[1]), (0, 0)))
    states = [np.stack(part, axis=1) for part in zip(*(each.last for each in found), strict=True)]
    if unpacks == "time first":
        outputs = outputs.swapaxes(0, 1)
    way_back, as_sorted = _way_back(back, order), slice(None)
    outputs_back = way_back if restored in ("both", "outputs") else as_sorted
    hidden_back = way_back if restored in ("both", "hidden") else as_sorted
    hidden = [part[:, hidden_back] for part in states]
    told = lengths[order][outputs_back]
    outputs = outputs[outputs_back]
    return _returned(returned, outputs, _pair(pair, hidden, states), told)


def _rows(case: Case, reads: str, order: Array) -> tuple[Array, Array]:
    """The rows as they are packed, the longest first, and where each one ends."""
    x, lengths, steps = case.x[order], case.lengths, case.x.shape[1]
    ends = lengths[order]
    if reads in ("all", "all, masked"):
        return x, np.full_like(ends, steps)
    if reads == "zeros":
        real = (np.arange(steps) < ends[:, None])[..., None]
        return x * real, np.full_like(ends, steps)
    return {
        "own steps": (x, ends),
        "one more": (x, np.minimum(ends + 1, steps)),
        "one less": (x, np.maximum(ends - 1, 1)),
        "shortest": (x, np.full_like(ends, ends.min())),
        "other lengths": (x, lengths),
        "other rows": (case.x, ends),
        "padding first": (x[:, ::-1], ends),
        "own steps backwards": (
            np.stack(
                [np.concatenate([row[:end][::-1], row[end:]]) for row, end in zip(x, ends, strict=True)]
            ),
            ends,
        ),
    }[reads]


def _padded(outputs: Array, steps: int) -> Array:
    return np.pad(outputs, ((0, steps - len(outputs)), (0, 0)))


def _way_back(back: str, order: Array) -> Array:
    undone = np.argsort(order)
    return {"undone": undone, "twice": order, "reversed": undone[::-1], "flipped": order[::-1]}[back]


def _pair(pair: str, hidden: Sequence[Array], sorted_: Sequence[Array]) -> Any:
    if len(hidden) == 1:
        return hidden[0]
    (h, c), (h_sorted, c_sorted) = hidden, sorted_
    return {
        "h, c": (h, c),
        "c, h": (c, h),
        "h": h,
        "c": c,
        "h, h": (h, h),
        "c, c": (c, c),
        "c unsorted": (h, c_sorted),
        "h unsorted": (h_sorted, c),
        "stacked": np.stack([h, c]),
    }[pair]


def _returned(returned: str, outputs: Array, hidden: Any, lengths: Array) -> Any:
    parts = hidden if isinstance(hidden, tuple) else (hidden,)

    def each(change: Any) -> Any:
        changed = tuple(change(part) for part in parts)
        return changed if isinstance(hidden, tuple) else changed[0]

    return {
        "outputs, hidden": lambda: (outputs, hidden),
        "hidden, outputs": lambda: (hidden, outputs),
        "outputs": lambda: outputs,
        "hidden": lambda: hidden,
        "lengths, hidden": lambda: (lengths, hidden),
        "outputs, lengths": lambda: (outputs, lengths),
        "outputs, last column": lambda: (outputs, outputs[:, -1][None]),
        "outputs turned": lambda: (outputs.swapaxes(0, 1), hidden),
        "hidden turned": lambda: (outputs, each(lambda part: part.swapaxes(0, 1))),
        "last layer": lambda: (outputs, each(lambda part: part[-1])),
        "last layer kept": lambda: (outputs, each(lambda part: part[-1:])),
        "mean of layers": lambda: (outputs, each(lambda part: part.mean(0, keepdims=True))),
    }[returned]()


ORDER = "Row 0 of what you return: is it row 0 of what came in?"
STEPS = "How many steps of each row are real?"
AXIS = "Three calls, one convention: which axis counts the rows?"
RETURNS = "What does the docstring say comes back, in which order and shape?"

READS: dict[Any, Clause] = {
    "own steps": "",
    "all": ("the layer reads on over the padding of each row", STEPS),
    "all, masked": ("the layer reads on over the padding, and only its outputs are set to 0 there", STEPS),
    "zeros": ("padding is replaced by zeros and read like any other step", STEPS),
    "one more": ("each row is read one step too far", "Is a length a number of steps or an index?"),
    "one less": (
        "the last step of each row is not read",
        "Is a length a number of steps or the index of the last one?",
    ),
    "shortest": ("every row is cut to the shortest of the batch", STEPS),
    "other lengths": (
        "the rows are sorted, and the lengths are not sorted with them",
        "Do lengths and rows still match?",
    ),
    "other rows": (
        "the lengths are sorted, and the rows are not sorted with them",
        "Do lengths and rows still match?",
    ),
    "padding first": (
        "the whole batch is turned round, so that each row begins with its padding",
        "In which order does the layer meet the steps of a row?",
    ),
    "own steps backwards": (
        "each row is read from its last step to its first",
        "In which order does the layer meet the steps of a row?",
    ),
}
BACK: dict[Any, Clause] = {
    "undone": "",
    "twice": (
        "the order of sorting is applied to the results a second time instead of being undone",
        "Which permutation undoes another one?",
    ),
    "reversed": ("the rows come back in the reverse order", ORDER),
    "flipped": (
        "the results are put into the order of sorting, turned round",
        "Which permutation undoes another one?",
    ),
}
RESTORED: dict[Any, Clause] = {
    "both": "",
    "neither": ("the results stay in the order of the lengths", ORDER),
    "outputs": ("the hidden state stays in the order of the lengths", ORDER),
    "hidden": ("the outputs stay in the order of the lengths", ORDER),
}
RETURNED: dict[Any, Clause] = {
    "outputs, hidden": "",
    "hidden, outputs": ("the hidden state comes back first and the outputs second", RETURNS),
    "outputs": ("the outputs alone come back", RETURNS),
    "hidden": ("the hidden state alone comes back", RETURNS),
    "lengths, hidden": (
        "the lengths come back in the place of the outputs",
        "Which two things does pad_packed_sequence return?",
    ),
    "outputs, lengths": (
        "the lengths come back in the place of the hidden state",
        "Which two things does pad_packed_sequence return?",
    ),
    "outputs, last column": (
        "the last column of the outputs is taken for the hidden state",
        "In which column does a row of length 2 end?",
    ),
    "outputs turned": ("the outputs come back with time first", "Which axis of the outputs counts the rows?"),
    "hidden turned": (
        "the hidden state comes back with the rows first",
        "Which axis of the hidden state counts the rows, even with batch_first?",
    ),
    "last layer": ("the hidden state comes back without its axis of layers", RETURNS),
}
COMMON: dict[str, dict[Any, Clause]] = {
    "reads": READS,
    "packs": {"rows first": "", "time first": ("batch_first is missing where the rows are packed", AXIS)},
    "unpacks": {
        "rows first": "",
        "time first": ("batch_first is missing where the outputs are unpacked", AXIS),
    },
    "width": {
        "steps": "",
        "features": (
            "the outputs have as many steps as an embedded token has numbers",
            "Which axis of embedded counts the steps?",
        ),
    },
    "back": BACK,
    "restored": RESTORED,
    "returned": RETURNED,
}
STACK = COMMON | {
    "returned": {
        name: clause
        for name, clause in RETURNED.items()
        if name not in ("last layer", "outputs, last column")
    }
    | {
        "last layer": ("of the hidden state only the last layer and direction come back, as (B, H)", RETURNS),
        "last layer kept": ("of the hidden state only the last layer and direction come back", RETURNS),
        "mean of layers": ("the states of all layers and directions are averaged", RETURNS),
    }
}
PAIR: dict[Any, Clause] = {
    "h, c": "",
    "c, h": ("c and h of the LSTM are exchanged", "In which order does nn.LSTM return its two states?"),
    "h": ("of the LSTM only h comes back", "What does nn.LSTM return beside its outputs?"),
    "c": ("of the LSTM only c comes back", "What does nn.LSTM return beside its outputs?"),
    "h, h": (
        "h of the LSTM comes back twice, and c does not",
        "What does nn.LSTM return beside its outputs?",
    ),
    "c, c": (
        "c of the LSTM comes back twice, and h does not",
        "What does nn.LSTM return beside its outputs?",
    ),
    "c unsorted": ("c of the LSTM stays in the order of the lengths", ORDER),
    "h unsorted": ("h of the LSTM stays in the order of the lengths", ORDER),
    "stacked": ("h and c of the LSTM are stacked into one tensor", RETURNS),
}


RARE = ("all, masked", "zeros", "shortest", "padding first", "own steps backwards")


def too_rare(way: Way) -> bool:
    """Whether a second slip stands beside one that is rare enough alone."""
    return len(way) > 1 and way.get("reads") in RARE


def about_any_layer(way: Way) -> bool:
    """Whether two slips of a way show with every layer: the first idea is about these."""
    return (len(way) > 1 and "pair" not in way) or too_rare(way)


def ask(case: Case) -> dict[str, Any]:
    options = {"num_layers": case.layers, "bidirectional": case.directions > 1}
    return {
        "provide": ["layers_of_a_question", PROVIDED, ["layer"]],
        "new": ["layer", case.kind, case.x.shape[2], case.hidden, {"kwargs": options}],
        "call": "run_packed",
        "args": ["the object", {"float": case.x.tolist()}, {"int": case.lengths.tolist()}],
    }


def case(kind: str, lengths: Sequence[int], features: int, hidden: int, layers: int, directions: int) -> Case:
    """As many rows as steps, so that axes can be exchanged, and padding with numbers like any other."""
    ends = np.array(lengths)
    shape = (len(ends), len(ends), features)
    x = np.round(1.1 * np.sin(0.4 + len(ends) + 2.4 * np.arange(np.prod(shape))), 2).reshape(shape)
    return Case(kind, hidden, layers, directions, x, ends)


def idea(
    kind: str,
    choices: Mapping[str, Mapping[Any, Clause]],
    layers: int = 1,
    directions: int = 1,
    **more: Any,
) -> Idea:
    known = [([1, 4, 2, 3], 6, 3), ([2, 5, 1, 4, 3], 8, 2)]
    fresh = [([3, 1, 2], 4, 2), ([1, 3, 6, 2, 5, 4], 8, 3)]
    cases, others = (
        [case(kind, lengths, features, hidden, layers, directions) for lengths, features, hidden in some]
        for some in (known, fresh)
    )
    return Idea(answer=answer, choices=choices, ask=ask, cases=cases, fresh=others, **more)


IDEAS = {
    "run_packed": idea("GRU", COMMON, senseless=too_rare),
    "run_packed with a stack": idea("GRU", STACK, 2, 2, senseless=about_any_layer),
    "run_packed with an LSTM": idea("LSTM", COMMON | {"pair": PAIR}, senseless=about_any_layer),
}
