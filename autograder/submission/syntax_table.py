"""What to think about where Python refuses a line: a pattern of its own words, and a hint for beginners."""

from __future__ import annotations

_REFUSED = "SyntaxError|IndentationError|TabError"
_HINTS = (
    ("expected ':'", "Lines with class, def, if, else, for, while and with end in a colon: is it there?"),
    (
        "inconsistent use of tabs",
        "Is this line indented with a tab, and are others with spaces? Spaces alone are the custom.",
    ),
    (
        "expected an indented block",
        "What belongs to a line that ends in a colon stands below it, four columns further in: is it there?",
    ),
    (
        "unexpected indent|unindent does not match",
        "In which column begin the other lines of this block? Tabs and spaces may be mixed up.",
    ),
    ("was never closed|unexpected EOF", "Where should this bracket be closed?"),
    (
        "unmatched|does not match opening",
        "Which bracket does this one close: is there one too many, or is another one still open?",
    ),
    ("unterminated", "Where does this text end? Its closing quotation mark is missing."),
    ("outside function", "Is this line indented as far as the function that it belongs to?"),
    (
        "invalid (?:non-printable )?character",
        "Was this line copied from a page or a PDF? Then type this character anew.",
    ),
    (
        "^invalid syntax$",
        "The slip may stand just before this: a bracket, a comma or an operator that is missing?",
    ),
    ("", ""),  # others say it themselves
)
TABLE = tuple((_REFUSED, pattern, hint) for pattern, hint in _HINTS)
