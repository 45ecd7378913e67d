"""Typed answers: what a student's code returned, as the type that a check wants, or a `Mismatch`.

An answer may be anything that the wire can carry: an array of any dtype and up to sixteen axes, also without
a number in it; a bool, int of forty digits, float, NaN, str, None; lists, tuples and dicts of these, ragged
and nested; an `Opaque`. NumPy's own functions and Python's operators raise on many of them (`np.ndim` of a
ragged list, `!=` of two lists that hold arrays, `int` of infinity), and what they raise would be the grader's
own failure. So a check first says what it wants:

    history = as_numbers(student.call("train", …), "train's list of losses", length=epochs)

and works with that. Tensors of a known shape go through `expect`. Nothing here raises anything but
`Mismatch`, and the time that it takes is that of reading the answer once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograder.checks.expect import Mismatch, describe, expect, listing, was

Array = NDArray[Any]
Kept = TypeVar("Kept")

MOST = 100_000  # entries of a list; no check asks for more than some hundreds
DEEPEST = 40  # levels of nesting that are looked into; the wire lets fewer through


class Named(dict[str, Kept]):
    """Things by name, as the student's code names them: to ask for one that is not there is a `Mismatch`."""

    def __init__(self, things: Mapping[str, Kept], what: str = "weight") -> None:
        super().__init__(things)
        self._what = what

    def __missing__(self, name: str) -> Kept:
        raise Mismatch(f"There is no {self._what} of the name {name} any more.")


# -- one thing -----------------------------------------------------------------------------------------------


def as_array(
    value: object, name: str, *, kind: str = "biuf", axes: int | None = None, hint: str = ""
) -> Array:
    """A tensor of any shape, or of so many axes. `kind`: what its numbers may be, in NumPy's letters.

    Of floats ("f" alone, or among others), all are finite.
    """
    if not isinstance(value, np.ndarray):
        raise Mismatch(f"{name} {was(name)} wanted as a tensor; got {describe(value)}.", hint)
    if axes is not None and value.ndim != axes:
        raise Mismatch(
            f"{name} {was(name)} wanted as a tensor of {axes} {'axis' if axes == 1 else 'axes'}; "
            f"got {describe(value)}.",
            hint,
        )
    if value.dtype.kind not in kind:
        raise Mismatch(
            f"{name} {was(name)} wanted as {_KINDS.get(kind, 'numbers')}; got {value.dtype}.", hint
        )
    if value.dtype.kind == "f" and not np.isfinite(value).all():
        raise Mismatch(f"{name} {was(name)} wanted as finite numbers; got NaN or infinite ones.", hint)
    return value


def as_id(value: object, name: str, *, below: int | None = None, hint: str = "") -> int:
    """One whole number that is not negative: a Python int, or a tensor that holds just one."""
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "iu":
        number = int(value.item())
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        raise Mismatch(f"{name} {was(name)} wanted as a whole number; got {describe(value)}.", hint)
    if number < 0 or (below is not None and number >= below):
        allowed = "not negative" if below is None else f"from 0 to {below - 1}"
        raise Mismatch(f"{name} {was(name)} wanted as a whole number, {allowed}; got another one.", hint)
    return number


def as_text(value: object, name: str, *, hint: str = "") -> str:
    """A Python str."""
    if not isinstance(value, str):
        raise Mismatch(f"{name} {was(name)} wanted as a str; got {describe(value)}.", hint)
    return value


# -- several things ------------------------------------------------------------------------------------------


def as_items(
    value: object, name: str, *, length: int | None = None, tensors: bool = True, hint: str = ""
) -> list[Any]:
    """The entries of a list or a tuple, or of a tensor along its first axis if `tensors`. They are raw."""
    kinds: tuple[type, ...] = (list, tuple, np.ndarray) if tensors else (list, tuple)
    if not isinstance(value, kinds) or (isinstance(value, np.ndarray) and value.ndim == 0):
        raise Mismatch(f"{name} {was(name)} wanted as a list; got {describe(value)}.", hint)
    entries: Sequence[Any] = value  # type: ignore[assignment]
    if length is not None and len(entries) != length:
        raise Mismatch(f"{name} {was(name)} wanted with {length} entries; got {len(entries)}.", hint)
    if len(entries) > MOST:
        raise Mismatch(f"{name} cannot be judged: {len(entries)} entries are too many.", hint)
    return list(entries)


def as_parts(value: object, name: str, count: int, *, hint: str = "") -> tuple[Any, ...]:
    """So many things together, in a tuple or a list: `losses, norms = as_parts(got, "…", 2)`. Raw."""
    if not isinstance(value, (list, tuple)) or len(value) != count:
        raise Mismatch(f"{name} {was(name)} wanted as a tuple of {count}; got {describe(value)}.", hint)
    return tuple(value)


