"""A calibration as a picture: for each threshold, what right and wrong submissions reach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

from autograder.audit.calibrate import Measured

matplotlib.use("agg")
import matplotlib.pyplot as plt

COLOURS = {"solution": "#2a6fb0", "alternatives": "#1b7f4b", "mistakes": "#c2410c"}


def draw(found: Sequence[Measured], path: Path) -> None:
    """Write one row of dots per kind of submission and threshold, and the threshold as a line."""
    plt.rcParams["svg.hashsalt"] = "calibration"
    figure, rows = plt.subplots(len(found), 1, figsize=(8, 1.5 * len(found) + 0.4), squeeze=False)
    for axes, entry in zip(rows[:, 0], found, strict=True):
        kinds = {
            "solution": entry.solution,
            "alternatives": [value for values in entry.alternatives.values() for value in values],
            "mistakes": [value for values in entry.mistakes.values() for value in values],
        }
        for height, (kind, values) in enumerate(reversed(kinds.items())):
            spread = [height + 0.22 * ((7 * at) % 11 - 5) / 5 for at in range(len(values))]
            axes.scatter(values, spread, s=9, alpha=0.45, color=COLOURS[kind], linewidths=0)
        axes.axvline(entry.bound, color="black", linewidth=1)
        axes.set_yticks(range(3), [f"{kind} ({len(values)})" for kind, values in reversed(kinds.items())])
        side = "at most" if entry.upper else "at least"
        title = f"{entry.check.replace('::', ' · ').replace('_', ' ')}: {entry.name}, {side} {entry.bound:g}"
        axes.set_title(title, loc="left", fontsize=9)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
