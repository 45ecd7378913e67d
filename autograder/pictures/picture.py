"""A picture: what to see in it, what a right one looks like, and how it is drawn in each theme."""

from __future__ import annotations

import base64
import html
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure


Array: TypeAlias = NDArray[Any]
MOST_NUMBERS = 1 << 20  # of one panel


class NoPicture(Exception):
    """There is nothing to draw; the text is the sentence that says why."""


@dataclass(frozen=True)
class Theme:
    """Colours, those of the pages; the colour-blind, too, tell `strong` from `other`."""

    ink: str
    soft: str
    line: str
    paper: str
    strong: str  # a blue
    other: str  # an orange


LIGHT = Theme("#1d2129", "#5d6675", "#d3d7de", "#ffffff", "#0b62a8", "#c85a00")
DARK = Theme("#e6e8ec", "#98a2b3", "#3a404b", "#14171c", "#6cb6f5", "#f5a04c")


@dataclass(frozen=True)
class Picture:
    """Figures with the same words around them. `remark` is what else has to be known to read it."""

    title: str
    right: str
    draw: Callable[[Theme], Figure]
    remark: str = ""

    def svg(self, theme: Theme) -> bytes:
        """The figure, which needs no font and no other file; the same numbers give the same bytes."""
        import matplotlib

        file = io.BytesIO()
        with matplotlib.rc_context(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of characters that the font has not
            matplotlib.rcdefaults()  # whatever style a notebook has set
            matplotlib.rcParams.update(_settings(theme))
            self.draw(theme).savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()

    def html(self) -> str:
        """A <figure> in both themes, which needs no script and no style of the page's."""
        light, dark = (base64.b64encode(self.svg(theme)).decode() for theme in (LIGHT, DARK))
        kind = "data:image/svg+xml;base64,"
        right = f"<b>What a right one looks like:</b> {html.escape(self.right)}"
        below = f"<br><small>{html.escape(self.remark)}</small>" if self.remark else ""
        return (
            f'<figure class="picture" style="margin: 1.25rem 0; max-width: 40rem">'
            f"<figcaption><b>{html.escape(self.title)}</b></figcaption>"
            f'<picture><source media="(prefers-color-scheme: dark)" srcset="{kind}{dark}">'
            f'<img alt="{html.escape(self.title)}" src="{kind}{light}" style="width: 100%; height: auto">'
            f"</picture><figcaption>{right}{below}</figcaption></figure>"
        )

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return f"{self.title} What a right one looks like: {self.right}"


def numbers(given: object, what: str, shape: tuple[int | None, ...]) -> Array:
    """`given` as finite floats of that shape, where None stands for any size; else NoPicture.

    It may come from a worker, so it may be anything.
    """
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise NoPicture(f"The {what} are no numbers.") from None
    fits = len(array.shape) == len(shape) and all(
        size == wanted or wanted is None for size, wanted in zip(array.shape, shape, strict=True)
    )
    if not (fits and 0 < array.size <= MOST_NUMBERS):
        raise NoPicture(f"The {what} have the shape {array.shape}, which cannot be drawn.")
    if not np.isfinite(array).all():
        raise NoPicture(f"The {what} hold nan or inf.")
    return array


def _settings(theme: Theme) -> Any:
    ink = ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor")
    soft = ("axes.edgecolor", "xtick.color", "ytick.color")
    paper = ("axes.facecolor", "figure.facecolor", "savefig.facecolor")
    return {
        **dict.fromkeys(ink, theme.ink),
        **dict.fromkeys(soft, theme.soft),
        **dict.fromkeys(paper, theme.paper),
        "font.family": "DejaVu Sans",  # comes with matplotlib
        "font.size": 11,
        "axes.titlesize": 11,
        "svg.hashsalt": "a picture",
    }
