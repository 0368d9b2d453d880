"""The directions of the TCP connections in a block of frames: where each begins and ends, and what its frames hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.lab.simulate.output.taps import Frames
from analyzer.lab.simulate.wire.frames import SYN

NEW_CONNECTION = 1 << 20  # a connection that begins in the block has other initial numbers in the next
IP, TCP = 14, 34
MASK = 0xFFFFFFFF
Way = tuple[bytes, bytes]  # (addresses, ports) of one direction


@dataclass(slots=True)
class Flow:
    """One direction of a connection in the block."""

    first: int
    after: int
    frames: int = 0
    begins: bool = False
    xids: set[int] = field(default_factory=set)

    @property
    def moves(self) -> int:
        """How far its sequence numbers go on from one repetition to the next."""
        return NEW_CONNECTION if self.begins else (self.after - self.first) & MASK


def flows_of(frames: Frames) -> dict[Way, Flow]:
    """Each direction of each connection: where its sequence numbers begin and end in the block."""
    found: dict[Way, Flow] = {}
    for _, frame in frames:
        if not is_tcp(frame):
            continue
        way = way_of(frame)
        seq = int.from_bytes(frame[TCP + 4 : TCP + 8], "big")
        size = int.from_bytes(frame[IP + 2 : IP + 4], "big") - 20 - 4 * (frame[TCP + 12] >> 4)
        flow = found.setdefault(way, Flow(seq, seq))
        flow.frames += 1
        flow.after = (seq + size) & MASK
        if frame[TCP + 13] & SYN:
            flow.begins = True
        if (xid := xid_of(frame)) is not None:
            flow.xids.add(xid)
    return found


def is_tcp(frame: bytes) -> bool:
    """Whether the frame is TCP over IPv4 without a tag."""
    return frame[12:14] == b"\x08\x00" and frame[23] == 6


def way_of(frame: bytes) -> Way:
    """The direction that the segment goes."""
    return frame[26:34], frame[34:38]


def way_back(frame: bytes) -> Way:
    """The direction of what answers it."""
    return frame[30:34] + frame[26:30], frame[36:38] + frame[34:36]


def xid_of(frame: bytes) -> int | None:
    """The XID of a segment that begins with an RPC message: a whole last fragment, a call or a reply (RFC 5531, 9)."""
    start = TCP + 4 * (frame[TCP + 12] >> 4)
    if start != TCP + 32 or len(frame) < start + 12 or b"\x08\x01" not in (frame[34:36], frame[36:38]):
        return None
    message = frame[start : start + 12]
    if message[0] & 0x80 and message[8:12] in (bytes(4), b"\0\0\0\1"):
        return int.from_bytes(message[4:8], "big")
    return None


def ip_rest(frame: bytes) -> int:
    """The sum of the IPv4 header without its identification and checksum."""
    return (-int.from_bytes(frame[IP + 10 : IP + 12], "big") - int.from_bytes(frame[IP + 4 : IP + 6], "big")) % 65535
