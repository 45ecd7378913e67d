"""What a submission holds for people to read, as HTML that can do nothing: the report and the notebook.

All is made from Markdown without HTML of its own, escaped text, and pictures inside the page. Files are not
called by their names, which often are their authors'.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from autograder.course.config import Assignment
from autograder.sandbox.wire.text import clean
from autograder.submission import Unreadable, bounded
from autograder.submission.files import gather

MAX_REPORT = 40_000  # characters of one text that are shown
MAX_CELLS = 400
MAX_OUTPUT = 4_000
MAX_PICTURE = 3 << 20
MAX_PICTURES = 24 << 20  # of one notebook
_DOCUMENTS = (".pdf", ".docx", ".odt", ".txt", ".html")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)  # no reader shows it
_KINDS = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Shown:
    """`parts` are titles with safe HTML, `documents` are paths inside the submission that people open."""

    parts: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] = ()
    problem: str = ""


def show(path: Path, assignment: Assignment) -> Shown:
    """What people read of the submission at `path`; where it cannot be read, the sentence that says why."""
    try:
        return bounded.call(lambda: _show(path, assignment), "the submission")
    except Unreadable as error:
        return Shown(problem=str(error))


def _show(path: Path, assignment: Assignment) -> Shown:
    files = gather(path)
    wanted = (assignment.report, assignment.notebook)
    names = sorted(files.contents, key=lambda name: (PurePosixPath(name).name not in wanted, name))
    reports = [name for name in names if name.lower().endswith(".md") and not _is_readme(name)]
    notebooks = [name for name in names if name.lower().endswith(".ipynb")]
    parts = [("Report", _markdown(_text(files.contents[name]))) for name in reports]
    parts += [("Notebook", _notebook(_text(files.contents[name]))) for name in notebooks]
    documents = tuple(name for name in files.others if name.lower().endswith(_DOCUMENTS))
    return Shown(tuple(parts), documents)


def _is_readme(name: str) -> bool:
    return PurePosixPath(name).name.lower() == "readme.md"


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def _markdown(text: str) -> str:
    """A text as HTML: no tags of its own, no pictures from elsewhere, links that tell nobody who follows."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", _picture_named)
    reader.add_render_rule("link_open", _link)
    return str(reader.render(_cut(_COMMENT.sub("", text), MAX_REPORT)))


def _picture_named(renderer: RendererHTML, tokens: list[Token], index: int, *_: Any) -> str:
    return f"<em>[picture: {html.escape(tokens[index].content)}]</em>"


def _link(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    tokens[index].attrSet("target", "_blank")
    return str(renderer.renderToken(tokens, index, options, env))


def _notebook(text: str) -> str:
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "<p>This notebook cannot be read.</p>"
    cells = [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []
    left = MAX_PICTURES
    shown = []
    for cell in cells[:MAX_CELLS]:
        source = _joined(cell.get("source"))
        if cell.get("cell_type") == "markdown":
            shown.append(_markdown(source))
        elif cell.get("cell_type") == "code" and source.strip():
            first = next(line for line in source.split("\n") if line.strip())
            shown.append(
                f"<details><summary><code>{_escaped(first, 100)}</code></summary>"
                f"<pre>{_escaped(source, MAX_OUTPUT)}</pre></details>"
            )
            outputs = cell.get("outputs")
            for piece in _outputs(outputs if isinstance(outputs, list) else []):
                left -= len(piece)
                shown.append(piece if left > 0 else "<p><em>[more outputs]</em></p>")
    if len(cells) > MAX_CELLS:
        shown.append(f"<p><em>[{len(cells) - MAX_CELLS} more cells]</em></p>")
    return "\n".join(shown)


def _outputs(outputs: list[Any]) -> Iterator[str]:
    """What a cell printed, drew and failed with."""
    for output in (each for each in outputs[:100] if isinstance(each, dict)):
        data = output.get("data")
        if output.get("output_type") == "stream":
            yield _block(_joined(output.get("text")))
        elif output.get("output_type") == "error":
            yield _block(f"{output.get('ename')}: {output.get('evalue')}")
        elif isinstance(data, dict):
            picture = next((_picture(kind, data[kind]) for kind in _KINDS if kind in data), "")
            yield picture or _block(_joined(data.get("text/plain")))


def _picture(kind: str, data: Any) -> str:
    """A picture inside the page; "" for what is none."""
    text = _joined(data)
    if len(text) > MAX_PICTURE or not _BASE64.fullmatch(text):
        return ""
    return f'<img alt="a picture that a cell drew" src="data:{kind};base64,{"".join(text.split())}">'


def _block(text: str) -> str:
    return f"<pre>{_escaped(text, MAX_OUTPUT)}</pre>" if text.strip() else ""


def _joined(text: Any) -> str:
    parts = text if isinstance(text, list) else [text]
    return "".join(part for part in parts if isinstance(part, str))


def _escaped(text: str, limit: int) -> str:
    return html.escape(clean(text, limit))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}\n\n*[the rest is not shown]*"
