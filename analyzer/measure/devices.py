"""Figures that join what captures of several devices show, whose clocks are only taken to be one: they say so."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from analyzer.model.correlation import Correlation
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement, LongOperation, Measurement
from analyzer.model.source import Origin

OF_GENESIS: tuple[InstantName, ...] = ("detected", "decided", "terminated", "repaired")
"""What Genesis does, which its log and the frames of it show together."""
PREFIX = "capture:"  # of the clock of a further device, before the name of its first file


class Devices(msgspec.Struct, frozen=True):
    """The capture device of each capture, by its first file; `beside` are those whose frames show the same acts of
    Genesis as the lines of a log, by which that log has its place; `assumed` are those that are taken to have the
    first one's clock, as nothing contradicts it.
    """

    of: Mapping[str, str]
    beside: Mapping[str, frozenset[str]]
    assumed: frozenset[str]

    def joined(self, origins: tuple[Origin, ...]) -> bool:
        """Whether these frames, and the lines of logs that have their place by others, are of several devices, one of
        which is only taken to have the others' clock.
        """
        devices = {self.of[origin.source] for origin in origins if origin.source in self.of}
        for source in {origin.source for origin in origins if devices}:
            placing = self.beside.get(source, frozenset())
            devices = devices if placing & devices else devices | placing
        return len(devices) > 1 and not devices.isdisjoint(self.assumed)

    def told(self, figure: Measurement) -> Measurement:
        """The figure; one that joins several such devices says that it holds if they share one clock."""
        if not isinstance(figure, KnownMeasurement) or not self.joined(figure.origins):
            return figure
        return msgspec.structs.replace(figure, one_clock=True)

    def of_operation(self, longest: LongOperation | None) -> LongOperation | None:
        """The slowest operation, the same."""
        if longest is None or longest.duration is None or not self.joined(longest.origins):
            return longest
        return msgspec.structs.replace(longest, one_clock=True)


def devices_of(found: Correlation) -> Devices:
    """The devices of the captures."""
    rings = {name: ring[0] for ring in found.evidence.rings for name in ring}
    captures = (source.name for source in found.evidence.sources if source.kind == "capture")
    assumed = (one.clock for one in found.clocks if one.note is not None and one.note.name == "one-clock")
    of = {name: rings.get(name, name) for name in captures}
    return Devices(
        of=of,
        beside=_beside(found, of),
        assumed=frozenset(clock.removeprefix(PREFIX) for clock in assumed),
    )


def _beside(found: Correlation, of: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The devices whose frames show what Genesis did together with lines of a log, by the log."""
    beside: dict[str, frozenset[str]] = {}
    instants = (one for episode in found.episodes for one in episode.instants if one.name in OF_GENESIS)
    for one in instants:
        sources = {origin.source for origin in one.origins} if isinstance(one, KnownInstant) else set()
        devices = frozenset(of[name] for name in sources if name in of)
        beside |= {log: beside.get(log, frozenset()) | devices for log in sources if log not in of and devices}
    return beside
