"""From paths to evidence: every file found, recognised, read by the parser of its kind, and put in order.

What can be read is read; what can't is counted (:class:`~analyzer.model.source.Skipped`) and travels in the result.
Only when nothing at all can be read there is nothing to ask, and that is an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from operator import attrgetter

import msgspec

from analyzer.config import Settings
from analyzer.errors import ConfigurationError, EvidenceError, UsageError
from analyzer.ingest import logs
from analyzer.ingest.across.copies import without_copies, without_same_captures
from analyzer.ingest.across.dated import with_dates_beside
from analyzer.ingest.across.handed import without_handed
from analyzer.ingest.across.homes import at_home
from analyzer.ingest.across.named import as_their_text_says
from analyzer.ingest.excerpts import with_holes, without_excerpts
from analyzer.ingest.files.bundle import BUNDLE, Again, Closed, Progress, Stored, stored_files
from analyzer.ingest.reading import Outcome, PassedOver, Reading, named
from analyzer.ingest.workers import outcomes
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.source import Reason, Skipped, Source

UNRECOGNISED_SHOWN = 100
_MOST_OF_A_YEAR = 300 * 86_400 * SECOND


def collect(
    paths: Sequence[str | os.PathLike[str]],
    settings: Settings,
    progress: Progress | None = None,
    begun: Callable[[int], None] | None = None,
) -> Evidence:
    """Read all evidence in `paths`; `progress` is told a file's name and how many stored bytes of it were read, `begun`
    before that how many there are in all.

    Every `skipped` of a source is in :attr:`Evidence.skipped` too. Raises :class:`UsageError` without a path,
    :class:`EvidenceError` when a path doesn't exist or nothing can be read, :class:`ConfigurationError` for rules that
    are wrong, and for marks that are when there is nothing else.
    """
    if not paths:
        raise UsageError("no evidence was named: give at least one capture, log, folder or bundle")
    collection = _Collection(settings)
    found = tuple(stored_files(paths))
    if begun is not None:
        begun(sum(one.size for one in found if isinstance(one, Stored)))
    later: dict[str, Outcome] = {}
    with closing(outcomes(found, settings, progress)) as each:
        for outcome in each:
            if isinstance(outcome, PassedOver) and outcome.reason.name == "no-year":
                later[outcome.name] = outcome
            else:
                collection.take(outcome)
    if later and (near := collection.middle()) is not None:
        later |= _dated(found, later, msgspec.structs.replace(settings, log_near=near), progress)
    for outcome in later.values():
        collection.take(outcome)
    return collection.evidence(len(paths))


def _dated(
    found: Sequence[Stored | Closed | Again],
    names: Mapping[str, Outcome],
    settings: Settings,
    progress: Progress | None,
) -> dict[str, Outcome]:
    """The logs of these names read anew, now that there is something to tell their year by."""
    again = [
        one
        for one in found
        if isinstance(one, Stored) and any(name == one.name or name.startswith(one.name + BUNDLE) for name in names)
    ]
    with closing(outcomes(again, settings, progress)) as each:
        dated = {_name(outcome): outcome for outcome in each}
    return {name: outcome for name, outcome in dated.items() if name in names}


def _name(outcome: Outcome) -> str:
    return outcome.source.name if isinstance(outcome, Reading) else outcome.name


class _Collection:
    """Readings as they come in, what was passed over, and the identities met so far."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._readings: list[Reading] = []
        self._skipped: list[Skipped] = []
        self._closed: list[Closed] = []
        self._by_identity: dict[str, str] = {}
        self._not_shown: dict[str, int] = {}
        self._unrecognised = 0

    def take(self, outcome: Outcome) -> None:
        """Keep what one file gave, or note why there is nothing of it."""
        match outcome:
            case Reading():
                self._reading(outcome)
            case PassedOver():
                self._pass_over(outcome)
            case Closed():
                self._closed.append(outcome)
            case Again():
                self._skipped.append(_again(outcome.name, outcome.first))

    def middle(self) -> int | None:
        """The middle of the time that the evidence so far is of (ns); None where that says nothing of a year."""
        ends = [at for reading in self._readings for at in (reading.source.first, reading.source.last) if at]
        if not ends:
            return None
        first, last = min(at.least for at in ends), max(at.most for at in ends)
        return (first + last) // 2 if last - first < _MOST_OF_A_YEAR else None

    def _reading(self, reading: Reading) -> None:
        name, identity = reading.source.name, reading.identity
        if with_holes(reading):
            self._closed.append(Closed(name, Reason("excerpt-with-holes"), name, explicit=True))
            return
        if identity is not None and (first := self._by_identity.setdefault(identity, name)) != name:
            self._skipped.append(_again(name, first))
            return
        self._readings.append(reading)

    def _pass_over(self, passed: PassedOver) -> None:
        if passed.closed is not None:
            self._closed.append(passed.closed)
        self._unrecognised += 1
        if self._unrecognised > UNRECOGNISED_SHOWN:
            bundle = passed.name.partition("!/")[0]
            self._not_shown[bundle] = self._not_shown.get(bundle, 0) + 1
            return
        source = Source(
            name=passed.name, kind="unrecognised", size=passed.size, digest=None, clock="none",
            skipped=(Skipped(passed.name, "file", passed.reason),),
        )  # fmt: skip
        self._readings.append(Reading(source=source))

    def evidence(self, inputs: int) -> Evidence:
        """All of it in order; :class:`EvidenceError` when there is nothing to analyse."""
        kept, excerpts = without_excerpts(self._readings)
        kept, same = without_same_captures(kept)
        read = with_dates_beside(kept)
        if all(reading.source.kind == "unrecognised" for reading in read):
            self._raise_wrong_marks()
            raise EvidenceError(self._nothing(inputs))
        _check_clocks(self._settings, [reading.source for reading in read])
        unreadable = [Skipped(c.name, "file", c.reason) for c in self._closed if not self._told(c.name)]
        hidden = [Skipped(name, "files", Reason("further-not-evidence"), n) for name, n in self._not_shown.items()]
        told = without_handed(as_their_text_says(read, self._settings))
        read = _shared(at_home(without_copies(told), self._settings))
        parts = [logs.Part(reading.source, reading.events, reading.stretches) for reading in read]
        told_checks = logs.told_checks(parts, self._settings)
        return Evidence(
            sources=tuple(reading.source for reading in read),
            events=tuple(sorted((*(e for reading in read for e in reading.events), *told_checks), key=_order)),
            captures=tuple(t for reading in read for t in reading.totals),
            operations=tuple(o for reading in read for o in reading.operations),
            traffic=tuple(t for reading in read for t in reading.traffic),
            rings=tuple(reading.ring for reading in read if reading.ring),
            backward=tuple((reading.source.name, reading.backward) for reading in read if reading.backward),
            places=tuple(p for reading in read for p in reading.places),
            releases=tuple(sorted({one for reading in read for one in reading.releases})),
            skipped=(
                *(one for reading in read for one in reading.source.skipped),
                *self._skipped,
                *same,
                *excerpts,
                *unreadable,
                *hidden,
            ),
        )

    def _raise_wrong_marks(self) -> None:
        """Where nothing else can be read, a slip in a person's own notes is what there is to tell."""
        for closed in self._closed:
            if closed.reason.name == "wrong-marks":
                raise ConfigurationError(f"{closed.typed}: {closed.reason.sentence}")

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
        more = f" (and {_count(len(reasons) - 1, 'other file')} can't be read either)" if len(reasons) > 1 else ""
        return f"{reasons[0].typed}: {reasons[0].reason.sentence}{more}"


