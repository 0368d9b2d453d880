"""A PDF carries its run as an attached file, `run.json`, in a stream of its own.

It is looked for as an embedded file wherever that stands, so that a PDF which another program wrote anew gives it back
too; one that is encrypted does not. Reference: ISO 32000-1, sections 7.3.8 (streams) and 7.11.4 (embedded files).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from analyzer.errors import EvidenceError

MOST_DOCUMENT = 256 << 20
"""Bytes of an attached document."""
_MOST_FILES = 100
_HEAD = _TAIL = 1024
_END = b"%%EOF"
_EMBEDDED = re.compile(rb"/EmbeddedFile\b[^\x00]{0,2000}?>>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})\b(\s+\d{1,5}\s+R\b)?")
_BEGIN = re.compile(rb"\s*\{")


def is_pdf(data: bytes) -> bool:
    """Whether a file is a PDF."""
    return b"%PDF-" in data[:_HEAD]


def document_of_pdf(data: bytes, name: str) -> bytes:
    """The run's document that a PDF carries; :class:`EvidenceError` with `name` where it has none, or several."""
    found = {one for one in _embedded(data, name) if _BEGIN.match(one) and b'"schema_version"' in one}
    if not found and _END not in data[-_TAIL:]:
        raise EvidenceError(f"{name}: is a PDF that was cut short (it has no %%EOF at its end); copy the file again")
    if len(found) != 1:
        raise EvidenceError(
            f"{name}: {f'carries {len(found)} runs' if found else 'is a PDF that carries no run'}; give a run.json"
        )
    return found.pop()


def _embedded(data: bytes, name: str) -> Iterator[bytes]:
    """The contents of the files within the PDF."""
    for place, match in enumerate(_EMBEDDED.finditer(data)):
        if place == _MOST_FILES:
            return
        start = data.rfind(b"obj", 0, match.start())
        head = data[start : match.end()]
        if b"/FlateDecode" in head:
            yield _inflated(memoryview(data)[match.end() :], name)
        elif b"/Filter" not in head:
            yield data[match.end() : match.end() + _length(data, head)]


def _length(data: bytes, head: bytes) -> int:
    """How long a stream is, as its dictionary says, or the object that this names."""
    said = _LENGTH.search(head)
    if said is None or not said[2]:
        return int(said[1]) if said else 0
    elsewhere = re.search(rb"\b%s\s+\d{1,5}\s+obj\b[^<>]{0,200}?\b(\d{1,10})\s+endobj\b" % said[1], data)
    return int(elsewhere[1]) if elsewhere else 0


def _inflated(data: memoryview, name: str) -> bytes:
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(data, MOST_DOCUMENT)
    except zlib.error as error:
        raise EvidenceError(f"{name}: what is attached to it is damaged ({error}); copy the file again") from error
    if not inflate.eof:
        raise EvidenceError(f"{name}: what is attached to it is cut off, or too large; copy the file again")
    return content
