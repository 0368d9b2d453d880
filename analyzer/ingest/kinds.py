"""What a file is, by its content: a capture, one of the logs and snapshots, a person's marks, or nothing known."""

from __future__ import annotations

import re

from analyzer.ingest import capture, logs
from analyzer.model.source import Reason, SourceKind

_MARK_TABLE = re.compile(rb"^\s*\[\[\s*mark\s*\]\]", re.MULTILINE)
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_MARK_COLUMNS = {b"action", b"what", b"note", b"target"}
_TEXT = re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]*\Z")


def recognise(head: bytes, name: str) -> SourceKind | None:
    """The kind of the file that begins with `head`; `name` only breaks a tie between logs.

    A page is never a log, whatever lines it quotes: our own report of an earlier run may lie beside the evidence.
    """
    if _PAGE.match(head):
        return None
    if capture.sniff(head):
        return "capture"
    return "marks" if _is_marks(head) else logs.recognise(head, name)


def _is_marks(head: bytes) -> bool:
    """TOML with `[[mark]]` tables, or CSV whose first line has `time` and what was done."""
    if _MARK_TABLE.search(head):
        return True
    lines = (line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").splitlines())
    first = next((line for line in lines if line and not line.startswith(b"#")), b"")
    columns = {column.strip(b" \"'").lower() for column in re.split(rb"[,;\t]", first)}
    return b"time" in columns and bool(columns & _MARK_COLUMNS)


def what_instead(head: bytes) -> Reason:
    """What an unrecognised file is: empty, text in no known format, or binary data."""
    if not head:
        return Reason("empty")
    if _TEXT.match(head):
        start = " ".join(head[:200].decode("utf-8", "replace").split())[:40]
        return Reason("unknown-text", detail=start, known=", ".join(family.file for family in logs.FAMILIES))
    return Reason("unknown-binary")
