from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest.collect import collect
from analyzer.ingest.kept_frames import LIMITS, Limits, kept_frames
from analyzer.model.evidence import CapturedFrames, CaptureInterface, ChosenFrames, Stretch
from analyzer.model.source import Origin
from tests.ingest.capture.build import (
    HOST,
    STORAGE,
    enhanced,
    ethernet,
    interface,
    ipv4,
    option,
    pcap,
    section,
    simple,
    tcp,
)
from tests.ingest.packing import COMPRESSORS, tarred

MILLISECOND, SECOND = 1_000_000, 1_000_000_000
T0 = 1_795_331_026 * SECOND
UTC = Settings(log_timezone="UTC")
CALL = ethernet(ipv4(tcp(700, 2049, 1, b"a call"), HOST, STORAGE))
OTHER = ethernet(ipv4(tcp(700, 443, 1, b"of others"), HOST, "192.168.1.99"))


def frames(count: int, data: Sequence[bytes] = (CALL,), apart: int = SECOND) -> list[tuple[int, bytes]]:
    """So many frames of these in turn."""
    return [(T0 + place * apart, data[place % len(data)]) for place in range(count)]


def kept(
    path: Path, numbers: Sequence[int], stretch: tuple[int, int] | None = None, limits: Limits = LIMITS
) -> CapturedFrames:
    """What is kept of a capture where these frames are chosen, and seconds of it."""
    name = path.name
    stretches = () if stretch is None else (Stretch(name, T0 + stretch[0] * SECOND, T0 + stretch[1] * SECOND),)
    chosen = ChosenFrames(tuple(Origin(name, number) for number in numbers), stretches)
    return kept_frames([path], collect([path], UTC), chosen, UTC, limits)


def numbers_of(found: CapturedFrames) -> list[int]:
    return [frame.origin.number for frame in found.frames]


@pytest.mark.parametrize("packed", sorted(COMPRESSORS))
def test_a_compressed_capture_gives_the_same_frames(packed: str, tmp_path: Path) -> None:
    plain = pcap(frames(300))
    (tmp_path / "a.pcap").write_bytes(plain)
    (tmp_path / "b.pcap").write_bytes(COMPRESSORS[packed](plain))
    first, second = (kept(tmp_path / name, [7, 150], (145, 155)) for name in ("a.pcap", "b.pcap"))
    assert numbers_of(first) == numbers_of(second)
    assert [frame.data for frame in first.frames] == [frame.data for frame in second.frames]


def test_a_capture_within_a_bundle(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.tgz"
    bundle.write_bytes(gzip.compress(tarred({"x/span.pcap": pcap(frames(20))})))
    evidence = collect([bundle], UTC)
    name = evidence.captures[0].source
    found = kept_frames([bundle], evidence, ChosenFrames((Origin(name, 3),)), UTC, Limits(beside=0))
    assert [frame.origin for frame in found.frames] == [Origin(name, 3)]


def test_around_a_chosen_frame_are_those_of_storage_and_of_the_stretch(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(frames(400, (CALL, OTHER), MILLISECOND)))
    near = Limits(beside=4)
    assert numbers_of(kept(path, [200], limits=near)) == [196, 197, 199, 200, 201, 203]  # 196 is the machine's first
    assert numbers_of(kept(path, [301], (0, 1), near)) == [*range(1, 401, 2)]


def test_of_other_traffic_each_machine_has_a_frame_a_second(tmp_path: Path) -> None:
    path, third = tmp_path / "a.pcap", ethernet(ipv4(tcp(1, 443, 1), "192.168.1.9", HOST), src=bytes(6))
    path.write_bytes(pcap(frames(60, (OTHER, third), 100 * MILLISECOND)))
    assert numbers_of(kept(path, [60], (0, 5))) == [1, 2, 11, 12, 21, 22, 31, 32, 41, 42, 51, 52, 60]


def test_where_there_is_no_room_for_all_storage_goes_first(tmp_path: Path) -> None:
    path, others = (
        tmp_path / "a.pcap",
        [ethernet(ipv4(b"", "192.168.1.9", HOST), src=bytes((2, n)) * 3) for n in range(9)],
    )
    path.write_bytes(pcap(frames(100, (CALL, *others), 10 * MILLISECOND)))
    assert numbers_of(kept(path, [51], (0, 1), Limits(frames=10))) == [*range(1, 101, 10)]


def test_no_silence_is_made_between_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(frames(600)))
    assert numbers_of(kept(path, [50, 500], (590, 595), Limits(beside=0))) == list(range(50, 598))


