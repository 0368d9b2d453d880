"""Steady traffic as a template: the same frames again and again, with stamps, sequence numbers, IPv4
identifications, XIDs and checksums moved on, many at a time.

What changes from one repetition to the next is linear: a connection's sequence numbers move on by the bytes that it
sent in the block. Checksums follow from the changed fields, modulo 65535 (RFC 1624).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.lab.simulate.captures import record_shape, written
from analyzer.lab.simulate.evidence import Evidence
from analyzer.lab.simulate.taps import Frames
from analyzer.model.instant import MILLISECOND, SECOND

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TILE = 8_000_000  # bytes that are made at once
NEW_CONNECTION = 1 << 20  # a connection that begins in the block has other initial numbers in the next
IP, TCP = 14, 34
SYN, ACK, RST = 2, 16, 4
_MASK = 0xFFFFFFFF
_Way = tuple[bytes, bytes]  # (addresses, ports) of one direction


@dataclass(slots=True)
class _Flow:
    """One direction of a connection in the block."""

    first: int
    after: int
    frames: int = 0
    begins: bool = False
    xids: set[int] = field(default_factory=set)

    @property
    def moves(self) -> int:
        return NEW_CONNECTION if self.begins else (self.after - self.first) & _MASK


class Template:
    """The block `frames`, of `period` ns (whole seconds), to be written in the shape of `evidence`."""

    def __init__(self, frames: Frames, period: int, evidence: Evidence) -> None:
        import numpy as np

        self.period = period
        self._flows = _flows(frames)
        head, record, _ = record_shape(evidence)
        body = np.frombuffer(written(frames, evidence), np.uint8)[head:]
        self.size = len(body)
        self._copies = max(1, TILE // max(1, self.size))
        self._ng = evidence.format == "pcapng"
        self._lay_out(frames, evidence, record)
        self._tile = np.concatenate([np.tile(body, self._copies), np.zeros(16, np.uint8)])

    def repeated(self, first: int, last: int) -> Iterator[memoryview]:
        """The bytes of repetitions `first` to `last` - 1; 0 is the block itself, those before it are negative."""
        for start in range(first, last, self._copies):
            count = min(self._copies, last - start)
            yield self._made(start)[: count * self.size]

    def _made(self, start: int) -> memoryview:
        """The tile with the repetitions from `start` on. It is used again for the next."""
        import numpy as np

        turns = (np.arange(self._copies, dtype=np.int64) + start).repeat(len(self._bases))
        values = (self._all_bases + turns[:, None] * self._all_moves) & _MASK
        sums = (self._all_rests + values.sum(axis=1)) % 65535
        idents = (self._all_idents + turns * self._all_ident_moves) & 0xFFFF
        ip_sums = (self._all_ip_rests + idents) % 65535
        self._put(self._all_places, values.astype(">u4"))
        self._put(self._all_words[:, 0], idents.astype(">u2"))
        self._put(self._all_words[:, 1], ((65535 - ip_sums) % 65535).astype(">u2"))
        self._put(self._all_words[:, 2], ((65535 - sums) % 65535).astype(">u2"))
        self._stamp(start)
        return self._tile.data

    def _stamp(self, start: int) -> None:
        """The records' own stamps: seconds in pcap, 64 bits of ns in two halves in pcapng."""
        import numpy as np

        turns = (np.arange(self._copies, dtype=np.int64) + start).repeat(len(self._times))
        times = self._all_times + turns * self.period
        if self._ng:
            self._put(self._all_stamps, (times >> 32).astype("<u4"))
            self._put(self._all_stamps + 4, (times & _MASK).astype("<u4"))
        else:
            self._put(self._all_stamps, (times // SECOND).astype("<u4"))

    def _put(self, places: NDArray[np.int64], values: NDArray[np.generic]) -> None:
        """Write each value's bytes at its place in the tile."""
        import numpy as np

        width = values.dtype.itemsize
        octets = np.ascontiguousarray(values).view(np.uint8).reshape(*places.shape, width)
        for place in range(width):
            self._tile[places + place] = octets[..., place]

    # --- where everything stands ------------------------------------------------------------------------------------

    def _lay_out(self, frames: Frames, evidence: Evidence, record: int) -> None:
        import numpy as np

        snaplen, (_, _, trailer) = evidence.snaplen or _MASK, record_shape(evidence)
        scratch = self.size * self._copies  # what the snapshot length cut off is written here
        offset, rows, stamps = 0, [], []
        for _, frame in frames:
            kept = min(len(frame), snaplen)
            stamps.append(offset + (12 if self._ng else 0))
            if frame[12:14] == b"\x08\x00" and frame[23] == 6:
                rows.append(self._row(frame, offset + record, kept, scratch))
            offset += record + kept + (-kept % 4 if self._ng else 0) + trailer
        grid = np.array(rows, np.int64).reshape(-1, 21)
        self._bases = grid[:, 5:10]
        self._times = np.array([at for at, _ in frames], np.int64)
        turns = np.arange(self._copies, dtype=np.int64) * self.size
        shift = turns.repeat(len(grid))
        everything = np.tile(grid, (self._copies, 1))
        places = everything[:, 0:5]
        self._all_places = np.where(places == scratch, scratch, places + shift[:, None])
        self._all_bases, self._all_moves = everything[:, 5:10], everything[:, 10:15]
        self._all_rests = everything[:, 15]
        words = everything[:, 16:19]
        self._all_words = np.where(words == scratch, scratch, words + shift[:, None])
        self._all_idents, self._all_ident_moves = everything[:, 19], everything[:, 20]
        rests = np.array([_ip_rest(frame) for _, frame in frames if _is_tcp(frame)], np.int64)
        self._all_ip_rests = np.tile(rests, self._copies)
        self._all_times = np.tile(self._times, self._copies)
        self._all_stamps = np.tile(np.array(stamps, np.int64), self._copies) + turns.repeat(len(stamps))

    def _row(self, frame: bytes, start: int, kept: int, scratch: int) -> list[int]:
        """Places, values and moves of a segment's fields (seq, ack, TSval, TSecr, XID), the rest of its checksum, the
        places of identification and checksums, the identification and its move.
        """
        way, back = _way(frame), _back(frame)
        flow = self._flows[way]
        other = self._flows.get(back)
        flags, ticks = frame[TCP + 13], self.period // MILLISECOND
        options = TCP + 28 if flags & SYN else TCP + 24
        stamped = frame[TCP + 12] >> 4 > 5
        begins = flags & SYN and not flags & ACK
        xid = _xid(frame)
        xids = max(len(flow.xids), len(other.xids) if other else 0)
        # (place, its move, whether it is there and moves)
        cells = (
            (TCP + 4, flow.moves, True),
            (TCP + 8, other.moves if other else 0, bool(flags & ACK)),
            (options, ticks, stamped),
            (options + 4, ticks, stamped and not begins),
            (TCP + 36, xids, xid is not None),
        )
        places, bases, moves = [], [], []
        for place, move, there in cells:
            places.append(start + place if there and place + 4 <= kept else scratch)
            bases.append(int.from_bytes(frame[place : place + 4], "big") if there else 0)
            moves.append(move if there else 0)
        checksum = int.from_bytes(frame[TCP + 16 : TCP + 18], "big")
        rest = (-checksum - sum(bases)) % 65535
        words = [start + place if place + 2 <= kept else scratch for place in (IP + 4, IP + 10, TCP + 16)]
        ident = int.from_bytes(frame[IP + 4 : IP + 6], "big")
        return [*places, *bases, *moves, rest, *words, ident, flow.frames]


def _flows(frames: Frames) -> dict[_Way, _Flow]:
    """Each direction of each connection: where its sequence numbers begin and end in the block."""
    flows: dict[_Way, _Flow] = {}
    for _, frame in frames:
        if not _is_tcp(frame):
            continue
        way = _way(frame)
        seq = int.from_bytes(frame[TCP + 4 : TCP + 8], "big")
        size = int.from_bytes(frame[IP + 2 : IP + 4], "big") - 20 - 4 * (frame[TCP + 12] >> 4)
        flow = flows.setdefault(way, _Flow(seq, seq))
        flow.frames += 1
        flow.after = (seq + size) & _MASK
        if frame[TCP + 13] & SYN:
            flow.begins = True
        if (xid := _xid(frame)) is not None:
            flow.xids.add(xid)
    return flows


def _is_tcp(frame: bytes) -> bool:
    return frame[12:14] == b"\x08\x00" and frame[23] == 6


def _way(frame: bytes) -> _Way:
    return frame[26:34], frame[34:38]


def _back(frame: bytes) -> _Way:
    return frame[30:34] + frame[26:30], frame[36:38] + frame[34:36]


def _xid(frame: bytes) -> int | None:
    """The XID of a segment that begins with an RPC message: a whole last fragment, a call or a reply (RFC 5531, 9)."""
    start = TCP + 4 * (frame[TCP + 12] >> 4)
    if start != TCP + 32 or len(frame) < start + 12 or b"\x08\x01" not in (frame[34:36], frame[36:38]):
        return None
    message = frame[start : start + 12]
    if message[0] & 0x80 and message[8:12] in (bytes(4), b"\0\0\0\1"):
        return int.from_bytes(message[4:8], "big")
    return None


def _ip_rest(frame: bytes) -> int:
    """The sum of the IPv4 header without its identification and checksum."""
    return (-int.from_bytes(frame[IP + 10 : IP + 12], "big") - int.from_bytes(frame[IP + 4 : IP + 6], "big")) % 65535
