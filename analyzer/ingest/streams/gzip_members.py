"""gzip: members one after the other, inflated by ISA-L; header, checksum and length of RFC 1952 are checked here.

ISA-L is given deflate data only (RFC 1951): with the checksum left to it, it would keep back the last bytes of a
member whose checksum is wrong.
"""

from __future__ import annotations

from typing import Protocol

from analyzer.ingest.streams.stream import Readable

INPUT = 1 << 18
LEAST, MOST = 1 << 12, 1 << 18
"""Bytes of a step. Much larger pieces of memory would come from the system, a page at a time: a third longer."""
_MAGIC, _DEFLATE = b"\x1f\x8b", 8
_HEADER_CRC, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16
_32_BITS = 0xFFFFFFFF


class BadGzipError(ValueError):
    """The data is no gzip or is damaged; what it says is the end of a sentence."""


class _Inflate(Protocol):
    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...


class GzipMembers:
    """The plain bytes of all members; zero bytes behind a member are padding.

    A read raises EOFError for data that is cut, and others for damage. The step that fails takes with it at most an
    eighth of what was given (or 4 KiB): steps begin small and grow.
    """

    def __init__(self, inner: Readable) -> None:
        self._inner = inner
        self._ahead = b""
        self._inflate: _Inflate | None = None
        self._in_member = False
        self._given = self._length = self._crc = 0

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        while True:
            if self._inflate is None and not self._next_member():
                return b""
            if data := self._step(size):
                return data

    def _step(self, size: int) -> bytes:
        from isal import isal_zlib

        inflate = self._inflate
        if inflate is None:
            return b""
        least = min(size, max(LEAST, min(MOST, self._given // 8)))
        data = inflate.decompress(self._some() if inflate.needs_input else b"", least)
        self._given += len(data)
        self._length += len(data)
        self._crc = isal_zlib.crc32(data, self._crc)
        if inflate.eof:
            self._ahead = inflate.unused_data + self._ahead
            self._inflate = None
        return data

    def _next_member(self) -> bool:
        """Check the end of the member before, read the next one's header; False when there is none."""
        from isal import igzip_lib

        if self._in_member:
            self._trailer()
            self._in_member = False
            self._padding()
        if not self._header():
            return False
        self._in_member = True
        self._length = self._crc = 0
        self._inflate = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
        return True

    def _header(self) -> bool:
        magic = self._take(2, or_end=True)
        if not magic:
            return False
        if magic != _MAGIC:
            raise BadGzipError(f"Not a gzipped file ({magic!r})")
        method, flags = self._take(8)[:2]
        if method != _DEFLATE:
            raise BadGzipError("Unknown compression method")
        if flags & _EXTRA:
            self._take(int.from_bytes(self._take(2), "little"))
        for text in (_NAME, _COMMENT):
            while flags & text and self._take(1) != b"\x00":
                pass
        if flags & _HEADER_CRC:
            self._take(2)
        return True

    def _trailer(self) -> None:
        trailer = self._take(8)
        crc, length = int.from_bytes(trailer[:4], "little"), int.from_bytes(trailer[4:], "little")
        if crc != self._crc:
            raise BadGzipError(f"CRC check failed {crc:#x} != {self._crc:#x}")
        if length != self._length & _32_BITS:
            raise BadGzipError("Incorrect length of data produced")

    def _padding(self) -> None:
        while self._ahead or (self._fill() and self._ahead):
            self._ahead = self._ahead.lstrip(b"\x00")
            if self._ahead:
                return

    def _take(self, size: int, *, or_end: bool = False) -> bytes:
        """Exactly `size` bytes; EOFError when there are fewer, but for none at all with `or_end`."""
        while len(self._ahead) < size:
            if not self._fill():
                if or_end and not self._ahead:
                    return b""
                raise EOFError
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        return taken

    def _some(self) -> bytes:
        if not self._ahead and not self._fill():
            raise EOFError
        data, self._ahead = self._ahead, b""
        return data

    def _fill(self) -> bool:
        data = self._inner.read(INPUT)
        self._ahead += data
        return bool(data)
