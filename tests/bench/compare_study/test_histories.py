from __future__ import annotations

import numpy as np

from analyzer.model.instant import SECOND
from bench.compare_study.histories import PERIOD, SHORTEST, detections, group, measured, middles, processing


def test_processing_is_never_shorter_than_it_can_be() -> None:
    values = processing(np.random.default_rng(1), 500, 8)

    assert values.min() >= SHORTEST
    assert 2.9 < values.mean() < 3.4


def test_a_span_holds_its_value_and_is_as_wide_as_the_evidence() -> None:
    values = np.full((400, 2), 20.0)
    spans = measured(np.random.default_rng(1), values, [1.0, 10.0])

    assert (spans.least <= 20 * SECOND).all()
    assert (spans.most >= 20 * SECOND - 1).all()
    assert np.allclose((spans.most - spans.least)[0], [SECOND, 10 * SECOND], atol=2)
    assert ((spans.most - spans.least).max(0) <= [SECOND + 1, 10 * SECOND + 1]).all()


def test_no_duration_is_negative() -> None:
    spans = group(np.random.default_rng(1), 200, 4, 30.0)

    assert spans.least.min() == 0
    assert (middles(spans).least == middles(spans).most).all()


def test_a_wait_for_a_check_is_uniform() -> None:
    spans = detections(np.random.default_rng(1), 2000, 4, 0.0)

    assert abs(float(spans.least.mean()) - PERIOD / 2 - 3.1 * SECOND) < SECOND / 2
    assert spans.least.max() > PERIOD
