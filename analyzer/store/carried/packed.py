"""A run's document, compressed: by xz, whose check tells damage, and never more than a bound either way."""

from __future__ import annotations

import lzma

from analyzer.errors import EvidenceError

MOST_PACKED = 1 << 20
"""Bytes that a carried document has at most when it is compressed."""
MOST_DOCUMENT = 64 << 20
"""Bytes that it has at most otherwise."""
_AT_ONCE = 1 << 20
_SMALL = 1 << 18  # bytes of a usual run's document: text (`pb`), packed as small as can be
_BEST, _QUICK = 9 | lzma.PRESET_EXTREME, 1  # the latter: a quarter larger, in a twentieth of the time
_MEMORY = 64 << 20


def packed(document: bytes) -> bytes | None:
    """The document as xz; None where it is beyond what is carried."""
    if len(document) > MOST_DOCUMENT:
        return None
    effort = {"preset": _BEST, "pb": 0, "dict_size": _SMALL} if len(document) <= _SMALL else {"preset": _QUICK}
    compressor, parts, size = lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2, **effort}]), [], 0
    for start in range(0, len(document), _AT_ONCE):
        parts.append(compressor.compress(document[start : start + _AT_ONCE]))
        size += len(parts[-1])
        if size > MOST_PACKED:  # the rest would take its time for nothing
            return None
    whole = b"".join((*parts, compressor.flush()))
    return whole if len(whole) <= MOST_PACKED else None


def unpacked(data: bytes, name: str) -> bytes:
    """The document; :class:`EvidenceError` with `name` where `data` is damaged, or expands beyond the bound."""
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
    try:
        document = decompressor.decompress(data, MOST_DOCUMENT)
    except (lzma.LZMAError, EOFError) as error:
        raise EvidenceError(f"{name}: the run that it carries is damaged ({error}); copy the file again") from error
    if not decompressor.eof:
        what = "is cut off" if decompressor.needs_input else f"expands to more than {MOST_DOCUMENT >> 20} MB"
        raise EvidenceError(f"{name}: the run that it carries {what}; copy the file again, or give the run.json")
    return document
