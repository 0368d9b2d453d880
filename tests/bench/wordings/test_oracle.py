"""Who is told, who never was, and which verdict is wrong."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.model.episode import Verdict
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from analyzer.store import decode_truth
from bench.wordings.oracle import held
from tests.conftest import SAMPLES
from tests.judged import rejudged

CASE = SAMPLES / "cvm-failure"
TRUTH = decode_truth((CASE / "truth.json").read_bytes(), "truth.json")
(FAILURE,) = TRUTH.episodes


def run(verdict: Verdict | None = None) -> Run:
    """What is said of the recording, with another verdict where one is given."""
    said = analyze([CASE], Settings(log_timezone="UTC", hash="none"))
    if verdict is None:
        return said
    (one,) = said.episodes
    return replace(said, episodes=(rejudged(one, verdict),))


def test_what_is_true_is_told() -> None:
    found = held(run(), TRUTH)
    assert (found.told, found.phantoms, found.wrong) == ((FAILURE,), (), ())


@pytest.mark.parametrize(
    ("verdict", "wrong"),
    [("MET", ("MET on cvm-failure",)), ("LATE", ()), ("MISSED", ("MISSED on cvm-failure",)), ("UNDECIDED", ())],
)
def test_a_verdict_that_the_true_latency_denies(verdict: Verdict, wrong: tuple[str, ...]) -> None:
    assert held(run(verdict), TRUTH).wrong == wrong


def test_what_never_was_is_a_phantom() -> None:
    found = held(run("LATE"), replace(TRUTH, episodes=()))
    assert found.told == ()
    assert len(found.phantoms) == len(found.wrong) == 1


def test_another_time_or_kind_is_another_episode() -> None:
    fault = FAILURE.instants.fault
    later = replace(
        FAILURE.instants, fault=replace(fault, least=fault.least - 99 * SECOND, most=fault.most - 99 * SECOND)
    )
    for other in (replace(FAILURE, instants=later), replace(FAILURE, kind="route-deletion")):
        assert held(run(), replace(TRUTH, episodes=(other,))).told == ()
