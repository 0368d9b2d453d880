from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from analyzer.compare.scores import GRID, centred, scored
from analyzer.compare.spans import one_history
from analyzer.model.instant import Span
from tests.compare.drawn import between, exact, moved, spans


def test_without_doubt_a_score_is_the_rank() -> None:
    found = scored(one_history(exact(5, 1, 2, 2)))[0] / GRID

    assert ((found + 4 + 1) / 2).tolist() == [4, 1, 2.5, 2.5]


def test_what_may_be_anywhere_has_no_rank() -> None:
    assert scored(one_history([*exact(1, 2, 3), *between((0, 9))]))[0][-1] == 0


def test_spans_that_share_a_value_tell_nothing() -> None:
    assert scored(one_history(between((0, 4), (1, 5), (2, 9)))).tolist() == [[0, 0, 0]]


@settings(max_examples=40, deadline=None)
@given(spans(2, 9))
def test_scores_depend_on_nothing_but_order(group: list[Span]) -> None:
    found = scored(one_history(group))

    assert np.abs(found).max() <= len(group) * GRID
    assert scored(one_history(moved(group, 10**9))).tolist() == found.tolist()
    assert centred(found).sum() == 0
