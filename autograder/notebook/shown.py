"""The verdicts as a notebook shows them."""

from __future__ import annotations

import html
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """What a cell shows that ends with a check: a table, and the same as text for consoles without HTML."""

    text: str
    html: str

    @classmethod
    def sentence(cls, text: str) -> Shown:
        """A sentence in the place of verdicts, and what it lists in lines below it."""
        return cls(text, f"<p>{html.escape(text)}</p>".replace("\n", "<br>"))

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """Both forms; whoever shows it takes the best that it can show."""
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text
