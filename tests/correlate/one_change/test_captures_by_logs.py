"""What captures take a change for is what the logs show it to be; else it stays."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import BY_HAND, Observation
from analyzer.correlate.one_change.captures_by_logs import (
    _is_injection,
    _returned,
    _was_injected,
    _with_its_end,
    as_told,
)
from analyzer.correlate.one_change.near import CVM_UNSEEN, FAILURE_OR_ROUTE
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Confidence, EpisodeKind
from analyzer.model.measurement import How
from analyzer.model.path import Path
from tests.correlate.builder import CVM, PEER, REMOTE
from tests.correlate.made import observation


def test_alone_it_keeps_its_kind() -> None:
    one = observation()

    assert as_told([one], []) == (one,)


def _either() -> Observation:
    """A route that was typed about when the own CVM failed: logs don't have which came first."""
    made = observation("unexplained", "logs", span=(20, 40), fault=(20, 20))
    made = made.at("fault", replace(made.points["fault"], how=How("typed", user="root")))
    return made.doubted(FAILURE_OR_ROUTE, "low")


def test_a_failure_that_no_frame_shows_is_the_injected_route_whose_end_the_logs_show() -> None:
    """Devices whose clocks are seconds apart leave open whether the host asked its own CVM before it left."""
    failed = observation("cvm-failure", span=(18, 22), fault=(18, 20), repaired=(19, 20)).doubted(CVM_UNSEEN)
    back = observation("cvm-recovery", span=(40, 44), terminated=(40, 41), repaired=(41, 42))
    told = observation("route-injection", "logs", span=(10, 42), fault=(5, 30), repaired=(41, 42))

    (seen,) = as_told([failed, back], [told])

    assert (seen.kind, seen.points["fault"], seen.points["repaired"]) == (
        "route-injection",
        failed.points["repaired"],
        back.points["repaired"],
    )


@pytest.mark.parametrize("kind", ["cvm-recovery", "unexplained"])
def test_a_failure_and_a_return_stay_where_the_logs_show_no_injected_route(kind: EpisodeKind) -> None:
    failed = observation("cvm-failure", span=(18, 22), fault=(18, 20), repaired=(19, 20)).doubted(CVM_UNSEEN)
    back = observation("cvm-recovery", span=(40, 44), repaired=(41, 42))
    told = observation(kind, "logs", span=(10, 42), fault=(5, 30), repaired=(41, 42))

    assert as_told([failed, back], [told]) == (failed, back)


@pytest.mark.parametrize("told", ["route-injection", "unexplained", "cvm-failure", "cvm-recovery"])
def test_what_may_be_either_is_what_the_logs_show_it_to_be(told: EpisodeKind) -> None:
    moved, failed = observation("unexplained", span=(18, 22)), observation(span=(18, 22), repaired=(20, 20))
    seen = replace(observation("route-injection", span=(18, 22), fault=(20, 20)), otherwise=(failed,), either=(moved,))
    at = (20, 20)
    shown = observation(told, "logs", span=(10, 30), fault=at)
    if told == "cvm-failure":
        shown = observation(told, "logs", span=(10, 30), repaired=at)

    found = as_told([seen], [shown])

    assert found == {"route-injection": (seen,), "cvm-failure": (failed,)}.get(told, (moved,))


def test_a_failure_meanwhile_parts_an_injected_route_from_the_return_at_its_end() -> None:
    seen = observation("route-injection", span=(20, 90), fault=(20, 20), repaired=(90, 90), restored=(91, 91))
    back = observation("cvm-recovery", "logs", span=(60, 90), repaired=(90, 90))

    injected, returned = as_told([seen], [_either(), back])

    assert (injected.kind, set(injected.points)) == ("route-injection", {"fault"})
    assert (returned.kind, set(returned.points)) == ("cvm-recovery", {"repaired", "restored"})
    (only,) = as_told([seen], [back])
    assert only.kind == "cvm-recovery", "nobody typed a route while the own CVM served"


ELSEWHERE = Member("192.168.1.25")

INJECTED = observation("route-injection", span=(30, 70), fault=(30, 31), repaired=(69, 70))

FAILED = observation("cvm-failure", span=(20, 40), fault=(20, 21), repaired=(35, 36))


def test_what_looks_like_an_injected_route_and_ends_as_a_failover_does_is_its_recovery() -> None:
    seen = replace(INJECTED, during=Path("remote", REMOTE))

    (told,) = as_told([seen], [observation("cvm-recovery", "logs", repaired=(70, 71))])

    assert (told.kind, told.before, list(told.points)) == ("cvm-recovery", seen.during, ["repaired"])


