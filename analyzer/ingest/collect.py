"""From paths to evidence: every file found, recognised, read by the parser of its kind, and put in order.

What can be read is read; what can't is counted (:class:`~analyzer.model.source.Skipped`) and travels in the result.
Only when nothing at all can be read there is nothing to ask, and that is an error.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from analyzer.config import Settings
from analyzer.errors import ConfigurationError, EvidenceError, UsageError
from analyzer.ingest import capture, kinds, logs, marks
from analyzer.ingest.bundle import Again, Closed, Leaf, Progress, leaves
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.source import Skipped, Source, SourceKind
from analyzer.model.traffic import CaptureTotals, Operation, TrafficSeries

UNRECOGNISED_SHOWN = 100
CAPTURE_CLOCK = "capture"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one file gave."""

    source: Source
    events: tuple[Event, ...] = ()
    totals: tuple[CaptureTotals, ...] = ()
    operations: tuple[Operation, ...] = ()
    traffic: tuple[TrafficSeries, ...] = ()


def collect(paths: Sequence[str | os.PathLike[str]], settings: Settings, progress: Progress | None = None) -> Evidence:
    """Read all evidence in `paths`; `progress` is told a file's name and how many stored bytes of it were read.

    Every `skipped` of a source is in :attr:`Evidence.skipped` too. Raises :class:`UsageError` without a path,
    :class:`EvidenceError` when a path doesn't exist or nothing can be read, :class:`ConfigurationError` for rules and
    marks that are wrong.
    """
    if not paths:
        raise UsageError("no evidence was named: give at least one capture, log, folder or bundle")
    collection = _Collection(settings)
    for found in leaves(paths, progress):
        collection.take(found)
    return collection.evidence(len(paths))


class _Collection:
    """Readings as they come in, what was passed over, and the hashes met so far."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rules = logs.load_rules(settings.rules)
        self._readings: list[Reading] = []
        self._skipped: list[Skipped] = []
        self._closed: list[Closed] = []
        self._by_hash: dict[str, str] = {}
        self._not_shown: dict[str, int] = {}
        self._unrecognised = 0

    def take(self, found: Leaf | Closed | Again) -> None:
        """Read one file, or note why it isn't read."""
        match found:
            case Leaf():
                self._leaf(found)
            case Closed():
                self._closed.append(found)
            case Again():
                self._skipped.append(_again(found.name, found.first))

    def _leaf(self, leaf: Leaf) -> None:
        head = leaf.plain.head()
        kind = kinds.recognise(head, leaf.name)
        if kind is None:
            self._pass_over(leaf, head)
            return
        reading = self._read(leaf, kind)
        leaf.plain.drain()
        leaf.stored.drain()
        sha256 = leaf.stored.sha256
        if sha256 is not None and (first := self._by_hash.setdefault(sha256, leaf.name)) != leaf.name:
            self._skipped.append(_again(leaf.name, first))
            return
        self._readings.append(_finished(reading, leaf, sha256 if self._settings.hash_inputs else None))

    def _read(self, leaf: Leaf, kind: SourceKind) -> Reading:
        name, body, settings = leaf.name, leaf.plain.body, self._settings
        if kind == "capture":
            clock = _capture_clock(name, settings)
            return _capture(capture.scan(body, name, settings, clock), name, clock)
        if kind == "marks":
            return _log(_marks(leaf, settings), name, kind)
        return _log(logs.read(body, name, kind, _with_own_clock(settings, name), self._rules), name, kind)

    def _pass_over(self, leaf: Leaf, head: bytes) -> None:
        if not head and (why := _unread(leaf)):
            self._closed.append(Closed(leaf.name, why, leaf.typed, leaf.explicit))
            return
        why = kinds.what_instead(head) if leaf.explicit else "not evidence: passed over"
        if leaf.explicit or not head:
            self._closed.append(Closed(leaf.name, kinds.what_instead(head), leaf.typed, leaf.explicit))
        self._unrecognised += 1
        if self._unrecognised > UNRECOGNISED_SHOWN:
            bundle = leaf.name.partition("!/")[0]
            self._not_shown[bundle] = self._not_shown.get(bundle, 0) + 1
            return
        skipped = Skipped(leaf.name, "file", why)
        source = Source(
            name=leaf.name, kind="unrecognised", size=leaf.size or leaf.stored.count, sha256=None, clock="none",
            skipped=(skipped,),
        )  # fmt: skip
        self._readings.append(Reading(source=source))

    def evidence(self, inputs: int) -> Evidence:
        """All of it in order; :class:`EvidenceError` when there is nothing to analyse."""
        read = self._readings
        if all(reading.source.kind == "unrecognised" for reading in read):
            raise EvidenceError(self._nothing(inputs))
        _check_clocks(self._settings, [reading.source for reading in read])
        unreadable = [Skipped(c.name, "file", c.why) for c in self._closed if not self._told(c.name)]
        hidden = [Skipped(name, "files", "not evidence: passed over", n) for name, n in self._not_shown.items()]
        return Evidence(
            sources=tuple(reading.source for reading in read),
            events=tuple(sorted((e for reading in read for e in reading.events), key=_order)),
            captures=tuple(t for reading in read for t in reading.totals),
            operations=tuple(o for reading in read for o in reading.operations),
            traffic=tuple(t for reading in read for t in reading.traffic),
            skipped=tuple(s for reading in read for s in reading.source.skipped)
            + tuple(self._skipped + unreadable + hidden),
        )

    def _told(self, name: str) -> bool:
        return any(r.source.name == name and r.source.kind == "unrecognised" for r in self._readings)

    def _nothing(self, inputs: int) -> str:
        """Why there is nothing: the first file that the user named (or that can't be read), and how many more."""
        reasons = sorted(self._closed, key=lambda closed: not closed.explicit)
        if not reasons:
            files = sum(self._not_shown.values()) + len(self._readings)
            looked = f"{_count(files, 'file')} looked at in {_count(inputs, 'path')}"
            return (
                f"nothing here is evidence ({looked}); give captures or logs: `autopath explain FILE` tells of a file"
            )
        more = f" (and {_count(len(reasons) - 1, 'other file')} likewise)" if len(reasons) > 1 else ""
        return f"{reasons[0].typed}: {reasons[0].why}{more}"


