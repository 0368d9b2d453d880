"""From paths to evidence: every file found, recognised, read by the parser of its kind, and put in order.

What can be read is read; what can't is counted (:class:`~analyzer.model.source.Skipped`) and travels in the result.
Only when nothing at all can be read there is nothing to ask, and that is an error.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from operator import attrgetter

from analyzer.config import Settings
from analyzer.errors import EvidenceError, UsageError
from analyzer.ingest import logs
from analyzer.ingest.dated import with_dates_beside
from analyzer.ingest.files.bundle import Again, Closed, Progress, stored_files
from analyzer.ingest.reading import Outcome, PassedOver, Reading, named
from analyzer.ingest.workers import outcomes
from analyzer.model.evidence import Evidence
from analyzer.model.source import Reason, Skipped, Source

UNRECOGNISED_SHOWN = 100


def collect(paths: Sequence[str | os.PathLike[str]], settings: Settings, progress: Progress | None = None) -> Evidence:
    """Read all evidence in `paths`; `progress` is told a file's name and how many stored bytes of it were read.

    Every `skipped` of a source is in :attr:`Evidence.skipped` too. Raises :class:`UsageError` without a path,
    :class:`EvidenceError` when a path doesn't exist or nothing can be read, :class:`ConfigurationError` for rules and
    marks that are wrong.
    """
    if not paths:
        raise UsageError("no evidence was named: give at least one capture, log, folder or bundle")
    collection = _Collection(settings)
    for outcome in outcomes(tuple(stored_files(paths)), settings, progress):
        collection.take(outcome)
    return collection.evidence(len(paths))


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

    def _reading(self, reading: Reading) -> None:
        name, identity = reading.source.name, reading.identity
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
        read = with_dates_beside(self._readings)
        if all(reading.source.kind == "unrecognised" for reading in read):
            raise EvidenceError(self._nothing(inputs))
        _check_clocks(self._settings, [reading.source for reading in read])
        unreadable = [Skipped(c.name, "file", c.reason) for c in self._closed if not self._told(c.name)]
        hidden = [Skipped(name, "files", Reason("further-not-evidence"), n) for name, n in self._not_shown.items()]
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
        return f"{reasons[0].typed}: {reasons[0].reason.sentence}{more}"


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
