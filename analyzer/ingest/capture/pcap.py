"""The classic pcap container: a 24-byte header, then records of a 16-byte header and a frame.

Microseconds and nanoseconds, both byte orders, and the "modified" variant of old Linux tcpdumps (24-byte record
headers).

References: draft-ietf-opsawg-pcap, sections 4 and 5; https://wiki.wireshark.org/Development/LibpcapFileFormat.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator
from functools import cache
from mmap import mmap

import msgspec

from analyzer.ingest.capture.blocks import LARGEST_FRAME, ByteSource, ContainerNotes, Frame
from analyzer.model.source import Reason

# magic -> (byte order for struct, its name, resolution in ns, its name, bytes of a record header)
_MAGICS: dict[bytes, tuple[str, str, int, str, int]] = {
    b"\xd4\xc3\xb2\xa1": ("<", "little-endian", 1_000, "µs", 16),
    b"\xa1\xb2\xc3\xd4": (">", "big-endian", 1_000, "µs", 16),
    b"\x4d\x3c\xb2\xa1": ("<", "little-endian", 1, "ns", 16),
    b"\xa1\xb2\x3c\x4d": (">", "big-endian", 1, "ns", 16),
    b"\x34\xcd\xb2\xa1": ("<", "little-endian", 1_000, "µs, modified", 24),
    b"\xa1\xb2\xcd\x34": (">", "big-endian", 1_000, "µs, modified", 24),
}
MAGICS = frozenset(_MAGICS)

_MAJOR = 2
_RESERVED_BITS = 0x03FF0000
_LINK_TYPE_BITS = 0x0000FFFF


def read_pcap(source: ByteSource, notes: ContainerNotes) -> Iterator[Frame]:
    """The frames of a pcap stream; where it is cut or damaged, `notes` says so and the frames before stand."""
    layout = read_layout(source, notes)
    if layout is not None:
        yield from records(source, notes, layout)


def read_layout(source: ByteSource, notes: ContainerNotes) -> Layout | None:
    """Read the file header; None where it can't be read, and `notes` says why."""
    head = source.take(24)
    order, order_name, resolution, unit, record_size = _MAGICS[head[:4]]
    notes.format = f"pcap, {unit}, {order_name}"
    if len(head) < 24:
        notes.stop(len(head), Reason("cut-in-pcap-header"))
        return None
    _, major, minor, _, _, snaplen, network = struct.unpack_from(order + "IHHIIII", head)
    if major != _MAJOR:
        notes.stop(4, Reason("unknown-pcap-version", detail=f"{major}.{minor}"))
        return None
    if network & _RESERVED_BITS:
        notes.stop(20, Reason("link-type-reserved", found=network))
        return None
    # Before version 2.4 the original length stood first; some writers of 2.3 had the later order already (libpcap).
    swapped = Swapped.NEVER
    if major == 2 and minor <= 3:
        swapped = Swapped.IF_LARGER if minor == 3 else Swapped.ALWAYS
    return Layout(order, record_size, resolution, network & _LINK_TYPE_BITS, swapped, snaplen)


class Swapped(enum.IntEnum):
    """When the two lengths of a record header have changed places."""

    NEVER = 0
    IF_LARGER = 1
    ALWAYS = 2


class Layout(msgspec.Struct, frozen=True):
    """How the records of a file are to be read: `order` as struct has it, `resolution` in ns."""

    order: str
    head_size: int
    resolution: int
    link_type: int
    swapped: Swapped
    snaplen: int

    @property
    def units(self) -> int:
        """How many units of a stamp make a second."""
        return 1_000_000_000 // self.resolution


def pass_over(source: ByteSource, layout: Layout, count: int) -> int:
    """Pass over `count` frames, or as many as there are, and make nothing of them; how many those were."""
    passed = 0
    while passed < count:
        window = source.window()
        few, position = _whole(window, layout, count - passed)
        source.advance(position)
        passed += few
        damaged = window[2] - position >= layout.head_size + LARGEST_FRAME  # where any record would have been whole
        if passed < count and (damaged or not source.more()):
            break
    return passed


def _whole(window: tuple[mmap, int, int], layout: Layout, most: int) -> tuple[int, int]:
    """How many records, `most` at most, are whole in the window, and where the next one begins."""
    unpack = _lengths(layout.order).unpack_from
    buffer, position, end = window
    head_size, swapped, last = layout.head_size, layout.swapped, end - layout.head_size
    for few in range(most):
        if position > last:
            return few, position
        captured, length = unpack(buffer, position)
        if swapped and (captured > length or swapped == Swapped.ALWAYS):
            captured = length
        following = position + head_size + captured
        if following > end or captured > LARGEST_FRAME:
            return few, position
        position = following
    return most, position


@cache
def _lengths(order: str) -> struct.Struct:
    """The captured and the original length in a record's header."""
    return struct.Struct(order + "8xII")


def records(source: ByteSource, notes: ContainerNotes, layout: Layout, number: int = 0) -> Iterator[Frame]:
    """The frames after frame `number`."""
    unpack = struct.Struct(layout.order + "IIII").unpack_from
    record_size, resolution, link_type, units = layout.head_size, layout.resolution, layout.link_type, layout.units
    take = source.take
    while head := take(record_size):
        number += 1
        if len(head) < record_size:
            notes.stop(source.offset, Reason("cut-in-record-header", frame=number))
            return
        seconds, fraction, captured, length = unpack(head)
        if layout.swapped == Swapped.ALWAYS or (layout.swapped == Swapped.IF_LARGER and captured > length):
            captured, length = length, captured
        if captured > LARGEST_FRAME:
            at = source.offset - record_size
            notes.stop(at, Reason("frame-beyond-limit", frame=number, found=captured, expected=LARGEST_FRAME))
            return
        data = take(captured)
        if len(data) < captured:
            notes.stop(source.offset, Reason("cut-in-frame", frame=number, found=len(data), expected=captured))
            return
        ts = seconds * 1_000_000_000 + fraction * resolution
        yield Frame(number, 0, link_type, ts, resolution, length, data, seconds * units + fraction)
