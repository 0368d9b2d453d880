"""The rows of a compiled scan as the model has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address
from typing import Literal, NamedTuple

import numpy as np

from analyzer.ingest.capture.compiled import layout, runs
from analyzer.ingest.capture.compiled.layout import NO_MAC, NONE
from analyzer.ingest.capture.compiled.memory import Memory, Table
from analyzer.ingest.capture.plain.series import LATENCY_WIDTH, WIDTH
from analyzer.ingest.capture.procedures import NFS, NFS_NAMES, procedure_name
from analyzer.ingest.capture.result import Stamped, Tally, instant
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Detail,
    Ends,
    Event,
    FrameRun,
    IcmpRedirect,
    MacTraffic,
    SshTraffic,
    StorageTraffic,
    TcpControl,
)
from analyzer.model.instant import Instant
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation, RpcTime, TrafficSeries

Results = tuple[list[Event], list[Operation], list[TrafficSeries]]
_Row = dict[str, int]
_Client = tuple[int, int, int, int]


class _Run(NamedTuple):
    """A row of :data:`~analyzer.ingest.capture.compiled.layout.RUN`, in its order."""

    hash: int
    next: int
    w0: int
    w1: int
    w2: int
    w3: int
    first: int
    last: int
    number: int
    last_frame: int
    resolution: int
    last_resolution: int
    frames: int
    bytes: int
    mark: int
    pauses: int
    paused: int
    squared: int


_ARP: dict[int, Literal["request", "reply", "announcement"]] = {
    runs.ARP_REQUEST: "request", runs.ARP_REPLY: "reply", runs.ARP_ANNOUNCEMENT: "announcement",
}  # fmt: skip
_STORAGE: dict[int, Literal["frame", "call", "reply", "retransmission"]] = {
    runs.FRAME: "frame", runs.CALL: "call", runs.REPLY: "reply", runs.RETRANSMISSION: "retransmission",
}  # fmt: skip
_AT_ONCE = 1 << 12
_TEXTS = 1 << 12
"""Addresses whose text is remembered."""
_ORDER = (runs.MAC, *_ARP, runs.OWNED, runs.SSH)
_FLAGS: tuple[Literal["SYN", "SYN-ACK", "FIN", "RST"], ...] = ("SYN", "SYN-ACK", "FIN", "RST")


def results(memory: Memory, name: str, clock: str, port: int) -> tuple[Tally, Results]:
    """What was counted, and the events, operations and series; `name` and `clock` are the capture's, `port` NFS's."""
    teller = _Teller(memory, name, clock)
    events = [*teller.redirects(), *teller.neighbours(), *teller.controls(), *teller.storage()]
    return _tally(memory), (events, list(teller.operations()), list(teller.series(port)))


def _tally(memory: Memory) -> Tally:
    totals = memory.state["totals"].tolist()
    calls: Counter[tuple[int, int, int]] = Counter()
    replies: Counter[tuple[int, int, int]] = Counter()
    others, *programs = _dicts(memory.programs())
    for row in programs:
        key = (row["program"], row["version"], row["procedure"])
        calls[key] += row["calls"]
        replies[key] += row["replies"]
    pending = memory.state["pending"][1 : memory.state["count"][layout.PENDINGS] + 1]
    waiting = (pending["state"] == layout.PENDING_OPEN) & (pending["program"] == NFS)
    link_types = memory.state["link_types"]
    return Tally(
        frames=totals[layout.FRAMES],
        bytes=totals[layout.BYTES],
        truncated=totals[layout.TRUNCATED],
        resets=totals[layout.RESETS],
        damaged=totals[layout.DAMAGED],
        first_damaged=totals[layout.FIRST_DAMAGED],
        untimed=totals[layout.UNTIMED],
        first_untimed=totals[layout.FIRST_UNTIMED],
        first=_stamped(totals[layout.FIRST], totals[layout.FIRST_RESOLUTION]),
        last=_stamped(totals[layout.LAST], totals[layout.LAST_RESOLUTION]),
        backward=totals[layout.BACKWARD],
        link_types=Counter({int(kind): int(link_types[kind]) for kind in np.flatnonzero(link_types)}),
        vlans={int(vlan) for vlan in np.flatnonzero(memory.state["vlans"])},
        storage_frames=totals[layout.STORAGE_FRAMES],
        duplicates=totals[layout.DUPLICATES],
        retransmissions=totals[layout.RETRANSMISSIONS],
        out_of_order=totals[layout.OUT_OF_ORDER],
        gaps=totals[layout.GAPS],
        gap_bytes=totals[layout.GAP_BYTES],
        calls=calls,
        replies=replies,
        other_calls=others["calls"],
        time=RpcTime(
            totals[layout.TIMES],
            (totals[layout.TIME_HIGH] << 32) + totals[layout.TIME_LOW],
            totals[layout.TIME_LEAST],
            totals[layout.TIME_MOST],
        ),
        unanswered=totals[layout.UNANSWERED] + int(waiting.sum()),
        filled=totals[layout.FILLED],
    )


def _stamped(ts: int, resolution: int) -> Stamped | None:
    return None if ts == NONE else (ts, resolution)


class _Teller:
    """Names what the rows of one capture hold."""

    def __init__(self, memory: Memory, source: str, clock: str) -> None:
        self._memory = memory
        self._source = source
        self._clock = clock
        self._told = memory.details.told()
        self._first: dict[_Client, int] = {
            (row["mac"], row["src"], row["dst"], row["ports"]): row["first"] for row in _dicts(memory.clients())
        }

    def redirects(self) -> Iterator[Event]:
        """ICMP redirects."""
        for row in _dicts(self._told["redirects"]):
            detail = IcmpRedirect(
                _address(row["sender"]), _address(row["host"]), _address(row["destination"]), _address(row["gateway"])
            )
            yield self._event(instant(self._clock, row["ts"], row["resolution"]), row["number"], detail)

    def neighbours(self) -> Iterator[Event]:
        """Runs of MACs, ARP, owned addresses and SSH."""
        for kind in _ORDER:
            for row in _runs(self._told["runs"], kind):
                at, run = self._run(row)
                yield self._event(at, row.number, _neighbour(kind, row, run))

    def storage(self) -> Iterator[Event]:
        """Runs of the storage traffic."""
        found: dict[tuple[int, int, int, int], Ends] = {}
        for kind, what in _STORAGE.items():
            for row in _runs(self._told["runs"], kind):
                ends = found.get(key := (row.w0, row.w1, row.w2, row.w3))
                if ends is None:
                    ends = found[key] = self._ends(
                        row.w0 & (2 * NO_MAC - 1), row.w1 & (2 * NO_MAC - 1), row.w2 >> 32 & 0xFFFFFFFF,
                        row.w2 & 0xFFFFFFFF, row.w3, (row.w1 >> 50) - 1,
                    )  # fmt: skip
                at, run = self._run(row)
                yield self._event(at, row.number, StorageTraffic(what, ends, run))

    def controls(self) -> Iterator[Event]:
        """SYN, SYN-ACK, FIN and RST; one that was seen before, by whatever path, is a retransmission."""
        seen: set[tuple[int, ...]] = set()
        for row in _dicts(self._told["controls"]):
            key = (row["flags"], row["src"], row["dst"], row["sport"], row["dport"], row["seq"])
            if row["ts"] != NONE:
                ends = self._ends(
                    row["src_mac"], row["dst_mac"], row["src"], row["dst"], row["sport"] << 16 | row["dport"],
                    row["vlan"],
                )  # fmt: skip
                detail = TcpControl(_FLAGS[row["flags"]], ends, row["seq"], row["ack"], key in seen)
                yield self._event(instant(self._clock, row["ts"], row["resolution"]), row["number"], detail)
            seen.add(key)

    def operations(self) -> Iterator[Operation]:
        """The operations worth keeping, in order of their first calls."""
        rows = self._told["sampled"]
        for row in _dicts(rows[np.lexsort((rows["serial"], rows["first_number"]))]):
            first = self._instant(row["first"], row["first_resolution"])
            last = self._instant(row["last"], row["last_resolution"])
            if first is not None and last is not None:
                yield self._operation(row, first, last)

    def _operation(self, row: _Row, first: Instant, last: Instant) -> Operation:
        ports = row["sport"] << 16 | row["dport"]
        answered = row["reply_number"] > 0
        back = row["reply_sport"] << 16 | row["reply_dport"]
        return Operation(
            source=self._source,
            xid=row["xid"],
            procedure=procedure_name(row["program"], row["version"], row["procedure"]),
            ends=self._ends(row["src_mac"], row["dst_mac"], row["src"], row["dst"], ports, row["vlan"]),
            calls=row["calls"],
            first_call=first,
            first_call_frame=row["first_number"],
            last_call=last,
            last_call_frame=row["last_number"],
            reply=self._instant(row["reply"], row["reply_resolution"]),
            reply_frame=row["reply_number"] or None,
            reply_ends=_ends(
                row["reply_src_mac"], row["reply_dst_mac"], row["reply_src"], row["reply_dst"], back, row["reply_vlan"]
            ) if answered else None,
        )  # fmt: skip

    def series(self, port: int) -> Iterator[TrafficSeries]:
        """Counters over time of each path, in order of the path's ends."""
        for path, counted, latencies in self._memory.over_time.results():
            host_mac, hop_mac, host, storage, vlan = path
            yield TrafficSeries(
                source=self._source,
                clock=self._clock,
                ends=Ends(host_mac.hex(":"), hop_mac.hex(":"), _address(host), _address(storage), 0, port, _tag(vlan)),
                width=WIDTH,
                counted=counted,
                latency_width=LATENCY_WIDTH,
                latencies=latencies,
                names=NFS_NAMES,
            )

    def _ends(self, src_mac: int, dst_mac: int, src: int, dst: int, ports: int, vlan: int) -> Ends:
        """The ends of a segment, with who answered first where a cooked capture did not tell the receiver."""
        if dst_mac == NO_MAC and src_mac != NO_MAC:
            dst_mac = self._first.get((src_mac, src, dst, ports), NO_MAC)
        return _ends(src_mac, dst_mac, src, dst, ports, vlan)

    def _instant(self, ts: int, resolution: int) -> Instant | None:
        return None if ts == NONE else instant(self._clock, ts, resolution)

    def _run(self, row: _Run) -> tuple[Instant, FrameRun]:
        """When a run begins, and the run; most are of one frame, whose instant and number are held once."""
        first = last = instant(self._clock, row.first, row.resolution)
        if (row.last, row.last_resolution) != (row.first, row.resolution):
            last = instant(self._clock, row.last, row.last_resolution)
        number = row.number if row.last_frame == row.number else row.last_frame
        return first, FrameRun(last, number, row.frames, row.bytes, None, row.pauses, row.paused, row.squared)

    def _event(self, at: Instant, number: int, detail: Detail) -> Event:
        return Event(at=at, detail=detail, origin=Origin(self._source, number))


