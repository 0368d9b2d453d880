"""Whose logs are those of a host that its lines call by a name, and that lie in a folder with an address.

The folder may be the host's, or that of whoever collected them. It is the host's where something else knows the address
for a host's; else what the text says counts. That of a CVM is its host's (`homes`), unless a CVM wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.ingest.across.copies import of_host
from analyzer.ingest.across.homes import cvms_in
from analyzer.ingest.logs.text.addresses import is_ipv4
from analyzer.ingest.reading import Reading
from analyzer.model.event import AddressOwned, Detail, Forwarding, HealthyChecks, VmkernelPorts
from analyzer.model.instant import Instant

_NOBODY = re.compile(r"localhost\b|.*-CVM\b", re.IGNORECASE)
"""What any host is called at first, and what is none."""


def as_their_text_says(readings: Sequence[Reading], settings: Settings) -> list[Reading]:
    """The readings, each log of a host by the name in its lines where nothing has its folder's address as a host's."""
    if not any(_is_called_otherwise(one) for one in readings):
        return list(readings)
    known = (
        {host.address for host in settings.inventory.hosts} | set(_addresses(readings)) | cvms_in(readings, settings)
    )
    return [
        _by_its_name(one) if _is_called_otherwise(one) and one.source.host not in known else one for one in readings
    ]


def _is_called_otherwise(one: Reading) -> bool:
    log, host, said = one.source.log, one.source.host, one.said
    if log is None or log.machine != "esxi" or host is None or said is None:
        return False
    return is_ipv4(host) and not is_ipv4(said) and _NOBODY.match(said) is None


def _addresses(readings: Sequence[Reading]) -> Iterator[str]:
    """The addresses of hosts by anything but the folders of such logs."""
    for one in readings:
        log = one.source.log
        if log is not None and log.machine == "esxi":
            if one.source.host is not None and not _is_called_otherwise(one):
                yield one.source.host
            continue
        for event in one.events:
            yield from _of(event.detail)
        for stretch in one.stretches:
            for line in stretch.lines:
                yield from _of(line.detail)


def _of(detail: Detail) -> Iterator[str]:
    match detail:
        case AddressOwned():
            yield detail.address
        case VmkernelPorts():
            yield from (address for _, address in detail.ports)
        case HealthyChecks():
            for line in detail.lines:
                yield from _of(line)
        case Forwarding():
            yield detail.host or ""
        case _:
            if (host := getattr(detail, "host", None)) is not None:
                yield host


def _by_its_name(one: Reading) -> Reading:
    source, name = one.source, one.said
    if name is None or source.host is None:
        return one
    clock = f"esxi:{name}" if source.clock == f"esxi:{source.host}" else source.clock
    ends = (replace(at, clock=clock) if at is not None else None for at in (source.first, source.last))
    first, last = ends
    told = replace(source, clock=clock, host=name, first=first, last=last)
    events = tuple(replace(event, at=_on(event.at, source.clock, clock)) for event in one.events)
    return of_host(replace(one, source=told, events=events), source.host, name)


def _on(at: Instant, before: str, after: str) -> Instant:
    return replace(at, clock=after) if at.clock == before else at
