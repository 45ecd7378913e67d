"""Text that a student's code wrote, made fit to be shown.

No control characters, no escapes, a bounded length.
"""

from __future__ import annotations

import re
import unicodedata

# Terminal escapes are removed as a whole, so that "\x1b[32m✓" does not leave "[32m" behind: CSI, then the
# strings OSC, DCS, SOS, PM and APC (ended by BEL or ST, or by nothing at all), then any other escape.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*.?",
    re.DOTALL,
)
# Cc control, Cf format (bidi overrides, zero-width), Cs lone surrogates, Co private use, Cn none at all; Zl
# and Zp break lines.
_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks that show nothing, and more marks on one letter than any script has.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_MARKS = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def clean(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, keeping line breaks and tabs; longer text ends in "…".

    HTML is not escaped here: that is the business of the report that shows it.
    """
    # Look at a bounded piece only: a gigabyte must not pass through a regular expression.
    piece = _ESCAPES.sub("", text[: 4 * limit + 64].replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in piece if c in "\n\t" or unicodedata.category(c) not in _UNWANTED)
    kept = _MARKS.sub(r"\1", _BLANK.sub("", kept))
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def sentence(text: str, limit: int) -> str:
    """`text` cleaned and in one line: a line of its own could look like a line of the report."""
    return clean(" ".join(clean(text, 2 * limit).split()), limit)
