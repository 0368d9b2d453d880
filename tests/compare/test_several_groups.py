from __future__ import annotations

import numpy as np
import pytest

from analyzer.compare import two_groups
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


@pytest.mark.parametrize("groups", [[], [exact(1)], [exact(1), []]], ids=["none", "one", "empty"])
def test_what_is_no_comparison(groups: list[list[object]]) -> None:
    with pytest.raises(ValueError, match="none of them empty"):
        compared(groups)  # type: ignore[arg-type]
