"""Each measured episode with its judgements, its verdict and its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.judge.dossier import Dossier
from analyzer.judge.findings import episode_findings
from analyzer.judge.judgements.cause import judge_cause
from analyzer.judge.judgements.detection import judge_detection
from analyzer.judge.judgements.outage import judge_outages
from analyzer.judge.judgements.watch import UNWATCHED, Watch, watches
from analyzer.judge.verdicts import worst
from analyzer.model.episode import Judgement, Measured, MeasuredEpisode


def judge(measured: Iterable[Measured], dossier: Dossier) -> tuple[MeasuredEpisode, ...]:
    """Judge every episode."""
    said = watches(dossier)
    return tuple(_judged(one, dossier, said.get(one.episode.id, UNWATCHED)) for one in measured)


def _judged(one: Measured, dossier: Dossier, said: Watch) -> MeasuredEpisode:
    judgements = tuple(_judgements(one, dossier, said))
    return MeasuredEpisode(
        episode=one.episode,
        stages=one.stages,
        measurements=one.measurements,
        longest=one.longest,
        phases=one.phases,
        chart=one.chart,
        verdict=worst(judgement.verdict for judgement in judgements),
        judgements=judgements,
        findings=episode_findings(one.episode, dossier),
    )


def _judgements(one: Measured, dossier: Dossier, said: Watch) -> Iterator[Judgement]:
    """A judgement for every expectation that applies, and for a cause that is missing."""
    detection, cause = judge_detection(one, dossier), judge_cause(one.episode, dossier)
    yield from (judgement for judgement in (detection,) if judgement is not None)
    yield from judge_outages(one, dossier, said)
    yield from (judgement for judgement in (cause,) if judgement is not None)
