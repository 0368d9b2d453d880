"""The wire's events, sorted for questions: who was silent when, who asked in vain by ARP, who talks to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from analyzer.config import Settings
from analyzer.model import event as events
from analyzer.model.event import ArpTraffic, Ends, Event, IcmpRedirect, MacTraffic, StorageTraffic, TcpControl
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin, Source
from analyzer.model.traffic import Operation

LULL = 5 * SECOND  # CVMs of a cluster talk to each other more often than this
STEADY = 8 * SECOND
ANSWER_WITHIN = SECOND  # an ARP request that has no reply within this has none


@dataclass(frozen=True, slots=True)
class FrameRun:
    """A run of frames: first and last instant (ns) with their origins."""

    first: int
    last: int
    first_origin: Origin
    last_origin: Origin
    count: int


@dataclass(frozen=True, slots=True)
class Asking:
    """ARP requests of `mac` for `target`; `answered` when a reply came while it asked or just after."""

    mac: str
    sender: str
    target: str
    stretch: FrameRun
    answered: bool


@dataclass(slots=True)
class Wire:
    """All captures together, on their one clock.

    `first` and `last` bound what they cover (ns), `covers` tells it of each by its name.
    """

    settings: Settings
    first: int = 0
    last: int = 0
    covers: dict[str, tuple[int, int]] = field(default_factory=dict)
    storage: list[tuple[StorageTraffic, FrameRun]] = field(default_factory=list)
    controls: list[tuple[TcpControl, int, Origin]] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)
    announcements: list[tuple[ArpTraffic, FrameRun]] = field(default_factory=list)
    macs: dict[str, list[FrameRun]] = field(default_factory=dict)
    redirects: list[tuple[IcmpRedirect, int, Origin]] = field(default_factory=list)
    operations: Sequence[Operation] = ()

    def silence(self, mac: str, at: int) -> tuple[FrameRun, FrameRun | None] | None:
        """The last run of `mac` that began before `at`, and the next one, or None when it never spoke before."""
        runs = self.macs.get(mac, [])
        earlier = [run for run in runs if run.first <= at]
        if not earlier:
            return None
        later = [run for run in runs if run.first > at]
        return earlier[-1], later[0] if later else None

    def steady(self, mac: str, run: FrameRun, *, before: bool) -> bool:
        """Whether `mac` was heard all along up to the end of `run` (`before`), or from its beginning on.

        Only then does its silence tell that it is gone: a capture at one host's port hears of a CVM that lives no more
        than what it says to that host, and to everybody.
        """
        covered = self.covers[run.first_origin.source]
        if before:
            return run.last - self._chained(mac, run, -1) >= min(STEADY, (run.last - covered[0]) // 2)
        return self._chained(mac, run, 1) - run.first >= min(STEADY, (covered[1] - run.first) // 2)

    def _chained(self, mac: str, run: FrameRun, step: int) -> int:
        """Where the runs of `mac` that lead up to `run` (`step` -1) begin, or those that follow it (1) end, ns."""
        edge = run.first if step < 0 else run.last
        for other in self.macs.get(mac, [])[::step]:
            if step < 0 and other.first < edge <= other.last + LULL:
                edge = other.first
            elif step > 0 and other.last > edge >= other.first - LULL:
                edge = other.last
        return edge

    def unanswered(self, start: int, end: int) -> Iterator[Asking]:
        """ARP requests without a reply that overlap [start, end]."""
        for asking in self.askings:
            if not asking.answered and asking.stretch.last >= start and asking.stretch.first <= end:
                yield asking

    def to_storage(self, macs: Collection[str], start: int, end: int) -> Iterator[tuple[StorageTraffic, FrameRun]]:
        """Frames from `macs` to the storage address that overlap [start, end]."""
        for traffic, stretch in self.storage:
            sent = traffic.ends.src_mac in macs and traffic.ends.dst == self.settings.storage_address
            if sent and stretch.last >= start and stretch.first <= end:
                yield traffic, stretch


def stretch_of(event: Event, run: events.FrameRun) -> FrameRun:
    """The run of an event, ns."""
    return FrameRun(event.at.least, run.last.least, event.origin, run.last_origin(event.origin), run.count)


def read_wire(evidence: Evidence, settings: Settings, clock: str) -> Wire | None:
    """Sort the captures' events, or None when there is no capture on `clock`."""
    captures = [source for source in evidence.sources if source.kind == "capture" and source.clock == clock]
    covers = _covers(captures, evidence.rings)
    if not covers:
        return None
    wire = Wire(settings, min(first for first, _ in covers.values()), max(last for _, last in covers.values()), covers)
    wire.operations = evidence.operations
    arps: list[tuple[ArpTraffic, FrameRun]] = []
    for event in evidence.events:
        if event.at.clock != clock:
            continue
        match event.detail:
            case StorageTraffic() as traffic:
                wire.storage.append((traffic, stretch_of(event, traffic.run)))
            case TcpControl() as control:
                wire.controls.append((control, event.at.least, event.origin))
            case ArpTraffic() as arp:
                arps.append((arp, stretch_of(event, arp.run)))
            case MacTraffic() as mac:
                wire.macs.setdefault(mac.mac, []).append(stretch_of(event, mac.run))
            case IcmpRedirect() as redirect:
                wire.redirects.append((redirect, event.at.least, event.origin))
            case _:
                pass
    _sort(wire, arps)
    return wire


