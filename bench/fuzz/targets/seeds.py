"""What fuzzing begins with: pieces of the samples, small captures and small texts."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from bench.fuzz.files import ROOT

SAMPLES = ROOT / "samples"
WRITTEN = ROOT / "bench" / "fuzz" / "seeds"
_PCAP_HEAD, _RECORD_HEAD = 24, 16


def text_pieces(pattern: str, longest: int, each: int = 6) -> Iterator[bytes]:
    """Whole lines from evenly spread places of the project's files that match."""
    for path in sorted(ROOT.glob(pattern)):
        text = path.read_bytes()
        for number in range(each):
            piece = text[len(text) * number // each :][:longest]
            yield piece[: piece.rfind(b"\n") + 1] or piece
            if len(text) <= longest:
                break


def seeds(folder: str) -> Iterator[bytes]:
    """The files of a folder of seeds that were written for this."""
    return (path.read_bytes() for path in sorted((WRITTEN / folder).iterdir()))


def lines_of(name: str) -> Iterator[bytes]:
    """The lines of such a file, each a seed."""
    return iter((WRITTEN / name).read_bytes().splitlines())


def capture_pieces(longest: int, each: int = 4) -> Iterator[bytes]:
    """Small captures of some frames that follow one another in each of the samples' captures."""
    for path in sorted(SAMPLES.glob("*/*.pcap")):
        data = path.read_bytes()
        places = list(_records(data))
        for number in range(each):
            yield data[:_PCAP_HEAD] + _some(data, places[len(places) * number // each :], longest - _PCAP_HEAD)


def capture_frames(most: int) -> Iterator[bytes]:
    """Frames of the samples' captures."""
    for path in sorted(SAMPLES.glob("*/*.pcap")):
        data = path.read_bytes()
        places = list(_records(data))
        for start, end in places[:: max(1, len(places) // most)]:
            yield data[start + _RECORD_HEAD : end]


def _records(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the records of a pcap file begin and end."""
    order = "<" if data[0] in (0xD4, 0x4D) else ">"
    at = _PCAP_HEAD
    while at + _RECORD_HEAD <= len(data):
        (captured,) = struct.unpack_from(f"{order}I", data, at + 8)
        yield at, at + _RECORD_HEAD + captured
        at += _RECORD_HEAD + captured


def _some(data: bytes, places: list[tuple[int, int]], room: int) -> bytes:
    """The first records that there is room for."""
    some = b""
    for start, end in places:
        if len(some) + end - start > room:
            break
        some += data[start:end]
    return some


def sample(path: str) -> bytes:
    """The bytes of a file of the samples."""
    return Path(SAMPLES / path).read_bytes()
