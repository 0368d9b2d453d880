"""The frames that others are to look at, read again from the captures: those that were chosen, and those around them.

Captures may be compressed, and lie in bundles. How much is kept is limited, and what is beyond the limits is told.
"""

from __future__ import annotations

import enum
import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from heapq import heappop, heappush
from ipaddress import IPv4Address

import msgspec
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.capture import captured_frames
from analyzer.ingest.capture.plain.packet import ARP, ICMP, TCP, decode
from analyzer.ingest.files.bundle import Leaf, leaves_again, raise_where_changed
from analyzer.ingest.streams.scan_file import shortened
from analyzer.model.event import Runs
from analyzer.model.evidence import CapturedFrame, CapturedFrames, ChosenFrames, Evidence, Stretch
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

_SSH = 22
_FAR = 1 << 62


class Limits(msgspec.Struct, frozen=True):
    """How much is kept, in `frames` and `bytes`; how many frames of each capture are `looked_at`, of which `beside` on
    each side of a chosen frame at least.
    """

    frames: int = 20_000
    bytes: int = 6_000_000
    looked_at: int = 200_000
    beside: int = 100


LIMITS = Limits()


def kept_frames(
    paths: Sequence[str | os.PathLike[str]],
    evidence: Evidence,
    chosen: ChosenFrames,
    settings: Settings,
    limits: Limits = LIMITS,
) -> CapturedFrames:
    """The frames chosen, the most important first, and those around them, from the captures in `paths`, of which
    `evidence` was read. A frame without a time is not kept.

    Around them are, in the stretches of time that are chosen, the frames of ARP, ICMP, SSH and the storage address, and
    then of each machine one a second, so that nobody seems silent who was not; the nearest to a chosen frame go first.
    """
    ranks = {origin: rank for rank, origin in enumerate(dict.fromkeys(chosen.frames))}
    stretches, places = _numbered(evidence, chosen.stretches), {one.source: one for one in evidence.places}
    kept, whole = _Kept(limits), True
    left = dict.fromkeys([*(origin.source for origin in ranks), *stretches])
    for leaf in leaves_again(paths) if left else ():
        if not isinstance(leaf, Leaf) or leaf.name not in left:
            continue
        wanted = sorted(origin.number for origin in ranks if origin.source == leaf.name)
        numbers, looked_through = _read(wanted, stretches.get(leaf.name), limits)
        whole = whole and looked_through
        telling = _Telling(settings.storage_address)
        with suppress(EvidenceError):  # it is no capture any more
            for frame in captured_frames(leaf.plain.body, leaf.name, numbers, places.get(leaf.name)):
                frame = replace(frame, data=shortened(frame.data)) if leaf.scanned else frame  # noqa: PLW2901
                if frame.origin in ranks:
                    kept.chosen(frame, ranks[frame.origin])
                elif weight := telling.weight(frame):
                    kept.around(frame, weight, _distance(frame.origin.number, wanted))
        raise_where_changed(leaf)
        del left[leaf.name]
        if not left:
            break
    return kept.told(tuple(ranks), whole=whole and not left)


def _numbered(evidence: Evidence, stretches: Sequence[Stretch]) -> dict[str, range]:
    """The numbers of the frames in each capture's stretch, by what is known of their times."""
    found: dict[str, tuple[int, int]] = {}
    spans = {one.source: one for one in stretches}
    for event in evidence.events:
        span = spans.get(event.origin.source)
        if span is None:
            continue
        times = [(event.at.least, event.origin.number)]
        if isinstance(event.detail, Runs) and event.detail.run.last_source is None:
            times.append((event.detail.run.last.least, event.detail.run.last_frame))
        for at, number in times:
            if span.first <= at <= span.last:
                least, most = found.get(span.source, (number, number))
                found[span.source] = min(least, number), max(most, number)
    return {source: range(least, most + 1) for source, (least, most) in found.items()}


