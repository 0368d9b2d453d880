"""Which log or snapshot a text is, by the shape of its lines; the name decides only between equals.

A file may start in the middle of a record or with a traceback, so every line of its first 64 KiB is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzer.ingest.logs.families import FAMILIES, Family, lines
from analyzer.model.source import SourceKind

HEAD_BYTES = 1 << 16
_SNAPSHOTS: Mapping[SourceKind, re.Pattern[bytes]] = {
    "route-table": lines(rb"^VMkernel Routes:|^Network\s+Netmask\s+Gateway\s+Interface"),
    "neighbor-list": lines(rb"^Neighbor\s+Mac Address\s+Vmknic"),
    "netstat": lines(
        rb"^Proto\s+Recv-?Q\s+Send-?Q|^Active Internet connections"
        rb"|^(?:tcp|tcp4|tcp6)\s+\d+\s+\d+\s+\S+[:.]\S+\s+\S+[:.]\S+"
    ),
    "cluster-status": lines(rb"^[ \t]*CVM:\s+\S+\s+(?:Up|Down)\b"),
}


def recognise(head: bytes, name: str) -> SourceKind | None:
    """The kind of the log or snapshot that begins with `head` (plain text), or None when it is neither."""
    head = head[:HEAD_BYTES]
    by_sureness = sorted(FAMILIES, key=lambda family: bool(family.signs))  # of equals, not the shape of many programs
    counts = {family.name: _lines_of(family, head, name) for family in by_sureness}
    best = max(counts.values())
    if best:
        return next(iter(_by_name([kind for kind in counts if counts[kind] == best], name)))
    shown = [kind for kind, pattern in _SNAPSHOTS.items() if pattern.search(head)]
    return next(iter(_by_name(shown, name)), None)


def _lines_of(family: Family, head: bytes, name: str) -> int:
    """How many lines of the family; none when nothing but a shape that other programs have too speaks for it."""
    if family.signs and family.name not in name.lower() and not any(sign.search(head) for sign in family.signs):
        return 0
    return len(family.line.findall(head))


def _by_name(kinds: list[SourceKind], name: str) -> list[SourceKind]:
    """The kinds, those first whose word is in the file's name."""
    base = re.split(r"[/\\]", name)[-1].lower()
    return sorted(kinds, key=lambda kind: kind.split("-")[0] not in base)
