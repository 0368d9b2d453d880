"""A window's events and a host's series are those of the run, in its order."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.instant import SECOND, Instant
from analyzer.report.view.pictures.timetable import timetable
from tests.report import builder

TIMES = st.lists(st.tuples(st.sampled_from(("capture", builder.CVM, "elsewhere")), st.integers(0, 60)))


@given(TIMES, st.integers(0, 60), st.integers(0, 60))
def test_a_window_has_its_events(times: list[tuple[str, int]], start: int, end: int) -> None:
    run = builder.run()
    events = tuple(
        msgspec.structs.replace(run.events[0], at=Instant(clock, at * SECOND, at * SECOND)) for clock, at in times
    )
    ahead = 50_000_000  # the middle of the builder's offset of the CVM's clock, ns

    found = timetable(builder.replaced(run, events=events)).events_within(start * SECOND, end * SECOND)

    placed = [(e.at.middle - (ahead if e.at.clock == builder.CVM else 0), e) for e in events]
    expected = [(at, e) for at, e in placed if e.at.clock != "elsewhere" and start * SECOND <= at <= end * SECOND]
    assert found == expected


def test_a_host_has_its_series_and_those_of_nobody() -> None:
    run = builder.run()
    mine, nobodys = run.series[0], msgspec.structs.replace(run.series[1], host=None)
    other = msgspec.structs.replace(mine, host="192.168.1.25")

    times = timetable(builder.replaced(run, series=(nobodys, other, mine)))

    assert times.series_of(builder.HOST) == [nobodys, mine]
    assert times.series_of(None) == [nobodys]
