"""Each measured episode keeps what was measured, and gets its verdict and its findings."""

from __future__ import annotations

from analyzer.judge.findings import episode_findings
from analyzer.judge.judged import judge
from analyzer.judge.judgements.detection import judge_detection
from analyzer.judge.judgements.outage import judge_outages
from analyzer.judge.verdicts import worst
from analyzer.measure import measure
from analyzer.model.episode import Measured
from tests.correlate import scenes
from tests.correlate.builder import REMOTE, Genesis
from tests.judge.health.scene import correlated


def test_what_was_measured_stays_and_is_judged() -> None:
    log = Genesis()
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(60_000)
    log.absent(60_000)
    log.repairs(61_000, "add", REMOTE)
    dossier = correlated(*scenes.failure(died=37_000, served=64_000), log)
    measured = measure(dossier.found)

    judged = judge(measured, dossier)

    assert len(judged) == 1
    for one, told in zip(measured, judged, strict=True):
        kept = Measured(**{name: getattr(told, name) for name in Measured.__struct_fields__})
        assert kept == one
        assert told.judgements == (judge_detection(one, dossier), *judge_outages(one, dossier))
        assert told.verdict == worst(judgement.verdict for judgement in told.judgements)
        assert told.findings == episode_findings(one.episode, dossier)
        assert (one.longest is None, one.phases, told.findings) != (True, (), ())


def test_nothing_measured_is_nothing_judged() -> None:
    dossier = correlated(*scenes.healthy())

    assert judge(measure(dossier.found), dossier) == ()
