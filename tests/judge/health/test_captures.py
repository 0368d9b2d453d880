"""How good a capture is, by its counters."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from analyzer.judge.health.captures import CUT
from analyzer.model.event import Ends, FrameRun, MacTraffic, StorageTraffic
from analyzer.model.instant import Instant
from analyzer.model.source import SKIP_SENTENCES, Origin, Reason, Skipped, SkipReason
from analyzer.model.traffic import CaptureTotals
from tests.correlate.builder import LOCAL, OUTSIDE, back
from tests.judge.health.scene import by_code, dossier, event, source
from tests.report import builder


def totals(source: str = "a.pcap", **counts: int) -> CaptureTotals:
    """A capture's counters, as plain numbers."""
    return msgspec.convert({"source": source, "frames": 900, "bytes": 9, "storage_frames": 800} | counts, CaptureTotals)


def frames(ends: Ends, count: int) -> StorageTraffic:
    return StorageTraffic("frame", ends, FrameRun(Instant("capture", 9, 9), 9, count, 100 * count))


@pytest.mark.parametrize(("storage", "told"), [(0, True), (1, False)])
def test_a_capture_without_storage_traffic(storage: int, told: bool) -> None:
    assert ("AP401" in by_code(dossier(captures=(totals(storage_frames=storage),)))) is told


def test_one_capture_with_storage_traffic_is_enough() -> None:
    captures = tuple(totals(f"{n}.pcap", storage_frames=n) for n in range(2))

    assert "AP401" not in by_code(dossier(captures=captures))


@pytest.mark.parametrize("name", sorted(CUT))
def test_a_capture_that_was_cut(name: SkipReason) -> None:
    cut = Skipped("a.file", "offset 99", Reason(name))

    assert "offset 99" in by_code(dossier(sources=(source(skipped=(cut,)),)))["AP402"].sentence


@pytest.mark.parametrize("name", sorted(set(get_args(SkipReason)) - CUT))
def test_what_else_was_skipped_cut_no_capture(name: SkipReason) -> None:
    assert by_code(dossier(sources=(source(skipped=(Skipped("a.file", "offset 99", Reason(name)),)),))) == {}


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        pytest.param({"gaps": 3, "gap_bytes": 4000}, "AP403", id="gaps"),
        pytest.param({"capture_drops": 1}, "AP403", id="dropped by the program"),
        pytest.param({"duplicates": 8}, "AP404", id="copies"),
        pytest.param({"out_of_order": 8}, "AP404", id="out of order"),
        pytest.param({"truncated": 1}, "AP405", id="cut by the snapshot length"),
        pytest.param({"duplicates": 7}, None, id="fewer copies than 1 in 100"),
        pytest.param({"out_of_order": 7}, None, id="fewer out of order than 1 in 100"),
        pytest.param({"retransmissions": 400, "unanswered": 9}, None, id="the network's own losses"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_what_the_counters_tell(counts: dict[str, int], code: str | None) -> None:
    assert set(by_code(dossier(captures=(totals("a.pcap", **counts),)))) == ({code} if code else set())


def test_lost_frames_that_come_late_are_no_disorder() -> None:
    assert set(by_code(dossier(captures=(totals(gaps=14, out_of_order=14),)))) == {"AP403"}


@pytest.mark.parametrize(("gaps", "told"), [(2, False), (3, True)])
def test_a_connection_that_went_on_elsewhere_is_no_loss(gaps: int, told: bool) -> None:
    episodes = (builder.episode().episode,)

    assert ("AP403" in by_code(dossier(captures=(totals(gaps=gaps),), episodes=episodes))) is told


CALLS = (("READ", 20),)


@pytest.mark.parametrize(
    ("calls", "to", "back_", "told"),
    [
        pytest.param(20, 60, 0, True, id="calls only"),
        pytest.param(0, 0, 20, True, id="replies only"),
        pytest.param(20, 60, 1, False, id="the server acknowledges"),
        pytest.param(19, 60, 0, False, id="few calls"),
        pytest.param(0, 60, 0, False, id="SYNs to nobody"),
        pytest.param(0, 0, 19, False, id="few replies"),
    ],
)
def test_one_direction(calls: int, to: int, back_: int, told: bool) -> None:
    runs = ((LOCAL, to), (back(LOCAL), back_))
    events = tuple(event(frames(ends, count), origin=Origin("a.pcap", 1)) for ends, count in runs if count)
    captures = (CaptureTotals(source="a.pcap", frames=90, bytes=9, storage_frames=80, nfs_calls=(("READ", calls),)),)

    assert ("AP406" in by_code(dossier(events=events, captures=captures))) is told


def test_a_file_for_each_direction_is_both() -> None:
    events = tuple(
        event(frames(ends, 60), origin=Origin(name, 1))
        for ends, name in ((LOCAL, "out.pcap"), (back(LOCAL), "in.pcap"))
    )
    captures = tuple(
        CaptureTotals(source=name, frames=90, bytes=9, storage_frames=60, nfs_calls=calls)
        for name, calls in (("out.pcap", CALLS), ("in.pcap", ()))
    )

    assert "AP406" not in by_code(dossier(events=events, captures=captures))


def test_an_asymmetric_path_is_whole_in_two_captures() -> None:
    both_ways = ((LOCAL, "vmk1.pcap"), (back(LOCAL), "span.pcap"), (back(OUTSIDE), "vmk1.pcap"))
    events = tuple(event(frames(ends, 60), origin=Origin(name, 1)) for ends, name in both_ways)
    captures = tuple(CaptureTotals(source=name, frames=90, bytes=9) for name in ("vmk1.pcap", "span.pcap"))

    assert "AP406" not in by_code(dossier(events=events, captures=captures))


def test_who_is_heard_in_a_capture_that_has_only_what_comes_to_it_calls_by_another_network() -> None:
    """After a failback the replies come by the public network, where the host speaks of other things."""
    replies = event(frames(back(OUTSIDE), 60), origin=Origin("span.pcap", 1))
    heard = event(
        MacTraffic(OUTSIDE.src_mac, FrameRun(Instant("capture", 9, 9), 9, 9, 900)), origin=Origin("span.pcap", 2)
    )
    captures = (CaptureTotals(source="span.pcap", frames=90, bytes=9),)

    assert "AP406" in by_code(dossier(events=(replies,), captures=captures))
    assert "AP406" not in by_code(dossier(events=(replies, heard), captures=captures))


def test_rewording_what_was_skipped_changes_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = source(skipped=(Skipped("a.file", "offset 99", Reason("cut-in-frame", frame=3)),))
    before = set(by_code(dossier(sources=(cut,))))
    monkeypatch.setattr("analyzer.model.source.SKIP_SENTENCES", dict.fromkeys(SKIP_SENTENCES, "reworded"))

    after = by_code(dossier(sources=(cut,)))
    assert set(after) == before == {"AP402"}
    assert after["AP402"].sentence == "a.file: reworded (offset 99)"
