"""What version 2 of the schema judged, as version 3 has it: one judgement an episode, and an answer for the run."""

from __future__ import annotations

from analyzer.store.document import Document, with_episodes


def every_judgement(document: Document) -> Document:
    """Each episode has a tuple of judgements, where version 2 has one, and the verdict of the worst."""
    return with_episodes(document, _with_judgements)


def _with_judgements(episode: Document) -> Document:
    of = episode.get("judgement")
    rest = {key: value for key, value in episode.items() if key != "judgement"}
    verdict = of.get("verdict") if isinstance(of, dict) else None
    return rest | {"verdict": verdict or "NOT-JUDGED", "judgements": [of] if isinstance(of, dict) else []}


def answered(document: Document) -> Document:
    """What was missed is not acceptable; of all else version 2 says too little, as it judged one figure an episode."""
    missed = document.get("verdict") == "MISSED"
    return document | {"acceptable": "no" if missed else "unknown", "actions": [{"name": "judge-again"}]}
