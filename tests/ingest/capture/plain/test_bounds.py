"""What the plain scan holds of a flood: up to its bounds, and it says so; its totals are of the whole capture."""

from __future__ import annotations

import pytest

from analyzer.ingest.capture import CaptureScan
from analyzer.ingest.capture.plain import bounds, connections, operations, scan, series
from analyzer.model.event import MacTraffic, StorageTraffic, TcpControl
from analyzer.model.instant import SECOND
from tests.ingest.capture import build
from tests.ingest.capture.build import Connection, Timed, pcap, record
from tests.ingest.capture.compiled.both import plain
from tests.ingest.capture.test_limits import T0, flood
from tests.ingest.capture.traffic import IMPAIRMENTS, File, Traffic


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "LOOKED", 8)
    for name in ("RUNS", "CONTROLS", "OPERATIONS", "BESIDE"):
        monkeypatch.setattr(bounds, f"{name}_HELD", 40)


@pytest.mark.usefixtures("little")
def test_a_flood_is_told_up_to_where_there_is_too_much_and_counted_as_a_whole() -> None:
    found = plain(pcap(flood(400)))
    opened = [event for event in found.events if isinstance(event.detail, TcpControl)]
    runs = [event.detail.run for event in found.events if isinstance(event.detail, StorageTraffic)]
    assert 0 < len(opened) + len(runs) < 100
    assert found.last is not None
    assert T0 < found.last.least < T0 + SECOND
    assert max(run.last.least for run in runs) <= found.last.least
    (skipped,) = found.skipped
    assert (skipped.reason.name, skipped.where.split()[0]) == ("too-many-details", "frame")
    assert skipped.count > 1000
    assert found.totals.frames == found.totals.storage_frames == 1200
    assert found.totals.nfs_calls == found.totals.nfs_replies == (("GETATTR", 400),)


@pytest.mark.usefixtures("little")
def test_of_many_macs_the_steady_ones_stay_with_those_of_the_storage_traffic() -> None:
    frames: list[Timed] = flood(5)
    known = {event.detail.mac for event in plain(pcap(flood(5))).events if isinstance(event.detail, MacTraffic)}
    for number in range(500):
        stranger = b"\2\0\0\0" + number.to_bytes(2, "big")
        frames.append((T0 + number * 1_000_000, build.ethernet(b"x" * 40, 0x88CC, src=stranger)))
        frames.append((T0 + number * 1_000_000 + 1, build.ethernet(b"x" * 40, 0x88CC, src=b"\2\1\0\0\0\5")))
    found = plain(pcap(sorted(frames)))
    macs = {event.detail.mac for event in found.events if isinstance(event.detail, MacTraffic)}
    assert {*known, "02:01:00:00:00:05"} <= macs
    assert len(macs) <= 40 + len(known) + 8
    assert [one.reason.name for one in found.skipped] == ["too-many-macs"]
    assert found.skipped[0].count == 500 - len(macs - known) + 1


def test_connections_are_forgotten_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "LOOKED", 8)
    monkeypatch.setattr(connections, "CONNECTIONS_AT_MOST", 10)
    long, frames = Connection(port=600, start=T0, step=1_000_000), list[Timed]()
    for number in range(60):
        short = Connection(port=700 + number, start=T0 + number * 2_000_000)
        short.to_server(record(build.call(1000 + number)))
        short.to_client(record(build.reply(1000 + number)))
        frames += short.frames
        long.to_server(record(build.call(number)))
        long.to_client(record(build.reply(number)))
    found = plain(pcap(sorted(frames + long.frames)))
    assert found.totals.nfs_calls == (("GETATTR", 120),)
    assert dict(found.totals.nfs_replies)["GETATTR"] >= 100
    assert [one.reason.name for one in found.skipped] == ["connections-forgotten"]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_packed_now_and_then_is_the_same(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Stamps that step back, too, as in what was packed before."""
    data = File().of(Traffic(seed, 300, frozenset(IMPAIRMENTS)).frames)
    expected: CaptureScan = plain(data)
    monkeypatch.setattr(series, "BINS_AT_MOST", 3)
    monkeypatch.setattr(operations, "_SAMPLED_EACH", 5)
    assert plain(data) == expected
    assert any(one.counted.parts for one in expected.traffic)
