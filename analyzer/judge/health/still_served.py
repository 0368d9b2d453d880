"""A host that was forwarded though its own CVM served it."""

from __future__ import annotations

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier
from analyzer.model.episode import Episode
from analyzer.model.finding import Finding


def still_served(episode: Episode, _: Dossier) -> list[Finding]:
    """AP116, with the replies that show it; what is forwarded without a finding, before an orderly stop, is none."""
    said = {claim.statement.name for claim in episode.claims}
    proof = tuple(o for claim in episode.claims if claim.statement.name == "still-served" for o in claim.origins)
    if episode.note != "still-served" or "found-absent" not in said:
        return []
    sentence = (
        f"{episode.cvm or 'The own CVM'} served {episode.host} on the internal switch while Genesis found it down"
    )
    return [codes.finding(codes.STILL_SERVED, sentence, proof)]
