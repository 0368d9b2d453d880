"""NfsTerminateConnection in a log: what it ends, and which line answers it."""

from __future__ import annotations

from typing import Literal

import pytest

from analyzer.correlate.logs.state.terminate import _answer, _between, terminated
from analyzer.model.event import NfsTerminate, RouteCommand, TaskCreated
from analyzer.model.path import Path
from tests.correlate.builder import HOST, NOBODY, REMOTE, episodes, holds, known, ms_of, ns, only
from tests.correlate.logs.check_logs import healthy_then
from tests.correlate.logs.made import context, entry, local

OTHER_HOST = "192.168.1.25"
Phase = Literal["sent", "reply"]


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


def test_where_nothing_is_wrong_nothing_ends() -> None:
    detail = NfsTerminate("sent", HOST, REMOTE)
    line = entry(0, detail)

    assert terminated(local(), line, detail, context(line)) == local()


def test_connections_that_name_no_cvm_ended_at_the_routes_gateway() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    for phase in ("sent", "reply"):
        log.tell(due + 5_000, NfsTerminate(phase, HOST, None))
    log.orders(due + 5_000, "delete", REMOTE)
    log.result(due + 5_000, "delete", REMOTE)

    ended = [claim.statement for claim in only(log).claims if claim.statement.name == "connections-ended"]

    assert [one.of for one in ended] == [REMOTE]


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


@pytest.mark.parametrize(
    ("sent", "after", "answer"),
    [("sent", ("reply",), 1), ("sent", (), 1), ("reply", (), 0)],
    ids=["its reply", "what follows where no line has a reply", "a reply that stands alone"],
)
def test_what_ends_connections_is_answered_by_its_last_line_before_the_route_changes(
    sent: Phase, after: tuple[Phase, ...], answer: int
) -> None:
    first = entry(0, NfsTerminate(sent, HOST, REMOTE))
    others = [entry(1_000, NfsTerminate(phase, HOST, REMOTE), number=2) for phase in after]
    lines = [first, *others, entry(2_000, RouteCommand("delete", "genesis", HOST, REMOTE), number=3)]

    assert _answer(local(), first, context(*lines)) is lines[answer]


def test_a_second_line_on_it_ends_it_whether_or_not_it_says_that_it_replies() -> None:
    lines = [entry(ms, NfsTerminate("sent", HOST, REMOTE), number=ms) for ms in (0, 1_000)]
    lines.append(entry(2_000, RouteCommand("delete", "genesis", HOST, REMOTE), number=3_000))

    assert _answer(local(), lines[0], context(*lines)) is lines[1]


@pytest.mark.parametrize(
    ("phase", "until", "least", "most"),
    [("sent", 0, 0, 2_000), ("sent", 900, 0, 900), ("reply", 0, -1_000, 0), ("reply", 900, 0, 900)],
    ids=["sent, and no answer", "sent and answered", "an answer alone", "two answers"],
)
def test_connections_ended_between_the_request_and_its_answer(phase: Phase, until: int, least: int, most: int) -> None:
    """Without the answer within as long as one takes, and without the request since the line before."""
    before, line = (
        entry(-1_000, TaskCreated("delete", HOST, REMOTE)),
        entry(0, NfsTerminate(phase, HOST, REMOTE), number=2),
    )
    end = entry(until, NfsTerminate("reply", HOST, REMOTE), number=3) if until else line

    at = _between(line, end, NfsTerminate(phase, HOST, REMOTE), context(before, line, index=1))

    assert (at.least, at.most) == (ns(least), ns(most))
