"""How long a host's own log has its NFS away by retries and locks, also where it has no line on All Paths Down.

    NFS: 6339: Status:No connection. Retrying synchronous write I/O 10 of 25 times       away for 90 s by then
    NFSLock: 1505: Stop accessing fd 0x43088f61ece0(vm.vmdk)  3                          until it is accessed again

Such lines name no server: they count where the host's lines and the lists of mounts name no other server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.judge.dossier import Dossier, begin, end
from analyzer.model.episode import Episode
from analyzer.model.event import Event, HostStorage
from analyzer.model.instant import SECOND, Instant
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
    first, last = begin(episode), end(episode) + AFTER
    lines = dossier.host_storage.get(host, NO_LINES).overlapping(first, last)
    within = [one for one in lines if first <= one[0].least and one[0].most <= last]
    return max(_stretches(sorted(within, key=lambda one: (one[0].least, one[1].origin)), first), default=0)


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
