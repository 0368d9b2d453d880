"""The path after the local CVM's recovery: Genesis gives it back at the check after the one that found all well."""

from __future__ import annotations

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, end, known, seconds
from analyzer.judge.health.public import remote_runs
from analyzer.model.cluster import Host
from analyzer.model.episode import Episode
from analyzer.model.event import Event, Forwarding, StargateStates
from analyzer.model.finding import Finding
from analyzer.model.source import Origin

PERIODS = 3  # the check that finds all alive, the one that acts, and one that was late


def not_given_back(dossier: Dossier) -> list[Finding]:
    """AP109, one for each host that stays on a remote CVM although its own is back."""
    found = []
    for host in dossier.hosts:
        left = _left(host, dossier)
        back = _back(host, end(left), dossier) if left is not None else None
        if back is None:
            continue
        since, first = back
        last = _last_remote(host, since, dossier)
        if last is not None and last[0] - since > PERIODS * dossier.period:
            sentence = (
                f"{host.name or host.address} was still on a remote CVM {seconds(last[0] - since)} after a check found "
                f"{host.cvm} up again"
            )
            found.append(codes.finding(codes.NOT_GIVEN_BACK, sentence, (first, last[1])))
    return found


def _left(host: Host, dossier: Dossier) -> Episode | None:
    """The host's last episode that left it on a remote path, when none brought it back."""
    left = None
    for episode in dossier.of_host(host.address or host.name or ""):
        if episode.kind in ("cvm-failure", "route-deletion"):
            left = episode
        elif episode.kind == "cvm-recovery" and {"repaired", "restored"} & known(episode).keys():
            left = None
    return left


def _back(host: Host, since: int, dossier: Dossier) -> tuple[int, Origin] | None:
    """The first check (ns, its line) after `since` from which on the local Stargate is up and initialised."""
    found = None
    for at, event, states in _checks(dossier):
        if host.cvm is None or at < since:
            continue
        if dossier.address(host.cvm) in {dossier.address(cvm) for cvm in (*states.down, *states.initializing)}:
            found = None
        elif found is None and dossier.address(host.cvm) in {dossier.address(cvm) for cvm in states.up}:
            found = at, event.origin
    return found


def _checks(dossier: Dossier) -> list[tuple[int, Event, StargateStates]]:
    placed = [
        (at.middle, event, states) for event, states in dossier.of(StargateStates) if (at := dossier.placed(event.at))
    ]
    return sorted(placed, key=lambda one: (one[0], one[1].origin))


def _last_remote(host: Host, since: int, dossier: Dossier) -> tuple[int, Origin] | None:
    """The last sign (ns, its origin) after `since` of a remote path: frames, or what a check said of the host."""
    signs = [(run.last, run.event.origin) for run in remote_runs(host, dossier)]
    for event, told in dossier.of(Forwarding):
        at = dossier.placed(event.at)
        is_host = told.host is not None and dossier.address(told.host) == host.address
        if at is not None and is_host and told.gateway and told.state in ("correct", "kept", "illegal"):
            signs.append((at.middle, event.origin))
    return max((sign for sign in signs if sign[0] > since), default=None)
