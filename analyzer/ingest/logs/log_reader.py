"""Reads a log with stamped records: each record that matters becomes events; what can't be read is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import BinaryIO

import msgspec

from analyzer.config import Settings
from analyzer.ingest.logs.again import Again
from analyzer.ingest.logs.bounds import Bound
from analyzer.ingest.logs.checks.folding import Folder
from analyzer.ingest.logs.checks.stretch import Stretch
from analyzer.ingest.logs.families import Family
from analyzer.ingest.logs.header import Header, KnownHeaders, read_header
from analyzer.ingest.logs.meaning.answers import answered
from analyzer.ingest.logs.meaning.cast import completed
from analyzer.ingest.logs.meaning.classify import LONGEST_TEXT, NOTHING, Classified
from analyzer.ingest.logs.meaning.machines import MAPPING
from analyzer.ingest.logs.meanings import Meanings
from analyzer.ingest.logs.result import ExplainedLine, LogReading
from analyzer.ingest.logs.rules.rule import Rules
from analyzer.ingest.logs.text.lines import LONGEST_LINE, Block, Line, blocks, is_prompt, text_of
from analyzer.ingest.logs.text.prefilter import STAMPED_LINE, Prefilter
from analyzer.ingest.logs.text.repeats import ReadOnce
from analyzer.ingest.logs.text.stamp import USUAL, ReadStamp, read_stamp, usual_stamp, zone_of
from analyzer.ingest.logs.writer import Writer
from analyzer.model.event import Event
from analyzer.model.instant import Instant
from analyzer.model.source import Origin, Reason, Skipped

_END_BYTES, _ENDS = 1 << 14, 3
_CONTINUES = "continues the record of line"
_AGAIN = "stands above with the same stamp: read once"
_MOST_MORE = 4096
_MOST_KNOWN = 4096


class _Record(msgspec.Struct):
    """A record on its way: its header's line, and the text of the lines behind it that were looked at."""

    number: int
    text: str
    header: Header
    stamp: ReadStamp
    more: str = ""


