"""Local time beside UTC, in the zone that was given for the run; never that of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from analyzer.model.about.zone import zone_named
from analyzer.model.instant import SECOND, Instant
from analyzer.report.words import OPEN


def local_stamp(ns: int, zone: str | None) -> str:
    """The second as clocks in the zone show it: `2026-11-22 16:04:23`; empty without a zone, or outside of time."""
    known = zone_named(zone) if zone else None
    if known is None:
        return ""
    try:
        at = datetime.fromtimestamp(0, tz=UTC) + timedelta(seconds=ns // SECOND)
        return f"{at.astimezone(known):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError):
        return ""


def local_words(at: Instant, zone: str | None) -> str:
    """`16:04:23 in Asia/Tokyo`, `16:04:20 to 16:04:31 in …`, with the date where it is not that of UTC; or empty."""
    least, most = local_stamp(at.least, zone), local_stamp(at.most, zone) if at.most < OPEN else ""
    if not least:
        return ""
    first = least if least[:10] != local_stamp(at.least, "UTC")[:10] else least[11:]
    if at.most >= OPEN:
        return f"{first} or later in {zone}"
    middle = local_stamp(at.middle, zone)
    if at.doubt <= 5 * SECOND:
        return f"{middle if len(first) > 8 else middle[11:]} in {zone}"
    return f"{first} to {most if most[:10] != least[:10] else most[11:]} in {zone}"
