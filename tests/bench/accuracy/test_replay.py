from __future__ import annotations

from bench.accuracy.design import short
from bench.accuracy.replay import replayed
from bench.accuracy.study import numbered


def test_a_case_is_replayed_with_its_truth() -> None:
    name = next(case for case, test, _ in numbered(short()) if test.scenario == "cvm-failure")

    lines = list(replayed(name))

    assert lines[0].startswith("autopath simulate cvm-failure --seed "), name
    assert any(line.startswith("\nTRUE cvm-failure of ") for line in lines)
