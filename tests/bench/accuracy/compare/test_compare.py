"""A run that is told otherwise than the truth has it is called wrong, whatever it says; and right as it was."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.lab.simulate import Evidence, Options, simulate
from analyzer.lab.simulate.scenario.scenario_file import scenario_of
from analyzer.model.clock import ClockOffset
from analyzer.model.episode import EpisodeKind, MeasuredEpisode, Verdict
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.path import Path as Way
from analyzer.model.run import Run
from analyzer.model.told import Doubt
from analyzer.model.truth import TrueInstants, Truth
from bench.accuracy.compare import held_against, is_alike, with_room_for
from bench.accuracy.expected import Given
from bench.accuracy.rows import Labels, Row
from bench.accuracy.study import run_of, written_to
from tests.judged import rejudged

LABELS = Labels(case="", scenario="", shape="", impairment="", mix="")
AHEAD = 7 * SECOND


@cache
def known(*clock: str) -> tuple[Truth, Given, Run]:
    """A failure of a CVM with all evidence, its truth and the run."""
    made = simulate(scenario_of("cvm-failure"), 3, Options(clock=clock), Evidence(esxi_logs=True))
    with tempfile.TemporaryDirectory() as folder:
        written_to(Path(folder), made.files)
        run = run_of(Path(folder), made.truth.evidence, "UTC")
    return made.truth, Given(files=made.truth.evidence, whole=True), run


def row(run: Run, *clock: str) -> Row:
    truth, given, _ = known(*clock)
    return held_against(truth, run, given, "UTC", LABELS)[1]


def told(run: Run, episode: MeasuredEpisode) -> Run:
    """The run, with this in the place of its one episode."""
    return replace(run, episodes=(episode,))


def moved(measured: MeasuredEpisode, name: InstantName, by: int) -> MeasuredEpisode:
    """The episode with an instant moved by so many ns."""
    instants = tuple(
        replace(one, at=Instant(one.at.clock, one.at.least + by, one.at.most + by))
        if isinstance(one, KnownInstant) and one.name == name
        else one
        for one in measured.episode.instants
    )
    return replace(measured, episode=replace(measured.episode, instants=instants))


def test_a_right_run_is_right() -> None:
    found = row(known()[2])

    assert found.faults == ()
    assert (found.required, found.missed, found.extra, found.weight) == (1, 0, 0, 0)
    assert len(found.spans) > 10


def test_a_span_beside_the_truth_is_wrong() -> None:
    run = known()[2]

    found = row(told(run, moved(run.episodes[0], "repaired", 5 * SECOND)))

    assert [one.name for one in found.spans if one.wrong] == ["repaired"]
    assert any(fault.startswith("cvm-failure: repaired does not hold the truth") for fault in found.faults)


def test_a_doubt_whose_reason_is_not_true_excuses_nothing() -> None:
    run = known()[2]
    wrong = moved(run.episodes[0], "repaired", 5 * SECOND)
    doubted = replace(wrong, episode=replace(wrong.episode, doubts=(Doubt("out-of-order", instant="repaired"),)))

    assert [one.name for one in row(told(run, doubted)).spans if one.wrong] == ["repaired"]


@pytest.mark.parametrize(("by", "reason"), [(AHEAD, "a clock is assumed"), (AHEAD + 3 * SECOND, "")])
def test_a_clock_that_is_assumed_excuses_what_it_really_is_off(by: int, reason: str) -> None:
    clock = f"cvm={AHEAD // SECOND}s"
    run = known(clock)[2]
    assumed = replace(run, clocks=tuple(_assumed(one) for one in run.clocks))

    found = row(told(assumed, moved(run.episodes[0], "detected", by)), clock)

    assert [one.doubt for one in found.spans if one.name == "detected"] == [reason]
    assert [one.wrong for one in found.spans if one.name == "detected"] == [not reason]


def test_a_clock_that_is_off_excuses_nothing_where_the_run_takes_it_for_known() -> None:
    clock = f"cvm={AHEAD // SECOND}s"
    run = known(clock)[2]

    found = row(told(run, moved(run.episodes[0], "detected", AHEAD)), clock)

    assert [one.wrong for one in found.spans if one.name == "detected"] == [True]


@pytest.mark.parametrize("verdict", ["MET", "LATE", "MISSED"])
def test_a_verdict_is_held_against_the_truths_own_latency(verdict: Verdict) -> None:
    truth, _, run = known()
    measured = run.episodes[0]
    instants = truth.episodes[0].instants
    assert instants.detected is not None
    right = "MET" if instants.detected - instants.fault.least <= 23 * SECOND else "LATE"

    found = row(told(run, rejudged(measured, verdict)))

    assert [one.wrong for one in found.verdicts] == [verdict != right]


@pytest.mark.parametrize("kind", ["route-injection", "route-deletion", "cvm-recovery"])
def test_another_kind_is_a_phantom_and_an_episode_that_is_missing(kind: EpisodeKind) -> None:
    run = known()[2]
    measured = run.episodes[0]

    found = row(told(run, replace(measured, episode=replace(measured.episode, kind=kind))))

    assert (found.missed, found.extra) == (1, 1)


def test_silence_with_exit_status_0_is_a_false_all_clear() -> None:
    run = replace(known()[2], episodes=(), verdict="NOT-JUDGED", acceptable="yes")

    assert row(run).all_clear
    assert not row(replace(run, verdict="UNDECIDED", acceptable="unknown")).all_clear


@pytest.mark.parametrize("code", ["AP101", "AP104", "AP107", "AP111", "AP115", "AP203", "AP205", "AP403", "AP501"])
def test_a_finding_that_nothing_accounts_for_is_counted(code: str) -> None:
    run = known()[2]
    more = (*run.findings, Finding(code=code, severity="warning", sentence=""))

    assert row(replace(run, findings=more)).unfounded == (code,)


def _assumed(one: ClockOffset) -> ClockOffset:
    wide = Span(-600 * SECOND, 600 * SECOND)
    return replace(one, basis="assumed", offset=wide) if one.clock.startswith("cvm") else one


@pytest.mark.parametrize(("inside", "wrong"), [(False, 0), (True, 1)], ids=["as Genesis saw it", "seen inside"])
def test_a_cvm_that_genesis_did_not_reach_is_dead_unless_its_host_is_seen(inside: bool, wrong: int) -> None:
    truth, given, run = known()
    mistaken = replace(truth.episodes[0], mistaken=True, during=Way("local"))
    files = tuple(one for one in given.files if inside or one.what != "vmk1")

    found = held_against(replace(truth, episodes=(mistaken,)), run, replace(given, files=files), "UTC", LABELS)[1]

    assert run.episodes[0].episode.during.kind == "dead"
    assert sum("path during" in fault for fault in found.faults) == wrong


def test_without_a_fault_an_episode_is_paired_by_its_other_instants() -> None:
    run = known()[2]
    measured = run.episodes[0]
    late = measured
    for name in ("check", "detected", "decided", "repaired", "connected", "restored", "recovered"):
        late = moved(late, name, 300 * SECOND)
    without = [
        replace(one, episode=replace(one.episode, instants=tuple(i for i in one.episode.instants if i.name != "fault")))
        for one in (measured, late)
    ]

    assert [row(told(run, one)).missed for one in without] == [0, 1]


def test_of_two_that_are_as_near_the_one_that_is_alike_in_more_is_it() -> None:
    truth, given, run = known()
    real = truth.episodes[0]
    before = replace(real, instants=TrueInstants(fault=real.instants.fault), after=Way("local"))

    found = held_against(replace(truth, episodes=(before, real)), run, given, "UTC", LABELS)[1]

    assert not any("path after" in fault for fault in found.faults)
    assert [one.holds for one in found.spans if one.name == "repaired"] == [True]


def test_one_whose_fault_is_not_told_is_the_one_that_has_its_instants() -> None:
    truth, given, run = known()
    real, measured = truth.episodes[0], run.episodes[0]
    before = replace(real, instants=TrueInstants(fault=real.instants.fault))
    instants = tuple(one for one in measured.episode.instants if one.name != "fault")
    without = replace(measured, episode=replace(measured.episode, instants=instants))

    found = held_against(replace(truth, episodes=(before, real)), told(run, without), given, "UTC", LABELS)[1]

    assert [one.holds for one in found.spans if one.name == "repaired"] == [True]


def wide(measured: MeasuredEpisode, by: int) -> MeasuredEpisode:
    """The episode as a clock that says little has it, `by` ns later."""
    far = 600 * SECOND + by, by - 600 * SECOND
    instants = tuple(
        replace(one, at=Instant(one.at.clock, one.at.least + far[1], one.at.most + far[0]))
        if isinstance(one, KnownInstant)
        else one
        for one in measured.episode.instants
    )
    return replace(measured, episode=replace(measured.episode, instants=instants))


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_whose_clock_says_little_each_is_the_one_that_it_stands_nearest_to(*, swapped: bool) -> None:
    truth, given, run = known()
    real, (measured,) = truth.episodes[0], run.episodes
    fault, repaired = real.instants.fault, real.instants.repaired
    assert repaired is not None
    later = TrueInstants(
        fault=Span(fault.least + 60 * SECOND, fault.most + 60 * SECOND), repaired=repaired + 60 * SECOND
    )
    second = replace(real, instants=later, during=Way("local"))
    here = wide(measured, 0)
    there = wide(measured, 60 * SECOND)
    there = replace(there, episode=replace(there.episode, id="other", during=Way("local")))
    told_both = replace(run, episodes=(there, here) if swapped else (here, there))

    found = held_against(replace(truth, episodes=(real, second)), told_both, given, "UTC", LABELS)[1]

    assert not any("path during" in fault for fault in found.faults)


def test_a_stall_of_another_path_is_another() -> None:
    truth, given, run = known()
    stall = replace(truth.episodes[0], kind="unexplained", before=Way("local"))
    measured = run.episodes[0]
    elsewhere = replace(measured.episode, kind="unexplained", before=Way("remote", via="192.168.1.28"))
    here = replace(elsewhere, before=Way("local"))
    of_stall = replace(truth, episodes=(stall,))

    missed = [
        held_against(of_stall, told(run, replace(measured, episode=one)), given, "UTC", LABELS)[1].missed
        for one in (here, elsewhere)
    ]

    assert missed == [0, 1]


@pytest.mark.parametrize(
    ("may_be", "chosen", "expected"),
    [
        pytest.param({0: [0, 1], 1: [0]}, {0: 0}, {0: 1, 1: 0}, id="the other takes what it may be too"),
        pytest.param({0: [0], 1: [0]}, {0: 0}, {0: 0}, id="both are the same one only"),
        pytest.param({0: [0, 1], 1: [1, 2], 2: [0]}, {0: 0, 1: 1}, {0: 1, 1: 2, 2: 0}, id="by way of a third"),
    ],
)
def test_what_may_be_several_leaves_room_for_what_may_be_one_only(
    may_be: dict[int, list[int]], chosen: dict[int, int], expected: dict[int, int]
) -> None:
    assert with_room_for(max(may_be), chosen, may_be) == expected


def test_what_is_told_without_a_cause_is_of_the_fault_that_it_holds() -> None:
    """Another stall of the host just after it is not told by it."""
    truth, given, run = known()
    real, measured = truth.episodes[0], run.episodes[0]
    fault = Span(real.instants.fault.least + 9 * SECOND, real.instants.fault.most + 9 * SECOND)
    stall = replace(real, kind="unexplained", before=Way("local"), instants=TrueInstants(fault=fault))
    vague = replace(measured, episode=replace(measured.episode, kind="unexplained"))

    found = held_against(replace(truth, episodes=(real, stall)), told(run, vague), given, "UTC", LABELS)[1]

    assert not found.spans
    assert [one.vague for one in found.told] == [True]


@pytest.mark.parametrize(("doubts", "alike"), [((), True), ((Doubt("failure-or-route"),), False)])
def test_a_route_that_may_have_been_right_is_no_stall(doubts: tuple[Doubt, ...], alike: bool) -> None:
    truth, _, run = known()
    (one,) = run.episodes
    stall = replace(truth.episodes[0], kind="unexplained")

    assert is_alike(stall, replace(one.episode, kind="unexplained", doubts=doubts)) == alike
