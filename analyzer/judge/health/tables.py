"""Tables that show a host or CVM otherwise than the episodes tell."""

from __future__ import annotations

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier
from analyzer.judge.health.words import lasting
from analyzer.judge.printed import taken_within
from analyzer.judge.unsettled import open_snapshots
from analyzer.model.finding import Finding
from analyzer.model.instant import NO_TIME
from analyzer.model.path import Snapshot, SnapshotState

_SHOWS: dict[SnapshotState, str] = {
    "forwarded": "the host {of} redirected to {via}",
    "not-forwarded": "the host {of} not redirected",
    "connected": "an NFS connection of {of} over the public network",
    "neighbor-outside": "the storage address as a neighbour of {of} on the public network",
    "datastore-inaccessible": "the datastore of {of} not accessible",
    "cvm-up": "the CVM {of} up and serving",
    "cvm-down": "the CVM {of} down",
    "stargate-down": "the Stargate of the CVM {of} down",
}


def contradicting(dossier: Dossier) -> list[Finding]:
    """AP119, one for each such table, where there are episodes at all."""
    if not dossier.episodes:
        return []
    return [
        codes.finding(codes.TABLE_CONTRADICTS, _said(one) + _assumed(one, dossier), one.origins)
        for one in open_snapshots(dossier)
    ]


def _assumed(one: Snapshot, dossier: Dossier) -> str:
    """What is taken for granted of the table's clock; nothing where the evidence compares it with the others."""
    clocks = {at.clock for at in (one.since, one.until) if at is not None and at.clock != NO_TIME.clock}
    within = max((taken_within(dossier, clock) or 0 for clock in sorted(clocks)), default=0)
    if not within:
        return ""
    return f" (assumed: its clock is right within {lasting(within)})"


def _said(one: Snapshot) -> str:
    if one.state == "cvm-up" and one.of is None:
        return "A table shows every CVM up and serving at a time at which an episode has one down"
    shows = _SHOWS.get(one.state, one.state).format(of=one.of or "that it was printed on", via=one.via or "a CVM")
    otherwise = "an episode has it down" if one.state == "cvm-up" else "no episode has that"
    return f"A table shows {shows} at a time at which {otherwise}"
