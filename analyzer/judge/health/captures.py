"""How good the captures are: frames that one lost, cut or copied, and what it can't have seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, listed, several
from analyzer.model.event import Ends, MacTraffic, StorageTraffic
from analyzer.model.finding import Finding
from analyzer.model.source import SkipReason, Source
from analyzer.model.traffic import CaptureTotals

MANY = 20  # calls, or frames from the server, that make one direction a fact and no chance
OF_AN_EPISODE = 2  # a connection that went on by another path lacks that part of both directions where it comes back
COMPLETED_BY = 4  # frames of one direction that one of the other answers at most; a stray one completes no connection
CUT: frozenset[SkipReason] = frozenset(
    (
        "cut-in-pcap-header",
        "cut-in-record-header",
        "cut-in-frame",
        "cut-in-section-header",
        "cut-in-block-header",
        "cut-in-block",
        "cut-in-large-block",
        "frame-beyond-limit",
        "block-of-odd-length",
        "block-beyond-limit",
        "block-of-two-lengths",
    )
)
"""The rest of such a capture is missing, or can't be told from damage."""
ONE_IN = 100  # so many copies or misplaced frames are told: one in these of the storage frames


def without_storage(dossier: Dossier) -> list[Finding]:
    """AP401: no capture has a frame of the storage address."""
    captures = dossier.evidence.captures
    if not captures or any(totals.storage_frames for totals in captures):
        return []
    return [codes.finding(codes.NO_STORAGE_TRAFFIC, "No capture holds traffic of the storage address")]


def cut_short(dossier: Dossier) -> list[Finding]:
    """AP402: files whose end is missing or unreadable."""
    return [
        codes.finding(codes.CUT_SHORT, f"{source.name}: {skip.reason.sentence} ({skip.where})")
        for source in damaged(dossier)
        for skip in source.skipped
        if skip.reason.name in CUT
    ]


def damaged(dossier: Dossier) -> Iterator[Source]:
    """The captures whose end is missing or unreadable."""
    for source in dossier.evidence.sources:
        if source.kind == "capture" and any(skip.reason.name in CUT for skip in source.skipped):
            yield source


def lost_frames(dossier: Dossier) -> list[Finding]:
    """AP403: what a capture never saw of storage connections, and what the capturing program dropped."""
    found = []
    for totals in dossier.evidence.captures:
        said = []
        if has_gaps(totals, dossier):
            said.append(f"{several(totals.gaps, 'gap')} in storage connections ({totals.gap_bytes:,} bytes of payload)")
        if totals.capture_drops:
            said.append(f"{several(totals.capture_drops, 'frame')} dropped by the capturing program")
        if said:
            sentence = f"{totals.source} lost frames: {listed(said)}, beside {totals.storage_frames:,} storage frames"
            found.append(codes.finding(codes.FRAMES_LOST, sentence))
    return found


def has_gaps(totals: CaptureTotals, dossier: Dossier) -> bool:
    """Whether a capture lacks more payload than the episodes themselves account for."""
    return totals.gaps > OF_AN_EPISODE * len(dossier.episodes)


def has_copies(totals: CaptureTotals) -> bool:
    """Whether a capture holds so many storage frames twice that they are told."""
    return totals.duplicates >= max(1, totals.storage_frames // ONE_IN)


def has_misplaced(totals: CaptureTotals) -> bool:
    """Whether so many storage frames are out of order that they are told; what fills a gap later looks misplaced."""
    return totals.out_of_order >= max(1, totals.storage_frames // ONE_IN) and totals.out_of_order > totals.gaps


def copied(dossier: Dossier) -> list[Finding]:
    """AP404: copies that a mirror made, and frames out of order where that is not what lost ones look like."""
    found = []
    for totals in dossier.evidence.captures:
        said = []
        if has_copies(totals):
            said.append(f"{several(totals.duplicates, 'copy').replace('copys', 'copies')} of storage frames")
        if has_misplaced(totals):
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
    """AP406: frames to the storage address and none from it, or the reverse, that no other capture completes, where
    nothing else shows that the capture hears both ways.
    """
    return [
        codes.finding(codes.ONE_DIRECTION, f"{source} has frames {way} the storage address, and none {_BACK[way]} it")
        for source, way in one_way(dossier)
    ]


_BACK = {"to": "from", "from": "to"}


def one_way(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """The captures that have frames `to` or `from` the storage address, and none the other way anywhere."""
    seen, two_way = _connections(dossier), _two_way(dossier)
    all_of: dict[str, Counter[tuple[str, int]]] = {"to": Counter(), "from": Counter()}
    for (_, way), frames_of in seen.items():
        all_of[way].update(frames_of)
    for totals in dossier.evidence.captures:
        calls = sum(count for _, count in totals.nfs_calls)
        replies = sum(seen.get((totals.source, "from"), {}).values())
        for way, back, count in (("to", "from", calls), ("from", "to", replies)):
            mine = seen.get((totals.source, way), {})
            completed = all(all_of[back][client] * COMPLETED_BY >= frames for client, frames in mine.items())
            alone = (totals.source, back) not in seen and (totals.source, way) not in two_way
            if count >= MANY and alone and not completed:
                yield totals.source, way


def _two_way(dossier: Dossier) -> set[tuple[str, str]]:
    """(capture, `to` or `from` the storage address) where it also has frames of all who receive these: the other
    direction goes by another network.
    """
    storage = dossier.settings.storage_address
    senders = {(event.origin.source, detail.mac) for event, detail in dossier.of(MacTraffic)}
    receivers: dict[tuple[str, str], set[str]] = {}
    for event, detail in dossier.of(StorageTraffic):
        way = "to" if detail.ends.dst == storage else "from"
        receivers.setdefault((event.origin.source, way), set()).add(detail.ends.dst_mac)
    return {key for key, macs in receivers.items() if all((key[0], mac) in senders for mac in macs)}


def _connections(dossier: Dossier) -> dict[tuple[str, str], dict[tuple[str, int], int]]:
    """(capture, `to` or `from` the storage address) → each connection's client, and how many frames it has."""
    found: dict[tuple[str, str], dict[tuple[str, int], int]] = {}
    storage = dossier.settings.storage_address
    frames: dict[tuple[str, int], tuple[Ends, int]] = {}  # by the capture and the ends, which a connection's runs share
    for event, detail in dossier.of(StorageTraffic):
        if detail.what == "frame":
            key = event.origin.source, id(detail.ends)
            frames[key] = detail.ends, frames.get(key, (detail.ends, 0))[1] + detail.run.count
    for (source, _), (ends, count) in frames.items():
        way, client = ("to", (ends.src, ends.sport)) if ends.dst == storage else ("from", (ends.dst, ends.dport))
        mine = found.setdefault((source, way), {})
        mine[client] = mine.get(client, 0) + count
    return found