def _read(wanted: Sequence[int], stretch: range | None, limits: Limits) -> tuple[set[int], bool]:
    """The numbers to read, and whether these are all from the first to the last, so that no silence is made; where
    those are many, they are what is near a chosen frame.
    """
    if stretch is not None:
        whole = range(min([stretch.start, *wanted]), max([stretch.stop, *wanted]) + 1)
        if len(whole) <= limits.looked_at:
            return {*whole, *_near(wanted, limits.beside)}, True
    most = limits.looked_at // (2 * len(wanted)) if wanted and stretch is not None else 0
    return set(_near(wanted, max(limits.beside, most))), False


def _near(wanted: Sequence[int], distance: int) -> Iterator[int]:
    for number in wanted:
        yield from range(max(1, number - distance), number + distance + 1)


def _distance(number: int, wanted: Sequence[int]) -> int:
    """How far the next chosen frame is, in frames."""
    at = bisect_left(wanted, number)
    return min((abs(number - other) for other in wanted[max(0, at - 1) : at + 1]), default=_FAR)


class _Weight(enum.IntEnum):
    """Why a frame is kept, the weightiest last."""

    NONE = 0
    HEARD = 1
    TELLS = 2
    CHOSEN = 3


class _Telling:
    """Which of a capture's frames tell of storage, of who is where, or of what Genesis does on a host; and which are of
    each machine the first of a second.
    """

    def __init__(self, storage_address: str) -> None:
        self._storage = IPv4Address(storage_address).packed
        self._heard: dict[bytes, int] = {}

    def weight(self, frame: CapturedFrame) -> _Weight:
        """What the next frame is."""
        packet = decode(frame.interface.link_type, frame.data)
        second = (frame.ts or 0) // SECOND
        first = self._heard.get(packet.src_mac) != second
        self._heard[packet.src_mac] = second
        ssh = packet.protocol == TCP and _SSH in (packet.sport, packet.dport)
        if packet.ethertype == ARP or packet.protocol == ICMP or ssh or self._storage in (packet.src, packet.dst):
            return _Weight.TELLS
        return _Weight.HEARD if first else _Weight.NONE


class _Kept:
    """The most important frames so far, within the limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._heap: list[tuple[_Weight, int, int, CapturedFrame]] = []
        self._bytes = self._taken = self._further = 0
        self._read = set[Origin]()

    def chosen(self, frame: CapturedFrame, rank: int) -> None:
        """Take a chosen frame; the least rank is the most important."""
        if frame.ts is not None and frame.stamp is not None:
            self._read.add(frame.origin)
            self._take(frame, _Weight.CHOSEN, rank)

    def around(self, frame: CapturedFrame, weight: _Weight, distance: int) -> None:
        """Take another frame, so far from the next chosen one."""
        if frame.ts is not None and frame.stamp is not None:
            self._take(frame, weight, distance)

    def _take(self, frame: CapturedFrame, weight: _Weight, rank: int) -> None:
        self._taken += 1
        heappush(self._heap, (weight, -rank, self._taken, frame))
        self._bytes += len(frame.data)
        while len(self._heap) > self._limits.frames or self._bytes > self._limits.bytes:
            weight, *_, least = heappop(self._heap)
            self._bytes -= len(least.data)
            self._further += weight is not _Weight.CHOSEN

    def told(self, asked: Sequence[Origin], *, whole: bool) -> CapturedFrames:
        """The frames as they came, and which of those asked for are not among them; `whole`: all were looked at."""
        frames = tuple(frame for *_, frame in sorted(self._heap, key=lambda each: each[2]))
        kept = {frame.origin for frame in frames}
        return CapturedFrames(
            frames=frames,
            unread=tuple(origin for origin in asked if origin not in self._read),
            left_out=tuple(origin for origin in asked if origin in self._read - kept),
            further=self._further,
            whole=whole and not self._further and self._read <= kept,
        )
