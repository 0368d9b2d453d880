from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.lab.simulate import Evidence, Options, Simulated, scenario_of
from analyzer.lab.simulate.stream import stream
from analyzer.model.instant import SECOND
from tests.ingest.capture import tshark
from tests.lab.simulate.made import written
from tests.lab.simulate.test_captures import experts


def streamed(
    folder: Path, goal: tuple[int | None, int | None], name: str = "cvm-failure", evidence: Evidence | None = None
) -> Simulated:
    return stream(scenario_of(name), 3, folder, (Options(), evidence or Evidence()), goal)


def stamps(capture: bytes) -> list[int]:
    """µs of each record of a pcap."""
    found, place = [], 24
    while place < len(capture):
        seconds, micro, size, _ = struct.unpack_from("<IIII", capture, place)
        found.append(seconds * 10**6 + micro)
        place += 16 + size
    return found


@pytest.mark.parametrize("name", ["cvm-failure", "cvm-recovery"])
@pytest.mark.parametrize("shape", ["pcap", "pcapng"])
def test_a_long_capture_is_as_good_as_a_short_one(name: str, shape: str, tmp_path: Path) -> None:
    streamed(tmp_path, (1200 * SECOND, None), name, Evidence(format="pcap" if shape == "pcap" else "pcapng"))

    for what in ("span", "vmk1"):
        assert not experts(tmp_path / f"{what}.{shape}")


def test_every_call_of_the_repetitions_has_its_reply(tmp_path: Path) -> None:
    streamed(tmp_path, (900 * SECOND, None))

    counts = tshark.count(tmp_path / "vmk1.pcap")

    assert sum(counts.calls.values()) > 3000
    assert sum(counts.calls.values()) - sum(counts.replies.values()) <= 1
    assert max(counts.times) < SECOND


def test_duration(tmp_path: Path) -> None:
    truth = streamed(tmp_path, (3600 * SECOND, None), "healthy").truth

    times = stamps((tmp_path / "vmk1.pcap").read_bytes())
    span = next(one for one in truth.evidence if one.what == "span")
    assert times == sorted(times)
    assert span.first is not None
    assert span.last is not None
    assert 3600 * SECOND <= span.last - span.first + 3 * SECOND < 3640 * SECOND
    assert max(later - earlier for earlier, later in pairwise(times)) < 1_000_000  # µs


def test_bytes(tmp_path: Path) -> None:
    streamed(tmp_path, (None, 30_000_000))

    size = sum(path.stat().st_size for path in tmp_path.glob("*.pcap"))
    assert 30_000_000 <= size < 45_000_000


def test_a_snapshot_length_cuts_the_repetitions_too(tmp_path: Path) -> None:
    streamed(tmp_path, (300 * SECOND, None), evidence=Evidence(snaplen=60))

    counts = tshark.count(tmp_path / "span.pcap")

    assert counts.frames > 2000
    times = stamps((tmp_path / "span.pcap").read_bytes())
    assert times == sorted(times)


def test_the_log_goes_through_all_repetitions(tmp_path: Path) -> None:
    made = streamed(tmp_path, (1800 * SECOND, None))
    written(made, tmp_path)

    lines = (tmp_path / "192.168.1.27/genesis.out").read_text().splitlines()

    assert len([line for line in lines if "ha_service.py:489" in line]) >= 1800 // 30 - 4
    assert lines == sorted(lines, key=lambda line: line[:19])


def test_what_a_stream_cannot_have(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--erspan"):
        streamed(tmp_path, (SECOND, None), evidence=Evidence(erspan=True))
