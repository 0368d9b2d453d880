"""What a scan of one capture gives, however it was scanned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import attrgetter

import msgspec

from analyzer.ingest.capture.blocks import ContainerNotes
from analyzer.ingest.capture.cut import cut_at
from analyzer.ingest.capture.limits import Left
from analyzer.ingest.capture.procedures import NFS, procedure_name
from analyzer.model.event import Event
from analyzer.model.evidence import FramePlaces
from analyzer.model.instant import Instant
from analyzer.model.source import Reason, Skipped
from analyzer.model.traffic import CaptureTotals, Operation, RpcTime, TrafficSeries

ETHERNET, SLL, SLL2 = 1, 113, 276
NULL, LOOP = 0, 108
RAW = frozenset({12, 14, 101, 228, 229})
LINK_TYPES = RAW | {ETHERNET, SLL, SLL2, NULL, LOOP}
"""Those that are decoded."""

SAMPLED_A_SECOND = 256
"""Slow or unanswered operations that are told of each second, the slowest; those sent again or fresh are told all."""

_SYSDIG = range(0x201, 0x300)
"""Types of blocks that sysdig and Falco write (.scap)."""
_DATASTORES = 3
"""The NFS version of the datastores: its procedures go without a version."""

Stamped = tuple[int, int]
"""A time, ns, and its resolution."""


class CaptureScan(msgspec.Struct, frozen=True, kw_only=True):
    """All that one capture tells.

    `first` and `last` are its earliest and latest stamp, None without any; `backward` is by how much (ns) a stamp is
    before that of an earlier frame, at most; `events` are in order of time. `places` are
    there when the capture is large. `filled` counts what may hold bytes that were left out (:mod:`.scans.filled`).
    """

    format: str
    frames: int
    first: Instant | None
    last: Instant | None
    backward: int = 0
    comments: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    totals: CaptureTotals
    events: tuple[Event, ...]
    operations: tuple[Operation, ...]
    traffic: tuple[TrafficSeries, ...]
    places: FramePlaces | None = None
    filled: int = 0


class Scanned(msgspec.Struct, frozen=True):
    """One file of a scan: `end` is the number of its last frame, counted from the first file on."""

    end: int
    first: Stamped | None
    last: Stamped | None
    notes: ContainerNotes


class Tally(msgspec.Struct, kw_only=True):
    """What a scan counted; `first_damaged` and `first_untimed` are frame numbers; `other_calls` are of procedures that
    are not told apart, as there are too many.
    """

    frames: int = 0
    bytes: int = 0
    truncated: int = 0
    fragments: int = 0
    resets: int = 0
    damaged: int = 0
    first_damaged: int = 0
    untimed: int = 0
    first_untimed: int = 0
    first: Stamped | None = None
    last: Stamped | None = None
    backward: int = 0
    link_types: Counter[int] = msgspec.field(default_factory=Counter)
    vlans: set[int] = msgspec.field(default_factory=set)
    storage_frames: int = 0
    duplicates: int = 0
    retransmissions: int = 0
    out_of_order: int = 0
    gaps: int = 0
    gap_bytes: int = 0
    calls: Counter[tuple[int, int, int]] = msgspec.field(default_factory=Counter)
    replies: Counter[tuple[int, int, int]] = msgspec.field(default_factory=Counter)
    other_calls: int = 0
    time: RpcTime = RpcTime()
    unanswered: int = 0
    filled: int = 0

    def add_frame(self, ts: int | None, resolution: int, number: int) -> None:
        """A frame's time."""
        if ts is None:
            self.untimed += 1
            self.first_untimed = self.first_untimed or number
            return
        if self.first is None or ts < self.first[0]:
            self.first = (ts, resolution)
        if self.last is None or ts > self.last[0]:
            self.last = (ts, resolution)
        else:
            self.backward = max(self.backward, self.last[0] - ts)


def instant(clock: str, ts: int, resolution: int) -> Instant:
    """A frame's stamp as an Instant: a stamp means its whole unit."""
    return Instant(clock, ts, ts + resolution - 1)


