from __future__ import annotations

import pytest

from analyzer.compare.holm import corrected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.04, 0.01, 0.5], [0.08, 0.03, 0.5]),
        ([0.9, 0.8], [1.0, 1.0]),
    ],
    ids=["none", "one", "three", "in their order", "at most 1"],
)
def test_corrected(told: list[float], expected: list[float]) -> None:
    assert corrected(told) == pytest.approx(expected)
    assert corrected(told, [0.25] * len(told)) == pytest.approx(expected)


def test_shares_of_their_own() -> None:
    assert corrected([0.04, 0.02], [0.8, 0.2]) == pytest.approx([0.05, 0.05])
    assert corrected([0.5, 0.001], [0.8, 0.2]) == pytest.approx([0.5, 0.005])
