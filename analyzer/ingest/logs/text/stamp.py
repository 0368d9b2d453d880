"""Stamps: the text of a log's time as an :class:`~analyzer.model.instant.Instant`, and the zone of stamps without one.

A stamp means an interval: a whole second S is [S, S + 1 s), a millisecond likewise. A stamp with `Z` or an offset is
exact; one without is local time of the machine that wrote it, so its zone is an input (`--log-timezone`).
"""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from analyzer.errors import UsageError
from analyzer.model.about.zone import zone_named
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.source import Reason

STAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s?Z\b|\s?[+-]\d\d:?\d\d\b)?"
"""The text of a stamp as both families write it, as a pattern without groups."""

_PARTS = re.compile(
    r"""(?P<minute>\d{4}-\d\d-\d\d[T ]\d\d:\d\d):(?P<second>\d\d)
        (?: [.,] (?P<fraction>\d{1,9}) )?       # milliseconds of AOS 5 and later; absent in AOS 4 and some ESXi logs
        \s? (?P<zone> Z | [+-]\d\d:?\d\d )? $   # Z is UTC; nothing is the machine's local time
    """,
    re.VERBOSE,
)
USUAL = len("2015-07-19 14:03:22,123Z")
"""Characters of the usual stamp."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a zone's offset comes later
_STEP_BACK = 300 * SECOND  # threads write records seconds out of order; a repeated hour goes back by far more


class Zone(msgspec.Struct, frozen=True):
    """The zone of stamps that have none; `assumed` when the user gave none and UTC is taken instead."""

    name: str
    assumed: bool


class ReadStamp(msgspec.Struct, frozen=True):
    """A stamp's instant and whether its text told its zone. `doubt` is what is odd about it, if anything."""

    at: Instant
    zoned: bool
    doubt: Reason | None = None


def zone_of(name: str | None) -> Zone:
    """The zone called `name` (IANA), UTC and assumed when None; :class:`UsageError` when there is no such zone."""
    if name is None:
        return Zone("UTC", assumed=True)
    if zone_named(name) is None:
        raise UsageError(f"there is no time zone {name!r}: give an IANA name, for example --log-timezone Europe/Berlin")
    return Zone(name, assumed=False)


def read_stamp(text: str, clock: str, zone: Zone, after: int | None = None) -> ReadStamp:
    """The instant that `text` means on `clock`. In the hour that a zone repeats the earlier one is taken, unless that
    is minutes before `after` (ns, the instant before it in the file). Raises ValueError on an impossible date.
    """
    usual = usual_stamp(text, clock)
    if usual is not None:
        return usual
    parts = _PARTS.match(text.strip())
    if parts is None:
        raise ValueError(f"no stamp: {text[:40]!r}")
    minute, second, fraction, offset = parts.groups()
    resolution: int = 10 ** (9 - len(fraction or ""))
    leap = second == "60"
    local = _minute(minute) + _seconds("59" if leap else second)
    below = (int(fraction) if fraction else 0) * resolution + (SECOND if leap else 0)
    if offset:
        seconds, doubt = local - _offset(offset), None
    else:
        seconds, doubt = _of_zone(local, zone, after)
    least = seconds * SECOND + below
    return ReadStamp(Instant(clock, least, least + resolution - 1), bool(offset), doubt)


def usual_stamp(text: str, clock: str) -> ReadStamp | None:
    """The same for the form that nearly all lines of genesis.out have, which costs least; None for any other, and for
    an impossible date.
    """
    below = text[20:23]
    if len(text) != USUAL or text[19] not in ",." or text[23] != "Z" or not (below.isascii() and below.isdecimal()):
        return None
    second = second_of(text[:19])
    if second is None:
        return None
    least = second + int(below) * MILLISECOND
    return ReadStamp(Instant(clock, least, least + MILLISECOND - 1), zoned=True)


@lru_cache(maxsize=256)
def second_of(text: str) -> int | None:
    """Ns from the epoch to a second of UTC; None where the text is not such a second, or one of a leap second."""
    parts = _PARTS.match(text)
    if parts is None or parts["fraction"] or parts["zone"] or parts["second"] > "59":
        return None
    try:
        return (_minute(parts["minute"]) + _seconds(parts["second"])) * SECOND
    except ValueError:  # no such day or hour
        return None


@lru_cache(maxsize=256)  # a check writes many lines in a minute
def _minute(text: str) -> int:
    """Seconds from the epoch to a minute, as if it were UTC; of a year of which ns fit into 64 bits."""
    if not "1678" <= text[:4] <= "2261":
        raise ValueError(f"no year of a log: {text[:4]!r}")
    return calendar.timegm(datetime.fromisoformat(text).timetuple())


def _seconds(text: str) -> int:
    if not text.isascii() or text > "59":
        raise ValueError(f"no second of a minute: {text!r}")
    return int(text)


def _offset(zone: str) -> int:
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def _of_zone(naive: int, zone: Zone, after: int | None) -> tuple[int, Reason | None]:
    """Seconds since the epoch of a local time (in seconds, as if it were UTC), and what is odd about it."""
    if zone.name == "UTC":
        return naive, None
    local = (_EPOCH + timedelta(seconds=naive)).replace(tzinfo=ZoneInfo(zone.name))
    offsets = [(local.replace(fold=fold).utcoffset() or timedelta()) for fold in (0, 1)]
    first, second = (naive - offset.days * 86400 - offset.seconds for offset in offsets)
    if first == second:
        return first, None
    if first > second:
        return first, Reason("skipped-time", detail=zone.name)
    if after is not None and first * SECOND < after - _STEP_BACK:
        return second, None
    return first, Reason("repeated-time", detail=zone.name)
