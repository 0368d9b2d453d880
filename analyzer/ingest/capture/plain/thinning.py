"""Fewer runs and calls where nothing happened in a small capture, as the compiled scan has it of a large one.

:mod:`analyzer.ingest.capture.calm` says which runs are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from analyzer.ingest.capture import calm, limits
from analyzer.ingest.capture.plain.operations import SLOW
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Ends,
    Event,
    FrameRun,
    IcmpRedirect,
    MacTraffic,
    SshTraffic,
    StorageTraffic,
    TcpControl,
)
from analyzer.model.instant import MILLISECOND
from analyzer.model.traffic import Operation

_KINDS = {"frame": calm.FRAME, "call": calm.CALL, "reply": calm.REPLY}
_Beside = MacTraffic | AddressOwned | ArpTraffic | SshTraffic
Row = tuple[int, int, int, int, int, int, int]
"""What :class:`~analyzer.ingest.capture.calm.Runs` has of a run."""


def thinned(
    events: Sequence[Event], operations: Sequence[Operation], storage: str
) -> tuple[Sequence[Event], Sequence[Operation]]:
    """The events and operations, or where there are more than are told, fewer that say the same."""
    runs = sum(isinstance(event.detail, StorageTraffic) for event in events)
    beside = sum(isinstance(event.detail, _Beside) for event in events)
    many = runs > limits.RUNS_AT_MOST or beside > limits.BESIDE_AT_MOST or len(operations) > limits.OPERATIONS_AT_MOST
    return _Thinned(storage).of(events, operations) if many else (events, operations)


class _Thinned:
    def __init__(self, storage: str) -> None:
        self._storage = storage
        self._numbers: dict[object, int] = {}

    def of(
        self, events: Sequence[Event], operations: Sequence[Operation]
    ) -> tuple[Sequence[Event], Sequence[Operation]]:
        import numpy as np

        rows = [(event, self._row(event)) for event in events]
        joined = [event for event, row in rows if row is not None]
        others = [event for event, row in rows if row is None]
        columns = np.array([row for _, row in rows if row is not None], np.int64).reshape(-1, len(calm.Runs._fields))
        waited = (at for one in operations for at in self._waited(one))
        happened = np.array([*self._happened(others), *waited], np.int64).reshape(-1, 2)
        known = calm.Calm()
        told = known.joined(calm.Runs(*columns.T), happened[:, 0], happened[:, 1], whole=True)
        places = {id(event): place for place, event in enumerate(events)}
        parts = [*_parts(joined, told), *([event] for event in others)]
        whole = [_one(part) for part in sorted(parts, key=lambda part: places[id(part[0])])]
        left = np.array([row for event in whole if (row := self._row(event)) is not None], np.int64)
        soon = [one for one in operations if _at_once(one)]
        hosts = np.array([self._host(one.ends) for one in soon], np.int64)
        stamps = np.array([one.first_call.least for one in soon], np.int64)
        took = np.array([_took(one) for one in soon], np.int64)
        runs = calm.Runs(*left.reshape(-1, len(calm.Runs._fields)).T)
        unneeded = known.unneeded(runs, hosts, stamps, took).tolist()
        dropped = {id(one) for one, out in zip(soon, unneeded, strict=True) if out}
        return whole, [one for one in operations if id(one) not in dropped]

    def _number(self, key: object) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _host(self, ends: Ends) -> int:
        return self._number(ends.src_mac if ends.dst == self._storage else ends.dst_mac)

    def _row(self, event: Event) -> Row | None:
        """A run that may be joined; None for all else."""
        match event.detail:
            case StorageTraffic(what=what, ends=ends, run=run) if what in _KINDS:
                way, key = self._number((what, ends.src_mac, ends.dst_mac)), self._number((what, ends))
                host, src, dst = self._host(ends), self._number(ends.src_mac), self._number(ends.dst_mac)
                return _KINDS[what], host, src + dst - host, way, key, event.at.least, run.last.least
            case MacTraffic(mac=mac, run=run):
                number = self._number(mac)
                return calm.MAC, number, number, self._number((mac,)), number, event.at.least, run.last.least
            case _:
                return None

    def _waited(self, one: Operation) -> Iterator[tuple[int, int]]:
        """When a call began and ended that was not answered for long, or sent again."""
        if one.reply is None or one.calls > 1 or _took(one) >= calm.WAITED:
            ends = (one.first_call, one.last_call, *(() if one.reply is None else (one.reply,)))
            yield from ((self._number(mac), at.least) for mac in (one.ends.src_mac, one.ends.dst_mac) for at in ends)

    def _happened(self, events: Sequence[Event]) -> Iterator[tuple[int, int]]:
        """To whom something happened, and when, ns."""
        for event in events:
            match event.detail:
                case StorageTraffic(ends=ends, run=run):
                    for mac in (ends.src_mac, ends.dst_mac):
                        yield from ((self._number(mac), at) for at in (event.at.least, run.last.least))
                case TcpControl(ends=ends):
                    yield from ((self._number(mac), event.at.least) for mac in (ends.src_mac, ends.dst_mac))
                case IcmpRedirect():
                    yield calm.EVERYBODY, event.at.least
                case _:
                    pass


def _took(one: Operation) -> int:
    """From the first call to the reply, ns; 0 without one."""
    return 0 if one.reply is None else one.reply.least - one.first_call.least


def _at_once(one: Operation) -> bool:
    """Whether a call was sent once and answered soon."""
    return one.calls == 1 and one.reply is not None and _took(one) <= SLOW


def _parts(events: Sequence[Event], told: calm.Joined) -> Iterator[list[Event]]:
    """The events that are one, in order."""
    part: list[Event] = []
    for place, goes_on in zip(told.order.tolist(), (False, *told.on.tolist()), strict=bool(events)):
        if part and not goes_on:
            yield part
            part = []
        part.append(events[place])
    if part:
        yield part


def _one(parts: Sequence[Event]) -> Event:
    runs = [event.detail.run for event in parts if isinstance(event.detail, StorageTraffic | MacTraffic)]
    detail = parts[0].detail
    if len(parts) == 1 or not isinstance(detail, StorageTraffic | MacTraffic):
        return parts[0]
    paused = [event.at.least - run.last.least for event, run in zip(parts[1:], runs[:-1], strict=True)]
    whole = FrameRun(
        runs[-1].last,
        runs[-1].last_frame,
        sum(run.count for run in runs),
        sum(run.bytes for run in runs),
        pauses=len(paused),
        paused=sum(paused),
        squared=sum((pause // MILLISECOND) ** 2 for pause in paused),
    )
    return replace(parts[0], detail=replace(detail, run=whole))
