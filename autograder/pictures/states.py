"""States and gates over a sentence: a row is a unit, a column a character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from autograder.pictures import drawing
from autograder.pictures.picture import Array, NoPicture, Picture, Theme, numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_UNITS, MOST_STEPS = 12, 40
_PANELS = {
    "h": r"hidden state $h$: what is shown to the next layer",
    "c": r"cell state $C$: what is remembered",
    "forget": r"forget gate $f$: how much of $C$ is kept",
    "written": r"$i \odot \tilde{C}$: what the input gate lets in",
    "output": r"output gate $o$: how much of $\tanh(C)$ is shown",
}
_GATES = ("forget", "output")
_BOUNDS = {"h": (-1, 1), "c": (-np.inf, np.inf), "forget": (0, 1), "written": (-1, 1), "output": (0, 1)}
_NEAR = 1e-3  # what floating point adds


def states(seen: Mapping[str, object], symbols: Sequence[str]) -> Picture:
    """What `measured.picture_states` saw over `symbols`, at most MOST_STEPS of them."""
    panels = {key: numbers(seen[key], key, (len(symbols), None)) for key in _PANELS if key in seen}
    if "h" not in panels or len({each.shape for each in panels.values()}) > 1:
        raise NoPicture("The states have another number of units than the gates.")
    units = panels["h"].shape[1]
    shown = np.sort(np.argsort(-np.ptp(panels["h"], axis=0), kind="stable")[:MOST_UNITS])
    panels = {key: panel[:, shown].T for key, panel in panels.items()}
    return Picture(
        f"What your model remembers of “{''.join(symbols)}”: a row is a unit, a column a character.",
        _right("forget" in panels),
        lambda theme: _drawn(panels, symbols, theme),
        _remark(panels, units, len(shown)),
    )


def _right(gated: bool) -> str:
    memory = "the same letter gives another column each time, because the state holds what came before"
    bounds = "every gate lies between 0 and 1" if gated else "nothing lies beyond −1 and 1"
    return f"{memory}, and {bounds}."


def _remark(panels: Mapping[str, Array], units: int, shown: int) -> str:
    sentences = [f"Of {units} units you see the {shown} that change most."] if shown < units else []
    if "forget" in panels:
        sentences.append(
            "The gates are worked out from the states that your cell returns; input gate and candidate show "
            "only as their product."
        )
    elif "c" in panels:
        sentences.append(
            "No gates are shown: some step is not C' = f ⊙ C + i ⊙ C̃ and h' = o ⊙ tanh(C') with gates that "
            "depend on h and x alone."
        )
    if any(_beyond(key, panel).any() for key, panel in panels.items()):
        sentences.append("Crossed out is what lies beyond its bounds.")
    return " ".join(sentences)


def _beyond(key: str, panel: Array) -> Array:
    least, most = _BOUNDS[key]
    found: Array = (panel < least - _NEAR) | (panel > most + _NEAR)
    return found


def _drawn(panels: Mapping[str, Array], symbols: Sequence[str], theme: Theme) -> Figure:
    rows = len(panels["h"])
    height = 0.45 + 0.06 * max(rows, 8)
    figure = drawing.figure(height * len(panels) + 0.3)
    axes = np.atleast_1d(figure.subplots(len(panels), 1, sharex=True))
    for axis, (key, panel) in zip(axes, panels.items(), strict=True):
        _heatmap(axis, key, panel, theme)
    drawing.name_columns(axes[-1], symbols)
    return figure


def _heatmap(axis: Axes, key: str, panel: Array, theme: Theme) -> None:
    if key in _GATES:
        low, high, colours = 0.0, 1.0, drawing.one_sided(theme)
    else:
        high = float(np.abs(panel).max()) or 1.0
        low, colours = -high, drawing.two_sided(theme)
    image = axis.imshow(panel, cmap=colours, vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    rows, columns = np.nonzero(_beyond(key, panel))
    inks = np.where(panel[rows, columns] < low, theme.ink, theme.paper)  # on an empty cell, on a full one
    axis.scatter(columns, rows, marker="x", s=18, linewidths=1.2, color=list(inks))
    axis.set_title(_PANELS[key], loc="left")
    axis.set_ylabel("units", fontsize=10, color=theme.soft)
    axis.set_yticks([])
    axis.tick_params(length=0)
    bar = axis.figure.colorbar(image, ax=axis, pad=0.015, aspect=12, ticks=[low, (low + high) / 2, high])
    bar.ax.tick_params(labelsize=10, length=2)
    bar.ax.set_yticklabels([f"{tick:.2g}".replace("-", "−") for tick in (low, (low + high) / 2, high)])
    bar.outline.set_visible(False)
