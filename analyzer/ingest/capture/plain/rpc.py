"""RPC messages: their heads, and calls matched with replies within one conversation, as Wireshark matches them.

A conversation is a TCP connection, or a client's address and port over UDP. The time of a reply counts from the first
call with its XID in the conversation, and a reply that comes twice has a time twice, as tshark's `rpc.time`.

References: RFC 5531 section 9.
"""

from __future__ import annotations

import struct
from collections import Counter

import msgspec

from analyzer.ingest.capture.procedures import NFS, procedure_name
from analyzer.model.traffic import RpcTime

CALL, REPLY = 0, 1
CALL_HEAD = 24
"""Bytes of a call up to its procedure: xid, type, RPC version, program, version, procedure."""
CALL_MARK = b"\0\0\0\0\0\0\0\2"
"""The second and third word of every call: type CALL, RPC version 2."""

REMEMBERED = (1 << 17) - 1
"""Calls of a capture that are known at a time, at most."""
PROCEDURES = 4096
"""Procedures that are counted one by one, the first ones."""

_words = struct.Struct("!6I").unpack_from


class Call(msgspec.Struct, frozen=True):
    """The head of a call."""

    xid: int
    program: int
    version: int
    procedure: int

    @property
    def name(self) -> str:
        """The procedure's name."""
        return procedure_name(self.program, self.version, self.procedure)


class Reply(msgspec.Struct, frozen=True):
    """The head of a reply."""

    xid: int


def parse_head(head: bytes) -> Call | Reply | None:
    """The head of a message, or None when it is no RPC message or too little of it was captured."""
    if len(head) >= CALL_HEAD and head[4:12] == CALL_MARK:
        xid, _, _, program, version, procedure = _words(head)
        return Call(xid, program, version, procedure) if plausible_program(program) else None
    if len(head) >= 12 and head[4:8] == b"\0\0\0\1" and head[8:12] in (b"\0\0\0\0", b"\0\0\0\1"):
        return Reply(int.from_bytes(head[:4], "big"))
    return None


def plausible_program(program: int) -> bool:
    """Whether the number is from the ranges in which ONC programs are registered and used (RFC 5531, section 8.4)."""
    return 100_000 <= program < 400_000


class Pending(msgspec.Struct):
    """A call of a conversation, from its first message; `ts` is when that was complete, ns, or None."""

    call: Call
    ts: int | None


class Calls:
    """Counts messages as tshark does, and looks replies up by XID within their conversation (any number for it).

    Only so many procedures are told apart: calls of any other are `other_calls`, and their replies count nowhere.
    A reply without its call in the conversation counts nowhere. At most `remembered` calls are known at a time, one in
    eight of them answered (for replies and calls that come again); the oldest open one is given up for a new one.
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self.calls: Counter[tuple[int, int, int]] = Counter()
        self.replies: Counter[tuple[int, int, int]] = Counter()
        self.other_calls = 0
        self._remembered = remembered
        self._open: dict[tuple[int, int], Pending] = {}
        self._answered: dict[tuple[int, int], Pending] = {}
        self._times: list[int] = [0, 0, 0, 0]
        self._given_up = 0

    def called(self, conversation: int, call: Call, ts: int | None) -> None:
        """Count a call; one with a known XID is the same call again."""
        procedure = (call.program, call.version, call.procedure)
        if procedure in self.calls or len(self.calls) < PROCEDURES:
            self.calls[procedure] += 1
        else:
            self.other_calls += 1
        key = (conversation, call.xid)
        if key in self._open or key in self._answered:
            return
        if len(self._open) + len(self._answered) >= self._remembered:
            oldest = self._open.pop(next(iter(self._open)))
            self._given_up += oldest.call.program == NFS
        self._open[key] = Pending(call, ts)

    def replied(self, conversation: int, reply: Reply, ts: int | None) -> None:
        """Count a reply, and its time when it answers an NFS call."""
        pending = self._answer((conversation, reply.xid))
        if pending is None:
            return
        call = pending.call
        if (call.program, call.version, call.procedure) in self.calls:
            self.replies[call.program, call.version, call.procedure] += 1
        if call.program != NFS or ts is None or pending.ts is None:
            return
        elapsed = ts - pending.ts
        count, total, least, most = self._times
        self._times = [
            count + 1,
            total + elapsed,
            min(least, elapsed) if count else elapsed,
            max(most, elapsed) if count else elapsed,
        ]

    def _answer(self, key: tuple[int, int]) -> Pending | None:
        pending = self._open.pop(key, None)
        if pending is None:
            return self._answered.get(key)
        self._answered[key] = pending
        if len(self._answered) > self._remembered // 8:
            del self._answered[next(iter(self._answered))]
        return pending

    @property
    def unanswered(self) -> int:
        """NFS calls without a reply so far."""
        return self._given_up + sum(pending.call.program == NFS for pending in self._open.values())

    @property
    def time(self) -> RpcTime:
        """Times of matched NFS calls of any version, ns."""
        return RpcTime(*self._times)
