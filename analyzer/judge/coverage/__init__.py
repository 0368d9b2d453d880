"""What a run may say of hosts without an episode: when a failover of each would have been seen, and what is missing.

`checked`: when HA checks found a host's path right; `told`: what the episodes tell, and signs that none has; `sources`:
what each input can't show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.judge import codes
from analyzer.judge.coverage.checked import Witness, Word
from analyzer.judge.coverage.sources import cut_off, left_out, of_captures, of_sources, unread_logs
from analyzer.judge.coverage.told import Told
from analyzer.judge.dossier import Dossier
from analyzer.judge.judgements.watch import signs_untold
from analyzer.model.cluster import Host
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.finding import Finding
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.coverage import Coverage, HostCoverage, Lack, LackName, Service, Sight, Watched
from analyzer.model.over_time.stretches import Stretch, common, left_over, merged

__all__ = ["coverage_of"]

HEARTBEAT = 13 * SECOND  # a mounted datastore has a call at least this often: ESXi's NFS.HeartbeatFrequency is 12 s
LISTED = 200  # stretches of a host: a log whose checks pause has one for each of them
TIMEOUT = 5 * SECOND  # a call that waits longer has failed: ESXi's NFS.HeartbeatTimeout
ANY = Host(address=None)  # of whose hosts the checks speak without a name


def coverage_of(
    dossier: Dossier, watched: tuple[Watched, ...], episodes: Sequence[MeasuredEpisode], findings: Sequence[Finding]
) -> Coverage:
    """When a failover of each host would have been seen, and what is missing."""
    witness, told = Witness(dossier), Told(dossier, episodes, findings)
    captured = dossier.found.covered
    hosts: list[HostCoverage] = []
    whole = merged((*witness.logs, *filter(None, (captured,))))
    time = (whole[0][0], whole[-1][1]) if whole else None
    lacks = [*_unread(findings), *left_out(dossier), *unread_logs(dossier)]
    for host, shown in _cast(dossier, watched, witness):
        cvm = dossier.address(host.cvm) if host.cvm else None
        word = witness.word(shown.host or None, cvm, is_port=not host.address)
        hosts.append(_covered(shown, word))
        logs = witness.logs if host.address or not shown.captured else ()  # the checks name a port by its host
        due = merged((*logs, *filter(None, (shown.captured or captured,))), witness.bridge)
        lacks += _signs(host, shown, word, told, dossier)
        lacks += told.boots(shown.host, (*shown.seen, *word.right), time) if time is not None else ()
        lacks += told.downs(shown.host, cvm, witness.downs(cvm)) if cvm else ()
        lacks += _holes(shown, word, due, told, witness)
    if not hosts:
        lacks.append(Lack("no-host"))
    lacks = [*_without_ports(lacks, hosts, dossier), *_down_unhosted(dossier, witness, episodes)]
    lacks += cut_off(dossier, time)
    lacks += _of_a_moment(dossier, time)
    lacks += _of_datastores(dossier)
    if lacks:
        lacks += (*of_captures(dossier, watched), *of_sources(dossier, witness))
        lacks = list(dict.fromkeys(lacks))
    return Coverage(
        time=time,
        hosts=tuple(hosts),
        lacks=tuple(lacks),
        steady=_steady(hosts, time),
    )


def _of_datastores(dossier: Dossier) -> Iterator[Lack]:
    """What hosts' own logs have of storage that was lost or away, in no episode."""
    for host, signs in signs_untold(dossier):
        lost = tuple(sign.origin for sign in signs if sign.lost)
        away = tuple(sign.origin for sign in signs if not sign.lost)
        if lost:
            yield Lack("untied-loss", host, count=len(lost), origins=lost)
        if any(sign.lasts for sign in signs if not sign.lost):
            yield Lack("storage-away", host, count=len(away), origins=away)


def _of_a_moment(dossier: Dossier, time: Stretch | None) -> Iterator[Lack]:
    """The captures, where all evidence is of one moment: stamps that don't go on, as of a tool that set them all, show
    no silence, however many replies there are.
    """
    if time is not None and time[1] - time[0] < MILLISECOND:
        captures = (source for source in dossier.evidence.sources if source.kind == "capture")
        yield from (Lack("one-moment", source.name) for source in captures)


def _steady(hosts: Sequence[HostCoverage], time: Stretch | None) -> Stretch | None:
    """In which captures show all hosts, and nothing stalled; `time` where that is a heartbeat away from its edges."""
    seen = [[one for one in host.seen if one.by == "replies"] for host in hosts]
    slow = any(host.service is not None and not _is_steady(host.service) for host in hosts)
    if slow or time is None or not all(seen) or not seen:
        return None
    first, last = max(sights[0].first for sights in seen), min(sights[-1].last for sights in seen)
    if first - time[0] <= HEARTBEAT and time[1] - last <= HEARTBEAT:
        return time
    return (first, last) if first < last else None


