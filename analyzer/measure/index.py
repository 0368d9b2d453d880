"""The evidence by host and in order of time, made once: what an episode is measured by is then looked up.

Without it each episode would walk all evidence, and a run cost the product of both.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TypeVar

import msgspec

from analyzer.measure.counters import Counters, counters
from analyzer.model.cluster import Host
from analyzer.model.correlation import Correlation
from analyzer.model.event import AddressOwned, ArpTraffic, Event, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.over_time.stretches import merged
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation, ServedRun, TrafficSeries

HEARTBEAT = 13 * SECOND  # a mounted datastore has a call at least this often: ESXi's NFS.HeartbeatFrequency is 12 s
SAME_XID_WITHIN = 300 * SECOND

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Gap(msgspec.Struct, frozen=True):
    """Silence between two runs of replies, ns, with the frames around it."""

    start: int
    end: int
    origins: tuple[Origin, ...]
    beside: int = 0  # how far the captures of its two ends may be beside each other, ns

    @property
    def length(self) -> int:
        """Ns."""
        return self.end - self.start

    @property
    def span(self) -> Span:
        """Its length with its doubt, ns."""
        return Span(max(0, self.length - self.beside), self.length + self.beside)


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A host asks for storage from `first` to `last`, ns."""

    first: int
    last: int


