"""What was judged of an episode's detection, and an episode whose detection is judged otherwise."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict


def of_detection(one: MeasuredEpisode) -> Judgement:
    """The judgement on the detection; NOT-JUDGED where nothing is expected of it."""
    none = Judgement(verdict="NOT-JUDGED", metric="detection", reason="no-expectation", measured=None, expected=None)
    return one.judged("detection") or none


def rejudged(one: MeasuredEpisode, verdict: Verdict) -> MeasuredEpisode:
    """The episode with this verdict on its detection, and no other judgement."""
    return replace(one, verdict=verdict, judgements=(replace(of_detection(one), verdict=verdict),))
