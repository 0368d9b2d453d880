"""What a file is, by its content: a capture, a log, a snapshot, a release's name, manual notes, or nothing known."""

from __future__ import annotations

import re

from msgspec.structs import replace

from analyzer.ingest import capture, foreign, logs, releases
from analyzer.ingest.prose import is_prose
from analyzer.ingest.streams.decoding import encoding_of
from analyzer.ingest.unread import FEWEST, holds_log_lines, is_newest_first
from analyzer.model.source import Reason, SkipReason, SourceKind

_MARK_TABLE = re.compile(rb"^[ \t]*\[\[[ \t]*mark[ \t]*\]\]", re.MULTILINE)
_CAPTURE_NAME = re.compile(r".*\.(?:pcap|pcapng|cap)\d*(?:\.\w+)?", re.IGNORECASE)
_LOG_NAME = re.compile(r".*\.(?:log|out)(?:\.[\w-]+)*", re.IGNORECASE)
MAY_QUOTE: frozenset[SkipReason] = frozenset(("log-export", "stray-table", "document", "vcenter-events"))
"""Foreign files that may hold lines of a log."""
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def recognise(head: bytes, name: str) -> SourceKind | None:
    """The kind of the file that begins with `head`; `name` only breaks a tie between logs.

    A page is never a log, whatever lines it quotes: our own report of an earlier run may lie beside the evidence.
    """
    if _PAGE.match(head):
        return None
    if capture.sniff(head):
        return "capture"
    if _is_marks(head):
        return "marks"
    if is_newest_first(head):
        return None
    found = logs.recognise(head, name)
    if found is None:
        return "release" if releases.printed(head) else None
    return None if _is_quoted(head, found) else found


def _is_quoted(head: bytes, kind: SourceKind) -> bool:
    """Whether what looks like a log, or a console's, is a document that has some lines of one."""
    return (kind == "console" or logs.family_of(kind) is not None) and is_prose(head)


def is_called_as_evidence(name: str, instead: Reason) -> bool:
    """Whether a file that is none is called as evidence is, so that whoever brought it takes it for some: a capture or
    one of our logs; of what is empty or binary data, any log.
    """
    base = name.rpartition("/")[2]
    if _LOG_NAME.fullmatch(base):
        ours = base.partition(".")[0].lower() in {family.name for family in logs.FAMILIES}
        return ours or instead.name in ("empty", "unknown-binary")
    return _CAPTURE_NAME.fullmatch(base) is not None


def _is_marks(head: bytes) -> bool:
    """TOML with `[[mark]]` tables, or a table with a mark's columns and no others."""
    return _MARK_TABLE.search(head) is not None or foreign.is_marks_table(head)


def what_instead(head: bytes) -> Reason:
    """What an unrecognised file is: empty, something known that is no evidence, other text, or binary data."""
    if not head:
        return Reason("empty")
    if is_newest_first(head) and holds_log_lines(head):
        return Reason("newest-first")
    quoted = logs.recognise(head, "")
    if quoted is not None and _is_quoted(head, quoted) and not _PAGE.match(head):
        return Reason("quoted-in-prose")
    known = foreign.foreign(head)
    is_text = encoding_of(head) is not None
    if is_text and (known is None or known.name in MAY_QUOTE) and holds_log_lines(head):
        exported = known is not None and known.name == "log-export"
        return replace(known, found=FEWEST) if known is not None and exported else Reason("log-in-other-form")
    if known is not None:
        return known
    if is_text:
        start = " ".join(head[:200].decode("utf-8", "replace").split())[:40]
        return Reason("unknown-text", detail=start, known=", ".join(family.file for family in logs.FAMILIES))
    return Reason("unknown-binary")
