"""Capture quality: whether the figures of each capture can be trusted for timing, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from analyzer.judge.directions import MANY
from analyzer.judge.dossier import Dossier, known
from analyzer.judge.health import captures
from analyzer.model.finding import CaptureQuality, Quality, QualityReason
from analyzer.model.traffic import CaptureTotals

WORTH: Mapping[QualityReason, Quality] = MappingProxyType(
    {
        "frames-lost": "with-care",
        "many-frames-lost": "not-for-timing",
        "one-direction": "not-for-timing",
        "file-cut": "with-care",
        "frames-cut": "with-care",
        "copied": "with-care",
        "clock-set": "not-for-timing",
        "begins-late": "with-care",
        "ends-early": "with-care",
        "empty": "not-for-timing",
    }
)
"""What a capture is worth with each reason; with several, the worst of these."""
ORDER: Sequence[Quality] = ("trustworthy", "with-care", "not-for-timing")
ONE_IN = 100  # lost frames, of the storage frames that were seen, with which an instant may well be a lost one's

_Edges = tuple[int, int]


def capture_quality(dossier: Dossier) -> tuple[CaptureQuality, ...]:
    """The quality of each capture, in the order of the evidence."""
    one_way = {source for source, _ in dossier.one_way}
    edges = _edges(dossier)
    found = []
    for totals in dossier.evidence.captures:
        reasons = [*_of_totals(totals, dossier)]
        reasons += ["one-direction"] if totals.source in one_way else []
        reasons += ["clock-set"] if totals.source in dossier.found.clock_set else []
        reasons += _of_edges(edges[totals.source], dossier) if totals.source in edges else ()
        found.append(CaptureQuality(totals.source, worst(WORTH[one] for one in reasons), tuple(reasons)))
    return tuple(found)


def worst(found: Iterable[Quality]) -> Quality:
    """The worst of several words; where there is none, nothing speaks against."""
    return max(found, key=ORDER.index, default="trustworthy")


def _of_totals(totals: CaptureTotals, dossier: Dossier) -> Iterator[QualityReason]:
    """What a capture's own counts tell."""
    if not totals.frames:
        yield "empty"
    lost = totals.capture_drops + (totals.gaps if captures.has_gaps(totals, dossier) else 0)
    if lost:
        yield "many-frames-lost" if lost * ONE_IN > totals.storage_frames else "frames-lost"
    if any(source.name == totals.source for source in captures.damaged(dossier)):
        yield "file-cut"
    read = totals.nfs_calls or totals.nfs_replies
    if totals.truncated and totals.storage_frames >= MANY and not read:
        yield "frames-cut"
    if captures.has_copies(totals) or captures.has_misplaced(totals):
        yield "copied"


def _edges(dossier: Dossier) -> Mapping[str, _Edges]:
    """When each capture begins and ends on the reference clock, ns; files of one ring are one capture."""
    own: dict[str, _Edges] = {}
    for source in dossier.evidence.sources:
        if source.kind == "capture" and source.first is not None and source.last is not None:
            first, last = dossier.placed(source.first), dossier.placed(source.last)
            if first is not None and last is not None:
                own[source.name] = first.least, last.most
    for ring in dossier.evidence.rings:
        edges = [own[name] for name in ring if name in own]
        if edges:
            whole = min(first for first, _ in edges), max(last for _, last in edges)
            own |= dict.fromkeys(ring, whole)
    return own


def _within(dossier: Dossier) -> tuple[bool, bool]:
    """Whether all captures together surely begin, and end, within an episode."""
    if dossier.found.covered is None:
        return False, False
    first, last = dossier.found.covered
    instants = [[one.at for one in known(episode).values()] for episode in dossier.episodes]
    times = [(min(at.most for at in some), max(at.least for at in some)) for some in instants if some]
    return any(begin < first < end for begin, end in times), any(begin < last < end for begin, end in times)


def _of_edges(edges: _Edges, dossier: Dossier) -> Iterator[QualityReason]:
    """Whether a capture is the one that has the first, or the last, of what is there of an episode. One that is silent
    while its host is served elsewhere has all that was to be seen.
    """
    late, early = _within(dossier)
    first, last = dossier.found.covered or edges
    if late and edges[0] <= first:
        yield "begins-late"
    if early and edges[1] >= last:
        yield "ends-early"
