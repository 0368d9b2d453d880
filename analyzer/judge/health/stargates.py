"""A Stargate that a check found down: on a CVM that no episode is about, or on one that never went away."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier
from analyzer.judge.index import by_time, grouped
from analyzer.model.event import ClusterStatus, Event, MacTraffic, StargateStates
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Instant
from analyzer.model.over_time.intervals import Intervals
from analyzer.model.source import Origin

AROUND = 10 * SECOND  # looked at on both sides of the check
SILENT = 5 * SECOND  # a CVM that is up says something more often than this

Frames = tuple[int, int, Origin]
"""A run of frames: its first and last ns, and its first frame."""
NOTHING: Intervals[Frames] = Intervals()


def down(dossier: Dossier) -> list[Finding]:
    """AP110 where the CVM stayed up, else AP105 where no episode is about it."""
    told = {dossier.address(one.cvm) for one in dossier.episodes if one.cvm}
    found = []
    alive, fell = _up_without_stargate(dossier), _down(dossier)
    spoke = _spoke(dossier, fell)
    for cvm, events in sorted(fell.items()):
        frames = spoke.get(cvm, NOTHING)
        heard = next((proof for event in events if (proof := _heard(dossier.placed(event.at), event, frames))), None)
        if heard is not None:
            alive.setdefault(cvm, heard)
        elif cvm not in told and cvm not in alive:
            sentence = f"Stargate was down on {cvm}"
            found.append(codes.finding(codes.OTHER_STARGATE, sentence, tuple(event.origin for event in events)))
    for cvm, origins in sorted(alive.items()):
        found.append(codes.finding(codes.CVM_ALIVE, f"Stargate was down on {cvm}, but the CVM was up", origins))
    return found


def _down(dossier: Dossier) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event, states in dossier.of(StargateStates):
        for cvm in states.down:
            found.setdefault(dossier.address(cvm), []).append(event)
    return found


def _up_without_stargate(dossier: Dossier) -> dict[str, tuple[Origin, ...]]:
    """CVMs that `cluster status` shows up with their Stargate down."""
    return {
        dossier.address(cvm): (event.origin,)
        for event, status in dossier.of(ClusterStatus)
        for cvm, up, stargate in status.cvms
        if up and stargate is False
    }


def _spoke(dossier: Dossier, fell: Iterable[str]) -> dict[str, Intervals[Frames]]:
    """When each of these CVMs sent frames, by its address, by any of its MACs."""
    wanted = frozenset(fell)
    cvms = [cvm for cvm in dossier.cvms if cvm.address in wanted]
    mine = grouped((mac, cvm.address) for cvm in cvms for mac in dict.fromkeys(cvm.macs))
    runs = (
        (event.at.least, detail.run.last.most, event.origin, detail.mac) for event, detail in dossier.of(MacTraffic)
    )
    return by_time(
        (cvm, (first, last, (first, last, origin)))
        for first, last, origin, mac in runs
        for cvm in dict.fromkeys(mine.get(mac, ()))
        if cvm is not None
    )


def _heard(at: Instant | None, check: Event, spoke: Intervals[Frames]) -> tuple[Origin, ...] | None:
    """The check's line and frames of the CVM, when it was never silent for long around the check; else None."""
    if at is None:
        return None
    least, most = at.least - AROUND, at.most + AROUND
    runs = sorted(spoke.overlapping(least, most))
    until = least
    for first, last, _ in runs:
        if first - until >= SILENT:
            return None
        until = max(until, last)
    return None if most - until >= SILENT else (check.origin, *(origin for *_, origin in runs))
