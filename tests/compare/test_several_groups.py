from __future__ import annotations

import numpy as np
import pytest

from analyzer.compare import several_groups, two_groups
from analyzer.compare.several_groups import compared
from tests.compare.drawn import exact, history


def test_two_groups_are_two_groups() -> None:
    first, second = history(1, 5), history(2, 6, shift=2)

    assert compared([first, second]).p == pytest.approx(two_groups.compared(first, second).p)


def test_without_doubt_it_is_kruskal_and_walliss_statistic() -> None:
    from scipy.stats import kruskal, permutation_test

    values = np.random.default_rng(2).normal(3, 1, 9)
    groups = values[:3], values[3:6], values[6:] + 1
    expected = permutation_test(
        groups, lambda *some: kruskal(*some).statistic, alternative="greater", n_resamples=np.inf, vectorized=False
    ).pvalue

    found = compared([exact(*group) for group in groups])
    assert (found.drawn.how, found.drawn.count) == ("every-split", 1680)
    assert found.p == pytest.approx(expected)


def test_more_runs_are_sampled() -> None:
    found = compared([history(1, 8), history(2, 8), history(3, 8, shift=5)])

    assert found.drawn.how == "sampled-splits"
    assert found.p < 0.001


def test_unlike_evidence_has_a_guard() -> None:
    found = compared([history(1, 3, width=0), history(2, 5, width=10), history(3, 6, width=30)])

    assert len(found.guards) == 1
    assert found.p == max(found.permuted, *found.guards)


def test_of_very_many_runs_it_is_kruskal_and_walliss_limit() -> None:
    from scipy.stats import kruskal

    values = np.random.default_rng(4).normal(3, 1, 1_200)
    for groups in (np.split(values, [500, 900]), np.split(values, [300, 600, 900]), np.split(values, 40)):
        found = compared([exact(*group) for group in groups])

        assert (found.drawn.how, found.guards) == ("normal", ())
        # durations are whole nanoseconds, and an estimate is rough
        assert found.p == pytest.approx(kruskal(*groups).pvalue, rel=0.02)


def test_of_very_many_runs_the_limits_are_what_samples_come_to(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = [history(seed, 350, width) for seed, width in ((1, 0), (2, 10), (3, 1))]
    found = compared(groups)
    monkeypatch.setattr(several_groups, "LARGE", 10**9)
    sampled = compared(groups)

    assert (found.drawn.how, sampled.drawn.how) == ("normal", "sampled-splits")
    assert found.permuted == pytest.approx(sampled.permuted, abs=0.02)
    assert found.guards == pytest.approx(sampled.guards, abs=0.03)


def test_a_small_group_among_very_many_runs_is_held_against_splits() -> None:
    found = compared([history(1, 600), history(2, 600), exact(5, 5.1)])

    assert found.drawn.how == "sampled-splits"


def test_where_all_runs_say_the_same_nothing_differs() -> None:
    assert compared([exact(*[3] * 400)] * 3).p == 1.0


@pytest.mark.parametrize("groups", [[], [exact(1)], [exact(1), []]], ids=["none", "one", "empty"])
def test_what_is_no_comparison(groups: list[list[object]]) -> None:
    with pytest.raises(ValueError, match=r"several groups are compared|no durations"):
        compared(groups)  # type: ignore[arg-type]