def _shared(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, whose logs together have no more changes than are told."""
    return [
        reading if share is None else _without_rest(reading, share)
        for reading, share in zip(readings, logs.shares([_of_log(reading) for reading in readings]), strict=True)
    ]


def _of_log(reading: Reading) -> Sequence[Event]:
    return reading.events if reading.source.log is not None else ()


def _without_rest(reading: Reading, share: logs.Share) -> Reading:
    """A log's reading up to before a line."""
    source = reading.source
    left = logs.left_out(source.name, share.line, share.events)
    return msgspec.structs.replace(
        reading,
        source=msgspec.structs.replace(source, last=share.last or source.first, skipped=(*source.skipped, left)),
        events=tuple(event for event in reading.events if event.origin.number < share.line),
        stretches=tuple(one for one in reading.stretches if one.numbers[-1] < share.line),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_order = attrgetter("at.clock", "at.least", "origin.source", "origin.number")


def _again(name: str, first: str) -> Skipped:
    return Skipped(name, "file", Reason("same-file", detail=first))


def _check_clocks(settings: Settings, sources: Sequence[Source]) -> None:
    """An offset for a source that isn't there is a slip: :class:`UsageError`."""
    read = [source for source in sources if source.kind != "unrecognised"]
    for given, _ in settings.clock_offsets:
        if not any(given == source.clock or named(given, source.name) for source in read):
            known = ", ".join(sorted({source.clock for source in read} | {source.name for source in read}))
            raise UsageError(f"--clock {given}: there is no source or clock of this name; there are {known}")
