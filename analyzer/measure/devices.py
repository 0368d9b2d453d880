"""Figures that join what captures of several devices show, whose clocks are only taken to be one: they say so."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from analyzer.model.correlation import Correlation
from analyzer.model.measurement import KnownMeasurement, Measurement
from analyzer.model.source import Origin

PREFIX = "capture:"  # of the clock of a further device, before the name of its first file


class Devices(msgspec.Struct, frozen=True):
    """The capture device of each capture, by its first file; `assumed` are those that are taken to have the first one's
    clock, as nothing contradicts it.
    """

    of: Mapping[str, str]
    assumed: frozenset[str]

    def joined(self, origins: tuple[Origin, ...]) -> bool:
        """Whether these frames are of several devices, one of which is only taken to have the others' clock."""
        devices = {self.of[origin.source] for origin in origins if origin.source in self.of}
        return len(devices) > 1 and not devices.isdisjoint(self.assumed)

    def told(self, figure: Measurement) -> Measurement:
        """The figure; one that joins several such devices says that it holds if they share one clock."""
        if not isinstance(figure, KnownMeasurement) or not self.joined(figure.origins):
            return figure
        return msgspec.structs.replace(figure, one_clock=True)


def devices_of(found: Correlation) -> Devices:
    """The devices of the captures."""
    rings = {name: ring[0] for ring in found.evidence.rings for name in ring}
    captures = (source.name for source in found.evidence.sources if source.kind == "capture")
    assumed = (one.clock for one in found.clocks if one.note is not None and one.note.name == "one-clock")
    return Devices(
        of={name: rings.get(name, name) for name in captures},
        assumed=frozenset(clock.removeprefix(PREFIX) for clock in assumed),
    )
