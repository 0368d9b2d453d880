"""Storage traffic on the public network of a healthy cluster: where it must never be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, begin, end, several
from analyzer.model.cluster import Host
from analyzer.model.episode import Episode
from analyzer.model.event import Event, StargateStates, StorageTraffic
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND

FOREVER = 2**62
AFTERMATH = 5 * SECOND  # resets and last segments of a path that was left


@dataclass(frozen=True, slots=True)
class Remote:
    """A run of frames between a host and a CVM that is not its own; ns on the captures' clock."""

    cvm: str
    first: int
    last: int
    count: int
    event: Event


def in_injection(episode: Episode, dossier: Dossier) -> list[Finding]:
    """AP106: what a route that was added by hand puts on the public network."""
    host = _host(episode.host, dossier)
    if episode.kind != "route-injection" or host is None:
        return []
    least, most = begin(episode), end(episode) + AFTERMATH
    by = {dossier.address(party) for party in (episode.gateway, episode.during.via) if party}
    runs = [run for run in remote_runs(host, dossier) if run.first <= most and run.last >= least]
    return _told(host, [run for run in runs if run.cvm in by or not by])


def without_need(dossier: Dossier) -> list[Finding]:
    """AP106 outside of episodes: beside a check that found the local Stargate up."""
    found = []
    for host in dossier.hosts:
        excused = list(_excused(host, dossier))
        runs = [
            run
            for run in remote_runs(host, dossier)
            if not any(run.first <= most and run.last >= least for least, most in excused)
            and _is_well(host, run, dossier)
        ]
        found += _told(host, runs)
    return found


def remote_runs(host: Host, dossier: Dossier) -> Iterator[Remote]:
    """The host's storage frames to and from other CVMs than its own, where its own is known."""
    storage = dossier.settings.storage_address
    for event, traffic in dossier.of(StorageTraffic):
        ends = traffic.ends
        mine, theirs = (ends.src_mac, ends.dst_mac) if ends.dst == storage else (ends.dst_mac, ends.src_mac)
        cvm = dossier.cvm_of_mac(theirs)
        if traffic.what == "frame" and mine in host.macs and cvm is not None and cvm != host.cvm:
            yield Remote(cvm, event.at.least, traffic.run.last.most, traffic.run.count, event)


def _host(name: str | None, dossier: Dossier) -> Host | None:
    return next((host for host in dossier.hosts if name and name in (host.address, host.name)), None)


def _told(host: Host, runs: list[Remote]) -> list[Finding]:
    if not runs:
        return []
    runs.sort(key=lambda run: (run.first, run.event.origin))
    cvms = " and ".join(sorted({run.cvm for run in runs}))
    count = several(sum(run.count for run in runs), "storage frame")
    sentence = f"{count} between {host.name or host.address} and {cvms} on the public network, with the local CVM up"
    return [codes.finding(codes.ON_PUBLIC_NETWORK, sentence, tuple(run.event.origin for run in runs[:4]))]


def _excused(host: Host, dossier: Dossier) -> Iterator[tuple[int, int]]:
    """When an episode explains a remote path: from the local CVM's failure to its failback, and in any fault's time."""
    away: int | None = None
    for number, episode in enumerate(dossier.of_host(host.address or host.name or "")):
        yield begin(episode) - AFTERMATH, end(episode) + AFTERMATH
        if not number and episode.before.kind == "remote":
            away = 0
        if episode.kind == "cvm-failure":
            away = begin(episode) if away is None else away
        elif episode.kind == "cvm-recovery" and away is not None:
            yield away, end(episode) + AFTERMATH
            away = None
    if away is not None:
        yield away, FOREVER


def _is_well(host: Host, run: Remote, dossier: Dossier) -> bool:
    """Whether checks in the run, or a period before it, found the local Stargate up, and none found it otherwise."""
    up = False
    for event, states in dossier.of(StargateStates):
        at = dossier.placed(event.at)
        if host.cvm is None or at is None or at.most < run.first - dossier.period or at.least > run.last:
            continue
        if dossier.address(host.cvm) in {dossier.address(cvm) for cvm in (*states.down, *states.initializing)}:
            return False
        up = up or host.cvm in {dossier.address(cvm) for cvm in states.up}
    return up
