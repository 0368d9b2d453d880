"""Blocks of pcapng that were once left to the plain reader: many of them stay with the kernels."""

from __future__ import annotations

import io

import pytest

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ByteSource
from analyzer.ingest.capture.compiled import scan as compiled
from analyzer.ingest.capture.container import FrameReader
from analyzer.ingest.capture.pcapng import COMMENTS_AT_MOST, PcapngReader
from analyzer.ingest.capture.plain.scan import scan_plain
from analyzer.ingest.capture.result import CaptureScan
from tests.ingest.capture.build import enhanced, ethernet, interface, option, section, simple

FRAME = ethernet(bytes(60), 0x88CC)


def both(data: bytes) -> tuple[CaptureScan, CaptureScan]:
    plain = scan_plain(FrameReader(ByteSource(io.BytesIO(data)), "x"), "x", Settings(), "c")
    return plain, compiled.scan_compiled(ByteSource(io.BytesIO(data)), "x", Settings(), "c")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the plain reader was asked for a block by the compiled scan."""
    counted = [0]
    before = PcapngReader.step

    def step(reader: PcapngReader) -> object:
        counted[0] += 1
        return before(reader)

    monkeypatch.setattr(PcapngReader, "step", step)
    return counted


@pytest.mark.parametrize("snaplen", [0, 40], ids=["whole", "cut"])
def test_simple_packet_blocks_are_read_by_the_kernels(steps: list[int], snaplen: int) -> None:
    data = section() + interface(snaplen=snaplen) + simple(FRAME) * 500

    _, scanned = both(data)
    own = steps[0]

    assert scanned.frames == 500
    assert own < 2 * 3 + 2 + 500  # the plain scan steps through all, the compiled one through what describes them
    assert both(data)[0] == both(data)[1]


def test_comments_are_kept_up_to_a_limit() -> None:
    commented = b"".join(enhanced(n, FRAME, options=option(1, b"look")) for n in range(COMMENTS_AT_MOST + 50))

    plain, scanned = both(section() + interface() + commented)

    assert plain == scanned
    assert len(plain.comments) == COMMENTS_AT_MOST
    assert plain.frames == COMMENTS_AT_MOST + 50
