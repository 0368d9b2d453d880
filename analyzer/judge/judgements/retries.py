"""How long a host's own log has its NFS away by retries and locks, also where it has no line on All Paths Down.

    NFS: 6339: Status:No connection. Retrying synchronous write I/O 10 of 25 times       away for 90 s by then, and
                                                                      until the route is changed that is in its way
    NFSLock: 1505: Stop accessing fd 0x43088f61ece0(vm.vmdk)  3                          until it is accessed again

Such lines name no server: they count where the host's lines and the lists of mounts name no other server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.judge.dossier import Dossier, begin, end, known
from analyzer.model.cluster import APD_EARLIEST
from analyzer.model.episode import Episode
from analyzer.model.event import Event, HostStorage
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import KnownInstant
from analyzer.model.over_time.intervals import Intervals

NO_LINES: Intervals[tuple[Instant, Event, HostStorage]] = Intervals()
EVERY = 10 * SECOND  # from one retry of a synchronous I/O to the next (NFS.SyncRetries)
AFTER = 120 * SECOND  # what is away for so long after an episode's last instant is still of it
_TIMES = re.compile(r"\b(\d{1,3}) of \d{1,3} times\b")


def away_by_retries(episode: Episode, dossier: Dossier) -> int:
    """The longest time for which these lines have it away at least in an episode, ns; 0 where none does."""
    host = dossier.party(episode)
    if host in dossier.other_servers:
        return 0
    first, last = _begin(episode, dossier), end(episode) + AFTER
    lines = dossier.host_storage.get(host, NO_LINES).overlapping(first, last)
    within = [one for one in lines if first <= one[0].least and one[0].most <= last]
    ordered = sorted(within, key=lambda one: (one[0].least, one[1].origin))
    return max((*_stretches(ordered, first), _until_repaired(episode, ordered)), default=0)


def _begin(episode: Episode, dossier: Dossier) -> int:
    """When an episode begins at the earliest, ns: of one whose fault is not known, with the first line that it has
    storage away by.
    """
    told = known(episode)
    if "fault" in told or "detected" in told:
        return begin(episode)
    claimed = [origin for one in episode.claims if one.statement.name == "storage-away" for origin in one.origins]
    placed = [dossier.placed(event.at) for event in dossier.lines(claimed)]
    return min((begin(episode), *(at.least for at in placed if at is not None)))


def _until_repaired(episode: Episode, lines: list[tuple[Instant, Event, HostStorage]]) -> int:
    """How long a retry was before the route was changed, ns, where nothing has the storage back in between: there was
    no connection by the way that was left. Of what would have been All Paths Down a retry alone shows nothing.
    """
    repaired = known(episode).get("repaired")
    if repaired is None:
        return 0
    least, back = 0, False
    for at, event, told in reversed(lines):
        before = _before(at, event.at, repaired)
        if before > 0 and told.state in ("server-back", "lock-back", "apd-exit"):
            back = True
        elif 0 < before < APD_EARLIEST and told.state == "io-retry" and not back:
            least = max(least, before)
    return least


def _before(placed: Instant, stamp: Instant, repaired: KnownInstant) -> int:
    """How long a line is before the change at least, ns: by one clock where one told both."""
    if repaired.stamp is not None and repaired.stamp.clock == stamp.clock:
        return (repaired.stamp - stamp).least
    return (repaired.at - placed).least


def _stretches(lines: list[tuple[Instant, Event, HostStorage]], first: int) -> Iterator[int]:
    """How long each of them says, ns; none began before the episode."""
    locked: Instant | None = None
    for at, event, told in lines:
        if told.state == "io-retry" and (times := _TIMES.search(event.text or "")) is not None:
            yield min((int(times[1]) - 1) * EVERY, at.most - first)
        elif told.state == "lock-lost":
            locked = locked or at
        elif told.state == "lock-back" and locked is not None:
            yield (at - locked).least
            locked = None
