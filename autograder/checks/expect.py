"""`expect`: compare what a student's code returned with what was wanted, one rung at a time.

exists → type → shape → dtype → finite → value. The first rung that fails raises a `Mismatch` with one plain
sentence; later rungs never see what an earlier one refused, so no check can stumble over an odd answer. What
the methods return is clean: finite arrays of the shape and dtype that were asked for. No sentence ever shows
a number that was computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.tolerances import VALUE, widened

Array = NDArray[Any]
Size = int | tuple[int, ...]  # a tuple: any of these will do
Parts = Array | tuple[Array, ...]

AXES = {
    "B": ("row", "one row per sequence"),
    "T": ("step", "one entry per step"),
    "H": ("unit", "one column per hidden unit"),
    "D": ("feature", "one column per input feature"),
    "C": ("class", "one column per class"),
    "V": ("character", "one column per character of the vocabulary"),
    "W": ("token", "one column per token of the vocabulary"),
    "K": ("tag", "one column per tag"),
    "L": ("layer", "one entry per layer and direction"),
}


class Mismatch(Exception):
    """What was got is not what was wanted.

    `got` keeps the student's numbers for the diagnosis; it is never shown. `place` says where to look when
    that is not the definition that the check is about.
    """

    def __init__(self, message: str, hint: str = "", got: Any = None, *, place: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.got, self.place = message, hint, got, place


class CannotJudge(Exception):
    """A check has no way to tell right from wrong here: its points stay pending, for a person to decide."""


class NotStarted(Mismatch):
    """The template is still to be filled in here, which a script cannot say by NotImplementedError."""


def close(got: Array, want: Array, tolerance: float = VALUE) -> NDArray[np.bool_]:
    """Where two arrays of one shape agree, absolutely or relatively."""
    bound = widened(tolerance, np.asarray(got).dtype.name)
    got, want = np.asarray(got, np.float64), np.asarray(want, np.float64)
    agree: NDArray[np.bool_] = np.abs(got - want) <= bound * (1 + np.abs(want))
    return agree


def listing(items: Sequence[object]) -> str:
    """1, 2 and 3."""
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def describe(value: object) -> str:
    """What a value is, for a sentence: no contents, only kinds and sizes."""
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, np.ndarray):
        return f"one tensor of shape {value.shape}"
    if isinstance(value, (list, tuple, dict)):
        return f"a {type(value).__name__} of length {len(value)}"
    if isinstance(value, (bool, int, float, str)):
        return f"a Python {type(value).__name__}"
    kind = getattr(value, "kind", None)  # something that no value of the wire stands for
    return kind if isinstance(kind, str) and kind else "an object of another kind"


@dataclass(frozen=True)
class Expectation:
    """Built by `expect`; its methods are the ladder."""

    value: object
    names: tuple[str, ...]
    axes: tuple[str, ...]

    def to_be_shaped(self, *shapes: Sequence[Size], dtype: str = "float32") -> Any:
        """Up to the rung `finite`. One shape per name; returns one array, or a tuple of as many arrays.

        A size may be a tuple of sizes, each of which will do. `dtype` "int64" asks for whole numbers.
        """
        if len(self.names) == 1:
            return _clean(self.value, self.names[0], self.axes[0], shapes[0], dtype)
        if not isinstance(self.value, (tuple, list)) or len(self.value) != len(self.names):
            wanted = f"{listing(self.names)} were wanted, as a tuple of {len(self.names)}"
            raise Mismatch(f"{wanted}; got {describe(self.value)}.")
        triples = zip(self.value, self.names, self.axes, shapes, strict=True)
        return tuple(_clean(value, name, axes, shape, dtype) for value, name, axes, shape in triples)

    def to_match(
        self,
        want: Parts,
        *,
        where: Array | None = None,
        unlike: Callable[[], Mapping[str, Parts]] | None = None,
        otherwise: str = "",
        hint: str = "",
        tolerance: float = VALUE,
    ) -> Any:
        """The whole ladder against `want`, whose structure says how many parts there are.

        `where` marks the rows and steps that count (the rest is padding). `unlike` gives known wrong answers
        under the words that name them. `otherwise` is the sentence for a wrong value: "{name}" and "{where}"
        are filled in.
        """
        wanted = want if isinstance(want, tuple) else (want,)
        got = self.to_be_shaped(*(part.shape for part in wanted))
        found = got if isinstance(got, tuple) else (got,)
        for part, (mine, theirs, name, axes) in enumerate(
            zip(found, wanted, self.names, self.axes, strict=True)
        ):
            bad = ~close(mine, theirs, tolerance)
            if where is not None:
                bad &= where.reshape(where.shape + (1,) * (bad.ndim - where.ndim))
            if not bad.any():
                continue
            for words, wrong in (unlike() if unlike else {}).items():
                other = wrong[part] if isinstance(wrong, tuple) else wrong
                if (
                    other.shape == mine.shape
                    and (close(mine, other, tolerance) | ~_counted(where, mine)).all()
                ):
                    raise Mismatch(f"{name} {_verb(name, 'hold', 'holds')} {words}.", hint, got)
            sentence = otherwise or f"{{name}} {_verb(name, 'are', 'is')} not what was wanted, {{where}}."
            raise Mismatch(sentence.format(name=name, where=_where(bad, axes, where)), hint, got)
        return got

    def to_differ(self, other: Array, *, otherwise: str, hint: str = "") -> None:
        """Every row differs from the same row of `other` in at least one number."""
        mine = self.to_be_shaped(other.shape)
        same = close(mine, other, 1e-6).reshape(len(mine), -1).all(1)
        if same.any():
            rows = listing(list(np.flatnonzero(same)))
            raise Mismatch(otherwise.format(name=self.names[0], rows=rows), hint, mine)

    def to_be_number(
        self, *wanted: float, otherwise: str = "", hint: str = "", tolerance: float = VALUE
    ) -> float:
        """A Python number or a tensor of one element; one of `wanted` if any is given."""
        value, name = self.value, self.names[0]
        if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "iuf":
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Mismatch(f"{name} was wanted as a number; got {describe(self.value)}.", hint)
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if not np.isfinite(number):
            raise Mismatch(f"{name} is {'NaN' if number != number else 'infinite'}.", hint, number)
        bound = widened(tolerance)
        if wanted and not any(abs(number - want) <= bound * (1 + abs(want)) for want in wanted):
            raise Mismatch(
                otherwise.format(name=name) or f"{name} is not the number that was wanted.", hint, number
            )
        return number


def expect(value: object, *names: str, axes: str = "") -> Expectation:
    """What the student's code returned, under the names of its parts.

    `axes` says what each axis of each part counts, by the letters of `AXES`: "BH", or "BTH BH" for two parts.
    """
    each = tuple(axes.split()) or ("",)
    return Expectation(value, names, each * len(names) if len(each) == 1 else each)


def _clean(value: object, name: str, axes: str, shape: Sequence[Size], dtype: str) -> Array:
    """The rungs before `value`, for one array."""
    if not isinstance(value, np.ndarray):
        hint = _ARRAY if describe(value) == "NumPy array" else ""
        raise Mismatch(f"{name} {was(name)} wanted as a tensor; got {describe(value)}.", hint)
    has = f"{name} {_verb(name, 'have', 'has')}"
    fits = len(shape) == value.ndim and all(
        got in (want if isinstance(want, tuple) else (want,))
        for got, want in zip(value.shape, shape, strict=False)
    )
    if not fits:
        plain = tuple(size[0] if isinstance(size, tuple) else size for size in shape)
        meaning = ", ".join(AXES[letter][1] for letter in axes) if len(axes) == len(shape) else ""
        raise Mismatch(
            f"{has} shape {value.shape}; {plain} was wanted{': ' + meaning if meaning else ''}.",
            _about_shapes(value.shape, plain),
        )
    if dtype == "int64" and value.dtype.kind not in "iu":
        raise Mismatch(f"{has} dtype {value.dtype}; whole numbers (int64) were wanted.")
    if dtype == "float32" and value.dtype != np.float32:
        more = ", as the input has" if value.dtype.kind == "f" else ""
        hint = _FLOAT64 if value.dtype == np.float64 else ""
        raise Mismatch(f"{has} dtype {value.dtype}; float32 was wanted{more}.", hint)
    if dtype == "float32" and not np.isfinite(value).all():
        kind = "NaN" if np.isnan(value).any() else "infinite numbers"
        raise Mismatch(f"{name} {_verb(name, 'contain', 'contains')} {kind}.", got=value)
    return value


_ARRAY = (
    "Which line leaves torch (.numpy(), np. …)? No gradient passes it: which torch function does the same?"
)
_FLOAT64 = "What makes float64 here: an array of NumPy, .double(), torch.set_default_dtype(torch.float64)?"


def _about_shapes(got: tuple[int, ...], want: tuple[int, ...]) -> str:
    """A question about a wrong shape that is nearly right; else none."""
    if len(got) == len(want) and sorted(got) == sorted(want):
        return "Which axis comes first? Two of them stand in each other's place."
    if [size for size in got if size > 1] == [size for size in want if size > 1]:
        return f"Which axis of size 1 is there too {'many' if len(got) > len(want) else 'few'}?"
    if len(want) > 1 and got == (want[0], *want):
        return (
            "Which entry of each row is wanted? Indexing with : and a list takes all of them for every row."
        )
    if len(got) == len(want) + 1 and any(got[:axis] + got[axis + 1 :] == want for axis in range(len(got))):
        return "Along which axis is one entry still to be chosen, or all of them to be joined?"
    return ""


# Names of more than one thing.
MANY = ("states", "logits", "inputs", "targets", "tokens", "lengths", "authors")


def was(name: str) -> str:
    """ "was" or "were", after this name."""
    return _verb(name, "were", "was")


def _verb(name: str, many: str, one: str) -> str:
    return many if name.lower().endswith(MANY) else one


def _counted(where: Array | None, like: Array) -> NDArray[np.bool_]:
    if where is None:
        return np.ones(like.shape, bool)
    return np.broadcast_to(where.reshape(where.shape + (1,) * (like.ndim - where.ndim)), like.shape)


def _where(bad: NDArray[np.bool_], axes: str, where: Array | None) -> str:
    """ "in row 2, from step 3 on": the positions of an error in the terms of the axes, counted from 0."""
    if len(axes) != bad.ndim:
        return "at least in part"
    counted, words = _counted(where, bad), []
    for axis, letter in enumerate(axes):
        rest = tuple(other for other in range(bad.ndim) if other != axis)
        hit, possible = np.flatnonzero(bad.any(rest)), np.flatnonzero(counted.any(rest))
        if len(hit) == len(possible) and not (letter == "B" and axis == 0):
            continue
        noun = AXES[letter][0]
        if letter == "T" and len(hit) > 1 and hit[-1] == possible[-1] and len(hit) == hit[-1] - hit[0] + 1:
            words.append(f"from {noun} {hit[0]} on")
        elif len(hit) == len(possible):
            words.append(f"in every {noun}")
        elif len(hit) > 3:
            words.append(f"in {len(hit)} of {len(possible)} {noun}s")
        else:
            words.append(f"in {noun}{'s' if len(hit) > 1 else ''} {listing(list(hit))}")
    return ", ".join(words) + (" (counted from 0)" if any(char.isdigit() for char in "".join(words)) else "")
