"""Names of files for submissions: the same for the same download, readable, and allowed on every system."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_MOST = 60
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # names that Windows keeps
_ENDS = (".zip", ".json", ".html", ".py", ".ipynb", ".draft")


def ids(keys: Iterable[str]) -> dict[str, str]:
    """An id for each key, of letters, digits, "-", "_" and "." only.

    A key that loses letters, or that differs from another in capitals alone, gets a mark of its own.
    """
    plain = {key: _plain(key) for key in keys}
    count = Counter(each.casefold() for each in plain.values())
    return {
        key: each if count[each.casefold()] == 1 and not _loses(key, each) else _marked(key, each)
        for key, each in plain.items()
    }


def _plain(key: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_only).strip("._-")[:_MOST].rstrip("._-")


def _loses(key: str, plain: str) -> bool:
    letters = sum(letter.isalnum() for letter in unicodedata.normalize("NFC", key))
    kept = sum(letter.isalnum() for letter in plain)
    return not plain or kept < letters or bool(DEVICE.match(plain)) or plain.lower().endswith(_ENDS)


def _marked(key: str, plain: str) -> str:
    mark = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:8]
    for end in _ENDS:
        plain = plain.removesuffix(end)
    return f"{'of_' if DEVICE.match(plain) else ''}{plain or 'student'}-{mark}"
