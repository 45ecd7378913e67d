"""Lines of text in a terminal of any width and any encoding, in a pipe as well."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from rich.console import Console
from rich.text import Text

MAX_WIDTH = 100

MARKS = {"pass": "✓", "fail": "✗", "blocked": "∘", "fault": "!", "not started": "·", "notice": "i"}
STYLES = {"pass": "green", "fail": "red", "blocked": "yellow", "fault": "bold magenta", "notice": "cyan"}
# What stands for a character that a terminal cannot show, behind it.
_NEAREST = """✓+ ✗x ∘o ·. ⊙* ×x −- –- —- …... →-> ≤<= ≥>= ≠!= σsigma ’' ‘' “" ”" ∈in ℓl │|"""
_PLAIN = {pair[0]: pair[1:] for pair in _NEAREST.split()}


def styled(text: str, style: str) -> Text:
    """A text whose style ends with it; what is put behind `Text(text, style=style)` takes over that style."""
    return Text().append(text, style)


class Lines:
    """Writes lines onto a console. What its encoding cannot show is replaced by the nearest that it can."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, MAX_WIDTH)

    def marked(self, kind: str, text: str, right: str = "", style: str = "") -> None:
        """A mark, wrapped text that hangs under itself, and something at the right of the first line."""
        room = self.width - 2 - (len(right) + 2 if right else 0)
        first, *rest = self.wrap(text, room, style) or [Text()]
        row = self._mark(kind) + first
        self.print(row + self.right(right, self.width - row.cell_len))
        for line in rest:
            self.print(Text("  ") + line)

    def bar(self, done: int, of: int, width: int) -> Text:
        """A bar of which so much is full as is done."""
        full, rest = ("━", "─") if fits("━─", self.console.encoding) else ("#", "-")
        filled = done * width // max(of, 1)
        return styled(full * filled, STYLES["pass"]) + styled(rest * (width - filled), "dim")

    @property
    def more(self) -> str:
        """What stands where a line is cut."""
        return "…" if fits("…", self.console.encoding) else "..."

    def mark(self, kind: str, text: Text) -> None:
        """A mark and one line."""
        self.print(self._mark(kind) + text)

    def _mark(self, kind: str) -> Text:
        return styled(self.say(MARKS[kind]) + " ", STYLES.get(kind, "dim"))

    def flow(self, text: Text) -> None:
        """A text with styles of its own, wrapped."""
        for line in text.wrap(self.console, self.width):
            line.rstrip()
            self.print(line)

    def paragraph(self, text: str, style: str = "", indent: str = "  ") -> None:
        for line in self.wrap(text, self.width - len(indent), style):
            self.print(Text(indent) + line)

    def hanging(self, label: str, text: str, style: str = "") -> None:
        """A word, and beside it wrapped text."""
        indent = 2 + len(label) + 2
        for number, line in enumerate(self.wrap(text, self.width - indent)):
            self.print((Text(" " * indent) if number else styled(f"  {label}  ", style)) + line)

    def wrap(self, text: str, width: int, style: str = "") -> list[Text]:
        lines = Text(self.say(" ".join(text.split())), style=style).wrap(self.console, max(width, 20))
        for line in lines:
            line.rstrip()
        return list(lines)

    def right(self, text: str, space: int) -> Text:
        text = self.say(text)
        return styled(" " * max(space - len(text), 1) + text, "dim") if text else Text()

    def say(self, text: str) -> str:
        return printable(text, self.console.encoding)

    def print(self, line: Text | None = None) -> None:
        self.console.print(line if line is not None else Text(), soft_wrap=True)


def near(path: Path) -> str:
    """A path as one would type it here."""
    here, whole = Path.cwd(), path.absolute()
    return str(whole.relative_to(here)) if whole != here and whole.is_relative_to(here) else str(path)


def fits(text: str, encoding: str) -> bool:
    """Whether a terminal of this encoding can show the text."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def printable(text: str, encoding: str) -> str:
    """The text with what the terminal cannot show replaced by the nearest that it can."""
    if fits(text, encoding):
        return text
    shown = []
    for char in text:
        if not fits(char, encoding):
            plain = _PLAIN.get(char) or unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
            char = plain or ("" if unicodedata.combining(char) else "?")
        shown.append(char)
    return "".join(shown)
