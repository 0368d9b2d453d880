"""One file, read by the parser of its kind; or why it was not.

What can be read is read; what can't is counted (:class:`~analyzer.model.source.Skipped`) and travels in the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from analyzer.config import Settings
from analyzer.errors import ConfigurationError
from analyzer.ingest import capture, kinds, logs, marks, releases
from analyzer.ingest.files.bundle import BUNDLE, Again, Closed, Leaf, Progress, Stored, opened
from analyzer.ingest.rings import first_stamp, pause_between
from analyzer.ingest.streams.stream import BrokenOffError, fault_of
from analyzer.ingest.wrappers.stamps import Year
from analyzer.model.event import Event
from analyzer.model.evidence import FramePlaces
from analyzer.model.source import Reason, Release, Skipped, SkipReason, Source, SourceKind
from analyzer.model.traffic import CaptureTotals, Operation, TrafficSeries

CAPTURE_CLOCK = "capture"
NO_CLOCK = "none"
_MEANT: frozenset[SkipReason] = frozenset(
    (
        "tcpdump-text",
        "wireshark-text",
        "vcenter-events",
        "other-capture",
        "other-archive",
        "log-export",
        "log-in-other-form",
        "newest-first",
        "quoted-in-prose",
        "esxcli-format",
    )
)
_STRAY: frozenset[SkipReason] = frozenset(("document", "image", "core-dump", "stray-table"))


class Reading(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What one file gave. `identity` is the same for another one of the same bytes.

    `ring` names all files of a ring buffer, at its first one. `backward` is as in :class:`~.capture.CaptureScan`.
    `stretches` are HA checks that are not among the events. `releases` are those that the file names. `said` is the
    host that its lines name, where they do.
    """

    source: Source
    identity: str | None = None
    events: tuple[Event, ...] = ()
    stretches: tuple[logs.Stretch, ...] = ()
    totals: tuple[CaptureTotals, ...] = ()
    operations: tuple[Operation, ...] = ()
    traffic: tuple[TrafficSeries, ...] = ()
    places: tuple[FramePlaces, ...] = ()
    ring: tuple[str, ...] = ()
    backward: int = 0
    releases: tuple[Release, ...] = ()
    said: str | None = None


class PassedOver(msgspec.Struct, frozen=True, tag=True):
    """A file that is no evidence; `closed` where the user should be told what it is instead."""

    name: str
    size: int
    reason: Reason
    closed: Closed | None


Outcome = Reading | PassedOver | Closed | Again


def read_file(
    file: Stored, settings: Settings, rules: logs.Rules, progress: Progress | None = None
) -> Iterator[Reading | PassedOver | Closed]:
    """All that a file on disk holds, one after the other."""
    for found in opened(file, progress, settings.hash, beside=settings.workers > 1, year=year_told(settings)):
        yield found if isinstance(found, Closed) else read_leaf(found, settings, rules)


def read_ring(
    files: Sequence[Stored], settings: Settings, rules: logs.Rules, progress: Progress | None = None
) -> Iterator[Reading | PassedOver | Closed]:
    """As :func:`read_file` for each, but captures that go on where the one before ended are scanned as one."""
    ring = _Ring(settings, sum(file.size for file in files))
    for before, file in zip((files[0], *files), files, strict=False):
        pause = pause_between(before, file)
        for leaf in opened(file, progress, settings.hash, beside=settings.workers > 1):
            first = first_stamp(leaf) if isinstance(leaf, Leaf) else None
            if first is None or not ring.goes_on(first, pause):
                yield from ring.finish()
            if isinstance(leaf, Leaf) and first is not None:
                yield from ring.take(leaf)
            else:
                yield leaf if isinstance(leaf, Closed) else read_leaf(leaf, settings, rules)
    yield from ring.finish()