@pytest.mark.parametrize(
    "logs",
    [
        pytest.param((observation("cvm-recovery", "logs", repaired=(90, 91)),), id="another time"),
        pytest.param((observation("cvm-recovery", "logs", host=ELSEWHERE, repaired=(70, 71)),), id="another host"),
        pytest.param((observation("route-deletion", "logs", repaired=(70, 71)),), id="no recovery"),
        pytest.param(
            (
                observation("cvm-recovery", "logs", repaired=(70, 71)),
                observation("route-injection", "logs", repaired=(70, 71)),
            ),
            id="an injected route as well",
        ),
    ],
)
def test_else_it_stays_one(logs: tuple[Observation, ...]) -> None:
    assert as_told([INJECTED], logs) == (INJECTED,)


def may_be_failure(**known: str) -> Observation:
    """An injected route, as far as captures tell, or else the failure of a CVM that is still heard."""
    return replace(INJECTED, otherwise=(FAILED,), **known)


def test_the_logs_tell_that_it_was_the_repair_of_a_failure() -> None:
    mended = observation("cvm-failure", "logs", repaired=(30, 32))

    assert as_told([may_be_failure()], [mended]) == (FAILED,)
    assert as_told([may_be_failure(gateway=REMOTE)], [replace(mended, gateway=REMOTE)]) == (FAILED,)


@pytest.mark.parametrize(
    "logs",
    [
        pytest.param((observation("cvm-failure", "logs", repaired=(50, 51)),), id="another time"),
        pytest.param((observation("cvm-failure", "logs", host=ELSEWHERE, repaired=(30, 32)),), id="another host"),
        pytest.param((replace(observation("cvm-failure", "logs", repaired=(30, 32)), gateway=PEER),), id="a gateway"),
        pytest.param((observation("cvm-recovery", "logs", repaired=(30, 32)),), id="no failure"),
        pytest.param(
            (
                observation("cvm-failure", "logs", repaired=(30, 32)),
                observation("route-injection", "logs", fault=(30, 31)),
            ),
            id="an injected route as well",
        ),
        pytest.param(
            (
                observation("cvm-failure", "logs", repaired=(30, 32)),
                observation("route-injection", "logs", repaired=(69, 70)),
            ),
            id="the end of one as well",
        ),
    ],
)
def test_else_it_is_what_the_captures_take_it_for(logs: tuple[Observation, ...]) -> None:
    seen = may_be_failure(gateway=REMOTE)

    assert as_told([seen], logs) == (seen,)


def _back() -> Observation:
    """A CVM that was not heard for a while and then was, and the end of a stay elsewhere."""
    seen = observation("cvm-recovery", span=(10, 60), fault=(10, 12), terminated=(58, 58), repaired=(59, 60))
    return replace(seen, before=Path("remote", via=REMOTE), cvm=CVM)


def test_what_looks_like_a_return_is_the_injected_route_that_the_check_found() -> None:
    told = observation("route-injection", "logs", span=(25, 60), fault=(25, 55), terminated=(57, 59), repaired=(59, 60))

    (seen,) = as_told([_back()], [told])

    assert (seen.kind, seen.before, seen.during.via, seen.cvm) == ("route-injection", Path("local"), REMOTE, None)
    assert "fault" not in seen.points


@pytest.mark.parametrize(
    "logs",
    [
        pytest.param(observation("route-injection", "logs", fault=(25, 55), repaired=(80, 81)), id="another time"),
        pytest.param(observation("cvm-recovery", "logs", fault=(25, 55), repaired=(59, 60)), id="a return"),
        pytest.param(
            observation("route-injection", "logs", fault=(25, 55), repaired=(59, 60)).doubted(BY_HAND, "low"),
            id="a log that begins late",
        ),
    ],
)
def test_else_it_is_a_return(logs: Observation) -> None:
    assert as_told([_back()], [logs]) == (_back(),)


def test_a_return_from_a_failure_that_captures_show_is_no_injected_route() -> None:
    failed = observation("cvm-failure", span=(0, 30), fault=(0, 1), repaired=(29, 30))
    told = observation("route-injection", "logs", span=(25, 60), fault=(25, 55), repaired=(59, 60))

    assert as_told([failed, _back()], [told]) == (failed, _back())


def test_a_route_that_the_logs_find_illegal_goes_on_while_the_own_cvm_is_silent_for_a_moment() -> None:
    begun = observation("route-injection", span=(20, 25), fault=(20, 20)).lacking("repaired", "right-since-failure")
    back = replace(observation("cvm-recovery", span=(30, 42), fault=(28, 29), repaired=(41, 42)), after=Path("local"))
    told = observation("route-injection", "logs", span=(20, 42), fault=(20, 20), repaired=(41, 42))

    (seen,) = as_told([begun, back], [told])

    assert (seen.kind, seen.points["fault"], seen.points["repaired"]) == (
        "route-injection",
        begun.points["fault"],
        back.points["repaired"],
    )
    assert (seen.after, dict(seen.absent), seen.end) == (Path("local"), {}, back.end)

    earlier = observation("route-injection", span=(2, 5), fault=(2, 2)).lacking("repaired", "right-since-failure")
    assert len(as_told([earlier, back], [told])) == 2


