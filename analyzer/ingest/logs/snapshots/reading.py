"""Snapshots in a text: what `esxcfg-route -l`, `esxcli network ip route|neighbor|connection … list`, `esxcli storage
nfs list`, `esxcfg-nas -l`, `netstat -a` and `cluster status` print.

None of them says when it was taken. The time is that of a stamp before it in the text (the output of `date`, a prompt,
a comment) or in the file's name; a stamp serves one snapshot of each kind and machine. Of what stands between a log's
lines it is known to be after the one and before the next; without that one, only that it is later. Without a stamp the
time is not known, and never a file's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec
from msgspec.structs import astuple, replace

from analyzer.ingest.logs.snapshots.columns import Columns
from analyzer.ingest.logs.snapshots.dates import Date, date_in, date_in_name
from analyzer.ingest.logs.snapshots.machines import Speaker
from analyzer.ingest.logs.snapshots.prompts import Prompted, prompted
from analyzer.ingest.logs.snapshots.tables import Table, TableKind, begins, belongs, columns_after, content
from analyzer.ingest.logs.text.lines import BLOCK_BYTES, LONGEST_LINE, text_of
from analyzer.ingest.logs.text.stamp import STAMP, Zone
from analyzer.ingest.logs.text.window import LONGEST_MESSAGE, window
from analyzer.ingest.logs.writer import Writer
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Reason, Skipped

ROWS_AT_MOST = 50_000
"""Of all tables of one file."""
CHANGES_AT_MOST = 1_000
"""Tables of routes, datastores and CVMs that say something else than the one of the machine before them: each may begin
or end an episode.
"""
LONGEST_TABLE = 8 << 20
"""Characters of one table that are held before its end is seen; a longer one is counted and not told."""
_RECORD = re.compile(rf"\s*{STAMP}\S*\s+\S")
_RUNS_FOR = {"cluster-status": 15 * SECOND}  # it asks every CVM before it prints
_OF_ANY: frozenset[TableKind] = frozenset(("netstat", "cluster-status"))
"""What CVMs print as well as hosts."""
_RUNS_FOR_DEFAULT = 1 * SECOND


class Taken(msgspec.Struct, frozen=True):
    """One snapshot: its first line, what it is called, its content and, where the text tells, its instant. `zoned`
    tells whether the stamp had a zone.
    """

    number: int
    text: str
    format: TableKind
    detail: Table
    at: Instant | None
    zoned: bool = True


class _Begun(msgspec.Struct, frozen=True):
    """A snapshot of which the lines are being gathered, and who prints them."""

    kind: TableKind
    number: int
    machine: str | None


class _Dated(msgspec.Struct, frozen=True):
    """A snapshot at `place` of those that are told, and the stamp before it: the next one after it may bound it."""

    place: int
    date: Date
    of_record: bool


class Snapshots:
    """Finds the snapshots of one text, of which it is given the lines one after the other: those that are `told`, in
    order, and how many rows of further ones are left out; and what was typed at prompts.
    """

    def __init__(self, name: str, writer: Writer, zone: Zone, *, of_log: bool = False) -> None:
        self.told: list[Taken] = []
        self.prompted: list[Prompted] = []
        self.name, self._writer, self._zone = name, writer, zone
        self._date = date_in_name(name, writer.clock, zone)
        self._of_log, self._of_record = of_log, False  # lines are a log's; the date is the stamp of one
        self._dated: list[_Dated] = []
        self._served: set[tuple[TableKind, str | None]] = set()  # of which kind and machine the date has served
        self._speaker = Speaker()
        self._table: _Begun | None = None
        self._columns: Columns | None = None
        self._rows: list[str] = []
        self._said: dict[tuple[TableKind, str | None], Table] = {}
        self._held = self._count = self._changes = self._left = self._first_left = 0

    def take(self, number: int, raw: bytes) -> None:
        """Look at the next line, the `number`th of the file, from 1."""
        whole = text_of(raw)[:LONGEST_MESSAGE]
        text, table = window(whole), self._table
        kind = begins(text, table.kind if table else None, len(self._rows))
        stamp = None if kind is not None else self._stamp(text, whole)
        if table is not None and (kind is not None or stamp is not None or not self._belongs(whole, text, table.kind)):
            self.end()
        if kind is not None:
            printed_by = self._speaker.machine if kind in _OF_ANY else self._speaker.host
            self._table = _Begun(kind, number, printed_by or self._writer.host)
        if self._table is not None:
            self._gather(text, whole)
            return
        self._speaker = self._speaker.after(text)
        if (typed := prompted(number, text)) is not None and len(self.prompted) < CHANGES_AT_MOST:
            self.prompted.append(typed)
        if stamp is not None:
            self._bound(stamp)
            self._date, self._served = stamp, set()
            self._of_record = self._of_log and _RECORD.match(text) is not None

    def end(self) -> None:
        """What was gathered is a whole table: the text ends, or goes on with something else."""
        table = self._table
        if table is None:
            return
        who = table.kind, table.machine
        date = self._date if who not in self._served else None
        found = _taken(table, self._rows, None if self._of_record else date)
        self._served.add(who)
        rows = max(1, len(astuple(found.detail)[0]))  # a table without rows is one, too
        self._note_change(table, found.detail)
        many = self._count + rows > ROWS_AT_MOST or self._changes > CHANGES_AT_MOST
        if self._left or many:  # behind the first that is not told, none is
            self._leave(table.number, rows)
        else:
            if date is not None:
                self._dated.append(_Dated(len(self.told), date, self._of_record))
            self.told.append(found)
            self._count += rows
        self._drop()

    def _bound(self, stamp: Date) -> None:
        """What was printed before a stamp was printed by then."""
        for one in self._dated:
            taken, first = self.told[one.place], one.date.at
            if first.clock in (stamp.at.clock, self._writer.clock) and stamp.at.most >= first.least:
                last = stamp.at.most if taken.at is None else min(taken.at.most, stamp.at.most)
                at = Instant(first.clock, first.least, max(first.most, last))
                self.told[one.place] = replace(taken, at=at, zoned=one.date.zoned)
        self._dated = []

    def _note_change(self, table: _Begun, detail: Table) -> None:
        if table.kind not in ("neighbor-list", "netstat"):
            before = self._said.get((table.kind, table.machine))
            self._changes += before is not None and before != detail
            self._said[table.kind, table.machine] = detail

    def skipped(self) -> tuple[Skipped, ...]:
        """What is not told of the text."""
        where = f"line {self._first_left}"
        return (Skipped(self.name, where, Reason("too-many-rows"), self._left),) if self._left else ()

    def _belongs(self, whole: str, text: str, kind: TableKind) -> bool:
        """Whether a line is of the table; where columns are told by their places, none of its blanks is left out."""
        return belongs(text if self._columns is None else whole, kind, self._columns)

    def _gather(self, text: str, whole: str) -> None:
        if self._table is not None:
            self._columns = columns_after(self._columns, whole, self._table.kind)
        self._rows.append(text if self._columns is None else whole)
        self._held += len(self._rows[-1])
        if self._held > LONGEST_TABLE and self._table is not None:
            self._leave(self._table.number, len(self._rows))
            self._drop()

    def _leave(self, number: int, rows: int) -> None:
        self._first_left = self._first_left or number
        self._left += rows

    def _drop(self) -> None:
        self._table, self._columns, self._rows, self._held = None, None, [], 0

    def _stamp(self, text: str, whole: str) -> Date | None:
        """The stamp in a line that begins no table, on the clock of whose prompt it is."""
        table, writer = self._table, self._writer
        if table is not None and table.kind != "cluster-status" and self._belongs(whole, text, table.kind):
            return None
        own = writer.clock if writer.host is not None else self._speaker.after(text).console or writer.clock
        return date_in(text, own, self._zone)


def snapshots(stream: BinaryIO, name: str, writer: Writer, zone: Zone) -> Snapshots:
    """The snapshots in the text of `stream`."""
    found = Snapshots(name, writer, zone)
    for number, raw in enumerate(_lines(stream), 1):
        found.take(number, raw)
    found.end()
    return found


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream; of one that is longer than 64 KiB at least so much."""
    begun = b""
    while data := stream.read(BLOCK_BYTES):
        *whole, begun = (begun + data).split(b"\n")
        yield from whole
        begun = begun[:LONGEST_LINE]
    if begun:
        yield begun


def _taken(table: _Begun, rows: Sequence[str], date: Date | None) -> Taken:
    """The snapshot, at the date before it, if there is one."""
    detail, text = content(table.kind, rows, table.machine), rows[0].strip()[:200]
    if date is None:
        return Taken(table.number, text, table.kind, detail, None)
    runs, at = _RUNS_FOR.get(table.kind, _RUNS_FOR_DEFAULT), date.at
    instant = Instant(at.clock, at.least, at.most + runs)
    return Taken(table.number, text, table.kind, detail, instant, date.zoned)