class _Ring:
    """Captures that follow one another, so far."""

    def __init__(self, settings: Settings, size: int) -> None:
        self._settings, self._compiled = settings, capture.is_large(size)
        self._chain: capture.Chain | None = None
        self._leaves: list[Leaf] = []

    def goes_on(self, first: int, pause: int) -> bool:
        """Whether a capture whose first stamp is this goes on where the last one ended; nothing to go on from: True."""
        return self._chain is None or self._chain.goes_on(first, pause)

    def take(self, leaf: Leaf) -> Iterator[PassedOver]:
        """Scan the next capture. What raises on the way is told of all so far: none of them can be told any more."""
        if self._chain is None:
            clock = _capture_clock(leaf.name, self._settings)
            self._chain = capture.Chain(leaf.name, self._settings, clock, compiled=self._compiled)
        self._leaves.append(leaf)
        try:
            self._chain.take(leaf.plain.body, leaf.name)
            _drain(leaf)
        except Exception as error:  # noqa: BLE001 - as of a single file
            yield from [_not_read(each, fault_of(error)) for each in self._leaves]
            self._chain, self._leaves = None, []

    def finish(self) -> Iterator[Reading | PassedOver]:
        """What the captures so far give; none is left."""
        if self._chain is not None:
            names = tuple(leaf.name for leaf in self._leaves)
            for leaf, scan in zip(self._leaves, self._chain.finish(), strict=True):
                if scan.filled and any(each.scanned for each in self._leaves):
                    yield _not_read(leaf, Reason("scan-apart"))
                    continue
                reading = _finished(_capture(scan, leaf.name, _capture_clock(names[0], self._settings)), leaf)
                if leaf.name != names[0]:
                    reading = msgspec.structs.replace(reading, totals=())
                elif len(names) > 1:
                    reading = msgspec.structs.replace(reading, ring=names)
                yield reading
        self._chain, self._leaves = None, []


def _drain(leaf: Leaf) -> None:
    """Read to the end, so that size and digest are of the whole; raises where that of a file elsewhere was not had."""
    leaf.plain.drain()
    leaf.stored.drain()
    _hold(leaf)


def _hold(leaf: Leaf) -> None:
    """:class:`BrokenOffError` where a file elsewhere could not be had as far as it was asked for."""
    if (broken := leaf.stored.fault.transfer) is not None:
        raise BrokenOffError(broken)


def read_leaf(leaf: Leaf, settings: Settings, rules: logs.Rules) -> Reading | PassedOver | Closed:
    """What one file tells. What is wrong with it is its own: the others are read all the same."""
    try:
        head = leaf.plain.head()
        _hold(leaf)  # before the little that came is taken for something else
        kind = kinds.recognise(head, leaf.name)
        if kind is None:
            return _pass_over(leaf, head)
        if leaf.around.year == 0:
            return _not_read(leaf, Reason("no-year"))
        reading = _read(leaf, kind, settings, rules)
        if isinstance(reading, PassedOver):
            return reading
        reading = msgspec.structs.replace(reading, releases=_releases(reading.source, head), said=leaf.around.host)
        _drain(leaf)
        return _finished(reading, leaf)
    except ConfigurationError as error:
        return _not_read(leaf, Reason("wrong-marks", detail=str(error).removeprefix(f"{leaf.name}: ")))
    except Exception as error:  # noqa: BLE001 - whatever a parser raises on one file, the others are analysed
        return _not_read(leaf, fault_of(error))


def _not_read(leaf: Leaf, reason: Reason) -> PassedOver:
    closed = Closed(leaf.name, reason, leaf.typed, leaf.explicit)
    return PassedOver(leaf.name, leaf.size or leaf.stored.count, reason, closed)


def _read(leaf: Leaf, kind: SourceKind, settings: Settings, rules: logs.Rules) -> Reading | PassedOver:
    name, body = leaf.name, leaf.plain.body
    if kind == "capture":
        clock = _capture_clock(name, settings)
        scan = capture.scan(body, name, settings, clock)
        if scan.filled and leaf.scanned:
            return _not_read(leaf, Reason("scan-apart"))
        return _capture(scan, name, clock)
    if kind == "marks":
        return _log(marks.read_marks(body, name, settings), name, kind)
    if kind == "release":
        return Reading(source=Source(name=name, kind=kind, size=0, digest=None, clock=NO_CLOCK, records=1))
    return _log(logs.read(body, name, kind, _with_own_clock(settings, name), rules, leaf.around.host), name, kind)


def _releases(source: Source, head: bytes) -> tuple[Release, ...]:
    """The releases that a file names: a host's log those that it begins with, a text those that commands print."""
    if source.log is None:
        return () if source.kind in ("capture", "marks") else releases.printed(head)
    return releases.logged(head) if source.log.machine == "esxi" else ()


