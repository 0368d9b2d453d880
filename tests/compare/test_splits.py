from __future__ import annotations

from math import comb

import numpy as np
import pytest

from analyzer.compare.splits import Drawn, mixed, orders, orders_within, places, signs, splits


def test_all_splits_where_that_is_feasible() -> None:
    found = splits(3, 4)

    assert found.drawn == Drawn("every-split", comb(7, 3))
    assert len({tuple(row) for row in found.members.tolist()}) == comb(7, 3)
    assert (found.members.sum(1) == 3).all()
    assert splits(10, 10).drawn.how == "every-split"


def test_else_a_sample_that_is_told_and_begins_with_the_one_that_is() -> None:
    found = splits(12, 13)

    assert (found.drawn.how, found.drawn.count) == ("sampled-splits", len(found.members))
    assert found.members[0].tolist() == [1] * 12 + [0] * 13
    assert (found.members.sum(1) == 12).all()
    splits.cache_clear()
    assert np.array_equal(splits(12, 13).members, found.members)


@pytest.mark.parametrize("few", [1, 2, 3, 19])
def test_a_small_group_may_be_anywhere(few: int) -> None:
    found = places(few, 150)

    assert found.places[0].tolist() == list(range(few))
    assert found.drawn.count == len(found.places) == (20_000 if few > 2 else comb(150, few))
    assert all(len(set(row)) == few for row in found.places.tolist())
    at_each = np.bincount(found.places.ravel(), minlength=150)
    assert len(at_each) == 150
    assert at_each == pytest.approx(found.places.size / 150, rel=0.35)


def test_orders_begin_with_the_one_that_is() -> None:
    found = orders(9)

    assert found[0].tolist() == list(range(9))
    assert (np.sort(found, axis=1) == np.arange(9)).all()
    assert len({tuple(row) for row in found.tolist()}) > 900


def test_signs_begin_with_what_is() -> None:
    assert signs(3).tolist()[0] == [1, 1, 1]
    assert len({tuple(row) for row in signs(5).tolist()}) == 32
    assert signs(20).shape == (4096, 20)
    assert set(np.unique(signs(20))) == {-1.0, 1.0}


def test_runs_of_like_evidence_change_places_only_among_themselves() -> None:
    strata = np.array([0, 1, 0, 0, 2, 1])
    found = orders_within(strata, 2_000)

    assert found[0].tolist() == list(range(6))
    assert (strata[found] == strata).all()
    assert len({tuple(row) for row in found.tolist()}) == 3 * 2 * 2


@pytest.mark.parametrize(
    ("strata", "are"),
    [
        ([0, 1] * 10, True),
        ([0, 0, 1] * 8, True),
        ([0] * 19 + [1], True),
        ([0] * 10 + [1] * 10, False),  # worse halfway
        ([0] * 40 + [1] * 40, False),
        ([0, 1] * 5, False),  # in too few ways
        ([*range(20)], False),
    ],
)
def test_strata_that_are_mixed_over_a_history(strata: list[int], are: bool) -> None:
    assert mixed(np.array(strata), 3) is are
