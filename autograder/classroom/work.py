"""What a person reads of a submission: its report and its notebook, as HTML that is safe and small.

Nothing of either runs, and none of their HTML is taken over: HTML, links and pictures in Markdown are shown
as the text that they are. Of what a notebook's cells left, text and pictures (PNG, JPEG) are shown, up to a
bound. (nbconvert takes nine times as long, and its HTML would have to be cleaned.)

Reading takes time, and points change more often than files do: what was read once is kept in DIR/shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from pydantic import TypeAdapter
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder import records
from autograder.sandbox.wire.text import clean
from autograder.submission.notebook import NotANotebook, cells_of, text_of

FOLDER = "shown"
_FORMAT = "2"  # another one makes all anew
MAX_CELLS = 400
MAX_TEXT = 250_000  # characters of a report, or of all cells and outputs of a notebook
MAX_OUTPUT = 10_000  # of one output
MAX_OUTPUTS = 50  # of one cell
MAX_PICTURES = 1_500_000  # characters, as base64, of all pictures
_PICTURES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)  # no reader of Markdown shows it
_LEFT_OUT = Markup("<p>The rest of this notebook is left out here: it is too long for a page.</p>")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What was read of a submission; `problem` is the sentence that says why it could not be."""

    problem: str = ""


T = TypeVar("T", bound=Extract)


def kept(path: Path, made_from: object, kind: type[T], read: Callable[[], T]) -> T:
    """What `read` gives, of this kind, which is kept at `path` as long as `made_from` says the same.

    `made_from` is a value that JSON can hold. A problem is not kept: it may be the machine's of today. Raises
    Unwritten.
    """
    key = json.dumps([_FORMAT, made_from])
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record.pop("key") == key:
            return TypeAdapter(kind).validate_python(record)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    found = read()
    if not found.problem:
        records.write(path, json.dumps({"key": key, **asdict(found)}, ensure_ascii=False))
    return found


def report_as_html(text: str) -> Markup:
    """A report's Markdown as HTML that holds nothing but text."""
    return Markup(_MARKDOWN.render(clean(_COMMENT.sub("", text), MAX_TEXT)))


def notebook_as_html(data: bytes) -> Markup | None:
    """A notebook as HTML; None for what is none."""
    try:
        cells = cells_of(data.decode("utf-8-sig", "replace"))
    except NotANotebook:
        return None
    return Markup().join(_Shown().cells(cells))


class _Shown:
    """Shows the cells of a notebook until it is enough."""

    def __init__(self) -> None:
        self._text, self._pictures = MAX_TEXT, MAX_PICTURES

    def cells(self, found: list[Any]) -> Iterator[Markup]:
        """The cells; after the last that fits, a sentence that says so."""
        for cell in found[:MAX_CELLS]:
            if self._text <= 0:
                break
            if isinstance(cell, dict):
                yield self._cell(cell)
        if self._text <= 0 or len(found) > MAX_CELLS:
            yield _LEFT_OUT

    def _cell(self, cell: dict[str, Any]) -> Markup:
        source = self._take(text_of(cell.get("source", cell.get("input", ""))), MAX_TEXT)
        if cell.get("cell_type") != "code":
            return Markup(f'<div class="cell"><div class="inner">{_MARKDOWN.render(source)}</div></div>')
        count, outputs = cell.get("execution_count", cell.get("prompt_number")), cell.get("outputs")
        code = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
        shown = Markup().join(self._outputs(outputs if isinstance(outputs, list) else []))
        number = count if type(count) is int else " "
        return Markup(
            f'<div class="cell"><div class="prompt">[{number}]</div>'
            f'<div class="inner"><pre class="code">{code}</pre>{shown}</div></div>'
        )

    def _outputs(self, outputs: list[Any]) -> Iterator[Markup]:
        for output in outputs[:MAX_OUTPUTS]:
            data = output.get("data") if isinstance(output, dict) else None
            picture = self._picture(data) if isinstance(data, dict) else None
            if picture is not None:
                yield picture
            elif isinstance(output, dict) and (text := self._take(_text(output))).strip():
                yield Markup("<pre>{}</pre>").format(text)

    def _picture(self, data: dict[str, Any]) -> Markup | None:
        """A picture that an output holds; None where there is none, or no room for it."""
        for kind in _PICTURES:
            content = "".join(text_of(data.get(kind)).split())
            if _BASE64.fullmatch(content) and len(content) <= self._pictures:
                self._pictures -= len(content)
                return Markup(f'<img alt="" src="data:{kind};base64,{escape(content)}">')
        return None

    def _take(self, text: str, most: int = MAX_OUTPUT) -> str:
        """The text, or as much of it as there is room for."""
        taken = clean(text, max(min(most, self._text), 1))
        self._text -= len(taken)
        return taken


def _text(output: dict[str, Any]) -> str:
    """What an output says as text."""
    if output.get("output_type") == "error":
        return f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}"
    data = output.get("data")
    return text_of(data.get("text/plain")) if isinstance(data, dict) else text_of(output.get("text"))
