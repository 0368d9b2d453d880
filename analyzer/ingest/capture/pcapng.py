"""The pcapng container: sections of blocks, each section with its byte order, interfaces and time units.

Enhanced, simple and obsolete packet blocks give frames; interface statistics give drops; comments are kept; name
resolution, decryption secrets and custom blocks are passed over, and others too, which is noted by their types.

References: draft-ietf-opsawg-pcapng, section 4 (blocks) and 3.5 (options).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from analyzer.ingest.capture.blocks import LARGEST_FRAME, ByteSource, ContainerNotes, Frame
from analyzer.model.source import Reason

MAGIC = b"\x0a\x0d\x0d\x0a"

_INTERFACE, _PACKET, _SIMPLE, _STATISTICS, _ENHANCED = 1, 2, 3, 5, 6
_SECTION = 0x0A0D0D0A
_CUSTOM = frozenset({0x00000BAD, 0x40000BAD})
_SYSTEM_CALLS = frozenset({0x00000204, 0x00000216, 0x00000221})
_NUMBERED = frozenset({*_CUSTOM, 0x00000009, *_SYSTEM_CALLS})
"""Custom blocks, systemd journal entries, system calls: no packets, but Wireshark gives each a frame number."""
_NAMES, _SECRETS = 0x00000004, 0x0000000A
_KNOWN = frozenset({*_CUSTOM, 0x00000009, _NAMES, _SECRETS})
_LARGEST_BLOCK = 16 << 20
_VERSIONS = {(1, 0), (1, 2)}  # what Wireshark takes
_COMMENT, _IF_NAME, _IF_TSRESOL, _IF_TSOFFSET, _ISB_IFDROP = 1, 2, 9, 14, 5
_NS = 1_000_000_000
COMMENTS_AT_MOST, LONGEST_TEXT = 1000, 1000
"""Comments that are kept of a file, the first ones; characters that are kept of each, and of a name."""
INTERFACES_AT_MOST = 1 << 16
"""Interfaces that a section may describe."""
LATEST = 9_000_000_000
"""Seconds since the epoch (in the year 2255); a later stamp is none."""


class Interface(msgspec.Struct):
    """An interface description: `units` of its time field make a second (`tsresol` says so as recorded); `offset` is
    in s.
    """

    link_type: int
    snaplen: int
    units: int = 1_000_000
    offset: int = 0
    drops: int = 0
    tsresol: int = 6
    name: str = ""

    @property
    def resolution(self) -> int:
        """What the least digit of its time field means, ns."""
        return max(1, -(-_NS // self.units))


_EMPTY_SECTION = 16
"""Bytes of a section header's body without options: byte order, version, and the length of its section."""


