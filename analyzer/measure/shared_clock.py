"""Figures whose ends are in captures of two devices, of which nothing shows that they share one clock."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from analyzer.model.correlation import Correlation
from analyzer.model.measurement import KnownMeasurement, Measurement

BASE = ""  # the device of the first capture, on whose clock all instants are


def assumed_devices(found: Correlation) -> Mapping[str, str]:
    """Each capture of a further device whose clock is only assumed to be the first one's → that device's name."""
    assumed = {one.clock.partition(":")[2] for one in found.clocks if one.note and one.note.name == "one-clock"}
    rings = {name: ring for ring in found.evidence.rings for name in ring}
    return {name: first for first in assumed for name in rings.get(first, (first,))}


def with_shared_clock(measurement: Measurement, found: Correlation, assumed: Mapping[str, str]) -> Measurement:
    """The figure, with the word that it holds only if the captures of its ends share one clock."""
    if not assumed or not isinstance(measurement, KnownMeasurement):
        return measurement
    captures = {totals.source for totals in found.evidence.captures}
    devices = {assumed.get(one.source, BASE) for one in measurement.origins if one.source in captures}
    return msgspec.structs.replace(measurement, shared_clock=True) if len(devices) > 1 else measurement