def _covers(captures: Sequence[Source], rings: Sequence[Sequence[str]]) -> dict[str, tuple[int, int]]:
    """What each capture covers, ns, by its name; each file of a ring buffer stands for all of them."""
    covers = {s.name: (s.first.least, s.last.most) for s in captures if s.first and s.last}
    for ring in rings:
        parts = [covers[name] for name in ring if name in covers]
        for name in ring:
            if name in covers:
                covers[name] = min(first for first, _ in parts), max(last for _, last in parts)
    return covers


def _sort(wire: Wire, arps: Sequence[tuple[ArpTraffic, FrameRun]]) -> None:
    wire.storage.sort(key=lambda item: (item[1].first, item[1].first_origin))
    wire.controls.sort(key=lambda item: (item[1], item[2]))
    wire.macs = {mac: _merged(runs) for mac, runs in wire.macs.items()}
    replies = [(arp, stretch) for arp, stretch in arps if arp.operation == "reply"]
    wire.announcements = [item for item in arps if item[0].operation == "announcement"]
    for arp, stretch in arps:
        if arp.operation == "request":
            answered = any(
                reply.sender == arp.target
                and other.first <= stretch.last + ANSWER_WITHIN
                and other.last >= stretch.first
                for reply, other in replies
            )
            wire.askings.append(Asking(arp.sender_mac, arp.sender, arp.target, stretch, answered))
    wire.askings.sort(key=lambda asking: (asking.stretch.first, asking.stretch.first_origin))


def _merged(runs: Sequence[FrameRun]) -> list[FrameRun]:
    """Runs in order; those that overlap, as two captures of one MAC tell them, are one."""
    merged: list[FrameRun] = []
    for run in sorted(runs, key=lambda run: (run.first, run.first_origin)):
        last = merged[-1] if merged else None
        if last is None or run.first > last.last:
            merged.append(run)
        elif run.last > last.last:
            merged[-1] = replace(last, last=run.last, last_origin=run.last_origin, count=last.count + run.count)
    return merged


def client_of(ends: Ends, settings: Settings) -> tuple[str, str, int]:
    """(MAC, address, port) of the NFS client of a frame in either direction."""
    if ends.dst == settings.storage_address and ends.dport == settings.nfs_port:
        return ends.src_mac, ends.src, ends.sport
    return ends.dst_mac, ends.dst, ends.dport
