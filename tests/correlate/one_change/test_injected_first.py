"""A route to nobody that was added before the own CVM failed is a fault of its own, whichever file is missing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change.injected_first import NOT_SURE, Shown, _without, with_injected_first
from analyzer.correlate.topology.topology import Member
from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, simulate
from analyzer.lab.simulate.scenario.scenario import NOBODY
from analyzer.model.episode import Claim, MeasuredEpisode, Statement
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.told import Doubt
from analyzer.model.truth import Truth
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES
from tests.correlate.builder import HOST, REMOTE, Genesis, HostLog, ns
from tests.correlate.made import observation
from tests.correlate.viewed import first_view
from tests.judged import of_detection
from tests.lab.simulate.made import made, written

NAME = "added-to-nobody-and-failed"
LOGS = "192.168.1.24"


SIDES = ("span", "vmk1:1", "vmk1:2", "vmk1:3")


def told(place: Path, *gone: str) -> tuple[Truth, tuple[MeasuredEpisode, ...]]:
    """The test's truth, and what is told of it without these files."""
    options = Options(phase=20 * SECOND, tail=40 * SECOND)
    simulated = made(str(SAMPLES / "kinds" / f"{NAME}.toml"), 7, options, Evidence(esxi_logs=True))
    folder = written(simulated, place)
    files = list(dict.fromkeys(one.file for one in simulated.truth.evidence))
    left = [folder / file for file in files if not any(one in file for one in gone)]
    return simulated.truth, analyze(left, Settings(log_timezone="UTC", hash="none")).episodes


@pytest.mark.parametrize(
    "gone",
    [
        (),
        ("vmk1.pcap",),
        (".pcap",),
        (f"{LOGS}/hostd.log",),
        (f"{LOGS}/shell.log",),
        (f"{LOGS}/auth.log",),
        ("genesis.out",),
        ("genesis.out", f"{LOGS}/auth.log"),
    ],
    ids=" and ".join,
)
def test_both_faults_are_told(gone: tuple[str, ...], tmp_path: Path) -> None:
    truth, episodes = told(tmp_path, *gone)
    injected, failure = sorted(episodes, key=lambda one: one.episode.kind != "route-injection")

    assert [one.episode.kind for one in (injected, failure)] == [one.kind for one in truth.episodes]
    assert (injected.episode.gateway, injected.episode.gateway_valid) == ("192.168.1.99", False)
    nobody_known = {"genesis.out", f"{LOGS}/auth.log"} == set(gone)
    assert of_detection(injected).verdict == ("NOT-JUDGED" if nobody_known else "MET")
    assert injected.episode.by_hand is False


def test_where_no_log_and_no_capture_has_the_order_that_is_said(tmp_path: Path) -> None:
    _, episodes = told(tmp_path, ".pcap", "hostd.log")

    assert [one.episode.kind for one in episodes] == ["cvm-failure"]
    assert "failure-unlogged" in {doubt.name for doubt in episodes[0].episode.doubts}


ADDED, FAILED, FOUND, GONE = 20_000, 60_000, 80_000, 85_000  # ms


def lines(gateway: str = NOBODY, *, known: bool = True) -> tuple[Genesis, HostLog]:
    """A check that lists the CVMs, and a route that root typed."""
    log, host = Genesis(doubt=MILLISECOND - 1), HostLog()
    if known:
        log.all_up(0)
    host.types(ADDED, "add", gateway)
    return log, host


def parts(log: Genesis, host: HostLog, **statement: str) -> list[Observation]:
    """What becomes of a failure of long after the route, of which that was told."""
    timeline, view = first_view(log, host)
    found = Observation("cvm-failure", "logs", Member(HOST), log.clock, ns(FAILED), ns(90_000))
    points: tuple[tuple[InstantName, int], ...] = (("fault", FAILED), ("detected", FOUND), ("repaired", 90_000))
    for name, ms in points:
        found = found.marked(name, Instant(log.clock, ns(ms), ns(ms)), (), How("note"))
    said = replace(Statement("typed-by-hand", by="root", action="add"), **statement)
    (typed,) = (event.origin for event in host.events if event.at.least == ns(ADDED))
    shown = Shown(timeline.evidence, view.topology, view.clocks, timeline.traffic)
    return with_injected_first([found.claimed(said, [typed])], shown)


def test_the_route_ends_with_genesis_command_and_its_result() -> None:
    log, host = lines()
    log.orders(GONE, "delete", NOBODY)
    log.result(GONE + 700, "delete", NOBODY)

    injected, failure = parts(log, host)

    gone = injected.points["repaired"]
    assert (gone.how.name, gone.at.least) == ("command-to-result", ns(GONE))
    assert gone.at.most == ns(GONE + 700) + log.doubt
    assert (injected.kind, injected.gateway, injected.before.kind) == ("route-injection", NOBODY, "local")
    assert [(path.kind, path.via) for path in (injected.during, injected.after)] == [("dead", NOBODY)] * 2
    assert injected.points["detected"] == failure.points["detected"]
    assert [(claim.statement.name, claim.statement.action) for claim in injected.claims] == [
        ("typed-by-hand", "add"),
        ("route-changed", "delete"),
    ]
    assert failure.claims == ()


