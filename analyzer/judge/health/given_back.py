"""The path after the local CVM's recovery: Genesis gives it back at the check after the one that found all well."""

from __future__ import annotations

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, end, known, seconds
from analyzer.model.cluster import Host
from analyzer.model.episode import Episode
from analyzer.model.finding import Finding
from analyzer.model.source import Origin

PERIODS = 3  # the check that finds all alive, the one that acts, and one that was late


def not_given_back(dossier: Dossier) -> list[Finding]:
    """AP109, one for each host that stays on a remote CVM although its own is back."""
    found = []
    for host in dossier.hosts:
        left = _left(host, dossier)
        if left is None or host.cvm is None:
            continue
        back = dossier.checks_of(dossier.address(host.cvm)).back(end(left))
        last = _last_remote(host, dossier)
        if back is not None and last is not None and last[0] - back.at > PERIODS * dossier.period:
            sentence = (
                f"{host.name or host.address} still used a remote CVM {seconds(last[0] - back.at)} after a check "
                f"found {host.cvm} up again"
            )
            found.append(codes.finding(codes.NOT_GIVEN_BACK, sentence, (back.origin, last[1])))
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


def _last_remote(host: Host, dossier: Dossier) -> tuple[int, Origin] | None:
    """The last sign (ns, its origin) of a remote path: frames, or what a check said of the host."""
    signs = [(run.last, run.event.origin) for run in dossier.remote_runs(host).items]
    for event, told in dossier.forwarding_of(host):
        at = dossier.placed(event.at)
        if at is not None and told.gateway and told.state in ("correct", "kept", "illegal"):
            signs.append((at.middle, event.origin))
    return max(signs, default=None)
