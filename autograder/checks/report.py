"""A Markdown report as its sections, tables and pictures, for checks of its form.

Read by a CommonMark parser, so that code, HTML and reference-style links are what they are to any reader.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from markdown_it import MarkdownIt
from markdown_it.token import Token

from autograder.checks.expect import Mismatch

READ = 30_000  # characters that are parsed: several times what any handout allows
_PICTURE = re.compile(r"<(img|svg|picture|object|embed|iframe|video|canvas)\b|data:\w+/", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_BOLD_LINE = re.compile(r"\s*(\*\*|__).{3,80}(\*\*|__):?\s*")


@dataclass(frozen=True)
class Table:
    """A Markdown table as its cells' text; `lines` are those of its rows, the header's first."""

    rows: list[list[str]]
    lines: list[int]


@dataclass(frozen=True)
class Section:
    """One section: its title, the line of its header, its text without comments, and its tables."""

    title: str
    line: int
    text: str
    tables: list[Table]


@dataclass(frozen=True)
class _Header:
    level: int
    title: str
    line: int  # counted from 1
    below: int  # the first line of its section, counted from 0


class Report:
    """A report, parsed. `place(line)` says where, in the terms of its author.

    `wanted`: how many sections there should be; a title above so many is none of them.
    """

    def __init__(self, text: str, filename: str, wanted: int = 0) -> None:
        self.text, self.filename, self._wanted = text, filename, wanted
        self._lines = text[:READ].split("\n")
        self._tokens = MarkdownIt("commonmark").enable("table").parse(text[:READ])

    def place(self, line: int) -> str:
        return f"{self.filename}:{line}"

    @property
    def is_started(self) -> bool:
        """Something is written below at least one header."""
        return any(section.text.strip() for section in self.sections) or not self._headers

    @cached_property
    def sections(self) -> list[Section]:
        """Its parts on the level of its sections; neither a title above them nor parts of theirs count."""
        if not self._headers:
            return []
        often = Counter(header.level for header in self._headers)
        level = min((level for level, count in often.items() if count > 1), default=min(often))
        same = [header for header in self._headers if header.level <= level]
        ends = [header.line - 1 for header in same[1:]] + [len(self._lines)]
        tables = list(self._tables())
        found = [
            Section(
                title=header.title,
                line=header.line,
                text=_without_comments("\n".join(self._lines[header.below : end])),
                tables=[table for table in tables if header.below < table.lines[0] <= end],
            )
            for header, end in zip(same, ends, strict=True)
        ]
        has_title = same[0].level < level or (len(found) == self._wanted + 1 and not found[0].text.strip())
        return found[1:] if has_title else found

    @property
    def bold_lines(self) -> list[int]:
        """Lines that are nothing but bold text: headers to the eye alone."""
        return [
            number for number, line in enumerate(self._lines, start=1) if _BOLD_LINE.fullmatch(line[:200])
        ]

    def pictures(self) -> Iterator[tuple[str, int]]:
        """(what it is, line) of every picture outside code."""
        for token in self._tokens:
            line = token.map[0] + 1 if token.map else 1
            if token.type == "html_block":
                html = _without_comments(token.content)
                for found in _PICTURE.finditer(html):
                    yield found[0], line + html[: found.start()].count("\n")
            for child in token.children or ():
                if child.type in ("softbreak", "hardbreak"):
                    line += 1
                elif child.type == "image":
                    yield "![…]", line
                elif child.type in ("html_inline", "text"):
                    for found in _PICTURE.finditer(_without_comments(child.content)):
                        yield found[0], line

    # -- parts -----------------------------------------------------------------------------------------------

    @cached_property
    def _headers(self) -> list[_Header]:
        """Every header that is not inside a list or a quotation."""
        return [
            _Header(int(token.tag[1]), self._tokens[index + 1].content, token.map[0] + 1, token.map[1])
            for index, token in enumerate(self._tokens)
            if token.type == "heading_open" and token.level == 0 and token.map
        ]

    def _tables(self) -> Iterator[Table]:
        inside: Table | None = None
        for token in self._tokens:
            if token.type == "table_open":
                inside = Table([], [])
            elif token.type == "table_close" and inside:
                yield inside
                inside = None
            elif inside and token.type == "tr_open":
                inside.rows.append([])
                inside.lines.append((token.map or [0])[0] + 1)
            elif inside and token.type == "inline":
                inside.rows[-1].append(_plain(token))


def _without_comments(text: str) -> str:
    """The text without HTML comments, of as many lines."""
    return _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)


def _plain(token: Token) -> str:
    """The text of a table's cell without its marks."""
    kept = [child.content for child in token.children or () if child.type in ("text", "code_inline")]
    return "".join(kept).strip()


# -- findings ------------------------------------------------------------------------------------------------


def is_there(text: str | None, filename: str, wanted: int = 0) -> Report:
    """The report, when one was handed in and begun."""
    if text is None or not text.strip():
        raise Mismatch("There is no report.md yet.", "The report goes beside the notebook, as Markdown.")
    report = Report(text, filename, wanted)
    if not report.is_started:
        raise Mismatch(f"{filename} has nothing but its headers yet.", place=report.place(1))
    return report
