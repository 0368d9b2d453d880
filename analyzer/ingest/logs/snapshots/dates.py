"""The stamp of a snapshot: the output of `date`, a prompt, a comment, or what the file is called."""

from __future__ import annotations

import re

import msgspec

from analyzer.ingest.logs.text.stamp import STAMP, Zone, read_stamp
from analyzer.model.instant import Instant

_ISO = re.compile(STAMP)
_DATE = re.compile(  # `date` in the C locale: Sun Nov 22 07:53:28 UTC 2026
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+(?P<month>[A-Z][a-z]{2})\s+(?P<day>\d{1,2})\s+"
    r"(?P<clock>\d\d:\d\d:\d\d)\s+(?:(?P<zone>[A-Z]{1,5}|[+-]\d\d)\s+)?(?P<year>\d{4})\b"
)
_IN_NAME = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)[T_-]{1,2}(\d\d)[-:.]?(\d\d)[-:.]?(\d\d)(Z?)(?!\d)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Date(msgspec.Struct, frozen=True):
    """An instant that a text tells, and whether it tells its zone."""

    at: Instant
    zoned: bool


def date_in(text: str, clock: str, zone: Zone) -> Date | None:
    """The stamp in a line; None when there is none that can be."""
    found = written_date(text)
    if found is None:
        return None
    try:
        stamp = read_stamp(found, clock, zone)
    except ValueError:
        return None
    return Date(stamp.at, stamp.zoned)


def written_date(text: str) -> str | None:
    """The stamp in a line, in the form of ISO 8601; without a zone where that has only a nickname."""
    iso = _ISO.search(text)
    if iso is not None:
        return iso[0]
    date = _DATE.search(text)
    if date is None or date["month"] not in _MONTHS:
        return None
    month = _MONTHS.index(date["month"]) + 1
    return f"{date['year']}-{month:02}-{int(date['day']):02} {date['clock']}{_zone(date['zone'] or '')}"


def _zone(name: str) -> str:
    if name in ("UTC", "GMT", "Z"):
        return "Z"
    return f"{name}00" if name[:1] in ("+", "-") else ""


def date_in_name(name: str, clock: str, zone: Zone) -> Date | None:
    """The stamp in a file's own name (`routes_2026-11-22T07-53-28Z.txt`)."""
    found = _IN_NAME.search(re.split(r"[/\\]", name)[-1])
    if found is None:
        return None
    year, month, day, hour, minute, second, utc = found.groups()
    return date_in(f"{year}-{month}-{day} {hour}:{minute}:{second}{utc}", clock, zone)


def is_date(text: bytes) -> bool:
    """Whether a text is the output of `date`, and no more."""
    lines = [line.strip() for line in text.decode("ascii", "replace").splitlines() if line.strip()]
    return len(lines) == 1 and _DATE.fullmatch(lines[0]) is not None
