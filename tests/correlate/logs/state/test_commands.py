"""What Genesis decided and did: commands, their results, and those that failed."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.state.commands import changed
from analyzer.correlate.logs.state.host_state import repaired_by
from analyzer.correlate.logs.state.retry import NO_RESULT
from analyzer.correlate.observation import Observation
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import RouteChanged
from analyzer.model.told import Doubt
from tests.correlate.builder import HOST, NOBODY, REMOTE, HostLog, holds, ns, only
from tests.correlate.logs.check_logs import healthy_then
from tests.correlate.logs.made import MEMBER, context, entry, local, observed


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

    assert Doubt("command-failed") in episode.doubts
    assert "command-failed" in {claim.statement.name for claim in episode.claims}
    assert holds(episode, "repaired", due + 31_000)
    assert not holds(episode, "repaired", due + 1_500)


def test_a_result_of_another_host_ends_nothing() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    log.orders(due + 1_000, "delete", REMOTE)
    log.result(due + 1_500, "delete", REMOTE, host="192.168.1.25")

    injections = [one for one in observed(log) if one.host is not None and one.host.address == HOST]

    assert [NO_RESULT in one.doubts for one in injections] == [True]


def test_a_command_that_failed_is_told_where_only_its_end_is_logged() -> None:
    log, due = healthy_then()
    log.cvm_down(due)
    log.absent(due)
    log.task(due, "add", REMOTE)
    log.result(due + 1_000, "add", REMOTE, done=False)
    log.cvm_down(due + 30_000)
    log.absent(due + 30_000)
    log.repairs(due + 31_000, "add", REMOTE)

    (failure,) = observed(log)

    assert Doubt("command-failed") in failure.doubts


def test_a_result_without_its_command_says_that_the_route_changed_since_the_line_before() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due + 1_000, "delete", REMOTE)
    log.result(due + 4_000, "delete", REMOTE)

    (injection,) = observed(log)

    repaired = injection.points["repaired"].at
    assert (repaired.least, repaired.most) == (ns(due + 1_000), ns(due + 4_000) + log.doubt)


def test_a_check_that_finds_the_path_right_is_as_good_as_a_result() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    log.orders(due + 1_000, "delete", REMOTE)
    log.all_up(due + 30_000)

    (injection,) = observed(log)

    assert (injection.doubts, injection.confidence) == ((), "high")


def test_a_deletion_that_failed_leaves_an_exchanged_route_to_the_next_check() -> None:
    """Somebody exchanges the route just as Genesis deletes the one before."""
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    log.orders(due + 1_000, "delete", REMOTE)
    log.result(due + 1_200, "delete", REMOTE, done=False)
    log.illegal(due + 30_000, NOBODY)
    log.repairs(due + 31_000, "delete", NOBODY)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due - 12_000, "add", REMOTE)
    shell.types(due + 1_000, "add", NOBODY)

    (injection,) = observed(log, shell)

    assert injection.points["repaired"].at.least >= ns(due + 31_000)


def test_a_task_that_waits_past_a_check_is_of_one_failure() -> None:
    """As before an orderly stop: the check between the task and its command finds the old path right."""
    log, due = healthy_then()
    log.task(due - 4_000, "add", REMOTE)
    log.all_up(due)
    log.correct(due + 100)
    log.orders(due + 1_000, "add", REMOTE)
    log.result(due + 1_500, "add", REMOTE)

    (failure,) = observed(log)

    assert (failure.kind, failure.absent["detected"]) == ("cvm-failure", "genesis-silent")
    assert failure.points["repaired"].at.least >= ns(due + 1_000)


@pytest.mark.parametrize("kind", ["cvm-failure", "cvm-recovery"])
def test_of_a_repair_that_only_the_hosts_kernel_logged_nobody_is_known_to_have_made_it(kind: EpisodeKind) -> None:
    """No check is near: it may have been Genesis, or a person before it."""
    action = repaired_by(kind)
    opened = Observation(kind, "logs", MEMBER, "capture", ns(0), ns(0))
    by_kernel, by_genesis = (RouteChanged(action, HOST, REMOTE, by_kernel=kernel) for kernel in (True, False))

    made = []
    for detail in (by_kernel, by_genesis):
        line = entry(5_000, detail)
        state = local(path="local" if action == "add" else "remote", open=opened)
        made.append(changed(state, line, detail, context(line)).done[-1])

    assert [one.absent.get("detected") for one in made] == ["no-author", None]
    assert [Doubt("author-unlogged") in one.doubts for one in made] == [True, False]
    assert "detected" in made[1].points
