"""RPC heads and the matching of replies with calls within a conversation."""

from __future__ import annotations

from collections import Counter

import pytest

from analyzer.ingest.capture.plain.rpc import Call, Calls, Reply, parse_head
from analyzer.ingest.capture.procedures import NFS, NFS3, procedure_name, program_name
from analyzer.model.traffic import RpcTime
from tests.ingest.capture.build import call, reply

WRITE = Call(1, NFS, 3, 7)


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
    calls = Calls()
    for ts in (1000, 3000):
        calls.called(0, WRITE, ts)
    for ts in (5000, 8000):
        calls.replied(0, Reply(1), ts)
    calls.replied(0, Reply(2), 9000)
    calls.replied(1, Reply(1), 9000)
    assert calls.calls == calls.replies == Counter({(NFS, 3, 7): 2})
    assert calls.time == RpcTime(count=2, total=11000, least=4000, most=7000)
    assert calls.unanswered == 0


def test_a_reply_without_a_time_counts_and_has_no_elapsed_time() -> None:
    calls = Calls()
    calls.called(0, WRITE, None)
    calls.replied(0, Reply(1), 5000)
    calls.replied(0, Reply(1), None)
    assert (calls.replies[NFS, 3, 7], calls.time) == (2, RpcTime())


def test_unanswered_counts_nfs_calls_only() -> None:
    calls = Calls()
    calls.called(0, Call(1, NFS, 3, 1), 0)
    calls.called(0, Call(2, 100005, 3, 1), 0)
    calls.replied(0, Reply(3), 0)
    assert calls.unanswered == 1


def test_answered_calls_are_remembered_for_a_while_only() -> None:
    calls = Calls(remembered=80)
    for xid in range(20):
        calls.called(0, Call(xid, NFS, 3, 1), xid)
        calls.replied(0, Reply(xid), xid)
    for xid in range(20):
        calls.replied(0, Reply(xid), xid)
    assert calls.time.count == 20 + 10


def test_the_oldest_open_call_is_given_up_for_a_new_one() -> None:
    calls = Calls(remembered=8)
    for xid in range(20):
        calls.called(0, Call(xid, NFS, 3, 1), xid)
    for xid in range(20):
        calls.replied(0, Reply(xid), 100)
    assert (calls.time.count, calls.unanswered) == (8, 12)


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
