"""Which log or snapshot a text is, by the shape of its lines; the name decides only between equals.

A file may start in the middle of a record or with a traceback, so every line of its first 64 KiB is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzer.model.source import SourceKind

HEAD_BYTES = 1 << 16
_STAMP = rb"^(?:<\d{1,3}>)?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s?(?:Z|[+-]\d\d:?\d\d))?:?\s+"


def _lines(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.MULTILINE | re.IGNORECASE)


_HEADERS = _lines(
    _STAMP + rb"(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\s+(?:\S{1,80}\s+)??\[?[\w./<>-]{1,120}:\d+\]?"
)
_GENESIS_SIGNS = (
    _lines(rb"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}Z "),  # a comma and a Z: no other program's log has both
    _lines(
        rb"\bha_\w+\.py|hypervisor_ha|ha_service|\bgenesis|\bstargate|\bcvm\b|\bsvm\b|nfsterminate|autopath|esxcfg-route"
    ),
    _lines(
        rb"\b(?:node_manager|cluster_manager|zookeeper_service|command|ipv4config|server|service_utils|cluster)(?:\.py)?:\d+"
    ),
)
_ESXI: Mapping[SourceKind, re.Pattern[bytes]] = {
    "vmkernel": _lines(_STAMP + rb"[^\n]{0,120}?\bcpu\d+:\d+[^\n)]{0,80}\)"),
    "vobd": _lines(
        _STAMP + rb"(?:[A-Z]\w\(\d+\)\s+)?[^\n]{0,60}?\[\w*Correlator\w*\]|" + _STAMP + rb"[^\n]{0,80}?\bvobd\b"
    ),
    "shell": _lines(_STAMP + rb"[^\n]{0,60}?\b(?:shell|ESXShell|SSH)(?:\[\w+\])?:\s"),
    "auth": _lines(_STAMP + rb"[^\n]{0,60}?\b(?:sshd(?:-session)?|login|dcui|su|sudo|passwd)\[\w+\]:?\s"),
    "hostd": _lines(_STAMP + rb"[^\n]{0,60}?\bhostd(?:\[\w+\]|:)|" + _STAMP + rb"[^\n]{0,60}?\[Originator@\d+"),
}
_SNAPSHOTS: Mapping[SourceKind, re.Pattern[bytes]] = {
    "route-table": _lines(rb"^VMkernel Routes:|^Network\s+Netmask\s+Gateway\s+Interface"),
    "neighbor-list": _lines(rb"^Neighbor\s+Mac Address\s+Vmknic"),
    "netstat": _lines(
        rb"^Proto\s+Recv-?Q\s+Send-?Q|^Active Internet connections"
        rb"|^(?:tcp|tcp4|tcp6)\s+\d+\s+\d+\s+\S+[:.]\S+\s+\S+[:.]\S+"
    ),
    "cluster-status": _lines(rb"^\s*CVM:\s+\S+\s+(?:Up|Down)\b"),
}


def recognise(head: bytes, name: str) -> SourceKind | None:
    """The kind of the log or snapshot that begins with `head` (decompressed), or None when it is neither."""
    head = head[:HEAD_BYTES].replace(b"\r\n", b"\n").replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf")
    counts = {kind: len(pattern.findall(head)) for kind, pattern in _ESXI.items()}
    counts["genesis"] = _genesis_lines(head, name)
    best = max(counts.values())
    if best:
        return next(iter(_by_name([kind for kind in counts if counts[kind] == best], name)))
    shown = [kind for kind, pattern in _SNAPSHOTS.items() if pattern.search(head)]
    return next(iter(_by_name(shown, name)), None)


def _genesis_lines(head: bytes, name: str) -> int:
    """How many record headers; none when nothing but the header's common shape speaks for genesis.out."""
    headers = len(_HEADERS.findall(head))
    told = "genesis" in name.lower() or any(sign.search(head) for sign in _GENESIS_SIGNS)
    return headers if told else 0


def _by_name(kinds: list[SourceKind], name: str) -> list[SourceKind]:
    """The kinds, those first whose word is in the file's name."""
    base = re.split(r"[/\\]", name)[-1].lower()
    return sorted(kinds, key=lambda kind: kind.split("-")[0] not in base)
