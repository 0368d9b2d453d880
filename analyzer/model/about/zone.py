"""Time zones by their IANA names, as the computer or the installed tzdata knows them."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name; None where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return None
