"""A flood: both scans tell the same part of it, which ends where the limit is reached, and say so."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.ingest.capture import CaptureScan, limits
from analyzer.model.event import AddressOwned, IcmpRedirect, MacTraffic, StorageTraffic, TcpControl
from analyzer.model.instant import SECOND
from analyzer.model.source import Skipped
from tests.ingest.capture import build
from tests.ingest.capture.build import HOST, HOST_MAC, STORAGE, SYN, Connection, Timed, pcap, record
from tests.ingest.capture.compiled.both import between_blocks, blocks_of, compiled, plain

T0 = 1_000_000_000_000


def syn(number: int, port: int = 2049) -> bytes:
    return build.ethernet(build.ipv4(build.tcp(1024 + number, port, number, flags=SYN), HOST, STORAGE))


def flood(count: int) -> list[Timed]:
    """A host that is served all the time, while connections to the storage address are opened."""
    connection = Connection(start=T0, step=10_000_000)
    for number in range(count):
        connection.to_server(record(build.call(number)))
        connection.to_client(record(build.reply(number)))
        connection.frames.append((T0 + number * 20_000_000 + 5_000_000, syn(number)))
    return sorted(connection.frames)


def both(data: bytes) -> CaptureScan:
    """What either scan gives, also where tables are taken out in between."""
    expected = plain(data)
    assert told(compiled(data)) == told(expected)
    with blocks_of(len(data) // 10), between_blocks(lambda memory: memory.make_room()):
        assert told(compiled(data)) == told(expected)
    return expected


def told(found: CaptureScan) -> CaptureScan:
    """All but how many details are left out: of runs that could be joined, one scan counts more than the other."""
    once = (replace(one, count=1) if one.reason.name == "too-many-details" else one for one in found.skipped)
    return replace(found, skipped=tuple(once))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RUNS", "CONTROLS", "OPERATIONS", "BESIDE"):
        monkeypatch.setattr(limits, f"{name}_AT_MOST", 20)


@pytest.mark.usefixtures("few")
def test_a_flood_of_connections_ends_what_is_told_and_cuts_what_goes_on() -> None:
    found = both(pcap(flood(100)))
    details = [event.detail for event in found.events]
    opened = [detail for detail in details if isinstance(detail, TcpControl)]
    runs = [detail.run for detail in details if isinstance(detail, StorageTraffic)]
    assert (len(opened), len(runs), len(found.operations)) == (16, 20, 2)
    assert found.last is not None
    assert found.last.least < T0 + SECOND < T0 + 100 * 20_000_000
    assert max(run.last.least for run in runs) == found.last.least
    assert all(event.at.least <= found.last.least for event in found.events)
    (series,) = found.traffic
    calls, _ = series.sums()
    assert 0 < calls < 30
    (skipped,) = found.skipped
    assert skipped.reason.name == "too-many-details"
    assert skipped.count > 100
    assert (found.totals.frames, found.totals.nfs_calls) == (300, (("GETATTR", 100),))


@pytest.mark.usefixtures("few")
def test_a_reply_beyond_the_end_is_none() -> None:
    first = Connection(port=700, start=T0, step=1000)
    first.to_server(record(build.call(7)))
    late = Connection(port=700, start=T0 + 100 * SECOND)
    late.to_client(record(build.reply(7)))
    frames = [*first.frames, *((T0 + number * 1000, syn(number)) for number in range(1, 30)), *late.frames]
    found = both(pcap(frames))
    (operation,) = found.operations
    assert (operation.reply, operation.reply_frame, operation.reply_ends) == (None, None, None)


@pytest.mark.usefixtures("few")
def test_macs_beside_the_storage_traffic_are_told_whole_or_not_the_steady_ones_first() -> None:
    frames = flood(5)
    for number in range(30):
        stranger = build.ethernet(b"x" * 40, 0x88CC, src=b"\2\0\0\0\0" + bytes([number]))
        frames += [(T0 + number * 1000, stranger)] * (3 if number == 17 else 1)
        frames.append((T0 + 2 * SECOND + number, build.ethernet(b"x" * 40, 0x88CC, src=b"\2\0\0\0\0\5")))
    found = both(pcap(sorted(frames)))
    macs = [event.detail.mac for event in found.events if isinstance(event.detail, MacTraffic)]
    owners = [event.detail.mac for event in found.events if isinstance(event.detail, AddressOwned)]
    assert HOST_MAC.hex(":") in owners
    assert {"02:00:00:00:00:05", "02:00:00:00:00:11"} <= set(macs)
    assert macs.count("02:00:00:00:00:05") == 2
    assert len(macs) + len(owners) <= 20
    assert found.last is not None
    assert found.last.least > T0 + 2 * SECOND
    (skipped,) = found.skipped
    assert (skipped.reason.name, skipped.count) == ("too-many-macs", 30 - (len(macs) - 3))


@pytest.mark.usefixtures("few")
def test_who_claims_the_storage_address_is_no_stranger() -> None:
    claims = [
        (T0 + n * 1000, build.arp(2, mac, STORAGE, HOST))
        for n, mac in enumerate(b"\2\0\0\0\0" + bytes([n]) for n in range(30))
    ]
    found = both(pcap(claims))
    owners = [event.detail for event in found.events if isinstance(event.detail, AddressOwned)]
    assert len(owners) == 6
    assert found.last is not None
    assert found.last.least == T0 + 6000 - 1
    assert [one.reason.name for one in found.skipped] == ["too-many-details"]


@pytest.mark.usefixtures("few")
def test_redirects_count_too() -> None:
    frames = [
        (T0 + n * 1000, build.ethernet(build.ipv4(b"\5\1\0\0" + bytes(24), HOST, STORAGE, protocol=1)))
        for n in range(70)
    ]
    found = both(pcap(frames))
    assert sum(isinstance(event.detail, IcmpRedirect) for event in found.events) == 20
    assert found.skipped == (Skipped("x.pcap", "frame 21", found.skipped[0].reason, 50),)


@pytest.mark.usefixtures("few")
def test_hosts_without_end_end_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RUNS", "OPERATIONS", "BESIDE"):
        monkeypatch.setattr(limits, f"{name}_AT_MOST", 1000)
    monkeypatch.setattr(limits, "WAYS_AT_MOST", 12)
    frames: list[Timed] = []
    for number in range(60):
        host = Connection(host=f"10.0.0.{number}", start=T0 + number * SECOND)
        host.to_server(record(build.call(number)))
        host.to_client(record(build.reply(number)))
        frames += host.frames
    found = both(pcap(frames))
    hosts = {event.detail.ends.src for event in found.events if isinstance(event.detail, StorageTraffic)} - {STORAGE}
    assert len(hosts) == 6
    assert len(found.traffic) == 6
    assert [one.reason.name for one in found.skipped] == ["too-many-details"]


def test_nothing_is_left_out_of_a_usual_capture() -> None:
    found = both(pcap(flood(40)))
    assert found.skipped == ()
    assert found.last is not None
    assert found.last.least == max(at for at, _ in flood(40))