def test_of_a_long_stretch_only_what_is_near_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(frames(600)))
    found = kept(path, [100, 400], (0, 599), Limits(looked_at=40, beside=2))
    assert numbers_of(found) == [*range(90, 111), *range(390, 411)]


def test_the_limits_leave_out_the_farthest_first_and_count_them(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(frames(100)))
    found = kept(path, [50], limits=Limits(frames=5, beside=10))
    assert numbers_of(found) == [48, 49, 50, 51, 52]
    assert (found.left_out, found.further) == ((), 16)
    by_bytes = kept(path, [50], limits=Limits(bytes=3 * len(CALL), beside=10))
    assert numbers_of(by_bytes) == [49, 50, 51]


def test_of_chosen_frames_the_last_are_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(frames(100)))
    found = kept(path, [90, 10, 50, 30], limits=Limits(frames=2, beside=3))
    assert numbers_of(found) == [10, 90]
    assert set(found.left_out) == {Origin("a.pcap", 50), Origin("a.pcap", 30)}
    assert found.further == 4 * 6


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(frames(3)))
    assert kept(path, [2, 9]).unread == (Origin("a.pcap", 9),)
    elsewhere = kept_frames([path], collect([path], UTC), ChosenFrames((Origin("b.pcap", 1),)), UTC)
    assert (elsewhere.frames, elsewhere.unread) == ((), (Origin("b.pcap", 1),))


def test_a_frame_without_a_time_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(section() + interface(1) + enhanced(T0 // 1000, CALL) + simple(CALL) + enhanced(T0 // 1000, CALL))
    found = kept(path, [2])
    assert (numbers_of(found), found.unread) == ([1, 3], (Origin("a.pcapng", 2),))


def test_times_and_interfaces_are_as_recorded(tmp_path: Path) -> None:
    path, binary = tmp_path / "a.pcapng", 0x80 | 20
    options = option(2, b"vmk1") + option(9, bytes((binary,))) + option(14, struct.pack("<q", -7))
    stamp = (T0 // SECOND << 20) + 12345
    path.write_bytes(
        section() + interface(1, snaplen=96) + interface(1, options=options) + enhanced(stamp, CALL, index=1)
    )
    (frame,) = kept(path, [1]).frames
    assert frame.interface == CaptureInterface("a.pcapng", 1, 0, binary, -7, "vmk1")
    assert (frame.stamp, frame.length, frame.data) == (stamp, len(CALL), CALL)


@pytest.mark.parametrize(("magic", "tsresol", "units"), [(0xA1B2C3D4, 6, 10**6), (0xA1B23C4D, 9, 10**9)])
def test_a_pcap_has_the_unit_of_its_magic(magic: int, tsresol: int, units: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([(T0 + 123_456_789, CALL)], magic=magic, snaplen=60))
    (frame,) = kept(path, [1]).frames
    assert frame.interface == CaptureInterface("a.pcap", 1, 60, tsresol)
    assert frame.stamp == (T0 + 123_456_789) * units // SECOND
    assert (frame.length, frame.data) == (len(CALL), CALL[:60])


@pytest.mark.parametrize(
    ("numbers", "stretch", "limits", "whole"),
    [
        ([50], (0, 99), LIMITS, True),
        ([50], None, LIMITS, False),
        ([50], (0, 99), Limits(frames=90), False),
        ([50], (0, 99), Limits(looked_at=80), False),
        ([50, 60], (0, 99), Limits(frames=1), False),
    ],
    ids=["all", "no stretch", "too many", "too long", "chosen ones left out"],
)
def test_whether_nothing_between_is_missing(
    numbers: list[int], stretch: tuple[int, int] | None, limits: Limits, whole: bool, tmp_path: Path
) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(frames(100)))
    assert kept(path, numbers, stretch, limits).whole is whole