class LogReader:
    """One log being read: the classifier of its family, and what was met so far."""

    def __init__(self, name: str, family: Family, writer: Writer, settings: Settings, rules: Rules) -> None:
        self._name = name
        self._family = family
        self._writer = writer
        self._zone = zone_of(settings.log_timezone)
        self._meanings = Meanings(family, writer, settings, rules)
        self._tokens = _tokens(rules, family.name, settings)
        self._headers = KnownHeaders()
        self._latest: int | None = None
        self._unzoned = False
        self._shapes: Counter[str] = Counter()
        self._odd: dict[Reason, tuple[str, int]] = {}

    def read(self, stream: BinaryIO) -> LogReading:
        """All of the log, looking only at records with a token of the rules."""
        folder, bound = Folder(), Bound()
        ends: list[Instant] = []
        records, number = 0, 1
        prefilter = Prefilter(self._tokens or ())
        again = Again(folder, lambda event: not bound.left and self._says_alone(event))
        once = ReadOnce(stream)
        for data in blocks(once):
            block = Block(number, data)
            number += data.count(b"\n")
            if bound.left:
                looked = prefilter.look(data)
                records += looked.stamped
                bound.pass_over(len(looked.starts))
                continue
            ends += self._ends(data)
            if block.number == 1:
                self._learn(block)
            for part in again.rest(block):
                looked = prefilter.look(part.data)
                records += looked.stamped
                lines = part.candidates(looked.starts) if self._skips(part.data) else part.lines()
                for some in again.single([*lines]):
                    self._take(some, folder, bound)
        folder.end()
        records += again.lines
        if once.lines:
            self._note(f"line {min(once.left_out)}", Reason("told-again", found=once.lines))
        ends = bound.ends(ends)
        events, stretches = self._in_context(folder.events, folder.stretches)
        zone = self._zone if self._unzoned else None
        return LogReading(
            clock=self._writer.clock,
            log=self._family.log,
            host=self._writer.host,
            of_cvm=self._writer.of_cvm,
            format=self._format(),
            zone=zone.name if zone else "UTC",
            zone_assumed=zone is not None and zone.assumed,
            records=records,
            first=min(ends, key=lambda at: at.least, default=None),
            last=max(ends, key=lambda at: at.most, default=None),
            events=events,
            stretches=stretches,
            skipped=(
                *(Skipped(self._name, where, reason, n) for reason, (where, n) in self._odd.items()),
                *bound.skipped(self._name),
            ),
        )

    def _take(self, lines: Iterable[Line], folder: Folder, bound: Bound) -> None:
        """Hand the folder the events of whole records, one by one."""
        for record in self._records(lines):
            if bound.left:
                bound.pass_over(1)
                continue
            for event in self._events(record):
                if bound.takes(event):
                    folder.take(event, odd=record.stamp.doubt is not None)

    def _skips(self, data: bytes) -> bool:
        """Whether lines of a block that hold no token say nothing: they may begin or end a here-document, or say what
        a word of a later line stands for.
        """
        typed = self._family.commands and (self._meanings.in_document or b"<<" in data)
        return self._tokens is not None and not typed and not self._family.typed

    def _in_context(
        self, events: list[Event], stretches: list[Stretch]
    ) -> tuple[tuple[Event, ...], tuple[Stretch, ...]]:
        """The events and the packed checks with what only the lines around them tell."""
        if self._family.machine != "cvm":
            return tuple(events), tuple(stretches)
        return completed(answered(events, self._meanings.vocabulary), stretches)

    def explain(self, stream: BinaryIO) -> Iterator[ExplainedLine]:
        """Each line; the record's meaning stands at its header."""
        number, once = 1, ReadOnce(stream)
        for data in blocks(once):
            if number == 1:
                self._learn(Block(number, data))
            record: _Record | None = None
            behind: list[Line] = []
            for line in Block(number, data).lines():
                started = self._started(line)
                if record is not None and is_prompt(line.raw):
                    yield from self._explained(record, behind, once.left_out)
                    record, behind = None, []
                if started is None:
                    behind.append(line)
                    if record is not None and len(record.more) < _MOST_MORE:
                        record.more += text_of(line.raw) + "\n"
                    continue
                yield from self._explained(record, behind, once.left_out)
                record, behind = started, []
            yield from self._explained(record, behind, once.left_out)
            number += data.count(b"\n")

    def _explained(
        self, record: _Record | None, behind: list[Line], again: Mapping[int, bytes]
    ) -> Iterator[ExplainedLine]:
        if record is not None:
            for found in self._meanings.of(record.header, record.more):
                doubt = record.stamp.doubt.sentence if record.stamp.doubt else ""
                yield ExplainedLine(record.number, record.text, _when(record, found), found.rule, found.detail, doubt)
        why = f"{_CONTINUES} {record.number}" if record else "no stamp before it: not the start of a record"
        for line in behind:
            raw, told = again.get(line.number, line.raw), _AGAIN if line.number in again else why
            yield ExplainedLine(line.number, text_of(raw), None, NOTHING, None, told)

    def _ends(self, data: bytes) -> list[Instant]:
        """The instants of a block's first and last stamps that can be read."""
        found: list[Instant] = []
        head = STAMPED_LINE.finditer(b"\n" + data[:_END_BYTES])
        starts = [match.start() for match in islice(head, _ENDS)]
        tail = max(0, len(data) - _END_BYTES)
        starts += [match.start() + 1 for match in STAMPED_LINE.finditer(data, tail)][-_ENDS:]
        for start in starts:
            end = data.find(b"\n", start)
            header = read_header(text_of(data[start : end if end >= 0 else len(data)]), self._family.shape)
            if header is not None:
                self._shapes[self._family.shape.form(header)] += 1
                stamp = self._stamp(header, 0, note=False)
                found += [stamp.at] if stamp else []
        return found

    def _records(self, lines: Iterable[Line]) -> Iterator[_Record]:
        record: _Record | None = None
        for line in lines:
            started = self._started(line)
            if started is not None:
                if record is not None:
                    yield record
                record = started
            elif record is not None and is_prompt(line.raw):
                yield record
                record = None
            elif record is not None and line.raw and len(record.more) < _MOST_MORE:
                record.more += text_of(line.raw) + "\n"
        if record is not None:
            yield record

    def _started(self, line: Line) -> _Record | None:
        """The record that starts at a line, or None when the line continues one (or its stamp is impossible)."""
        text = text_of(line.raw)
        header = self._headers.of(text)
        usual = usual_stamp(text[:USUAL], self._writer.clock) if header is not None else None
        if header is not None and usual is not None:
            self._latest = max(self._latest or usual.at.least, usual.at.least)
            return _Record(line.number, text, header, usual)
        header = read_header(text, self._family.shape)
        if header is None:
            return None
        self._headers.learn(text, header)
        stamp = self._stamp(header, line.number, note=True)
        if stamp is None:
            return None
        if len(line.raw) > LONGEST_LINE:
            self._note(f"line {line.number}", Reason("long-line"))
        return _Record(line.number, text, header, stamp)

    def _stamp(self, header: Header, number: int, *, note: bool) -> ReadStamp | None:
        try:
            stamp = read_stamp(header.stamp, self._writer.clock, self._zone, self._latest if note else None)
        except ValueError:
            if note:
                self._note(f"line {number}", Reason("impossible-stamp"))
            return None
        self._unzoned |= not stamp.zoned
        if note:
            self._latest = max(self._latest or stamp.at.least, stamp.at.least)
            if stamp.doubt:
                self._note(f"line {number}", stamp.doubt)
        return stamp

    def _note(self, where: str, reason: Reason) -> None:
        first, count = self._odd.get(reason, (where, 0))
        self._odd[reason] = (first, count + 1)

    def _says_alone(self, event: Event) -> bool:
        """Whether a line with the usual stamp is known to mean an event, and nothing else, by itself."""
        text = event.text or ""
        header = self._headers.of(text)
        if header is None or usual_stamp(text[:USUAL], self._writer.clock) is None:
            return False
        return self._meanings.known(header) == (Classified(event.rule or "", event.detail),)

    def _learn(self, block: Block) -> None:
        """Which machines the names of a log's first block mean: such lines stand at its start, in any module."""
        if self._family.machine == "cvm":
            for line in block.lines():
                if MAPPING.search(line.raw):
                    self._meanings.learn(text_of(line.raw))

    def _events(self, record: _Record) -> Iterator[Event]:
        told = self._meanings.of(record.header, record.more)
        if self._meanings.lacks is not None:
            self._note(f"line {record.number}", self._meanings.lacks)
        for found in told:
            if found.detail is not None:
                yield Event(
                    at=_when(record, found),
                    detail=found.detail,
                    origin=Origin(self._name, record.number),
                    rule=found.rule,
                    text=record.text[:LONGEST_TEXT],
                )

    def _format(self) -> str:
        if not self._shapes:
            return f"{self._family.name} (no record header)"
        return f"{self._family.name} ({'; '.join(shape for shape, _ in self._shapes.most_common(3))})"


def _when(record: _Record, found: Classified) -> Instant:
    """When what a record tells happened: at its stamp, unless it says how long after that."""
    at, (least, most) = record.stamp.at, found.later
    return Instant(at.clock, at.least + least, at.most + most)


def _tokens(rules: Rules, family: str, settings: Settings) -> tuple[bytes, ...] | None:
    tokens = rules.vocabulary(family).tokens
    return None if tokens is None else (*tokens, settings.storage_address.encode())
