"""Which log or snapshot a text is, by the shape of its lines; the name decides only between equals.

A file may start in the middle of a record or with a traceback, so every line of its first 64 KiB is looked at.
"""

from __future__ import annotations

import re

from analyzer.ingest.logs.families import FAMILIES, Family
from analyzer.ingest.logs.snapshots import SHAPES, has_changes, is_date
from analyzer.model.source import SourceKind

HEAD_BYTES = 1 << 16


def recognise(head: bytes, name: str) -> SourceKind | None:
    """The kind of the log or snapshot that begins with `head` (plain text), or None when it is neither."""
    head = head[:HEAD_BYTES]
    by_sureness = sorted(FAMILIES, key=lambda family: bool(family.signs))  # of equals, not the shape of many programs
    counts = {family.name: _lines_of(family, head, name) for family in by_sureness}
    best = max(counts.values())
    if best:
        return next(iter(_by_name([kind for kind in counts if counts[kind] == best], name)))
    if is_date(head):
        return "date"
    shown: list[SourceKind] = [kind for kind, pattern in SHAPES.items() if pattern.search(head)]
    return next(iter(_by_name(shown, name)), "console" if has_changes(head) else None)


def _lines_of(family: Family, head: bytes, name: str) -> int:
    """How many lines of the family; none when nothing but a shape that other programs have too speaks for it."""
    if family.signs and family.name not in name.lower() and not any(sign.search(head) for sign in family.signs):
        return 0
    return len(family.line.findall(head))


def _by_name(kinds: list[SourceKind], name: str) -> list[SourceKind]:
    """The kinds, those first whose word is in the file's name."""
    base = re.split(r"[/\\]", name)[-1].lower()
    return sorted(kinds, key=lambda kind: kind.split("-")[0] not in base)
