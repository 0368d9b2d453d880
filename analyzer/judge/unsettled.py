"""Whether tables show a host forwarded, or a CVM down, of which no episode tells: what it is then is not known."""

from __future__ import annotations

from analyzer.judge.dossier import Dossier
from analyzer.model.path import Snapshot


def unsettled(dossier: Dossier) -> bool:
    """Whether any of the snapshots is of a failover that no episode tells of."""
    return any(_is_open(one, dossier) for one in dossier.found.snapshots)


def _is_open(one: Snapshot, dossier: Dossier) -> bool:
    match one.state:
        case "not-forwarded" | "cvm-up":
            return False
        case "forwarded" | "connected" | "datastore-inaccessible":
            told = dossier.of_host(one.of) if one.of is not None else list(dossier.episodes)
            return not told
        case "cvm-down" | "stargate-down":
            cvms = {dossier.address(name) for each in dossier.episodes for name in (each.cvm, each.gateway) if name}
            return one.of is None or dossier.address(one.of) not in cvms
