"""A long capture of hosts that call seldom is told by fewer runs, by both scans alike, and shows the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest

from analyzer import analyze
from analyzer.config import Settings
from analyzer.ingest.capture import CaptureScan, calm, limits
from analyzer.model.event import StorageTraffic
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.traffic import Operation
from tests.ingest.capture import build
from tests.ingest.capture.build import FIN, RST, STORAGE, SYN, Timed, pcap, record
from tests.ingest.capture.compiled.both import between_blocks, blocks_of, compiled, plain

T0 = 1_790_000_000 * SECOND
MINUTE = 60 * SECOND

Gap = Callable[[random.Random], int]
GAPS: dict[str, Gap] = {
    "each second": lambda drawn: SECOND + drawn.randrange(-50, 50) * MILLISECOND,
    "as it comes": lambda drawn: int(drawn.expovariate(1) * SECOND),
    "heartbeats": lambda drawn: 12 * SECOND + drawn.randrange(-100, 100) * MILLISECOND,
}


def mac(host: int, end: int) -> bytes:
    return bytes((0, 0x50, 0x56, end, 0, host))


def calls(
    host: int, gap: Gap, until: int, *, stalls: dict[int, int] | None = None, flags: dict[int, int] | None = None
) -> list[Timed]:
    """A host that calls and is answered at once. After each of `stalls` (ns) a call waits so long, and the host with
    it; at each of `flags` it sends a segment of these.
    """
    drawn, waits = random.Random(host), dict(stalls or {})  # noqa: S311 - a host's rhythm
    address, frames = f"10.0.0.{10 + host}", []
    at, seq, ack = T0 + drawn.randrange(SECOND), 1000, 2000
    for xid in count(1):
        if at >= T0 + until:
            break
        latency, pause = drawn.randrange(200, 2000) * 1000, gap(drawn)
        for begin in [begin for begin in waits if T0 + begin <= at]:
            latency = waits.pop(begin)
            pause = latency + pause
        call, reply = record(build.call(xid)), record(build.reply(xid))
        there = build.ipv4(build.tcp(700 + host, 2049, seq, call, ack=ack), address, STORAGE)
        back = build.ipv4(build.tcp(2049, 700 + host, ack, reply, ack=seq + len(call)), STORAGE, address)
        frames.append((at, build.ethernet(there, src=mac(host, 1), dst=mac(host, 2))))
        frames.append((at + latency, build.ethernet(back, src=mac(host, 2), dst=mac(host, 1))))
        seq, ack, at = seq + len(call), ack + len(reply), at + pause
    for when, flag in (flags or {}).items():
        segment = build.ipv4(build.tcp(900 + host, 2049, 7, flags=flag), address, STORAGE)
        frames.append((T0 + when, build.ethernet(segment, src=mac(host, 1), dst=mac(host, 2))))
    return frames


def runs(found: CaptureScan, what: str, address: str) -> list[StorageTraffic]:
    details = (event.detail for event in found.events)
    told = [one for one in details if isinstance(one, StorageTraffic) and one.what == what]
    return [one for one in told if address in (one.ends.src, one.ends.dst)]


def both(data: bytes) -> CaptureScan:
    """What either scan gives, also where tables are taken out in between."""
    expected = plain(data)
    assert compiled(data) == expected
    with blocks_of(len(data) // 50), between_blocks(lambda memory: memory.make_room()):
        assert compiled(data) == expected
    return expected


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that one hour of calls is beyond, and what is told of it is not."""
    monkeypatch.setattr(limits, "RUNS_AT_MOST", 2000)
    monkeypatch.setattr(limits, "OPERATIONS_AT_MOST", 2000)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("pauses", [pytest.param(gap, id=name) for name, gap in GAPS.items()])
