"""Files that people hand in beside evidence and that are none, each by its content: what it is, so that one can say
what to give instead.
"""

from __future__ import annotations

import re
import struct

from analyzer.ingest import marks
from analyzer.model.source import Reason, SkipReason

_LOOKED_AT = 1 << 14

_BY_MAGIC: tuple[tuple[bytes, SkipReason, str], ...] = (
    (b"%PDF-", "document", "PDF"),
    (b"{\\rtf", "document", "RTF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document", "Office or Outlook"),
    (b"PK\x03\x04", "document", "Office"),  # an archive is opened, but for these
    (b"\x89PNG", "image", "PNG"),
    (b"\xff\xd8\xff", "image", "JPEG"),
    (b"GIF8", "image", "GIF"),
    (b"II*\x00", "image", "TIFF"),
    (b"MM\x00*", "image", "TIFF"),
    (b"MDMP", "core-dump", ""),
    (b"snoop\x00\x00\x00", "other-capture", "snoop"),
    (b"GMBU", "other-capture", "Microsoft Network Monitor"),
    (b"RTSS", "other-capture", "Microsoft Network Monitor"),
    (b"XCP\x00", "other-capture", "NetXRay"),
    (b"VL\x00\x00", "other-capture", "NetXRay"),
    (b"TRSNIFF data    \x1a", "other-capture", "Sniffer"),
    (b"\x05VNF", "other-capture", "Visual Networks"),
    (b"\x01\x10\x4c\x00\x01\x05", "other-capture", "Novell LANalyzer"),
    (b"\xaa\xaa\xaa\xaa\x20\x00\x00\x00", "other-capture", "Accellent 5Views"),
    (b"TR\x00d\x00\x00", "other-capture", "HP-UX nettl"),
    (b"ElfFile\x00", "document", "Windows event log"),
    (b"7z\xbc\xaf\x27\x1c", "other-archive", "7z"),
    (b"Rar!\x1a\x07", "other-archive", "RAR"),
    (b"MSCF\x00\x00\x00\x00", "other-archive", "CAB"),
)
_ELF, _ELF_TYPE, _CORE = b"\x7fELF", slice(16, 18), (b"\x04\x00", b"\x00\x04")
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_BITMAP = re.compile(rb"BM.{4}\x00{4}", re.DOTALL)

_ERF_HEAD, _ERF_TYPES = 16, 48
_ERF_ENOUGH = 3
"""Records that make a file ERF; fewer do where they are all of it."""
_ERF_SINCE, _ERF_APART_S = 631_152_000, 3600
"""The earliest second of a stamp (in 1990), and how far the next one may be."""
_TCPDUMP = re.compile(
    rb"^(?:\d{4}-\d\d-\d\d )?(?:\d\d:\d\d:\d\d|\d{9,10})\.\d{6,9} "
    rb"(?:IP6? |ARP, |[\w.*:-]{1,80} > |[0-9a-f]{2}:[0-9a-f]{2}:|STP |LLDP|\w{1,9}\s+(?:In|Out|P|B|M)\s)",
    re.MULTILINE,
)
_WIRESHARK = re.compile(
    rb'^"?No\.?"?[ \t,;]+"?Time"?[ \t,;]+"?Source\b'
    rb"|^[ \t]*\d{1,9}[ \t]+\d{1,9}\.\d{3,9}[ \t]+\S{2,60}[ \t]+(?:\xe2\x86\x92|->|\xe2\x86\x90|<-)[ \t]+\S{2,60}[ \t]"
    rb'|^Frame 1: \d+ bytes on wire|<pdml\b|^\s{0,9}"_index": "packets-|^frame\.(?:number|time)',
    re.MULTILINE,
)
_MAIL = re.compile(
    rb"(?:From|To|Received|Return-Path|Delivered-To|Date|Subject|MIME-Version|Message-ID): ", re.IGNORECASE
)
_MAIL_TOO = (b"\nfrom: ", b"\nto: ", b"\nsubject: ", b"\nmime-version: ")
_EVENTS = re.compile(rb"\b(?:date time|created ?time|event type|event ?type ?id|fullformattedmessage)\b", re.IGNORECASE)
_EVENTS_TOO = re.compile(rb"\b(?:description|fullformattedmessage|task|target|user(?: ?name)?)\b", re.IGNORECASE)
_OF_EVENTS: tuple[frozenset[bytes], ...] = (
    frozenset((b"time", b"date", b"date time", b"datetime", b"timestamp", b"created", b"when")),
    frozenset((b"description", b"event", b"event description")),
    frozenset((b"user", b"user name", b"username", b"target", b"task", b"entity", b"entity name", b"initiator")),
)
"""Columns of what a person saved of vCenter's events, one of each: when, what and who, or on what."""
_JSON = re.compile(rb"\s*[\[{]\s*[{\"\]]")
_RECORD = re.compile(
    rb'"(?:_raw|_source|message|msg|log|event\.original)"\s*:\s*[\"{].{0,400}?\d{4}-\d\d-\d\d[T ]\d\d:', re.DOTALL
)
_ROUTE_FIELDS = re.compile(rb'"(?:Gateway|Netmask|Vmknic|Neighbor|LocalAddress|VolumeName)"\s*:')
_RAW = frozenset((b"_raw", b"message", b"msg", b"raw", b"event.original"))
_OF_ESXCLI = (frozenset((b"gateway", b"netmask", b"network")), frozenset((b"neighbor", b"vmknic")))
_COLUMN = re.compile(rb"""^[ \t"']*[A-Za-z_][\w ()./%#-]{0,40}[ \t"']*$""")
MARK_COLUMNS = frozenset(name.encode() for name in marks.COLUMNS)
_DOES = frozenset((b"action", b"what", b"note"))
_OURS = frozenset((b"case", b"host", b"kind"))  # a table of an earlier run: no evidence, and nobody's mistake


