"""Route changes that came in a session from a CVM."""

from __future__ import annotations

import pytest

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.sessions import IN_SESSION, _reach, with_sessions
from analyzer.correlate.observation import AUTHOR_UNLOGGED, Observation, Point
from analyzer.model.clock import ClockOffset
from analyzer.model.episode import Statement
from analyzer.model.event import Actor, RouteCommand
from analyzer.model.instant import UNBOUNDED, Instant, Span
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, HOST, REMOTE, STORAGE, Genesis, HostLog, evidence, ns
from tests.correlate.logs.made import MEMBER

CHANGED = Origin("auth.log", 1)


def session(actor: Actor = "genesis", login: str = CVM) -> HostLog:
    log = HostLog("auth.log", "auth", "host")
    log.tell(64_000, RouteCommand("add", actor, HOST, REMOTE, STORAGE, "root", (login,), login=login))
    return log


def repaired(how: How, origin: Origin = CHANGED) -> Observation:
    """A failure whose repair a line shows."""
    at = Instant("host", ns(64_000), ns(64_001))
    made = Observation("cvm-failure", "logs", MEMBER, "host", at.least, at.most)
    return made.at("repaired", Point(at, (origin,), how))


def told(
    observation: Observation, *logs: Genesis | HostLog, placed: bool = True, cvms: tuple[str, ...] = ()
) -> list[str]:
    clocks = Clocks("host")
    if placed:
        right = ClockOffset(clock="log:genesis", reference="host", offset=Span(0, 0), basis="given")
        clocks = clocks.at("log:genesis", right)
    (one,) = with_sessions([observation], evidence(*logs), frozenset(cvms), clocks)
    return [claim.statement.name for claim in one.claims]


@pytest.mark.parametrize(("actor", "cvms"), [("genesis", ()), ("unknown", (CVM,))])
def test_a_session_from_a_cvm_may_be_a_persons_too(actor: Actor, cvms: tuple[str, ...]) -> None:
    assert told(repaired(How("kernel-logged-order")), session(actor), cvms=cvms) == ["session-of-cvm"]


def test_a_session_from_nobody_known_is_told_with_its_address() -> None:
    assert told(repaired(How("kernel-logged-order")), session("unknown")) == ["session-from"]


def test_a_session_from_the_routes_gateway_is_a_cvms_and_may_be_a_persons_too() -> None:
    assert told(repaired(How("kernel-logged-session")), session("unknown", REMOTE)) == ["session-of-cvm"]


def test_a_change_by_nobody_known_that_came_in_a_session_is_told_with_it() -> None:
    at = Instant("host", ns(64_000), ns(64_001))
    made = Observation("unexplained", "logs", MEMBER, "host", at.least, at.most, note="no-author")
    made = made.claimed(Statement("changed-unasked", of=REMOTE, action="add"), [CHANGED]).doubted(AUTHOR_UNLOGGED)

    (one,) = with_sessions([made], evidence(session("unknown")), frozenset(), Clocks("host"))

    assert [(each.statement.name, each.statement.by) for each in one.claims][1:] == [("session-from", "root")]
    assert (one.note, one.doubts) == ("in-session", (IN_SESSION,))


def test_where_a_log_of_genesis_covers_the_time_that_tells_who() -> None:
    log = Genesis()
    log.all_up(60_000)
    log.all_up(90_000)

    assert told(repaired(How("kernel-logged-order")), session(), log) == []


def test_a_log_of_genesis_that_nothing_places_may_cover_it() -> None:
    log = Genesis()
    log.all_up(900_000)

    assert told(repaired(How("kernel-logged-order")), session(), log) == ["session-of-cvm"]
    assert told(repaired(How("kernel-logged-order")), session(), log, placed=False) == []


@pytest.mark.parametrize("how", [How("typed", user="root"), How("kernel-without-genesis"), How("note", by_hand=True)])
def test_what_is_not_taken_for_genesis_needs_no_word(how: How) -> None:
    assert told(repaired(how), session()) == []


def test_a_session_of_a_person_is_none_of_a_cvm() -> None:
    assert told(repaired(How("kernel-logged-order")), session("person")) == []


def test_a_change_that_rests_on_another_line_is_none_of_the_session() -> None:
    assert told(repaired(How("kernel-logged"), Origin("vmkernel.log", 1)), session()) == []


def test_a_log_reaches_to_its_last_line_and_one_that_nothing_places_anywhere() -> None:
    clocks = Clocks("c", {})

    assert _reach(Instant("c", 1, 2), Instant("c", 5, 9), clocks) == Span(1, 9)
    assert _reach(Instant("other", 1, 2), Instant("other", 5, 9), clocks) == Span(-UNBOUNDED, UNBOUNDED)
