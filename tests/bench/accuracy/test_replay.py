from __future__ import annotations

from bench.accuracy.design import short
from bench.accuracy.replay import replayed
from bench.accuracy.study import numbered


def test_a_case_is_replayed_with_its_truth() -> None:
    name, test, mix = next(case for case in numbered(short()) if case[1].scenario == "cvm-failure")

    lines = list(replayed(test, mix))

    assert lines[0].startswith("autopath simulate cvm-failure --seed "), name
    assert any(line.startswith("\nTRUE cvm-failure of ") for line in lines)
