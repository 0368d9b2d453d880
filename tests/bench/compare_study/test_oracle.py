from __future__ import annotations

import pytest

from bench.compare_study import oracle
from bench.compare_study.design import SLICE_OF_POOLS


def test_groups_of_four_of_which_one_in_five_shows_nothing_are_told_by_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """All 8 show it in 17 % of histories, and 3 of 4 are too few."""
    monkeypatch.setattr(oracle, "HISTORIES", 300)
    found = {one.names: one for one in oracle.studied(SLICE_OF_POOLS)}

    assert 0.1 < found["4 + 4", "+5 s", "mixed"].share < 0.25
    assert found["14", "all of it"].whole == SLICE_OF_POOLS.stepped
