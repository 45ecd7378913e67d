"""How fast the gradient fades with distance, of several models side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from autograder.pictures import drawing
from autograder.pictures.picture import Array, NoPicture, Picture, Theme, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def distance(seen: Mapping[str, Mapping[str, object]], right: str, remark: str = "") -> Picture:
    """What `measured.picture_distance` saw, by the name of the model; `right` fits these models."""
    curves = {name: numbers(each.get("norms"), f"norms of {name}", (None,)) for name, each in seen.items()}
    if not curves or any(curve.min() < 0 for curve in curves.values()):
        raise NoPicture("A norm is less than 0.")
    curves = {name: np.maximum(curve[: drawing.MOST_POINTS], drawing.FLOOR) for name, curve in curves.items()}
    return Picture(
        "How strongly the last state depends on the input some steps before.",
        right,
        lambda theme: _drawn(curves, theme),
        remark,
    )


def _drawn(curves: Mapping[str, Array], theme: Theme) -> Figure:
    figure = drawing.figure(3.3)
    axis = figure.subplots()
    for (name, curve), look in zip(curves.items(), drawing.looks(theme), strict=False):
        axis.plot(curve, label=name, markevery=max(1, len(curve) // 10), **look)
    drawing.logarithmic(axis, curves.values(), theme)
    axis.set_xlabel("distance d in steps")
    slope = r"$\|\,\partial h_T \,/\, \partial x_{T-d}\,\|$"
    axis.set_title(f"{slope} along random directions, relative to $d = 0$", loc="left")
    figure.legend(frameon=False, ncols=3, loc="outside lower center")
    return figure
