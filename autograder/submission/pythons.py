"""Lines that only a newer Python than the one that grades can read."""

from __future__ import annotations

import re
import sys

HERE = f"Python {sys.version_info.major}.{sys.version_info.minor}"

# By the version: a pattern of the line, and one of what an older Python says to it.
_NEWER = (
    ((3, 11), r"except\s*\*", ""),
    ((3, 12), r"type\s+[^\W\d]\w*\s*(?:\[.*\]\s*)?=[^=]", ""),
    ((3, 12), r"(?:async\s+)?(?:def|class)\s+\w+\s*\[", ""),
    ((3, 12), r"", r"f-string expression part cannot include"),
    # the quote that opened the f-string, twice more between braces: f"{row["name"]}"
    ((3, 12), r""".*\b[fF][rR]?(['"])(?:(?!\1).)*\{[^}]*\1[^}]*\1[^}]*\}.*\1""", ""),
    ((3, 14), r"except\s+\w+(?:\s*,\s*\w+)+\s*:", ""),
    ((3, 14), r"(?:.*[^\w'\"])?[tT](['\"])(?:(?!\1).)*\1", ""),
)


def newer_python(line: str, reason: str) -> str:
    """The first Python ("Python 3.12") that can read a line which this one refuses; "" where none can."""
    for version, pattern, said in _NEWER:
        if version > sys.version_info[:2] and re.match(pattern, line.strip()) and re.search(said, reason):
            return f"Python {version[0]}.{version[1]}"
    return ""
