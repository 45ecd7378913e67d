"""What the handout says of the report: five sections, 7,500 characters, no pictures, and a number."""

from __future__ import annotations

import re

from autograder.checks import Mismatch, listing
from autograder.checks.report import Report, Section

SECTIONS, MAX_CHARACTERS = 5, 7_500
_LABELS = re.compile(  # numbers that name a thing and carry no claim
    r"(?i)\b(experiment|section|task|part|assignment|figure|table|chapter|layer|epoch)s?\s*\d+(\.\d+)*"
    r"|\b\d+[-\s]?layer"
)


def has_five_sections(report: Report) -> None:
    """Exactly five, none of them empty."""
    found = report.sections
    if len(found) == SECTIONS:
        empty = next((section for section in found if not section.text.strip()), None)
        if empty is not None:
            raise Mismatch(f"The section {_quoted(empty.title)} is empty.", place=report.place(empty.line))
        return
    bold = report.bold_lines
    if len(found) < SECTIONS and bold:
        raise Mismatch(
            f"Exactly {SECTIONS} sections with Markdown headers were wanted; {_count(found)}. "
            "Bold text makes no header.",
            "How would a Markdown reader see your sections?",
            place=report.place(bold[0]),
        )
    names = f": {listing([_quoted(section.title) for section in found[:8]])}" if found else ""
    raise Mismatch(
        f"Exactly {SECTIONS} sections with Markdown headers were wanted; {_count(found)}{names}.",
        "Give the five sections headers of one level, as `## 1 Executive summary`.",
        place=report.place(found[-1].line if found else 1),
    )


def is_short_enough(report: Report) -> str:
    """A sentence that says how many characters are left. They are code points, line ends included."""
    length = len(report.text)
    if length > MAX_CHARACTERS:
        line = report.text[:MAX_CHARACTERS].count("\n") + 1
        raise Mismatch(
            f"The report has {length:,} characters, {length - MAX_CHARACTERS:,} more than the "
            f"{MAX_CHARACTERS:,} allowed; the limit is reached in line {line}.",
            "Which sentences say something that the table says already?",
            place=report.place(line),
        )
    return f"{length:,} characters, {MAX_CHARACTERS - length:,} left."


def has_no_pictures(report: Report) -> None:
    """Text and tables only."""
    for what, line in report.pictures():
        raise Mismatch(
            f"The report holds a picture ({what}); only text and tables are allowed.",
            "Can you say it in words or in a table?",
            place=report.place(line),
        )


def takeaway_has_a_number(report: Report) -> None:
    """Section 1 carries its claim with a number."""
    first = report.sections[0]
    if not re.search(r"\d", _LABELS.sub("", first.text)):
        raise Mismatch(
            "The summary makes its claim without a number.",
            "Which one number carries your claim?",
            place=report.place(first.line),
        )


def _count(found: list[Section]) -> str:
    return f"{len(found) or 'none'} {'was' if len(found) == 1 else 'were'} found"


def _quoted(title: str) -> str:
    return f"“{title[:40]}{'…' if len(title) > 40 else ''}”"
