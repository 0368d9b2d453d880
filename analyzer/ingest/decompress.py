"""Compressed files: which compression, told by the first bytes and never by a name, and the plain bytes of it.

References: RFC 1952 (gzip), RFC 8878 (Zstandard), the .xz file format 1.2.1, the LZ4 frame format 1.6, bzip2 1.0.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

from analyzer.ingest.stream import Readable

Compression = Literal["gzip", "zstd", "xz", "lz4", "bzip2"]

_MAGIC: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"BZh", "bzip2"),
)
_BZIP2_BLOCK = (b"1AY&SY", b"\x17rE8P\x90")
_ZSTD_INPUT = 1 << 12  # a zstd block of a few bytes can give 128 KiB: small bites bound the memory


def compression(head: bytes) -> Compression | None:
    """The compression that `head` begins with, or None."""
    for magic, name in _MAGIC:
        if head.startswith(magic) and (name != "bzip2" or head[4:10] in _BZIP2_BLOCK):
            return name
    return None


def decompress(inner: Readable, name: Compression) -> Readable:
    """The plain bytes of `inner`; several members or frames one after the other are one stream.

    A read raises whatever the decompressor does: EOFError when the data is cut, others when it is corrupt.
    """
    if name == "zstd":
        return _Zstandard(inner)
    return _OneRead(_file(inner, name))


class _Buffered(Protocol):
    """What the standard decompressing files have: one bounded read, so that nothing is lost before an error."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes from at most one step of decompression."""


def _file(inner: Readable, name: Compression) -> _Buffered:
    source: Any = inner  # they ask for more than they use: these only read
    if name == "gzip":
        import gzip

        return gzip.GzipFile(fileobj=source, mode="rb")
    if name == "xz":
        import lzma

        return lzma.LZMAFile(source, "rb")
    if name == "bzip2":
        import bz2

        return bz2.BZ2File(source, "rb")
    import lz4.frame

    return lz4.frame.LZ4FrameFile(source, "rb")  # type: ignore[no-any-return]


class _OneRead:
    """Reads step by step: a read that fails must not take the bytes before the fault with it."""

    def __init__(self, file: _Buffered) -> None:
        self._file = file

    def read(self, size: int, /) -> bytes:
        return self._file.read1(size)


class _Zstandard:
    """Frames of Zstandard one after the other; skippable ones are passed over by the library."""

    def __init__(self, inner: Readable) -> None:
        import zstandard

        self._inner = inner
        self._frames = zstandard.ZstdDecompressor()
        self._frame = self._frames.decompressobj()
        self._rest = b""
        self._plain = b""
        self._within = False

    def read(self, size: int, /) -> bytes:
        while not self._plain:
            if not self._step():
                return b""
        data, self._plain = self._plain[:size], self._plain[size:]
        return data

    def _step(self) -> bool:
        """Decompress one bite; False at the end, EOFError when that is within a frame."""
        data = self._rest or self._inner.read(_ZSTD_INPUT)
        self._rest = b""
        if not data:
            if self._within:
                raise EOFError
            return False
        self._plain = self._frame.decompress(data)
        self._within = not self._frame.eof
        if self._frame.eof:
            self._rest = self._frame.unused_data
            self._frame = self._frames.decompressobj()
        return True
