from __future__ import annotations

import pytest

from analyzer.compare import shift
from analyzer.compare.smallest import evidence, of_detections, of_interval, power, smallest, spread
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import Nothing, Shown
from tests.compare.drawn import between, exact, history
from tests.compare.test_midrange import PERIOD, detections


def shown(found: Shown | Nothing) -> float:
    assert isinstance(found, Shown)
    return found.shift / SECOND


def test_more_runs_show_less() -> None:
    found = [shown(smallest(history(1, runs), history(2, runs))) for runs in (4, 10, 20)]

    assert found == sorted(found, reverse=True)
    assert found[0] > 2 * found[2]


def test_wide_spans_show_less() -> None:
    fine, wide = history(1, 6, width=0), history(2, 6, width=10)

    assert shown(smallest(fine, wide)) > 2 * shown(smallest(fine, history(2, 6, width=0)))


def test_spans_that_share_a_stretch_show_no_shift_within_it() -> None:
    """As those of a timeout do: by 2 s to 2.6 s, in both ways, they still overlap, however many there are."""
    first, second = (between(*((0.1 * at, 0.1 * at + wide) for at in range(12))) for wide in (3.7, 5.7))
    apart = shift.interval(first, second)

    assert 2.5 < apart.width / 2 / SECOND < 4.7
    assert shown(smallest(first, second)) >= max(-apart.least, apart.most) / SECOND * 0.95
    groups = evidence(first * 3, second * 3)
    assert power(*groups, 2 * SECOND) == 0


def test_a_shift_is_looked_for_in_both_ways() -> None:
    """By 1 s longer shows at once, as the values lie where the second group's Spans begin; shorter only beyond 4 s."""
    first = between(*((at / 100, at / 100) for at in range(8)))
    second = between(*((at / 100, at / 100 + 4) for at in range(8)))

    assert shown(smallest(first, second)) == pytest.approx(4, rel=0.05)


def test_the_smallest_of_one_wide_span_among_narrow_ones_is_theirs() -> None:
    narrow = between(*[(0, 0.001)] * 8)

    assert shown(smallest([*narrow, Span(0, SECOND)], narrow)) == pytest.approx(0.001, rel=0.05)


def test_what_chance_spreads_is_in_narrow_spans_alone() -> None:
    narrow, wide = between(*[(1, 1.1)] * 6), between(*[(0, 30)] * 6)

    one, other = evidence(narrow, wide, chance=8 * SECOND)
    assert [*one.spread] == [8 * SECOND] * 6
    assert max(other.spread) < SECOND


def test_so_few_runs_show_nothing() -> None:
    assert smallest(exact(1, 2, 3), exact(7, 8, 9)) == Nothing()
    assert of_detections(exact(1, 2, 3), exact(7, 8, 9), PERIOD) == Nothing()


def test_it_is_of_these_runs() -> None:
    first, second = history(1, 6), history(2, 6, shift=4)

    assert shown(smallest(first, second)) == pytest.approx(shown(smallest(second, first)), rel=0.1)
    assert spread(first, second) / SECOND == pytest.approx(1.5, rel=0.5)
    assert spread(exact(1, 1), exact(5, 5)) == 0


def test_without_checks() -> None:
    assert shown(of_detections(detections(1, 10), detections(2, 10), PERIOD)) == pytest.approx(8.5, rel=0.2)


def test_of_very_many_runs_it_is_read_from_the_interval() -> None:
    """Half an interval of 95 % is 1.96 errors wide, and a shift of 2.80 of them is found in 80 %."""
    interval = Span(-SECOND, SECOND)

    found = of_interval(interval, (200, 200), (200, 200))
    assert isinstance(found, Shown)
    assert abs(found.shift - 1_429 * SECOND // 1000) < SECOND // 1000
    more = of_interval(interval, (200, 200), (800, 800))
    assert isinstance(more, Shown)
    assert abs(2 * more.shift - found.shift) <= 1
    assert of_interval(Span(-UNBOUNDED, SECOND), (200, 200), (800, 800)) == Nothing()


def test_both_ways_agree_where_one_hands_over_to_the_other() -> None:
    first, second = history(1, 50), history(2, 50)

    simulated, read = smallest(first, second), of_interval(shift.interval(first, second), (50, 50), (50, 50))
    assert isinstance(simulated, Shown)
    assert isinstance(read, Shown)
    assert 0.8 < read.shift / simulated.shift < 1.25
