"""What a person reads of a submission: its report and its notebook, as HTML that is safe and small.

Nothing of either runs. A report's HTML, links and pictures are shown as the text that they are. Of a notebook
only text and pictures (PNG, JPEG) are taken, up to a bound, into a new notebook, which nbconvert shows; what
comes out passes through a list of what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import bleach
from markdown_it import MarkdownIt
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode, v4

from autograder.sandbox.wire.text import clean
from autograder.submission.notebook import NotANotebook, cells_of, text_of

MAX_CELLS = 400
MAX_TEXT = 250_000  # characters of a report, or of all cells and outputs of a notebook
MAX_OUTPUT = 10_000  # of one output
MAX_PICTURES = 1_500_000  # characters, as base64, of all pictures
_PICTURES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_TAGS = {
    *(
        "p",
        "br",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "em",
        "strong",
        "del",
        "blockquote",
        "ul",
        "ol",
        "li",
    ),
    *("code", "pre", "div", "span", "table", "thead", "tbody", "tr", "th", "td", "img", "sub", "sup"),
}
_LEFT_OUT = "The rest of this notebook is left out here: it is too long for a page."


def report_as_html(text: str) -> Markup:
    """A report's Markdown as HTML that holds nothing but text."""
    markdown = (
        MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])
    )
    return Markup(markdown.render(clean(text, MAX_TEXT)))


def notebook_as_html(data: bytes) -> Markup | None:
    """A notebook as HTML; None for what is none."""
    try:
        cells = cells_of(data.decode("utf-8-sig", "replace"))
    except NotANotebook:
        return None
    notebook = v4.new_notebook(cells=list(_Bounded().cells(cells)))
    exporter = HTMLExporter(template_name="basic", embed_images=False)
    shown, _ = exporter.from_notebook_node(notebook)
    allowed = {"div": ["class"], "span": ["class"], "img": _is_picture, "th": ["align"], "td": ["align"]}
    return Markup(bleach.clean(shown, tags=_TAGS, attributes=allowed, protocols={"data"}, strip=True))


def _is_picture(tag: str, name: str, value: str) -> bool:
    """Whether an attribute of a picture may stay: a source that holds the picture itself."""
    return name == "src" and value.startswith(tuple(f"data:{kind};base64," for kind in _PICTURES))


class _Bounded:
    """Takes from a notebook what may be shown, until there is enough."""

    def __init__(self) -> None:
        self._text, self._pictures = MAX_TEXT, MAX_PICTURES

    def cells(self, found: list[Any]) -> Iterator[NotebookNode]:
        """The cells, anew; after the last that fits, one that says so."""
        for cell in found[:MAX_CELLS]:
            if self._text <= 0:
                break
            if isinstance(cell, dict):
                yield from self._cell(cell)
        if self._text <= 0 or len(found) > MAX_CELLS:
            yield v4.new_markdown_cell(_LEFT_OUT)

    def _cell(self, cell: dict[str, Any]) -> Iterator[NotebookNode]:
        source = self._take(text_of(cell.get("source", cell.get("input", ""))), MAX_TEXT)
        if cell.get("cell_type") == "markdown":
            yield v4.new_markdown_cell(source)
        elif cell.get("cell_type") == "code":
            count, outputs = cell.get("execution_count"), cell.get("outputs")
            shown = (
                [each for each in outputs[:50] if isinstance(each, dict)] if isinstance(outputs, list) else []
            )
            yield v4.new_code_cell(
                source,
                execution_count=count if type(count) is int else None,
                outputs=[made for each in shown for made in self._output(each)],
            )

    def _output(self, output: dict[str, Any]) -> Iterator[NotebookNode]:
        data = output.get("data")
        if output.get("output_type") == "stream":
            yield v4.new_output("stream", name="stdout", text=self._take(text_of(output.get("text"))))
        elif output.get("output_type") == "error":
            said = f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}"
            yield v4.new_output("stream", name="stderr", text=self._take(said))
        elif isinstance(data, dict):
            picture = next((kind for kind in _PICTURES if kind in data), None)
            content = "".join(text_of(data.get(picture)).split()) if picture else ""
            if picture and _BASE64.fullmatch(content) and len(content) <= self._pictures:
                self._pictures -= len(content)
                yield v4.new_output("display_data", data={picture: content})
            elif text := self._take(text_of(data.get("text/plain"))):
                yield v4.new_output("display_data", data={"text/plain": text})

    def _take(self, text: str, most: int = MAX_OUTPUT) -> str:
        """The text, or as much of it as there is room for."""
        taken = clean(text, max(min(most, self._text), 1))
        self._text -= len(taken)
        return taken
