"""Each measured episode with its verdict and its findings."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.judge.dossier import Dossier
from analyzer.judge.findings import episode_findings
from analyzer.judge.verdicts import judge_detection
from analyzer.model.episode import Measured, MeasuredEpisode


def judge(measured: Iterable[Measured], dossier: Dossier) -> tuple[MeasuredEpisode, ...]:
    """Judge every episode."""
    return tuple(
        MeasuredEpisode(
            episode=one.episode,
            stages=one.stages,
            measurements=one.measurements,
            longest=one.longest,
            phases=one.phases,
            judgement=judge_detection(one, dossier),
            findings=episode_findings(one.episode, dossier),
        )
        for one in measured
    )
