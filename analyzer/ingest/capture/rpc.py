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

_ANSWERED = 4096
"""Answered calls that a conversation remembers, for replies and calls that come again."""

_DATASTORES = 3
"""The NFS version of the datastores: its procedures go without a version."""

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


class Conversation:
    """The calls between which replies are looked up, by XID."""

    def __init__(self) -> None:
        self.open: dict[int, Pending] = {}
        self.answered: dict[int, Pending] = {}

    def called(self, call: Call, ts: int | None) -> None:
        """Note a call; one with a known XID is the same call again."""
        if call.xid not in self.open and call.xid not in self.answered:
            self.open[call.xid] = Pending(call, ts)

    def replied(self, reply: Reply) -> Pending | None:
        """The call that `reply` answers, or None when the conversation has none."""
        pending = self.open.pop(reply.xid, None)
        if pending is None:
            return self.answered.get(reply.xid)
        self.answered[reply.xid] = pending
        if len(self.answered) > _ANSWERED:
            del self.answered[next(iter(self.answered))]
        return pending


class RpcTotals:
    """Counts messages as tshark does: a reply without its call in the conversation counts nowhere."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[int, int, int]] = Counter()
        self.replies: Counter[tuple[int, int, int]] = Counter()
        self._times: list[int] = [0, 0, 0, 0]
        self.unanswered = 0

    def called(self, call: Call) -> None:
        """Count a call."""
        self.calls[call.program, call.version, call.procedure] += 1

    def replied(self, pending: Pending, ts: int | None) -> None:
        """Count a reply, and its time when it answers an NFS call."""
        call = pending.call
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

    def ended(self, conversation: Conversation) -> None:
        """Count the NFS calls that the conversation leaves open."""
        self.unanswered += sum(pending.call.program == NFS for pending in conversation.open.values())

    @property
    def time(self) -> RpcTime:
        """Times of matched NFS calls of any version, ns."""
        return RpcTime(*self._times)


def nfs_counts(counts: Counter[tuple[int, int, int]]) -> tuple[tuple[str, int], ...]:
    """The NFS part of counts by (program, version, procedure), by name: NFSv3 first, then `v2 LOOKUP`, `v4 COMPOUND`.

    Within a version they are in procedure order.
    """
    nfs = sorted((version != _DATASTORES, version, number) for program, version, number in counts if program == NFS)
    return tuple(
        (_name(version, number), counts[NFS, version, number])
        for _, version, number in nfs
        if counts[NFS, version, number]
    )


def _name(version: int, number: int) -> str:
    name = procedure_name(NFS, version, number)
    return name if version == _DATASTORES else f"v{version} {name}"