def _unread(leaf: Leaf) -> str:
    """Why a file that is not empty gives not one byte, as the end of a sentence; empty when it holds none."""
    if leaf.stored.fault.why:
        return f"can't be read ({leaf.stored.fault.why})"
    if not leaf.plain.fault.why:
        return ""
    leaf.stored.drain()
    stored = f"{_count(leaf.stored.count, 'stored byte')} of {leaf.compressions[-1]}"
    return f"can't be decompressed ({leaf.plain.fault.why}): nothing comes out of its {stored}; copy it again"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _order(event: Event) -> tuple[str, int, str, int]:
    return (event.at.clock, event.at.least, event.origin.source, event.origin.number)


def _again(name: str, first: str) -> Skipped:
    return Skipped(name, "file", f"the same file as {first}: analysed once")


def _capture_clock(name: str, settings: Settings) -> str:
    """Captures share one clock, until `--clock` tells one of them apart."""
    own = any(_names(given, name) for given, _ in settings.clock_offsets)
    return f"{CAPTURE_CLOCK}:{name}" if own else CAPTURE_CLOCK


def _names(given: str, name: str) -> bool:
    """Whether `--clock given=…` means the source `name`: by its whole name or the end of it."""
    return name == given or name.endswith(f"/{given}")


def _with_own_clock(settings: Settings, name: str) -> Settings:
    """The settings with the source's whole name for each `--clock` that means it by its end."""
    offsets = tuple((name if _names(given, name) else given, ns) for given, ns in settings.clock_offsets)
    return msgspec.structs.replace(settings, clock_offsets=offsets)


def _marks(leaf: Leaf, settings: Settings) -> logs.LogReading:
    """A person's notes; what is wrong in them is told with the path as the user typed it."""
    try:
        return marks.read_marks(leaf.plain.body, leaf.name, settings)
    except ConfigurationError as error:
        raise ConfigurationError(f"{leaf.typed}{str(error).removeprefix(leaf.name)}") from error


def _check_clocks(settings: Settings, sources: Sequence[Source]) -> None:
    """An offset for a source that isn't there is a slip: :class:`UsageError`."""
    read = [source for source in sources if source.kind != "unrecognised"]
    for given, _ in settings.clock_offsets:
        if not any(given == source.clock or _names(given, source.name) for source in read):
            known = ", ".join(sorted({source.clock for source in read} | {source.name for source in read}))
            raise UsageError(f"--clock {given}: there is no source or clock of this name; there are {known}")


def _finished(reading: Reading, leaf: Leaf, sha256: str | None) -> Reading:
    """The reading with what only the end of the file tells: size, hash, and whether it broke off."""
    source = reading.source
    why = leaf.plain.fault.why or leaf.stored.fault.why
    broken = (Skipped(leaf.name, f"offset {leaf.plain.count}", why),) if why else ()
    packed = "".join(f", in {name}" for name in leaf.compressions)
    return msgspec.structs.replace(
        reading,
        source=msgspec.structs.replace(
            source,
            size=leaf.stored.count,
            sha256=sha256,
            format=source.format + packed,
            skipped=source.skipped + broken,
        ),
    )


def _capture(scan: capture.CaptureScan, name: str, clock: str) -> Reading:
    return Reading(
        source=Source(
            name=name,
            kind="capture",
            size=0,
            sha256=None,
            clock=clock,
            format=scan.format,
            first=scan.first,
            last=scan.last,
            records=scan.frames,
            skipped=scan.skipped,
            comments=scan.comments,
        ),
        events=scan.events,
        totals=(scan.totals,),
        operations=scan.operations,
        traffic=scan.traffic,
    )


def _log(reading: logs.LogReading, name: str, kind: SourceKind) -> Reading:
    return Reading(
        source=Source(
            name=name,
            kind=kind,
            size=0,
            sha256=None,
            clock=reading.clock,
            host=reading.host,
            format=reading.format,
            zone=reading.zone,
            zone_assumed=reading.zone_assumed,
            first=reading.first,
            last=reading.last,
            records=reading.records,
            skipped=reading.skipped,
        ),
        events=reading.events,
    )
