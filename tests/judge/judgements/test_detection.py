"""The verdict on a detection at its exact borders; doubt is never rounded; what would decide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.config import Settings, default_expectations
from analyzer.judge import Dossier
from analyzer.judge.judgements.detection import _decides, judge_detection
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Claim, Episode, EpisodeKind, Judgement, Measured, Statement, Verdict, Wanted
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.measurement import How, HowName, KnownInstant, KnownMeasurement, Measurement, MissingMeasurement
from analyzer.model.path import Path
from analyzer.model.run import Expectation
from analyzer.model.told import Doubt
from tests.report import builder

LIMIT, BOUND = 23 * SECOND, 40 * SECOND  # the expectation of a failure, and 30 s of period with 10 s of processing
PERIOD = Span(30 * SECOND, 30 * SECOND)
ALLOWANCE = 10 * SECOND


def an_episode(kind: EpisodeKind = "cvm-failure", *absent: str) -> Episode:
    return builder.episode(kind, absent=absent).episode


def judged(
    measured: Span | None,
    *,
    kind: EpisodeKind = "cvm-failure",
    period: Span | None = PERIOD,
    expectations: tuple[Expectation, ...] | None = None,
    allowance: int = ALLOWANCE,
) -> Judgement:
    measurement: Measurement = (
        MissingMeasurement("detection", "not-observed", "instant-missing", "detected")
        if measured is None
        else KnownMeasurement("detection", measured, ())
    )
    wanted = default_expectations() if expectations is None else expectations
    return held_against(an_episode(kind), (measurement,), wanted, period=period, allowance=allowance)


def held_against(
    told: Episode,
    measurements: tuple[Measurement, ...],
    expectations: tuple[Expectation, ...],
    *,
    period: Span | None = PERIOD,
    allowance: int = ALLOWANCE,
) -> Judgement:
    found = Correlation(
        evidence=Evidence(sources=(), events=()),
        reference="capture",
        clocks=(),
        hosts=(),
        cvms=(),
        check_period=period,
        episodes=(told,),
    )
    settings = Settings(processing_allowance=allowance, expectations=expectations)
    one = Measured(episode=told, stages=(), measurements=measurements, longest=None, phases=())
    judgement = judge_detection(one, Dossier(found, settings))
    assert judgement is not None
    return judgement


CELLS: dict[str, tuple[Span | None, Verdict]] = {
    "well within": (Span(0, LIMIT - 1), "MET"),
    "up to the expectation": (Span(LIMIT, LIMIT), "MET"),
    "1 ns beyond": (Span(LIMIT + 1, LIMIT + 1), "LATE"),
    "straddles the expectation by 1 ns": (Span(LIMIT, LIMIT + 1), "MET-OR-LATE"),
    "up to the bound": (Span(LIMIT + 1, BOUND), "LATE"),
    "straddles the bound by 1 ns": (Span(BOUND, BOUND + 1), "UNDECIDED"),
    "just beyond the bound": (Span(BOUND + 1, BOUND + 1), "MISSED"),
    "far beyond": (Span(100 * SECOND, 200 * SECOND), "MISSED"),
    "straddles both": (Span(0, 60 * SECOND), "UNDECIDED"),
    "open, but already beyond": (Span(BOUND + 1, UNBOUNDED), "MISSED"),
    "open": (Span(LIMIT + 1, UNBOUNDED), "UNDECIDED"),
    "not known": (None, "UNDECIDED"),
}


@pytest.mark.parametrize(("measured", "verdict"), CELLS.values(), ids=CELLS)
def test_every_cell(measured: Span | None, verdict: Verdict) -> None:
    judgement = judged(measured)

    assert judgement.verdict == verdict
    assert (judgement.expected, judgement.bound, judgement.measured) == (LIMIT, BOUND, measured)
    assert bool(judgement.decides) is (verdict == "UNDECIDED")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("cvm-failure", 23), ("route-injection", 35), ("route-deletion", 19)],
)
def test_the_published_figures_are_the_default(kind: EpisodeKind, expected: int) -> None:
    judgement = judged(Span(0, expected * SECOND), kind=kind)

    assert (judgement.verdict, judgement.expected, judgement.tolerance) == ("MET", expected * SECOND, 0)
    assert "published test" in judgement.expectation_source


@pytest.mark.parametrize("kind", ["cvm-recovery", "unexplained"])
def test_what_has_no_expectation_is_not_judged(kind: EpisodeKind) -> None:
    with pytest.raises(AssertionError):
        judged(Span(0, 1), kind=kind)


def test_the_period_that_was_measured_moves_the_bound() -> None:
    slow = Span(60 * SECOND, 61 * SECOND)

    assert judged(Span(70 * SECOND, 71 * SECOND), period=slow).verdict == "LATE"
    assert judged(Span(71 * SECOND + 1, 72 * SECOND), period=slow).verdict == "MISSED"


def test_without_a_measured_period_30_seconds_are_taken() -> None:
    assert judged(Span(BOUND, BOUND), period=None).verdict == "LATE"
    assert judged(Span(BOUND + 1, BOUND + 1), period=None).verdict == "MISSED"


def test_a_tolerance_moves_the_expectation() -> None:
    lenient = (Expectation(kind="cvm-failure", metric="detection", expected=LIMIT, tolerance=2 * SECOND),)

    assert judged(Span(0, LIMIT + 2 * SECOND), expectations=lenient).verdict == "MET"
    assert judged(Span(LIMIT + 2 * SECOND + 1, LIMIT + 3 * SECOND), expectations=lenient).verdict == "LATE"


def test_an_expectation_beyond_the_polling_bound_leaves_nothing_late() -> None:
    generous = (Expectation(kind="cvm-failure", metric="detection", expected=90 * SECOND),)

    assert judged(Span(50 * SECOND, 90 * SECOND), expectations=generous).verdict == "MET"
    assert judged(Span(90 * SECOND + 1, 91 * SECOND), expectations=generous).verdict == "MISSED"


def test_a_users_own_bound_is_taken() -> None:
    wanted = (Expectation(kind="cvm-failure", metric="detection", expected=LIMIT, bound=LIMIT + SECOND),)

    assert judged(Span(LIMIT + SECOND, LIMIT + SECOND), expectations=wanted).verdict == "LATE"
    assert judged(Span(LIMIT + SECOND + 1, LIMIT + SECOND + 1), expectations=wanted).verdict == "MISSED"


wide = st.tuples(st.integers(0, 100 * SECOND), st.integers(0, 100 * SECOND)).map(lambda pair: Span(*sorted(pair)))


@given(wide, st.data())
def test_a_decided_span_decides_for_every_moment_in_it(measured: Span, data: st.DataObject) -> None:
    moments = (measured.least, data.draw(st.integers(measured.least, measured.most)), measured.most)

    each = {judged(Span(moment, moment)).verdict for moment in moments}

    said = judged(measured).verdict
    assert said == each.pop() if len(each) == 1 else said in ("UNDECIDED", "MET-OR-LATE")
    assert said != "MET-OR-LATE" or measured.most <= BOUND


@given(st.integers(0, 100 * SECOND))
def test_an_exact_span_is_always_decided(moment: int) -> None:
    assert judged(Span(moment, moment)).verdict != "UNDECIDED"


@pytest.mark.parametrize(
    ("absent", "wanted"),
    [("fault", ("before-fault", "note")), ("detected", ("leaders-genesis",))],
)
def test_what_would_decide_names_what_is_missing(absent: str, wanted: tuple[Wanted, ...]) -> None:
    judgement = held_against(an_episode("cvm-failure", absent), (), default_expectations())

    assert judgement.verdict == "UNDECIDED"
    assert wanted in judgement.decides


@pytest.mark.parametrize(
    ("most", "verdict", "reason", "measured"),
    [
        (LIMIT, "NOT-JUDGED", "author-unknown", Span(0, LIMIT)),
        (BOUND, "NOT-JUDGED", "author-unknown", Span(0, BOUND)),
        (BOUND + 1, "UNDECIDED", "not-bounded", None),
    ],
)
def test_what_nobody_known_put_right_is_never_met(
    most: int, verdict: Verdict, reason: str, measured: Span | None
) -> None:
    figure = KnownMeasurement("detection", Span(0, most), (), "if-genesis", bound="repaired")

    found = held_against(an_episode("cvm-failure", "detected"), (figure,), default_expectations())

    assert (found.verdict, found.reason, found.measured) == (verdict, reason, measured)
    assert found.decides == (("leaders-genesis", "host-logs"),)


def test_a_session_of_an_unknown_address_asks_for_the_cvms() -> None:
    figure = KnownMeasurement("detection", Span(0, LIMIT), (), "if-genesis", bound="repaired")
    told = an_episode("cvm-failure", "detected")
    told = replace(told, claims=(Claim(Statement("session-from", of="10.1.1.9"), ()),))

    found = held_against(told, (figure,), default_expectations())

    assert found.decides == (("leaders-genesis", "cvm-inventory"),)


def test_sources_that_contradict_each_other_want_their_clocks_offsets() -> None:
    impossible = MissingMeasurement("detection", "not-observed", "out-of-order")

    found = held_against(an_episode(), (impossible,), default_expectations())

    assert (found.verdict, found.decides) == ("UNDECIDED", (("clock-offset",),))


def test_an_injection_that_nothing_shows_put_right_wants_the_log_of_the_leader() -> None:
    """That service is back is not that the route is: it may have come back by another way."""
    told = an_episode("route-injection", "repaired", "detected", "decided")
    unknown = MissingMeasurement("detection", "not-observed", "instant-missing", "repaired")
    found = held_against(told, (unknown,), default_expectations())

    assert found.verdict == "UNDECIDED"
    assert ("leaders-genesis",) in _decides(None, told, _dossier_of(told))
    assert ("leaders-genesis",) not in _decides(None, an_episode("route-injection", "restored"), _dossier_of(told))


@pytest.mark.parametrize(
    ("kind", "during", "verdict"),
    [
        ("cvm-failure", Path("dead"), "MET"),
        ("cvm-failure", Path("unknown"), "MET"),
        ("cvm-failure", Path("unknown", note="may-serve"), "UNDECIDED"),
        ("route-deletion", Path("unknown", note="may-serve"), "MET"),
    ],
)
def test_what_may_have_been_no_failure_is_not_judged(kind: EpisodeKind, during: Path, verdict: Verdict) -> None:
    told = replace(an_episode(kind), before=Path("local"), during=during)

    figure = KnownMeasurement("detection", Span(5 * SECOND, 6 * SECOND), ())
    assert held_against(told, (figure,), default_expectations()).verdict == verdict


@pytest.mark.parametrize(("how", "verdict"), [("right-to-wrong", "UNDECIDED"), ("last-frame-to-unanswered", "MET")])
def test_a_failure_beside_somebodys_route_is_judged_where_captures_show_when_it_was(
    how: HowName, verdict: Verdict
) -> None:
    told = an_episode()
    instants = tuple(
        replace(one, how=How(how)) if one.name == "fault" and isinstance(one, KnownInstant) else one
        for one in told.instants
    )
    told = replace(told, instants=instants, doubts=(Doubt("failure-unlogged"),))

    figure = KnownMeasurement("detection", Span(5 * SECOND, 6 * SECOND), ())
    assert held_against(told, (figure,), default_expectations()).verdict == verdict


def _dossier_of(told: Episode) -> Dossier:
    found = Correlation(
        evidence=Evidence(sources=(), events=()),
        reference="capture",
        clocks=(),
        hosts=(),
        cvms=(),
        check_period=None,
        episodes=(told,),
    )
    return Dossier(found, Settings())


@pytest.mark.parametrize(
    ("kind", "doubtful", "wanted"),
    [
        ("cvm-failure", (), (("denser-capture",),)),
        ("cvm-failure", ("fault",), (("capture-of-fault", "note"),)),
        ("cvm-failure", ("detected",), (("millisecond-genesis",),)),
        ("route-injection", ("fault",), (("capture-of-fault", "host-logs", "note"),)),
        ("route-injection", ("repaired",), (("vmkernel-log",),)),
        ("route-injection", ("fault", "repaired"), (("capture-of-fault", "host-logs", "note"), ("vmkernel-log",))),
    ],
)
def test_what_would_narrow_the_instants_that_are_in_doubt(
    kind: EpisodeKind, doubtful: tuple[str, ...], wanted: tuple[tuple[Wanted, ...], ...]
) -> None:
    told = an_episode(kind)
    instants = tuple(
        replace(one, at=replace(one.at, most=one.at.least + 2 * SECOND * (one.name in doubtful)))
        if isinstance(one, KnownInstant)
        else one
        for one in told.instants
    )

    assert _decides(None, replace(told, instants=instants), _dossier_of(told)) == wanted
