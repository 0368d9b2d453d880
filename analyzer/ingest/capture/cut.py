"""A scan's result as it would be had the capture ended earlier, and which details of a small capture are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from analyzer.ingest.capture import limits
from analyzer.ingest.capture.limits import Left
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Event,
    FrameRun,
    IcmpRedirect,
    MacTraffic,
    SshTraffic,
    StorageTraffic,
    TcpControl,
)
from analyzer.model.instant import Instant
from analyzer.model.over_time.columns import Columns, columns_of
from analyzer.model.traffic import Operation, TrafficSeries

Told = tuple[list[Event], list[Operation], list[TrafficSeries]]

_Beside = MacTraffic | AddressOwned | ArpTraffic | SshTraffic
_RUNS = (MacTraffic, AddressOwned, ArpTraffic, SshTraffic, StorageTraffic)
_NO_MAC = 1 << 48
_ONE_PART = 63  # bits


def told_of(
    events: Sequence[Event], operations: Sequence[Operation], storage: str
) -> tuple[list[Event], list[Operation], Left]:
    """The events and operations that are told, and what is not; `storage` is the storage address."""
    beside = [event for event in events if isinstance(event.detail, _Beside)]
    runs = [event.at.least for event in events if isinstance(event.detail, StorageTraffic)]
    controls = [event.at.least for event in events if isinstance(event.detail, TcpControl | IcmpRedirect)]
    calls = [operation.first_call.least for operation in operations]
    firsts = (
        (runs, limits.RUNS_AT_MOST),
        (controls, limits.CONTROLS_AT_MOST),
        (calls, limits.OPERATIONS_AT_MOST),
        (_ways(events), limits.WAYS_AT_MOST),
    )
    if len(beside) <= limits.BESIDE_AT_MOST and all(len(stamps) <= most for stamps, most in firsts):
        return list(events), list(operations), Left()
    import numpy as np

    end = limits.earliest(*(limits.end_of(np.array(stamps, np.int64), most) for stamps, most in firsts))
    macs = np.array([_mac(event) for event in beside], np.int64)
    frames = np.array([event.detail.run.count for event in beside if isinstance(event.detail, _Beside)], np.int64)
    known = np.array(sorted(_known(events, storage)), np.int64)
    of_known = np.array([event.at.least for event in beside], np.int64)[np.isin(macs, known)]
    end = limits.earliest(end, limits.end_of(of_known, limits.BESIDE_AT_MOST))
    before = np.array([end is None or event.at.least < end for event in beside], bool)
    steady = set(limits.steady(macs[before], frames[before], known, limits.BESIDE_AT_MOST).tolist())
    late = [event.origin.number for event in events if end is not None and event.at.least >= end]
    late += [one.first_call_frame for one in operations if end is not None and one.first_call.least >= end]
    kept = [event for event in events if end is None or event.at.least < end]
    return (
        [event for event in kept if not isinstance(event.detail, _Beside) or _mac(event) in steady],
        [one for one in operations if end is None or one.first_call.least < end],
        Left(end, min(late, default=0), len(late), len(np.unique(macs[before])) - len(steady)),
    )


def _ways(events: Iterable[Event]) -> list[int]:
    """When each sender of storage traffic first sent to each receiver, ns."""
    found: dict[tuple[str, str, str, str], int] = {}
    for event in events:
        if isinstance(event.detail, StorageTraffic):
            ends = event.detail.ends
            way = (ends.src_mac, ends.dst_mac, ends.src, ends.dst)
            found[way] = min(found.get(way, event.at.least), event.at.least)
    return list(found.values())


def _known(events: Iterable[Event], storage: str) -> set[int]:
    """The MACs of the storage traffic, and those that own one of its addresses."""
    ends = {event.detail.ends for event in events if isinstance(event.detail, StorageTraffic)}
    macs = {_number(mac) for one in ends for mac in (one.src_mac, one.dst_mac)}
    addresses = {storage, *(address for one in ends for address in (one.src, one.dst))}
    owners = (event for event in events if isinstance(event.detail, AddressOwned))
    return macs | {_mac(event) for event in owners if getattr(event.detail, "address", None) in addresses}


def _mac(event: Event) -> int:
    match event.detail:
        case MacTraffic(mac=mac) | AddressOwned(mac=mac) | ArpTraffic(sender_mac=mac) | SshTraffic(client_mac=mac):
            return _number(mac)
        case _:
            return _NO_MAC


def _number(mac: str) -> int:
    return int(mac.replace(":", ""), 16) if mac else _NO_MAC


def cut_at(end: int, events: Iterable[Event], operations: Iterable[Operation], series: Iterable[TrafficSeries]) -> Told:
    """The events, operations and series, which begin before `end` (ns): what goes on then ends with the last ns
    before.
    """
    return (
        [_event(event, end) for event in events],
        [_operation(operation, end) for operation in operations],
        [one for each in series if (one := _series(each, end)).counted.parts],
    )


def _event(event: Event, end: int) -> Event:
    detail = event.detail
    if isinstance(detail, _RUNS) and detail.run.last.least >= end:
        return replace(event, detail=replace(detail, run=_run(detail.run, end)))
    return event


def _run(run: FrameRun, end: int) -> FrameRun:
    return replace(run, last=Instant(run.last.clock, end - 1, end - 1))


def _operation(operation: Operation, end: int) -> Operation:
    if operation.reply is not None and operation.reply.least >= end:
        return replace(operation, reply=None, reply_frame=None, reply_ends=None, reply_source=None)
    return operation


def _series(series: TrafficSeries, end: int) -> TrafficSeries:
    """The bins that end before `end`."""
    return replace(
        series,
        counted=_columns(series.counted, end // series.width - 1),
        latencies=_columns(series.latencies, end // series.latency_width - 1),
    )


def _columns(columns: Columns, most: int) -> Columns:
    """The rows up to `most`, of columns as a scan gives them."""
    if not columns.parts or columns.parts[-1].last <= most:
        return columns
    whole = tuple(part for part in columns.parts if part.last <= most)
    rest = columns_of(columns.rows(whole[-1].last + 1 if whole else None, most), columns.width, _ONE_PART)
    return replace(columns, parts=(*whole, *rest.parts))
