"""Archives and compressed files: each kind alone, and bundles as they are opened, layer by layer."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
import zipfile
from collections.abc import Iterator

import msgspec
import zstandard

from analyzer.ingest.files.archive import Member, members
from analyzer.ingest.streams.decompress import compression, decompress
from analyzer.ingest.streams.scan_file import MAGIC, VERSION, Filled, ScanFileError, description
from analyzer.ingest.streams.stream import Allowance, Stream
from bench.fuzz.files import read_all, stored
from bench.fuzz.target import NotHeldError, Target
from bench.fuzz.targets.seeds import sample
from tests.ingest.packing import COMPRESSORS, tarred, zipped

_READ = 1 << 22
_BLOCK, _SUM = 512, slice(148, 156)
_FILES = {"a/genesis.out": b"2026-11-22 14:03:22,123Z INFO ha_service.py:12 up\n" * 3, "b.txt": b"x" * 40, "": b""}


def _tar(data: bytes) -> None:
    """The first byte says whether headers get the checksum that they should have."""
    given = _with_checksums(data[1:]) if data[:1] > b"\x3f" else data[1:]
    for member in members(io.BytesIO(given), "tar"):
        if isinstance(member, Member):
            read_all(Stream(member.content, allowance=Allowance(len(data))).body)


def _zip(data: bytes) -> None:
    for member in members(io.BytesIO(data), "zip", io.BytesIO(data)):
        if isinstance(member, Member):
            read_all(Stream(member.content, allowance=Allowance(len(data))).body)


def _compressed(data: bytes) -> None:
    if name := compression(data):
        read_all(Stream(decompress(io.BytesIO(data), name), allowance=Allowance(len(data))).body)


def _bundle(data: bytes) -> None:
    stored(data, "a.bundle")


def _with_checksums(data: bytes) -> bytes:
    blocks = bytearray(data)
    for at in range(0, len(blocks) - _BLOCK + 1, _BLOCK):
        header = blocks[at : at + _BLOCK]
        if header[257:262] == b"ustar":
            header[_SUM] = b" " * 8
            header[_SUM] = b"%06o\0 " % sum(header)
            blocks[at : at + _BLOCK] = header
    return bytes(blocks)


def _tars() -> Iterator[bytes]:
    forms = (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT)
    for form in forms:
        packed = tarred({**_FILES, "n" * 90: b"1"}, form)
        yield b"\x00" + packed[: 3 * 1024]
        yield b"\xff" + packed[: 3 * 1024]
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE, tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(f"k{number}")
            info.type = kind
            tar.addfile(info)
    yield b"\xff" + held.getvalue()[: 3 * 1024]


def _zips() -> Iterator[bytes]:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        packed = zipped({name: content for name, content in _FILES.items() if name}, method)
        yield packed
        yield packed[: len(packed) * 2 // 3]


def _compressions() -> Iterator[bytes]:
    for compress in COMPRESSORS.values():
        yield compress(_FILES["a/genesis.out"])
        yield compress(b"ab") + compress(b"c" * 300)
        yield compress(compress(b""))


def _bundles() -> Iterator[bytes]:
    yield from _zips()
    yield from (each[1:] for each in _tars())
    yield from _compressions()
    yield zipped({"x.tgz": COMPRESSORS["gzip"](tarred(_FILES)), "y": sample("cvm-failure/genesis.out")[:500]})
    yield tarred({"v.log.FRAG-00000": b"2026-11-22T14:03:22Z cpu1:2)x\n", "v.log.FRAG-00002": b"y\n"})[: 4 * 1024]


_FILES_ROOM = "analyzer.ingest.files."


def _scan_file(data: bytes) -> None:
    """The first two bytes say how long the description is; what follows it are the pieces. The rest is made as it
    should be, so that what is behind the seal is reached.
    """
    length = int.from_bytes(data[:2], "big")
    text, pieces = data[2 : 2 + length], zstandard.compress(data[2 + length :], 1)
    whole = MAGIC + pieces + text + len(text).to_bytes(4, "little")
    file = io.BytesIO(whole + hashlib.sha256(whole).digest())
    try:
        told = description(file, len(file.getvalue()))
    except ScanFileError:
        return
    stream = Stream(Filled(file, told), allowance=Allowance(len(data)))
    given = stream.body.read(_READ)
    if len(given) < _READ and stream.fault.reason is None and len(given) != told.plain:
        raise NotHeldError("a scan gives other bytes than it says")


def _scan_files() -> Iterator[bytes]:
    for kept, left_out in ((b"abc", 0), (b"", 70), (b"a" * 300, 1 << 20)):
        for change in ({}, {"version": 2}, {"name": "../a"}, {"plain": 1 << 40}):
            told = {
                "version": VERSION, "name": "a.pcap", "size": 3, "plain": len(kept) + left_out,
                "compressions": ["gzip"],
                "digests": {"sha256": "sha256:0", "blake3": "blake3:0", "none": "0:0"},
            }  # fmt: skip
            text = msgspec.msgpack.encode(told | change)
            yield len(text).to_bytes(2, "big") + text + struct.pack("<II", len(kept), left_out) + kept


ARCHIVES = (
    Target("scan of a capture", _scan_file, _scan_files, ("analyzer.ingest.streams.scan_file",)),
    Target("tar", _tar, _tars, (f"{_FILES_ROOM}archive", f"{_FILES_ROOM}tar_headers")),
    Target("zip", _zip, _zips, (f"{_FILES_ROOM}archive", f"{_FILES_ROOM}zip_headers")),
    Target("compressed", _compressed, _compressions, ("analyzer.ingest.streams",), 1024),
    Target("bundle", _bundle, _bundles, (f"{_FILES_ROOM}bundle", f"{_FILES_ROOM}fragments", "analyzer.ingest.streams")),
)
