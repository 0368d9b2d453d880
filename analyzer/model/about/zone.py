"""Time zones by their IANA names, as the computer or the installed tzdata knows them."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

_LONGEST = 128
"""Characters; the longest name of tzdata has 32. A deep path sends importlib, which finds its files, into recursion."""


@lru_cache(1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name; None where there is no such zone."""
    if len(name) > _LONGEST:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return None
