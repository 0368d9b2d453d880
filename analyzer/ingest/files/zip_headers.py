"""A zip whose directory is lost or damaged: its members by the headers that stand before them, one after the other.

Reference: APPNOTE.TXT, sections 4.3.7 (local file header), 4.4.4 (flags), 4.5.3 (sizes beyond 32 bits).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

_HEADER = struct.Struct("<4s5H3I2H")
_MAGIC = b"PK\x03\x04"
_FIRST, _READ = 1 << 9, 1 << 18
"""Bytes that are read at first, as the next header is near mostly, and at most."""
_STEP = 1 << 14
"""Bytes that are read of what is compressed, where nothing tells how many there are."""
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x0001, 0x0008, 0x0800
_BEYOND, _LARGE = 0xFFFFFFFF, 1


class Local(msgspec.Struct, frozen=True):
    """A member as its own header tells it: `start` is where its bytes begin, `stored` how many (unknown where
    `sizes_follow` them), `size` how many they give.
    """

    name: str
    flags: int
    method: int
    crc: int
    stored: int
    size: int
    start: int

    @property
    def encrypted(self) -> bool:
        """Whether it is."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def sizes_follow(self) -> bool:
        """Whether its sizes and checksum stand behind it, and not here."""
        return bool(self.flags & _SIZES_FOLLOW)


def local_headers(file: BinaryIO) -> Iterator[tuple[Local, Content | None]]:
    """Each member with what reads it; None where nothing here can. What was not read of one is passed over."""
    at = 0
    while (found := _find(file, at)) is not None:
        local = _local(file, found)
        if local is None:
            at = found + len(_MAGIC)
            continue
        content = _content(file, local)
        yield local, content
        at = local.start + (0 if local.sizes_follow else local.stored)
        if content is not None and local.sizes_follow:
            at = content.end()


def _find(file: BinaryIO, at: int) -> int | None:
    """Where the next header begins, from here on."""
    kept, size = b"", _FIRST
    file.seek(at)
    while block := file.read(size):
        window = kept + block
        place = window.find(_MAGIC)
        if place >= 0:
            return at - len(kept) + place
        kept = window[1 - len(_MAGIC) :]
        at += len(block)
        size = min(2 * size, _READ)
    return None


def _local(file: BinaryIO, at: int) -> Local | None:
    file.seek(at)
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return None
    _, _, flags, method, _, _, crc, stored, size, name_length, extra_length = _HEADER.unpack(head)
    name, extra = file.read(name_length), file.read(extra_length)
    stored, size = _large(extra, stored, size)
    text = name.decode("utf-8", "surrogateescape") if flags & _UTF8 else name.decode("cp437")
    return Local(text, flags, method, crc, stored, size, at + _HEADER.size + name_length + extra_length)


def _large(extra: bytes, stored: int, size: int) -> tuple[int, int]:
    """The sizes, which stand in an extra field where 32 bits do not hold them: first that of the plain bytes."""
    if _BEYOND not in (stored, size):
        return stored, size
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _LARGE and length >= 16:
            size, stored = struct.unpack_from("<QQ", extra.ljust(at + 20, b"\0"), at + 4)
        at += 4 + length
    return stored, size


def _content(file: BinaryIO, local: Local) -> Content | None:
    if local.encrypted or local.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return None
    if local.method == zipfile.ZIP_STORED and local.sizes_follow:
        return None  # nothing tells where it ends
    return Content(file, local)


class Content:
    """The plain bytes of a member: EOFError where they end early, :class:`zipfile.BadZipFile` for a wrong checksum."""

    def __init__(self, file: BinaryIO, local: Local) -> None:
        self._file, self._local = file, local
        self._at, self._left = local.start, local.stored
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if local.method == zipfile.ZIP_DEFLATED else None
        self._crc = 0

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        data = self._stored(size) if self._inflate is None else self._inflated(self._inflate, size)
        self._crc = zlib.crc32(data, self._crc)
        if not data and size and not self._local.sizes_follow and self._crc != self._local.crc:
            raise zipfile.BadZipFile("its checksum is wrong")
        return data

    def end(self) -> int:
        """Where its stored bytes end; where they begin, if that can't be told."""
        try:
            while self.read(_READ):
                pass
        except (EOFError, zipfile.BadZipFile, zlib.error):
            return self._local.start
        return self._at - len(self._inflate.unused_data if self._inflate else b"")

    def _stored(self, size: int) -> bytes:
        data = self._taken(min(size, self._left))
        self._left -= len(data)
        if not data and self._left:
            raise EOFError
        return data

    def _inflated(self, inflate: zlib._Decompress, size: int) -> bytes:
        while not inflate.eof:
            block = inflate.unconsumed_tail or self._next()
            if not block:
                raise EOFError
            if data := inflate.decompress(block, size):
                return data
        return b""

    def _next(self) -> bytes:
        if self._local.sizes_follow:
            return self._taken(_STEP)
        data = self._taken(min(_READ, self._left))
        self._left -= len(data)
        return data

    def _taken(self, size: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(size)
        self._at += len(data)
        return data
