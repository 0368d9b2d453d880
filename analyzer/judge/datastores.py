"""What the hosts' own logs say of the datastore behind the storage address, and what time they cover."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from analyzer.model.cluster import APD_LATEST
from analyzer.model.event import Event, HostStorage, NfsMount
from analyzer.model.instant import SECOND, Instant
from analyzer.model.over_time.intervals import Intervals, timed
from analyzer.model.source import Origin, Source
from analyzer.model.storage.tied import AWAY, BACK, LOST, Told, of_storage, perhaps_of_storage

LOGS = ("vobd", "vmkernel")
_FIRST_TIME = re.compile(r"\b1 of \d{1,3} times\b")
BOOTING = 300 * SECOND  # a host that has booted may have been off, and logged nothing, for so long before
NEXT_FILE = 10 * SECOND  # a rotated log's next file begins within this

Placing = Callable[[Instant], Instant | None]


class Loss(msgspec.Struct, frozen=True):
    """A line that has the datastore lost: when, on the reference clock and by its log's, and where it stands; `begins`:
    All Paths Down begins with it, which a host declares a known time after the last heartbeat that was answered.
    `until`: when its log next has the datastore back, at the latest, ns; where it does not tell, when it was lost.
    """

    at: Instant
    stamp: Instant
    origin: Origin
    begins: bool
    until: int


class Sign(msgspec.Struct, frozen=True):
    """A line that may have the datastore away: when, on the reference clock, where it stands, and whether it is of a
    loss (`lost`) that nothing ties to a datastore; else it is of an I/O that was sent again, or of a lock. `lasts`: not
    only of an I/O that was sent again for the first time, which says nothing of how long it waited.
    """

    at: Instant
    origin: Origin
    lost: bool
    lasts: bool = True


class OfHost(msgspec.Struct, frozen=True):
    """A host's lines that have its datastore lost, or away, from when until when its logs of such lines reach without
    a gap, and when it had booted, ns.
    """

    losses: Intervals[Loss] = Intervals()
    signs: Intervals[Sign] = Intervals()
    covered: tuple[tuple[int, int], ...] = ()
    boots: tuple[int, ...] = ()

    def covers(self, least: int, most: int) -> bool:
        """Whether one of its logs reaches over all of [least, most], ns, in which the host was not off, nor had booted
        so late before that storage which never came back with it would not have been told as lost.
        """
        if any(least - APD_LATEST <= boot <= most + BOOTING for boot in self.boots):
            return False
        return any(first <= least and most <= last for first, last in self.covered)


def by_host(
    told: Sequence[Told],
    sources: Sequence[Source],
    wrote: Mapping[str, str],
    storage: str,
    placing: Placing,
    mounts: Sequence[NfsMount] = (),
    boots: Iterable[Event] = (),
    incomplete: frozenset[str] = frozenset(),
) -> dict[str, OfHost]:
    """What the logs of each host say, in which lines are missing where they are `incomplete`; `wrote` is who wrote each
    source, `mounts` what is mounted anywhere, `boots` are hosts' own lines that they have booted.
    """
    losses: dict[str, list[tuple[int, int, Loss]]] = {}
    for event, detail, back in _lost(of_storage(told, storage, mounts)):
        if (at := placing(event.at)) is not None:
            until = placing(back) if back is not None else at
            begins = detail.state == "apd-start"
            loss = Loss(at, event.at, event.origin, begins=begins, until=(until or at).most)
            losses.setdefault(wrote.get(event.origin.source, ""), []).append((at.least, at.most, loss))
    signs: dict[str, list[tuple[int, int, Sign]]] = {}
    for event, detail in perhaps_of_storage(told, storage, mounts):
        if (at := placing(event.at)) is not None:
            lasts = _FIRST_TIME.search(event.text or "") is None
            sign = Sign(at, event.origin, lost=detail.state not in AWAY, lasts=lasts)
            signs.setdefault(wrote.get(event.origin.source, ""), []).append((at.least, at.most, sign))
    covered = _covered((one for one in sources if one.name not in incomplete), wrote, placing)
    booted: dict[str, list[int]] = {}
    for event in boots:
        if (at := placing(event.at)) is not None:
            booted.setdefault(wrote.get(event.origin.source, ""), []).append(at.least)
    return {
        host: OfHost(
            losses=timed(losses.get(host, ())),
            signs=timed(signs.get(host, ())),
            covered=tuple(covered.get(host, ())),
            boots=tuple(booted.get(host, ())),
        )
        for host in {*losses, *signs, *covered} - {""}
    }


def _lost(told: Iterable[Told]) -> list[tuple[Event, HostStorage, Instant | None]]:
    """The lines that have it lost, each with when the same log next has it back; the end of All Paths Down too, where
    the log has not its beginning.
    """
    ordered = sorted(told, key=lambda one: (one[0].at.least, one[0].origin))
    begun: dict[str, int] = {}
    for place, (event, detail) in enumerate(ordered):
        if detail.state in (*LOST, "apd-exit"):
            begun.setdefault(event.at.clock, place)
    found: list[tuple[Event, HostStorage, Instant | None]] = []
    back: dict[str, Instant] = {}
    for place, (event, detail) in reversed(list(enumerate(ordered))):
        clock = event.at.clock
        if detail.state in LOST or begun.get(clock) == place:
            found.append((event, detail, back.get(clock)))
        if detail.state in BACK:
            back[clock] = event.at
    return found[::-1]


def _covered(sources: Iterable[Source], wrote: Mapping[str, str], placing: Placing) -> dict[str, list[tuple[int, int]]]:
    """From when until when the logs of each host reach; the files of a log that was rotated are one."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for source in sources:
        if source.kind in LOGS and source.first is not None and source.last is not None:
            first, last = placing(source.first), placing(source.last)
            if first is not None and last is not None:
                found.setdefault((wrote.get(source.name, ""), source.kind), []).append((first.most, last.least))
    reached: dict[str, list[tuple[int, int]]] = {}
    for (host, _), files in found.items():
        reached.setdefault(host, []).extend(_joined(files))
    return reached


def _joined(files: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(files):
        if joined and first - joined[-1][1] <= NEXT_FILE:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
