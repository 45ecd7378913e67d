"""What a worker prints, as far as it is kept: the first part of everything, and of what it printed lately."""

from __future__ import annotations

from dataclasses import dataclass

from ..wire.text import clean

MAX_PRINTED = 64_000  # characters kept of everything
MAX_LATELY = 4_000  # of what was printed since it was last asked for
_BYTES = 4  # that a character may take


@dataclass(frozen=True)
class Printed:
    """A text, cleaned, and how many lines behind it were not kept."""

    text: str = ""
    lines_cut: int = 0

    def __add__(self, later: Printed) -> Printed:
        """Both, of which no more is kept than of one."""
        if self.lines_cut or len(self.text) >= MAX_LATELY:
            return Printed(self.text, self.lines_cut + later.text.count("\n") + later.lines_cut)
        return Printed(self.text + later.text, later.lines_cut)


class Output:
    """Takes what comes, and keeps the first parts."""

    def __init__(self) -> None:
        self.size = 0  # bytes printed since the last question began
        self._all, self._lately = bytearray(), bytearray()
        self._lines_cut = 0

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self._all += data[: max(0, _BYTES * MAX_PRINTED - len(self._all))]
        room = max(0, _BYTES * MAX_LATELY - len(self._lately))
        self._lately += data[:room]
        self._lines_cut += data.count(b"\n", room)

    def begin_question(self) -> None:
        self.size = 0

    @property
    def text(self) -> str:
        return clean(self._all.decode("utf-8", "replace"), MAX_PRINTED)

    def take(self) -> Printed:
        """What was printed since this was last asked for."""
        text = self._lately.decode("utf-8", "replace")
        kept = clean(text, MAX_LATELY)
        cut = self._lines_cut + max(text.count("\n") - kept.count("\n"), 0)
        self._lately, self._lines_cut = bytearray(), 0
        return Printed(kept, cut)
