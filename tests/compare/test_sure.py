from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.compare import two_groups
from analyzer.compare.sure import MOST_PAIRS, grade, shift
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from tests.compare.drawn import between, exact, spans


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (exact(1, 2, 3, 4), exact(5, 6, 7, 8), "differs"),
        (between((1, 2), (1, 2), (2, 3), (1, 3)), between((4, 9), (4, 5), (4, 6), (5, 6)), "differs"),
        (between((4, 9), (4, 5), (4, 6), (5, 6)), between((1, 2), (1, 2), (2, 3), (1, 3)), "differs"),
        (exact(1, 2, 3, 4), exact(1.5, 2.5, 3.5, 4.5), "does-not"),
        (between((0, 5), (0, 5), (0, 5), (0, 5)), between((4, 9), (4, 9), (4, 9), (4, 9)), "too-vague"),
        (exact(1, 2, 3), exact(7, 8, 9), "too-few-runs"),
    ],
    ids=["exact", "apart", "the other way", "mixed", "overlapping", "few"],
)
def test_grades(first: list[Span], second: list[Span], expected: str) -> None:
    assert grade(first, second) == expected


@settings(max_examples=60, deadline=None)
@given(spans(4, 6), spans(4, 6), st.randoms(use_true_random=False))
def test_it_holds_for_every_value_that_the_spans_allow(first: list[Span], second: list[Span], random: object) -> None:
    choice = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    told = grade(first, second)

    def chosen(group: list[Span]) -> list[Span]:
        # no two values are equal: each is moved by less than anything else differs by
        values = [int(choice.integers(one.least, one.most + 1)) for one in group]
        return [
            Span(value * 1000 + int(nudge), value * 1000 + int(nudge))
            for value, nudge in zip(values, choice.permutation(900), strict=False)
        ]

    rejected = two_groups.compared(chosen(first), chosen(second)).p <= two_groups.LEVEL
    assert told == "too-vague" or rejected == (told == "differs")


def test_the_shift_holds_for_every_value() -> None:
    first, second = between((1, 2), (1, 2), (2, 3), (1, 3)), between((5, 6), (5, 6), (5, 6), (5, 8))

    assert shift(first, second) == Span(2 * SECOND, 7 * SECOND)
    assert shift(exact(1, 2, 3), exact(7, 8, 9)) == Span(-UNBOUNDED, UNBOUNDED)


def test_many_pairs_are_counted_by_the_normal_limit() -> None:
    values = np.random.default_rng(3).normal(3, 1, 120)
    few, many = values[: MOST_PAIRS // 100 * 2], values

    assert grade(exact(*few), exact(*(few + 1.5))) == "differs"
    assert grade(exact(*many), exact(*(many + 1))) == "differs"
    assert grade(exact(*many), exact(*(many + 0.01))) == "does-not"


@pytest.mark.parametrize(("first", "second"), [(4, 4), (5, 7), (10, 10)])
def test_the_number_that_is_rejected_is_mann_and_whitneys(first: int, second: int) -> None:
    from scipy.stats import mannwhitneyu

    from analyzer.compare.sure import _rejected

    highest = _rejected(first, second, two_groups.LEVEL)
    shares = [
        mannwhitneyu(*_with(first, second, pairs), method="exact").pvalue <= two_groups.LEVEL
        for pairs in (highest, highest + 1)
    ]
    assert shares == [True, False]
    assert comb(first + second, first) >= 2 / two_groups.LEVEL


def _with(first: int, second: int, pairs: int) -> tuple[list[float], list[float]]:
    """Groups in which the second is longer in so many pairs."""
    whole, rest = divmod(pairs, first)
    longer = [first + 1.0 + at for at in range(whole)] + [rest + 0.5] * (whole < second)
    shorter = [-1.0 - at for at in range(second - len(longer))]
    return [float(at) for at in range(1, first + 1)], [*longer, *shorter]
