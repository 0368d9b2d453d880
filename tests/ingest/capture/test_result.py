"""What a scan counted, as the model has it."""

from __future__ import annotations

from collections import Counter

from analyzer.ingest.capture.blocks import ContainerNotes
from analyzer.ingest.capture.procedures import MOUNT, NFS
from analyzer.ingest.capture.result import Tally, finished
from analyzer.model.source import Reason, Skipped
from analyzer.model.traffic import RpcTime

COUNTS = {(NFS, 3, 7): 2, (NFS, 3, 1): 1, (NFS, 2, 1): 5, (NFS, 4, 1): 4, (NFS, 4, 9): 1, (MOUNT, 3, 1): 3}


def test_nfs_counts_are_by_name_and_calls_by_program() -> None:
    tally = Tally(calls=Counter({**COUNTS, (NFS, 3, 2): 0}), replies=Counter(COUNTS))
    totals = finished(tally, ContainerNotes(), "x", "c", ((), (), ())).totals
    assert (
        totals.nfs_calls
        == totals.nfs_replies
        == (
            ("GETATTR", 1),
            ("WRITE", 2),
            ("v2 GETATTR", 5),
            ("v4 COMPOUND", 4),
            ("v4 procedure 9", 1),
        )
    )
    assert totals.rpc_calls == tuple((*key, count) for key, count in sorted(COUNTS.items()))
    assert totals.rpc_time == RpcTime()


def test_stamps_first_and_last_are_by_time_and_not_by_number() -> None:
    tally = Tally()
    for number, (ts, resolution) in enumerate([(5, 1), (3, 2), (None, 1), (9, 3), (9, 4)], 1):
        tally.add_frame(ts, resolution, number)
    assert (tally.first, tally.last, tally.untimed, tally.first_untimed) == ((3, 2), (9, 3), 1, 3)


def test_what_was_not_read_is_said() -> None:
    tally = Tally(link_types=Counter({1: 3, 147: 2}), damaged=2, first_damaged=5, untimed=1, first_untimed=4)
    notes = ContainerNotes()
    notes.stop(99, Reason("cut-in-pcap-header"))
    notes.passed = 3
    skipped = finished(tally, notes, "x", "c", ((), (), ())).skipped
    assert skipped[0] == Skipped("x", "offset 99", Reason("cut-in-pcap-header"))
    assert [(one.where, one.count) for one in skipped[1:]] == [
        ("the whole file", 3),
        ("all frames of the link type", 2),
        ("frame 5", 2),
        ("frame 4", 1),
    ]


def test_how_far_a_stamp_goes_back_is_measured_from_the_latest_before_it() -> None:
    tally = Tally()
    for number, ts in enumerate([5, 30, 29, None, 12, 31, 31], 1):
        tally.add_frame(ts, 1, number)

    assert finished(tally, ContainerNotes(), "x", "c", ((), (), ())).backward == 18
