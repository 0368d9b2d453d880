"""Storage traffic on the public network of a healthy cluster: where it must never be."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, begin, end, several
from analyzer.judge.index import Remote
from analyzer.model.cluster import Host
from analyzer.model.episode import Episode
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND
from analyzer.model.over_time.intervals import intervals

FOREVER = 2**62
AFTERMATH = 5 * SECOND  # resets and last segments of a path that was left


def in_injection(episode: Episode, dossier: Dossier) -> list[Finding]:
    """AP106: what a route that was added by hand puts on the public network."""
    host = _host(episode.host, dossier)
    if episode.kind != "route-injection" or host is None:
        return []
    least, most = begin(episode), end(episode) + AFTERMATH
    by = {dossier.address(party) for party in (episode.gateway, episode.during.via) if party}
    runs = list(dossier.remote_runs(host).overlapping(least, most))
    return _told(host, [run for run in runs if run.cvm in by or not by])


def without_need(dossier: Dossier) -> list[Finding]:
    """AP106 outside of episodes: beside a check that found the local Stargate up."""
    found = []
    for host in dossier.hosts:
        excused = intervals(_excused(host, dossier), lambda span: span)
        runs = dossier.remote_runs(host).items
        free = (run for run in runs if not excused.any_overlapping(run.first, run.last))
        found += _told(host, [run for run in free if _is_well(host, run, dossier)])
    return found


def _host(name: str | None, dossier: Dossier) -> Host | None:
    return next((host for host in dossier.hosts if name and name in (host.address, host.name)), None)


def _told(host: Host, runs: list[Remote]) -> list[Finding]:
    if not runs:
        return []
    runs.sort(key=lambda run: (run.first, run.event.origin))
    cvms = " and ".join(sorted({run.cvm for run in runs}))
    count = several(sum(run.count for run in runs), "storage frame")
    sentence = (
        f"{count} between {host.name or host.address} and {cvms} on the public network, while the local CVM was up"
    )
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
    if host.cvm is None:
        return False
    checks, since = dossier.checks_of(dossier.address(host.cvm)), run.first - dossier.period
    return checks.well.any_overlapping(since, run.last) and not checks.ill.any_overlapping(since, run.last)
