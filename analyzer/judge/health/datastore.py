"""What the ESXi host logged of its datastore: all paths down, or its NFS server lost."""

from __future__ import annotations

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, listed, several
from analyzer.model.event import Event, HostStorage
from analyzer.model.finding import Finding

LOST = {
    "apd-start": "all paths down started",
    "apd-timeout": "all paths down timed out",
    "server-lost": "the NFS server was lost",
}


def lost(dossier: Dossier) -> list[Finding]:
    """AP102, one for each host whose log tells it."""
    by_host: dict[str, list[tuple[Event, HostStorage]]] = {}
    for event, detail in dossier.of(HostStorage):
        if detail.state in LOST:
            by_host.setdefault(dossier.wrote.get(event.origin.source, ""), []).append((event, detail))
    found = []
    for host, told in sorted(by_host.items()):
        what = listed([words for state, words in LOST.items() if any(detail.state == state for _, detail in told)])
        who = f"The host {host}" if host else "The host"
        sentence = f"{who} logged that it lost its datastore: {what} ({several(len(told), 'line')})"
        found.append(codes.finding(codes.DATASTORE_LOST, sentence, tuple(event.origin for event, _ in told)))
    return found
