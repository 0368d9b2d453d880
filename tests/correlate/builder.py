"""Evidence made by hand: a capture and logs of one small cluster, told in milliseconds after `START`.

The cast is that of the recordings: a host, its CVM, and two CVMs on other hosts. A capture is told as what a scan makes
of it: runs of frames, ARP questions, control segments. A log is told as the events that its rules make of its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from analyzer.config import Settings
from analyzer.correlate import correlate
from analyzer.ingest.logs.families import family_of
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Detail,
    Ends,
    Event,
    Forwarding,
    FrameRun,
    HaStarted,
    MacTraffic,
    Mark,
    NfsTerminate,
    RouteAction,
    RouteChanged,
    RouteCommand,
    SshTraffic,
    StargateStates,
    StorageTraffic,
    TaskCreated,
    TcpControl,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.over_time.columns import Columns, columns_of
from analyzer.model.source import Origin, Source, SourceKind
from analyzer.model.traffic import Bin, Operation, TrafficSeries

START = 1_795_331_000 * SECOND
STORAGE, PRIVATE = "192.168.5.2", "192.168.5.1"
HOST, CVM, PEER, REMOTE = "192.168.1.24", "192.168.1.26", "192.168.1.27", "192.168.1.28"
NOBODY = "192.168.1.99"
VMK0, VMK1 = "00:25:90:aa:00:24", "00:50:56:6a:a0:24"
CVM_ETH0, CVM_ETH1 = "00:0c:29:a0:01:26", "00:0c:29:a0:05:26"
PEER_ETH0, REMOTE_ETH0 = "00:0c:29:b0:01:27", "00:0c:29:c0:01:28"

LOCAL = Ends(VMK1, CVM_ETH1, PRIVATE, STORAGE, 877, 2049)
OUTSIDE = Ends(VMK0, REMOTE_ETH0, HOST, STORAGE, 878, 2049)


def ns(ms: int) -> int:
    """`ms` after START, ns since the epoch."""
    return START + ms * MILLISECOND


def back(ends: Ends) -> Ends:
    """The way of the replies."""
    return Ends(ends.dst_mac, ends.src_mac, ends.dst, ends.src, ends.dport, ends.sport, ends.vlan)


@dataclass
class _Teller:
    """A source that is being told, event by event."""

    source: str
    kind: SourceKind
    clock: str
    doubt: int
    host: str | None = None
    zone_assumed: bool = False
    events: list[Event] = field(default_factory=list)
    number: int = 0

    def at(self, ms: int) -> Instant:
        return Instant(self.clock, ns(ms), ns(ms) + self.doubt)

    def tell(self, ms: int, detail: Detail, text: str | None = None) -> Origin:
        self.number += 1
        origin = Origin(self.source, self.number)
        self.events.append(Event(at=self.at(ms), detail=detail, origin=origin, text=text))
        return origin

    def as_source(self) -> Source:
        times = sorted(event.at.least for event in self.events)
        ends = [
            run.last.least for event in self.events if isinstance(run := getattr(event.detail, "run", None), FrameRun)
        ]
        last = max([*times, *ends], default=None)
        return Source(
            name=self.source,
            kind=self.kind,
            log=family.log if (family := family_of(self.kind)) else None,
            size=1,
            digest=None,
            clock=self.clock,
            host=self.host,
            zone_assumed=self.zone_assumed,
            first=Instant(self.clock, times[0], times[0] + self.doubt) if times else None,
            last=Instant(self.clock, last, last + self.doubt) if last is not None else None,
            records=len(self.events),
        )


@dataclass
class Capture(_Teller):
    """A capture, µs stamps on the captures' clock."""

    source: str = "span.pcap"
    kind: SourceKind = "capture"
    clock: str = "capture"
    doubt: int = 999
    operations: list[Operation] = field(default_factory=list)
    series: list[TrafficSeries] = field(default_factory=list)

    def run(self, ms: int, end: int, detail: type, *fields: object, count: int = 2) -> Origin:
        """A run of frames of one kind; `detail` takes the fields and then the run."""
        origin = Origin(self.source, self.number + 1)
        last = self.number + max(count, 1)
        run = FrameRun(self.at(end), last, count, 100 * count)
        self.events.append(Event(at=self.at(ms), detail=detail(*fields, run), origin=origin))
        self.number = last
        return origin

    def speaks(self, mac: str, address: str | None, ms: int, end: int) -> None:
        """Any frames of a MAC, by which an address is known to be its own."""
        self.run(ms, end, MacTraffic, mac, count=10)
        if address is not None:
            self.run(ms, end, AddressOwned, mac, address, "arp", count=10)

    def asks(self, mac: str, sender: str, target: str, ms: int, end: int, *, answered_by: str | None = None) -> None:
        """ARP questions, answered or not."""
        self.run(ms, end, ArpTraffic, "request", mac, sender, target, None, count=1 + (end - ms) // 1000)
        if answered_by is not None:
            self.run(ms, end, ArpTraffic, "reply", answered_by, target, sender, None)

    def announces(self, mac: str, address: str, ms: int) -> None:
        """A gratuitous ARP."""
        self.run(ms, ms, ArpTraffic, "announcement", mac, address, address, None, count=1)
        self.run(ms, ms, AddressOwned, mac, address, "arp", count=1)

    def sends(self, ends: Ends, ms: int, end: int, *what: Literal["frame", "call", "reply", "retransmission"]) -> None:
        """Frames of storage traffic one way."""
        for one in ("frame", *what):
            self.run(ms, end, StorageTraffic, one, ends, count=2 + (end - ms) // 250)

    def serves(self, ends: Ends, ms: int, end: int, *, replies: Ends | None = None) -> None:
        """NFS calls on `ends` and their replies a millisecond later, four in a second, in [ms, end]."""
        answer = replies or back(ends)
        self.sends(ends, ms, end - 1, "call")
        self.sends(answer, ms + 1, end, "reply")
        for mac in (ends.src_mac, answer.src_mac):
            self.run(ms, end, MacTraffic, mac, count=10)

    def control(self, flags: Literal["SYN", "SYN-ACK", "FIN", "RST"], ends: Ends, ms: int) -> None:
        """One control segment."""
        self.tell(ms, TcpControl(flags, ends, 1, 1))

    def connects(self, ends: Ends, ms: int) -> None:
        """A connection is made."""
        self.control("SYN", ends, ms)
        self.control("SYN-ACK", back(ends), ms)

    def calls(self, ends: Ends, ms: int, reply: int | None, *, xid: int = 7, calls: int = 1) -> None:
        """One RPC that ingestion keeps."""
        self.number += 2
        self.operations.append(
            Operation(
                source=self.source,
                xid=xid,
                procedure="READ",
                ends=ends,
                calls=calls,
                first_call=self.at(ms),
                first_call_frame=self.number - 1,
                last_call=self.at(ms),
                last_call_frame=self.number - 1,
                reply=None if reply is None else self.at(reply),
                reply_frame=None if reply is None else self.number,
            )
        )

    def ssh(self, ms: int, end: int, *, client: str = REMOTE, server: str = HOST, count: int = 4) -> None:
        """An exchange over the connection that a CVM holds to a host."""
        self.run(ms, end, SshTraffic, client, server, REMOTE_ETH0, count=count)

    def counts(self, ends: Ends, rates: Sequence[tuple[int, int, int]]) -> None:
        """Replies per bin of 100 ms: (from, to, replies a bin) in ms."""
        width = 100 * MILLISECOND
        bins = [
            Bin(ns(ms) // width, replies, replies, 100 * replies)
            for start, end, replies in rates
            for ms in range(start, end, 100)
        ]
        whole = Ends(ends.src_mac, ends.dst_mac, ends.src, ends.dst, 0, ends.dport)
        self.series.append(
            TrafficSeries(
                source=self.source,
                clock=self.clock,
                ends=whole,
                width=width,
                counted=columns_of([msgspec.structs.astuple(one) for one in bins], 4, 13),
                latency_width=SECOND,
                latencies=Columns(5),
            )
        )


@dataclass
class Genesis(_Teller):
    """A genesis.out with whole-second stamps; give times as the line's stamp, and `host` to speak of another one."""

    source: str = "genesis.out"
    kind: SourceKind = "genesis"
    clock: str = "log:genesis"
    doubt: int = SECOND - 1

    def started(self, ms: int, period: int | None = 30 * SECOND) -> None:
        self.tell(ms, HaStarted(period))

    def all_up(self, ms: int) -> None:
        """Every Stargate is up, and the host's forwarding is right."""
        self.tell(ms, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
        self.correct(ms)

    def cvm_down(self, ms: int, cvm: str = CVM) -> None:
        up = tuple(address for address in (CVM, PEER, REMOTE) if address != cvm)
        self.tell(ms, StargateStates(up=up, down=(cvm,)))

    def alive(self, ms: int) -> None:
        """The CVM is back and not initialised: its host's forwarding is kept."""
        self.tell(ms, StargateStates(up=(PEER, REMOTE), initializing=(CVM,), all_of="alive"))
        self.tell(ms, Forwarding("kept", HOST, REMOTE, CVM))

    def correct(self, ms: int, remote: str | None = None, host: str = HOST, cvm: str = CVM) -> None:
        self.tell(ms, Forwarding("correct", host, remote, None if remote else cvm))

    def illegal(self, ms: int, gateway: str, host: str = HOST, cvm: str = CVM) -> None:
        self.tell(ms, Forwarding("illegal", host, gateway, cvm))

    def absent(self, ms: int, host: str = HOST, cvm: str = CVM) -> None:
        self.tell(ms, Forwarding("absent", host, None, cvm))

    def task(self, ms: int, action: RouteAction, gateway: str, host: str = HOST) -> None:
        self.tell(ms, TaskCreated(action, host, gateway))

    def terminates(self, ms: int, *, host: str = HOST, cvm: str = REMOTE) -> None:
        self.tell(ms, NfsTerminate("sent", host, cvm))
        self.tell(ms, NfsTerminate("reply", host, cvm))

    def orders(self, ms: int, action: RouteAction, gateway: str, host: str = HOST) -> None:
        """The route command, without its result."""
        self.tell(ms, RouteCommand(action, "genesis", host, gateway, STORAGE))

    def result(self, ms: int, action: RouteAction, gateway: str, *, host: str = HOST, done: bool = True) -> None:
        self.tell(ms, RouteChanged(action, host, gateway, done=done))

    def repairs(self, ms: int, action: RouteAction, gateway: str, host: str = HOST) -> None:
        """Task, command and result within a second."""
        self.task(ms, action, gateway, host)
        self.orders(ms, action, gateway, host)
        self.result(ms, action, gateway, host=host)


@dataclass
class HostLog(_Teller):
    """A shell.log or vmkernel.log of the host, ms stamps."""

    source: str = "vmkernel.log"
    kind: SourceKind = "vmkernel"
    clock: str = "host"
    doubt: int = MILLISECOND - 1
    host: str | None = HOST

    def types(self, ms: int, action: RouteAction, gateway: str) -> None:
        flag = "-a" if action == "add" else "-d"
        text = f"[root]: esxcfg-route {flag} {STORAGE} 255.255.255.255 {gateway}"
        self.tell(ms, RouteCommand(action, "person", None, gateway, STORAGE, "root"), text)

    def kernel(self, ms: int, action: RouteAction, gateway: str) -> None:
        self.tell(ms, RouteChanged(action, None, gateway, by_kernel=True))


@dataclass
class Notes(_Teller):
    """A person's marks on the captures' clock."""

    source: str = "marks.toml"
    kind: SourceKind = "marks"
    clock: str = "capture"
    doubt: int = SECOND - 1

    def note(
        self,
        ms: int,
        action: Literal["cvm-power-off", "cvm-power-on", "route-add", "route-delete", "note"],
        text: str = "I did it",
        target: str | None = None,
    ) -> None:
        self.tell(ms, Mark(action, target, None, text))


def evidence(*tellers: _Teller) -> Evidence:
    """What ingestion would hand on."""
    events = [event for teller in tellers for event in teller.events]
    captures = [teller for teller in tellers if isinstance(teller, Capture)]
    return Evidence(
        sources=tuple(teller.as_source() for teller in tellers),
        events=tuple(sorted(events, key=lambda e: (e.at.clock, e.at.least, e.origin.source, e.origin.number))),
        operations=tuple(operation for capture in captures for operation in capture.operations),
        traffic=tuple(series for capture in captures for series in capture.series),
        backward=tuple((capture.source, back) for capture in captures if (back := _backward(capture))),
    )


def _backward(capture: Capture) -> int:
    """By how much (ns) a stamp of a run's first frame is before that of an earlier frame, at most."""
    back = latest = 0
    for event in sorted(capture.events, key=lambda event: event.origin.number):
        back = max(back, latest - event.at.least)
        run = getattr(event.detail, "run", None)
        latest = max(latest, event.at.least if run is None else run.last.least)
    return back


def found(*tellers: _Teller, settings: Settings | None = None) -> Correlation:
    """What correlation makes of it."""
    return correlate(evidence(*tellers), settings or Settings())


def episodes(*tellers: _Teller) -> tuple[Episode, ...]:
    """The episodes alone."""
    return found(*tellers).episodes


def only(*tellers: _Teller) -> Episode:
    """The one episode that there is."""
    (episode,) = episodes(*tellers)
    return episode


def known(episode: Episode) -> dict[InstantName, KnownInstant]:
    """The instants that an episode tells."""
    return {i.name: i for i in episode.instants if isinstance(i, KnownInstant)}


def ms_of(episode: Episode, name: InstantName) -> tuple[int, int]:
    """An instant's [least, most] in ms after START, rounded outwards to what holds it."""
    at = known(episode)[name].at
    return (at.least - START) // MILLISECOND, -((START - at.most) // MILLISECOND)


def holds(episode: Episode, name: InstantName, ms: int) -> bool:
    """Whether an instant's interval holds the moment `ms`."""
    at = known(episode)[name].at
    return at.least <= ns(ms) <= at.most


def neighbours(capture: Capture, start: int, end: int, *, cvm_until: int | None = None) -> None:
    """The public network's everyday: the host and all CVMs are heard all the time, the local CVM until it dies."""
    capture.speaks(VMK0, HOST, start, end)
    capture.speaks(CVM_ETH0, CVM, start, end if cvm_until is None else cvm_until)
    capture.speaks(PEER_ETH0, PEER, start, end)
    capture.speaks(REMOTE_ETH0, REMOTE, start, end)
    for ms in range(start + 2_000, end, 30_000):
        capture.ssh(ms, ms + 250)
