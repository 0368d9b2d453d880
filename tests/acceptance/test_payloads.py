"""No byte of what was carried (files' data, names in calls) is in any output, but in the frames that are asked for."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.store.reading import read_document
from tests.conftest import SAMPLES

CARRIED = b"CONFIDENTIALMARK"
FORMS = "html,json,md,summary,junit,metrics,csv,parquet,pdf"
FRAMES = "bundle.zip/evidence.pcapng"
"""A bundle is asked for with them."""
_PCAP_HEAD, _RECORD_HEAD = 24, 16
_KEPT_OF_TCP = 28
"""Bytes of a segment's data that stay: a record's mark, and a call's head up to its procedure."""


def marked(data: bytes) -> bytes:
    """A capture with other words for whatever its segments carry behind the head of a call."""
    frames, at = bytearray(data), _PCAP_HEAD
    while at < len(data):
        (captured,) = struct.unpack_from("<I", data, at + 8)
        start, at = at + _RECORD_HEAD, at + _RECORD_HEAD + captured
        ip = start + 14
        if data[start + 12 : ip] == b"\x08\x00" and data[ip + 9] == 6:
            tcp = ip + (data[ip] & 15) * 4
            body = tcp + (data[tcp + 12] >> 4) * 4 + _KEPT_OF_TCP
            end = min(at, ip + int.from_bytes(data[ip + 2 : ip + 4], "big"))
            if end - body >= len(CARRIED):
                frames[body:end] = (CARRIED * ((end - body) // len(CARRIED) + 1))[: end - body]
    return bytes(frames)


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes of a file, and those that are in it in another form, each with a name."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from unpacked(f"{name}/{member}", archive.read(member))
    yield from ((name, part) for part in (data, *_inside(name, data)))


def _inside(name: str, data: bytes) -> Iterator[bytes]:
    if data.startswith(b"%PDF"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
            yield zlib.decompressobj().decompress(stream) if stream[:1] == b"x" else stream
    if name.endswith((".html", ".pdf", ".zip", "run.json")):
        yield read_document(data)
    if name.endswith(".parquet"):
        parquet = import_module("pyarrow.parquet")

        yield repr(parquet.read_table(io.BytesIO(data)).to_pylist()).encode()


def held(data: bytes) -> bool:
    """Whether what was carried is in it, as it is or in hexadecimal digits."""
    return CARRIED in data or CARRIED[:8].hex().encode() in data.replace(b" ", b"").lower()


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    for name in ("span.pcap", "vmk1.pcap"):
        capture = marked((SAMPLES / "cvm-failure" / name).read_bytes())
        (folder / name).write_bytes(capture)
        assert capture.count(CARRIED) > 1000
    (folder / "genesis.out").write_bytes((SAMPLES / "cvm-failure" / "genesis.out").read_bytes())
    return folder


def test_no_payload_is_in_any_output(evidence: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status = run(
        ("analyze", str(evidence), "--log-timezone", "UTC", "-q", "--write", FORMS, "--bundle", "-o", str(out))
    )
    assert status in (0, 1, 4)
    written = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert {"report.pdf", "bundle.zip", "run.json", "report.html"} <= written.keys()
    assert any(name.endswith(".parquet") for name in written)
    parts = [part for name, data in written.items() for part in unpacked(name, data)]
    assert len(parts) > 2 * len(written)
    assert {name for name, part in parts if held(part)} == {FRAMES}