def foreign(head: bytes) -> Reason | None:
    """What the file that begins with `head` is, if it is something that people hand in and that is no evidence."""
    for magic, name, detail in _BY_MAGIC:
        if head.startswith(magic):
            return Reason(name, detail=detail)
    if _WEBP.match(head) or _BITMAP.match(head):
        return Reason("image", detail="WebP" if head.startswith(b"RIFF") else "BMP")
    if head.startswith(_ELF):
        return Reason("core-dump") if head[_ELF_TYPE] in _CORE else None
    if _is_erf(head):
        return Reason("other-capture", detail="an Endace DAG card (ERF)")
    return _text(head[:_LOOKED_AT])


def _is_erf(head: bytes) -> bool:
    """Whether these are ERF records: no magic begins them, but each has a type, a length, and a stamp near the last.

    Reference: Endace, ERF types reference guide (a record's header has 16 bytes).
    """
    at, records, before = 0, 0, 0
    while at + _ERF_HEAD <= len(head) and records < _ERF_ENOUGH:
        (seconds,) = struct.unpack_from("<I", head, at + 4)
        kind, size, _, length = struct.unpack_from(">BxHHH", head, at + 8)
        if not (1 <= kind & 0x7F <= _ERF_TYPES and size >= _ERF_HEAD and length and seconds > _ERF_SINCE):
            return False
        if records and abs(seconds - before) > _ERF_APART_S:
            return False
        at, before, records = at + size, seconds, records + 1
    return records >= _ERF_ENOUGH or (records > 0 and at == len(head))


def _text(head: bytes) -> Reason | None:
    if _WIRESHARK.search(head):
        return Reason("wireshark-text")
    if _TCPDUMP.search(head):
        return Reason("tcpdump-text")
    if _MAIL.match(head) and sum(field in head.lower() for field in _MAIL_TOO) > 1:
        return Reason("document", detail="e-mail")
    if _JSON.match(head) and (found := _json(head)) is not None:
        return found
    columns = columns_of(head)
    if any(of <= set(columns) for of in _OF_ESXCLI):
        return Reason("esxcli-format", detail="CSV")
    if len(columns) < 2 or not all(_COLUMN.match(column) for column in columns) or set(columns) >= _OURS:
        return None
    if _RAW & set(columns):
        return Reason("log-export", detail="CSV")
    first = b",".join(columns)
    of_events = all(any(column.strip(b" \"'") in names for column in columns) for names in _OF_EVENTS)
    if of_events or (_EVENTS.search(first) and _EVENTS_TOO.search(first)):
        return Reason("vcenter-events")
    return Reason("stray-table", detail=first.decode("utf-8", "replace")[:60], known=", ".join(marks.COLUMNS))


def _json(head: bytes) -> Reason | None:
    """What a text in JSON is: a collector's records, or a table of esxcli; None of any other."""
    if _ROUTE_FIELDS.search(head):
        return Reason("esxcli-format", detail="JSON")
    return Reason("log-export", detail="JSON") if _RECORD.search(head) else None


def columns_of(head: bytes) -> tuple[bytes, ...]:
    """The names in the first line of a table, in lower case; none where the next line has not as many cells."""
    lines = [line for line in head.split(b"\n") if line.strip() and not line.startswith(b"#")][:2]
    if not lines:
        return ()
    delimiter = max((b",", b";", b"\t"), key=lines[0].count)
    if any(line.count(delimiter) < lines[0].count(delimiter) for line in lines[1:]):
        return ()
    return tuple(cell.strip(b" \"'\t").lower() for cell in lines[0].split(delimiter))


def is_marks_table(head: bytes) -> bool:
    """Whether a table is a person's notes: all its columns are a mark's, one the time, one what was done."""
    columns = set(columns_of(head))
    return b"time" in columns and bool(columns & _DOES) and columns <= MARK_COLUMNS
