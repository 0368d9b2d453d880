"""Observations made by hand, of some seconds."""

from __future__ import annotations

from analyzer.correlate.merge.causes import CHAIN
from analyzer.correlate.observation import Basis, Observation
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.source import Origin
from tests.correlate.builder import HOST

A_HOST = Member(HOST)


def observation(
    kind: EpisodeKind = "cvm-failure",
    basis: Basis = "wire",
    *,
    span: tuple[int, int] = (0, 10),
    host: Member | None = A_HOST,
    **points: tuple[int, int],
) -> Observation:
    """An observation of some seconds, with instants in seconds."""
    made = Observation(kind, basis, host, "c", span[0] * SECOND, span[1] * SECOND)
    for name, (least, most) in points.items():
        at = Instant("c", least * SECOND, most * SECOND)
        made = made.marked(_name(name), at, [Origin(f"{basis}.file", 1)], How("note"))
    return made


def _name(text: str) -> InstantName:
    return next(name for name in CHAIN if name == text)
