"""Steady traffic as a template: the same frames again and again, with stamps, sequence numbers, IPv4
identifications, XIDs, a mirror's own numbers and checksums moved on, many at a time.

What changes from one repetition to the next is linear: a connection's sequence numbers move on by the bytes that it
sent in the block. Checksums follow from the changed fields, modulo 65535 (RFC 1624). Records are numbered: 0 is the
first of the block itself, those of the repetitions before it are negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.lab.simulate.output.captures import record_shape, written
from analyzer.lab.simulate.output.encapsulation import TICK, counters, encapsulated
from analyzer.lab.simulate.output.taps import Frames
from analyzer.lab.simulate.scenario.evidence import Evidence
from analyzer.lab.simulate.stream.flows import IP, MASK, TCP, flows_of, ip_rest, is_tcp, way_back, way_of, xid_of
from analyzer.lab.simulate.wire.frames import ACK, SYN
from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND
from analyzer.model.truth import TrueClock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TILE = 8_000_000  # bytes that are made at once


@dataclass(frozen=True, slots=True)
class Block:
    """The steady traffic that is repeated: from `start` on, for `period`, ns."""

    start: int
    period: int


@dataclass(frozen=True, slots=True)
class Stamping:
    """What stamps a capture's records; `mirrored`: a mirror port sends the frames."""

    clock: TrueClock
    mirrored: bool


