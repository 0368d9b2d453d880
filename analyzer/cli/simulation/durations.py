"""Times and sizes as they are typed: `30s`, `-250ms`, `10h`, `50G`."""

from __future__ import annotations

import re
from decimal import Decimal

import click

TIMES = {"ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9}
SIZES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
_NUMBER = r"(?P<number>[+-]?\d{1,18}(?:\.\d{1,9})?)\s*"
_TIME = re.compile(_NUMBER + r"(?P<unit>ns|us|µs|ms|s|min|h)?")
_SIZE = re.compile(_NUMBER + r"(?P<unit>k|M|G|T|Ki|Mi|Gi)?B?")


def duration(text: str) -> int:
    """Ns of a time; a number without a unit is seconds. For click, which shows what is wrong."""
    return _number(text, _TIME, TIMES, "s", "time; give one such as 30s, 250ms, 5min or 10h")


def size(text: str) -> int:
    """Bytes of a size."""
    return _number(text, _SIZE, SIZES, "", "size; give one such as 500M or 50G")


def _number(text: str, shape: re.Pattern[str], units: dict[str, int], unit: str, what: str) -> int:
    match = shape.fullmatch(text.strip())
    value = Decimal(match["number"]) * units[match["unit"] or unit] if match else Decimal("0.5")
    if value != int(value):
        raise click.BadParameter(f"{text!r} is no {what}")
    return int(value)