def test_a_command_without_its_result_has_run_two_seconds_later() -> None:
    log, host = lines()
    log.orders(GONE, "delete", NOBODY)

    injected, _ = parts(log, host)

    gone = injected.points["repaired"].at
    assert (gone.least, gone.most) == (ns(GONE), ns(GONE) + log.doubt + 2 * SECOND)


def test_the_kernels_line_says_when() -> None:
    log, host = lines()
    log.orders(GONE, "delete", NOBODY)
    host.kernel(GONE + 300, "delete", NOBODY)

    injected, _ = parts(log, host)

    assert injected.points["repaired"].how.name == "kernel-logged-order"
    assert injected.points["repaired"].stamp == host.at(GONE + 300)


@pytest.mark.parametrize(
    ("ms", "gateway", "on"),
    [
        pytest.param(GONE, "192.168.1.98", HOST, id="another route"),
        pytest.param(GONE, NOBODY, "192.168.1.25", id="of another host"),
        pytest.param(ADDED - 15_000, NOBODY, HOST, id="before it was added"),
    ],
)
def test_what_was_deleted_otherwise_does_not_end_it(ms: int, gateway: str, on: str) -> None:
    log, host = lines()
    log.orders(ms, "delete", gateway, host=on)

    assert [one.kind for one in parts(log, host)] == ["cvm-failure"]


def test_a_task_to_delete_it_is_no_deletion() -> None:
    log, host = lines()
    log.task(GONE, "delete", NOBODY)

    assert [one.kind for one in parts(log, host)] == ["cvm-failure"]


def test_a_person_who_deletes_it_leaves_nothing_to_genesis() -> None:
    log, host = lines()
    host.types(GONE - 1_000, "delete", NOBODY)
    log.orders(GONE, "delete", NOBODY)

    assert [one.kind for one in parts(log, host)] == ["cvm-failure"]


@pytest.mark.parametrize(
    ("gateway", "known", "statement"),
    [
        pytest.param(REMOTE, True, {}, id="to a CVM"),
        pytest.param(NOBODY, False, {}, id="of nobody that is known"),
        pytest.param(NOBODY, True, {"action": "delete"}, id="a deletion"),
        pytest.param(NOBODY, True, {"name": "route-changed"}, id="by Genesis"),
    ],
)
def test_no_other_route_is_a_fault_of_its_own(gateway: str, known: bool, statement: dict[str, str]) -> None:
    log, host = lines(gateway, known=known)
    log.orders(GONE, "delete", gateway)

    assert [one.kind for one in parts(log, host, **statement)] == ["cvm-failure"]


def test_a_host_that_its_own_cvm_served_until_the_route_came_was_injected_first(tmp_path: Path) -> None:
    """That CVM was cut off before: whoever asks from outside has it down, and it serves its host."""
    story = Scenario(
        name="cut-off-and-injected",
        fault=(
            Fault(do="cvm-isolation", on=1, at=Decimal("33.8"), seconds=Decimal("49.7")),
            Fault(do="route-add", on=1, at=Decimal("38.3"), gateway=NOBODY),
        ),
    )
    simulated = simulate(story, 120006, Options(leader=1, wording="drawn"), Evidence(vantages=SIDES, esxi_logs=True))
    folder = written(simulated, tmp_path)
    files = [folder / one for one in dict.fromkeys(one.file for one in simulated.truth.evidence)]

    def kinds(*gone: str) -> list[str]:
        left = [file for file in files if not any(one in str(file) for one in gone)]
        run = analyze(left, Settings(log_timezone="UTC", hash="none"))
        return [one.episode.kind for one in run.episodes]

    assert kinds() == [one.kind for one in simulated.truth.episodes]
    assert "route-injection" not in kinds("vmk1")  # by the network alone, that CVM had failed by then


def test_a_host_whose_connections_its_own_stargate_had_ended_was_injected_into_no_more(tmp_path: Path) -> None:
    """It had served until just before the route came, and a Stargate that stops ends what it has."""
    story = Scenario(
        name="restarted-and-injected",
        fault=(
            Fault(do="stargate-restart", on=1, at=Decimal("54.1"), seconds=Decimal("5.6")),
            Fault(do="route-add", on=1, at=Decimal("55.2"), gateway=NOBODY),
        ),
    )
    simulated = simulate(story, 7, Options(phase=24 * SECOND), Evidence(vantages=SIDES, esxi_logs=True))
    folder = written(simulated, tmp_path)
    files = [folder / one for one in dict.fromkeys(one.file for one in simulated.truth.evidence)]

    kinds = [one.episode.kind for one in analyze(files, Settings(log_timezone="UTC", hash="none")).episodes]

    assert kinds == [one.kind for one in simulated.truth.episodes]
    assert "route-injection" not in kinds


def test_a_failure_whose_only_doubt_was_the_route_before_it_is_sure_without_that() -> None:
    other = Doubt("command-failed")
    claim = Claim(Statement("typed-by-hand"), ())
    failure = replace(observation("cvm-failure", "logs").doubted(NOT_SURE, "low"), claims=(claim,))

    alone, both = _without(failure, claim), _without(failure.doubted(other), claim)

    assert (alone.doubts, alone.confidence, alone.claims) == ((), "high", ())
    assert (both.doubts, both.confidence) == ((other,), failure.doubted(other).confidence)
    assert both.confidence != "high"
