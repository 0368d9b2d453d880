"""Tables that show a CVM up and serving at a time at which it is down by the episodes, and by what came after that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from analyzer.judge.dossier import CHECK_PERIOD, Dossier, begin, known
from analyzer.judge.index import grouped
from analyzer.judge.printed import printed, said
from analyzer.model.episode import Episode
from analyzer.model.event import ClusterStatus, Event, MacTraffic, Netstat, VmPower
from analyzer.model.instant import NO_TIME, SECOND
from analyzer.model.path import Snapshot

NEXT_CHECK = CHECK_PERIOD + 5 * SECOND  # a CVM that is up is found so by then


class _Down(NamedTuple):
    """From when a CVM was down, at the latest, until when it was at the earliest, ns; it comes back from then on, or
    nothing tells of it after that.
    """

    first: int
    last: int
    returns: bool


def up_within_failures(dossier: Dossier) -> Iterator[Snapshot]:
    """Each such table, for each CVM, by the time that it says. One without a time, or that may be of before the
    failure, of after the last that has the CVM down, or of its return before a check found that, contradicts nothing.
    """
    failures: Mapping[str | None, list[_Down]] | None = None
    for event, cvm in _serving(dossier):
        at, likeliest = (each(dossier, event.at) if event.at != NO_TIME else None for each in (printed, said))
        if at is None or likeliest is None:
            continue
        if failures is None:
            failures = _failures(dossier)
        slack = min(likeliest.least - at.least, NEXT_CHECK) if at.least < likeliest.least else 0
        for down in failures.get(cvm and dossier.address(cvm), ()):
            by = likeliest.middle + (NEXT_CHECK if down.returns else slack)
            if down.first < at.least and by < down.last:
                yield Snapshot(state="cvm-up", of=cvm, since=event.at, until=event.at, origins=(event.origin,))
                break


def _serving(dossier: Dossier) -> Iterator[tuple[Event, str | None]]:
    """The tables that have a CVM serve: it is listed so, or its own list has the NFS connection of its host; None for
    a list in which all do, so that no CVM is the one that failed.
    """
    for event, status in dossier.of(ClusterStatus):
        yield from ((event, address) for address, up, stargate in status.cvms if up and stargate)
        if len(status.cvms) > 1 and all(up and stargate for _, up, stargate in status.cvms):
            yield event, None
    server = dossier.settings.storage_address, dossier.settings.nfs_port
    for event, table in dossier.of(Netstat):
        if table.on is not None and any(_is_of_own_host(*one, server) for one in table.connections):
            yield event, table.on


def _is_of_own_host(local: str, remote: str, state: str, server: tuple[str, int]) -> bool:
    """Whether a connection in a CVM's list is that of the host on which it runs, by their private addresses."""
    address, port = server
    private = address.rpartition(".")[0] + "."
    return state == "ESTABLISHED" and local in (f"{address}:{port}", f"{address}:nfs") and remote.startswith(private)


class _Others(NamedTuple):
    """What else tells that a CVM is down: when the VM of a host's own CVM was switched, by the host, in order; until
    when that host's hostd.log goes, ns; and the frames of each CVM, by its address.
    """

    power: Mapping[str, list[tuple[int, bool]]]
    logged: Mapping[str, int]
    frames: Mapping[str, list[tuple[int, int, str]]]


def _failures(dossier: Dossier) -> Mapping[str | None, list[_Down]]:
    """When each CVM was down in each of its failures; None for one of which it is not known which it is."""
    others = _others(dossier)
    found = (
        (one.cvm and dossier.address(one.cvm), _Down(first, *last))
        for one in dossier.episodes
        if one.kind == "cvm-failure" and one.note != "still-served"
        if one.during.note != "may-serve" and (first := _since(one)) is not None
        if (last := _until(one, first, dossier, others)) is not None
    )
    return grouped(found)


def _others(dossier: Dossier) -> _Others:
    whole = [one for one in dossier.evidence.sources if one.kind == "hostd" and one.name not in dossier.incomplete]
    names = {one.name for one in whole}
    power = grouped(
        (dossier.wrote[event.origin.source], (at.least, told.state not in ("off", "stopping")))
        for event, told in dossier.of(VmPower)
        if event.origin.source in names and (at := dossier.placed(event.at)) is not None
    )
    ends = ((dossier.wrote[one.name], dossier.placed(one.last)) for one in whole if one.last is not None)
    frames = grouped(
        (cvm, (event.at.least, told.run.last.least, event.origin.source))
        for event, told in dossier.of(MacTraffic)
        if (cvm := dossier.cvm_of_mac.get(told.mac)) is not None
    )
    return _Others(
        {host: sorted(each) for host, each in power.items()},
        {host: max(each) for host, each in grouped((host, at.least) for host, at in ends if at is not None).items()},
        frames,
    )


def _since(failure: Episode) -> int | None:
    """From when on a CVM was down, at the latest."""
    told = known(failure)
    return next((told[name].at.most for name in ("fault", "detected", "decided", "repaired") if name in told), None)


def _until(failure: Episode, since: int, dossier: Dossier, others: _Others) -> tuple[int, bool] | None:
    """Until when nothing has the CVM back and something has it down, and whether it is back then; None where nothing
    has it down.
    """
    host, cvm = dossier.party(failure), dossier.address(failure.cvm or "")
    back = [begin(one) for one in dossier.of_host(host) if one.kind == "cvm-recovery" and known(one)]
    returned = min((at for at in back if at > since), default=None)
    if returned is not None:
        return returned, True
    checks = [one for one in dossier.checks_of(cvm).named if one.at > since]
    up = min((one.at for one in checks if not one.is_down), default=None)
    down = max((one.at for one in checks if one.is_down and (up is None or one.at < up)), default=None)
    if up is not None:
        return (down, True) if down is not None else None
    checked = None if down is None else (down, False)
    without = (checked, _powered_off(host, since, others), _silent(cvm, since, dossier, others))
    return max((one for one in without if one is not None), default=None)


def _powered_off(host: str, since: int, others: _Others) -> tuple[int, bool] | None:
    """Until when the own host's hostd.log has the CVM's VM off, and whether it is started then."""
    switched = others.power.get(host, [])
    before = [is_on for at, is_on in switched if at <= since]
    if not before or before[-1]:
        return None
    started = next((at for at, is_on in switched if at > since and is_on), None)
    return (started, True) if started is not None else (others.logged[host], False) if host in others.logged else None


def _silent(cvm: str, since: int, dossier: Dossier, others: _Others) -> tuple[int, bool] | None:
    """Until when captures that heard a CVM before it failed have no frame of it, and whether they have one then."""
    runs = others.frames.get(cvm, [])
    heard = {source for first, _, source in runs if first <= since}
    if not heard or any(first <= since < last for first, last, _ in runs):
        return None
    again = min((first for first, *_ in runs if first > since), default=None)
    if again is not None:
        return again, True
    ends = (one.last.least for one in dossier.evidence.sources if one.name in heard and one.last is not None)
    return max(((at, False) for at in ends), default=None)
