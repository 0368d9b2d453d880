"""Tables that show what no episode tells of: a host forwarded, or not, a datastore away, or a CVM down, at a time when
it is otherwise by the episodes. What it is then is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.judge.dossier import Dossier, begin, end, known
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import PathKind, Snapshot

AROUND = 60 * SECOND  # what a table shows so long before an episode's first instant, or after its last, may be of it


def unsettled(dossier: Dossier) -> bool:
    """Whether any of the snapshots is of a failover that no episode tells of."""
    return any(True for _ in open_snapshots(dossier))


def open_snapshots(dossier: Dossier) -> Iterator[Snapshot]:
    """The snapshots of which no episode tells."""
    return (one for one in dossier.found.snapshots if _is_open(one, dossier))


def _is_open(one: Snapshot, dossier: Dossier) -> bool:
    match one.state:
        case "cvm-up":
            return False
        case "not-forwarded":
            return _is_back_untold(one, dossier)
        case "forwarded" | "connected":
            return not _tells(_told_of(one, dossier), one, dossier, ("remote", "dead"))
        case "datastore-inaccessible":
            return not _tells(_told_of(one, dossier), one, dossier, ("dead",))
        case "cvm-down" | "stargate-down":
            return not any(_is_down(one, failed, dossier) for failed in dossier.episodes)


def _told_of(one: Snapshot, dossier: Dossier) -> Sequence[Episode]:
    """The episodes of a table's host; of all where nothing names it."""
    return dossier.of_host(one.of) if one.of is not None else sorted(dossier.episodes, key=begin)


def _tells(episodes: Sequence[Episode], one: Snapshot, dossier: Dossier, paths: Sequence[PathKind]) -> bool:
    """Whether a host may have been on such a path all the while by its episodes; at an unknown time, in any of them."""
    times = [at for at in (one.since, one.until) if at is not None]
    placed = [dossier.placed(at) for at in times]
    if not episodes or not times:
        return bool(episodes)
    return all(at is None or _may_be(_paths_at(at, episodes), paths) for at in placed)


def _may_be(found: Sequence[PathKind], paths: Sequence[PathKind]) -> bool:
    return any(kind in (*paths, "unknown") for kind in found)


def _paths_at(at: Instant, episodes: Sequence[Episode]) -> list[PathKind]:
    """On which paths a host may be at an instant, by its episodes in order: of several hosts, on that of any."""
    timed = [one for one in episodes if _is_timed(one)]
    if len(timed) < len(episodes):  # of what has no time, or no end, it may be any
        return ["unknown"]
    if any(begin(one) - AROUND <= at.most and at.least <= end(one) + AROUND for one in timed):
        return ["unknown"]
    before = [one for one in timed if end(one) < at.least]
    return [before[-1].after.kind] if before else [timed[0].before.kind]


def _is_timed(one: Episode) -> bool:
    """Whether it is known from when to when an episode was: of a change by nobody known, its lines alone tell."""
    return bool(known(one)) and (one.kind != "unexplained" or "restored" in known(one))


def _is_back_untold(one: Snapshot, dossier: Dossier) -> bool:
    """Whether a host is not forwarded though it is by its episodes, and a log that covers the time has no change."""
    episodes = _told_of(one, dossier)
    if one.of is None or not episodes or _tells(episodes, one, dossier, ("local", "dead")):
        return False
    placed = [dossier.placed(at) for at in (one.since, one.until) if at is not None]
    return any(at is not None and dossier.has_routes_logged(one.of, at) for at in placed)


def _is_down(one: Snapshot, failed: Episode, dossier: Dossier) -> bool:
    """Whether an episode is the failure of a CVM that tables show down, and nothing has it back by then."""
    if failed.kind != "cvm-failure" or (one.of is None and failed.cvm is None):
        return failed.kind == "cvm-failure"
    cvm = dossier.address(failed.cvm) if failed.cvm else None
    gateway = dossier.address(failed.gateway) if failed.gateway else None
    down = dossier.address(one.of) if one.of is not None else None
    if down not in (cvm, None) and not (cvm is None and down != gateway):
        return False
    at = dossier.placed(one.since) if one.since is not None else None
    if at is None or not known(failed):
        return True
    back = [end(other) for other in dossier.of_host(failed.host or "") if other.kind == "cvm-recovery"]
    over = min((when for when in back if when > begin(failed)), default=None)
    return begin(failed) - AROUND <= at.most and (over is None or at.least <= over + AROUND)
