"""What a health check may look at: the evidence by kind, the cast, the clocks, the episodes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from analyzer.config import Settings, default_expectations
from analyzer.judge import Dossier
from analyzer.judge.dossier import CHECK_PERIOD, begin, end, listed, seconds, several
from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Ends,
    Forwarding,
    FrameRun,
    HaStarted,
    HealthyChecks,
    MacTraffic,
    NfsTerminate,
    StargateStates,
    StorageTraffic,
    TaskCreated,
)
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.run import Expectation
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, HOST, NOBODY, PEER, REMOTE, STORAGE
from tests.judge.health.scene import dossier, event, source
from tests.measure import builder

ESX, OWN = Host(address=HOST, name="esx-a", cvm=CVM, macs=("m1", "m2")), Cvm(address=CVM, name="cvm-a", macs=("c1",))
AWAY = Cvm(address=REMOTE, name="cvm-c", macs=("c3",))


def run(first: int, last: int, count: int = 2) -> FrameRun:
    """A run of frames until `last` s."""
    return FrameRun(Instant("capture", last * SECOND, last * SECOND), 9, count, 100 * count)


def test_what_the_user_expects_counts_and_else_what_comes_with_the_program() -> None:
    own = default_expectations()[:1]

    assert dossier().expectations == default_expectations()
    assert Dossier(dossier().found, Settings(expectations=own)).expectations == default_expectations()


def test_a_users_expectation_replaces_the_default_of_its_kind_and_metric_only() -> None:
    given = Expectation(kind="cvm-failure", metric="detection", expected=60 * SECOND)
    any_kind = Expectation(kind="*", metric="detection", expected=70 * SECOND)

    held = Dossier(dossier().found, Settings(expectations=(given, any_kind))).expectations

    assert held == (
        structs.replace(given, own=True),
        structs.replace(any_kind, own=True),
        *(one for one in default_expectations() if (one.kind, one.metric) != ("cvm-failure", "detection")),
    )


def test_events_are_found_by_their_kind_in_order() -> None:
    first, other, last = (
        event(detail, at=at)
        for at, detail in ((9, HaStarted(None)), (1, Forwarding("correct", HOST)), (2, HaStarted(5)))
    )
    given = dossier(events=(first, other, last))

    assert list(given.of(HaStarted)) == [(first, first.detail), (last, last.detail)]
    assert list(given.of(TaskCreated)) == []


def test_an_instant_is_placed_by_what_its_clock_is_ahead() -> None:
    ahead = ClockOffset(clock="log", reference="capture", offset=Span(2, 5), basis="measured")
    given = dossier(clocks=(ahead,))

    assert given.placed(Instant("log", 100, 110)) == Instant("capture", 95, 108)
    assert given.placed(Instant("capture", 100, 110)) == Instant("capture", 100, 110)
    assert given.placed(Instant("other", 100, 110)) is None


@pytest.mark.parametrize(
    ("measured", "period"),
    [
        (None, CHECK_PERIOD),
        (Span(58 * SECOND, 62 * SECOND), 60 * SECOND),
        (Span(55 * SECOND, 60 * SECOND), 57_500_000_000),
        (Span(20 * SECOND, 30 * SECOND), 20 * SECOND),
    ],
    ids=["not measured", "measured", "as wide as a check", "wide"],
)
def test_the_period_is_the_middle_of_what_was_measured(measured: Span | None, period: int) -> None:
    assert dossier(check_period=measured).period == period


def test_a_party_has_the_address_of_its_name() -> None:
    given = dossier(hosts=(ESX,), cvms=(OWN, Cvm(address=None, name="cvm-b")))

    assert [given.address(name) for name in ("esx-a", "cvm-a", "cvm-b", PEER)] == [HOST, CVM, "cvm-b", PEER]
    assert given.addresses == {HOST, CVM}


def test_a_log_was_written_by_the_one_that_is_known_or_by_its_clock() -> None:
    logs = (source("a.log", host="cvm-a", clock="log:a"), source("b.log", clock="log:b"))

    assert dossier(sources=logs, cvms=(OWN,)).wrote == {"a.log": CVM, "b.log": "log:b"}


@pytest.mark.parametrize(
    ("told", "listed_all"),
    [
        pytest.param((StargateStates(up=(CVM, PEER)),), True, id="two that are up"),
        pytest.param((StargateStates(up=(CVM,)), StargateStates(up=(PEER,))), True, id="one each"),
        pytest.param((StargateStates(up=("cvm-a",)), StargateStates(up=(CVM,))), False, id="one by two names"),
        pytest.param((StargateStates(down=(CVM,)), StargateStates(down=(PEER,))), False, id="only who is down"),
        pytest.param((StargateStates(up=(PEER,), down=(CVM,)),), True, id="up and down"),
        pytest.param((StargateStates(initializing=(PEER,), down=(CVM,)),), True, id="coming back and down"),
        pytest.param((), False, id="nothing"),
    ],
)
def test_whether_checks_name_all_cvms(told: tuple[StargateStates, ...], listed_all: bool) -> None:
    assert dossier(events=tuple(event(one) for one in told), cvms=(OWN,)).cvms_listed is listed_all


def test_a_gateway_that_genesis_chose_is_a_cvm() -> None:
    told = (
        TaskCreated("add", HOST, REMOTE),
        TaskCreated("delete", HOST, NOBODY),
        TaskCreated("add", HOST, None),
        NfsTerminate("sent", HOST, PEER),
        NfsTerminate("sent", HOST, None),
    )

    assert dossier(events=tuple(event(one) for one in told)).cvms_used == {REMOTE, PEER}


def test_a_mac_is_of_the_first_cvm_that_has_it() -> None:
    twice = structs.replace(AWAY, macs=("c3", "c1"))

    assert dossier(cvms=(OWN, twice)).cvm_of_mac == {"c1": CVM, "c3": REMOTE}


def test_the_cluster_is_all_that_the_checks_speak_of() -> None:
    told = (StargateStates(up=("cvm-a",), initializing=(PEER,)), StargateStates(down=(REMOTE,)))

    assert dossier(events=tuple(event(one) for one in told), cvms=(OWN,)).cluster == {CVM, PEER, REMOTE}


def test_the_checks_that_found_every_stargate_up_are_in_order_of_time() -> None:
    all_of_them = StargateStates(up=(CVM,), all_of="up")
    told = (event(all_of_them, at=60), event(StargateStates(up=(CVM,)), at=40), event(all_of_them, at=30))
    unplaced = event(all_of_them, at=10, clock="nowhere")

    found = dossier(events=(*told, unplaced)).all_up

    assert [(one.at // SECOND, one.is_down) for one in found] == [(30, False), (60, False)]


def test_what_checks_found_of_one_cvm() -> None:
    told = (
        event(StargateStates(up=(PEER,), down=("cvm-a",)), at=30),
        event(StargateStates(up=(CVM, PEER)), at=60),
        event(StargateStates(down=(CVM,)), at=45, clock="nowhere"),
    )
    given = dossier(events=told, cvms=(OWN,))

    assert [(one.at // SECOND, one.is_down) for one in given.checks_of(CVM).named] == [(30, True), (60, False)]
    assert given.checks_of(NOBODY).named == ()


def test_the_checks_lines_are_of_stargates_forwarding_and_what_is_told_as_one() -> None:
    healthy = HealthyChecks(lines=(StargateStates(up=(CVM,)),), steps=(30 * SECOND,), apart=(2,))
    told = (
        event(StargateStates(up=(CVM,)), at=0),
        event(Forwarding("correct", HOST), at=30),
        event(healthy, at=60),
        event(HaStarted(None), at=120),
    )

    assert [check.first.least // SECOND for check in dossier(events=told).checks] == [0, 30, 60, 90]


def test_episodes_are_of_a_host_by_its_name_or_address_in_order_of_time() -> None:
    late, early = (builder.episode(instants={"fault": builder.at(ms)}) for ms in (9_000, 1_000))
    named, nobodys = structs.replace(late, host="esx-a"), structs.replace(late, host=None)
    given = dossier(hosts=(ESX,), episodes=(late, named, early, nobodys))

    assert given.of_host("esx-a") == given.of_host(HOST) == [early, late, named]
    assert given.of_host(PEER) == []


def test_what_checks_said_of_a_hosts_forwarding() -> None:
    told = [event(Forwarding("correct", host), at=at) for at, host in ((1, "esx-a"), (2, HOST), (3, PEER), (4, None))]
    given = dossier(events=tuple(told), hosts=(ESX,))

    assert [one for one, _ in given.forwarding_of(ESX)] == told[:2]
    assert given.forwarding_of(Host(address=None)) == []


def test_a_cvms_failures_last_from_their_first_instant_to_their_last() -> None:
    failed = builder.episode(instants={"fault": builder.at(1_000, 2_000), "restored": builder.at(30_000, 31_000)})
    mine = structs.replace(failed, cvm="cvm-a")
    others = (structs.replace(mine, kind="cvm-recovery"), structs.replace(mine, cvm=None))
    given = dossier(cvms=(OWN,), episodes=(mine, *others))

    assert list(given.failures) == [CVM]
    assert [list(given.failures[CVM].overlapping(at * SECOND, at * SECOND)) for at in (0, 1, 31, 32)] == [
        [],
        [mine],
        [mine],
        [],
    ]
    assert (begin(mine), end(mine)) == (SECOND, 31 * SECOND)
    assert (begin(builder.episode()), end(builder.episode())) == (0, 0)


def test_lines_are_found_by_their_origin_without_runs_of_traffic() -> None:
    one, other = Origin("a.log", 1), Origin("a.log", 2)
    told = (
        event(HaStarted(None), origin=other),
        event(MacTraffic("m1", run(0, 9)), origin=one),
        event(HaStarted(5), origin=one),
    )

    assert dossier(events=told).lines([one, other, Origin("b.log", 1)]) == [told[0], told[2]]


def test_what_each_log_of_genesis_covers() -> None:
    ahead = ClockOffset(clock="log", reference="capture", offset=Span(2 * SECOND, 2 * SECOND), basis="measured")
    logs = (
        source("a.log", kind="genesis", span=(10, 20), clock="log"),
        source("b.log", kind="genesis", span=None, clock="log"),
        source("c.log", kind="genesis", span=(10, 20), clock="nowhere"),
        source("d.pcap", span=(10, 20)),
    )

    covered = dossier(sources=logs, clocks=(ahead,)).genesis_logs

    assert [list(covered.overlapping(at * SECOND, at * SECOND)) for at in (7, 8, 18, 19)] == [
        [],
        ["a.log"],
        ["a.log"],
        [],
    ]


def test_who_was_asked_for_and_who_spoke() -> None:
    asks = event(ArpTraffic("request", "m1", HOST, CVM, None, run(0, 9)), at=5)
    answer = event(ArpTraffic("reply", "c1", CVM, HOST, None, run(0, 9)), at=5)
    speaks = event(AddressOwned("c1", CVM, "arp", run(0, 9)), at=5)
    given = dossier(events=(asks, answer, speaks))

    assert {who: list(runs.overlapping(9 * SECOND, 9 * SECOND)) for who, runs in given.asked.items()} == {CVM: [asks]}
    assert {who: list(runs.overlapping(9 * SECOND, 9 * SECOND)) for who, runs in given.spoke_as.items()} == {
        CVM: [speaks]
    }
    assert list(given.asked[CVM].overlapping(10 * SECOND, 10 * SECOND)) == []


def test_a_hosts_frames_to_other_cvms_than_its_own() -> None:
    def frames(src: str, dst: str, what: str = "frame") -> StorageTraffic:
        return StorageTraffic(what, Ends(src, dst, HOST, STORAGE, 877, 2049), run(0, 9))  # type: ignore[arg-type]

    told = (frames("m1", "c3"), frames("m2", "c1"), frames("m1", "c3", "call"), frames("m9", "c3"))
    given = dossier(events=tuple(event(one) for one in told), hosts=(ESX, Host(address=PEER)), cvms=(OWN, AWAY))

    assert [(one.cvm, one.first, one.last, one.count) for one in given.remote_runs(ESX).items] == [
        (REMOTE, 0, 9 * SECOND, 2)
    ]
    assert list(given.remote_runs(Host(address=PEER)).items) == []


@pytest.mark.parametrize(
    ("ns", "text"), [(31_500_000_000, "31.5 s"), (31_440_000_000, "31.4 s"), (31_460_000_000, "31.5 s"), (0, "0.0 s")]
)
def test_a_duration_is_told_to_a_tenth_of_a_second(ns: int, text: str) -> None:
    assert seconds(ns) == text


def test_how_many() -> None:
    assert [several(count, "line") for count in (0, 1, 2, 1_200)] == ["0 lines", "1 line", "2 lines", "1,200 lines"]


def test_names_in_a_sentence() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_two_dossiers_of_the_same_are_one() -> None:
    given = dossier(hosts=(ESX,))

    assert replace(given) == given
    assert (given.hosts, given.reference, given.episodes, given.clocks, given.cvms) == ((ESX,), "capture", (), (), ())
    assert dossier(sources=(source(), source("b", kind="genesis"))).given == {"capture", "genesis"}
