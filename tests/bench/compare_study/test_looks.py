from __future__ import annotations

import numpy as np

from bench.compare_study.design import SLICE
from bench.compare_study.histories import measured, processing
from bench.compare_study.looks import alarms, of_growing_histories


def test_an_alarm_needs_two_looks_and_a_step() -> None:
    values = processing(np.random.default_rng(1), 3, 20)
    values[1:, 12:] += 20
    found = alarms(measured(np.random.default_rng(2), values, 1.0))

    assert found[0] == 0
    assert ((found[1:] > 13) & (found[1:] <= 18)).all()


def test_every_change_point_of_growing_histories_has_its_line() -> None:
    found = of_growing_histories(SLICE)

    assert found.vanished == 0
    assert dict(found.lines)["found"] > 0
