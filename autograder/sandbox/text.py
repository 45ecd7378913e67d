"""Text that a student's code wrote, made fit to be shown:

No control characters, no escapes, a bounded length.
"""

from __future__ import annotations

import re
import unicodedata

# Terminal escapes are removed as a whole, so that "\x1b[32m✓" does not leave "[32m" behind: CSI, then OSC
# (ended by BEL or ST, or by nothing at all), then any other two-character escape.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b."
)
# Cc control, Cf format (bidi overrides, zero-width), Cs lone surrogates, Co private use; Zl and Zp break
# lines.
_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def clean(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, keeping line breaks and tabs; longer text ends in "…".

    HTML is not escaped here: that is the business of the report that shows it.
    """
    # Look at a bounded piece only: a gigabyte must not pass through a regular expression.
    piece = _ESCAPES.sub("", text[: 4 * limit + 64].replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in piece if c in "\n\t" or unicodedata.category(c) not in _UNWANTED)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"
