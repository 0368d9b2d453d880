"""Whether the evidence could have shown a failover: only then is it an all-clear that it shows none."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judge.dossier import Dossier
from analyzer.model.event import Forwarding, HealthyChecks, StargateStates


def is_covered(dossier: Dossier) -> bool:
    """Whether captures have NFS calls and replies, or checks found the Stargates up, or a host's path right."""
    captures = dossier.evidence.captures
    served = any(one.nfs_calls for one in captures) and any(one.nfs_replies for one in captures)
    return served or any(map(_is_well, _lines(dossier)))


def _lines(dossier: Dossier) -> Iterator[StargateStates | Forwarding]:
    """What the checks say, those too that are told as one."""
    yield from (line for _, line in dossier.of(Forwarding))
    yield from (line for _, line in dossier.of(StargateStates))
    yield from (line for _, checks in dossier.of(HealthyChecks) for line in checks.lines)


def _is_well(line: StargateStates | Forwarding) -> bool:
    return line.state == "correct" if isinstance(line, Forwarding) else line.all_of == "up" and not line.down
