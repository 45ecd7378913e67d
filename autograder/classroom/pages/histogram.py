"""How many submissions have how many points, as a picture that needs no script and has the page's colours."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from autograder.course.words import counted

WIDTH, HEIGHT, FOOT, TOP = 640, 200, 24, 16
BARS = 20


def histogram(scores: Sequence[float], most: float) -> Markup:
    """Bars over the points from 0 to `most`, as SVG."""
    counts = [0] * BARS
    for score in scores:
        counts[min(int(score / most * BARS), BARS - 1) if most else 0] += 1
    step, highest = WIDTH / BARS, max([*counts, 1])
    shapes = []
    for number, count in enumerate(counts):
        low, high = most * number / BARS, most * (number + 1) / BARS
        height = math.ceil((HEIGHT - FOOT - TOP) * count / highest)
        x, y = number * step, HEIGHT - FOOT - height
        shapes.append(
            f'<rect x="{x + 2:g}" y="{y}" width="{step - 4:g}" height="{height}" rx="3">'
            f"<title>{low:g} to {high:g} points: {counted(count, 'submission')}</title></rect>"
        )
        if count:
            shapes.append(f'<text x="{x + step / 2:g}" y="{y - 4}" text-anchor="middle">{count}</text>')
    for share, anchor in ((0.0, "start"), (0.25, "middle"), (0.5, "middle"), (0.75, "middle"), (1.0, "end")):
        shapes.append(
            f'<text x="{WIDTH * share:g}" y="{HEIGHT - 6}" text-anchor="{anchor}">{most * share:g}</text>'
        )
    line = f'<line x1="0" y1="{HEIGHT - FOOT}" x2="{WIDTH}" y2="{HEIGHT - FOOT}"/>'
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="How many have how many points">'
        f"{line}{''.join(shapes)}</svg>"
    )
