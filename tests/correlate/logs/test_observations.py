"""What logs alone tell: every kind, and where a log begins, ends, fails or speaks of several hosts."""

from __future__ import annotations

from analyzer.model.event import NfsTerminate, StargateStates
from analyzer.model.path import Path
from analyzer.model.source import Origin
from tests.correlate.builder import (
    CVM,
    HOST,
    NOBODY,
    PEER,
    REMOTE,
    Genesis,
    HostLog,
    episodes,
    found,
    holds,
    known,
    ms_of,
    only,
)

OTHER_HOST = "192.168.1.25"


def healthy_then(*, checks: int = 2) -> tuple[Genesis, int]:
    """A log with some healthy checks 30 s apart, and when the next one is due (ms)."""
    log = Genesis()
    log.started(0)
    for index in range(checks):
        log.all_up(2_000 + index * 30_000)
    return log, 2_000 + checks * 30_000


def failed(log: Genesis, due: int) -> int:
    """The CVM is found down at the next check, and the route is added 2 s later; gives the check after."""
    log.cvm_down(due + 2_000)
    log.absent(due + 2_000)
    log.repairs(due + 4_000, "add", REMOTE)
    return due + 30_000


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


def test_route_injection_to_a_cvm_and_the_connections_that_it_ended() -> None:
    log, due = healthy_then()
    log.all_up(due)
    log.events.pop()  # the check says that all are up, and not that forwarding is right
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    log.terminates(due + 5_000)
    log.orders(due + 5_000, "delete", REMOTE)
    log.result(due + 5_000, "delete", REMOTE)

    episode = only(log)

    assert (episode.kind, episode.gateway, episode.gateway_valid) == ("route-injection", REMOTE, True)
    assert (episode.before.kind, episode.during, episode.after.kind) == ("local", Path("remote", via=REMOTE), "local")
    assert ms_of(episode, "terminated") == (67_000, 68_000)
    assert ms_of(episode, "fault") == (31_400, 63_000)


def test_route_injection_to_nobody_has_no_connection_to_end() -> None:
    log, due = healthy_then()
    log.illegal(due, NOBODY)
    log.repairs(due + 1_000, "delete", NOBODY)

    episode = only(log)

    assert (episode.kind, episode.gateway_valid, episode.during) == (
        "route-injection",
        False,
        Path("dead", via=NOBODY),
    )
    terminated = next(i for i in episode.instants if i.name == "terminated")
    assert terminated.name not in known(episode)
    assert getattr(terminated, "absence", None) == "not-applicable"


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
    assert any("begins" in doubt for doubt in episode.doubts)


def test_a_log_that_ends_before_the_repair_says_so() -> None:
    log, due = healthy_then()
    log.cvm_down(due)
    log.absent(due)

    episode = only(log)

    assert episode.kind == "cvm-failure"
    assert episode.confidence == "medium"
    assert "repaired" not in known(episode)
    assert any("ends before" in doubt for doubt in episode.doubts)


def test_a_command_without_its_result_is_repaired_with_doubt() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    log.orders(due + 1_000, "delete", REMOTE)

    episode = only(log)

    assert holds(episode, "repaired", due + 1_500)
    assert episode.confidence != "high"


def test_a_failed_command_does_not_end_the_episode() -> None:
    log, due = healthy_then()
    log.cvm_down(due)
    log.absent(due)
    log.task(due, "add", REMOTE)
    log.orders(due + 1_000, "add", REMOTE)
    log.result(due + 1_000, "add", REMOTE, done=False)
    log.cvm_down(due + 30_000)
    log.absent(due + 30_000)
    log.repairs(due + 31_000, "add", REMOTE)

    episode = only(log)

    assert any("failed" in doubt for doubt in episode.doubts)
    assert any("failed" in claim.sentence for claim in episode.claims)
    assert holds(episode, "repaired", due + 31_000)
    assert not holds(episode, "repaired", due + 1_500)


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


def test_the_path_is_right_again_with_no_repair_in_the_log() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.all_up(due + 30_000)

    episode = only(log)

    assert episode.kind == "route-injection"
    assert ms_of(episode, "repaired") == (due, due + 31_000)  # not before it was found, nor after it was right
    assert episode.confidence != "high"


