"""Which orders to change a route there are, and which of them a host's own line carries out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.orders import OBEYS_WITHIN, _may_end, carried_out, orders
from analyzer.correlate.topology.topology import Member
from analyzer.model.event import RouteAction, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant
from tests.correlate.builder import HOST, NOBODY, REMOTE, ns
from tests.correlate.logs.made import entry


def command(ms: int, action: RouteAction = "add") -> Entry:
    return entry(ms, RouteCommand(action, "genesis", HOST, REMOTE))


def result(ms: int, action: RouteAction = "add") -> Entry:
    return entry(ms, RouteChanged(action, HOST, REMOTE))


def kernel(ms: int, action: RouteAction = "add") -> Entry:
    return entry(ms, RouteChanged(action, None, REMOTE, by_kernel=True), source="vmkernel.log")


def test_an_order_lasts_from_its_command_to_its_result() -> None:
    (order,) = orders([command(0), result(2_000)])

    assert (order.index, order.least, order.most) == (1, ns(0), ns(2_000))


def test_a_result_of_another_action_or_much_later_is_an_order_of_its_own() -> None:
    assert len(orders([command(0), result(2_000, "delete")])) == 2
    assert len(orders([command(0), result(9_000)])) == 2


def test_what_is_left_out_is_no_order() -> None:
    assert orders([command(0), command(30_000)], {0})[0].index == 1


def test_a_line_carries_out_the_nearest_order_and_each_order_is_carried_out_once() -> None:
    entries = [command(0), command(4_000), kernel(4_500), kernel(400)]

    assert carried_out(entries, [2, 3], orders(entries)) == {2: 1, 3: 0}


@pytest.mark.parametrize(
    ("after", "doubt", "is_carried_out"),
    [
        pytest.param(0, 0, True, id="at once"),
        pytest.param(1_000, 0, True, id="a second later"),
        pytest.param(1_001, 0, False, id="more than a second later"),
        pytest.param(-1, 0, False, id="before"),
        pytest.param(1_999, SECOND - 1, True, id="in the second after whole seconds"),
        pytest.param(2_000, SECOND - 1, False, id="later than that"),
        pytest.param(-500, SECOND - 1, True, id="as a rounded stamp may have it"),
        pytest.param(-501, SECOND - 1, False, id="before any rounding"),
    ],
)
def test_a_kernels_line_follows_a_command_of_the_same_clock_within_a_second(
    after: int, doubt: int, *, is_carried_out: bool
) -> None:
    typed = entry(10_000, RouteCommand("add", "person", HOST, REMOTE), source="shell.log", doubt=doubt)
    entries = [typed, kernel(10_000 + after)]

    assert bool(carried_out(entries, [1], orders(entries))) is is_carried_out


def test_on_two_clocks_a_line_may_be_further_from_its_order_than_a_command_takes() -> None:
    last = OBEYS_WITHIN // 10**6
    for after, found in ((1_000 + last, True), (1_001 + last, False)):
        line = kernel(after)
        stamp = Instant("host", line.event.at.least, line.event.at.most)
        entries = [command(0), replace(line, event=replace(line.event, at=stamp))]
        assert bool(carried_out(entries, [1], orders(entries))) is found


SECONDS = st.lists(st.integers(0, 60), min_size=1, max_size=12)


def test_a_result_answers_a_command_as_long_as_a_command_takes() -> None:
    last = OBEYS_WITHIN // 10**6

    assert [len(orders([command(0), result(ms)])) for ms in (1_000 + last, 1_001 + last)] == [1, 2]


@given(commands=SECONDS, lines=SECONDS)
def test_a_line_finds_an_order_whenever_one_is_near(commands: list[int], lines: list[int]) -> None:
    """Not all orders are looked at: those that are not are too far away."""
    entries = [command(at * 1_000) for at in commands] + [kernel(at * 1_000) for at in lines]
    every = orders(entries)
    for line in range(len(commands), len(entries)):
        at = entries[line].at.least
        near = [order.index for order in every if at - SECOND <= entries[order.index].at.least <= at]
        found = carried_out(entries, [line], every)
        assert set(found.values()) <= set(near)
        assert bool(found) == bool(near)


def test_a_result_is_of_genesis_command_whatever_was_typed_meanwhile() -> None:
    typed = entry(1_000, RouteCommand("add", "person", HOST, NOBODY), source="shell.log")

    first, second = orders([command(0), typed, result(2_000)])

    assert (first.index, second.index) == (2, 1)


def test_a_result_of_another_hosts_command_is_none_of_this_ones() -> None:
    one, other = (Member(address) for address in (HOST, "192.168.1.25"))

    assert _may_end(replace(command(0), host=one), replace(result(2_000), host=one))
    assert not _may_end(replace(command(0), host=one), replace(result(2_000), host=other))
    assert _may_end(command(0), replace(result(2_000), host=other)), "of whom the command is, is not known"
