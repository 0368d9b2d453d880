"""An SSH exchange bounds the instants of the lines that tell of it, where the captures cover all of that time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.merge.exchanges import by_server, tightened
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import SSH_SLACK
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import HOST
from tests.correlate.made import observation

EVERYTHING = Span(-100 * SECOND, 100 * SECOND)
OTHER = "192.168.1.25"


def burst(first: int, last: int, *, clean: bool = True, server: str = HOST) -> Burst:
    """An exchange of so many ms, of which the frame is named by its beginning."""
    return Burst(server, first * MILLISECOND, last * MILLISECOND, Origin("span.pcap", first), clean)


def bounded(made: Observation, *bursts: Burst, covered: Span = EVERYTHING) -> dict[str, tuple[int, int]]:
    """The instants in ms, by name."""
    found = tightened(made, by_server(bursts), covered)
    return {name: (point.at.least // MILLISECOND, point.at.most // MILLISECOND) for name, point in found.points.items()}


def test_a_checks_line_follows_the_exchange_that_read_the_routes() -> None:
    made = observation(basis="logs", detected=(20, 21))

    assert bounded(made, burst(20_100, 20_400)) == {"detected": (20_400, 21_000)}
    assert bounded(made, burst(20_100, 20_400, clean=False)) == {"detected": (20_100, 21_000)}


@pytest.mark.parametrize(
    "bursts",
    [
        pytest.param((), id="none"),
        pytest.param((burst(20_100, 20_200), burst(20_400, 20_500)), id="two"),
        pytest.param((burst(20_900, 21_200),), id="one that ends after the line"),
        pytest.param((burst(20_100, 20_400, server=OTHER),), id="another host's"),
    ],
)
def test_else_the_line_stays_where_it_is(bursts: tuple[Burst, ...]) -> None:
    assert bounded(observation(basis="logs", detected=(20, 21)), *bursts) == {"detected": (20_000, 21_000)}


def test_a_finer_stamp_says_more_than_the_exchange() -> None:
    made = observation(basis="logs")
    made = made.marked("detected", Instant("c", 20 * SECOND, 20_400 * MILLISECOND), [], How("note"))

    assert bounded(made, burst(20_100, 20_300)) == {"detected": (20_000, 20_400)}


def test_the_route_changes_during_the_exchange_that_ran_the_command() -> None:
    made = observation(basis="logs", repaired=(30, 32))

    assert bounded(made, burst(30_500, 30_800)) == {"repaired": (30_500, 30_800 + SSH_SLACK // MILLISECOND)}
    assert tightened(made, by_server([burst(30_500, 30_800)]), EVERYTHING).points["repaired"].how == How("ssh-exchange")


def test_of_a_check_and_its_command_the_second_changed_the_route() -> None:
    made = observation(basis="logs", detected=(30, 31), repaired=(30, 32))
    check, command = burst(30_100, 30_300), burst(31_200, 31_400)

    assert bounded(made, check, command)["repaired"] == (31_200, 31_400 + SSH_SLACK // MILLISECOND)
    assert bounded(made, check, command, burst(31_600, 31_800))["repaired"] == (30_000, 32_000)


@pytest.mark.parametrize("covered", [Span(29_900 * MILLISECOND, 100 * SECOND), Span(0, 32_100 * MILLISECOND)])
def test_an_exchange_may_be_missed_where_the_captures_begin_or_end(covered: Span) -> None:
    made = observation(basis="logs", detected=(30, 32), repaired=(30, 32))

    assert bounded(made, burst(30_500, 30_800), covered=covered) == {
        "detected": (30_000, 32_000),
        "repaired": (30_000, 32_000),
    }


def test_what_a_person_typed_ran_in_no_exchange_of_genesis() -> None:
    made = replace(observation(basis="logs", repaired=(30, 32)), by_hand=True)

    assert bounded(made, burst(30_500, 30_800)) == {"repaired": (30_000, 32_000)}


def test_of_two_exchanges_without_a_check_either_may_have_changed_the_route() -> None:
    made = observation(basis="logs", repaired=(30, 32))

    assert bounded(made, burst(30_100, 30_300), burst(31_200, 31_400)) == {"repaired": (30_000, 32_000)}


def test_a_fault_of_no_known_host_has_no_exchange() -> None:
    made = observation(basis="logs", host=None, repaired=(30, 32))

    assert tightened(made, by_server([burst(30_500, 30_800)]), EVERYTHING) is made


def test_the_one_exchange_ran_the_command_and_was_none_that_read_the_routes() -> None:
    """As of a host that is forwarded before its own CVM is stopped: no check found that."""
    made = observation(basis="logs", detected=(20, 31), repaired=(30, 32))

    found = bounded(made, burst(30_100, 30_300))

    assert found == {"detected": (20_000, 31_000), "repaired": (30_100, 30_300 + SSH_SLACK // MILLISECOND)}
