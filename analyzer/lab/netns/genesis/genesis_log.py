"""genesis.out: a record's header as AOS writes it, with the CVM's own clock and zone.

AOS 4.x has whole seconds of local time without a zone, AOS 5 and later milliseconds of UTC and a greenlet's id.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from analyzer.model.instant import MILLISECOND, SECOND

Stamps = Literal["seconds", "milliseconds"]
_GREENLET = 80801248


class GenesisLog:
    """Writes records. `skew`: how far the CVM's clock is ahead, ns."""

    def __init__(self, path: Path, zone: str, skew: int, stamps: Stamps) -> None:
        self._path, self._zone, self._skew, self._stamps = path, ZoneInfo(zone), skew, stamps

    def write(self, place: str, message: str, severity: str = "INFO") -> int:
        """A record of now, which is given back; `place` is the module and the line, such as `ha_service.py:412`."""
        now = time.time_ns()
        at = now + self._skew
        whole = datetime.fromtimestamp(at // SECOND, UTC)
        if self._stamps == "seconds":
            header = f"{whole.astimezone(self._zone):%Y-%m-%d %H:%M:%S} {severity}"
        else:
            header = f"{whole:%Y-%m-%d %H:%M:%S},{at % SECOND // MILLISECOND:03d}Z {severity} {_GREENLET}"
        with self._path.open("a") as file:
            file.write(f"{header} {place} {message}\n")
        return now
