"""What a line about a host is read against."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.state.context import AHEAD, SAME_REPAIR, of_another_host
from analyzer.model.event import Detail, Forwarding, HaStarted, NfsTerminate, StargateStates, TaskCreated
from analyzer.model.instant import SECOND, Instant
from tests.correlate.builder import CVM, HOST, REMOTE, Genesis, ns
from tests.correlate.logs.check_logs import checks, checks_of
from tests.correlate.logs.made import MEMBER, context, entry

OTHER = "192.168.1.25"


def test_the_lines_that_follow_end_with_one_that_is_too_far_away() -> None:
    entries = [entry(ms, HaStarted(None), number=ms) for ms in (0, 1_000, 14_000, 16_000, 17_000)]

    found = list(context(*entries).following(15 * SECOND))

    assert found == entries[1:3]


def test_the_line_before_is_of_the_same_repair_or_the_line_itself() -> None:
    near, line = entry(0, HaStarted(None)), entry(2_000, HaStarted(None), number=2)
    far = entry(-SAME_REPAIR // 10**6 - 1, HaStarted(None))

    assert context(near, line, index=1).preceding() == near
    assert context(far, line, index=1).preceding() == line
    assert context(line).preceding() == line


def test_a_line_that_stands_before_and_is_later_by_its_clock_is_not_of_the_same_repair() -> None:
    line, later = entry(0, HaStarted(None), number=2), entry(2_000, HaStarted(None))

    assert context(later, line, index=1).preceding() == line


def test_the_check_that_acts_may_have_spoken_longer_ago_than_a_check_lasts() -> None:
    found = checks_of(checks(Genesis(doubt=0), 0))

    def acting(ms: int) -> bool:
        return replace(context(entry(ms, HaStarted(None))), checks=found).acting_check() is not None

    assert [acting(ms) for ms in (-1_000, 0, 4_000, 20_000, 25_000, 26_000)] == [False, True, True, True, True, False]


def test_so_many_lines_are_looked_at_and_no_more() -> None:
    entries = [entry(0, HaStarted(None), number=number) for number in range(3 * AHEAD)]

    assert list(context(*entries, index=2).following(15 * SECOND)) == entries[3 : 3 + AHEAD]


@pytest.mark.parametrize(
    ("detail", "other"),
    [
        (TaskCreated("add", OTHER, REMOTE), True),
        (NfsTerminate("sent", OTHER, REMOTE), True),
        (TaskCreated("add", HOST, REMOTE), False),
        (TaskCreated("add", None, REMOTE), False),
        (Forwarding("correct", OTHER), False),
        (StargateStates(up=(CVM,)), False),
    ],
    ids=["a task", "a termination", "this host's", "nobody's", "a finding", "Stargates"],
)
def test_a_line_of_a_repair_names_another_host(detail: Detail, other: bool) -> None:
    assert of_another_host(detail, MEMBER) is other


def test_a_host_was_found_right_by_the_last_line_before_that_speaks_of_it() -> None:
    right, wrong = Forwarding("correct", HOST, None, CVM), Forwarding("illegal", HOST, REMOTE, CVM)

    def since(ms: int, *found: Forwarding) -> bool:
        lines = [entry(at * 1_000, one, number=at + 1) for at, one in enumerate((*found, wrong), 1)]
        return context(*lines, index=len(lines) - 1).found_right(MEMBER, Instant("capture", ns(ms), ns(ms)))

    assert since(0, right)
    assert since(1_000, wrong, right)
    assert not since(0, right, wrong)
    assert not since(1_500, right)


def test_another_leaders_lines_are_neither_before_nor_after_this_ones() -> None:
    before, line, after = (entry(ms, HaStarted(None), number=ms) for ms in (0, 1_000, 2_000))
    foreign = [entry(ms, HaStarted(None), number=ms, source="other/genesis.out") for ms in (900, 1_100)]
    others = [replace(one, event=replace(one.event, at=replace(one.event.at, clock="log:other"))) for one in foreign]
    known = context(before, others[0], line, others[1], after, index=2)

    assert list(known.following(15 * SECOND)) == [after]
    assert known.preceding() == line


@pytest.mark.parametrize(
    ("detail", "right"),
    [
        (Forwarding("correct", HOST, None, CVM), True),
        (Forwarding("illegal", HOST, REMOTE, CVM), False),
        (Forwarding("correct", OTHER, None, CVM), False),
        (TaskCreated("add", HOST, REMOTE), False),
    ],
    ids=["right", "wrong", "another host's", "no finding"],
)
def test_a_hosts_forwarding_was_found_right_where_the_last_finding_on_it_says_so(
    detail: Forwarding | TaskCreated, *, right: bool
) -> None:
    lines = [entry(0, detail), entry(30_000, HaStarted(None), number=2)]

    assert context(*lines, index=1).found_right(MEMBER, Instant("capture", ns(0), ns(0))) is right
    assert not context(*lines, index=1).found_right(MEMBER, Instant("capture", ns(1), ns(1))), "before that"


def test_a_finding_on_another_host_does_not_hide_the_one_before() -> None:
    found = Forwarding("correct", HOST, None, CVM), Forwarding("illegal", OTHER, REMOTE, CVM)
    lines = [entry(ms, detail, number=ms) for ms, detail in zip((0, 1_000), found, strict=True)]
    lines.append(entry(2_000, HaStarted(None), number=2_000))

    assert context(*lines, index=2).found_right(MEMBER, Instant("capture", ns(0), ns(0)))
