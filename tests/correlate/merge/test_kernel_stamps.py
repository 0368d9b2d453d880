"""A kernel's line of a route change makes the instant that it falls into as exact as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced
from msgspec.structs import replace as with_

from analyzer.config import Settings
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.merge.kernel_stamps import _may_be_of, with_kernel_stamps
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.view import View
from analyzer.model.clock import ClockOffset
from analyzer.model.event import Event, RouteAction, RouteChanged, RouteCommand
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.path import Path
from analyzer.model.source import Origin
from tests.correlate.builder import HOST, NOBODY, PEER, REMOTE, Capture
from tests.correlate.made import observation
from tests.correlate.merge.made import settled
from tests.correlate.viewed import first_view

OTHER = "192.168.1.25"
LINE = Origin("vmkernel.log", 1)


def line(at: int, action: RouteAction = "add", number: int = LINE.number) -> Event:
    """A kernel's line at `at` ms."""
    instant = Instant("host", at * MILLISECOND, at * MILLISECOND + 1)
    return Event(
        at=instant, detail=RouteChanged(action, None, REMOTE, by_kernel=True), origin=Origin(LINE.source, number)
    )


def view(*, of: str | None = HOST, known: bool = True) -> View:
    """A view in which the kernel's log is of the host `of`, and right, or not known to be."""
    host = ClockOffset(clock="host", reference="c", offset=Span(0, 0), basis="measured" if known else "assumed")
    clocks = Clocks("c").at("host", host)
    if not known:
        clocks = clocks.with_alternatives("host", [Span(0, 0), Span(SECOND, SECOND)])
    hosts = (Member(HOST), Member(OTHER))
    return View(Topology(Settings(), {}, hosts=hosts, logs={"host": of} if of else {}), clocks)


def merging(lines: Sequence[Event], seen: View) -> Settled:
    """What is settled where the evidence is these lines."""
    timeline, _ = first_view(Capture())
    return settled(seen, replace(timeline, evidence=replaced(timeline.evidence, events=tuple(lines))))


def exact(made: Observation, *lines: Event, seen: View | None = None) -> Observation:
    """The observation with what these lines make exact."""
    (found,) = with_kernel_stamps([made], merging(lines, seen or view()))
    return found


def test_an_instant_that_the_line_falls_into_is_the_lines_own() -> None:
    found = exact(observation("cvm-failure", repaired=(20, 30)), line(25_000))

    point = found.points["repaired"]
    assert point.at == Instant("c", 25 * SECOND, 25 * SECOND + 1)
    assert point.origins[-1] == LINE
    assert point.how.name == "kernel-logged-route"
    assert [claim.origins for claim in found.claims] == [(LINE,)]


@pytest.mark.parametrize(
    ("event", "seen"),
    [
        pytest.param(line(40_000), view(), id="outside"),
        pytest.param(line(25_000, "delete"), view(), id="another change"),
        pytest.param(line(25_000), view(of=OTHER), id="another host's"),
        pytest.param(line(25_000), view(known=False), id="by a clock in doubt"),
        pytest.param(
            Event(
                at=Instant("host", 25 * SECOND, 25 * SECOND),
                detail=RouteCommand("add", "genesis", HOST, REMOTE),
                origin=LINE,
            ),
            view(),
            id="a command",
        ),
    ],
)
def test_else_it_stays_as_it_is(event: Event, seen: View) -> None:
    made = observation("cvm-failure", repaired=(20, 30))

    assert exact(made, event, seen=seen) is made


def test_a_log_of_no_known_host_may_be_of_any() -> None:
    assert exact(observation("cvm-failure", repaired=(20, 30)), line(25_000), seen=view(of=None)).claims


def test_a_line_that_two_faults_may_have_had_is_neithers() -> None:
    both = [observation("cvm-failure", repaired=(20, 30)), observation("route-deletion", repaired=(24, 40))]

    assert with_kernel_stamps(both, merging([line(25_000)], view())) == both


def test_a_route_that_was_injected_has_both_its_changes() -> None:
    made = observation("route-injection", fault=(0, 10), repaired=(20, 30))

    found = exact(made, line(5_000), line(25_000, "delete", number=2))

    assert {name: point.at.least // SECOND for name, point in found.points.items()} == {"fault": 5, "repaired": 25}


def test_a_line_of_another_route_is_not_of_this_one() -> None:
    made = replaced(observation("route-injection", repaired=(20, 90)), gateway="192.168.1.99")

    assert exact(made, line(60_000, "delete")) == made
    assert exact(replaced(made, gateway=REMOTE), line(60_000, "delete")).points["repaired"].at.least == 60 * SECOND


def test_of_two_lines_that_fall_into_one_instant_neither_is_chosen() -> None:
    """A clock that nothing places leaves room for both."""
    made = observation("route-injection", repaired=(20, 90))

    assert exact(made, line(30_000, "delete"), line(60_000, "delete", number=2)) == made


@pytest.mark.parametrize("where", ["before", "during", "after"])
@pytest.mark.parametrize(("action", "remote"), [("add", False), ("delete", True)])
def test_a_route_that_is_deleted_is_by_any_gateway_that_served_the_host(
    where: str, action: RouteAction, remote: bool
) -> None:
    """The route that was added first was exchanged for it meanwhile."""
    one = with_(observation(), gateway=NOBODY, **{where: Path("remote", via=REMOTE)})

    def may_be(gateway: str) -> bool:
        line = RouteChanged(action, None, gateway, by_kernel=True)
        return _may_be_of(one, one.host, Event(at=Instant("c", 0, 0), detail=line, origin=Origin("vmkernel.log", 1)))

    assert [may_be(gateway) for gateway in (NOBODY, REMOTE, PEER)] == [True, remote, False]
