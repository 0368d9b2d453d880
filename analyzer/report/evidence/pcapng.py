"""Writes pcapng: one section, its interfaces, and enhanced packet blocks with a comment on each.

Little-endian, options in a fixed order, nothing of this computer: the same frames give the same bytes.
References: draft-ietf-opsawg-pcapng, sections 3.5 (options), 4.1 (section header), 4.2 (interface description) and 4.3
(enhanced packet).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from analyzer.model.evidence import CapturedFrame, CaptureInterface

_SECTION, _INTERFACE, _ENHANCED = 0x0A0D0D0A, 1, 6
_BYTE_ORDER, _VERSION, _LENGTH_UNKNOWN = 0x1A2B3C4D, (1, 0), -1
_COMMENT, _SHB_USERAPPL, _IF_NAME, _IF_DESCRIPTION, _IF_TSRESOL, _IF_TSOFFSET = 1, 4, 2, 3, 9, 14
MOST_OF_A_TEXT = 8_000
"""Bytes of a comment or a name; an option could hold 65,535."""


def write_pcapng(
    program: str,
    comment: str,
    interfaces: Sequence[tuple[CaptureInterface, str]],
    frames: Iterable[tuple[CapturedFrame, str]],
) -> bytes:
    """A capture of these frames, in this order. `program` wrote it; each interface comes with its description, each
    frame, whose interface must be among them, with its comment.
    """
    index = {interface: place for place, (interface, _) in enumerate(interfaces)}
    return b"".join(
        (
            _section(program, comment),
            *(_interface(interface, description) for interface, description in interfaces),
            *(_frame(frame, index[frame.interface], said) for frame, said in frames),
        )
    )


def _section(program: str, comment: str) -> bytes:
    head = struct.pack("<IHHq", _BYTE_ORDER, *_VERSION, _LENGTH_UNKNOWN)
    return _block(_SECTION, head + _options((_COMMENT, _text(comment)), (_SHB_USERAPPL, _text(program))))


def _interface(interface: CaptureInterface, description: str) -> bytes:
    options = _options(
        (_IF_NAME, _text(interface.name)),
        (_IF_DESCRIPTION, _text(description)),
        (_IF_TSRESOL, bytes((interface.tsresol,))),
        (_IF_TSOFFSET, struct.pack("<q", interface.offset) if interface.offset else b""),
    )
    return _block(_INTERFACE, struct.pack("<HHI", interface.link_type, 0, interface.snaplen) + options)


def _frame(frame: CapturedFrame, interface: int, comment: str) -> bytes:
    stamp = frame.stamp
    if stamp is None:
        raise ValueError(f"frame {frame.origin.number} of {frame.origin.source} has no time, which its block needs")
    head = struct.pack("<IIIII", interface, stamp >> 32, stamp & 0xFFFFFFFF, len(frame.data), frame.length)
    return _block(_ENHANCED, head + _padded(frame.data) + _options((_COMMENT, _text(comment))))


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def _options(*options: tuple[int, bytes]) -> bytes:
    """The options that have a value, and their end."""
    each = (struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options if value)
    return b"".join(each) + bytes(4)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _text(text: str) -> bytes:
    """The text in UTF-8, cut between characters; no NUL, at which readers end it."""
    encoded = text.replace("\0", "").encode("utf-8", "replace")
    more = len(encoded) - MOST_OF_A_TEXT
    if more <= 0:
        return encoded
    return f"{encoded[:MOST_OF_A_TEXT].decode('utf-8', 'ignore')}… ({more:,} more bytes in run.json)".encode()
