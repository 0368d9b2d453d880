"""A route that came when the own CVM had failed is no fault of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story import consistent
from analyzer.correlate.wire.service import Service
from analyzer.model.path import Path
from analyzer.model.source import Origin
from tests.correlate.story.made import LOCAL, REMOTE, failed, how, injected, served

DEAD = Path("dead", via="192.168.1.99")
SERVED = served((LOCAL, 0, 15), (REMOTE, 40, 60))


def route(**points: tuple[int, int]) -> Observation:
    """A route that checks found, which led nowhere."""
    return replace(how(injected("192.168.1.99", **points), "fault", "right-to-wrong"), during=DEAD)


def silent(**points: tuple[int, int]) -> Observation:
    """A failure of the own CVM, whose calls nobody answered."""
    return how(failed(**points), "fault", "last-frame-to-unanswered")


ROUTE = route(fault=(0, 30), detected=(28, 30), repaired=(31, 32))
FAILURE = silent(fault=(15, 16), detected=(33, 34), decided=(33, 34), repaired=(35, 36))


def test_the_failure_is_found_by_the_check_that_found_the_route() -> None:
    (told,) = consistent([ROUTE, FAILURE], (SERVED,))

    assert told.kind == "cvm-failure"
    assert told.points["detected"] == ROUTE.points["detected"]
    assert told.points["decided"] == FAILURE.points["decided"]
    assert told.points["repaired"] == FAILURE.points["repaired"]


@pytest.mark.parametrize(
    ("one", "other", "service"),
    [
        pytest.param(ROUTE, FAILURE, (), id="nobody-saw-the-local-path"),
        pytest.param(ROUTE, FAILURE, (served((LOCAL, 0, 8), (REMOTE, 40, 60)),), id="no-replies-before-the-cvm-ended"),
        pytest.param(ROUTE, FAILURE, (served((REMOTE, 0, 15), (REMOTE, 40, 60)),), id="another-path"),
        pytest.param(ROUTE, FAILURE, (served((LOCAL, 40, 60)),), id="no-replies-before"),
        pytest.param(how(ROUTE, "fault", "typed"), FAILURE, (SERVED,), id="a-log-has-when-it-came"),
        pytest.param(ROUTE, how(FAILURE, "fault", "note"), (SERVED,), id="the-silence-is-not-known"),
        pytest.param(replace(ROUTE, during=REMOTE), FAILURE, (SERVED,), id="a-route-that-served"),
        pytest.param(
            ROUTE, silent(fault=(15, 30), repaired=(35, 36)), (SERVED,), id="it-may-have-been-there-all-the-while"
        ),
        pytest.param(ROUTE, silent(fault=(15, 16), repaired=(20, 21)), (SERVED,), id="the-failure-was-repaired"),
        pytest.param(ROUTE, silent(fault=(15, 16)), (SERVED,), id="the-failure-was-never-repaired"),
    ],
)
def test_else_both_are_told(one: Observation, other: Observation, service: tuple[Service, ...]) -> None:
    assert [told.kind for told in consistent([one, other], service)] == ["route-injection", "cvm-failure"]


def test_the_route_may_have_gone_as_late_as_the_failures_own_came() -> None:
    late = silent(fault=(15, 16), detected=(29, 29), decided=(29, 29), repaired=(30, 36))

    assert [told.kind for told in consistent([ROUTE, late], (SERVED,))] == ["cvm-failure"]


def test_replies_to_about_when_the_cvm_may_first_have_stopped_show_that_the_route_was_not_there() -> None:
    """When it stopped is in doubt for longer than the pauses between replies."""
    vague = silent(fault=(17, 29), detected=(33, 34), decided=(33, 34), repaired=(35, 36))

    assert [one.kind for one in consistent([ROUTE, vague], (SERVED,))] == ["cvm-failure"]


def found_in(one: Observation, log: str) -> Observation:
    """As this log's check found it, whose clock nothing places."""
    point = one.points["detected"]
    return replace(one.at("detected", replace(point, origins=(Origin(log, 1),))), adrift=True)


@pytest.mark.parametrize(
    ("of_failure", "told"),
    [("a/genesis.out", ["cvm-failure"]), ("b/genesis.out", ["route-injection", "cvm-failure"])],
    ids=["of-one-log", "of-another-log"],
)
def test_a_route_at_no_known_time_came_during_a_failure_only_by_the_same_log(of_failure: str, told: list[str]) -> None:
    """By another log's clock, which nothing places either, any route may have come then."""
    one, other = found_in(ROUTE, "a/genesis.out"), found_in(FAILURE, of_failure)

    assert [each.kind for each in consistent([one, other], (SERVED,))] == told
