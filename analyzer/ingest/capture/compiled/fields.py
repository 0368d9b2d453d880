"""Integers in a frame: big-endian as networks have them (RFC 791, appendix B), or in a capture file's own order.

Offsets are made unsigned, so that no negative index has to be looked for and the bytes are loaded at once. Bytes
come in a record (:data:`~analyzer.ingest.capture.compiled.layout.BLOCK`): a kernel gets one by its address, without
counting references as it would for an array.
"""

from __future__ import annotations

import numpy as np

from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import Block, int64

_1, _2, _3 = np.uintp(1), np.uintp(2), np.uintp(3)


@compiled
def u8(data: Block, at: int) -> int:
    """One byte."""
    return int64(data.octets[np.uintp(at)])


@compiled
def u16(data: Block, at: int) -> int:
    """Two bytes, the high one first."""
    i = np.uintp(at)
    return int64(np.uint32(data.octets[i]) << np.uint32(8) | np.uint32(data.octets[i + _1]))


@compiled
def u32(data: Block, at: int) -> int:
    """Four bytes, the highest first."""
    i = np.uintp(at)
    return int64(
        np.uint32(data.octets[i]) << np.uint32(24)
        | np.uint32(data.octets[i + _1]) << np.uint32(16)
        | np.uint32(data.octets[i + _2]) << np.uint32(8)
        | np.uint32(data.octets[i + _3])
    )


@compiled
def u48(data: Block, at: int) -> int:
    """A MAC."""
    return u16(data, at) << 32 | u32(data, at + 2)


@compiled
def u64(data: Block, at: int) -> int:
    """Eight bytes, the highest first, as a signed integer."""
    return u32(data, at) << 32 | u32(data, at + 4)


@compiled
def little32(data: Block, at: int) -> int:
    """Four bytes, the lowest first."""
    i = np.uintp(at)
    return int64(
        np.uint32(data.octets[i + _3]) << np.uint32(24)
        | np.uint32(data.octets[i + _2]) << np.uint32(16)
        | np.uint32(data.octets[i + _1]) << np.uint32(8)
        | np.uint32(data.octets[i])
    )


@compiled
def ordered16(data: Block, at: int, big: int) -> int:
    """Two bytes in the file's order."""
    return u16(data, at) if big else u8(data, at + 1) << 8 | u8(data, at)


@compiled
def ordered32(data: Block, at: int, big: int) -> int:
    """Four bytes in the file's order."""
    return u32(data, at) if big else little32(data, at)
