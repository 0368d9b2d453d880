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


class Duration(click.ParamType):
    """A time; a number without a unit is seconds. Its value is ns."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Ns of the text."""
        if isinstance(value, int):
            return value
        match = _TIME.fullmatch(str(value).strip())
        ns = Decimal(match["number"]) * TIMES[match["unit"] or "s"] if match else Decimal("0.5")
        if ns != int(ns):
            self.fail(f"{value!r} is no time; give one such as 30s, 250ms or 10h", param, ctx)
        return int(ns)


class Size(click.ParamType):
    """A number of bytes."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes of the text."""
        if isinstance(value, int):
            return value
        match = _SIZE.fullmatch(str(value).strip())
        size = Decimal(match["number"]) * SIZES[match["unit"] or ""] if match else Decimal("0.5")
        if size != int(size) or size <= 0:
            self.fail(f"{value!r} is no size; give one such as 500M or 50G", param, ctx)
        return int(size)


DURATION, SIZE = Duration(), Size()