def as_pairs(value: object, name: str, *, hint: str = "") -> list[tuple[Any, Any]]:
    """A list of pairs: batches of inputs and targets, say. What is in them is raw."""
    pairs = []
    for place, item in enumerate(as_items(value, name, tensors=False, hint=hint)):
        first, second = as_parts(item, f"Entry {place} of {name}", 2, hint=hint)
        pairs.append((first, second))
    return pairs


def as_mapping(value: object, name: str, keys: Collection[str] = (), *, hint: str = "") -> dict[str, Any]:
    """A dict that has these keys. What it holds under them is raw."""
    if not isinstance(value, dict):
        raise Mismatch(f"{name} {was(name)} wanted as a dict; got {describe(value)}.", hint)
    missing = [key for key in keys if key not in value]
    if missing:
        raise Mismatch(
            f"{name} {was(name)} wanted with {_quoted(keys)}; {_quoted(missing)} is not in it.", hint
        )
    return dict(value)


def as_numbers(
    value: object, name: str, *, length: int | None = None, plain: bool = False, hint: str = ""
) -> list[float]:
    """Finite numbers: a list of losses. Each is a Python number, or, unless `plain`, a tensor of one."""
    items = as_items(value, name, length=length, tensors=not plain, hint=hint)
    if plain and any(isinstance(item, np.ndarray) for item in items):
        raise Mismatch(
            f"{name} {was(name)} wanted as plain numbers; got tensors.",
            hint or "What does .item() give, and what does a list of tensors keep alive?",
        )
    return [expect(item, f"An entry of {name}").to_be_number(hint=hint) for item in items]


def as_ids(
    value: object, name: str, *, length: int | None = None, below: int | None = None, hint: str = ""
) -> list[int]:
    """Whole numbers that are not negative, in a list, a tuple or a tensor of one axis."""
    items = as_items(value, name, length=length, hint=hint)
    return [as_id(item, f"An entry of {name}", below=below, hint=hint) for item in items]


# -- comparing -----------------------------------------------------------------------------------------------


def equal_values(one: object, other: object) -> bool:
    """Whether two answers are the same: in type, structure, shapes, dtypes and every number, NaN included.

    For arguments before and after a call, and for one answer against another; floats are equal to the bit.
    """
    return _equal(one, other, DEEPEST)


def same_lists(one: object, other: object) -> bool:
    """Whether two answers hold the same numbers and texts in the same order, in whatever they lie.

    [[1, 2], [3]] is the same as (tensor([1, 2]), [3]).
    """
    return _same(one, other, DEEPEST)


def are_unchanged(after: object, *before: object) -> bool:
    """Whether the positional arguments of a call, which `call_and_see` gives second, are as before.

    Of arguments that live in the worker nothing can be said: pass `...` for one.
    """
    if not isinstance(after, (list, tuple)) or len(after) < len(before):
        return False
    return all(was_ is ... or equal_values(was_, now) for was_, now in zip(before, after, strict=False))


def _equal(one: object, other: object, levels: int) -> bool:
    if type(one) is not type(other) or not levels:
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        same = (one == other) | ((one != one) & (other != other))
        return bool(np.all(same))
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_equal, one, other, [levels - 1] * len(one)))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key], levels - 1) for key in one)
    return bool(one == other) or (one != one and other != other)


def _same(one: object, other: object, levels: int) -> bool:
    if not levels:
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and bool(np.all(one == other))
    if _is_sequence(one) and _is_sequence(other):
        ones: Sequence[Any] = one  # type: ignore[assignment]
        others: Sequence[Any] = other  # type: ignore[assignment]
        return len(ones) == len(others) and all(map(_same, ones, others, [levels - 1] * len(ones)))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key], levels - 1) for key in one)
    ones_, others_ = _scalar(one), _scalar(other)
    if isinstance(ones_, _PLAIN) and isinstance(others_, _PLAIN):
        return bool(ones_ == others_)
    return type(one) is type(other) and bool(one == other)


_PLAIN = (bool, int, float, complex, str, type(None))


def _is_sequence(value: object) -> bool:
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _scalar(value: object) -> object:
    """A tensor without axes, or a number of NumPy's, as Python's own."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value.item()
    return value


def leaves(value: object) -> list[object]:
    """What nested lists, tuples and dicts hold in the end, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, (list, tuple)) else [value]


def _quoted(keys: Collection[str]) -> str:
    return listing([f'"{key}"' for key in keys])


_KINDS = {"f": "decimal numbers", "iu": "whole numbers", "b": "True and False"}
