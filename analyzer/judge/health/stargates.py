"""A Stargate that a check found down: on a CVM that no episode is about, or on one that never went away."""

from __future__ import annotations

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier
from analyzer.model.event import ClusterStatus, Event, MacTraffic, StargateStates
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

AROUND = 10 * SECOND  # looked at on both sides of the check
SILENT = 5 * SECOND  # a CVM that is up says something more often than this


def down(dossier: Dossier) -> list[Finding]:
    """AP110 where the CVM stayed up, else AP105 where no episode is about it."""
    told = {dossier.address(one.cvm) for one in dossier.episodes if one.cvm}
    found = []
    alive = _up_without_stargate(dossier)
    for cvm, events in sorted(_down(dossier).items()):
        heard = next((proof for event in events if (proof := _heard(dossier, cvm, event))), None)
        if heard is not None:
            alive.setdefault(cvm, heard)
        elif cvm not in told and cvm not in alive:
            sentence = f"Stargate was down on {cvm}"
            found.append(codes.finding(codes.OTHER_STARGATE, sentence, tuple(event.origin for event in events)))
    for cvm, origins in sorted(alive.items()):
        found.append(codes.finding(codes.CVM_ALIVE, f"Stargate was down on {cvm}, and the CVM was up", origins))
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


def _heard(dossier: Dossier, cvm: str, check: Event) -> tuple[Origin, ...] | None:
    """The check's line and frames of the CVM, when it was never silent for long around the check; else None."""
    at = dossier.placed(check.at)
    macs = {mac for one in dossier.cvms if one.address == cvm for mac in one.macs}
    if at is None or not macs:
        return None
    least, most = at.least - AROUND, at.most + AROUND
    runs = sorted(
        (event.at.least, traffic.run.last.most, event.origin)
        for event, traffic in dossier.of(MacTraffic)
        if traffic.mac in macs and event.at.least <= most and traffic.run.last.most >= least
    )
    until = least
    for first, last, _ in runs:
        if first - until >= SILENT:
            return None
        until = max(until, last)
    return None if most - until >= SILENT else (check.origin, *(origin for *_, origin in runs))
