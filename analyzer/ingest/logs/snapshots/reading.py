"""Snapshots in a text: what `esxcfg-route -l`, `esxcli network ip route|neighbor|connection … list`, `esxcli storage
nfs list`, `netstat -a` and `cluster status` print.

None of them says when it was taken. The time is that of a stamp before it in the text (the output of `date`, a prompt,
a comment) or in the file's name; a stamp serves one snapshot of each kind and machine. Without one the time is not
known, and never a file's date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec

from analyzer.ingest.logs.snapshots.dates import Date, date_in, date_in_name
from analyzer.ingest.logs.snapshots.machines import Speaker
from analyzer.ingest.logs.snapshots.tables import Table, TableKind, begins, belongs, content
from analyzer.ingest.logs.text.lines import LONGEST_RECORD, text_of
from analyzer.ingest.logs.text.stamp import Zone
from analyzer.ingest.logs.text.window import window
from analyzer.ingest.logs.writer import Writer
from analyzer.model.instant import SECOND, Instant

_RUNS_FOR = {"cluster-status": 15 * SECOND}  # it asks every CVM before it prints
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


def snapshots(stream: BinaryIO, name: str, writer: Writer, zone: Zone) -> Iterator[Taken]:
    """Every snapshot in the text of `stream` (at most 8 MiB of it are read), in order."""
    date = date_in_name(name, writer.clock, zone)
    served: set[tuple[TableKind, str | None]] = set()  # the kinds of snapshots of which machine the date has served
    speaker, table, rows = Speaker(), None, list[str]()
    for number, text in enumerate(_texts(stream), 1):
        kind = begins(text, table.kind if table else None, len(rows) if table else 0)
        stamp = None if kind is not None else _stamp(text, table, speaker, writer, zone)
        if table is not None and (kind is not None or stamp is not None or not belongs(text, table.kind)):
            yield _taken(table, rows, date if (table.kind, table.machine) not in served else None)
            served.add((table.kind, table.machine))
            table = None
        if kind is not None:
            table, rows = _Begun(kind, number, speaker.machine or writer.host), [text]
        elif table is not None:
            rows.append(text)
        else:
            speaker = speaker.after(text)
            if stamp is not None:
                date, served = stamp, set()
    if table is not None:
        yield _taken(table, rows, date if (table.kind, table.machine) not in served else None)


def _texts(stream: BinaryIO) -> Iterator[str]:
    data = b""
    while len(data) < LONGEST_RECORD and (more := stream.read(LONGEST_RECORD - len(data))):
        data += more
    return (window(text_of(raw)) for raw in data.split(b"\n"))


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