def _pass_over(leaf: Leaf, head: bytes) -> PassedOver | Closed:
    if not head and (unread := _unread(leaf)):
        return Closed(leaf.name, unread, leaf.typed, leaf.explicit)
    instead = kinds.what_instead(head)
    broken = leaf.plain.fault.reason or leaf.stored.fault.reason
    if broken and instead.name in ("unknown-binary", "unknown-text") and BUNDLE not in leaf.name:
        return Closed(leaf.name, Reason("bundle-cut", cause=broken), leaf.typed, leaf.explicit)
    told = leaf.explicit or not head or _is_told(instead, leaf.name)
    closed = Closed(leaf.name, instead, leaf.typed, leaf.explicit) if told else None
    reason = instead if leaf.explicit or _is_told(instead, leaf.name) else Reason("not-evidence")
    return PassedOver(leaf.name, leaf.size or leaf.stored.count, reason, closed)


def _is_told(reason: Reason, name: str) -> bool:
    """Whether a person may have meant a file of this sort as evidence; bundles are full of tables and images."""
    if reason.name in _MEANT:
        return True
    return BUNDLE not in name and (reason.name in _STRAY or kinds.is_called_as_evidence(name, reason))


def _unread(leaf: Leaf) -> Reason | None:
    """Why a file that is not empty gives not one byte; None when it holds none."""
    if leaf.stored.fault.reason:
        return Reason("unreadable", cause=leaf.stored.fault.reason)
    if not leaf.plain.fault.reason:
        return None
    leaf.stored.drain()
    return Reason(
        "not-decompressed", found=leaf.stored.count, detail=leaf.compressions[-1], cause=leaf.plain.fault.reason
    )


def _capture_clock(name: str, settings: Settings) -> str:
    """Captures share one clock, until `--clock` tells one of them apart."""
    own = any(named(given, name) for given, _ in settings.clock_offsets)
    return f"{CAPTURE_CLOCK}:{name}" if own else CAPTURE_CLOCK


def year_told(settings: Settings) -> Year:
    """What is known of the year of stamps that have none."""
    return Year(settings.log_year, settings.log_near)


def named(given: str, name: str) -> bool:
    """Whether `--clock given=…` means the source `name`: by its whole name or the end of it."""
    return name == given or name.endswith(f"/{given}")


def _with_own_clock(settings: Settings, name: str) -> Settings:
    """The settings with the source's whole name for each `--clock` that means it by its end."""
    offsets = tuple((name if named(given, name) else given, ns) for given, ns in settings.clock_offsets)
    return msgspec.structs.replace(settings, clock_offsets=offsets)


def _finished(reading: Reading, leaf: Leaf) -> Reading:
    """The reading with what only the end of the file tells: size, digest, and whether it broke off."""
    source = reading.source
    fault = leaf.plain.fault.reason or leaf.stored.fault.reason
    broken = (Skipped(leaf.name, f"offset {leaf.plain.count}", fault),) if fault else ()
    wide = leaf.encoding if leaf.encoding != "UTF-8" else None
    packed = "".join(f", in {name}" for name in (wide, *leaf.compressions) if name)
    return msgspec.structs.replace(
        reading,
        identity=leaf.stored.identity,
        source=msgspec.structs.replace(
            source,
            size=leaf.stored.count,
            digest=leaf.stored.digest,
            format=source.format + packed,
            skipped=source.skipped + broken + _around(leaf),
        ),
    )


def _around(leaf: Leaf) -> tuple[Skipped, ...]:
    """What a reader has to know of how the lines came to be as they are."""
    told = (
        Reason("year-taken", found=leaf.around.year) if leaf.around.year else None,
        Reason("picked-out") if leaf.around.picked_out else None,
    )
    return tuple(Skipped(leaf.name, "file", reason) for reason in told if reason)


def _capture(scan: capture.CaptureScan, name: str, clock: str) -> Reading:
    return Reading(
        source=Source(
            name=name,
            kind="capture",
            size=0,
            digest=None,
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
        places=(scan.places,) if scan.places else (),
        backward=scan.backward,
    )


def _log(reading: logs.LogReading, name: str, kind: SourceKind) -> Reading:
    return Reading(
        source=Source(
            name=name,
            kind=kind,
            size=0,
            digest=None,
            clock=reading.clock,
            log=reading.log,
            host=reading.host,
            of_cvm=reading.of_cvm,
            format=reading.format,
            zone=reading.zone,
            zone_assumed=reading.zone_assumed,
            first=reading.first,
            last=reading.last,
            records=reading.records,
            skipped=reading.skipped,
        ),
        events=reading.events,
        stretches=reading.stretches,
    )
