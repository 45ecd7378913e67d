"""Draw the four paradigms for A7's handout: python tests/harness/assignments/draw_a7_paradigms.py

The pictures are small, readable on light and dark pages, and lie in solutions/.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "solutions" / "a7_sequence_modeling" / "pictures"
STEP, LEFT, HEIGHT = 84, 60, 170  # between two time steps, to the first one, of a picture
STYLE = """
.card { fill: #ffffff; stroke: #d0d7de } .cell { fill: #dbeafe; stroke: #2563eb } .line { stroke: #57606a }
.back { stroke: #c2410c; stroke-dasharray: 4 3 } .head { fill: #57606a } .back-head { fill: #c2410c }
text { font: 14px system-ui, sans-serif; fill: #1f2328; text-anchor: middle } .start { fill: #c2410c }
.line, .back { fill: none; stroke-width: 1.6 }
@media (prefers-color-scheme: dark) {
  .card { fill: #161b22; stroke: #30363d } .cell { fill: #1e3a5f; stroke: #60a5fa } .line { stroke: #9da7b3 }
  .back { stroke: #fb923c } .head { fill: #9da7b3 } .back-head { fill: #fb923c } text { fill: #e6edf3 }
  .start { fill: #fb923c }
}"""


@dataclass(frozen=True)
class Paradigm:
    """What goes in at each step and what comes out; "" is nothing. `start` makes the first state."""

    says: str  # for those who cannot see the picture
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    start: str = ""
    feeds_back: bool = False


PARADIGMS = {
    "one_to_one": Paradigm("One character goes in, the author comes out.", ("I",), ("author",)),
    "many_to_one": Paradigm(
        "All characters go in, the author comes out after the last.",
        ("I", "t", "…", "<EOS>"),
        ("", "", "", "author"),
    ),
    "one_to_many": Paradigm(
        "The author makes the first state; every character that comes out goes in next.",
        ("<SOS>", "D", "i", "m"),
        ("D", "i", "m", "<EOS>"),
        start="Poe",
        feeds_back=True,
    ),
    "many_to_many": Paradigm(
        "After every character that goes in, the next one comes out.",
        ("<SOS>", "S", "h", "a"),
        ("S", "h", "a", "<EOS>"),
    ),
}


def draw(paradigm: Paradigm) -> str:
    """The picture as SVG."""
    steps = len(paradigm.inputs)
    left = LEFT + (STEP if paradigm.start else 0)
    width = left + (steps - 1) * STEP + LEFT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" '
        f'height="{HEIGHT}" role="img">',
        f"<title>{escape(paradigm.says)}</title>",
        f"<style>{STYLE}\n</style>",
        "<defs>",
        *(_arrow_head(name, kind) for name, kind in (("to", "head"), ("feed", "back-head"))),
        "</defs>",
        f'<rect class="card" x="1" y="1" width="{width - 2}" height="{HEIGHT - 2}" rx="10"/>',
    ]
    if paradigm.start:
        parts += [_text(LEFT, 90, paradigm.start, "start"), _line(LEFT + 20, 85, left - 26, 85)]
    for step, (given, wanted) in enumerate(zip(paradigm.inputs, paradigm.outputs, strict=True)):
        x = left + step * STEP
        parts += [
            f'<rect class="cell" x="{x - 24}" y="68" width="48" height="34" rx="7"/>',
            _text(x, 90, "h"),
        ]
        parts += [_text(x, 155, given), _line(x, 138, x, 104)]
        if wanted:
            parts += [_text(x, 25, wanted), _line(x, 66, x, 34)]
        if step:
            parts.append(_line(x - STEP + 25, 85, x - 26, 85))
        if step and paradigm.feeds_back:
            parts.append(
                f'<path class="back" marker-end="url(#feed)" '
                f'd="M{x - STEP + 14} 24 C{x - 30} 40 {x - 54} 128 {x - 14} 148"/>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _arrow_head(name: str, kind: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" '
        'orient="auto">'
        f'<path class="{kind}" d="M0 0 L8 4 L0 8 z"/></marker>'
    )


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    return f'<text{f" class={kind!r}" if kind else ""} x="{x}" y="{y}">{escape(text)}</text>'


def _line(x: int, y: int, to_x: int, to_y: int) -> str:
    return f'<path class="line" marker-end="url(#to)" d="M{x} {y} L{to_x} {to_y}"/>'


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, paradigm in PARADIGMS.items():
        (FOLDER / f"{name}.svg").write_text(draw(paradigm), encoding="utf-8", newline="\n")
