"""Log lines that no rule takes, notes that nothing confirms, and what was assumed."""

from __future__ import annotations

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, several
from analyzer.judge.health.words import assumption_words
from analyzer.model.event import HaUnclassified, Mark
from analyzer.model.finding import Finding


def unclassified(dossier: Dossier) -> list[Finding]:
    """AP301: HA evidence of which nothing is known."""
    lines = [event for event, _ in dossier.of(HaUnclassified)]
    if not lines:
        return []
    were = "was" if len(lines) == 1 else "were"
    sentence = f"{several(len(lines), 'log line')} with HA evidence {were} taken by no rule"
    return [codes.finding(codes.UNCLASSIFIED, sentence, tuple(event.origin for event in lines))]


def unconfirmed(dossier: Dossier) -> list[Finding]:
    """AP501, one for each note that no episode fits."""
    return [
        codes.finding(codes.UNCONFIRMED_MARK, f"Nothing confirms the note: {event.detail.text}", (event.origin,))
        for event in dossier.found.unconfirmed
        if isinstance(event.detail, Mark)
    ]


def assumptions(dossier: Dossier) -> list[Finding]:
    """AP502, one for each assumption of the correlation."""
    return [codes.finding(codes.ASSUMPTION, assumption_words(one)) for one in dossier.found.assumptions]
