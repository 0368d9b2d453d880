"""A person's notes of a test: when what was done, on which host or CVM; a TOML or CSV file.

    [[mark]]
    time = "2026-11-22 14:03:22"     # or with Z or an offset; or a TOML date-time
    zone = "Europe/Berlin"           # of a time without one; else --log-timezone
    action = "cvm-power-off"         # or `what` in words: "powered CVM A off"
    target = "192.168.1.26"
    gateway = "192.168.1.28"
    note = "pulled the plug"
    doubt_s = 5                      # how far the person's watch and hand may be off

A CSV file has the same names in its first line.
A person's stamp of S means [S, S + 1 s), widened by the doubt both ways.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate, pairwise
from typing import BinaryIO, Literal, get_args

import msgspec

from analyzer.config import Settings
from analyzer.errors import ConfigurationError, UsageError
from analyzer.ingest.logs import LogReading
from analyzer.ingest.logs.text.stamp import ReadStamp, Zone, read_stamp, zone_of
from analyzer.model.event import Event, Mark
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from analyzer.user_file import LARGEST, toml_table

CLOCK = "person"
DOUBT_S = 5
Action = Literal["cvm-power-off", "cvm-power-on", "route-add", "route-delete", "note"]
ACTIONS: tuple[Action, ...] = get_args(Action)
COLUMNS = ("time", "zone", "action", "what", "target", "host", "cvm", "gateway", "note", "doubt_s")

_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*mark[ \t]*\]\]", re.MULTILINE)
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_VIA = re.compile(r"\b(?:via|through|to|gateway|gw|using)\s+(\d{1,3}(?:\.\d{1,3}){3})(?!\.?\d)", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:cvm|host|esxi?|node)[\s-]+(?!off\b|on\b|down\b|up\b|was\b|is\b|back\b)([\w.-]+)", re.IGNORECASE
)
_ROUTE = r"\b(?:routes?|forward\w*|esxcfg-route)\b"
_WORDS: tuple[tuple[Action, tuple[str, ...]], ...] = (
    ("route-delete", (_ROUTE, r"\b(?:delet\w*|remov\w*|clear\w*|drop\w*)\b|\s-d\b")),
    ("route-add", (_ROUTE, r"\b(?:add\w*|inject\w*|insert\w*|set|creat\w*)\b|\s-a\b")),
    (
        "cvm-power-off",
        (
            r"\b(?:cvm|svm|controller|vm|power\w*)\b",
            r"\b(?:off|down|shut\w*|halt\w*|kill\w*|poweroff|destroy\w*|stopp?\w*|crash\w*|pull\w*)\b",
        ),
    ),
    (
        "cvm-power-on",
        (r"\b(?:cvm|svm|controller|vm|power\w*)\b", r"\b(?:on|up|boot\w*|start\w*|back|poweron|resum\w*)\b"),
    ),
)


class _Row(msgspec.Struct, frozen=True):
    """A mark as written: where it stands (line of the file), and its cells as text."""

    line: int
    cells: Mapping[str, str]


def read_marks(stream: BinaryIO, name: str, settings: Settings) -> LogReading:
    """The marks in the file `name`, on the clock `person`. Raises :class:`ConfigurationError` with the line and what
    was expected when the file is wrong.
    """
    text = _text(stream, name)
    rows = list(_toml_rows(text, name) if _TABLE.search(text) else _csv_rows(text, name))
    if not rows:
        raise ConfigurationError(f"{name}: the file of manual notes has none: write [[mark]] tables, or CSV rows")
    default = zone_of(settings.log_timezone)
    events, unzoned = [], False
    for row in rows:
        stamp = _stamp(row, name, default)
        unzoned |= not stamp.zoned and "zone" not in row.cells
        events.append(_event(row, stamp, name))
    instants = [event.at for event in events]
    return LogReading(
        clock=CLOCK,
        format="marks",
        zone=default.name if unzoned else "UTC",
        zone_assumed=unzoned and default.assumed,
        records=len(rows),
        first=min(instants, key=lambda at: at.least),
        last=max(instants, key=lambda at: at.most),
        events=tuple(events),
    )


def _text(stream: BinaryIO, name: str) -> str:
    data = b""
    while len(data) <= LARGEST and (more := stream.read(LARGEST + 1 - len(data))):
        data += more
    if len(data) > LARGEST:
        raise ConfigurationError(f"{name}: has more than {LARGEST} bytes: such a file holds what a person noted")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{name}: line {line}: the manual notes are no UTF-8 text: save them as UTF-8"
        ) from error


def _wrong(name: str, line: int, what: str) -> ConfigurationError:
    return ConfigurationError(f"{name}: line {line}: {what}")


def _toml_rows(text: str, name: str) -> Iterator[_Row]:
    try:
        document = toml_table(text)
    except ValueError as error:
        raise ConfigurationError(f"{name}: the manual notes are no valid TOML: {error}; correct that place") from error
    ends = [match.end() for match in _TABLE.finditer(text)]
    lines = list(accumulate((text.count("\n", *between) for between in pairwise((0, *ends))), initial=1))[1:]
    tables = document.get("mark", ())
    for number, table in enumerate(tables if isinstance(tables, list) else ()):
        line = lines[min(number, len(lines) - 1)]
        yield _Row(line, {key: _cell(value) for key, value in _known(table, name, line).items()})
    if unknown := set(document) - {"mark", "version"}:
        raise _wrong(name, 1, f"unknown key {min(unknown)!r} outside [[mark]]: expected are only [[mark]] tables")


def _cell(value: object) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _csv_rows(text: str, name: str) -> Iterator[_Row]:
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=first.count)
    lines = ("\n" if line.startswith("#") else line for line in io.StringIO(text))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                _known(dict.fromkeys(header, ""), name, reader.line_num)
                continue
            if len(cells) > len(header):
                raise _wrong(
                    name,
                    reader.line_num,
                    f"has {len(cells)} cells for {len(header)} columns: quote a cell with {delimiter!r}",
                )
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            yield _Row(reader.line_num, {key: cell for key, cell in row.items() if cell})
    except csv.Error as error:
        raise _wrong(name, reader.line_num, f"is no valid CSV ({error}): correct it") from error


def _known(cells: object, name: str, line: int) -> Mapping[str, object]:
    """The cells, when their names are those of a mark."""
    if not isinstance(cells, dict):
        raise _wrong(name, line, "a mark is a table: write [[mark]]")
    for key in cells:
        if key not in COLUMNS:
            raise _wrong(name, line, f"unknown name {key!r}: a mark has {', '.join(COLUMNS)}")
    if "time" not in cells:
        raise _wrong(name, line, "the mark has no `time`: write when it was done, as 2026-11-22 14:03:22")
    return cells


def _stamp(row: _Row, name: str, default: Zone) -> ReadStamp:
    text = row.cells.get("time", "")
    try:
        zone = zone_of(row.cells["zone"]) if "zone" in row.cells else default
    except UsageError as error:
        raise _wrong(
            name, row.line, f"there is no time zone {row.cells['zone']!r}: give an IANA name, as Europe/Berlin"
        ) from error
    try:
        return read_stamp(text, CLOCK, zone)
    except ValueError as error:
        raise _wrong(
            name,
            row.line,
            f"the time {text!r} can't be read: write it as 2026-11-22 14:03:22, with Z or an offset if known",
        ) from error


def _event(row: _Row, stamp: ReadStamp, name: str) -> Event:
    doubt = _doubt(row, name)
    cells = row.cells
    what = " ".join(cells[key] for key in ("what", "note") if key in cells)
    action = _action(row, name)
    gateway = cells.get("gateway") or _found(_VIA, what)
    target = cells.get("target") or cells.get("cvm") or cells.get("host") or _target(what, gateway)
    return Event(
        at=Instant(CLOCK, stamp.at.least - doubt, stamp.at.most + doubt),
        detail=Mark(action, target, gateway, what or action),
        origin=Origin(name, row.line),
        text=", ".join(f"{key}: {value}" for key, value in cells.items())[:500],
    )


def _doubt(row: _Row, name: str) -> int:
    text = row.cells.get("doubt_s", str(DOUBT_S))
    found = re.fullmatch(r"(\d{1,6})(?:\.(\d{1,9}))?", text)
    if found is None:
        raise _wrong(name, row.line, f"doubt_s is {text!r}: write seconds, as 5 or 0.5")
    return int(found[1]) * SECOND + int((found[2] or "").ljust(9, "0"))


def _action(row: _Row, name: str) -> Action:
    """The action as named, else as the words of `action`, `what` or `note` tell."""
    told = row.cells.get("action", "").lower().replace("_", "-").replace(" ", "-")
    for action in ACTIONS:
        if told == action:
            return action
    for key in ("action", "what", "note"):
        words = row.cells.get(key, "")
        for action, patterns in _WORDS:
            if words and all(re.search(pattern, words, re.IGNORECASE) for pattern in patterns):
                return action
    if told:
        raise _wrong(
            name, row.line, f"the action {row.cells['action']!r} is not known: use one of {', '.join(ACTIONS)}"
        )
    return "note"


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None


def _target(what: str, gateway: str | None) -> str | None:
    """The first address in a note that is not the gateway's (a route's destination counts as none), else a name."""
    on = re.search(r"\b(?:on|at|host|cvm)\s+(\d{1,3}(?:\.\d{1,3}){3})(?!\.?\d)", what, re.IGNORECASE)
    if on:
        return on[1]
    if re.search(_ROUTE, what, re.IGNORECASE):
        return _found(_NAMED, what)
    return next((a for a in _ADDRESS.findall(what) if a != gateway), None) or _found(_NAMED, what)
