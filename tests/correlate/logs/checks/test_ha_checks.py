"""Which check a line belongs to, and which checks lie between two instants."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.correlate.logs.checks.ha_checks import HaCheck, HaChecks
from analyzer.correlate.observation import Point
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import Genesis, ns
from tests.correlate.logs.check_logs import checks, checks_of


def test_a_line_belongs_to_the_check_before_it() -> None:
    log = checks(Genesis(), 0, 30_000)
    found = checks_of(log)

    first, second = found.checks
    assert found.containing(first.first) is first
    assert found.containing(second.first) is second
    assert found.containing(log.at(20_000)) is None
    assert found.containing(log.at(-20_000)) is None


def test_checks_are_lacking_where_more_time_passes_than_one_may_take() -> None:
    found = checks_of(checks(Genesis(), 0, 30_000, 60_000, 150_000, 180_000))

    assert [(last - first) // SECOND for first, last in found.lacking()] == [90]
    assert checks_of(checks(Genesis(), 0, 30_000, 60_000, 105_000)).lacking() == (), "one that repaired much"


def check(second: int, slow: int, doubt: int, source: int) -> HaCheck:
    """Line `second` of one of the logs, whose clock is known to ± `doubt` s, of a check that began `slow` s before."""
    at, width = ns(second * 1_000), doubt * SECOND
    first = Instant("capture", at - width, at + width)
    begin = Instant("capture", at - width - slow * SECOND, at + width)
    return HaCheck(first, begin, Origin(f"{source}/genesis.out", second))


CHECKS = st.lists(
    st.builds(check, st.integers(0, 40), st.integers(0, 5), st.integers(0, 3), st.integers(0, 2)),
    unique_by=lambda one: one.origin,
    max_size=12,
).map(lambda found: HaChecks(tuple(sorted(found, key=lambda one: (one.first.middle, one.origin))), None))


@given(CHECKS, st.integers(-5, 45), st.integers(-5, 45))
def test_checks_between_two_instants_are_those_that_looking_at_each_gives(
    found: HaChecks, least: int, most: int
) -> None:
    some = [one for one in found.checks if one.begin.most >= ns(least * 1_000) and one.first.middle <= ns(most * 1_000)]

    assert list(found.between(ns(least * 1_000), ns(most * 1_000))) == some


@given(CHECKS, st.lists(st.tuples(st.integers(0, 2), st.integers(0, 45)), min_size=1, max_size=3))
def test_the_check_before_a_line_is_the_one_that_looking_at_each_gives(
    found: HaChecks, lines: list[tuple[int, int]]
) -> None:
    origins = tuple(Origin(f"{source}/genesis.out", number) for source, number in lines)
    first = {origin.source: origin.number for origin in reversed(origins)}
    earlier = [one for one in found.checks if one.origin.number <= first.get(one.origin.source, -1)]
    highest = max((one.origin.number for one in earlier), default=None)
    last = next((one for one in earlier if one.origin.number == highest), None)
    at = last.first if last is not None else Instant("capture", ns(-60_000), ns(-60_000))

    assert found.before(Point(at, origins, How("note"))) is last


def test_a_line_of_which_the_stamp_is_too_late_for_its_check_is_in_none() -> None:
    found = checks_of(checks(Genesis(), 0))
    late = Instant("capture", ns(20_000), ns(20_000))

    assert found.before(Point(late, (Origin("genesis.out", 3),), How("note"))) is None


def test_a_line_later_than_a_check_lasts_does_not_belong_to_it_however_vague_its_begin_is() -> None:
    log = checks(Genesis(), 0)

    assert checks_of(log).containing(log.at(5_000)) is not None
    assert checks_of(log).containing(log.at(5_500)) is None