def _neighbour(kind: int, row: _Run, run: FrameRun) -> Detail:
    mac, high, low = _mac(row.w0), _address(row.w2 >> 32 & 0xFFFFFFFF), _address(row.w2 & 0xFFFFFFFF)
    if kind == runs.MAC:
        return MacTraffic(mac, run)
    if kind == runs.OWNED:
        return AddressOwned(mac, low, "arp" if row.mark else "ipv4", run)
    if kind == runs.SSH:
        return SshTraffic(high, low, mac, run)
    return ArpTraffic(_ARP[kind], mac, high, low, _tag((row.w1 >> 50) - 1), run)


def _runs(rows: Table, kind: int) -> Iterator[_Run]:
    """The runs of a kind."""
    for values in _values(rows[rows["w0"] >> 56 == kind]):
        yield _Run(*values)


def _values(rows: Table) -> Iterator[tuple[int, ...]]:
    """The rows, some at a time: as Python's integers they take much more memory."""
    for start in range(0, len(rows), _AT_ONCE):
        yield from rows[start : start + _AT_ONCE].tolist()


def _dicts(rows: Table) -> Iterator[_Row]:
    names = rows.dtype.names or ()
    return (dict(zip(names, row, strict=True)) for row in _values(rows))


@lru_cache(_TEXTS)
def _ends(src_mac: int, dst_mac: int, src: int, dst: int, ports: int, vlan: int) -> Ends:
    sport, dport = ports >> 16, ports & 0xFFFF
    return Ends(_mac(src_mac), _mac(dst_mac), _address(src), _address(dst), sport, dport, _tag(vlan))


@lru_cache(_TEXTS)
def _mac(mac: int) -> str:
    return "" if mac & NO_MAC else (mac & (NO_MAC - 1)).to_bytes(6, "big").hex(":")


@lru_cache(_TEXTS)
def _address(address: int) -> str:
    return str(IPv4Address(address))


def _tag(vlan: int) -> int | None:
    return None if vlan < 0 else vlan
