"""Two groups: without doubt the exact test of Mann and Whitney, and scipy's permutation test of any scores."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.compare import two_groups
from analyzer.compare.scores import scored
from analyzer.compare.spans import one_history
from analyzer.compare.two_groups import can_differ, compared, p_values
from analyzer.model.instant import Span
from tests.compare.drawn import between, exact, history, moved, spans


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("first", "second"), [(4, 4), (6, 5), (3, 9)])
def test_without_doubt_it_is_mann_and_whitneys(seed: int, first: int, second: int) -> None:
    from scipy.stats import mannwhitneyu

    values = np.random.default_rng(seed).normal(3, 1, first + second)
    expected = mannwhitneyu(values[:first], values[first:], method="exact").pvalue
    found = compared(exact(*values[:first]), exact(*values[first:]))

    assert found.p == pytest.approx(expected)
    assert (found.guards, found.drawn.how) == ((), "every-split")


@pytest.mark.parametrize("seed", range(3))
def test_of_spans_it_is_the_permutation_test_of_their_scores(seed: int) -> None:
    from scipy.stats import permutation_test

    first, second = history(seed, 5), history(seed + 50, 5, shift=1.5)
    scores = scored(one_history([*first, *second]))[0].astype(float)

    def sums(one: np.typing.NDArray[np.float64], axis: int) -> np.typing.NDArray[np.float64]:
        return np.asarray(np.abs(one.sum(axis=axis) - scores.mean() * 5))

    expected = permutation_test(
        (scores[:5], scores[5:]),
        lambda one, _, axis: sums(one, axis),
        alternative="greater",
        vectorized=True,
        n_resamples=np.inf,
    ).pvalue
    assert compared(first, second).permuted == pytest.approx(expected)


@settings(max_examples=30, deadline=None)
@given(spans(2, 5), spans(2, 5))
def test_either_group_may_be_named_first(first: list[Span], second: list[Span]) -> None:
    one, other = compared(first, second), compared(second, first)

    assert one.p == pytest.approx(other.p)
    assert 0 < one.p <= 1


@settings(max_examples=20, deadline=None)
@given(spans(3, 5), st.integers(-(10**9), 10**9))
def test_only_differences_count(group: list[Span], ns: int) -> None:
    other = history(4, 4)

    assert compared(moved(group, ns), moved(other, ns)) == compared(group, other)


def test_wide_spans_do_not_lend_their_calm_to_narrow_ones() -> None:
    first, second = exact(1, 1.1, 1.2), history(9, 9, width=10, shift=3)
    found = compared(first, second)

    assert len(found.guards) == 1
    assert found.p == max(found.permuted, found.guards[0]) > found.permuted


def test_a_sample_is_near_all_splits() -> None:
    first, second = (one_history(history(seed, 10, shift=shift)) for seed, shift in ((1, 0.0), (2, 1.0)))
    every = p_values(first, second)
    some = p_values(first, second, feasible=1)

    assert (every.drawn.how, some.drawn.how) == ("every-split", "sampled-splits")
    assert some.p[0] == pytest.approx(every.p[0], abs=0.01)


@pytest.mark.parametrize("small", [1, 2, 3, 12])
@pytest.mark.parametrize("first", [True, False])
def test_a_small_group_beside_many_runs_is_held_against_its_splits(small: int, *, first: bool) -> None:
    """One run of 50 is slow: that one of a few others is too is no wonder, and by the normal limit would be one."""
    many = exact(*([1.0] * 147 + [9.0] * 3))
    few = exact(*([1.0] * (small - 1) + [9.0]))

    found = compared(few, many) if first else compared(many, few)
    runs, slow = 150 + small, 4
    expected = 1 - comb(runs - slow, small) / comb(runs, small)
    assert found.drawn.how == ("every-split" if small < 3 else "sampled-splits")
    assert found.p == pytest.approx(expected, abs=0.01)


def test_of_very_many_runs_the_normal_limit_counts() -> None:
    from scipy.stats import mannwhitneyu

    values = np.random.default_rng(1).normal(3, 1, 600)
    expected = mannwhitneyu(values[:250], values[250:] + 0.1, method="asymptotic", use_continuity=False).pvalue
    found = compared(exact(*values[:250]), exact(*values[250:] + 0.1))

    assert found.drawn.how == "normal"
    assert found.p == pytest.approx(expected, rel=1e-3)


def test_larger_sums_are_exact_too(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = history(1, 5), history(2, 5, shift=1)
    small = compared(*groups)
    monkeypatch.setattr(two_groups, "EXACT_IN_FLOAT32", 0)

    assert compared(*groups) == small


@pytest.mark.parametrize(
    ("first", "second", "can"), [(3, 3, False), (2, 7, False), (2, 8, True), (4, 4, True), (0, 9, False)]
)
def test_how_many_runs_can_differ_at_all(first: int, second: int, can: bool) -> None:
    assert can_differ(first, second) is can


def test_where_too_few_runs_are_wholly_apart() -> None:
    assert compared(exact(1, 2, 3), between((7, 8), (8, 9), (9, 10))).p == pytest.approx(0.1)
