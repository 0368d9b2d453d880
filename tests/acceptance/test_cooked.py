"""Linux cooked captures (only the sender's MAC in the header) give the same episodes as Ethernet ones."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest.capture import frames as read
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.pipeline import analyze
from tests.conftest import CASES, SAMPLES
from tests.ingest.capture.build import pcap

UTC = Settings(log_timezone="UTC")


def sll(frame: bytes) -> bytes:
    return struct.pack("!HHH", 0, 1, 6) + frame[6:12] + bytes(2) + frame[12:]


def sll2(frame: bytes) -> bytes:
    return frame[12:14] + bytes(2) + struct.pack("!IHBB", 2, 1, 0, 6) + frame[6:12] + bytes(2) + frame[14:]


FORMATS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {"sll": (113, sll), "sll2": (276, sll2)}


def cooked(path: Path, to: Path, form: str) -> Path:
    """The capture as `tcpdump -i any` would have written it."""
    link_type, framed = FORMATS[form]
    with path.open("rb") as stream:
        frames = [(f.ts or 0, framed(f.data)) for f in read(stream, path.name)]
    to.write_bytes(pcap(frames, link_type=link_type, magic=0xA1B2C3D4))
    return to


def told(paths: Sequence[Path]) -> list[tuple[object, ...]]:
    """Kind, host, paths, instants (ms) and outage of every episode."""
    return [
        (
            one.episode.kind,
            one.episode.host,
            [(path.kind, path.via) for path in (one.episode.before, one.episode.during, one.episode.after)],
            {i.name: i.at.least // MILLISECOND for i in one.episode.instants if isinstance(i, KnownInstant)},
            outages(one),
            [(phase.name, phase.replies) for phase in one.phases],
        )
        for one in analyze(paths, UTC).episodes
    ]


def outages(one: MeasuredEpisode) -> list[Span]:
    return [m.span for m in one.measurements if isinstance(m, KnownMeasurement) and m.metric.startswith("outage")]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("names", ["span vmk1", "span", "vmk1", "span vmk1 genesis"])
def test_a_cooked_capture_tells_what_an_ethernet_one_does(tmp_path: Path, case: str, form: str, names: str) -> None:
    folder = SAMPLES / case
    captures = [folder / f"{name}.pcap" for name in names.split() if name != "genesis"]
    logs = [folder / "genesis.out"] if "genesis" in names else []
    converted = [cooked(path, tmp_path / path.name, form) for path in captures]
    assert told([*converted, *logs]) == told([*captures, *logs])


@pytest.mark.parametrize("mixed", ["span", "vmk1"])
def test_a_cooked_capture_beside_an_ethernet_one(tmp_path: Path, mixed: str) -> None:
    folder = SAMPLES / "cvm-failure"
    captures = [folder / "span.pcap", folder / "vmk1.pcap"]
    paths = [cooked(path, tmp_path / path.name, "sll") if path.stem == mixed else path for path in captures]
    assert told(paths) == told(captures)
