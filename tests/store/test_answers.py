"""A document of version 2 has one judgement an episode, and no answer: what it says is kept, and no more."""

from __future__ import annotations

import pytest

from analyzer.store.document import Document, tables
from analyzer.store.upgrade import upgraded


def test_the_one_judgement_is_the_episodes_verdict() -> None:
    judgement: Document = {"verdict": "LATE", "metric": "detection", "reason": "within-bound"}

    (one,) = tables(upgraded({"episodes": [{"judgement": judgement}]}, 2)["episodes"])

    assert (one["verdict"], one["judgements"], "judgement" in one) == ("LATE", [judgement], False)


@pytest.mark.parametrize(("verdict", "acceptable"), [("MISSED", "no"), ("MET", "unknown"), ("NOT-JUDGED", "unknown")])
def test_only_what_was_missed_is_answered(verdict: str, acceptable: str) -> None:
    """MET was said of the detection alone: whether the host lost its datastore was not asked."""
    run = upgraded({"episodes": [], "verdict": verdict}, 2)

    assert (run["acceptable"], run["actions"]) == (acceptable, [{"name": "judge-again"}])
