"""The times that course systems write."""

from __future__ import annotations

import re
import zoneinfo
from datetime import datetime, timezone
from typing import Any

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?"
    r"\s*(Z|UTC|[+-]\d\d:?\d\d|[A-Za-z]+(?:/[\w+-]+)+)?"
)
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d+)\s*月\s*(\d+)\s*日\D*(\d+):(\d\d)")
_ENGLISH = ("%d %B %Y, %I:%M %p", "%d %B %Y, %H:%M", "%B %d, %Y, %I:%M %p")  # Moodle's, after the weekday


def moment(value: Any) -> datetime | None:
    """The time that a course system means, with its zone or that of this machine; None for no time."""
    found = value if isinstance(value, datetime) else _read(value.strip()) if isinstance(value, str) else None
    try:
        return found.astimezone() if found and not found.tzinfo else found
    except (ValueError, OverflowError):  # the first or the last day of all
        return None


def _read(text: str) -> datetime | None:
    try:
        if iso := _ISO.fullmatch(text):
            day, time, fraction, zone = iso.groups()
            found = datetime.fromisoformat(f"{day} {time}")
            return found.replace(microsecond=int(f"{fraction or 0:0<6}"[:6]), tzinfo=_zone(zone))
        if chinese := _CHINESE.search(text):
            year, month, day, hour, minute = map(int, chinese.groups())
            return datetime(year, month, day, hour, minute)
    except ValueError:
        return None
    for form in _ENGLISH:
        for said in (text, text.partition(", ")[2]):
            try:
                return datetime.strptime(said, form)
            except ValueError:
                continue
    return None


def _zone(name: str | None) -> Any:
    if name in ("Z", "UTC"):
        return timezone.utc
    if name and name[0] in "+-":
        return datetime.strptime(name.replace(":", ""), "%z").tzinfo
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None  # a machine without the table of zones
