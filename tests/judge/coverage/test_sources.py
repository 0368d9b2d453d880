"""What each input can't show."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.judge.coverage.checked import Witness
from analyzer.judge.coverage.sources import cut_off, left_out, of_captures, of_sources
from analyzer.judge.dossier import Dossier
from analyzer.model.event import HaUnclassified, StargateStates
from analyzer.model.instant import SECOND
from analyzer.model.over_time.coverage import Lack, Watched
from analyzer.model.source import Reason, Skipped, SkipReason, Source
from analyzer.model.traffic import CaptureTotals
from tests.correlate.builder import CVM
from tests.judge.health.scene import dossier, event, source

CAPTURED = CaptureTotals(source="span.pcap", frames=9, bytes=900, storage_frames=5)
SEEN = Watched(host="h", captured=(0, 1), seen=((0, 1),))


def lacks(told: Dossier) -> list[tuple[str, str]]:
    return [(lack.name, lack.of) for lack in of_sources(told, Witness(told))]


def read(given: Source) -> Source:
    return replace(given, records=9)


def test_tables_are_of_one_moment() -> None:
    kinds = ("route-table", "neighbor-list", "netstat", "cluster-status")
    told = dossier(sources=tuple(read(source(kind, kind=kind)) for kind in kinds))

    assert lacks(told) == [("one-moment", kind) for kind in kinds]


def test_a_file_in_no_known_format_is_told_where_its_name_is_that_of_evidence() -> None:
    names = ("b/genesis.txt", "b/vmkernel", "b/x.pcap.gz", "b/vmk1.log.1")
    others = ("b/README.md", "b/truth.json", "b/picture.png", "logs/README")
    told = dossier(sources=tuple(source(name, kind="unrecognised") for name in (*names, *others)))

    assert lacks(told) == [("not-read", name) for name in names]


def test_a_log_without_a_record_was_not_read() -> None:
    told = dossier(sources=(source("genesis.out", kind="genesis"), source("vmkernel.log", kind="vmkernel")))

    assert lacks(told) == [("not-read", "genesis.out"), ("not-read", "vmkernel.log")]


def test_a_cvms_log_lacks_checks_or_nothing() -> None:
    up = event(StargateStates(up=(CVM,), all_of="up"))
    odd = event(HaUnclassified("odd"))
    (log,) = (read(source(kind="genesis")),)

    assert lacks(dossier(sources=(log,))) == [("no-checks", "a.file")]
    assert lacks(dossier(sources=(log,), events=(odd,))) == [("not-understood", "a.file")]
    assert lacks(dossier(sources=(log,), events=(odd, up))) == []
    searched = replace(log, skipped=(Skipped(log.name, "file", Reason("picked-out")),))
    assert lacks(dossier(sources=(searched,), events=(up,))) == [("incomplete", "a.file")]


def test_a_hosts_own_log_shows_changes_alone() -> None:
    assert lacks(dossier(sources=(read(source(kind="vobd")),))) == [("host-log", "a.file")]


def test_captures_without_the_storage_address_show_nothing_of_it() -> None:
    others = CaptureTotals(source="a", frames=9, bytes=900, nfs_calls=(("READ", 3), ("WRITE", 4)))
    silent = CaptureTotals(source="a", frames=9, bytes=900)
    mine = CaptureTotals(source="a", frames=9, bytes=900, storage_frames=5, nfs_calls=(("READ", 3),))

    assert list(of_captures(dossier(captures=(others,)), ())) == [Lack("other-servers", count=7)]
    assert list(of_captures(dossier(captures=(silent,)), ())) == [Lack("no-storage-traffic")]
    assert list(of_captures(dossier(captures=(mine,)), (SEEN,))) == []
    assert list(of_captures(dossier(captures=(mine,)), ())) == [Lack("one-direction", what="replies")]
    assert list(of_captures(dossier(), ())) == []


@pytest.mark.parametrize(
    ("watched", "lacks_a_direction"),
    [
        pytest.param((SEEN,), False, id="seen"),
        pytest.param((replace(SEEN, seen=(), only="replies"),), False, id="said of the host already"),
        pytest.param((replace(SEEN, seen=()),), True, id="replies of hosts that nothing names"),
    ],
)
def test_one_direction_is_said_once(watched: tuple[Watched, ...], lacks_a_direction: bool) -> None:
    told = dossier(captures=(CAPTURED,))

    assert [lack.name for lack in of_captures(told, watched)] == (["one-direction"] if lacks_a_direction else [])


@pytest.mark.parametrize("why", ["too-many-details", "too-many-events", "too-many-rows", "details-forgotten"])
def test_what_was_left_out_of_a_source_may_hold_a_failover(why: SkipReason) -> None:
    cut = replace(source("span.pcap", kind="capture"), skipped=(Skipped("span.pcap", "frame 9", Reason(why)),))
    commented = replace(cut, skipped=(Skipped("span.pcap", "comments", Reason("further-comments")),))

    assert list(left_out(dossier(sources=(cut,)))) == [Lack("left-out", "span.pcap")]
    assert list(left_out(dossier(sources=(commented,)))) == []


@pytest.mark.parametrize(
    ("reason", "ends", "lacks_its_end"),
    [
        pytest.param("cut-in-frame", 100, True, id="a capture, and nothing goes on"),
        pytest.param("cut-in-frame", 160, True, id="what goes on ends soon"),
        pytest.param("cut-in-frame", 161, False, id="other evidence goes on"),
        pytest.param("data-cut", 100, True, id="compressed data"),
        pytest.param("long-line", 100, False, id="something else"),
    ],
)
def test_what_is_cut_off_does_not_show_what_was_there(reason: SkipReason, ends: int, *, lacks_its_end: bool) -> None:
    cut = Skipped("vmk1.pcap", "frame 9", Reason(reason))
    told = dossier(sources=(source("vmk1.pcap", span=(0, 100), skipped=(cut,)),))

    assert [lack.name for lack in cut_off(told, (0, ends * SECOND))] == ["cut-off"] * lacks_its_end
