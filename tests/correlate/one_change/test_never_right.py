"""A route that came while the own CVM served, and that no check found right, is one injected route."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE
from analyzer.correlate.one_change.never_right import never_right
from analyzer.model.measurement import How
from analyzer.model.path import Path
from tests.correlate.builder import REMOTE
from tests.correlate.made import observation

SEEN = observation("route-injection", span=(20, 60), fault=(20, 20), repaired=(60, 60))


def route(**changes: bool) -> Observation:
    """A route that was typed at 20 s, and of which logs leave open whether it was right."""
    typed = observation("unexplained", "logs", span=(20, 21), fault=(20, 21))
    return replace(typed, gateway=REMOTE, confidence="low", doubts=(FAILURE_OR_ROUTE,), **changes)


def back(down: int = 5) -> Observation:
    """The return of the own CVM, which a check had down at `down` s last."""
    told = observation("cvm-recovery", "logs", span=(down, 60), detected=(58, 58), decided=(58, 58), repaired=(60, 60))
    fault = observation(fault=(down, 40)).points["fault"]
    return replace(told.at("fault", replace(fault, how=How("right-to-wrong"))), gateway=REMOTE)


def seen(note: Literal["", "unseen"] = "") -> Observation:
    return replace(SEEN, before=Path("local", note=note))


def test_the_route_lasts_from_when_it_was_added_until_genesis_deleted_it() -> None:
    (told,) = never_right([back(), route()], [seen()])

    assert (told.kind, told.confidence, told.doubts) == ("route-injection", "high", ())
    assert (told.before.kind, told.during.via, told.after.kind) == (route().before.kind, REMOTE, "local")
    assert told.points.keys() == {"fault", "detected", "decided", "repaired"}
    assert told.points["fault"] == route().points["fault"]
    assert told.end == back().end


@pytest.mark.parametrize(
    ("logs", "wire"),
    [
        pytest.param([back(down=30), route()], [seen()], id="a check had the own CVM down since, and the route right"),
        pytest.param([back(), route()], [seen("unseen")], id="no capture has the local path"),
        pytest.param([back(), route()], [], id="no capture has the route"),
        pytest.param([back(), route()], [replace(seen(), before=Path("remote"))], id="the host was elsewhere before"),
        pytest.param([back(), route(adrift=True)], [seen()], id="nothing places the log"),
        pytest.param([replace(back(), adrift=True), route()], [seen()], id="nothing places the log of the return"),
        pytest.param([replace(back(), gateway="192.168.1.99"), route()], [seen()], id="another route was deleted"),
        pytest.param([route()], [seen()], id="nobody deleted it"),
        pytest.param([back().without("repaired"), route()], [seen()], id="it is not known when it was deleted"),
        pytest.param([back().without("fault"), route()], [seen()], id="it is not known when the CVM was down"),
        pytest.param(
            [back(), route(), observation("cvm-failure", "logs", span=(30, 40))], [seen()], id="a failure between them"
        ),
    ],
)
def test_else_both_are_told(logs: list[Observation], wire: list[Observation]) -> None:
    assert {one.kind for one in never_right(logs, wire)} >= {one.kind for one in logs}


def test_of_two_routes_each_ends_with_what_follows_it() -> None:
    later = replace(observation("cvm-recovery", "logs", span=(100, 160), repaired=(160, 160)), gateway=REMOTE)

    told = never_right([back(), route(), later], [seen()])

    assert [one.kind for one in told] == ["route-injection", "cvm-recovery"]


def test_what_was_over_before_the_route_came_is_not_between() -> None:
    earlier = observation("cvm-failure", "logs", span=(0, 10), repaired=(10, 10))

    assert [one.kind for one in never_right([earlier, back(), route()], [seen()])] == ["cvm-failure", "route-injection"]
