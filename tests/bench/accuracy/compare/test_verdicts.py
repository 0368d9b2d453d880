"""What Genesis had no part in is not judged: a verdict on it is wrong, whatever it says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.model.episode import EpisodeKind, MeasuredEpisode, Verdict
from analyzer.model.instant import SECOND, Span
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, TrueInstants, Truth
from analyzer.pipeline import analyze
from analyzer.store import decode_truth
from bench.accuracy.compare.verdicts import verdict_row
from bench.accuracy.expected import Given
from tests.conftest import SAMPLES
from tests.judged import rejudged

BEGIN = 1_772_442_000 * SECOND
EVERYTHING = ("span", "vmk0", "vmk1", "genesis")
SAMPLE = SAMPLES / "route-injection"


@pytest.fixture(scope="module")
def run() -> Run:
    return analyze([SAMPLE / "genesis.out"], Settings(log_timezone="UTC", hash="none"))


def true(kind: EpisodeKind, took: int, by: Literal["genesis", "person"] | None = "genesis") -> TrueEpisode:
    """An episode that took `took` s; a person is faster than Genesis' check."""
    at = BEGIN + took * SECOND
    one = truth().episodes[0]
    found = at if by != "person" else None
    instants = TrueInstants(fault=Span(BEGIN, BEGIN), detected=found, repaired=at)
    return replace(one, kind=kind, instants=instants, repaired_by=by)


def truth() -> Truth:
    path = SAMPLE / "truth.json"
    return decode_truth(path.read_bytes(), Path(path).name)


def wrong(one: TrueEpisode | None, verdict: Verdict, run: Run, what: tuple[str, ...] = EVERYTHING) -> bool:
    measured: MeasuredEpisode = run.episodes[0]
    told = rejudged(measured, verdict)
    return verdict_row(one, told, run, truth(), given(*what), BEGIN + 900 * SECOND).wrong


def given(*what: str) -> Given:
    return Given(files=tuple(one for one in truth().evidence if one.what in what))


@pytest.mark.parametrize(
    ("kind", "took", "right"),
    [
        ("cvm-failure", 22, "MET"),
        ("cvm-failure", 24, "LATE"),
        ("cvm-failure", 41, "MISSED"),
        ("route-injection", 34, "MET"),
        ("route-injection", 39, "LATE"),
        ("route-injection", 41, "MISSED"),
        ("route-deletion", 18, "MET"),
        ("route-deletion", 20, "LATE"),
        ("route-deletion", 41, "MISSED"),
    ],
)
def test_one_verdict_is_right(kind: EpisodeKind, took: int, right: Verdict, run: Run) -> None:
    verdicts: tuple[Verdict, ...] = ("MET", "LATE", "MISSED")
    assert [one for one in verdicts if not wrong(true(kind, took), one, run)] == [right]
    assert not wrong(true(kind, took), "UNDECIDED", run)


@pytest.mark.parametrize("verdict", ["MET", "LATE", "MISSED"])
def test_none_is_right_of_what_was_not_genesis(verdict: Verdict, run: Run) -> None:
    assert wrong(true("route-injection", 20, "person"), verdict, run)
    assert wrong(replace(true("cvm-failure", 20), mistaken=True), verdict, run)
    assert wrong(true("cvm-recovery", 20), verdict, run)
    assert wrong(None, verdict, run)
    assert not wrong(true("route-injection", 20, "person"), "NOT-JUDGED", run)


def test_what_no_evidence_shows_is_held_against_its_length(run: Run) -> None:
    by_person, mistaken = true("route-injection", 20, "person"), replace(true("cvm-failure", 20), mistaken=True)

    assert not wrong(by_person, "MET", run, ("span", "vmk1"))
    assert wrong(by_person, "MISSED", run, ("span", "vmk1"))
    assert not wrong(mistaken, "MET", run, ("genesis",))
    assert wrong(mistaken, "LATE", run, ("genesis",))