def finished(
    tally: Tally,
    notes: ContainerNotes,
    name: str,
    clock: str,
    told: tuple[Iterable[Event], Iterable[Operation], Iterable[TrafficSeries]],
    left: Left = Left(),  # noqa: B008 - a frozen value
) -> CaptureScan:
    """The scan's result; `told` are the events (in any order), the operations and the series, but for what is `left`
    out.
    """
    events, operations, traffic = told if left.end is None else cut_at(left.end, *told)
    by_number = sorted(events, key=attrgetter("origin.number"))  # which is nearly in order of time, for the next one
    last = instant(clock, *tally.last) if tally.last else None
    return CaptureScan(
        format=notes.format,
        frames=tally.frames + notes.passed,
        first=instant(clock, *tally.first) if tally.first else None,
        last=last if left.end is None or last is None else Instant(clock, left.end - 1, left.end - 1),
        backward=tally.backward,
        comments=tuple(notes.comments),
        skipped=(*_skipped(tally, notes, name), *_left_out(left, name)),
        totals=_totals(tally, notes, name),
        events=tuple(sorted(by_number, key=attrgetter("at.least"))),
        operations=tuple(operations),
        traffic=tuple(traffic),
        filled=tally.filled,
    )


def _totals(tally: Tally, notes: ContainerNotes, name: str) -> CaptureTotals:
    return CaptureTotals(
        source=name,
        frames=tally.frames + notes.passed,
        bytes=tally.bytes,
        truncated=tally.truncated,
        fragments=tally.fragments,
        link_types=tuple(sorted(tally.link_types)),
        vlans=tuple(sorted(tally.vlans)),
        tcp_resets=tally.resets,
        storage_frames=tally.storage_frames,
        duplicates=tally.duplicates,
        retransmissions=tally.retransmissions,
        out_of_order=tally.out_of_order,
        gaps=tally.gaps,
        gap_bytes=tally.gap_bytes,
        nfs_calls=_nfs_counts(tally.calls),
        nfs_replies=_nfs_counts(tally.replies),
        rpc_calls=tuple((*key, calls) for key, calls in sorted(tally.calls.items()) if calls),
        rpc_time=tally.time,
        unanswered=tally.unanswered,
        capture_drops=notes.drops,
    )


def _nfs_counts(counts: Counter[tuple[int, int, int]]) -> tuple[tuple[str, int], ...]:
    """The NFS part of counts by (program, version, procedure), by name: NFSv3 first, then `v2 LOOKUP`, `v4 COMPOUND`.

    Within a version they are in procedure order.
    """
    nfs = sorted((version != _DATASTORES, version, number) for program, version, number in counts if program == NFS)
    return tuple(
        (_name(version, number), counts[NFS, version, number])
        for _, version, number in nfs
        if counts[NFS, version, number]
    )


def _name(version: int, number: int) -> str:
    name = procedure_name(NFS, version, number)
    return name if version == _DATASTORES else f"v{version} {name}"


def _unknown_blocks(notes: ContainerNotes) -> Iterator[tuple[Reason, int]]:
    for kind, blocks in sorted(notes.unknown.items()):
        whose = " (of sysdig or Falco)" if kind in _SYSDIG else ""
        yield Reason("unknown-block", detail=f"0x{kind:08x}{whose}"), blocks
    if notes.further:
        yield Reason("unknown-block", detail="of further numbers"), notes.further


def _skipped(tally: Tally, notes: ContainerNotes, name: str) -> list[Skipped]:
    skipped = notes.told(name)
    if notes.passed:
        skipped.append(Skipped(name, "the whole file", Reason("holds-no-packet"), notes.passed))
    skipped += [Skipped(name, "the whole file", reason, blocks) for reason, blocks in _unknown_blocks(notes)]
    for link_type, frames in sorted(tally.link_types.items()):
        if link_type not in LINK_TYPES:
            reason = Reason("unknown-link-type", found=link_type)
            skipped.append(Skipped(name, "all frames of the link type", reason, frames))
    if tally.damaged:
        skipped.append(Skipped(name, f"frame {tally.first_damaged}", Reason("damaged-ip-header"), tally.damaged))
    if tally.untimed:
        skipped.append(Skipped(name, f"frame {tally.first_untimed}", Reason("no-time"), tally.untimed))
    if tally.other_calls:
        skipped.append(Skipped(name, "RPC calls", Reason("too-many-procedures"), tally.other_calls))
    return skipped


def _left_out(left: Left, name: str) -> Iterator[Skipped]:
    if left.end is not None:
        yield Skipped(name, f"frame {left.frame}", Reason("too-many-details"), left.details)
    if left.macs:
        yield Skipped(name, "the whole file", Reason("too-many-macs"), left.macs)
