"""Storage traffic that several captures counted, once: a SPAN port and the host's own vmk0 have the same replies, and
so have a capture and an extract of it.

Of one path and time the capture that has most replies counts; another one counts where that is not there, and for the
direction that it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span
from analyzer.model.over_time.columns import Columns, columns_of
from analyzer.model.traffic import TrafficSeries

PART_BITS = 10  # of a bin's place: so many of them are packed together
_Path = tuple[str, str, str, str]


class _Counted(msgspec.Struct, frozen=True):
    """What a capture counted of a path: the places of its series, its calls and replies, and when it was there, ns."""

    source: str
    places: tuple[int, ...]
    calls: int
    replies: int
    there: Span

    @property
    def ways(self) -> frozenset[str]:
        """The directions that it has."""
        return frozenset(name for name, count in (("calls", self.calls), ("replies", self.replies)) if count)


def counted_once(evidence: Evidence) -> Evidence:
    """The evidence, whose captures are on one clock, without counts that another capture has; the same one where there
    are none.
    """
    there, first_of = _there(evidence), {name: ring[0] for ring in evidence.rings for name in ring}
    by_path: dict[_Path, dict[str, list[int]]] = {}
    for place, one in enumerate(evidence.traffic):
        ends = one.ends
        if one.source in there:
            path = (ends.src_mac, ends.dst_mac, ends.src, ends.dst)
            by_path.setdefault(path, {}).setdefault(first_of.get(one.source, one.source), []).append(place)
    left: dict[int, TrafficSeries | None] = {}
    for by_source in by_path.values():
        if len(by_source) > 1:
            left |= _of_path(
                [_counted(evidence, name, places, there[name]) for name, places in by_source.items()], evidence
            )
    if not left:
        return evidence
    traffic = (left.get(place, one) for place, one in enumerate(evidence.traffic))
    return replace(evidence, traffic=tuple(one for one in traffic if one is not None))


def _there(evidence: Evidence) -> Mapping[str, Span]:
    """When each capture was there, ns; a ring's files are one."""
    found = {
        one.name: Span(one.first.least, one.last.most)
        for one in evidence.sources
        if one.kind == "capture" and one.first is not None and one.last is not None
    }
    for ring in evidence.rings:
        parts = [found[name] for name in ring if name in found]
        if parts:
            whole = Span(min(one.least for one in parts), max(one.most for one in parts))
            found |= dict.fromkeys(ring, whole)
    return found


def _counted(evidence: Evidence, source: str, places: Sequence[int], there: Span) -> _Counted:
    sums = [evidence.traffic[place].sums() for place in places]
    return _Counted(source, tuple(places), sum(calls for calls, _ in sums), sum(told for _, told in sums), there)


def _of_path(counted: Sequence[_Counted], evidence: Evidence) -> dict[int, TrafficSeries | None]:
    """The series of a path that have to be changed, by their place: what is left of each, None where nothing is."""
    most_first = sorted(counted, key=lambda one: (-len(one.ways), -one.replies, -one.calls, one.source))
    left: dict[int, TrafficSeries | None] = {}
    for number, one in enumerate(most_first):
        better = [each.there for each in most_first[:number] if one.ways <= each.ways]
        held = [span for span in better if _overlap(span, one.there) > evidence.traffic[one.places[0]].width]
        if held:
            left |= {place: _outside(evidence.traffic[place], held) for place in one.places}
    return left


def _overlap(one: Span, other: Span) -> int:
    return min(one.most, other.most) - max(one.least, other.least)


def _outside(series: TrafficSeries, held: Sequence[Span]) -> TrafficSeries | None:
    """What a capture counted while no other had the same."""
    kept = replace(
        series,
        counted=_rows_outside(series.counted, series.width, held),
        latencies=_rows_outside(series.latencies, series.latency_width, held),
    )
    return kept if kept.counted.parts else None


def _rows_outside(columns: Columns, width: int, held: Sequence[Span]) -> Columns:
    rows = (
        row
        for row in columns.rows()
        if not any(one.least < (row[0] + 1) * width and row[0] * width <= one.most for one in held)
    )
    return columns_of(rows, columns.width, PART_BITS)