class Template:
    """The block of `frames` that pass a wire from `start` on, of `period` ns, again and again.

    `passed` are those of them that the capture got, as it got them but for `outer` (tags, a packet around them).
    """

    def __init__(self, frames: Frames, passed: Frames, block: Block, evidence: Evidence, stamping: Stamping) -> None:
        import numpy as np

        self.start, self.period = block.start, block.period
        self._clock, mirror = stamping.clock, stamping.mirrored
        self._flows = flows_of(frames)
        self._times = np.maximum.accumulate(np.array([at for at, _ in passed], np.int64))
        self.count = len(passed)
        sent = encapsulated(passed, evidence) if mirror else passed
        head, record, _ = record_shape(evidence)
        body = np.frombuffer(written(sent, evidence), np.uint8)[head:]
        self.size = len(body)
        self._copies = max(1, TILE // self.size) if self.size else 1
        self._unit = {"pcap": MICROSECOND, "pcap-ns": 1, "pcapng": 0}[evidence.format]
        self._lay_out(passed, sent, evidence, record)
        self._count_on(sent, counters(evidence) if mirror else (), evidence)
        self._tile = np.concatenate([np.tile(body, self._copies), np.zeros(16, np.uint8)])
        self._held: int | None = None

    def number(self, at: int) -> int:
        """The first record that is not before `at` (ns)."""
        turn, into = divmod(at - self.start, self.period)
        return turn * self.count + int(self._times.searchsorted(self.start + into))

    def time(self, number: int) -> int:
        """When the frame of a record passed, ns."""
        turn, place = divmod(number, self.count)
        return int(self._times[place]) + turn * self.period

    def records(self, first: int, last: int) -> Iterator[memoryview]:
        """The bytes of the records `first` to `last` - 1; each piece is to be used before the next is made."""
        while first < last:
            turn = first // self.count
            if self._held is None or not self._held <= turn < self._held + self._copies:
                self._make(turn)
                self._held = turn
            until = min(last, (self._held + self._copies) * self.count)
            yield self._tile[self._place(first) : self._place(until)].data
            first = until

    def _place(self, number: int) -> int:
        """Where a record is in the tile."""
        turn, place = divmod(number - (self._held or 0) * self.count, self.count)
        return turn * self.size + int(self._offsets[place])

    def _make(self, start: int) -> None:
        """Fill the tile with the repetitions from `start` on."""
        import numpy as np

        repeated = np.arange(self._copies, dtype=np.int64) + start
        turns = repeated.repeat(len(self._bases))
        values = (self._all_bases + turns[:, None] * self._all_moves) & MASK
        sums = (self._all_rests + values.sum(axis=1)) % 65535
        idents = (self._all_idents + turns * self._all_ident_moves) & 0xFFFF
        ip_sums = (self._all_ip_rests + idents) % 65535
        self._put(self._all_places, values.astype(">u4"))
        self._put(self._all_words[:, 0], idents.astype(">u2"))
        self._put(self._all_words[:, 1], ((65535 - ip_sums) % 65535).astype(">u2"))
        self._put(self._all_words[:, 2], ((65535 - sums) % 65535).astype(">u2"))
        for places, bases, move in self._counters:
            self._put(places, ((bases + repeated.repeat(self.count) * move) & MASK).astype(">u4"))
        self._stamp(repeated.repeat(self.count))

    def _stamp(self, turns: NDArray[np.int64]) -> None:
        """The records' own stamps: seconds and their parts in pcap, 64 bits of ns in two halves in pcapng."""
        import numpy as np

        since, drift = self._clock.since, self._clock.drift
        passed = self._all_times + turns * self.period
        times = passed + self._clock.ahead
        if drift:
            whole, part = (passed - since) // SECOND, (passed - since) % SECOND
            times = times + whole * drift + part * drift // SECOND
        for step in self._clock.steps or ():
            times = times + np.where(passed >= step.at, step.by, 0)
        one, other = (times // SECOND, times % SECOND // self._unit) if self._unit else (times >> 32, times & MASK)
        self._put(self._all_stamps, one.astype("<u4"))
        self._put(self._all_stamps + 4, other.astype("<u4"))

    def _put(self, places: NDArray[np.int64], values: NDArray[np.generic]) -> None:
        """Write each value's bytes at its place in the tile."""
        import numpy as np

        width = values.dtype.itemsize
        octets = np.ascontiguousarray(values).view(np.uint8).reshape(*places.shape, width)
        for place in range(width):
            self._tile[places + place] = octets[..., place]

    # --- where everything stands ------------------------------------------------------------------------------------

    def _lay_out(self, passed: Frames, sent: Frames, evidence: Evidence, record: int) -> None:
        import numpy as np

        snaplen, (_, _, trailer) = evidence.snaplen or MASK, record_shape(evidence)
        scratch = self.size * self._copies  # what the snapshot length cut off is written here
        offset, rows, offsets, rests = 0, [], [], []
        for (_, frame), (_, outer) in zip(passed, sent, strict=True):
            kept = min(len(outer), snaplen)
            offsets.append(offset)
            if is_tcp(frame):
                around = len(outer) - len(frame)
                rows.append(self._row(frame, offset + record + around, kept - around, scratch))
                rests.append(ip_rest(frame))
            offset += record + kept + (-kept % 4 if not self._unit else 0) + trailer
        grid = np.array(rows, np.int64).reshape(-1, 21)
        self._bases = grid[:, 5:10]
        self._offsets = np.array(offsets, np.int64)
        self._turns = np.arange(self._copies, dtype=np.int64) * self.size
        shift = self._turns.repeat(len(grid))
        everything = np.tile(grid, (self._copies, 1))
        places = everything[:, 0:5]
        self._all_places = np.where(places == scratch, scratch, places + shift[:, None])
        self._all_bases, self._all_moves = everything[:, 5:10], everything[:, 10:15]
        self._all_rests = everything[:, 15]
        words = everything[:, 16:19]
        self._all_words = np.where(words == scratch, scratch, words + shift[:, None])
        self._all_idents, self._all_ident_moves = everything[:, 19], everything[:, 20]
        self._all_ip_rests = np.tile(np.array(rests, np.int64), self._copies)
        self._all_times = np.tile(np.array([at for at, _ in passed], np.int64), self._copies)
        stamps = self._offsets + (0 if self._unit else 12)
        self._all_stamps = np.tile(stamps, self._copies) + self._turns.repeat(len(stamps))

    def _count_on(self, sent: Frames, fields: tuple[tuple[int, str], ...], evidence: Evidence) -> None:
        """The fields of a mirror's own packets: (places, values in the block, how far they move on) of each."""
        import numpy as np

        self._counters: list[tuple[NDArray[np.int64], NDArray[np.int64], int]] = []
        record, snaplen = record_shape(evidence)[1], evidence.snaplen or MASK
        for place, kind in fields:
            if place + 4 > snaplen:
                continue
            values = [int.from_bytes(frame[place : place + 4], "big") for _, frame in sent]
            places = np.tile(self._offsets + record + place, self._copies) + self._turns.repeat(self.count)
            move = self.count if kind == "number" else self.period // TICK
            self._counters.append((places, np.tile(np.array(values, np.int64), self._copies), move))

    def _row(self, frame: bytes, start: int, kept: int, scratch: int) -> list[int]:
        """Places, values and moves of a segment's fields (seq, ack, TSval, TSecr, XID), the rest of its checksum, the
        places of identification and checksums, the identification and its move.
        """
        way, back = way_of(frame), way_back(frame)
        flow = self._flows[way]
        other = self._flows.get(back)
        flags, ticks = frame[TCP + 13], self.period // MILLISECOND
        options = TCP + 28 if flags & SYN else TCP + 24
        stamped = frame[TCP + 12] >> 4 > 5
        begins = flags & SYN and not flags & ACK
        xid = xid_of(frame)
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
