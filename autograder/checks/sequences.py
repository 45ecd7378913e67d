"""What every model of sequences keeps to, whatever it computes: rows stay apart, nothing looks ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from autograder.checks.answers import are_unchanged
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, Parts, close, expect
from autograder.checks.thing import Array
from autograder.sandbox import Value

# A gradient that the next step back may leave as 0: no step of right code shrinks it by more than a few
# powers of ten, and the smallest number that every device holds is 1e-38.
FAINT = 1e-30
LOUD = 1e15  # a pull that is heard for so much longer


def ragged(draw: Draw, usual: Array) -> Array:
    """As many lengths as `usual` has, drawn from the same range, so that no code can know them.

    All are different, unsorted, and sorted by no order that is its own inverse. The diagnosis sees the
    `usual` ones. To ask the same source again gives the same lengths.
    """
    if draw.symmetric:
        return usual.copy()
    source, span = draw.child("lengths"), usual.max() + 1 - usual.min()
    while True:
        lengths = usual.min() + source.order(int(span))[: len(usual)]
        order = np.argsort(-lengths)
        if not (order[order] == np.arange(len(usual))).all():
            return np.asarray(lengths)


def large(draw: Draw) -> tuple[Array, ...]:
    """The lengths of a batch that is larger than others: how many rows and how long, no code can know.

    None for the diagnosis. A loop goes through what is given, as through any other batch.
    """
    if draw.symmetric:
        return ()
    source = draw.child("large")
    rows, longest = int(source.integers(20, 41)), int(source.integers(34, 50))
    return (np.append(source.integers(2, longest + 1, rows - 1), longest),)


def wide(draw: Draw, beyond: int = 128) -> tuple[int, ...]:
    """A hidden size that no code can know, far beyond those of a check. None for the diagnosis.

    `beyond`: less where right code may have several layers in two directions, whose weights are many times
    the square of it.
    """
    return () if draw.symmetric else (int(draw.child("wide").integers(beyond + 1, beyond + 50)),)


def rows_stay_apart(
    name: str | Sequence[str],
    rows: int,
    look: Callable[[slice], tuple[Value, Parts]],
    hint: str,
    *,
    axes: str = "",
) -> None:
    """Raise `Mismatch` unless each row alone gives what it gives in its batch: `look(rows)` gives both.

    `name`: of each part, if there are several. Of a large batch three rows are tried, the first and last too.
    """
    for row in range(rows) if rows < 20 else (0, rows // 2, rows - 1):
        alone, wanted = look(slice(row, row + 1))
        expect(alone, *(f"{each} of row {row}" for each in _each(name)), axes=axes).to_match(
            wanted, otherwise="{name} (counted from 0) are not the same alone and in its batch.", hint=hint
        )


def never_looks_ahead(
    name: str,
    look: Callable[[Array], Array],
    inputs: Array,
    changed: Callable[[int], Array],
    steps: Iterable[int],
    hint: str,
    *,
    axes: str = "",
) -> Array:
    """Raise `Mismatch` if what `look` sees (B, T, …) before a step moves with later inputs.

    `changed(step)` are inputs that are others from that step on. Gives what it saw of those as they are.
    """
    before = look(inputs)
    for step in steps:
        expect(look(changed(step))[:, :step], name, axes=axes).to_match(
            before[:, :step], otherwise="{name} at a step change when later ones do, {where}.", hint=hint
        )
    return before


def remembers(name: str, before: Array, after: Array, hint: str) -> None:
    """Raise `Mismatch` where nothing seen (B, T, …) at later steps moves with what stands at the first one.

    `after` is what was seen with another first step. What remembers nothing keeps rows and padding apart, and
    never looks ahead, whatever else its code does: that shows no right line of it.
    """
    if close(after[:, 1:], before[:, 1:], 1e-6).all():
        raise Mismatch(f"{name} do not depend on any earlier step.", hint)


def reaches_back(gradients: Array, otherwise: str, hint: str) -> None:
    """Raise `Mismatch` where gradients (T, …) by each step's input end before the first one.

    They fade along a sequence until float32 holds no number so small, and may end there; so a sequence can be
    longer than whatever a model could look at. What is cut off, by a detach now and then or a window of the
    last steps, ends while it is still large. `{step}` in `otherwise` is the first step that is reached.
    """
    norms = np.abs(gradients).reshape(len(gradients), -1).max(1)
    reached = np.flatnonzero(norms)
    if not reached.size or (reached[0] > 0 and not norms[reached[0]] <= FAINT):
        raise Mismatch(otherwise.format(step=reached[0] if reached.size else "none"), hint)


def same_again(name: str | Sequence[str], first: Parts, again: Value, hint: str) -> None:
    """Raise `Mismatch` unless a second call gave what the first one did."""
    expect(again, *_each(name)).to_match(
        first, otherwise="{name} differ between two calls with the same input.", hint=hint
    )


def inputs_stay(
    name: str,
    after: Sequence[Value],
    *before: object,
    what: str = "tensors",
    hint: str = "Which of your lines writes into an input?",
) -> None:
    """Raise `Mismatch` if a call changed the tensors, or `what` else it is given."""
    if not are_unchanged(after, *before):
        raise Mismatch(f"{name} changes the {what} that it is given.", hint)


def _each(name: str | Sequence[str]) -> Sequence[str]:
    return (name,) if isinstance(name, str) else name
