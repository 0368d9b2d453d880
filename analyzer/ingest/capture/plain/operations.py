"""RPC operations of the storage traffic, matched by XID across connections.

A client that reconnects sends its outstanding calls again, with their XIDs: one slow operation, not one lost and one
odd (design, section 5). A client is known by its MAC or its address; the hosts' private address is every host's, so
there the XID and the procedure decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from analyzer.ingest.capture.plain.packet import address_text, mac_text
from analyzer.ingest.capture.plain.receivers import RawEnds, Receivers
from analyzer.ingest.capture.plain.records import Stamp
from analyzer.ingest.capture.plain.rpc import Call
from analyzer.ingest.capture.result import SAMPLED_A_SECOND, instant
from analyzer.model.event import Ends
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.traffic import Operation

SLOW = 100 * MILLISECOND
PAUSE = 500 * MILLISECOND
FIRST = 32
REMEMBERED = (1 << 15) - 1
"""Operations that are known at a time at most, one in eight of them answered (for calls that come again)."""

_SAMPLED_EACH = 20_000
"""So many further operations are held before only the slowest of each second are."""


class OpenOperation(msgspec.Struct):
    """An operation so far; `fresh` marks the first ones after a pause or a new connection."""

    serial: int
    ends: RawEnds
    call: Call
    first: Stamp
    last: Stamp
    fresh: bool
    calls: int = 1
    reply: Stamp | None = None
    reply_ends: RawEnds | None = None

    @property
    def elapsed(self) -> int | None:
        """From the first call to the reply, ns; None where there is no reply or no time."""
        if self.reply is None or self.reply.ts is None or self.first.ts is None:
            return None
        return self.reply.ts - self.first.ts

    @property
    def worth_keeping(self) -> bool:
        """Unanswered, sent again, slow, or among the first after a pause."""
        elapsed = self.elapsed
        return self.fresh or self.calls > 1 or elapsed is None or elapsed > SLOW


def ends_of(raw: RawEnds) -> Ends:
    """The raw ends with the addresses as text."""
    src_mac, dst_mac, src, dst, sport, dport, vlan = raw
    tag = None if vlan < 0 else vlan
    return Ends(mac_text(src_mac), mac_text(dst_mac), address_text(src), address_text(dst), sport, dport, tag)


class Operations:
    """Follows calls and replies of one capture in order; keeps what is worth keeping."""

    def __init__(self, private_address: bytes, remembered: int = REMEMBERED) -> None:
        self._private = private_address
        self._remembered = remembered
        self._serial = 0
        self._open: dict[int, OpenOperation] = {}
        self._by_xid: dict[int, list[OpenOperation]] = {}
        self._answered: dict[int, OpenOperation] = {}
        self._kept: list[OpenOperation] = []
        self._fresh: dict[int, int] = {}
        self._replied: dict[int, int] = {}
        self._sampled_at = _SAMPLED_EACH

    def called(self, ends: RawEnds, connection: int, call: Call, at: Stamp) -> None:
        """A call is complete; `connection` is the number of the conversation that carries it."""
        fresh = self._is_fresh(connection, at)
        for known in (*self._by_xid.get(call.xid, ()), self._answered.get(call.xid)):
            if known is not None and known.call == call and self._same_client(known.ends, ends):
                known.calls += 1
                known.last = at
                return
        if len(self._open) + len(self._answered) >= self._remembered:
            oldest = next(iter(self._open.values()))
            self._close(oldest)
            self._keep(oldest)
        operation = OpenOperation(self._serial, ends, call, at, at, fresh)
        self._open[self._serial] = operation
        self._by_xid.setdefault(call.xid, []).append(operation)
        self._serial += 1

    def replied(self, ends: RawEnds, connection: int, xid: int, at: Stamp) -> OpenOperation | None:
        """A reply is complete; the operation that it ends, None when the capture has no open call for it."""
        if at.ts is not None:
            self._replied[connection] = at.ts
        waiting = self._by_xid.get(xid, ())
        back = (ends[1], ends[0], ends[3], ends[2], ends[5], ends[4], ends[6])
        operation = next((one for one in waiting if one.ends == back), None) or next(
            (one for one in waiting if self._same_client(one.ends, back)), None
        )
        if operation is None:
            return None
        operation.reply, operation.reply_ends = at, ends
        self._close(operation)
        self._remember(xid, operation)
        return operation

    @property
    def held(self) -> int:
        """How many there are to tell."""
        return len(self._kept)

    def forget_connections(self) -> None:
        """Of each connection the first calls count as those of a new one."""
        self._fresh.clear()
        self._replied.clear()

    def told(self, source: str, clock: str, receivers: Receivers) -> Iterator[Operation]:
        """What is worth keeping, in order of the first calls."""
        for operation in (*self._answered.values(), *self._open.values()):
            self._keep(operation)
        for operation in sorted(_slowest(self._kept), key=lambda one: (one.first.number, one.serial)):
            operation.ends = receivers.in_hindsight(operation.ends)
            told = _told(operation, source, clock)
            if told is not None:
                yield told

    def _is_fresh(self, connection: int, at: Stamp) -> bool:
        left = self._fresh.get(connection, FIRST)
        replied = self._replied.get(connection)
        if at.ts is not None and replied is not None and at.ts - replied >= PAUSE:
            left = FIRST
        self._fresh[connection] = max(0, left - 1)
        return left > 0

    def _same_client(self, one: RawEnds, other: RawEnds) -> bool:
        return bool(one[0] and one[0] == other[0]) or one[2] == other[2] or self._private in (one[2], other[2])

    def _close(self, operation: OpenOperation) -> None:
        del self._open[operation.serial]
        waiting = self._by_xid[operation.call.xid]
        waiting.remove(operation)
        if not waiting:
            del self._by_xid[operation.call.xid]

    def _remember(self, xid: int, operation: OpenOperation) -> None:
        before = self._answered.pop(xid, None)
        if before is not None:
            self._keep(before)
        self._answered[xid] = operation
        if len(self._answered) > self._remembered // 8:
            self._keep(self._answered.pop(next(iter(self._answered))))

    def _keep(self, operation: OpenOperation) -> None:
        if operation.worth_keeping:
            self._kept.append(operation)
            if len(self._kept) >= self._sampled_at:
                self._kept = list(_slowest(self._kept))
                self._sampled_at = len(self._kept) + _SAMPLED_EACH


def _slowest(kept: list[OpenOperation]) -> Iterator[OpenOperation]:
    """Those that are told: of the ones that are only slow or unanswered, the slowest of each second."""
    seconds: Counter[int | None] = Counter()
    for one in sorted(kept, key=lambda one: (one.elapsed is not None, -(one.elapsed or 0), one.serial)):
        if not one.fresh and one.calls == 1:
            second = None if one.first.ts is None else one.first.ts // SECOND
            seconds[second] += 1
            if seconds[second] > SAMPLED_A_SECOND:
                continue
        yield one


def _told(one: OpenOperation, source: str, clock: str) -> Operation | None:
    """The operation as the model has it; None when its frames have no time."""
    first, last = _instant(clock, one.first), _instant(clock, one.last)
    if first is None or last is None:
        return None
    return Operation(
        source=source,
        xid=one.call.xid,
        procedure=one.call.name,
        ends=ends_of(one.ends),
        calls=one.calls,
        first_call=first,
        first_call_frame=one.first.number,
        last_call=last,
        last_call_frame=one.last.number,
        reply=_instant(clock, one.reply) if one.reply else None,
        reply_frame=one.reply.number if one.reply else None,
        reply_ends=ends_of(one.reply_ends) if one.reply_ends else None,
    )


def _instant(clock: str, at: Stamp) -> Instant | None:
    return None if at.ts is None else instant(clock, at.ts, at.resolution)
