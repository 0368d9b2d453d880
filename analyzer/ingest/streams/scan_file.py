"""A file without the bytes that its reader never looks at: written as what is kept of it, read back in its full length.

The bytes that were left out are read back as :data:`FILL`, so that offsets, lengths and numbers stay those of the whole
file. What it was (name, size, digests, and why it broke off if it did) stands behind its bytes, sealed with a digest.

Form: MAGIC; a Zstandard frame (RFC 8878) of pieces, each two little-endian 32-bit lengths and as many bytes as the
first says, the second being what is left out behind them; the description in MessagePack; its length in 4 bytes; and
the SHA-256 of all before.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import msgspec

from analyzer.ingest.streams.decompress import Compression, decompress
from analyzer.ingest.streams.stream import BrokenOffError, Fault, Stream
from analyzer.model.source import HashAlgorithm, Reason

MAGIC = b"\x89autopath scan\r\n"
VERSION = 1
"""Of the form, and of which bytes are kept: a scan of another version is not read."""
FILL = 0xA7
"""What is read in place of a byte that was left out. No record mark of RPC begins or ends with it: a length is a
multiple of 4, and none begins so high."""
_PIECE = struct.Struct("<II")
_LENGTH = struct.Struct("<I")
_DIGEST = hashlib.sha256().digest_size
_DESCRIPTION_AT_MOST = 1 << 20
_LONGEST_NAME = 4096
_LITERAL = 1 << 16
_MOST = (1 << 32) - 1
_BLANK = bytes([FILL]) * (1 << 18)


class Described(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the whole file is: `size` in bytes as stored, `plain` once decompressed; its digests by algorithm, with the
    identity by `none`. `fault` and `stored_fault` are why its plain and its stored bytes ended early.
    """

    version: int
    name: str
    size: int
    plain: int
    compressions: tuple[Compression, ...]
    digests: Mapping[HashAlgorithm, str]
    fault: Reason | None = None
    stored_fault: Reason | None = None


