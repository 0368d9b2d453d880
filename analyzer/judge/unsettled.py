"""Tables that show what no episode tells of: a host forwarded, or not, a datastore away, or a CVM down, at a time when
it is otherwise by the episodes. What it is then is not known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import accumulate
from typing import NamedTuple

from analyzer.judge.dossier import Dossier, begin, end, known
from analyzer.judge.index import grouped
from analyzer.judge.printed import printed, said
from analyzer.judge.routes_by_episodes import Routes, routes_by
from analyzer.judge.up_within import up_within_failures
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import PathKind, Snapshot

NEIGHBOR_KEPT = 1200 * SECOND  # how long ESXi keeps what it found of a neighbour
AROUND = 60 * SECOND  # a connection or a datastore may be away, or still be there, so long before or after an episode


class _Told(NamedTuple):
    """The episodes of one host, or of all, in order: whether it is known of each when it was, and of those of which it
    is, when each begins, and the latest end of it and all before, ns; and when it has a route by them.
    """

    episodes: Sequence[Episode]
    all_timed: bool
    begins: Sequence[int]
    reach: Sequence[int]
    routes: Routes


class _Failure(NamedTuple):
    """A CVM's failure: the CVM and the gateway, by address, from when (ns; None: not known) to when it was (None:
    nothing has it back).
    """

    cvm: str | None
    gateway: str | None
    first: int | None
    over: int | None

    def shows(self, down: str | None, at: Instant | None) -> bool:
        """Whether a table that has a CVM down, by its address, shows it at that time."""
        if down is None and self.cvm is None:
            return True
        if down not in (self.cvm, None) and not (self.cvm is None and down != self.gateway):
            return False
        if at is None or self.first is None:
            return True
        return self.first <= at.most and (self.over is None or at.least <= self.over)


def unsettled(dossier: Dossier) -> bool:
    """Whether any of the snapshots is of a failover that no episode tells of."""
    return any(True for _ in open_snapshots(dossier))


def open_snapshots(dossier: Dossier) -> Iterator[Snapshot]:
    """The snapshots of which no episode tells."""
    told, failures = cache(partial(_told, dossier)), cache(partial(_failures, dossier))
    for one in dossier.found.snapshots:
        down = one.state in ("cvm-down", "stargate-down")
        if _is_unseen(one, failures(), dossier) if down else _is_open(one, dossier, told):
            yield one
    yield from up_within_failures(dossier)


def _is_open(one: Snapshot, dossier: Dossier, told: Callable[[str | None], _Told]) -> bool:
    match one.state:
        case "not-forwarded":
            return _is_back_untold(one, dossier, told(one.of))
        case "forwarded":
            return not _may_have(told(one.of), one, dossier, route=True)
        case "neighbor-outside":
            return not _may_have(told(one.of), one, dossier, route=True, before=NEIGHBOR_KEPT)
        case "connected":
            return not _tells(told(one.of), one, dossier, ("remote", "dead"))
        case "datastore-inaccessible":
            return not _tells(told(one.of), one, dossier, ("dead",))
        case "neighbor-inside" | "cvm-up" | "cvm-down" | "stargate-down":
            return False


def _told(dossier: Dossier, host: str | None) -> _Told:
    """The episodes of a table's host; of all where nothing names it."""
    episodes = dossier.of_host(host) if host is not None else sorted(dossier.episodes, key=begin)
    timed = [one for one in episodes if _is_timed(one)]
    reach = tuple(accumulate(map(end, timed), max))
    routes = routes_by(grouped((dossier.party(each), each) for each in timed).values())
    return _Told(episodes, len(timed) == len(episodes), tuple(map(begin, timed)), reach, routes)


def _may_have(told: _Told, one: Snapshot, dossier: Dossier, *, route: bool, before: int = 0) -> bool:
    """Whether a host may have had a route, or none, at both ends of a table, or so long (ns) `before`, by its episodes;
    at an unknown time, or where it is not known of each when it was, in any of them.
    """
    times = [at for at in (one.since, one.until) if at is not None]
    if not (told.episodes and times and told.all_timed):
        return bool(told.episodes)
    placed = [printed(dossier, at) for at in times]
    return all(at is None or told.routes.may_be(at.least - before, at.most, route=route) for at in placed)


def _tells(told: _Told, one: Snapshot, dossier: Dossier, paths: Sequence[PathKind]) -> bool:
    """Whether a host may have been on such a path all the while by its episodes; at an unknown time, in any of them."""
    times = [at for at in (one.since, one.until) if at is not None]
    placed = [said(dossier, at) for at in times]
    if not told.episodes or not times:
        return bool(told.episodes)
    return all(at is None or _path_at(at, told) in (*paths, "unknown") for at in placed)


def _path_at(at: Instant, told: _Told) -> PathKind:
    """On which path a host may be at an instant, by its episodes: of several hosts, on that of any."""
    if not told.all_timed:  # of what has no time, or no end, it may be any
        return "unknown"
    begun = bisect_right(told.begins, at.most + AROUND)
    if not begun:
        return told.episodes[0].before.kind
    return "unknown" if at.least <= told.reach[begun - 1] + AROUND else told.episodes[begun - 1].after.kind


def _is_timed(one: Episode) -> bool:
    """Whether it is known from when to when an episode was: of a change by nobody known, its lines alone tell."""
    return bool(known(one)) and (one.kind != "unexplained" or "restored" in known(one))


def _is_back_untold(one: Snapshot, dossier: Dossier, told: _Told) -> bool:
    """Whether a host is not forwarded though it is by its episodes, and a log that covers the time has no change."""
    if one.of is None or not told.episodes or _may_have(told, one, dossier, route=False):
        return False
    placed = [said(dossier, at) for at in (one.since, one.until) if at is not None]
    return any(at is not None and dossier.has_routes_logged(one.of, at) for at in placed)


def _is_unseen(one: Snapshot, failures: Sequence[_Failure], dossier: Dossier) -> bool:
    """Whether no episode is the failure of a CVM that tables show down, so that nothing has it back by then."""
    down = dossier.address(one.of) if one.of is not None else None
    at = printed(dossier, one.since) if one.since is not None else None
    return not any(failure.shows(down, at) for failure in failures)


def _failures(dossier: Dossier) -> tuple[_Failure, ...]:
    """The episodes that are a CVM's failure."""
    ends = cache(partial(_returns, dossier))
    found = []
    for one in dossier.episodes:
        if one.kind == "cvm-failure":
            back, first = ends(one.host or ""), begin(one)
            place = bisect_right(back, first)
            found.append(
                _Failure(
                    cvm=dossier.address(one.cvm) if one.cvm else None,
                    gateway=dossier.address(one.gateway) if one.gateway else None,
                    first=first if known(one) else None,
                    over=back[place] if place < len(back) else None,
                )
            )
    return tuple(found)


def _returns(dossier: Dossier, host: str) -> list[int]:
    """When each return of the host's CVM was over, ns, in order."""
    return sorted(end(one) for one in dossier.of_host(host) if one.kind == "cvm-recovery")
