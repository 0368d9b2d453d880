"""Whether the evidence could have shown a failover: only then is it an all-clear that it shows none."""

from __future__ import annotations

from analyzer.judge.dossier import Dossier
from analyzer.model.event import Forwarding, HealthyChecks


def is_covered(dossier: Dossier) -> bool:
    """Whether captures have NFS calls and replies, or checks found a host's path right."""
    captures = dossier.evidence.captures
    served = any(one.nfs_calls for one in captures) and any(one.nfs_replies for one in captures)
    forwarded = any(told.state == "correct" for _, told in dossier.of(Forwarding))
    return served or forwarded or bool(dossier.of(HealthyChecks))