@dataclass(frozen=True)
class HostTraffic:
    """What the captures hold of one host: its runs of replies, its calls in order of time, its counters over time.

    `whole`: both its networks are heard, both ways. `asked` are the times in which it asks for storage, ns: what it
    sends to the storage address, and its ARP requests. `ends`: when each capture ends, by its last frame, ns; `cut` are
    those after which another one of the same port begins only later: what lies between is in neither.
    """

    runs: tuple[ServedRun, ...] = ()
    asked: tuple[Asked, ...] = ()
    calls: tuple[Operation, ...] = ()
    series: tuple[TrafficSeries, ...] = ()
    whole: bool = False
    ends: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    cut: frozenset[str] = frozenset()

    def captured_until(self, source: str, end: int) -> int:
        """Up to when a silence to `end` (ns), which begins in the capture `source`, is one that was captured: to its
        end, where the capture ends no longer before that than a host is silent whose datastore is mounted, and was not
        cut there.
        """
        last = self.ends.get(source, end)
        return end if end <= last or (end - last <= HEARTBEAT and source not in self.cut) else last

    @cached_property
    def counters(self) -> Counters:
        """Its counters over time, of all paths together."""
        return counters(self.series)

    @cached_property
    def first(self) -> int:
        """The earliest reply, ns; there must be one."""
        return min(run.first for run in self.runs)

    @cached_property
    def last(self) -> ServedRun:
        """The run with the latest reply; there must be one."""
        return max(self.runs, key=lambda run: run.last)

    def replied_before(self, at: int) -> int:
        """Until when, `at` (ns) at most, a run of replies lasts that begins before that; 0 where none does."""
        begun = self._replies.place(at - 1)
        return min(self._replies.reach[begun - 1], at) if begun else 0

    @cached_property
    def _replies(self) -> Intervals[ServedRun]:
        return intervals(self.runs, lambda run: (run.first, run.last))

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The silences between its runs of replies, over all paths and captures: one after the other."""
        gaps: list[Gap] = []
        last: ServedRun | None = None
        for run in sorted(self.runs, key=lambda item: (item.first, item.first_origin)):
            if last is not None and run.first > last.last:
                beside = max(last.beside, run.beside) if last.beside != run.beside else 0
                gaps.append(Gap(last.last, run.first, (last.last_origin, run.first_origin), beside))
            if last is None or run.last > last.last:
                last = run
        return tuple(gaps)

    def gaps_within(self, least: int, most: int) -> tuple[Gap, ...]:
        """The silences that end at `least` or after it and begin at `most` or before it."""
        first = bisect_left(self.gaps, least, key=lambda gap: gap.end)
        return self.gaps[first : bisect_right(self.gaps, most, key=lambda gap: gap.start)]

    def usual(self, gap: Gap) -> int:
        """What nine of ten of the other silences are no longer than, ns; 0 where there is no other."""
        rank = (len(self._lengths) - 1) * 9 // 10
        if len(self._lengths) < 2:
            return 0
        own = bisect_left(self._lengths, gap.length)
        return self._lengths[rank if rank < own else rank + 1]

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        inside = ([run.usual] * run.pauses for run in self.runs if run.pauses)
        return tuple(sorted(chain((gap.length for gap in self.gaps), *inside)))

    def unheard(self, gap: Gap, least: int) -> int:
        """For how much of a silence the host asks for no storage, ns, of times that are longer than `least`."""
        found, last = 0, gap.start
        for one in self.asked[bisect_left(self.asked, gap.start, key=_first) :]:
            until = min(one.first, gap.end)
            found += until - last if until - last > least else 0
            last = max(last, one.last)
            if one.first >= gap.end:
                break
        return found + (gap.end - last if gap.end - last > least else 0)

    def calls_within(self, least: int, end: int) -> Iterator[Operation]:
        """The calls whose first came in [least, end), ns."""
        for place in range(bisect_left(self._called, least), bisect_left(self._called, end)):
            yield self.calls[place]

    @cached_property
    def _called(self) -> tuple[int, ...]:
        return tuple(call.first_call.least for call in self.calls)

    def operations_within(self, least: int, most: int) -> Iterator[list[Operation]]:
        """The operations that begin in [least, most], ns: the calls of one XID over all connections and captures."""
        first = bisect_left(self._operations, least, key=_begin)
        for place in range(first, bisect_right(self._operations, most, key=_begin)):
            yield self._operations[place]

    @cached_property
    def _operations(self) -> tuple[list[Operation], ...]:
        groups: dict[tuple[int, str], list[Operation]] = {}
        for call in self.calls:
            group = groups.setdefault((call.xid, call.procedure), [])
            if not group or call.first_call.least - _begin(group) <= SAME_XID_WITHIN:
                group.append(call)
        return tuple(groups.values())


def _first(asked: Asked) -> int:
    return asked.first


def _begin(operation: list[Operation]) -> int:
    return operation[0].first_call.least


def by_host(found: Correlation) -> dict[str | None, HostTraffic]:
    """What the captures hold of each host that has an episode, by the name that its episodes give it."""
    evidence = found.evidence
    heard = heard_in((*evidence.ways, *evidence.of(MacTraffic | AddressOwned | SshTraffic)))
    runs = grouped((run.host, run) for run in found.served)
    calls = grouped((call.ends.src_mac, place) for place, call in enumerate(evidence.operations))
    series = grouped((one.ends.src_mac, place) for place, one in enumerate(evidence.traffic))
    asked = grouped(_asked(evidence.of(StorageTraffic | ArpTraffic)))
    macs = macs_by_name(found.hosts)
    ends, cut = _ends(evidence)
    traffic: dict[str | None, HostTraffic] = {}
    for name in dict.fromkeys(episode.host for episode in found.episodes):
        mine = macs.get(name or "", frozenset())
        traffic[name] = HostTraffic(
            runs=tuple(runs.get(name, ())),
            calls=in_order(evidence.operations[place] for place in _places(calls, mine)),
            series=tuple(evidence.traffic[place] for place in _places(series, mine)),
            asked=tuple(sorted((one for mac in mine for one in asked.get(mac, ())), key=_first)),
            whole=both_sides(heard, mine),
            ends=ends,
            cut=cut,
        )
    return traffic


def _ends(evidence: Evidence) -> tuple[dict[str, int], frozenset[str]]:
    """When each capture ends, ns, and which are cut there; a ring's files are one, and so are those of a VMkernel port
    that overlap, such as its two directions.
    """
    captures = [one for one in evidence.sources if one.kind == "capture"]
    lasting = {one.name: (one.first.least, one.last.most) for one in captures if one.first and one.last}
    ends = {name: last for name, (_, last) in lasting.items()}
    for ring in evidence.rings:
        last = max((ends[name] for name in ring if name in ends), default=0)
        ends |= {name: last for name in ring if name in ends}
    own, cut, whole = dict(ends), set[str](), set[str]()
    for port in _of_ports(evidence):
        names = sorted(port & own.keys())
        pieces = merged((lasting[name][0], own[name]) for name in names)
        for name in names:
            last = next(end for _, end in pieces if end >= own[name])
            (cut if last < pieces[-1][1] else whole).add(name)
            ends[name] = max(ends[name], last)
    return ends, frozenset(cut - whole)


def _of_ports(evidence: Evidence) -> Iterable[set[str]]:
    """The captures in which each MAC calls the storage address or is answered."""
    sources: dict[str, set[str]] = {}
    for event in evidence.ways:
        if isinstance(event.detail, StorageTraffic):
            for mac in (event.detail.ends.src_mac, event.detail.ends.dst_mac):
                sources.setdefault(mac, set()).add(event.origin.source)
    return sources.values()


def _asked(events: Iterable[Event]) -> Iterator[tuple[str, Asked]]:
    """When each MAC asks for storage, or for whom it takes for the way to it."""
    for event in events:
        detail = event.detail
        if isinstance(detail, StorageTraffic):
            yield detail.ends.src_mac, Asked(event.at.least, detail.run.last.most)
        elif isinstance(detail, ArpTraffic) and detail.operation == "request":
            yield detail.sender_mac, Asked(event.at.least, detail.run.last.most)


def in_order(calls: Iterable[Operation]) -> tuple[Operation, ...]:
    """The calls in order of time."""
    return tuple(sorted(calls, key=lambda call: (call.first_call.least, call.source, call.first_call_frame)))


def macs_by_name(hosts: Sequence[Host]) -> dict[str, frozenset[str]]:
    """The MACs of each host by what an episode may call it: its address, or one of them."""
    found: dict[str, frozenset[str]] = {}
    for host in hosts:
        for name in (host.address, *host.macs):
            if name is not None:
                found.setdefault(name, frozenset(host.macs))
    return found


class Heard(msgspec.Struct, frozen=True):
    """The MACs that the captures hold frames of; `one_way`: those that spoke to the storage address and were sent
    nothing, by anybody: a capture of one direction holds them. Who only had no answer there has other frames.
    """

    macs: frozenset[str]
    one_way: frozenset[str]


def heard_in(events: Sequence[Event]) -> Heard:
    """Whom the captures hear."""
    macs, sent, received = set[str](), set[str](), set[str]()
    owners: dict[tuple[str, str], set[str]] = {}  # by the capture and the address
    reached = set[tuple[str, str]]()  # whom SSH segments went to there
    for event in events:
        detail = event.detail
        if isinstance(detail, StorageTraffic):
            sent.add(detail.ends.src_mac)
            received.add(detail.ends.dst_mac)
        elif isinstance(detail, MacTraffic):
            macs.add(detail.mac)
        elif isinstance(detail, AddressOwned):
            owners.setdefault((event.origin.source, detail.address), set()).add(detail.mac)
        elif isinstance(detail, SshTraffic):
            reached.add((event.origin.source, detail.server))
    received.update(*(owners.get(key, ()) for key in reached))
    return Heard(frozenset(macs), frozenset(sent - received))


def both_sides(heard: Heard, macs: frozenset[str]) -> bool:
    """Whether the captures hold the host's frames of the public network and those of the internal switch, both ways.

    Its VMkernel ports have a MAC each, and each speaks on one of the two. With one side, a silence only bounds the
    outage: service may have gone on by the other. A capture without link layer has every address and no MAC.
    """
    return len((heard.macs & macs) - heard.one_way) > 1 or "" in macs


def grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    """The values of each key, in order."""
    found: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _places(by_mac: Mapping[str, Sequence[int]], macs: frozenset[str]) -> list[int]:
    """Where these MACs' entries stand, in the order of the evidence."""
    return sorted(place for mac in macs for place in by_mac.get(mac, ()))
