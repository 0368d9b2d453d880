"""RPC heads and the matching of replies with calls within a conversation."""

from __future__ import annotations

from collections import Counter

import pytest

from analyzer.ingest.capture.procedures import NFS, NFS3, procedure_name, program_name
from analyzer.ingest.capture.plain.rpc import Call, Conversation, Reply, RpcTotals, nfs_counts, parse_head
from analyzer.model.traffic import RpcTime
from tests.ingest.capture.build import call, reply


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (call(7, 6), Call(7, NFS, 3, 6)),
        (call(7, 1, program=100005), Call(7, 100005, 3, 1)),
        (reply(9), Reply(9)),
        (reply(9)[:12], Reply(9)),
        (call(7)[:23], None),
        (call(7, program=5), None),
        (bytes(4) + b"\0\0\0\1\0\0\0\7", None),
        (b"", None),
    ],
    ids=["nfs", "mount", "reply", "short-reply", "cut", "program", "no-state", "empty"],
)
def test_heads(head: bytes, expected: Call | Reply | None) -> None:
    assert parse_head(head[:24]) == expected


def test_a_call_that_comes_again_counts_twice_and_is_timed_from_the_first() -> None:
    totals, conversation = RpcTotals(), Conversation()
    for ts in (1000, 3000):
        conversation.called(Call(1, NFS, 3, 7), ts)
        totals.called(Call(1, NFS, 3, 7))
    for ts in (5000, 8000):
        pending = conversation.replied(Reply(1))
        assert pending is not None
        totals.replied(pending, ts)
    assert conversation.replied(Reply(2)) is None
    assert nfs_counts(totals.calls) == nfs_counts(totals.replies) == (("WRITE", 2),)
    assert totals.time == RpcTime(count=2, total=11000, least=4000, most=7000)


def test_unanswered_counts_nfs_calls_only() -> None:
    totals, conversation = RpcTotals(), Conversation()
    conversation.called(Call(1, NFS, 3, 1), 0)
    conversation.called(Call(2, 100005, 3, 1), 0)
    totals.ended(conversation)
    assert totals.unanswered == 1


def test_answered_calls_are_remembered_for_a_while_only() -> None:
    conversation = Conversation()
    for xid in range(5000):
        conversation.called(Call(xid, NFS, 3, 1), xid)
        conversation.replied(Reply(xid))
    assert (len(conversation.open), len(conversation.answered)) == (0, 4096)


def test_names() -> None:
    assert [procedure_name(NFS, 3, number) for number in (0, 6, 7, 21, 22)] == [
        "NULL",
        "READ",
        "WRITE",
        "COMMIT",
        "procedure 22",
    ]
    assert procedure_name(NFS, 4, 1) == "COMPOUND"
    assert (procedure_name(NFS, 2, 4), procedure_name(NFS, 4, 2)) == ("LOOKUP", "procedure 2")
    assert (len(NFS3), program_name(NFS), program_name(100021)) == (22, "NFS", "100021")
    assert nfs_counts(Counter({(NFS, 3, 7): 2, (NFS, 3, 1): 1, (NFS, 2, 1): 5, (NFS, 4, 1): 4, (NFS, 4, 9): 1})) == (
        ("GETATTR", 1),
        ("WRITE", 2),
        ("v2 GETATTR", 5),
        ("v4 COMPOUND", 4),
        ("v4 procedure 9", 1),
    )