class _DamagedError(Exception):
    """A block contradicts itself: reading stops there."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class PcapngReader:
    """Reads one pcapng stream: iterate :meth:`frames` once, or :meth:`step` through its blocks.

    `order` (as struct has it), `interfaces` and `number` (of the last frame) are those of where reading stands; a scan
    that reads blocks by itself says how far `number` has come.
    """

    def __init__(self, source: ByteSource, notes: ContainerNotes) -> None:
        self._source = source
        self._notes = notes
        self.order = "<"
        self.interfaces: list[Interface] = []
        self.number = 0
        self._orders: tuple[str, ...] = ()
        self.ended = False

    def frames(self) -> Iterator[Frame]:
        """The frames in order; where the stream is cut or damaged, the notes say so and the frames before stand."""
        while not self.ended:
            frame = self.step()
            if frame is not None:
                yield frame

    def step(self) -> Frame | None:
        """Read one block, and give the frame in it if it holds one; :attr:`ended` says whether it was the last."""
        start = self._source.offset
        try:
            if head := self._source.peek(12):
                kind, body = self._block(head)
                frame = self._read(kind, body)
                if kind == _SECTION and len(body) == _EMPTY_SECTION:  # a file may have millions of the same
                    self._source.pass_repeats(head[:8] + body + head[4:8])
                return frame
        except _DamagedError as damage:
            self._notes.stop(start, damage.reason)
        except struct.error:
            self._notes.stop(start, Reason("block-too-short"))
        self.ended = True
        self._close_section()
        return None

    def _block(self, head: bytes) -> tuple[int, bytes]:
        """The next block's type and body. An unknown block can be huge: it is passed over and its body is empty."""
        if head[:4] == MAGIC:
            self._new_section(head)
        if len(head) < 12:
            raise _DamagedError(Reason("cut-in-block-header", frame=self.number))
        kind, length = struct.unpack_from(self.order + "II", head)
        if length < 12 or length % 4:
            raise _DamagedError(Reason("block-of-odd-length", found=length))
        if length > _LARGEST_BLOCK:
            if kind in (_SECTION, _INTERFACE, _PACKET, _SIMPLE, _STATISTICS, _ENHANCED):
                raise _DamagedError(Reason("block-beyond-limit", found=length, expected=_LARGEST_BLOCK))
            if self._source.skip(length) < length:
                raise _DamagedError(Reason("cut-in-large-block", frame=self.number))
            return kind, b""
        block = self._source.take(length)
        if len(block) < length:
            raise _DamagedError(Reason("cut-in-block", frame=self.number, found=len(block), expected=length))
        (again,) = struct.unpack_from(self.order + "I", block, length - 4)
        if again != length:
            raise _DamagedError(Reason("block-of-two-lengths", found=length, expected=again))
        return kind, block[8:-4]

    def _new_section(self, head: bytes) -> None:
        order = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}.get(head[8:12])
        if order is None:
            if len(head) < 12:
                raise _DamagedError(Reason("cut-in-section-header"))
            raise _DamagedError(Reason("unknown-byte-order", detail=head[8:12].hex()))
        self._close_section()
        self.order = order
        self.interfaces = []
        named = "little-endian" if order == "<" else "big-endian"
        if named not in self._orders:  # a file may have millions of sections
            self._orders = (*self._orders, named)
        self._notes.format = "pcapng, " + " and ".join(self._orders)

    def _close_section(self) -> None:
        self._notes.drops += sum(interface.drops for interface in self.interfaces)
        for interface in self.interfaces:
            interface.drops = 0

    def _read(self, kind: int, body: bytes) -> Frame | None:
        if kind == _ENHANCED:
            interface, high, low, captured, length = struct.unpack_from(self.order + "IIIII", body)
            return self._frame(interface, high << 32 | low, captured, length, body, 20)
        if kind == _SIMPLE:
            return self._simple(body)
        if kind == _PACKET:
            interface, _, high, low, captured, length = struct.unpack_from(self.order + "HHIIII", body)
            return self._frame(interface, high << 32 | low, captured, length, body, 20)
        if kind == _INTERFACE:
            self._describe(body)
        elif kind == _SECTION:
            self._section(body)
        elif kind == _STATISTICS:
            self._statistics(body)
        else:
            self._pass_over(kind)
        return None

    def _pass_over(self, kind: int) -> None:
        if kind in _NUMBERED:
            self.number += 1
            self._notes.passed += 1
        if kind not in _KNOWN:
            self._notes.pass_over(kind)

    def _section(self, body: bytes) -> None:
        version = struct.unpack_from(self.order + "HH", body, 4)
        if version not in _VERSIONS:
            raise _DamagedError(Reason("unknown-version", detail=f"{version[0]}.{version[1]}"))
        for code, value in self._options(body, 16):
            if code == _COMMENT:
                self._comment(_text(value))

    def _describe(self, body: bytes) -> None:
        link_type, _, snaplen = struct.unpack_from(self.order + "HHI", body)
        interface = Interface(link_type, snaplen)
        for code, value in self._options(body, 8):
            if code == _IF_TSRESOL and len(value) == 1:
                # The high bit tells a power of 2 from a power of 10 (section 4.2, if_tsresol).
                interface.units = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
                interface.tsresol = value[0]
            elif code == _IF_TSOFFSET and len(value) == 8:
                (interface.offset,) = struct.unpack(self.order + "q", value)
            elif code == _IF_NAME:
                interface.name = _text(value)
            elif code == _COMMENT:
                self._comment(_text(value))
        if len(self.interfaces) >= INTERFACES_AT_MOST:
            raise _DamagedError(Reason("too-many-interfaces", expected=INTERFACES_AT_MOST))
        self.interfaces.append(interface)

    def _statistics(self, body: bytes) -> None:
        (index,) = struct.unpack_from(self.order + "I", body)
        if index >= len(self.interfaces):
            return
        for code, value in self._options(body, 12):
            if code == _ISB_IFDROP and len(value) == 8:
                # Counted from the capture's start, so the last block of an interface says it all.
                (self.interfaces[index].drops,) = struct.unpack(self.order + "Q", value)

    def _simple(self, body: bytes) -> Frame:
        (length,) = struct.unpack_from(self.order + "I", body)
        snaplen = self.interfaces[0].snaplen if self.interfaces else 0
        captured = min(length, snaplen) if snaplen else length
        return self._frame(0, None, captured, length, body, 4)

    def _frame(self, index: int, stamp: int | None, captured: int, length: int, body: bytes, at: int) -> Frame:
        number = self.number + 1
        if index >= len(self.interfaces):
            raise _DamagedError(Reason("frame-of-no-interface", frame=number, found=index))
        if captured > LARGEST_FRAME:
            raise _DamagedError(
                Reason("block-frame-beyond-limit", frame=number, found=captured, expected=LARGEST_FRAME)
            )
        data = body[at : at + captured]
        if len(data) < captured:
            raise _DamagedError(Reason("frame-beyond-block", frame=number, found=captured, expected=len(data)))
        self.number = number
        interface = self.interfaces[index]
        ts = None if stamp is None else stamp * _NS // interface.units + interface.offset * _NS
        if ts is not None and not 0 <= ts <= LATEST * _NS:
            ts = None
        padded = at + captured + (-captured % 4)
        if stamp is not None and len(body) > padded + 4:
            self._frame_comments(number, body, padded)
        return Frame(number, index, interface.link_type, ts, interface.resolution, length, data, stamp)

    def _frame_comments(self, number: int, body: bytes, at: int) -> None:
        for code, value in self._options(body, at):
            if code == _COMMENT:
                self._comment(f"frame {number}: {_text(value)}")

    def _comment(self, text: str) -> None:
        if len(self._notes.comments) < COMMENTS_AT_MOST:
            self._notes.comments.append(text)
        else:
            self._notes.further_comments += 1

    def _options(self, body: bytes, at: int) -> Iterator[tuple[int, bytes]]:
        """The options from offset `at`; a cut list ends quietly, as a block is complete without them."""
        while at + 4 <= len(body):
            code, length = struct.unpack_from(self.order + "HH", body, at)
            value = body[at + 4 : at + 4 + length]
            if code == 0 or len(value) < length:
                return
            yield code, value
            at += 4 + length + (-length % 4)


def _text(value: bytes) -> str:
    text = value.decode("utf-8", "replace").rstrip("\0")
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} … ({len(text)} characters)"
