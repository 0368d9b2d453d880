"""What the captures show, ready for questions: who was silent when, whose ARP requests are unanswered, who sent what.

Everything is kept by who sent it and in order of time, so that a question costs what it finds, not what there is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import merge
from types import MappingProxyType

import msgspec

from analyzer.config import Settings
from analyzer.correlate.timing import CVMS_TALK, STEADY
from analyzer.correlate.wire.frames import (
    Arp,
    ArpRequests,
    Client,
    Control,
    Frames,
    StorageRun,
    in_time,
    of_run,
)
from analyzer.model.over_time.intervals import Intervals
from analyzer.model.traffic import Operation

NOBODY: Intervals[Frames] = Intervals()
NOTHING: Intervals[StorageRun] = Intervals()
NO_REQUEST: Intervals[ArpRequests] = Intervals()
NO_CONTROL: Intervals[Control] = Intervals()
NO_CALL: Intervals[Operation] = Intervals()


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """All captures together, on their one clock; nobody writes into the mappings. Times are ns.

    `first` and `last` bound what they cover, `covers` has it of each by its name, `spans` are what any of them covers.
    `heard` has each MAC's frames of any kind, overlapping ones as one. By the sender's MAC are `sent` (storage traffic
    to the storage address), `asked` (ARP requests), `unanswered` (those without a reply), `announced` (gratuitous ARP)
    and `calls` (RPCs, by their first call). `segments` are TCP segments to the storage address by sender and next hop,
    `unanswered_for` the ARP requests by target, `last_unanswered` when the last of a MAC for a target was. `replies`
    are by the receiver's MAC, and by client where a cooked capture has no MAC; `controls` by either end's MAC, or where
    the receiver's is not known by client. `callers` has the MACs that sent as a client. `lossy` are the captures, by
    their names, that lack payload of storage connections.
    """

    settings: Settings
    first: int
    last: int
    covers: Mapping[str, tuple[int, int]]
    spans: tuple[tuple[int, int], ...]
    heard: Mapping[str, Intervals[Frames]]
    sent: Mapping[str, Intervals[StorageRun]]
    segments: Mapping[tuple[str, str | None], Intervals[Frames]]
    replies: Mapping[str | Client, tuple[StorageRun, ...]]
    callers: Mapping[Client, frozenset[str]]
    controls: Mapping[str | Client, Intervals[Control]]
    asked: Mapping[str, Intervals[ArpRequests]]
    unanswered: Mapping[str, Intervals[ArpRequests]]
    unanswered_for: Mapping[str, Intervals[ArpRequests]]
    last_unanswered: Mapping[tuple[str, str], int]
    announcements: tuple[Arp, ...]
    announced: Mapping[str, Intervals[Arp]]
    calls: Mapping[str, Intervals[Operation]]
    lossy: frozenset[str]
    redirected: Mapping[str, tuple[int, ...]] = MappingProxyType({})

    def silence(self, mac: str, at: int) -> tuple[Frames, Frames | None] | None:
        """The last run of `mac` that began before `at`, and the next one, or None when it never spoke before."""
        runs = self.heard.get(mac, NOBODY)
        begun = runs.place(at)
        if not begun:
            return None
        return runs.items[begun - 1], runs.items[begun] if begun < len(runs.items) else None

    def steady(self, mac: str, run: Frames, *, before: bool) -> bool:
        """Whether `mac` was heard all along up to the end of its `run` (`before`), or from its beginning on.

        Only then does its silence show that it is gone: a capture at one host's port hears of a CVM that lives no more
        than what it says to that host, and to everybody.
        """
        first, last = self.covers[run.first_origin.source]
        runs = self.heard.get(mac, NOBODY)
        place = runs.place(run.first) - 1
        if before:
            return _led_up_to(runs.items, place, min(STEADY, (run.last - first) // 2))
        return _followed(runs.items, place, min(STEADY, (last - run.first) // 2))

    def requests_by(self, macs: Collection[str], start: int, end: int) -> Iterator[ArpRequests]:
        """The ARP requests of `macs` without a reply that overlap [start, end], in order."""
        found = (self.unanswered.get(mac, NO_REQUEST).overlapping(start, end) for mac in macs)
        return merge(*found, key=lambda request: in_time(request.frames))

    def requests_for(self, addresses: Collection[str], start: int) -> Iterator[ArpRequests]:
        """The ARP requests for `addresses` without a reply that last until `start` or longer, in order."""
        found = (self.unanswered_for.get(target, NO_REQUEST).overlapping(start, self.last) for target in addresses)
        return merge(*found, key=lambda request: in_time(request.frames))

    def asks_for(self, macs: Collection[str], addresses: Collection[str], start: int) -> bool:
        """Whether one of `macs` has ARP requests for one of `addresses` without a reply that last until `start`."""
        return any(
            last >= start
            for mac in macs
            for target in addresses
            if (last := self.last_unanswered.get((mac, target))) is not None
        )

    def to_storage(self, macs: Collection[str], start: int, end: int) -> Iterator[StorageRun]:
        """What `macs` sent to the storage address that overlaps [start, end], in order."""
        return merge(*(self.sent.get(mac, NOTHING).overlapping(start, end) for mac in macs), key=of_run)

    def on_next_hop(self, macs: Collection[str], next_hop: str | None, start: int, end: int) -> Iterator[Frames]:
        """The segments of `macs` to the storage address by way of the MAC `next_hop` that overlap [start, end]."""
        found = (self.segments.get((mac, next_hop), NOBODY).overlapping(start, end) for mac in macs)
        return merge(*found, key=in_time)

    def left_next_hop(self, macs: Collection[str], next_hop: str | None, at: int) -> int | None:
        """Until when (`at` at most) `macs` sent segments by way of `next_hop`; None where they did not by then."""
        ends = (self.segments.get((mac, next_hop), NOBODY).reached(at) for mac in macs)
        return max((end for end in ends if end is not None), default=None)

    def controls_of(self, macs: Collection[str], start: int, end: int) -> tuple[Control, ...]:
        """SYN, SYN-ACK, FIN and RST segments of or to `macs` in [start, end], in order."""
        clients = {(run.traffic.ends.src, run.traffic.ends.sport) for run in self.to_storage(macs, start, end)}
        keys: tuple[str | Client, ...] = (*macs, *clients)
        found = (self.controls.get(key, NO_CONTROL).overlapping(start, end) for key in keys)
        return tuple(dict.fromkeys(merge(*found, key=lambda control: (control.at, control.origin))))

    def calls_of(self, macs: Collection[str], start: int, end: int) -> list[Operation]:
        """RPCs of `macs` first called in [start, end), in order."""
        found = (self.calls.get(mac, NO_CALL).beginning(start, end) for mac in sorted(macs))
        return list(merge(*found, key=lambda call: call.first_call.least))


def _led_up_to(runs: Sequence[Frames], place: int, enough: int) -> bool:
    """Whether the runs that lead up to the end of that at `place`, without a lull, are `enough` ns long."""
    end, edge = runs[place].last, runs[place].first
    while end - edge < enough and place and edge <= runs[place - 1].last + CVMS_TALK:
        place -= 1
        edge = runs[place].first
    return end - edge >= enough


def _followed(runs: Sequence[Frames], place: int, enough: int) -> bool:
    """Whether the runs from the beginning of that at `place` on, without a lull, are `enough` ns long."""
    begin, edge = runs[place].first, runs[place].last
    while edge - begin < enough and place + 1 < len(runs) and edge >= runs[place + 1].first - CVMS_TALK:
        place += 1
        edge = runs[place].last
    return edge - begin >= enough
