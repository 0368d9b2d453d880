"""How good the captures are: frames that one lost, cut or copied, and what it can't have seen."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, listed, several
from analyzer.model.event import StorageTraffic
from analyzer.model.finding import Finding

MANY = 20  # calls, or frames from the server, that make one direction a fact and no chance
OF_AN_EPISODE = 2  # a connection that went on by another path lacks that part of both directions where it comes back
ONE_IN = 100  # so many copies or misplaced frames are told: one in these of the storage frames


def without_storage(dossier: Dossier) -> list[Finding]:
    """AP401: no capture has a frame of the storage address."""
    captures = dossier.evidence.captures
    if not captures or any(totals.storage_frames for totals in captures):
        return []
    return [codes.finding(codes.NO_STORAGE_TRAFFIC, "No capture holds traffic of the storage address")]


def cut_short(dossier: Dossier) -> list[Finding]:
    """AP402: files whose end is missing."""
    return [
        codes.finding(codes.CUT_SHORT, f"{source.name}: {skip.why} ({skip.where})")
        for source in dossier.evidence.sources
        if source.kind == "capture"
        for skip in source.skipped
        if "ends inside" in skip.why
    ]


def lost_frames(dossier: Dossier) -> list[Finding]:
    """AP403: what a capture never saw of storage connections, and what the capturing program dropped."""
    found = []
    excused = OF_AN_EPISODE * len(dossier.episodes)
    for totals in dossier.evidence.captures:
        said = []
        if totals.gaps > excused:
            said.append(f"{several(totals.gaps, 'gap')} in storage connections ({totals.gap_bytes:,} bytes of payload)")
        if totals.capture_drops:
            said.append(f"{several(totals.capture_drops, 'frame')} dropped by the capturing program")
        if said:
            sentence = f"{totals.source} lost frames: {listed(said)}, beside {totals.storage_frames:,} storage frames"
            found.append(codes.finding(codes.FRAMES_LOST, sentence))
    return found


def copied(dossier: Dossier) -> list[Finding]:
    """AP404: copies that a mirror made, and frames out of order where that is not what lost ones look like."""
    found = []
    for totals in dossier.evidence.captures:
        many = max(1, totals.storage_frames // ONE_IN)
        said = []
        if totals.duplicates >= many:
            said.append(f"{several(totals.duplicates, 'copy').replace('copys', 'copies')} of storage frames")
        if totals.out_of_order >= many and totals.out_of_order > totals.gaps:  # what fills a gap later looks misplaced
            said.append(f"{several(totals.out_of_order, 'storage frame')} out of order")
        if said:
            found.append(codes.finding(codes.COPIED_OR_REORDERED, f"{totals.source} holds {listed(said)}"))
    return found


def snapped(dossier: Dossier) -> list[Finding]:
    """AP405: frames that the snapshot length cut."""
    return [
        codes.finding(
            codes.FRAMES_CUT,
            f"The snapshot length cut {totals.truncated:,} of {totals.frames:,} frames in {totals.source}",
        )
        for totals in dossier.evidence.captures
        if totals.truncated
    ]


def one_direction(dossier: Dossier) -> list[Finding]:
    """AP406: calls and nothing that comes back, or replies only, with no capture that has the other direction."""
    ways = dict(_one_way(dossier))
    if len(set(ways.values())) > 1:  # a file for each direction
        return []
    found = []
    for source, way in ways.items():
        sentence = f"{source} has frames {way} the storage address, and none {'to' if way == 'from' else 'from'} it"
        found.append(codes.finding(codes.ONE_DIRECTION, sentence))
    return found


def _one_way(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """The captures of one direction, and whether theirs is `to` the storage address or `from` it."""
    seen: dict[tuple[str, str], int] = {}
    storage = dossier.settings.storage_address
    for event, detail in dossier.of(StorageTraffic):
        key = event.origin.source, "to" if detail.ends.dst == storage else "from"
        if detail.what == "frame":
            seen[key] = seen.get(key, 0) + detail.run.count
    calls = {totals.source: sum(count for _, count in totals.nfs_calls) for totals in dossier.evidence.captures}
    for source, sent in calls.items():
        to, back = seen.get((source, "to"), 0), seen.get((source, "from"), 0)
        if sent >= MANY and not back:
            yield source, "to"
        elif back >= MANY and not to:
            yield source, "from"