def _is_steady(service: Service) -> bool:
    """Whether no call took so long, and no reply was so long away, that ESXi would call it a stall."""
    silent = service.silence.length if service.silence is not None else 0
    slow = service.slowest.least if service.slowest is not None else 0
    return silent <= HEARTBEAT and slow <= TIMEOUT


def _cast(dossier: Dossier, watched: Sequence[Watched], witness: Witness) -> Iterator[tuple[Host, Watched]]:
    """Each host and what captures show of it; where checks alone are there, and name no host, all of them as one."""
    if dossier.hosts or not witness.checks:
        yield from zip(dossier.hosts, watched, strict=True)
    else:
        yield ANY, Watched(host="")


def _down_unhosted(dossier: Dossier, witness: Witness, episodes: Sequence[MeasuredEpisode]) -> Iterator[Lack]:
    """The CVMs that a check found down, where the evidence has the own CVM of each host and none has this one."""
    if not all(host.cvm for host in dossier.hosts):
        return
    told = {dossier.address(cvm) for cvm in (one.episode.cvm for one in episodes) if cvm}
    known = told | {dossier.address(host.cvm) for host in dossier.hosts if host.cvm}
    down = {cvm for check in witness.checks for cvm in check.down or ()}
    yield from (Lack("down-unhosted", what=cvm) for cvm in sorted(down - known))


def _without_ports(lacks: list[Lack], hosts: Sequence[HostCoverage], dossier: Dossier) -> list[Lack]:
    """Without the hosts that are not seen by their address, where as many are by their ports of internal switches."""
    named = {host.address for host in dossier.hosts}
    ports = sum(one.host not in named and _is_served_all_along(one, dossier) for one in hosts)
    unseen = [lack for lack in lacks if lack.name == "unseen"]
    return [lack for lack in lacks if lack.name != "unseen"] if len(unseen) <= ports else lacks


def _is_served_all_along(host: HostCoverage, dossier: Dossier) -> bool:
    """Whether the host is served for as long as there are captures."""
    served = [(one.first, one.last) for one in host.seen if one.by == "replies"]
    captured = dossier.found.covered
    return captured is not None and bool(served) and not left_over(captured, served, longer_than=HEARTBEAT)


def _unread(findings: Sequence[Finding]) -> Iterator[Lack]:
    for finding in findings:
        if finding.code == codes.NOT_UNDERSTOOD:
            yield Lack("unread-lines", count=len(finding.origins), origins=finding.origins)


def _covered(shown: Watched, word: Word) -> HostCoverage:
    sights = [Sight("replies", *stretch) for stretch in shown.seen]
    sights += [Sight("checks", *stretch) for stretch in word.right]
    sights.sort(key=lambda one: one.first)
    return HostCoverage(
        host=shown.host or None,
        seen=tuple(sights[:LISTED]),
        unlisted=len(sights[LISTED:]),
        service=shown.service,
    )


def _signs(host: Host, shown: Watched, word: Word, told: Told, dossier: Dossier) -> Iterator[Lack]:
    """What says that something did happen to a host, of which no episode tells."""
    yield from told.silences(shown, word.right)
    yield from told.moves(shown)
    yield from told.changes(shown.host or None)
    yield from told.stops(shown.host)
    remote = [(run.first, run.last) for run in dossier.remote_runs(host).items]
    if told.is_of_none(shown.host or None) and (remote or word.forwarded):
        yield Lack("forwarded", shown.host)
    yield from told.elsewhere(shown.host, remote, word.forwarded)


def _holes(shown: Watched, word: Word, due: Sequence[Stretch], told: Told, witness: Witness) -> Iterator[Lack]:
    """When a failover of a host would not have been seen; its silences are told by themselves."""
    if not shown.seen and not word.right:
        yield Lack("one-direction", shown.host, what=shown.only) if shown.only else Lack("unseen", shown.host)
        return
    silences = ((silence.first, silence.last) for silence in shown.silences)
    covered = merged((*shown.seen, *word.right, *silences, *told.stretches(shown.host or None)))
    bridge = witness.bridge if word.right else HEARTBEAT
    holes = [hole for stretch in due for hole in left_over(stretch, covered, longer_than=bridge)]
    silent = (*witness.jumps, *((first, last + 1) for first, last in (*word.left_out, *word.unreadable)))
    holes += [open_to for open_to in silent if left_over(open_to, shown.seen)]
    if holes:
        longest = max(holes, key=lambda hole: hole[1] - hole[0])
        name: LackName = "routes-unreadable" if common((longest,), word.unreadable) else "unwatched"
        yield Lack(name, shown.host, longest, count=len(holes))
