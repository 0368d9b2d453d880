"""A capture whose clock the user corrected tells the same story as one with the right clock."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.correlate.captures.shift import given_ahead
from analyzer.model.event import HaStarted
from analyzer.model.measurement import KnownInstant
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES
from tests.correlate.builder import Capture, Genesis, evidence

AHEAD_S = 3600


@pytest.fixture
def one_hour_ahead(tmp_path: Path) -> Path:
    """The sample `cvm-failure` with its vmk1 capture stamped an hour late, by the writer's clock."""
    data = bytearray((SAMPLES / "cvm-failure" / "vmk1.pcap").read_bytes())
    offset = 24
    while offset < len(data):
        seconds, _, size = struct.unpack_from("<III", data, offset)
        struct.pack_into("<I", data, offset, seconds + AHEAD_S)
        offset += 16 + size
    (tmp_path / "vmk1.pcap").write_bytes(data)
    shutil.copy(SAMPLES / "cvm-failure" / "span.pcap", tmp_path / "span.pcap")
    return tmp_path


def times(run: Run) -> list[tuple[str, int, int]]:
    return [
        (instant.name, instant.at.least, instant.at.most)
        for one in run.episodes
        for instant in one.episode.instants
        if isinstance(instant, KnownInstant)
    ]


def test_a_corrected_capture_tells_the_same(one_hour_ahead: Path) -> None:
    right = analyze([SAMPLES / "cvm-failure" / name for name in ("span.pcap", "vmk1.pcap")])
    settings = Settings(clock_offsets=(("vmk1.pcap", AHEAD_S * 1_000_000_000),))

    corrected = analyze([one_hour_ahead / "span.pcap", one_hour_ahead / "vmk1.pcap"], settings)

    assert times(corrected) == times(right)
    assert [one.measurements[1] for one in corrected.episodes] != []
    assert any(clock.basis == "given" and clock.offset.least == AHEAD_S * 10**9 for clock in corrected.clocks)


def test_only_captures_are_put_on_the_captures_clock() -> None:
    span, log = Capture(clock="capture:span.pcap"), Genesis()
    for teller in (span, log):
        teller.tell(0, HaStarted(None))
    settings = Settings(clock_offsets=(("span.pcap", 7), ("genesis.out", 9)))

    assert given_ahead(evidence(span, log), settings) == {"capture:span.pcap": 7}


def test_without_the_correction_it_does_not(one_hour_ahead: Path) -> None:
    wrong = analyze([one_hour_ahead / "span.pcap", one_hour_ahead / "vmk1.pcap"])

    assert any(finding.code == "AP204" for finding in wrong.findings)
