"""Change points: where ruptures puts a step too, and none where only the evidence changes."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.compare.change_points import change_points, fewest, least_p, scanned
from analyzer.compare.spans import one_history
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.comparison import ORDERS
from tests.compare.drawn import exact, history


def of_ruptures(durations: list[Span], steps: int) -> list[int]:
    from ruptures import Dynp

    middles = np.array([(one.least + one.most) / 2 / SECOND for one in durations])
    return [int(one) for one in Dynp(model="l2", min_size=3, jump=1).fit_predict(middles[:, None], n_bkps=steps)[:-1]]


def places(durations: list[Span]) -> list[int]:
    return [one.place for one in change_points(durations)]


@pytest.mark.parametrize("seed", range(4))
def test_a_step_is_where_ruptures_has_it(seed: int) -> None:
    durations = history(seed, 12) + history(seed + 50, 12, shift=6)

    assert places(durations) == of_ruptures(durations, 1)


@pytest.mark.parametrize(
    ("shifts", "steps"), [((0, 5, 10), 2), ((0, 6, 0), 2), ((0, 9, 3, 12), 3)], ids=["stairs", "for a while", "three"]
)
def test_several_steps_are_where_ruptures_has_them(shifts: tuple[float, ...], steps: int) -> None:
    durations = [run for seed, shift in enumerate(shifts) for run in history(seed, 12, shift=shift, spread=0.8)]

    assert places(durations) == of_ruptures(durations, steps)


def test_nothing_changes_where_only_the_evidence_gets_worse() -> None:
    assert places(history(3, 10, width=0) + history(4, 10, width=30)) == []


def test_a_guard_holds_where_evidence_is_unlike() -> None:
    (found,) = change_points(history(1, 8, width=0) + history(2, 8, width=10, shift=30))

    assert found.place == 8
    assert found.p == max(found.permuted, *found.guards)


@pytest.mark.parametrize("durations", [[], exact(1), exact(1, 1, 1, 9, 9), exact(1, 1, 1, 9, 9, 9)])
def test_so_few_runs_show_no_step(durations: list[Span]) -> None:
    assert change_points(durations) == ()


def test_a_level_lasts_for_some_runs() -> None:
    durations = history(1, 20) + history(2, 4, shift=20)

    assert places(durations) == [20]
    assert [one.place for one in change_points(durations, least_runs=5)] == [19]


def test_many_histories_at_once_are_as_one_by_one() -> None:
    each = [history(seed, 12, shift=seed) + history(seed + 9, 8) for seed in range(3)]
    least, most = (np.array([[getattr(run, end) for run in one] for one in each]) for end in ("least", "most"))
    together = scanned(one_history(each[0]).__class__(least, most), 0.05)

    assert together == [scanned(one_history(one), 0.05)[0] for one in each]


def test_a_long_history_takes_no_long_time() -> None:
    durations = exact(*np.random.default_rng(1).normal(3, 1, 3000), *np.random.default_rng(2).normal(4, 1, 2000))

    assert any(abs(place - 3000) < 20 for place in places(durations))


@pytest.mark.parametrize("runs", range(6, 13))
def test_no_history_is_less_likely_than_the_smallest_p_value(runs: int) -> None:
    """Perfect steps and stretches, of levels that are each of one value, reach it but for the draw of orders."""
    perfect = [exact(*[1] * before, *[9] * (runs - before)) for before in range(3, runs - 2)]
    perfect += [exact(*[1] * 3, *[9] * (runs - 6 - after), *[1] * (3 + after)) for after in range(max(0, runs - 8))]
    found = [point.p for one in perfect for point in change_points(one)]

    assert min(found, default=1.0) == pytest.approx(least_p(runs), rel=0.4)
    assert least_p(runs) > 0.04 or found


def test_of_many_runs_only_the_orders_that_are_drawn_limit_it() -> None:
    """Not every place of 20,000 is counted: the ways to split them there have thousands of digits."""
    assert [least_p(runs) for runs in (30, 300, 20_000)] == [1 / ORDERS] * 3


def test_the_more_figures_the_more_runs_are_needed() -> None:
    assert [fewest(figures) for figures in (1, 2, 9)] == [8, 9, 10]
    assert least_p(fewest(9) or 0) * 9 <= 0.05 < least_p((fewest(9) or 0) - 1) * 9
    assert fewest(51) is None


def scattered(seed: int, runs: int, shift: float = 0.0) -> list[Span]:
    """Runs of exact Spans, every third one of 1 s or more instead."""
    exactly, about = history(seed, runs, width=0, shift=shift), history(seed + 99, runs, width=1.5, shift=shift)
    return [about[at] if at % 3 == 2 else exactly[at] for at in range(runs)]


def test_a_step_stands_out_of_scattered_evidence_soon() -> None:
    found = [
        scanned(one_history(scattered(seed, 20) + scattered(seed + 7, 6, shift=9)), 0.001, most_orders=10_000)[0]
        for seed in range(20)
    ]

    assert {one.place for one in found} <= {19, 20}
    assert max(guard for one in found for guard in one.guards) <= 0.001


def test_no_step_comes_of_scattered_evidence() -> None:
    found = [change_points(scattered(seed, 24), level=0.05) for seed in range(100)]

    assert sum(map(bool, found)) <= 10
