"""What reading a log gives: events with the clock they are on, or every line explained."""

from __future__ import annotations

import msgspec

from analyzer.ingest.logs.checks.stretch import Stretch
from analyzer.model.event import Detail, Event
from analyzer.model.instant import Instant
from analyzer.model.source import Log, Skipped


class LogReading(msgspec.Struct, frozen=True, kw_only=True):
    """What one log, snapshot or marks file tells. `zone_assumed`: stamps without a zone were taken as UTC.

    `stretches` are HA checks that are not among the events: long stretches of them that found all well.
    """

    clock: str
    log: Log | None = None
    host: str | None = None
    of_cvm: str | None = None
    format: str = ""
    zone: str | None = None
    zone_assumed: bool = False
    records: int = 0
    first: Instant | None = None
    last: Instant | None = None
    events: tuple[Event, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class ExplainedLine(msgspec.Struct, frozen=True):
    """One line as the reader understood it. `note` says why there is no instant, or what is odd about it."""

    number: int
    text: str
    at: Instant | None
    rule: str
    detail: Detail | None
    note: str = ""
