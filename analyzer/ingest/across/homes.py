"""Whose logs are those of an ESXi host that lie in a folder with a CVM's address: those of the host on which it runs.

A path's address is taken for the machine's that wrote the file; other logs may tell that it is a CVM.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.ingest.reading import Reading
from analyzer.model.event import (
    ClusterStatus,
    Detail,
    Event,
    Forwarding,
    HealthyChecks,
    RouteChanged,
    RouteCommand,
    StargateStates,
)


def at_home(readings: Sequence[Reading], settings: Settings) -> list[Reading]:
    """The readings, with each log of a host that was taken for a CVM's own told as that of the CVM's host."""
    cvms = cvms_in(readings, settings)
    return [_at_home(one, cvms) for one in readings]


def cvms_in(readings: Sequence[Reading], settings: Settings) -> frozenset[str]:
    """The addresses that an inventory or the CVMs' own logs show to be CVMs, and none of them a host."""
    found = {cvm.address for cvm in settings.inventory.cvms}
    hosts = {host.address for host in settings.inventory.hosts}
    for reading in readings:
        log = reading.source.log
        if reading.source.kind != "capture" and (log is None or log.machine == "cvm"):
            details = [event.detail for event in reading.events]
            details += [said.detail for stretch in reading.stretches for said in stretch.lines]
            for detail in details:
                found.update(_named_cvms(detail))
                hosts |= {detail.host} if isinstance(detail, Forwarding) and detail.host else set()
    return frozenset(found - hosts)


def _named_cvms(detail: Detail) -> Iterator[str]:
    match detail:
        case StargateStates():
            yield from (*detail.up, *detail.initializing, *detail.down)
        case HealthyChecks():
            for line in detail.lines:
                yield from _named_cvms(line)
        case ClusterStatus():
            yield from (address for address, _, _ in detail.cvms)
        case _:
            return


def _at_home(reading: Reading, cvms: frozenset[str]) -> Reading:
    source = reading.source
    if source.log is None or source.log.machine != "esxi" or source.host not in cvms:
        return reading
    events = tuple(_unnamed(event, source.host) for event in reading.events)
    return replace(reading, source=replace(source, host=None, of_cvm=source.host), events=events)


def _unnamed(event: Event, host: str) -> Event:
    """An event of a host whose name is open after all."""
    detail = event.detail
    if isinstance(detail, RouteChanged | RouteCommand) and detail.host == host:
        return replace(event, detail=replace(detail, host=None))
    return event
