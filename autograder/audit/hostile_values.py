"""Values that cross the wire and that no check expects, and true answers with such a value in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import Opaque, StudentMissing, StudentRaised, StudentStopped, Value

LONG = 100_000  # characters of a long text, entries of a long list

Make = Callable[[], Value]


def _deep(levels: int, inner: Value = 1.0) -> Value:
    for _ in range(levels):
        inner = [inner]
    return inner


# By the words that name them. Made anew each time: a check may keep what it gets.
SINGLE: dict[str, Make] = {
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    "0": lambda: 0,
    "-1": lambda: -1,
    "10**39": lambda: 10**39,
    "-10**39": lambda: -(10**39),
    "2**63": lambda: 2**63,
    "1e39": lambda: 1e39,
    "1.7e308": lambda: 1.7e308,
    "NaN": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "-infinity": lambda: float("-inf"),
    "0.5": lambda: 0.5,
    "an empty text": lambda: "",
    "a long text": lambda: "x" * LONG,
    "a text of escapes": lambda: "\x1b]8;;http://x\x07\x1b[2J\u202e\ud800",
    "the text 1": lambda: "1",
    "a generator": lambda: Opaque("generator"),
    "a packed sequence": lambda: Opaque("PackedSequence"),
    "a sparse tensor": lambda: Opaque("sparse or nested tensor"),
    "an empty list": lambda: [],
    "an empty tuple": lambda: (),
    "an empty dict": lambda: {},
    "a ragged list": lambda: [[1.0, 2.0], [3.0]],
    "a ragged list of ids": lambda: [[1, 2], [3], []],
    "a ragged list of tensors": lambda: [np.ones(2, np.float32), np.ones((2, 3), np.float32)],
    "a list of tensors": lambda: [np.ones(3, np.int64), np.ones(2, np.int64)],
    "a list of everything": lambda: [1, "a", None, [2.0], np.ones(1), {"a": 1}, (), Opaque("x")],
    "a list of None": lambda: [None] * 3,
    "a long list": lambda: [0] * LONG,
    "a long list of lists": lambda: [[1, 2] for _ in range(10_000)],
    "a deep list": lambda: _deep(30),
    "a deep list of tensors": lambda: _deep(28, np.ones(2, np.float32)),
    "a list of NaN": lambda: [float("nan"), float("inf"), 10**39],
    "a list of booleans": lambda: [True, False, True],
    "a dict": lambda: {"a": 1.0, "b": [1, 2]},
    "a dict of tensors": lambda: {"weight": np.ones((2, 3), np.float32), "": np.zeros(0, np.float32)},
    "a large dict": lambda: {f"k{i}": i for i in range(10_000)},
    "a dict with odd keys": lambda: {"\x1b[2J": 1, "\ud800": 2, "a.b": 3, "k" * 200: 4},
    "a pair": lambda: (np.ones((2, 3), np.float32), np.ones(2, np.int64)),
    "a pair of None": lambda: (None, None),
    "a tuple of 9": lambda: tuple(range(9)),
}
DTYPES = (
    "bool", "uint8", "int8", "int16", "int32", "int64", "uint64", "float16", "float32", "float64",
    "complex64",
)  # fmt: skip
SHAPES: tuple[tuple[int, ...], ...] = (
    (), (0,), (1,), (2,), (7,), (0, 3), (3, 0), (2, 3), (4, 7, 2), (0, 1_000_000), (1_000_000, 0), (3, 0, 5),
    (1,) * 16, (2,) * 12, (1_000_000,), (1000, 1000), (1, 1_000_000), (300, 300, 10),
)  # fmt: skip
FILLINGS = ("zeros", "ones", "largest", "smallest", "NaN", "infinity", "numbers", "numbers in order")
FAILURES: dict[str, Make] = {
    "an exception": lambda: StudentRaised("ValueError", "x" * 300, ()),
    "an exception of an odd name": lambda: StudentRaised("All 25 points", "\u202e", ()),
    "a missing name": lambda: StudentMissing("x", "cells.py does not define x."),
    "the end of the process": lambda: StudentStopped("Your code ended the process that ran it."),
}


def replacement(chance: random.Random, true: Value) -> tuple[Value, str]:
    """Something else than the true answer, whole or in a part of it, and the words for it."""
    whole = chance.random()
    if whole < 0.04:
        words = chance.choice(sorted(FAILURES))
        return FAILURES[words](), words
    if whole < 0.45:
        return _anything(chance, true)
    value, words = _changed(chance, true)
    return value, words


def _anything(chance: random.Random, true: Value) -> tuple[Value, str]:
    kind = chance.random()
    if kind < 0.25:
        return _array(chance)
    if kind < 0.4:
        return _around(chance, true)
    words = chance.choice(sorted(SINGLE))
    return SINGLE[words](), words


def _array(chance: random.Random) -> tuple[Value, str]:
    shape, dtype, filling = chance.choice(SHAPES), chance.choice(DTYPES), chance.choice(FILLINGS)
    words = f"{filling} of shape {shape} and dtype {dtype}"
    return _filled(shape, dtype, filling), words


def _filled(shape: tuple[int, ...], dtype: str, filling: str) -> np.ndarray[Any, Any]:
    kind = np.dtype(dtype)
    if filling.startswith("numbers"):
        size = int(np.prod(shape, dtype=np.int64))
        some = np.arange(size) if filling.endswith("order") else np.arange(size) * 7 % 13 - 4
        with np.errstate(all="ignore"):
            return some.astype(kind).reshape(shape)
    limits: Any = np.iinfo(kind) if kind.kind in "iu" else np.finfo(kind) if kind.kind in "fc" else None
    number: Any = {"zeros": 0, "ones": 1, "NaN": np.nan, "infinity": np.inf}.get(filling)
    if number is None:
        number = True if limits is None else limits.max if filling == "largest" else limits.min
    if kind.kind not in "fc" and number is not True and not np.isfinite(number):
        number = 1
    return np.full(shape, number, kind)


def _around(chance: random.Random, true: Value) -> tuple[Value, str]:
    """The true answer in something that it does not come in."""
    ways: dict[str, Callable[[], Value]] = {
        "in a list": lambda: [true],
        "in a tuple": lambda: (true,),
        "twice in a tuple": lambda: (true, true),
        "three times in a list": lambda: [true, true, true],
        "with None behind it": lambda: (true, None),
        "in a dict": lambda: {"result": true},
        "in a deep list": lambda: _deep(12, true),
    }
    words = chance.choice(sorted(ways))
    return ways[words](), f"the right answer {words}"


def _changed(chance: random.Random, true: Value) -> tuple[Value, str]:
    """The true answer with one part exchanged, at any depth."""
    if isinstance(true, (list, tuple)) and true and chance.random() < 0.8:
        place = chance.randrange(len(true))
        part, words = _changed(chance, true[place])
        return type(true)([*true[:place], part, *true[place + 1 :]]), f"in [{place}] {words}"
    if isinstance(true, dict) and true and chance.random() < 0.85:
        key = chance.choice(list(true))
        part, words = _changed(chance, true[key])
        return {**true, key: part}, f"in [{key[:40]!r}] {words}"
    if isinstance(true, np.ndarray) and chance.random() < 0.6:
        return _bent(chance, true)
    if isinstance(true, (list, tuple)) and chance.random() < 0.8:
        return _relisted(chance, true)
    if isinstance(true, dict) and chance.random() < 0.9:
        return _rekeyed(chance, true)
    return _anything(chance, true)


def _bent(chance: random.Random, true: np.ndarray[Any, Any]) -> tuple[Value, str]:
    """A tensor that is nearly the right one."""
    with np.errstate(all="ignore"):
        dtype = chance.choice(DTYPES)
        ways: dict[str, Callable[[], Value]] = {
            f"as {dtype}": lambda: true.astype(dtype),
            "with its axes reversed": lambda: np.ascontiguousarray(true.T),
            "with an axis more": lambda: true[None],
            "with an axis more at the end": lambda: true[..., None],
            "flat": lambda: true.ravel(),
            "cut to its first": lambda: true[:1] if true.ndim else true,
            "cut to nothing": lambda: true[:0] if true.ndim else true,
            "without its first": lambda: true[1:] if true.ndim else true,
            "its first alone": lambda: true[0] if true.ndim and len(true) else true,
            "twice": lambda: np.concatenate([true, true]) if true.ndim else true,
            "NaN throughout": lambda: np.full(true.shape, np.nan, np.float32),
            "one NaN": lambda: _one(true, np.nan),
            "one infinity": lambda: _one(true, np.inf),
            "one huge number": lambda: _one(true, 3e38),
            "huge": lambda: _filled(true.shape, true.dtype.name, "largest"),
            "hugely negative": lambda: _filled(true.shape, true.dtype.name, "smallest"),
            "zeros": lambda: np.zeros_like(true),
            "negated": lambda: -true if true.dtype.kind in "if" else true,
            "tiny": lambda: (true * 1e-40).astype(true.dtype) if true.dtype.kind == "f" else true,
            "as a list": lambda: true.tolist() if true.size < 5_000 else [],
        }
        words = chance.choice(sorted(ways))
        return ways[words](), f"the right tensor, {words}"


def _one(true: np.ndarray[Any, Any], number: float) -> np.ndarray[Any, Any]:
    bent = true.copy()
    if bent.size and bent.dtype.kind == "f":
        bent.flat[0] = number
    return bent


def _relisted(chance: random.Random, true: list[Value] | tuple[Value, ...]) -> tuple[Value, str]:
    ways: dict[str, Callable[[], Value]] = {
        "shorter by one": lambda: true[:-1],
        "longer by one": lambda: type(true)([*true, true[0] if true else None]),
        "longer by None": lambda: type(true)([*true, None]),
        "empty": lambda: type(true)(),
        "reversed": lambda: true[::-1],
        "as the other kind of sequence": lambda: list(true) if isinstance(true, tuple) else tuple(true),
        "as a dict": lambda: {str(place): part for place, part in enumerate(true)},
        "a thousandfold": lambda: type(true)(list(true)[:20] * 1000),
    }
    words = chance.choice(sorted(ways))
    return ways[words](), f"the right list, {words}"


def _rekeyed(chance: random.Random, true: dict[str, Value]) -> tuple[Value, str]:
    gone = chance.choice(list(true)) if true else ""
    ways: dict[str, Callable[[], Value]] = {
        f"without {gone[:40]!r}": lambda: {key: part for key, part in true.items() if key != gone},
        "with one key more": lambda: {**true, "more": np.ones((5, 7), np.float32)},
        "with a key of odd characters": lambda: {**true, "\x1b[2J\u202e": next(iter(true.values()), None)},
        "with other keys": lambda: {f"{key}_": part for key, part in true.items()},
        "empty": lambda: {},
        "as a list": lambda: list(true.values()),
        "with all values the same": lambda: dict.fromkeys(true, next(iter(true.values()), None)),
        "with many more": lambda: {**true, **{f"m{k}": np.ones(3, np.float32) for k in range(3000)}},
        "with long empty tensors": lambda: {**true, "long": np.zeros((0, 1_000_000), np.float32)},
    }
    words = chance.choice(sorted(ways))
    return ways[words](), f"the right dict, {words}"