def test_both_scans_tell_the_same_by_fewer_runs(pauses: Gap) -> None:
    frames = calls(1, pauses, 30 * MINUTE) + calls(
        2, GAPS["each second"], 30 * MINUTE, stalls={20 * MINUTE: 9 * SECOND}
    )

    found = both(pcap(sorted(frames)))

    assert found.skipped == ()
    one, other = runs(found, "reply", "10.0.0.11"), runs(found, "reply", "10.0.0.12")
    assert len(one) < 500
    assert len(other) < 500
    of_both = [(one.run.count, one.run.pauses) for one in (*one, *other)]
    assert max(pauses for _, pauses in of_both) > 20
    assert sum(count for count, _ in of_both) == len(frames) // 2


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "happened",
    [
        pytest.param({"stalls": {20 * MINUTE: 6 * SECOND}}, id="a call waits"),
        pytest.param({"flags": {20 * MINUTE: SYN}}, id="a connection is opened"),
        pytest.param({"flags": {20 * MINUTE: RST}}, id="one is reset"),
        pytest.param({"flags": {20 * MINUTE: FIN}}, id="one is ended"),
    ],
)
def test_where_something_happened_all_is_told(happened: dict[str, dict[int, int]]) -> None:
    frames = calls(1, GAPS["each second"], 40 * MINUTE, **happened) + calls(2, GAPS["each second"], 40 * MINUTE)

    found = both(pcap(sorted(frames)))

    def near(host: int) -> list[int]:
        """How many pauses there are in each run of replies to a host at that time."""
        told = [(event.at.least, event.detail) for event in found.events if isinstance(event.detail, StorageTraffic)]
        mine = [(at, one.run) for at, one in told if one.what == "reply" and one.ends.dst == f"10.0.0.{10 + host}"]
        then = T0 + 20 * MINUTE
        return [run.pauses for at, run in mine if at <= then + 30 * SECOND and run.last.least >= then - 30 * SECOND]

    assert len(near(1)) > 20
    assert not any(near(1))
    assert any(near(2))


@pytest.mark.usefixtures("few")
def test_the_longest_pause_and_the_slowest_call_stay() -> None:
    """A pause of 4 s is none that anything happened in, and a call of 90 ms is answered at once."""
    gaps = iter([*[SECOND] * 900, 4 * SECOND, *[SECOND] * 3000])
    frames = calls(1, lambda _: next(gaps), 30 * MINUTE, stalls={25 * MINUTE: 90 * MILLISECOND})
    frames += calls(2, GAPS["each second"], 30 * MINUTE)

    found = both(pcap(sorted(frames)))

    told = [(event.at.least, event.detail) for event in found.events if isinstance(event.detail, StorageTraffic)]
    mine = [(at, one.run) for at, one in told if one.what == "reply" and one.ends.dst == "10.0.0.11"]
    pauses = [later - run.last.least for (_, run), (later, _) in pairwise(mine)]
    assert 3900 * MILLISECOND < max(pauses) < 4100 * MILLISECOND
    assert max(map(took, found.operations)) == 90 * MILLISECOND


def took(one: Operation) -> int:
    assert one.reply is not None
    return one.reply.least - one.first_call.least


@pytest.mark.parametrize("pauses", [pytest.param(gap, id=name) for name, gap in GAPS.items()])
def test_a_run_says_the_same(pauses: Gap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stalls = {15 * MINUTE: 20 * SECOND, 24 * MINUTE: 8 * SECOND}
    frames = sorted(calls(1, pauses, 40 * MINUTE, stalls=stalls) + calls(2, pauses, 40 * MINUTE))
    (tmp_path / "vmk1.pcap").write_bytes(pcap(frames))

    whole = analyze(tmp_path / "vmk1.pcap", Settings())
    monkeypatch.setattr(limits, "RUNS_AT_MOST", 0 if pauses is GAPS["heartbeats"] else 2000)
    monkeypatch.setattr("analyzer.ingest.capture.cut.limits.end_of", lambda firsts, most: None)

    assert analyze(tmp_path / "vmk1.pcap", Settings()) == whole
    assert whole.coverage.hosts


def test_who_comes_back_after_hours_is_heard_anew() -> None:
    """A pause is usual up to 13 s, whatever the others are."""
    first = T0 + np.array([*range(0, 100, 12), *range(7200, 7300, 12)]) * SECOND
    same = np.zeros(len(first), np.int64)
    told = calm.Calm().joined(
        calm.Runs(same + calm.MAC, same, same, same, same, first, first + 1), same[:0], same[:0], whole=True
    )
    assert not told.on[8]


def test_what_was_told_already_is_told_as_it_was() -> None:
    """A limit may leave only runs of a time that was looked at before."""
    stamps = np.arange(4000, dtype=np.int64) * SECOND
    same = np.ones_like(stamps)
    columns = calm.Runs(same * calm.REPLY, same, same * 2, same * 3, same * 4, stamps, stamps)
    looking, nobody = calm.Calm(), np.zeros(0, np.int64)

    before = looking.joined(columns, nobody, nobody, whole=False)
    after = looking.joined(calm.Runs(*(column[:100] for column in columns)), nobody, nobody, whole=True)

    assert before.on.any()
    assert not after.on.any()
