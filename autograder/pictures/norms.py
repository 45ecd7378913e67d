"""The norm of the gradient in each step of a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from autograder.pictures import drawing
from autograder.pictures.picture import Array, NoPicture, Picture, Theme, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def norms(logs: Mapping[str, object], seen: Mapping[str, object] | None = None) -> Picture:
    """What a training logged in each step, by model; `seen` is what was measured beside it."""
    logged = {name: _curve(name, log) for name, log in logs.items()}
    measured = {name: _curve(name, norms) for name, norms in (seen or {}).items()}
    on_time = "the curves jump from step to step, never reach 0 and are not cut off at one height."
    on_line = (
        "every dot of your log lies on the line, which is the norm right after backward, before clipping."
    )
    return Picture(
        "How large the gradient of the recurrent weights is in each step of training, before clipping.",
        on_line if measured else on_time,
        lambda theme: _drawn(logged, measured, theme),
    )


def _curve(name: str, norms: object) -> Array:
    curve = numbers(norms, f"norms of {name}", (None,))[: drawing.MOST_POINTS]
    if curve.min() < 0:
        raise NoPicture(f"A norm of {name} is less than 0.")
    return np.maximum(curve, drawing.FLOOR)


def _drawn(logged: Mapping[str, Array], measured: Mapping[str, Array], theme: Theme) -> Figure:
    figure = drawing.figure(3.3)
    axis = figure.subplots()
    for (name, curve), look in zip(logged.items(), drawing.looks(theme), strict=False):
        if name in measured:
            axis.plot(measured[name], label=f"{name}, measured", **(look | {"marker": ""}))
            axis.plot(curve, label=f"{name}, your log", **(look | {"linestyle": ""}))
        else:
            axis.plot(curve, label=name, markevery=max(1, len(curve) // 10), **look)
    drawing.logarithmic(axis, [*logged.values(), *measured.values()], theme)
    axis.set_xlabel("step of training")
    axis.set_title("norm of the gradient of the recurrent weights", loc="left")
    figure.legend(frameon=False, ncols=2, loc="outside lower center")
    return figure
