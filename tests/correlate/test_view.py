"""What the evidence shows to who holds a view."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.correlate.view import View, clocks_of, observe, observe_logs_again
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import SECOND, Span
from tests.correlate import scenes
from tests.correlate.builder import CVM, REMOTE, Genesis
from tests.correlate.viewed import first_view, observed

NAME = "log:genesis"


def failed() -> Genesis:
    log = Genesis()
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(60_000)
    log.absent(60_000)
    log.repairs(61_000, "add", REMOTE)
    return log


def placed(view: View, offset: Span, *, known: bool) -> View:
    """With the log's clock so far ahead, for known or as an assumption."""
    basis = ClockOffset(clock=NAME, reference="capture", offset=offset, basis="measured" if known else "assumed")
    return replace(view, clocks=view.clocks.at(NAME, basis))


def test_without_captures_nothing_is_served_and_the_logs_tell() -> None:
    _, seen, timeline = observed(failed())

    assert timeline.traffic is None
    assert (seen.served, seen.from_captures, seen.pairs) == ((), (), ())
    assert [one.kind for one in seen.from_logs] == ["cvm-failure"]
    assert seen.both() == []


def test_without_logs_the_captures_tell() -> None:
    _, seen, _ = observed(*scenes.failure())

    assert [one.kind for one in seen.from_captures] == ["cvm-failure"]
    assert (seen.from_logs, seen.lines.entries) == ((), ())


def test_what_both_show_of_one_fault_is_a_pair() -> None:
    _, seen, _ = observed(*scenes.failure(died=37_000, served=64_000), failed())

    assert seen.pairs == ((0, 0),)
    assert seen.both() == [(seen.from_captures[0], seen.from_logs[0])]
    assert (seen.from_captures[0].basis, seen.from_logs[0].basis) == ("wire", "logs")


def test_a_fault_that_the_captures_show_shows_a_hosts_own_cvm() -> None:
    timeline, first = first_view(*scenes.failure())
    assert [host.cvm for host in first.topology.hosts] == [None]

    grown, _ = observe(timeline, first)

    assert [host.cvm for host in grown.topology.hosts] == [CVM]
    assert grown.clocks is first.clocks


def test_with_another_clock_the_logs_are_read_again_and_the_captures_not() -> None:
    view, seen, timeline = observed(*scenes.failure(died=37_000, served=64_000), failed())

    moved = observe_logs_again(timeline, placed(view, Span(-SECOND, -SECOND), known=True), seen)

    assert moved.alone is seen.alone
    assert moved.served is seen.served
    assert moved.from_logs[0].points["detected"].at != seen.from_logs[0].points["detected"].at


@pytest.mark.parametrize(
    ("offset", "known", "adrift", "askew"),
    [
        pytest.param(0, True, False, False, id="placed"),
        pytest.param(400, True, False, False, id="placed far away"),
        pytest.param(0, False, True, False, id="assumed to be right"),
        pytest.param(400, False, True, True, id="assumed to be far off"),
    ],
)
def test_of_a_clock_that_nothing_places_the_times_say_little(
    offset: int, known: bool, adrift: bool, askew: bool
) -> None:
    timeline, view = first_view(*scenes.healthy(), failed())

    _, seen = observe(timeline, placed(view, Span(offset * SECOND, offset * SECOND), known=known))

    assert [(one.adrift, one.askew) for one in seen.from_logs] == [(adrift, askew)]
    assert clocks_of(seen.from_logs[0], view.clocks) == {NAME}