@pytest.mark.parametrize(
    ("after", "confidence", "fault", "kind"),
    [
        ("local", "high", (60, 61), "route-deletion"),
        ("remote", "high", (60, 61), "cvm-recovery"),
        ("local", "medium", (60, 61), "cvm-recovery"),
        ("local", "high", (30, 31), "cvm-recovery"),
    ],
    ids=["at its own, not initialised", "another path", "not sure", "another time"],
)
def test_a_return_by_a_route_that_was_deleted_too_early_is_that_deletion(
    after: Literal["local", "remote"], confidence: Confidence, fault: tuple[int, int], kind: EpisodeKind
) -> None:
    back = replace(
        observation("cvm-recovery", fault=(50, 52), repaired=(60, 61), restored=(61, 62)), before=Path("remote")
    )
    told = replace(observation("route-deletion", "logs", fault=fault), after=Path(after), confidence=confidence)

    (seen,) = as_told([back], [told])

    assert seen.kind == kind
    assert seen.points["fault"].at == back.points["repaired" if kind == "route-deletion" else "fault"].at
    assert ("repaired" in seen.points) == (kind == "cvm-recovery")


@pytest.mark.parametrize(("found", "kind"), [((4, 55), "cvm-recovery"), ((25, 55), "route-injection")])
def test_a_cvm_that_was_gone_as_its_host_appeared_elsewhere_returns(found: tuple[int, int], kind: str) -> None:
    """No check met it; of an appearance before the log's last check that found the host right that says nothing."""
    appeared = observation("unexplained", span=(5, 6), restored=(5, 6)).doubted(FAILURE_OR_ROUTE, "low")
    appeared = replace(appeared, before=Path("unknown"), after=Path("remote"))
    told = observation("route-injection", "logs", span=(4, 60), fault=found, repaired=(59, 60))

    seen = as_told([appeared, _back()], [told])

    assert {one.kind for one in seen} == {"unexplained", kind}


def test_a_failure_and_a_return_stay_where_no_frame_shows_the_route_go() -> None:
    failed = observation("cvm-failure", span=(18, 22), fault=(18, 20), repaired=(19, 20)).doubted(CVM_UNSEEN)
    back = observation("cvm-recovery", span=(40, 44), terminated=(40, 41))
    told = observation("route-injection", "logs", span=(10, 42), fault=(5, 30), repaired=(41, 42))

    assert not _was_injected(failed, back, [told])
    assert not _was_injected(failed.without("repaired"), back, [told])


@pytest.mark.parametrize("later", [False, True], ids=["the host's last", "an older one"])
def test_only_a_hosts_last_fault_is_an_injected_route_that_ends_now(*, later: bool) -> None:
    route = observation("route-injection", span=(10, 30), fault=(10, 10)).lacking("repaired", "right-since-failure")
    told = observation("route-injection", "logs", span=(10, 42), fault=(10, 10), repaired=(41, 42))
    ended = observation("cvm-recovery", span=(40, 44), repaired=(41, 42))
    found = [route, *([observation("unexplained", span=(32, 36))] if later else [])]

    made = _with_its_end(found, ended, [told])

    assert [one.kind for one in made] == (
        ["route-injection", "unexplained", "cvm-recovery"] if later else ["route-injection"]
    )
    assert ("repaired" in made[0].points) is not later


def test_what_looked_like_an_injected_route_and_is_a_return_has_no_gateway_to_be_valid() -> None:
    route = replace(observation("route-injection", fault=(1, 2)), during=Path("remote", via=REMOTE), gateway_valid=True)

    back = _returned(route)

    assert (back.kind, back.before, back.gateway_valid) == ("cvm-recovery", Path("remote", via=REMOTE), None)
    assert "fault" not in back.points


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (observation("route-injection", "logs", fault=(10, 11)), True),
        (observation("route-injection", "logs", repaired=(60, 61)), True),
        (observation("cvm-recovery", "logs", repaired=(60, 61)), False),
        (observation("route-injection", "logs", fault=(200, 201)), False),
        (observation("route-injection", "logs", fault=(200, 201), repaired=(260, 261)), False),
    ],
    ids=["as it came", "as it went", "as a return went", "another that is there still", "another"],
)
def test_logs_show_a_route_as_injected_as_it_came_or_as_it_went(told: Observation, *, expected: bool) -> None:
    seen = observation("route-injection", fault=(10, 10), repaired=(60, 60))

    assert _is_injection(seen, [told]) is expected
