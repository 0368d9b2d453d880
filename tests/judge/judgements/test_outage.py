"""How long storage was away, by captures, by the host's own logs, and by Genesis' alone."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.judge import Dossier
from analyzer.judge.judgements.outage import judge_outages
from analyzer.judge.judgements.watch import UNWATCHED, watches
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, EpisodeKind, EpisodeNote, JudgedBy, Judgement, Measured, Verdict
from analyzer.model.event import Event, HostStorage, StargateStates, VmPower
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, UNBOUNDED, Instant, Span
from analyzer.model.measurement import (
    How,
    HowName,
    InstantName,
    KnownInstant,
    KnownMeasurement,
    Measurement,
    MissingInstant,
    MissingMeasurement,
    Note,
)
from analyzer.model.path import Path
from analyzer.model.run import Expectation
from analyzer.model.source import Origin, Reason, Skipped, Source
from analyzer.model.told import Doubt
from tests.judge.health.scene import event, source
from tests.report import builder

HOST, OURS = builder.HOST, "5a6ec2b7-1d3f9a40"
FAULT = 100
UNSEEN = MissingMeasurement("outage", "not-in-evidence", "no-capture")
MOUNTED = event(HostStorage("server-back", "192.168.5.2", "ctr", OURS), at=1, origin=Origin("vobd.log", 1))


def apd(at: int) -> Event:
    return event(HostStorage("apd-start", None, OURS, OURS), at=at, origin=Origin("vobd.log", at))


def vobd(first: int = 0, last: int = 300) -> Source:
    return source("vobd.log", kind="vobd", span=(first, last), host=HOST)


def silence(least: float, most: float, note: Note | None = "calls-outstanding") -> KnownMeasurement:
    span = Span(int(least * SECOND), UNBOUNDED if most == UNBOUNDED else int(most * SECOND))
    return KnownMeasurement("outage", span, (), note)


def known_at(name: InstantName, at: int, by: tuple[HowName, Origin] | None) -> KnownInstant:
    how, origins = (How(by[0]), (by[1],)) if by is not None else (How("typed"), ())
    return KnownInstant(name, Instant("capture", at * SECOND, at * SECOND), origins, how)


def _recovery(told: Episode, repaired: int) -> Episode:
    instants = [each for each in told.instants if each.name != "repaired"]
    back = known_at("repaired", repaired, None)
    return msgspec.structs.replace(told, id="E0", kind="cvm-recovery", instants=(*instants, back))


def judged(
    *figures: Measurement,
    kind: EpisodeKind = "cvm-failure",
    instants: dict[str, int] | None = None,
    events: tuple[Event, ...] = (),
    sources: tuple[Source, ...] = (),
    expectations: tuple[Expectation, ...] = (),
    note: EpisodeNote | None = None,
    gateway_valid: bool | None = None,
    during: Path | None = None,
    fault_by: tuple[HowName, Origin] | None = None,
    given_back: int | None = None,
    doubts: tuple[Doubt, ...] = (),
    clocks: tuple[ClockOffset, ...] = (),
) -> list[Judgement]:
    """The judgements on an episode with such instants, s, by default a fault at 100 s that ends at 130 s; its host was
    `given_back` to its CVM then, after a failure before.
    """
    at = {"fault": FAULT, "detected": 110, "repaired": 120, "restored": 130} if instants is None else instants
    one = builder.episode(kind).episode
    told = msgspec.structs.replace(
        one,
        note=note,
        gateway_valid=gateway_valid,
        during=during or one.during,
        doubts=doubts,
        instants=tuple(
            known_at(each.name, at[each.name], fault_by if each.name == "fault" else None)
            if each.name in at
            else MissingInstant(each.name, "not-in-evidence", "not-shown")
            for each in one.instants
        ),
    )
    found = Correlation(
        evidence=Evidence(sources=sources, events=events),
        reference="capture",
        clocks=clocks,
        hosts=(),
        cvms=(),
        check_period=None,
        episodes=(told,) if given_back is None else (_recovery(told, given_back), told),
    )
    measured = Measured(episode=told, stages=(), measurements=figures, longest=None, phases=())
    dossier = Dossier(found, Settings(expectations=expectations))
    return list(judge_outages(measured, dossier, watches(dossier).get(told.id, UNWATCHED)))


CAPTURED: dict[str, tuple[KnownMeasurement, bool, Verdict, JudgedBy]] = {
    "short": (silence(30, 36), False, "MET", "within-expectation"),
    "between, no log": (silence(37, 51), False, "UNDECIDED", "datastore-unwatched"),
    "between, a log without a loss": (silence(37, 51), True, "LATE", "within-bound"),
    "straddles the expectation, no log": (silence(30, 37), False, "UNDECIDED", "datastore-unwatched"),
    "straddles the expectation, a log": (silence(30, 37), True, "MET-OR-LATE", "straddles-expectation"),
    "straddles the bound, no log": (silence(50, 52), False, "UNDECIDED", "straddles"),
    "straddles the bound, a log": (silence(50, 52), True, "LATE", "within-bound"),
    "far beyond, a log": (silence(52, 52), True, "MISSED", "beyond-bound"),
    "not over": (silence(40, UNBOUNDED, "not-over"), False, "UNDECIDED", "straddles"),
    "not over, and long": (silence(60, UNBOUNDED, "not-over"), False, "MISSED", "beyond-bound"),
    "may be idle": (silence(60, 60, "idle-or-stalled"), False, "UNDECIDED", "straddles"),
}


@pytest.mark.parametrize(("figure", "logged", "verdict", "reason"), CAPTURED.values(), ids=CAPTURED)
def test_a_silence_in_captures(figure: KnownMeasurement, *, logged: bool, verdict: Verdict, reason: JudgedBy) -> None:
    (judgement,) = judged(figure, events=(MOUNTED,), sources=(vobd(),) if logged else ())

    assert (judgement.verdict, judgement.reason) == (verdict, reason)
    assert bool(judgement.decides) is (verdict == "UNDECIDED")
    assert (judgement.expected, judgement.bound) == (36 * SECOND, 51 * SECOND)


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (silence(0, 0.5, "no-pause"), Span(0, SECOND // 2)),
        (silence(37, 51), Span(37 * SECOND, 51 * SECOND)),
        (silence(37, UNBOUNDED), Span(37 * SECOND, UNBOUNDED)),
        (UNSEEN, Span(20 * SECOND, UNBOUNDED)),
    ],
)
def test_a_datastore_that_the_host_lost_is_missed_whatever_the_span(figure: Measurement, told: Span | None) -> None:
    (judgement,) = judged(figure, events=(MOUNTED, apd(120)), sources=(vobd(),))

    assert (judgement.verdict, judgement.reason) == ("MISSED", "datastore-lost")
    assert (judgement.measured, judgement.origins) == (told, (Origin("vobd.log", 120),))


@pytest.mark.parametrize("at", [99, 131], ids=["before", "after"])
def test_what_was_lost_at_another_time_does_not_decide(at: int) -> None:
    (judgement,) = judged(silence(37, 51), events=(MOUNTED, apd(at)), sources=(vobd(),))

    assert judgement.verdict == "LATE"


def test_a_log_that_ends_before_service_was_back_says_nothing() -> None:
    (judgement,) = judged(silence(37, 51), events=(MOUNTED,), sources=(vobd(last=129),))

    assert (judgement.reason, judgement.decides) == ("datastore-unwatched", (("datastore-log",),))


BY_LOGS = {"fault": FAULT, "detected": 110, "repaired": 140}


@pytest.mark.parametrize(
    ("repaired", "logged", "verdict", "reason"),
    [
        (140, False, "NOT-JUDGED", "not-bounded-above"),
        (140, True, "LATE", "within-bound"),
        (120, True, "MET-OR-LATE", "straddles-expectation"),
        (170, False, "MISSED", "beyond-bound"),
        (170, True, "UNDECIDED", "log-contradicts"),
    ],
)
def test_without_replies_the_logs_bound_it(repaired: int, *, logged: bool, verdict: Verdict, reason: JudgedBy) -> None:
    sources = (vobd(),) if logged else ()

    (judgement,) = judged(UNSEEN, instants=BY_LOGS | {"repaired": repaired}, events=(MOUNTED,), sources=sources)

    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("doubts", "verdict", "reason"),
    [((), "NOT-JUDGED", "not-bounded-above"), ((Doubt("not-repaired"),), "UNDECIDED", "not-bounded")],
)
def test_a_log_that_ends_while_storage_may_be_away_is_no_good_end(
    doubts: tuple[Doubt, ...], verdict: Verdict, reason: JudgedBy
) -> None:
    (judgement,) = judged(UNSEEN, instants={"fault": FAULT, "detected": 110}, events=(MOUNTED,), doubts=doubts)

    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        pytest.param(0, 99, "NOT-JUDGED", id="ends before it"),
        pytest.param(0, 105, "NOT-JUDGED", id="ends in it"),
        pytest.param(0, 150, "NOT-JUDGED", id="ends before a loss would have been declared"),
        pytest.param(0, 151, "LATE", id="ends when that is over"),
        pytest.param(101, 300, "NOT-JUDGED", id="begins in it"),
        pytest.param(200, 300, "NOT-JUDGED", id="begins after it"),
    ],
)
def test_a_log_that_covers_some_of_it_says_as_much_as_none(first: int, last: int, verdict: Verdict) -> None:
    """A host declares All Paths Down 51 s after the last answer at the latest: here 51 s after the fault."""
    (judgement,) = judged(UNSEEN, instants=BY_LOGS, events=(MOUNTED,), sources=(vobd(first, last),))

    assert judgement.verdict == verdict


RETRIED = event(HostStorage("io-retry"), at=105, origin=Origin("vobd.log", 105))
UNTIED = event(HostStorage("apd-start", None, OURS, OURS), at=140, origin=Origin("vobd.log", 140))
OTHER_SERVER = event(HostStorage("server-back", "10.0.0.5", "iso", "0aec33b1-6f2e51a0"), at=2)
OTHER_DEVICE = event(HostStorage("apd-start", None, None, "naa.60014055c425cd10"), at=140)


@pytest.mark.parametrize(
    ("events", "last", "verdict", "reason"),
    [
        pytest.param((RETRIED,), 105, "UNDECIDED", "storage-away", id="a retry, and the log ends"),
        pytest.param((RETRIED,), 300, "LATE", "within-bound", id="a retry, and the log covers it"),
        pytest.param((RETRIED, OTHER_SERVER), 105, "NOT-JUDGED", "not-bounded-above", id="perhaps another server's"),
        pytest.param((UNTIED,), 300, "UNDECIDED", "datastore-untied", id="a loss of what nothing names"),
        pytest.param((UNTIED,), 145, "UNDECIDED", "datastore-untied", id="such a loss, and the log ends"),
        pytest.param((OTHER_DEVICE,), 300, "LATE", "within-bound", id="a device's loss"),
    ],
)
def test_a_line_that_has_storage_away_leaves_it_open(
    events: tuple[Event, ...], last: int, verdict: Verdict, reason: JudgedBy
) -> None:
    (judgement,) = judged(UNSEEN, instants=BY_LOGS, events=events, sources=(vobd(0, last),))

    assert (judgement.verdict, judgement.reason) == (verdict, reason)
    if verdict == "UNDECIDED":
        assert judgement.measured == Span(40 * SECOND, UNBOUNDED)
        assert judgement.origins == (events[0].origin,)
        asked = "nfs-list" if reason == "datastore-untied" else "datastore-log"
        assert judgement.decides == (("whole-capture", asked),)


@pytest.mark.parametrize(
    ("figure", "verdict", "reason"),
    [
        (silence(30, 35), "MET", "within-expectation"),
        (silence(37, 45), "UNDECIDED", "datastore-untied"),
        (silence(52, 60), "MISSED", "beyond-bound"),
    ],
)
def test_a_loss_that_nothing_ties_decides_nothing(figure: KnownMeasurement, verdict: Verdict, reason: JudgedBy) -> None:
    (judgement,) = judged(figure, events=(apd(125),), sources=(vobd(),))

    assert (judgement.verdict, judgement.reason) == (verdict, reason)


def test_lines_that_were_searched_for_do_not_cover_it() -> None:
    picked = replace(vobd(), skipped=(Skipped("vobd.log", "file", Reason("picked-out")),))

    (judgement,) = judged(UNSEEN, instants=BY_LOGS, events=(MOUNTED,), sources=(picked,))

    assert judgement.verdict == "NOT-JUDGED"


@pytest.mark.parametrize(
    ("on", "measured"),
    [
        pytest.param(None, Span(40 * SECOND, UNBOUNDED), id="off until the repair"),
        pytest.param(500, Span(40 * SECOND, UNBOUNDED), id="on long after it"),
        pytest.param(120, None, id="on again before it"),
    ],
)
def test_a_cvm_that_its_host_powered_off_serves_nobody(on: int | None, measured: Span | None) -> None:
    """Whoever put the route right: until then storage was away."""
    log = Origin("hostd.log", 1)
    hostd = source("hostd.log", kind="hostd", span=(0, 600), host=HOST)
    powered = () if on is None else (event(VmPower("starting"), at=on, origin=Origin("hostd.log", 2)),)

    (judgement,) = judged(
        UNSEEN,
        instants={"fault": FAULT, "repaired": 140},
        fault_by=("vm-stopped", log),
        events=powered,
        sources=(hostd,),
    )

    assert (judgement.verdict, judgement.measured) == ("NOT-JUDGED", measured)


def test_an_order_that_took_long_is_missed_by_genesis_alone() -> None:
    (judgement,) = judged(UNSEEN, instants={"detected": 110, "repaired": 170})

    assert (judgement.verdict, judgement.measured) == ("MISSED", Span(60 * SECOND, UNBOUNDED))


def test_an_order_that_no_down_stargate_came_before_may_have_been_ahead_of_the_stop() -> None:
    (judgement,) = judged(UNSEEN, instants={"fault": 175, "decided": 110, "repaired": 170})

    assert (judgement.verdict, judgement.measured) == ("NOT-JUDGED", None)


@pytest.mark.parametrize(("given_back", "least"), [(None, 60), (105, 55), (110, 50), (80, 60), (165, 60)], ids=str)
def test_a_cvm_that_failed_again_before_its_host_was_given_back_was_not_missed_until_then(
    given_back: int | None, least: int
) -> None:
    at = {"fault": 100, "detected": 130, "repaired": 160}

    (judgement,) = judged(UNSEEN, instants=at, given_back=given_back)

    assert (judgement.measured.least if judgement.measured is not None else 0) == least * SECOND


@pytest.mark.parametrize(
    ("kind", "valid", "note"),
    [
        ("route-injection", True, None),
        ("route-injection", None, None),
        ("cvm-recovery", None, None),
        ("unexplained", None, None),
        ("cvm-failure", None, "still-served"),
    ],
)
def test_where_somebody_may_have_served_the_logs_bound_nothing_from_below(
    kind: EpisodeKind, valid: bool | None, note: EpisodeNote | None
) -> None:
    (judgement,) = judged(UNSEEN, kind=kind, gateway_valid=valid, note=note, instants=BY_LOGS | {"repaired": 170})

    assert (judgement.verdict, judgement.measured) == ("NOT-JUDGED", None)


@pytest.mark.parametrize(("kind", "valid"), [("route-injection", False), ("route-deletion", None)])
def test_a_path_to_nobody_is_dead_until_it_is_repaired(kind: EpisodeKind, valid: bool | None) -> None:
    (judgement,) = judged(
        UNSEEN,
        kind=kind,
        gateway_valid=valid,
        during=Path("dead"),
        instants={"fault": FAULT, "detected": 110, "repaired": 152},
    )

    assert judgement.verdict == "MISSED"


def test_a_path_to_nobody_that_was_exchanged_for_one_that_served_is_not_dead_until_it_is_repaired() -> None:
    (judgement,) = judged(
        UNSEEN,
        kind="route-injection",
        gateway_valid=False,
        during=Path("remote", via="192.168.1.28"),
        instants={"fault": FAULT, "detected": 110, "repaired": 170},
    )

    assert (judgement.verdict, judgement.measured) == ("NOT-JUDGED", None)


@pytest.mark.parametrize("kind", ["cvm-failure", "route-deletion", "route-injection"])
def test_what_genesis_did_not_find_may_have_served(kind: EpisodeKind) -> None:
    """A person deleted a route and added it again: that it was needed is in no line."""
    (judgement,) = judged(UNSEEN, kind=kind, gateway_valid=False, instants={"fault": FAULT, "repaired": 700})

    assert judgement.verdict == "NOT-JUDGED"


def test_replies_while_the_route_led_to_nobody_are_not_known_to_be_the_hosts() -> None:
    (judgement,) = judged(
        silence(0, 0.5, "no-pause"),
        kind="route-injection",
        gateway_valid=False,
        during=Path("dead"),
        instants=BY_LOGS,
    )

    assert (judgement.verdict, judgement.measured) == ("UNDECIDED", None)


def test_a_living_gateway_that_does_not_serve_is_a_path_to_nobody() -> None:
    dead = builder.DEAD_PATH

    (judgement,) = judged(
        UNSEEN,
        kind="route-injection",
        gateway_valid=True,
        during=dead,
        instants={"fault": FAULT, "decided": 110, "repaired": 152},
    )

    assert judgement.verdict == "MISSED"


def test_a_check_that_found_the_cvm_up_again_ends_what_the_logs_tell() -> None:
    up = event(StargateStates(up=(builder.CVM,)), at=140)

    (judgement,) = judged(UNSEEN, instants=BY_LOGS | {"repaired": 170}, events=(up,))

    assert judgement.verdict == "NOT-JUDGED"


def test_a_users_own_expectation_is_undecided_where_nothing_bounds_it() -> None:
    own = Expectation(kind="*", metric="outage", expected=20 * SECOND)

    (judgement,) = judged(UNSEEN, instants=BY_LOGS, expectations=(own,))

    assert (judgement.verdict, judgement.reason) == ("UNDECIDED", "not-bounded")
    assert judgement.decides


def test_a_users_own_bound_is_held() -> None:
    own = Expectation(kind="*", metric="outage", expected=20 * SECOND, bound=25 * SECOND)

    assert [judged(silence(s, s), expectations=(own,))[0].verdict for s in (20, 21, 26)] == ["MET", "LATE", "MISSED"]


def test_the_silence_at_the_repair_is_held_too() -> None:
    second = KnownMeasurement("outage-at-repair", Span(60 * SECOND, 60 * SECOND), ())

    first, other = judged(silence(0, 0.5, "no-pause"), second, kind="route-injection", gateway_valid=True)

    assert [(one.metric, one.verdict) for one in (first, other)] == [("outage", "MET"), ("outage-at-repair", "MISSED")]


@given(st.integers(-50, 400), st.integers(0, 450), st.integers(112, 150))
def test_a_log_without_a_word_on_storage_leaves_nothing_open(first: int, lasts: int, repaired: int) -> None:
    """However much of an episode it covers: what is not judged without it is acceptable with it, or not judged."""
    log = vobd(first, first + lasts)

    (judgement,) = judged(UNSEEN, instants=BY_LOGS | {"repaired": repaired}, events=(MOUNTED,), sources=(log,))

    assert judgement.verdict in ("NOT-JUDGED", "MET-OR-LATE", "LATE")


ONE_CLOCK = ClockOffset(
    clock="capture:vmk1.pcap",
    reference="capture",
    offset=Span(-SECOND, SECOND),
    basis="assumed",
    pairs=0,
    note=OffsetNote("one-clock"),
)
DISAGREE = Doubt("contradicted", instant="repaired")


@pytest.mark.parametrize(
    ("clocks", "doubts", "reason"),
    [
        pytest.param((ONE_CLOCK,), (DISAGREE,), "clocks-contradict", id="both"),
        pytest.param((ONE_CLOCK,), (Doubt("contradicted", instant="check"),), "within-expectation", id="of a check"),
        pytest.param((), (DISAGREE,), "within-expectation", id="of one device"),
    ],
)
def test_captures_of_devices_whose_clocks_the_logs_deny_to_be_one_decide_nothing(
    clocks: tuple[ClockOffset, ...], doubts: tuple[Doubt, ...], reason: JudgedBy
) -> None:
    (judgement,) = judged(silence(29, 29), clocks=clocks, doubts=doubts)

    assert judgement.reason == reason
    assert judgement.decides == ((("clock-offset",),) if reason == "clocks-contradict" else ())


def test_a_loss_that_the_host_logged_needs_no_clock_of_captures() -> None:
    events, sources = (MOUNTED, apd(120)), (vobd(),)

    (judgement,) = judged(silence(29, 29), clocks=(ONE_CLOCK,), doubts=(DISAGREE,), events=events, sources=sources)

    assert judgement.reason == "datastore-lost"
