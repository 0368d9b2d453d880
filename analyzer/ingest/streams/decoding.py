"""Text as logs are read: UTF-8 or latin-1 lines, without what an editor, a console or a broken disk left in them.

UTF-16 and UTF-32 (with a mark, UTF-16 without one too) become UTF-8; a mark, carriage returns, NULs, colours and other
commands to a terminal go, and what was typed and taken back (backspace). Where a text has carriage returns and no line
feed, they end its lines; else the number of a line never changes. Whoever looks at the text, at its beginning or at all
of it, gets it from here, so that all see the same.
"""

from __future__ import annotations

import codecs
import re
from typing import Literal

from analyzer.ingest.streams.stream import Readable

Encoding = Literal["UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"]

_MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF32_LE, "UTF-32LE"),
    (codecs.BOM_UTF32_BE, "UTF-32BE"),
    (codecs.BOM_UTF16_LE, "UTF-16LE"),
    (codecs.BOM_UTF16_BE, "UTF-16BE"),
)
_UTF8_MARK, _STRAY_MARKS = codecs.BOM_UTF8, re.compile(rb"(?m)^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")
_LOOKED_AT = 1 << 12
_LONGEST_HELD = 1 << 16
_STEP = 1 << 17
"""Bytes that are looked at together: what a core's cache holds is looked at several times at the cost of once."""

_BINARY = (
    b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a",
    b"\x34\xcd\xb2\xa1", b"\xa1\xb2\xcd\x34", b"snoop\x00\x00\x00", b"XCP\x00", b"VL\x00\x00", b"GMBU", b"RTSS",
)  # fmt: skip
"""How a capture begins (pcap, pcapng, snoop, NetXRay, Network Monitor): many NULs and few other control characters
could make it look like text, whose NULs are taken out."""
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_TOLERATED = b"\x00\x07\x08\x0b\x0c\x0e\x0f\x1b\x7f"
_CONTROL = bytes(sorted({*range(0x20), 0x7F} - {*_PLAIN, *_TOLERATED}))
_REMOVED = bytes(sorted({*range(0x20), 0x7F} - {*b"\t\n\x08"}))

_UNCLEAN = (b"\x00", b"\x1b", b"\r", b"\x08", b"\xc2", b"\xef")
"""One of these is in a block that has to be cleaned; other control characters are left to the reader of a line."""
_TERMINAL = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colours, the cursor
    rb"|\][^\x07\x1b\n]{0,500}(?:\x07|\x1b\\)"  # a window's title
    rb"|[PX^_][^\x1b\n]{0,500}\x1b\\"
    rb"|[ -/]{1,4}[0-~]|[0-Z\\^-~])"  # character sets, keypad modes
)


def encoding_of(head: bytes) -> Encoding | None:
    """The encoding of the text that begins with `head`; None when it is no text. Latin-1 counts as UTF-8 here."""
    if head.startswith(_BINARY):
        return None
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding if _is_text(head, encoding) else None
    return next((e for e in ("UTF-16LE", "UTF-16BE", "UTF-8") if _looks_like(head, e) and _is_text(head, e)), None)


def _looks_like(head: bytes, encoding: Encoding) -> bool:
    """Whether NULs stand where the encoding has them in a text that is mostly ASCII."""
    if encoding == "UTF-8":
        return True
    looked = head[: min(len(head), _LOOKED_AT) & ~1]
    high = looked[1::2] if encoding == "UTF-16LE" else looked[::2]
    low = looked[::2] if encoding == "UTF-16LE" else looked[1::2]
    return len(looked) >= 8 and high.count(0) * 10 >= len(high) * 9 and low.count(0) * 10 <= len(low)


def _is_text(head: bytes, encoding: Encoding) -> bool:
    """Whether nearly all of it is printable, but for NULs: a disk that lost power leaves stretches of them."""
    if encoding != "UTF-8":
        head = head.decode(encoding, "replace").encode()
    plain = len(head) - len(head.translate(None, _PLAIN))
    control = len(head) - len(head.translate(None, _CONTROL))
    other = len(head) - head.count(0) - plain
    return plain > 0 and control * 50 <= plain and other <= 4 * plain


class Decoded:
    """The bytes of a text, as the module says; a block that is clean is handed on as it is."""

    def __init__(self, inner: Readable, encoding: Encoding) -> None:
        self._inner = inner
        self._decoder = None if encoding == "UTF-8" else codecs.getincrementaldecoder(encoding)("replace")
        self._held = self._ready = b""
        self._begun = self._ended = self._returns = False

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        while not self._ready and not self._ended:
            block = self._inner.read(min(size, _STEP))
            self._ended = not block
            self._ready = self._next(block)
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def _next(self, block: bytes) -> bytes:
        """What can be handed on after `block` (none: the end)."""
        data = self._decoder.decode(block, final=not block).encode() if self._decoder else block
        if not self._begun:
            data, self._held = self._held + data, b""
            if block and b"\n" not in data and len(data) < _LOOKED_AT:
                self._held = data
                return b""
            data, self._begun = data.removeprefix(_UTF8_MARK), True
            self._returns = b"\n" not in data and b"\r" in data[:-1]
        if self._returns:
            data = data.replace(b"\r", b"\n")
        if not self._held and not any(byte in data for byte in _UNCLEAN):
            return data
        data, self._held = self._held + data, b""
        if block:
            end = data.rfind(b"\n") + 1
            if len(data) - end <= _LONGEST_HELD:
                data, self._held = data[:end], data[end:]
        return cleaned(data)


def cleaned(data: bytes) -> bytes:
    """The text of whole lines without marks, control characters and what was taken back; tabs and line ends stay."""
    if b"\x1b" in data:
        data = _TERMINAL.sub(b"", data)
    data = data.translate(None, _REMOVED).replace(b"\xc2\xa0", b" ")
    if b"\x08" in data:
        data = b"\n".join(_taken_back(line) if b"\x08" in line else line for line in data.split(b"\n"))
    return _STRAY_MARKS.sub(b"", data) if _UTF8_MARK in data or b"\xff" in data or b"\xfe" in data else data


def _taken_back(line: bytes) -> bytes:
    """A line in which each backspace took the character before it."""
    kept = bytearray()
    for byte in line:
        if byte != 0x08:
            kept.append(byte)
        elif kept:
            kept.pop()
    return bytes(kept)
