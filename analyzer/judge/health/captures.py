"""How good the captures are: frames that one lost, cut or copied, and what it can't have seen."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judge import codes
from analyzer.judge.directions import Way
from analyzer.judge.dossier import Dossier, listed, several
from analyzer.model.finding import Finding
from analyzer.model.source import SkipReason, Source
from analyzer.model.traffic import CaptureTotals

OF_AN_EPISODE = 2  # a connection that went on by another path lacks that part of both directions where it comes back
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
        "too-many-interfaces",
        "too-many-details",
    )
)
"""The rest of such a capture is missing, or can't be told from damage."""
ONE_IN = 100  # so many copies or misplaced frames are told: one in these of the storage frames


def without_storage(dossier: Dossier) -> list[Finding]:
    """AP401: no capture has a frame of the storage address."""
    captures = dossier.evidence.captures
    if not captures or any(totals.storage_frames for totals in captures):
        return []
    return [codes.finding(codes.NO_STORAGE_TRAFFIC, "No capture has traffic of the storage address")]


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
            sentence = f"{totals.source} lost frames: {listed(said)}; it has {totals.storage_frames:,} storage frames"
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
            said.append(f"{several(totals.out_of_order, 'storage frame')} in the wrong order")
        if said:
            found.append(codes.finding(codes.COPIED_OR_REORDERED, f"{totals.source} has {listed(said)}"))
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
    back: dict[Way, Way] = {"to": "from", "from": "to"}
    return [
        codes.finding(codes.ONE_DIRECTION, f"{source} has frames {way} the storage address, and none {back[way]} it")
        for source, way in dossier.one_way
    ]
