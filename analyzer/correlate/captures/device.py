"""A capture device: what its captures show by themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.traffic import Operation


@dataclass(frozen=True, slots=True)
class Device:
    """The captures of one device: a file, or the files of a ring buffer. `calls` are its RPCs by the caller's MAC, each
    with its place among all.
    """

    names: tuple[str, ...]
    traffic: Traffic
    calls: Mapping[str, Sequence[tuple[int, Operation]]]

    def calls_of(self, macs: Collection[str]) -> list[Operation]:
        """The RPCs of these MACs in the evidence's order."""
        found = [numbered for mac in macs for numbered in self.calls.get(mac, ())]
        return [call for _, call in sorted(found, key=lambda numbered: numbered[0])]


def device_of(names: tuple[str, ...], traffic: Traffic, operations: Sequence[Operation]) -> Device:
    """The device of these captures."""
    calls: dict[str, list[tuple[int, Operation]]] = {}
    for place, call in enumerate(operations):
        calls.setdefault(call.ends.src_mac, []).append((place, call))
    return Device(names, traffic, calls)
