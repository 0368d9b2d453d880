"""Reads one log or snapshot of a known kind, or explains it line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.ingest.logs.families import family_of
from analyzer.ingest.logs.header import read_header
from analyzer.ingest.logs.log_reader import LogReader
from analyzer.ingest.logs.meaning.classify import Classifier
from analyzer.ingest.logs.meaning.suggestion import suggested
from analyzer.ingest.logs.result import ExplainedLine, LogReading
from analyzer.ingest.logs.rules.rule import Rules
from analyzer.ingest.logs.shell.shells import Shells
from analyzer.ingest.logs.snapshots import Console, Snapshots, date_in, snapshots
from analyzer.ingest.logs.text.addresses import private_addresses
from analyzer.ingest.logs.text.lines import text_of
from analyzer.ingest.logs.text.stamp import zone_of
from analyzer.ingest.logs.writer import Writer, writer_of
from analyzer.model.event import Event, RouteCommand, TypedAtPrompt
from analyzer.model.instant import NO_TIME
from analyzer.model.source import Origin, SourceKind

_LONGEST_DATE = 1 << 10


def read(
    stream: BinaryIO, name: str, kind: SourceKind, settings: Settings, rules: Rules, host: str | None = None
) -> LogReading:
    """Read the log or snapshot `name` of the kind that `recognise` told; what can't be read in the file is counted in
    `skipped`. `host` is who wrote it by its lines.
    """
    writer, family = writer_of(name, kind, settings, host), family_of(kind)
    if kind == "date":
        return _date(stream, settings, writer)
    if family is None:
        return _tables(snapshots(stream, name, writer, zone_of(settings.log_timezone)), kind, settings, writer, rules)
    console = _console(stream, name, settings, writer)
    reading = LogReader(name, family, writer, settings, rules).read(cast("BinaryIO", console))
    found = console.tables()
    if found is None:
        return reading
    shown = _tables(found, kind, settings, writer, rules)
    return replace(
        reading,
        events=(*reading.events, *shown.events),
        skipped=(*reading.skipped, *shown.skipped),
        format=f"{reading.format}, {shown.format}",
    )


def explain(
    stream: BinaryIO, name: str, kind: SourceKind, settings: Settings, rules: Rules, host: str | None = None
) -> Iterator[ExplainedLine]:
    """Every line of a log with what was understood of it and by which rule."""
    writer, family = writer_of(name, kind, settings, host), family_of(kind)
    if family is None:
        yield from _explained_tables(snapshots(stream, name, writer, zone_of(settings.log_timezone)))
        return
    console = _console(stream, name, settings, writer)
    yield from LogReader(name, family, writer, settings, rules).explain(cast("BinaryIO", console))
    if (found := console.tables()) is not None:
        yield from _explained_tables(found)


def _console(stream: BinaryIO, name: str, settings: Settings, writer: Writer) -> Console:
    """A log's stream, of which the tables between its lines are found while it is read."""
    return Console(stream, Snapshots(name, writer, zone_of(settings.log_timezone), of_log=True))


def suggest_rule(
    stream: BinaryIO, name: str, kind: SourceKind, number: int, settings: Settings, rules: Rules
) -> str | None:
    """A rules file with a rule for line `number` of a log; None where no record begins there. Raises as `read`."""
    family = family_of(kind)
    row = next((row for row in explain(stream, name, kind, settings, rules) if row.number == number), None)
    header = read_header(row.text, family.shape) if family and row else None
    if family is None or header is None:
        return None
    return suggested(header.module, header.message, family.name, rules.vocabulary(family.name))


def _date(stream: BinaryIO, settings: Settings, writer: Writer) -> LogReading:
    """The output of `date` alone: it says when what lies beside it was printed."""
    zone = zone_of(settings.log_timezone)
    date = date_in(text_of(stream.read(_LONGEST_DATE)), writer.clock, zone)
    if date is None:
        return LogReading(clock=writer.clock, host=writer.host)
    assumed = not date.zoned and zone.assumed
    return LogReading(
        clock=writer.clock,
        host=writer.host,
        zone="UTC" if date.zoned else zone.name,
        zone_assumed=assumed,
        records=1,
        first=date.at,
        last=date.at,
    )


def _tables(found: Snapshots, kind: SourceKind, settings: Settings, writer: Writer, rules: Rules) -> LogReading:
    """What tables tell that were found in a file of a kind, and what was typed at its prompts."""
    zone, taken, name = zone_of(settings.log_timezone), found.told, found.name
    events = tuple(
        Event(at=one.at or NO_TIME, detail=one.detail, origin=Origin(name, one.number), rule=one.format, text=one.text)
        for one in taken
    )
    ends = [one.at for one in taken if one.at is not None]
    clocks = {at.clock for at in ends}
    unzoned = any(not one.zoned for one in taken if one.at is not None)
    return LogReading(
        clock=clocks.pop() if len(clocks) == 1 else writer.clock,
        host=writer.host,
        of_cvm=writer.of_cvm,
        format=", ".join(dict.fromkeys(one.format for one in taken)) or kind,
        zone=zone.name if unzoned else "UTC",
        zone_assumed=unzoned and zone.assumed,
        records=len(taken) + len(found.prompted),
        first=min(ends, key=lambda at: at.least, default=None),
        last=max(ends, key=lambda at: at.most, default=None),
        skipped=found.skipped(),
        events=(*events, *_typed(found, settings, rules)),
    )


def _typed(found: Snapshots, settings: Settings, rules: Rules) -> Iterator[Event]:
    """The route commands that were typed at the prompts of a text: on a CVM, those for a host."""
    classifier, shells = Classifier(rules, "shell", settings), Shells()
    for line in found.prompted:
        for one in shells.ran(line.machine, line.typed).commands:
            on = one.on or (None if line.on_cvm else line.machine)
            if line.on_cvm and not one.on:
                continue
            on = None if on in private_addresses(settings) else on
            for said in classifier.classify("", f"[{line.user}]: {' '.join(one.words)}"):
                if isinstance(said.detail, RouteCommand) and said.detail.destination == settings.storage_address:
                    typed = TypedAtPrompt(said.detail.action, line.user, line.machine, on, said.detail.gateway)
                    yield Event(
                        at=NO_TIME, detail=typed, origin=Origin(found.name, line.number), rule=said.rule, text=line.text
                    )


def _explained_tables(found: Snapshots) -> Iterator[ExplainedLine]:
    """One explained line for each snapshot, at its first line."""
    for one in found.told:
        note = "" if one.at else "the text does not say when it was taken"
        yield ExplainedLine(one.number, one.text, one.at, one.format, one.detail, note)
