"""CVMs' MACs that first speak, or speak again after a silence: who may have come back, and when. And hosts' own CVMs
that are heard no more.

On the internal switch a CVM that lives is silent while its host goes elsewhere: it must say itself that it is back, by
a gratuitous ARP for the storage address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

import msgspec

from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.timing import CVM_SILENT, EDGE
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.frames import Arp, Frames
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.instant import Instant
from analyzer.model.over_time.intervals import Intervals, intervals


class Return(msgspec.Struct, frozen=True):
    """A MAC of a CVM that speaks again; `address` is public, or None for a MAC of the internal switch. One that boots
    has `announced` itself; one that was only out of reach speaks when it has something to say.
    """

    mac: str
    address: str | None
    frames: Frames
    rank: tuple[int, int]
    announced: bool = True


class Returns(msgspec.Struct, frozen=True):
    """All of them in order of time, by the CVM's address (None: those of internal switches)."""

    by_address: Mapping[str | None, Intervals[Return]]

    def last(
        self,
        until: int,
        own: str | None,
        others: Collection[str | None],
        inside: Collection[str],
        *,
        switches: bool = True,
    ) -> Return | None:
        """The last return until then (ns) of a CVM with an address, of `own` where that is known, else of none of
        `others`; else the last of one of the MACs `inside`, of any internal switch where there are none, unless all of
        these are other hosts' (not `switches`).
        """
        named = [address for address in self.by_address if address and own in (None, address)]
        found = self._last_of([address for address in named if address not in others], until)
        if found is not None or None not in self.by_address or not (inside or switches):
            return found
        of_switches = self.by_address[None]
        begun = of_switches.items[: of_switches.place(until)]
        return next((one for one in reversed(begun) if not inside or one.mac in inside), None)

    def between(self, first: int, last: int) -> set[str | None]:
        """The addresses of the CVMs that returned from `first` to `last` (ns), as far as they have one."""
        named = ((address, of_one) for address, of_one in self.by_address.items() if address)
        return {address for address, of_one in named if next(of_one.overlapping(first, last), None) is not None}

    def since(self, one: Return, at: int) -> Return:
        """The first return of the CVM of `one` that is not before then (ns)."""
        of_its = (item for item in self.by_address[one.address].items if one.address or item.mac == one.mac)
        return next((item for item in of_its if item.frames.first >= at), one)

    def near(self, one: Return, until: int, inside: Collection[str]) -> Return:
        """The first of those of its CVM, or of the MACs `inside`, that are no farther than an edge from `one`."""
        return min(self._beside(one, until, inside), key=lambda item: item.rank)

    def is_boot(self, one: Return, until: int, inside: Collection[str]) -> bool:
        """Whether its CVM announces itself then, on either side: it has booted, and was not only out of reach."""
        return any(item.announced for item in self._beside(one, until, inside))

    def _beside(self, one: Return, until: int, inside: Collection[str]) -> list[Return]:
        begin, end = one.frames.first - EDGE, min(one.frames.first + EDGE, until) + 1
        return [
            item
            for address in {None, one.address}.intersection(self.by_address)
            for item in self.by_address[address].beginning(begin, end)
            if address or not inside or item.mac in inside
        ]

    def _last_of(self, addresses: Sequence[str | None], until: int) -> Return | None:
        found = []
        for address in addresses:
            of_one = self.by_address[address]
            if count := of_one.place(until):
                found.append(of_one.items[count - 1])
        return max(found, key=lambda item: item.rank, default=None)


def returns_in(traffic: Traffic, topology: Topology) -> Returns:
    """Every return that the captures show."""
    found: dict[str | None, list[Return]] = {}
    for place, (mac, address, frames) in enumerate(_returns(traffic, topology)):
        announced = bool(_announced(mac, frames, traffic))
        found.setdefault(address, []).append(Return(mac, address, frames, (frames.first, place), announced))
    return Returns(
        {
            address: intervals(sorted(some, key=lambda one: one.rank), lambda one: (one.frames.first, one.frames.first))
            for address, some in found.items()
        }
    )


def _returns(traffic: Traffic, topology: Topology) -> Iterator[tuple[str, str | None, Frames]]:
    for mac, runs in traffic.heard.items():
        address = topology.cvm_of_mac(mac)
        inside = mac in topology.internal_peers or (address is None and _says_that_it_is_back(mac, None, traffic))
        if topology.host_of_mac(mac) is not None or not (address or inside):
            continue
        last = traffic.covers[runs.items[0].first_origin.source][0] - (CVM_SILENT - EDGE)
        for run in runs.items:
            back = _says_that_it_is_back(mac, run, traffic) if inside else run.first - last >= CVM_SILENT
            if back and (inside or _is_back(mac, run, traffic)):
                yield mac, address, run
            last = run.last


def _says_that_it_is_back(mac: str, run: Frames | None, traffic: Traffic) -> bool:
    """Whether a MAC announces that the storage address is its own: as `run` begins, or ever."""
    storage = traffic.settings.storage_address
    return any(one.arp.sender == storage for one in _announced(mac, run, traffic))


def _is_back(mac: str, run: Frames, traffic: Traffic) -> bool:
    """Whether a MAC that speaks again goes on to do so, or announces itself: else it only was not heard for a while."""
    return bool(_announced(mac, run, traffic)) or traffic.steady(mac, run, before=False)


def _announced(mac: str, run: Frames | None, traffic: Traffic) -> tuple[Arp, ...]:
    announced = traffic.announced.get(mac)
    if announced is None:
        return ()
    return announced.items if run is None else announced.beginning(run.first - EDGE, run.first + EDGE + 1)


def silences(traffic: Traffic, topology: Topology) -> Iterator[tuple[Member, Instant]]:
    """Each host with the last frame of its own CVM before a silence that is none of a moment."""
    for host in topology.hosts:
        for mac, addresses in topology.owners.items():
            if host.cvm in addresses and topology.host_of_mac(mac) is None:
                yield from ((host, Instant(CAPTURE_CLOCK, at, at)) for at in _last_frames(mac, traffic))


def _last_frames(mac: str, traffic: Traffic) -> Iterator[int]:
    runs = traffic.heard[mac].items if mac in traffic.heard else ()
    for run, following in zip_longest(runs, runs[1:]):
        until = following.first if following is not None else traffic.last
        if until - run.last >= CVM_SILENT and traffic.steady(mac, run, before=True):
            yield run.last
