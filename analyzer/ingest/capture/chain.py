"""Files that one capturing program wrote one after the other (a ring buffer, `tcpdump -C` or `-G`) in one scan.

A connection, a call or a run of frames goes on in the next file, so the scan does too: what it remembers is kept, and
frames are counted on. What it tells is then put under the files again, with Wireshark's numbers in each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import BinaryIO, Protocol

import msgspec

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ByteSource, ContainerNotes
from analyzer.ingest.capture.places import Places
from analyzer.ingest.capture.plain.scan import PlainScanner
from analyzer.ingest.capture.result import CaptureScan, Scanned, Stamped, instant
from analyzer.model.event import AddressOwned, ArpTraffic, Event, FrameRun, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import FramePlaces
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation

BACK = SECOND
"""A file may begin this much before the one before it ended: frames of two CPUs change places."""


class Scanner(Protocol):
    """A scan that takes one file after the other."""

    def file(self, source: ByteSource, name: str, places: Places) -> Scanned:
        """Take the next file."""

    def finish(self, notes: ContainerNotes) -> CaptureScan:
        """All that was scanned, as if it were one file."""


class Chain:
    """One scan of files that follow one another."""

    def __init__(self, name: str, settings: Settings, clock: str, *, compiled: bool) -> None:
        self._clock = clock
        self._scanner = _scanner(name, settings, clock, compiled=compiled)
        self._files: list[tuple[str, Scanned, FramePlaces | None]] = []

    def goes_on(self, first: int, pause: int) -> bool:
        """Whether a file whose first frame has this stamp goes on where the last one ended: within `pause`, ns."""
        last = self._files[-1][1].last
        return last is not None and -BACK <= first - last[0] <= pause

    def take(self, stream: BinaryIO, name: str) -> None:
        """Scan the next file; it must be a pcap or a pcapng."""
        places = Places()
        base = self._files[-1][1].end if self._files else 0
        scanned = self._scanner.file(ByteSource(stream), name, places)
        told = places.told(name)
        numbers = tuple(number - base for number in told.frames)
        self._files.append((name, scanned, msgspec.structs.replace(told, frames=numbers) if numbers else None))

    def finish(self) -> list[CaptureScan]:
        """What each file told, in order; the totals, and the traffic over time, stand with the first one."""
        names = [name for name, _, _ in self._files]
        whole = self._scanner.finish(self._all_notes())
        if len(names) == 1:
            return [msgspec.structs.replace(whole, places=self._files[0][2])]
        numbering = _Numbering(names, [scanned.end for _, scanned, _ in self._files])
        events = [numbering.event(event) for event in whole.events]
        operations = [numbering.operation(operation) for operation in whole.operations]
        return [self._told(n, whole, events, operations) for n in range(len(names))]

    def _all_notes(self) -> ContainerNotes:
        """What stands for all files: the format and the remarks of the first, the sum of what is counted."""
        first, *others = (scanned.notes for _, scanned, _ in self._files)
        notes = ContainerNotes()
        notes.format, notes.comments, notes.skipped = first.format, first.comments, list(first.skipped)
        notes.further_comments = first.further_comments
        notes.passed = first.passed + sum(one.passed for one in others)
        notes.unknown, notes.further = first.unknown, first.further
        notes.drops = max(one.drops for one in (first, *others))  # each file repeats what was lost before it
        return notes

    def _told(
        self, n: int, whole: CaptureScan, events: Sequence[Event], operations: Sequence[Operation]
    ) -> CaptureScan:
        name, scanned, places = self._files[n]
        notes = scanned.notes
        return CaptureScan(
            format=notes.format,
            frames=scanned.end - (self._files[n - 1][1].end if n else 0),
            first=self._before_the_end(scanned.first, whole),
            last=self._before_the_end(scanned.last, whole),
            comments=tuple(notes.comments),
            skipped=whole.skipped if not n else tuple(notes.told(name)),
            totals=whole.totals,
            events=tuple(event for event in events if event.origin.source == name),
            operations=tuple(operation for operation in operations if operation.source == name),
            traffic=whole.traffic if not n else (),
            places=places,
            filled=whole.filled,
        )

    def _before_the_end(self, stamp: Stamped | None, whole: CaptureScan) -> Instant | None:
        """A stamp, or the end of what is told of all files, where that is before it."""
        at = instant(self._clock, *stamp) if stamp else None
        return min((end for end in (at, whole.last) if end), key=lambda end: end.least) if at else None


class _Numbering:
    """Which file a frame of the whole scan is in, and its number there."""

    def __init__(self, names: Sequence[str], ends: Sequence[int]) -> None:
        self._names, self._ends = names, ends

    def place(self, number: int) -> Origin:
        n = min(bisect_left(self._ends, number), len(self._ends) - 1)
        return Origin(self._names[n], number - (self._ends[n - 1] if n else 0))

    def event(self, event: Event) -> Event:
        origin, detail = self.place(event.origin.number), event.detail
        if isinstance(detail, StorageTraffic | ArpTraffic | MacTraffic | AddressOwned | SshTraffic):
            detail = msgspec.structs.replace(detail, run=self._run(detail.run, origin))
        return msgspec.structs.replace(event, origin=origin, detail=detail)

    def _run(self, run: FrameRun, origin: Origin) -> FrameRun:
        last = self.place(run.last_frame)
        elsewhere = last.source if last.source != origin.source else None
        return msgspec.structs.replace(run, last_frame=last.number, last_source=elsewhere)

    def operation(self, operation: Operation) -> Operation:
        first, last = self.place(operation.first_call_frame), self.place(operation.last_call_frame)
        reply = self.place(operation.reply_frame) if operation.reply_frame is not None else None
        return msgspec.structs.replace(
            operation,
            source=first.source,
            first_call_frame=first.number,
            last_call_frame=last.number,
            last_call_source=last.source if last.source != first.source else None,
            reply_frame=reply.number if reply else None,
            reply_source=reply.source if reply and reply.source != first.source else None,
        )


def _scanner(name: str, settings: Settings, clock: str, *, compiled: bool) -> Scanner:
    from analyzer.ingest.capture.scan import prepare

    if not compiled or not prepare():
        return PlainScanner(name, settings, clock)
    from analyzer.ingest.capture.compiled.scan import CompiledScanner

    return CompiledScanner(name, settings, clock)
