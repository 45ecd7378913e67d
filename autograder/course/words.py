"""Words that sentences about names and numbers share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` when one of `known` is close to `name`, or alone begins with it, else nothing.

    One of two letters is close to nothing but what it begins: half of all such names differ in one letter.
    """
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    begun = [each for each in names if each.lower().startswith(name.lower())] if len(name) > 1 else []
    close = close or (begun if len(begun) == 1 else [])
    return f" (did you mean {close[0]!r}?)" if close else ""


def listed(names: Iterable[str]) -> str:
    """a, b and c."""
    *head, last = list(names) or ["none"]
    return f"{', '.join(head)} and {last}" if head else last


def few(names: Sequence[str], most: int = 5) -> str:
    """a, b and 7 more: the first names of a list, and how many are left."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(count: int, noun: str) -> str:
    """1 person, 2 people, 1,000 checks."""
    return f"{count:,} {noun if count == 1 else 'people' if noun == 'person' else f'{noun}s'}"
