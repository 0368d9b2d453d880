"""A verdict is held against the truth's own length; on what Genesis had no part in, it is wrong whatever it says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.model.episode import EpisodeKind, MeasuredEpisode, Verdict
from analyzer.model.instant import SECOND, Span
from analyzer.model.path import Path as Served
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, TrueEvent, TrueInstants, TrueVantage, Truth
from analyzer.pipeline import analyze
from analyzer.store import decode_truth
from bench.accuracy.compare.verdicts import verdict_rows
from bench.accuracy.expected import Given
from tests.conftest import SAMPLES
from tests.judged import of_detection

BEGIN = 1_772_442_000 * SECOND
EVERYTHING = ("span", "vmk0", "vmk1", "genesis")
SAMPLE = SAMPLES / "route-injection"
MET, LATE, MISSED = ("MET", "MET-OR-LATE"), ("MET-OR-LATE", "LATE"), ("MISSED",)
"""The words that are right of what was within the expectation, within the bound, beyond both."""
FIRM = ("MET", "MET-OR-LATE", "LATE", "MISSED")


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


def wrong(
    one: TrueEpisode | None,
    verdict: str,
    run: Run,
    what: tuple[str, ...] = EVERYTHING,
    metric: str = "detection",
    story: Truth | None = None,
) -> bool:
    measured: MeasuredEpisode = run.episodes[0]
    judged = replace(of_detection(measured), verdict=cast("Verdict", verdict), metric=metric)
    told = replace(measured, verdict=judged.verdict, judgements=(judged,))
    rows = verdict_rows(one, told, run, story or truth(), given(*what), BEGIN + 900 * SECOND)
    return any(row.wrong for row in rows)


def given(*what: str) -> Given:
    found = [one for one in truth().evidence if one.what in what]
    host = truth().episodes[0].host
    vobd = [TrueVantage(file="vobd.log", what="vobd", of=host)] if "vobd" in what else []
    return Given(files=(*found, *vobd))


@pytest.mark.parametrize(
    ("kind", "took", "right"),
    [
        ("cvm-failure", 22, MET),
        ("cvm-failure", 24, LATE),
        ("cvm-failure", 41, MISSED),
        ("route-injection", 34, MET),
        ("route-injection", 39, LATE),
        ("route-injection", 41, MISSED),
        ("route-deletion", 18, MET),
        ("route-deletion", 20, LATE),
        ("route-deletion", 41, MISSED),
    ],
)
def test_some_words_are_right(kind: EpisodeKind, took: int, right: tuple[str, ...], run: Run) -> None:
    assert tuple(one for one in FIRM if not wrong(true(kind, took), one, run)) == right
    assert not wrong(true(kind, took), "UNDECIDED", run)


@pytest.mark.parametrize("kind", ["cvm-failure", "cvm-recovery", "unexplained"])
@pytest.mark.parametrize(
    ("away", "right", "with_host_logs"),
    [(35, MET, MET), (37, LATE, (*LATE, "MISSED")), (50, LATE, (*LATE, "MISSED")), (52, MISSED, MISSED)],
)
def test_an_outage_of_any_kind_has_its_own_words(
    kind: EpisodeKind, away: int, right: tuple[str, ...], with_host_logs: tuple[str, ...], run: Run
) -> None:
    one = replace(true(kind, 20, "person"), outage=away * SECOND)
    logged = (*EVERYTHING, "vobd")

    assert tuple(word for word in FIRM if not wrong(one, word, run, metric="outage")) == right
    assert tuple(word for word in FIRM if not wrong(one, word, run, logged, "outage")) == with_host_logs


@pytest.mark.parametrize(
    ("silent", "lost", "host", "right"),
    [
        pytest.param(5, 45, None, True, id="of-a-silence-in-the-episode"),
        pytest.param(-5, 35, None, True, id="of-one-that-began-before-it"),
        pytest.param(-50, -10, None, False, id="before-the-fault"),
        pytest.param(31, 71, None, False, id="of-one-that-began-when-the-host-was-served-again"),
        pytest.param(5, 45, "192.168.1.99", False, id="of-another-host"),
    ],
)
def test_a_host_that_declared_a_datastore_lost_in_it_missed(
    silent: int, lost: int, host: str | None, *, right: bool, run: Run
) -> None:
    one = replace(true("cvm-failure", 20), outage=16 * SECOND)
    one = replace(one, instants=replace(one.instants, restored=BEGIN + 30 * SECOND))
    by, since = host or one.host, str(BEGIN + silent * SECOND)
    said = TrueEvent(at=BEGIN + lost * SECOND, name="all-paths-down", by=by, detail={"host": by, "since": since})
    story, logged = replace(truth(), events=(said,)), (*EVERYTHING, "vobd")

    assert wrong(one, "MISSED", run, logged, "outage", story) is not right
    assert wrong(one, "MISSED", run, metric="outage", story=story), "no log of the host has it"
    assert wrong(one, "MISSED", run, logged, "outage")


@pytest.mark.parametrize("verdict", FIRM)
def test_an_outage_of_what_never_was_is_counted_as_that_alone(verdict: str, run: Run) -> None:
    assert not wrong(None, verdict, run, metric="outage")
    assert wrong(None, verdict, run)


@pytest.mark.parametrize("verdict", FIRM)
def test_none_is_right_of_what_was_not_genesis(verdict: str, run: Run) -> None:
    assert wrong(true("route-injection", 20, "person"), verdict, run)
    served = replace(true("cvm-failure", 20), mistaken=True, during=Served("local"))
    assert wrong(served, verdict, run)
    assert wrong(replace(served, during=Served("dead")), verdict, run) == (verdict in ("LATE", "MISSED")), (
        "nobody was served"
    )
    assert wrong(true("cvm-recovery", 20), verdict, run)
    assert wrong(None, verdict, run)
    assert not wrong(true("route-injection", 20, "person"), "NOT-JUDGED", run)


def test_what_no_evidence_shows_is_held_against_its_length(run: Run) -> None:
    by_person, mistaken = true("route-injection", 20, "person"), replace(true("cvm-failure", 20), mistaken=True)

    assert not wrong(by_person, "MET", run, ("span", "vmk1"))
    assert wrong(by_person, "MISSED", run, ("span", "vmk1"))
    assert not wrong(mistaken, "MET", run, ("genesis",))
    assert wrong(mistaken, "LATE", run, ("genesis",))
