"""Where the lines of route changes are: as one who reads on from each line finds them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.routes import route_lines
from analyzer.correlate.topology.topology import Member
from analyzer.model.event import Detail, Forwarding, RouteChanged, RouteCommand
from analyzer.model.instant import Instant
from tests.correlate.builder import HOST, REMOTE, ns
from tests.correlate.logs.made import entry

HOSTS = (Member(HOST), Member("192.168.1.25"), None)
DETAILS: tuple[Detail, ...] = (
    Forwarding("absent", HOST),
    RouteCommand("add", "person", HOST, REMOTE),
    RouteCommand("delete", "person", HOST, REMOTE),
    RouteChanged("add", HOST, REMOTE),
    RouteChanged("delete", HOST, REMOTE),
    RouteChanged("add", HOST, REMOTE, by_kernel=True),
    RouteChanged("delete", HOST, REMOTE, by_kernel=True),
)
CLOCKS = ("capture", "log:a", "log:b")


@st.composite
def lines(draw: st.DrawFn) -> tuple[Entry, ...]:
    each = draw(
        st.lists(
            st.tuples(
                st.sampled_from(DETAILS), st.sampled_from(HOSTS), st.booleans(), st.sampled_from((None, *CLOCKS[1:]))
            ),
            min_size=1,
            max_size=12,
        )
    )
    return tuple(
        replace(
            entry(1000 * place, detail),
            host=host,
            exact=exact,
            stamp=Instant(clock, ns(place), ns(place)) if clock else None,
        )
        for place, (detail, host, exact, clock) in enumerate(each)
    )


@given(lines())
def test_what_follows_a_line_is_what_reading_on_finds(entries: tuple[Entry, ...]) -> None:
    found = route_lines(entries)

    for index in range(len(entries)):
        later = [
            (place, one, one.event.detail)
            for place, one in enumerate(entries)
            if place > index and isinstance(one.event.detail, RouteCommand | RouteChanged)
        ]
        for host in HOSTS:
            for clock in CLOCKS:
                assert found.kernel_after(index, host, clock) == next(
                    (
                        place
                        for place, one, detail in later
                        if one.host == host
                        and (one.exact or (isinstance(detail, RouteChanged) and detail.by_kernel))
                        and (one.stamp or one.event.at).clock == clock
                    ),
                    None,
                )
            assert found.contrary_after(index, host, "add") == next(
                (place for place, one, detail in later if one.host == host and detail.action == "delete"), None
            )


@given(lines())
def test_a_kernel_logged_from_its_first_line_to_its_last(entries: tuple[Entry, ...]) -> None:
    found = route_lines(entries)

    for host in HOSTS:
        ends = [one.at.most for one in entries if one.exact and one.host == host]
        assert found.logged.get(host) == ((min(ends), max(ends)) if ends else None)