class ScanFileError(Exception):
    """A file of this form can't be read: `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


class Writer:
    """Writes one file of this form to `file`."""

    def __init__(self, file: BinaryIO) -> None:
        import zstandard

        self._file, self._seal = file, hashlib.sha256()
        self._compressor = zstandard.ZstdCompressor(level=3, write_checksum=True).compressobj()
        self._kept, self._left_out, self.plain = bytearray(), 0, 0
        self._put(MAGIC)

    def keep(self, data: bytes | memoryview) -> None:
        """The next bytes."""
        if self._left_out or len(self._kept) >= _LITERAL:
            self._piece()
        self._kept += data
        self.plain += len(data)

    def leave_out(self, count: int) -> None:
        """So many bytes follow of which nothing is kept."""
        while self._left_out + count > _MOST:
            count -= _MOST - self._left_out
            self.plain += _MOST - self._left_out
            self._left_out = _MOST
            self._piece()
        self._left_out += count
        self.plain += count

    def end(self, described: Described) -> None:
        """That was all of it."""
        self._piece()
        self._put(self._compressor.flush())
        text = msgspec.msgpack.encode(described)
        self._put(text + _LENGTH.pack(len(text)))
        self._file.write(self._seal.digest())

    def _piece(self) -> None:
        self._put(self._compressor.compress(_PIECE.pack(len(self._kept), self._left_out) + self._kept))
        self._kept, self._left_out = bytearray(), 0

    def _put(self, data: bytes) -> None:
        self._seal.update(data)
        self._file.write(data)


def described(path: str) -> Described:
    """What the file at `path` says that it is of; :class:`ScanFileError` where it is damaged or of another version."""
    status = Path(path).stat()
    return _described(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=1024)
def _described(path: str, size: int, _: int) -> Described:
    with Path(path).open("rb") as file:
        return description(file, size)


def description(file: BinaryIO, size: int) -> Described:
    """What a file of this form and `size` says that it is of; raises as :func:`described` does."""
    least = len(MAGIC) + _LENGTH.size + _DIGEST
    if file.read(len(MAGIC)) != MAGIC or size < least:
        raise ScanFileError(Reason("no-scan"))
    if not _sealed(file, size - _DIGEST):
        raise ScanFileError(Reason("scan-damaged"))
    file.seek(size - _DIGEST - _LENGTH.size)
    (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
    if length > min(_DESCRIPTION_AT_MOST, size - least):
        raise ScanFileError(Reason("scan-damaged"))
    file.seek(size - _DIGEST - _LENGTH.size - length)
    return _decoded(file.read(length))


def _sealed(file: BinaryIO, end: int) -> bool:
    file.seek(0)
    seal, left = hashlib.sha256(), end
    while left and (block := file.read(min(left, 1 << 20))):
        seal.update(block)
        left -= len(block)
    return not left and file.read(_DIGEST) == seal.digest()


class _Versioned(msgspec.Struct):
    version: int


def _decoded(text: bytes) -> Described:
    try:
        version = msgspec.msgpack.decode(text, type=_Versioned).version
        if version != VERSION:
            raise ScanFileError(Reason("scan-of-another-version", found=version, expected=VERSION))
        told = msgspec.msgpack.decode(text, type=Described)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ScanFileError(Reason("scan-damaged")) from error
    parts = told.name.split("/")
    if not 0 < len(told.name) <= _LONGEST_NAME or not told.name.isprintable() or parts[0] == "" or ".." in parts:
        raise ScanFileError(Reason("scan-damaged"))
    if min(told.size, told.plain) < 0 or set(told.digests) != {"sha256", "blake3", "none"}:
        raise ScanFileError(Reason("scan-damaged"))
    return told


class Filled:
    """The bytes of the whole file, as far as they were kept, from an open file of this form.

    A read raises :class:`~.stream.BrokenOffError` where those of the whole file broke off.
    """

    def __init__(self, file: BinaryIO, told: Described) -> None:
        self._pieces = io.BufferedReader(_Raw(decompress(_Pieces(file), "zstd")), 1 << 18)
        self._told, self._given = told, 0
        self._kept = self._blank = 0

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        buffer = bytearray(min(size, len(_BLANK)))
        return bytes(buffer[: self.readinto(memoryview(buffer))])

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a part of `buffer`; how many bytes."""
        if self._given >= self._told.plain:
            return self._end()
        while not (self._kept or self._blank):
            head = self._pieces.read(_PIECE.size)
            if len(head) < _PIECE.size:
                raise EOFError
            self._kept, self._blank = _PIECE.unpack(head)
        most = min(len(buffer), self._told.plain - self._given, len(_BLANK))
        if self._kept:
            data = self._pieces.read(min(most, self._kept))
            if not data:
                raise EOFError
            buffer[: len(data)] = data
            self._kept -= len(data)
            count = len(data)
        else:
            count = min(most, self._blank)
            buffer[:count] = _BLANK[:count]
            self._blank -= count
        self._given += count
        return count

    def _end(self) -> int:
        if self._told.fault is not None:
            raise BrokenOffError(self._told.fault)
        return 0


class _Pieces:
    """The compressed part of a file of this form."""

    def __init__(self, file: BinaryIO) -> None:
        end = file.seek(-_DIGEST - _LENGTH.size, os.SEEK_END)
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        self._file, self._left = file, end - length - file.seek(len(MAGIC))

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""
        data = self._file.read(max(0, min(size, self._left)))
        self._left -= len(data)
        return data


class _Raw(io.RawIOBase):
    """Plain bytes as Python buffers them."""

    def __init__(self, inner: object) -> None:
        super().__init__()
        self._read = getattr(inner, "read")  # noqa: B009 - of any decompressor

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data: bytes = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class Carried(Stream):
    """The stored bytes of the whole file, of which only the description is here."""

    def __init__(self, told: Described, algorithm: HashAlgorithm | None) -> None:
        fault = Fault()
        fault.own = told.stored_fault
        super().__init__(io.BytesIO(), fault=fault)
        self._told, self._algorithm = told, algorithm

    @property
    def count(self) -> int:
        """Bytes that the whole file has."""
        return self._told.size

    @property
    def digest(self) -> str | None:
        """The digest of the whole file, as it was told."""
        return self._told.digests[self._algorithm] if self._algorithm not in (None, "none") else None

    @property
    def identity(self) -> str | None:
        """As of any other stream."""
        return self._told.digests[self._algorithm] if self._algorithm is not None else None


def is_scan(path: str | os.PathLike[str]) -> bool:
    """Whether a file is called as those of this form are."""
    return os.fspath(path).endswith(".scan")


def shortened(data: bytes) -> bytes:
    """A frame without the bytes that were left out at its end, where enough are missing to tell."""
    kept = data.rstrip(_BLANK[:1])
    return kept if len(data) - len(kept) >= LEAST else data


LEAST = 64
"""Bytes that are left out at a time, at least."""
