"""What logs alone show: every kind, and where a log begins, ends or speaks of several hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.config import Settings
from analyzer.correlate.clocks.clocks import Clocks, Step
from analyzer.correlate.logs.observations import _all, read_lines
from analyzer.correlate.logs.power.cycles import PowerCycle
from analyzer.correlate.logs.state.faults import FAILURE_OR_ROUTE
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.topology.discover import discover
from analyzer.model.clock import ClockOffset
from analyzer.model.event import Forwarding, StargateStates
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt
from tests.correlate.builder import (
    CVM,
    HOST,
    NOBODY,
    PEER,
    REMOTE,
    Genesis,
    HostLog,
    episodes,
    evidence,
    found,
    holds,
    known,
    ms_of,
    ns,
    only,
)
from tests.correlate.logs.check_logs import failed, healthy_then
from tests.correlate.logs.made import MEMBER, local, observed

OTHER_HOST = "192.168.1.25"


def test_a_healthy_log_has_no_episode() -> None:
    log, _ = healthy_then(checks=5)

    assert not episodes(log)


def test_cvm_failure() -> None:
    log, due = healthy_then()
    failed(log, due)

    episode = only(log)

    assert (episode.kind, episode.host, episode.cvm, episode.gateway) == ("cvm-failure", HOST, CVM, REMOTE)
    assert (episode.before, episode.during, episode.after) == (
        Path("local"),
        Path("dead"),
        Path("remote", via=REMOTE),
    )
    assert episode.confidence == "high"
    assert ms_of(episode, "fault") == (31_500, 65_000)
    assert ms_of(episode, "detected") == (64_000, 65_000)
    assert ms_of(episode, "decided") == (66_000, 67_000)
    assert ms_of(episode, "repaired") == (66_000, 67_000)
    assert holds(episode, "check", due)
    assert not {"terminated", "reset", "connected", "restored", "recovered"} & known(episode).keys()


def test_route_deletion_in_a_failure_stands_beside_that_failure() -> None:
    log, due = healthy_then()
    due = failed(log, due)
    log.cvm_down(due + 2_000)
    log.correct(due + 2_000, REMOTE)
    log.cvm_down(due + 32_000)
    log.absent(due + 32_000)
    log.repairs(due + 34_000, "add", REMOTE)

    failure, deletion = episodes(log)

    assert (failure.kind, deletion.kind) == ("cvm-failure", "route-deletion")
    assert (deletion.before, deletion.during.kind, deletion.after) == (
        Path("remote", via=REMOTE),
        "dead",
        Path("remote", via=REMOTE),
    )
    assert ms_of(deletion, "fault") == (due + 1_400, due + 33_000)
    assert "check" not in known(deletion)  # it may have begun before the fault, and read the routes after it
    assert deletion.confidence == "high"


def test_cvm_recovery() -> None:
    log, due = healthy_then()
    due = failed(log, due)
    log.cvm_down(due + 2_000)
    log.correct(due + 2_000, REMOTE)
    log.alive(due + 30_000)
    log.tell(due + 60_000, log.events[1].detail)  # all are up again
    log.illegal(due + 60_000, REMOTE)
    log.task(due + 60_000, "delete", REMOTE)
    log.terminates(due + 61_000)
    log.orders(due + 61_000, "delete", REMOTE)
    log.result(due + 61_000, "delete", REMOTE)

    _, recovery = episodes(log)

    assert (recovery.kind, recovery.cvm) == ("cvm-recovery", CVM)
    assert (recovery.before, recovery.after) == (Path("remote", via=REMOTE), Path("local"))
    assert ms_of(recovery, "fault") == (due - 500, due + 31_000)
    assert holds(recovery, "check", due + 30_000)
    assert ms_of(recovery, "detected") == (due + 60_000, due + 61_000)


def test_the_whole_life_of_a_failure_in_one_log() -> None:
    log, due = healthy_then()
    due = failed(log, due)
    log.cvm_down(due + 2_000)
    log.absent(due + 2_000)
    log.repairs(due + 3_000, "add", REMOTE)
    log.alive(due + 30_000)
    log.illegal(due + 60_000, REMOTE)
    log.repairs(due + 61_000, "delete", REMOTE)
    log.all_up(due + 90_000)
    log.illegal(due + 120_000, REMOTE)
    log.repairs(due + 121_000, "delete", REMOTE)

    kinds = [episode.kind for episode in episodes(log)]

    assert kinds == ["cvm-failure", "route-deletion", "cvm-recovery", "route-injection"]


def test_a_log_that_begins_with_the_repair_says_so() -> None:
    log = Genesis()
    log.absent(0)
    log.repairs(1_000, "add", REMOTE)

    episode = only(log)

    assert episode.confidence == "low"
    assert "fault" not in known(episode)
    assert Doubt("log-begins-late") in episode.doubts


def test_a_log_that_ends_before_the_repair_says_so() -> None:
    log, due = healthy_then()
    log.cvm_down(due)
    log.absent(due)

    episode = only(log)

    assert episode.kind == "cvm-failure"
    assert episode.confidence == "medium"
    assert "repaired" not in known(episode)
    assert Doubt("not-repaired") in episode.doubts


def test_two_hosts_in_one_log_have_an_episode_each() -> None:
    log = Genesis()
    for ms in (0, 30_000):
        log.all_up(ms)
        log.correct(ms, host=OTHER_HOST, cvm=PEER)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.illegal(62_000, NOBODY, host=OTHER_HOST, cvm=PEER)
    log.task(62_000, "add", REMOTE)
    log.task(62_000, "delete", NOBODY, host=OTHER_HOST)
    log.orders(63_000, "add", REMOTE)
    log.orders(63_000, "delete", NOBODY, host=OTHER_HOST)
    log.result(64_000, "delete", NOBODY, host=OTHER_HOST)
    log.result(65_000, "add", REMOTE)

    told = {episode.host: episode for episode in episodes(log)}

    assert told[HOST].kind == "cvm-failure"
    assert told[HOST].cvm == CVM
    assert told[OTHER_HOST].kind == "route-injection"
    assert told[OTHER_HOST].gateway == NOBODY
    assert ms_of(told[HOST], "repaired") == (63_000, 66_000)
    assert ms_of(told[OTHER_HOST], "repaired") == (63_000, 65_000)


def test_another_hosts_cvm_fails_and_nothing_moves_here() -> None:
    log, due = healthy_then()
    for ms in (due + 2_000, due + 32_000):
        log.cvm_down(ms, PEER)
        log.correct(ms)

    assert not episodes(log)


def test_genesis_restarts_are_no_fault() -> None:
    log, due = healthy_then()
    log.started(due + 5_000)
    log.all_up(due + 7_000)
    log.all_up(due + 37_000)

    assert not episodes(log)
    period = found(log).check_period
    assert period is not None
    assert period.holds(30_000_000_000)


def test_a_typed_route_after_the_last_check_may_be_the_repair_of_a_failure() -> None:
    log, due = healthy_then()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due - 10_000, "add", REMOTE)

    (last,) = observed(log, shell)

    assert (last.kind, last.doubts) == ("unexplained", (FAILURE_OR_ROUTE, Doubt("not-repaired")))


def test_a_typed_deletion_after_the_last_check_may_be_what_a_returned_cvm_needs() -> None:
    log, due = healthy_then()
    due = failed(log, due)
    log.cvm_down(due + 2_000)
    log.correct(due + 2_000, REMOTE)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due + 20_000, "delete", REMOTE)

    failure, last = observed(log, shell)

    assert (failure.kind, last.kind) == ("cvm-failure", "unexplained")
    assert last.doubts == (Doubt("return-unlogged"), Doubt("not-repaired"))


def test_a_cvm_that_booted_and_is_found_down_again_has_not_come_back() -> None:
    log, due = healthy_then()
    due = failed(log, due)
    log.alive(due)
    log.tell(due + 100, Forwarding("kept", HOST, REMOTE, CVM))
    log.cvm_down(due + 32_000)
    log.correct(due + 32_100, REMOTE)
    log.alive(due + 60_000)
    log.tell(due + 60_100, Forwarding("kept", HOST, REMOTE, CVM))
    log.all_up(due + 90_000)
    log.illegal(due + 90_100, REMOTE)
    log.repairs(due + 92_000, "delete", REMOTE)

    _, recovery = episodes(log)

    assert recovery.kind == "cvm-recovery"
    assert due + 29_000 < ms_of(recovery, "fault")[0]
    assert ms_of(recovery, "fault")[1] <= due + 63_000


def test_a_host_that_is_forwarded_ahead_is_not_told_as_dead() -> None:
    log, due = healthy_then()
    log.task(due - 10_000, "add", REMOTE)
    log.orders(due - 9_500, "add", REMOTE)
    log.result(due - 9_000, "add", REMOTE)
    log.cvm_down(due + 2_000)
    log.correct(due + 2_100, REMOTE)

    episode = only(log)

    assert (episode.kind, "detected" in known(episode)) == ("cvm-failure", False)
    assert [path.kind for path in (episode.before, episode.during, episode.after)] == ["local", "unknown", "remote"]


def test_lines_after_a_step_of_the_clock_stay_after_those_before_it() -> None:
    """Where that clock stands from there on is not known: the file has their order."""
    log = Genesis()
    for ms in (0, 30_000, 60_000, 52_000, 54_000):
        log.tell(ms, StargateStates(down=(CVM,)))
    topology, clocks = discover(evidence(log), Settings()), Clocks("capture")
    right = ClockOffset(clock=log.clock, reference="capture", offset=Span(0, 0), basis="given")
    step = Step(log.clock, "later", Span(8 * SECOND, 8 * SECOND), log.source, 4)

    def read(*steps: Step) -> list[int]:
        told = replace(clocks.at(log.clock, right), steps=steps)
        return [entry.event.origin.number for entry in read_lines(log.events, topology, told).entries]

    assert read() == [1, 2, 4, 5, 3]
    assert read(step) == [1, 2, 3, 4, 5]
    assert read(replace(step, source="another.out")) == [1, 2, 4, 5, 3]
    assert read(replace(step, line=1)) == [1, 2, 4, 5, 3]


@pytest.mark.parametrize(("off", "kind"), [(20, "unexplained"), (300, "cvm-failure")], ids=["soon", "late"])
def test_a_failure_that_is_open_as_the_logs_end_is_told_beside_those_before_it_where_its_cvm_came_back(
    off: int, kind: str
) -> None:
    """So soon, no check need have missed it: that was no failover."""
    before = Observation("cvm-recovery", "logs", MEMBER, "capture", ns(0), ns(1_000))
    failure = Observation("cvm-failure", "logs", MEMBER, "capture", ns(60_000), ns(60_000), cvm=CVM)
    begin, back = (Instant("capture", ns(ms), ns(ms)) for ms in (60_000, 60_000 + off * 1_000))
    failure = failure.at("fault", Point(begin, (), How("note")))
    cycle = PowerCycle(host=MEMBER, begin=begin, stop=begin, stopped_by=(), back=back, start=back, started_by=())

    told = _all(local(done=(before,), open=failure), [cycle])

    assert [one.kind for one in told] == ["cvm-recovery", kind]
    assert told[0] is before
