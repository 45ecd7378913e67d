"""Which cells of a padded batch carry loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from autograder.pictures import drawing
from autograder.pictures.picture import Array, Picture, Theme, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAD = "<PAD>"


def loss(seen: Mapping[str, object], names: Sequence[Sequence[str]]) -> Picture:
    """What `measured.picture_loss` saw, where `names` (B, T) are the targets and padding is called PAD."""
    shares = numbers(seen.get("shares"), "shares of the loss", (len(names), len(names[0])))
    real = sum(name != PAD for row in names for name in row)
    return Picture(
        "Which cells of a padded batch carry loss: the gradient of your loss by the scores of each cell.",
        f"cells of {PAD} stay blank, and all {real} others have the same colour, 1/{real} of the loss each.",
        lambda theme: _drawn(shares, names, theme),
        "All scores are equal here, so that a colour depends on nothing but what the cell counts for.",
    )


def _drawn(shares: Array, names: Sequence[Sequence[str]], theme: Theme) -> Figure:
    rows, columns = shares.shape
    figure = drawing.figure(0.9 + 0.34 * rows)
    axis = figure.subplots()
    high = float(shares.max())
    image = axis.imshow(shares, cmap=drawing.one_sided(theme), vmin=0, vmax=high, aspect="auto")
    for row, column in np.ndindex(rows, columns):
        name = names[row][column]
        ink = theme.paper if shares[row, column] > high / 2 else theme.soft if name == PAD else theme.ink
        drawing.name_cell(axis, row, column, columns, name, ink)
    axis.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    axis.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    axis.grid(which="minor", color=theme.line, linewidth=1)
    axis.tick_params(which="both", length=0)
    axis.set_xticks(range(columns))
    axis.set_yticks(range(rows))
    axis.set_xlabel("step")
    axis.set_ylabel("row")
    bar = figure.colorbar(image, ax=axis, pad=0.015, aspect=14, ticks=[0, high])
    bar.ax.set_yticklabels(["0", f"{high:.3g}"])
    bar.set_label("share of the loss", size=10)
    bar.outline.set_visible(False)
    return figure
