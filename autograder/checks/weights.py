"""What checks do with a student's weights, without ever asking for their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import Named
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, listing
from autograder.checks.tolerances import SLOPE, widened

if TYPE_CHECKING:
    from autograder.checks.student import Student
    from autograder.checks.thing import Thing

Array = NDArray[Any]

STEP = 0.005  # of the fourth-order difference quotients for which tolerances.SLOPE is made
DIRECTIONS = 4  # that are tried before a value counts as having no slope
KINKS = 0.05  # of 1 + |slope|: more than the kinks of hundreds of ReLUs change, less than a lost path
LARGEST = 1 << 14  # numbers in one weight at the small sizes of a check; more than this is not looked at
MOST = 1 << 18  # numbers in all weights that are looked at
WIDEST = 1 << 21  # the same of a model with one large size, where an LSTM has a quarter of it


def trainable(student: Student, thing: Thing) -> Named[Array]:
    """What training may change, in the order of the names: finite floats, whatever was claimed.

    To ask for a name that is not there is a `Mismatch`, and so is a model of far too many numbers.
    """
    largest, most = (WIDEST, WIDEST) if thing.wide else (LARGEST, MOST)
    weights = student.weights(thing)
    arrays = {name: np.asarray(weights[name]) for name in sorted(weights.trainable)}
    found = {name: a for name, a in arrays.items() if a.dtype.kind == "f" and a.size <= largest}
    if sum(a.size for a in found.values()) > most:
        raise Mismatch(
            f"Even when it is made for the small sizes of a check, {thing.name} has over {most:,} weights: "
            "too many to be judged.",
            "Which of its sizes follow the arguments, and which are written down?",
        )
    return Named({name: np.nan_to_num(a) for name, a in found.items()})


def randomise(
    student: Student, thing: Thing, draw: Draw, scale: float = 0.5, *, torchs_layers: bool = False
) -> None:
    """Distinct random numbers in all trainable weights: no zero or tied start can hide a mistake.

    `torchs_layers`: the model is made of PyTorch's recurrent layers, so nobody lays out gates in another way,
    and what it ranks first should vary. The diagnosis then gives weights of one shape the same numbers, not
    each row one number. In a wide model numbers are as small as sums over so many have to be, whatever
    `scale` is: larger ones make chaos of a recurrent state.
    """
    if thing.wide:
        weights = trainable(student, thing)
        scales = {name: sorted((4, 4, *w.shape))[-2] ** -0.5 for name, w in weights.items()}
        student.load(thing, {name: draw.normal(*w.shape, scale=scales[name]) for name, w in weights.items()})
        return
    if draw.symmetric and not torchs_layers:
        student.fill(thing, draw.turn, scale)
        return
    shapes = {name: weight.shape for name, weight in trainable(student, thing).items()}
    if draw.symmetric:
        student.load(thing, {name: _by_shape(shape, draw, scale) for name, shape in shapes.items()})
        return
    student.load(thing, {name: draw.distinct(*shape, scale=scale) for name, shape in shapes.items()})


def _by_shape(shape: tuple[int, ...], draw: Draw, scale: float) -> Array:
    """The same numbers for all weights of a shape or its transpose; biases 0."""
    if len(shape) != 2:
        return np.zeros(shape, np.float32)
    numbers = draw.child(f"{max(shape)} by {min(shape)}").normal(max(shape), min(shape), scale=scale)
    return numbers if shape[0] >= shape[1] else numbers.T


def reached(gradients: Mapping[str, Array | None]) -> int:
    """How many single weights got a gradient."""
    return sum(int(np.count_nonzero(np.asarray(g))) for g in gradients.values() if _is_float(g))


def touched(gradients: Mapping[str, Array | None]) -> int:
    """How many weights are in the tensors that got a gradient anywhere.

    A unit that is silent by chance counts.
    """
    return sum(np.asarray(g).size for g in gradients.values() if _is_float(g) and np.any(np.asarray(g)))


def by_token(gradients: Mapping[str, Array | None], vocab: int) -> Array:
    """The largest gradient (vocab,) of each id, in any weight with one row or column per id."""
    found = np.zeros(vocab)
    for gradient in gradients.values():
        if gradient is None or gradient.ndim < 2:
            continue
        for axis in (axis for axis, size in enumerate(gradient.shape) if size == vocab):
            by_id = np.moveaxis(gradient, axis, 0).reshape(vocab, -1)
            found = np.maximum(found, np.abs(by_id).max(1))
    return found


def check_slopes(
    student: Student, thing: Thing, args: tuple[Any, ...], pull: Any, draw: Draw, name: str, hint: str = ""
) -> None:
    """Raise `Mismatch` unless the gradients of <pull, output> are the slopes of the code's own forward pass.

    A detach, `.data`, a trip through numpy or an overwritten tensor loses a path that the slopes still see.
    The student's forward pass is taken as it is, so a wrong equation costs nothing here. What is frozen has
    no gradient to be looked at, so nothing may be.
    """
    gradients = student.gradients(thing, *args, pull=pull)
    floats, given = _leaves(args), list(gradients.inputs)

    def towards_inputs() -> Slope:
        along = [draw.normal(*part.shape, scale=0.5) for part in floats]
        got = sum(_dot(grad, direction) for grad, direction in zip(given, along, strict=False))
        return got, lambda step: _value(student.call(thing, *_moved(args, iter(along), step)), pull)

    if not has_slopes(towards_inputs):
        raise Mismatch(
            f"The gradients that backward() gives the inputs of {name} do not fit what {name} returns.", hint
        )
    # What is the same at every call has slopes of 0, and gradients to fit.
    if not any(np.any(gradient) for gradient in (*given, *gradients.weights.values())):
        raise Mismatch(f"No gradient comes back from what {name} returns.", hint)
    check_trains(student, thing, name)
    start = trainable(student, thing)
    if draw.symmetric or not set(start) & set(gradients.weights):
        return  # the diagnosis goes by no names; parametrised weights have gradients under other names

    def towards_weights() -> Slope:
        known = [key for key in start if key in gradients.weights]
        tilt = {key: draw.normal(*start[key].shape, scale=0.1) for key in known}

        def moved(step: float) -> float:
            student.load(thing, {key: (start[key] + step * tilt[key]).astype(np.float32) for key in known})
            return _value(student.call(thing, *args), pull)

        return sum(_dot(gradients.weights[key], tilt[key]) for key in known), moved

    right = has_slopes(towards_weights)
    student.load(thing, start)
    if not right:
        raise Mismatch(
            f"The gradients that backward() gives the weights of {name} do not fit what {name} returns.", hint
        )


def check_trains(student: Student, thing: Thing, name: str) -> None:
    """Raise `Mismatch` where a weight is frozen; a constant may be."""
    if frozen := student.frozen(thing):
        raise Mismatch(
            f"Training does not change {listing(frozen[:3])} of {name}.",
            "Where does your code turn requires_grad off?",
        )


Slope = tuple[float, Callable[[float], float]]  # what autograd says, and the value at each step


def has_slopes(direction: Callable[[], Slope]) -> bool:
    """Whether what autograd says is the slope of the value, in a direction that is drawn anew.

    A kink on the way leaves that open, and other directions miss it. Where kinks are everywhere, as with many
    ReLUs, each changes little: then the gradient must come near the slope in every direction. Noise in the
    value, which would hide a lost path, does not make it come near.
    """
    kinks, found = 0, []
    for _ in range(DIRECTIONS):
        got, value = direction()
        want = _slope(value, STEP)
        if _agree(got, want):
            return True
        left, right = _one_sided(value, -STEP), _one_sided(value, STEP)
        kinks += not _agree(left, right) or not _agree(_slope(value, STEP / 2), want)
        # Fewer kinks are on a shorter way, and others on ways of other lengths, or on one side only.
        found.append((got, [left, right, *(_slope(value, STEP / part) for part in (4, 8, 16))]))
    usual = float(np.sqrt(np.mean([got**2 for got, _ in found])))  # a slope is small by chance, its error not
    near = all(min(abs(got - each) for each in ways) <= KINKS * (1 + usual) for got, ways in found)
    return near and kinks >= DIRECTIONS / 2


def is_slope(got: float, value: Callable[[float], float]) -> bool:
    """Whether `got` is the slope of `value` at 0. A kink there is none of a right loss."""
    return _agree(got, _slope(value, STEP))


def _slope(value: Callable[[float], float], step: float) -> float:
    near, far = (value(step) - value(-step)), (value(2 * step) - value(-2 * step))
    return (8 * near - far) / (12 * step)


def _one_sided(value: Callable[[float], float], step: float) -> float:
    """To the right of 0, to its left with a step below 0."""
    weights = (-25, 48, -36, 16, -3)
    return sum(weight * value(k * step) for k, weight in enumerate(weights)) / (12 * step)


def _agree(got: float, want: float, tolerance: float = SLOPE) -> bool:
    return bool(abs(got - want) <= widened(tolerance) * (1 + abs(want)))


def _is_float(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _dot(grad: Any, direction: Array) -> float:
    if not _is_float(grad) or grad.shape != direction.shape:
        return 0.0
    return float(np.sum(np.asarray(grad, np.float64) * direction))


def _value(output: Any, pull: Any) -> float:
    """<pull, output>; what stands where nothing pulls, an infinity of a mask's perhaps, does not count.

    It goes where the pull goes, whose parts are few: an output may have become anything since the first call.
    """
    if isinstance(pull, (tuple, list)):
        parts = output if isinstance(output, (tuple, list)) else ()
        return sum(_value(mine, theirs) for mine, theirs in zip(parts, pull, strict=False))
    if not _is_float(pull) or not _is_float(output) or output.shape != pull.shape:
        return 0.0
    return float(np.sum(np.where(pull != 0, np.asarray(output, np.float64), 0.0) * pull))


def _leaves(value: Any) -> list[Array]:
    if _is_float(value):
        return [value]
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, (tuple, list)) else []


def _moved(value: Any, along: Any, step: float) -> Any:
    """`value` with its float arrays moved, each along the next direction."""
    if isinstance(value, tuple):
        return tuple(_moved(part, along, step) for part in value)
    return value + np.float32(step) * next(along) if _is_float(value) else value


def on_lively_weights(draw: Draw, look: Callable[[Draw], None]) -> None:
    """`on_some_weights`, for models that may have a ReLU which silences them; one look for the diagnosis."""
    return look(draw) if draw.symmetric else on_some_weights(draw, look)


def on_some_weights(draw: Draw, look: Callable[[Draw], None]) -> None:
    """`look`, which an unlucky draw of weights may fail, with up to three of them."""
    for key in "abc":
        try:
            return look(draw.child(key))
        except Mismatch:
            if key == "c":
                raise
    return None
