"""Sessions that were open as a route changed by nobody known."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.open_sessions import with_open_sessions
from analyzer.correlate.observation import Observation, Point
from analyzer.model.episode import Statement, StatementName
from analyzer.model.event import RouteChanged, SshSession
from analyzer.model.instant import Instant
from analyzer.model.measurement import How, HowName
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, HostLog, evidence, ns
from tests.correlate.logs.made import MEMBER

CHANGE = 64_000
Logged = tuple[int, str, str, str]


def told(
    *sessions: Logged, how: HowName = "kernel-logged", clock: str = "host", known: StatementName | None = None
) -> list[str | None]:
    """From where sessions were open at the change: each is (ms, opened or closed, address, process)."""
    kernel = HostLog()
    kernel.tell(CHANGE, RouteChanged("add", HOST, REMOTE, by_kernel=True))
    auth = HostLog("auth.log", "auth", clock)
    for ms, state, login, pid in sessions:
        auth.tell(ms, SshSession("opened" if state == "opened" else "closed", login, pid))
    at = Instant("host", ns(CHANGE), ns(CHANGE))
    made = Observation("cvm-failure", "logs", MEMBER, "host", at.least, at.most)
    made = made.at("repaired", Point(at, (Origin("vmkernel.log", 1),), How(how)))
    made = made if known is None else made.claimed(Statement(known, of=PEER), [])
    (one,) = with_open_sessions([made], evidence(kernel, auth))
    return [claim.statement.of for claim in one.claims if claim.statement.name == "session-open"]


@pytest.mark.parametrize(
    ("sessions", "open_then"),
    [
        pytest.param([(1_000, "opened", CVM, "7")], [CVM], id="kept open"),
        pytest.param([(1_000, "opened", CVM, "7"), (63_000, "closed", CVM, "7")], [], id="closed before"),
        pytest.param([(1_000, "opened", CVM, "7"), (65_000, "closed", CVM, "7")], [CVM], id="closed after"),
        pytest.param([(1_000, "opened", CVM, "7"), (63_000, "closed", CVM, "8")], [CVM], id="another one closed"),
        pytest.param([(65_000, "opened", CVM, "7")], [], id="opened after"),
        pytest.param([(1_000, "opened", CVM, "7"), (2_000, "opened", PEER, "8")], [CVM, PEER], id="two"),
        pytest.param([(1_000, "opened", CVM, "7"), (2_000, "opened", CVM, "8")], [CVM], id="two of one"),
    ],
)
def test_which_were_open(sessions: list[Logged], open_then: list[str]) -> None:
    assert told(*sessions) == open_then


def test_a_change_by_somebody_known_needs_none() -> None:
    assert told((1_000, "opened", CVM, "7"), how="kernel-logged-order") == []


def test_where_the_session_of_the_change_is_known_no_other_is_told() -> None:
    assert told((1_000, "opened", CVM, "7"), known="session-from") == []


def test_those_of_another_host_are_none() -> None:
    assert told((1_000, "opened", CVM, "7"), clock="other") == []


def test_a_change_that_is_only_claimed_has_them_too() -> None:
    kernel, auth = HostLog(), HostLog("auth.log", "auth", "host")
    origin = kernel.tell(CHANGE, RouteChanged("add", HOST, REMOTE, by_kernel=True))
    auth.tell(1_000, SshSession("opened", PEER, "7"))
    made = Observation("unexplained", "logs", MEMBER, "host", ns(CHANGE), ns(CHANGE))
    made = made.claimed(Statement("changed-unasked", of=REMOTE, action="add"), [origin])

    (one,) = with_open_sessions([made], evidence(kernel, auth))

    assert [claim.statement.of for claim in one.claims] == [REMOTE, PEER]
