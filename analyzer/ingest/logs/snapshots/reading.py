"""Snapshots in a text: what `esxcfg-route -l`, `esxcli network ip route|neighbor|connection … list`, `esxcli storage
nfs list`, `esxcfg-nas -l`, `netstat -a` and `cluster status` print.

None of them says when it was taken. The time is that of a stamp before it in the text (the output of `date`, a prompt,
a comment) or in the file's name; a stamp serves one snapshot of each kind and machine. Without one the time is not
known, and never a file's date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec
from msgspec.structs import astuple

from analyzer.ingest.logs.snapshots.dates import Date, date_in, date_in_name
from analyzer.ingest.logs.snapshots.machines import Speaker
from analyzer.ingest.logs.snapshots.tables import Table, TableKind, begins, belongs, content
from analyzer.ingest.logs.text.lines import LONGEST_RECORD, text_of
from analyzer.ingest.logs.text.stamp import Zone
from analyzer.ingest.logs.text.window import window
from analyzer.ingest.logs.writer import Writer
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Reason, Skipped

ROWS_AT_MOST = 50_000
"""Of all tables of one file."""
_AT_ONCE = 1 << 20
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


class Rows:
    """Counts the rows of one file's tables: from line `line` on none is told, `left` of them are not."""

    def __init__(self) -> None:
        self._told = self.line = self.left = 0

    def take(self, table: Taken) -> bool:
        """Whether the next table is told; from the first one on that is not, none is."""
        rows = max(1, len(astuple(table.detail)[0]))  # a table without rows is one, too
        if self.left or self._told + rows > ROWS_AT_MOST:
            self.leave(table.number, rows)
            return False
        self._told += rows
        return True

    def leave(self, line: int, rows: int) -> None:
        """So many rows more are not told, from a line on."""
        self.line = self.line or line
        self.left += rows

    def skipped(self, name: str) -> tuple[Skipped, ...]:
        """What is not told of the file `name`."""
        return (Skipped(name, f"line {self.line}", Reason("too-many-rows"), self.left),) if self.left else ()


class _Begun(msgspec.Struct, frozen=True):
    """A snapshot of which the lines are being gathered, and who prints them."""

    kind: TableKind
    number: int
    machine: str | None


def snapshots(stream: BinaryIO, name: str, writer: Writer, zone: Zone, room: Rows) -> Iterator[Taken]:
    """Every snapshot in the text of `stream`, in order, as far as there is `room`; of the text 8 MiB are looked at."""
    data = b""
    while len(data) < LONGEST_RECORD and (more := stream.read(LONGEST_RECORD - len(data))):
        data += more
    further = sum(max(1, more.count(b"\n")) for more in iter(lambda: stream.read(_AT_ONCE), b""))
    texts = [window(text_of(raw)) for raw in data.split(b"\n")]
    if further:  # the last line may have been cut, and the table that it is of
        texts.pop()
    for table in _each(texts, name, writer, zone, whole=not further):
        if room.take(table):
            yield table
    if further:
        room.leave(len(texts) + 1, further)


def _each(texts: Sequence[str], name: str, writer: Writer, zone: Zone, *, whole: bool) -> Iterator[Taken]:
    """Each snapshot; the last one only where the text is there to its end."""
    date = date_in_name(name, writer.clock, zone)
    served: set[tuple[TableKind, str | None]] = set()  # the kinds of snapshots of which machine the date has served
    speaker, table, rows = Speaker(), None, list[str]()
    for number, text in enumerate(texts, 1):
        kind = begins(text, table.kind if table else None, len(rows) if table else 0)
        stamp = None if kind is not None else _stamp(text, table, speaker, writer, zone)
        if table is not None and (kind is not None or stamp is not None or not belongs(text, table.kind)):
            yield _taken(table, rows, date if (table.kind, table.machine) not in served else None)
            served.add((table.kind, table.machine))
            table = None
        if kind is not None:
            printed_by = speaker.machine if kind in _OF_ANY else speaker.host
            table, rows = _Begun(kind, number, printed_by or writer.host), [text]
        elif table is not None:
            rows.append(text)
        else:
            speaker = speaker.after(text)
            if stamp is not None:
                date, served = stamp, set()
    if table is not None and whole:
        yield _taken(table, rows, date if (table.kind, table.machine) not in served else None)


def _stamp(text: str, table: _Begun | None, speaker: Speaker, writer: Writer, zone: Zone) -> Date | None:
    """The stamp in a line that begins no table, on the clock of whose prompt it is."""
    if table is not None and table.kind != "cluster-status" and belongs(text, table.kind):
        return None
    own = writer.clock if writer.host is not None else speaker.after(text).console or writer.clock
    return date_in(text, own, zone)


def _taken(table: _Begun, rows: Sequence[str], date: Date | None) -> Taken:
    """The snapshot, at the date before it, if there is one."""
    detail, text = content(table.kind, rows, table.machine), rows[0].strip()[:200]
    if date is None:
        return Taken(table.number, text, table.kind, detail, None)
    runs, at = _RUNS_FOR.get(table.kind, _RUNS_FOR_DEFAULT), date.at
    instant = Instant(at.clock, at.least, at.most + runs)
    return Taken(table.number, text, table.kind, detail, instant, date.zoned)