def test_a_typed_command_and_the_kernels_line_give_an_exact_fault() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.repairs(due + 1_000, "delete", REMOTE)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(40_000, "add", REMOTE)
    kernel = HostLog()
    kernel.kernel(40_123, "add", REMOTE)
    kernel.kernel(due + 1_345, "delete", REMOTE)

    episode = only(log, shell, kernel)

    assert episode.kind == "route-injection"
    fault, repaired = known(episode)["fault"], known(episode)["repaired"]
    assert fault.stamp is not None
    assert fault.stamp.doubt < 2_000_000
    assert repaired.stamp is not None
    measured = repaired.stamp - fault.stamp
    assert measured.holds((due + 1_345 - 40_123) * 1_000_000)
    assert measured.width < 5_000_000, "both stamps are of the host's clock: its doubt does not count"
    assert Origin("shell.log", 1) in fault.origins or Origin("vmkernel.log", 1) in fault.origins
    assert Origin("vmkernel.log", 2) in repaired.origins
    assert any("root" in claim.sentence for claim in episode.claims)


def test_the_kernels_lines_alone_do_not_tell_what_it_was() -> None:
    kernel = HostLog()
    kernel.kernel(40_123, "add", REMOTE)
    kernel.kernel(63_345, "delete", REMOTE)

    for episode in episodes(kernel):
        assert episode.confidence == "low"


def cut_off() -> tuple[Genesis, HostLog]:
    """genesis.out ends with a check that found the path right; the kernel logs a change of the route 10 s later."""
    log, due = healthy_then()
    kernel = HostLog()
    kernel.kernel(due - 20_000, "add", REMOTE)
    return log, kernel


def test_a_change_after_the_end_of_genesis_log_is_nobodys() -> None:
    episode = only(*cut_off())

    assert (episode.kind, episode.confidence) == ("unexplained", "low")


def test_a_change_that_genesis_log_covers_is_by_hand() -> None:
    log, kernel = cut_off()
    log.illegal(62_000, REMOTE)
    log.repairs(64_000, "delete", REMOTE)

    assert only(log, kernel).kind == "route-injection"


def test_the_answer_of_nfs_terminate_is_not_looked_for_before_another_hosts_command() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    log.tell(due + 1_000, NfsTerminate("sent", HOST, REMOTE))
    log.orders(due + 2_000, "add", REMOTE, OTHER_HOST)
    log.tell(due + 5_000, NfsTerminate("reply", HOST, REMOTE))
    log.orders(due + 6_000, "delete", REMOTE)
    log.result(due + 6_000, "delete", REMOTE)

    (injection,) = [episode for episode in episodes(log) if episode.kind == "route-injection"]

    assert holds(injection, "terminated", due + 5_500)


def test_the_route_of_a_gateway_that_failed_is_replaced() -> None:
    """Genesis deletes it first: that is the remote CVM's failure, and no recovery of the local one."""
    log = Genesis()
    log.all_up(0)
    log.cvm_down(30_000)
    log.absent(30_200)
    log.repairs(31_000, "add", REMOTE)
    log.cvm_down(60_000)
    log.correct(60_200, REMOTE)
    log.tell(90_000, StargateStates(up=(PEER,), down=(CVM, REMOTE)))
    log.repairs(91_000, "delete", REMOTE)
    log.absent(93_000)
    log.repairs(94_000, "add", PEER)
    log.tell(120_000, StargateStates(up=(PEER,), down=(CVM, REMOTE)))
    log.correct(120_200, PEER)

    first, second = episodes(log)

    assert (first.kind, first.cvm, first.gateway) == ("cvm-failure", CVM, REMOTE)
    assert (second.kind, second.cvm, second.gateway) == ("cvm-failure", REMOTE, PEER)
    assert (second.before.kind, second.before.via, second.after.via) == ("remote", REMOTE, PEER)
    least, most = ms_of(second, "fault")
    assert least >= 55_000
    assert most <= 91_000
    assert ms_of(second, "detected")[1] <= 92_000
    assert ms_of(second, "repaired")[0] >= 93_000
