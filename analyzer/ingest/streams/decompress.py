"""Compressed files: which compression, told by the first bytes and never by a name, and the plain bytes of it.

References: RFC 1952 (gzip), RFC 8878 (Zstandard), the .xz file format 1.2.1, the LZ4 frame format 1.6, bzip2 1.0.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

from analyzer.ingest.streams.gzip_members import GzipMembers
from analyzer.ingest.streams.stream import BrokenOffError, Readable
from analyzer.ingest.streams.zstd_frames import ZstdFrames
from analyzer.model.source import Reason

Compression = Literal["gzip", "zstd", "xz", "lz4", "bzip2"]

_MAGIC: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"BZh", "bzip2"),
)
STEP = 1 << 16
"""Bytes that one step of a decompressor of the standard kind may give."""
_BZIP2_BLOCK = (b"1AY&SY", b"\x17rE8P\x90")


def compression(head: bytes) -> Compression | None:
    """The compression that `head` begins with, or None."""
    for magic, name in _MAGIC:
        if head.startswith(magic) and (name != "bzip2" or head[4:10] in _BZIP2_BLOCK):
            return name
    return None


def decompress(inner: Readable, name: Compression) -> Readable:
    """The plain bytes of `inner`; several members or frames in a row are one stream.

    A read raises EOFError when the data is cut, and :class:`BrokenOffError` when it is damaged.
    """
    return Checked(_decompressor(inner, name))


def _decompressor(inner: Readable, name: Compression) -> Readable:
    source: Any = inner  # they ask for more than they use: these only read
    if name == "gzip":
        return GzipMembers(inner)
    if name == "zstd":
        return ZstdFrames(inner)
    if name == "xz":
        import lzma

        return OneRead(lzma.LZMAFile(source, "rb"))
    if name == "bzip2":
        import bz2

        return OneRead(bz2.BZ2File(source, "rb"))
    import lz4.frame

    return OneRead(lz4.frame.LZ4FrameFile(source, "rb"))


class _Buffered(Protocol):
    """What the standard decompressing files have: one bounded read, so that nothing is lost before an error."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes from at most one step of decompression."""


class OneRead:
    """Reads in small steps: a read that fails must not take the bytes before the fault with it."""

    def __init__(self, file: _Buffered) -> None:
        self._file = file

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        return self._file.read1(min(size, STEP))


class Checked:
    """Bytes whose reader raises what its library does where the data is damaged: here that has one name."""

    def __init__(self, inner: Readable) -> None:
        self._inner = inner

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end; EOFError when the data is cut, else :class:`BrokenOffError`."""
        try:
            return self._inner.read(size)
        except (BrokenOffError, EOFError, MemoryError):
            raise
        except Exception as error:
            raise BrokenOffError(Reason("data-damaged")) from error
