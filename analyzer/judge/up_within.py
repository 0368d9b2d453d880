"""Tables that show a CVM up and serving at a time at which it is down by the episodes, and by what came after that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.judge.dossier import CHECK_PERIOD, Dossier, begin, known
from analyzer.judge.index import grouped
from analyzer.model.episode import Episode
from analyzer.model.event import ClusterStatus, Event, Netstat
from analyzer.model.instant import NO_TIME, SECOND
from analyzer.model.path import Snapshot

AROUND = 60 * SECOND  # what a table shows so long before an episode's first instant, or after its last, may be of it
NEXT_CHECK = CHECK_PERIOD + 5 * SECOND  # a CVM that is up is found so by then


def up_within_failures(dossier: Dossier) -> Iterator[Snapshot]:
    """Each such table, for each CVM, by the time that it says. One without a time, near a failure's begin, or after the
    last that has the CVM down, contradicts nothing.
    """
    failures: Mapping[str, list[tuple[int, int]]] | None = None
    for event, cvm in _serving(dossier):
        at = dossier.placed(event.at) if event.at != NO_TIME else None
        if at is None:
            continue
        if failures is None:
            failures = _failures(dossier)
        down = failures.get(dossier.address(cvm), ())
        if any(first + AROUND < at.middle < last - NEXT_CHECK for first, last in down):
            yield Snapshot(state="cvm-up", of=cvm, since=event.at, until=event.at, origins=(event.origin,))


def _serving(dossier: Dossier) -> Iterator[tuple[Event, str]]:
    """The tables that have a CVM serve: it is listed so, or its own list has the NFS connection of its host."""
    for event, status in dossier.of(ClusterStatus):
        yield from ((event, address) for address, up, stargate in status.cvms if up and stargate)
    server = dossier.settings.storage_address, dossier.settings.nfs_port
    for event, table in dossier.of(Netstat):
        if table.on is not None and any(_is_of_own_host(*one, server) for one in table.connections):
            yield event, table.on


def _is_of_own_host(local: str, remote: str, state: str, server: tuple[str, int]) -> bool:
    """Whether a connection in a CVM's list is that of the host on which it runs, by their private addresses."""
    address, port = server
    private = address.rpartition(".")[0] + "."
    return state == "ESTABLISHED" and local in (f"{address}:{port}", f"{address}:nfs") and remote.startswith(private)


def _failures(dossier: Dossier) -> Mapping[str, list[tuple[int, int]]]:
    """By CVM, from when (at the latest) until when (at the earliest) it was down in each of its failures, ns."""
    found = (
        (dossier.address(one.cvm), (first, last))
        for one in dossier.episodes
        if one.kind == "cvm-failure" and one.cvm is not None and one.note != "still-served"
        if one.during.note != "may-serve" and (first := _since(one)) is not None
        if (last := _until(one, first, dossier)) is not None
    )
    return grouped(found)


def _since(failure: Episode) -> int | None:
    """From when on a CVM was down, at the latest."""
    told = known(failure)
    return next((told[name].at.most for name in ("fault", "detected", "decided", "repaired") if name in told), None)


def _until(failure: Episode, since: int, dossier: Dossier) -> int | None:
    """Until when nothing has the CVM back and something has it down, or its host elsewhere; None where nothing has."""
    back = [begin(one) for one in dossier.of_host(dossier.party(failure)) if one.kind == "cvm-recovery" and known(one)]
    returned = min((at for at in back if at > since), default=None)
    checks = [one for one in dossier.checks_of(dossier.address(failure.cvm or "")).named if one.at > since]
    up = min((one.at for one in checks if not one.is_down), default=None)
    down = max((one.at for one in checks if one.is_down and (up is None or one.at < up)), default=None)
    return returned if returned is not None else down
