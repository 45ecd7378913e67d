"""What figures share: their width, their colours, the names of columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.pictures.picture import Array, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

WIDTH = 5.6  # inches: on a phone, where a page shows it at half of that, 11 points can still be read
MOST_POINTS = 2_000  # of one curve
FLOOR = 1e-12  # what is less is drawn here, where there is no 0
_VISIBLE = {" ": "␣", "\n": "↵", "\t": "⇥"}


def figure(height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout="constrained")


def one_sided(theme: Theme) -> Colormap:
    """From nothing, the colour of the page, to one."""
    return _blend(theme.paper, theme.strong)


def two_sided(theme: Theme) -> Colormap:
    """From minus by nothing, the colour of the page, to plus."""
    return _blend(theme.other, theme.paper, theme.strong)


def _blend(*colours: str) -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("", colours)


def looks(theme: Theme) -> list[dict[str, Any]]:
    """Of one curve after the other: told apart by colour, dashes and marks."""
    return [
        {"color": theme.strong, "linestyle": "-", "marker": "o", "markersize": 4},
        {"color": theme.other, "linestyle": "--", "marker": "s", "markersize": 4},
        {"color": theme.soft, "linestyle": ":", "marker": "^", "markersize": 4},
    ]


def visible(symbol: str) -> str:
    """A symbol as it can be seen, a space for example."""
    return _VISIBLE.get(symbol, symbol)


def name_columns(axis: Axes, symbols: Sequence[str]) -> None:
    """Each column by its character."""
    axis.set_xticks(range(len(symbols)))
    size = 12 if len(symbols) <= 24 else 9
    for label in axis.set_xticklabels(map(visible, symbols), fontsize=size, family="DejaVu Sans Mono"):
        label.set_parse_math(False)  # a dollar is a dollar


def name_cell(axis: Axes, row: int, column: int, columns: int, name: str, ink: str) -> None:
    """Write a symbol into its cell; a special one, <PAD>, without its brackets and as small as has to be."""
    shown = name.strip("<>") if len(name) > 2 else visible(name)
    width = 60 * WIDTH / columns  # of a cell in points, about
    size = min(11.0, width / (0.75 * len(shown)))
    axis.text(column, row, shown, ha="center", va="center", parse_math=False, fontsize=size, color=ink)


def logarithmic(axis: Axes, curves: Iterable[Array], theme: Theme) -> None:
    """An axis of whole decades around positive curves, with faint lines to read them by, and no frame."""
    whole = np.concatenate(list(curves))
    low, high = np.floor(np.log10(whole.min())), np.ceil(np.log10(whole.max()))
    axis.set_yscale("log")
    axis.set_ylim(10**low, 1.5 * 10 ** max(high, low + 1))
    axis.minorticks_off()
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    axis.grid(axis="y", color=theme.line, linewidth=0.8)
    axis.set_axisbelow(True)
