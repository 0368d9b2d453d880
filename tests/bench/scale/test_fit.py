"""The power of a curve is found whatever its constant is, and with what the scatter allows."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable

import pytest

from bench.scale.fit import fitted

SIZES = (1, 1250, 2500, 5000, 10_000)
FIRST_IS_OFF = ((1, 0.74), (1250, 0.74), (2500, 0.90), (5000, 1.26), (10_000, 1.98))
"""Measured: 0.56 s and 0.14 ms each, while the machine was slower at the first size."""


def line(n: int) -> float:
    return 0.5 + n / 5000


def square(n: int) -> float:
    return 0.5 + (n / 5000) ** 2


@pytest.mark.parametrize("constant", [0.0, 0.5, 20.0])
@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.3, 2.0])
def test_the_power_and_the_constant_are_those_of_the_costs(exponent: float, constant: float) -> None:
    found = fitted([(n, constant + 40 * (n / 10_000) ** exponent) for n in SIZES])

    assert found.power == pytest.approx(exponent, abs=0.011)
    assert found.constant == pytest.approx(constant, abs=0.2)
    assert found.factor == pytest.approx(40, rel=0.02)
    assert found.least <= exponent <= found.most


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("curve", "power"), [pytest.param(line, 1, id="line"), pytest.param(square, 2, id="square")])
def test_scatter_moves_the_power_little_and_is_told(curve: Callable[[int], float], power: float, seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311

    found = fitted([(n, curve(n) * (1 + drawn.gauss(0, 0.02))) for n in SIZES], 0.02)

    assert found.power == pytest.approx(power, abs=0.2)
    assert (found.least > 1.1) == (curve is square)
    assert (found.most < 1.5) == (curve is line)


def test_a_first_size_that_is_off_makes_no_square_of_a_line() -> None:
    found = fitted(FIRST_IS_OFF)

    assert found.least <= 1.1 < found.power < found.most < 2
    nothing = FIRST_IS_OFF[0][1]
    logs = [(math.log(n), math.log(max(cost - nothing, 0.02))) for n, cost in FIRST_IS_OFF[1:]]
    assert statistics.linear_regression(*zip(*logs, strict=True)).slope > 1.9, "as it was found before"


def test_more_scatter_allows_more_powers() -> None:
    points = [(n, line(n)) for n in SIZES]
    narrow, wide = fitted(points, 0.02), fitted(points, 0.1)

    assert wide.least < narrow.least < 1 < narrow.most < wide.most


def test_costs_that_do_not_grow_have_no_power() -> None:
    assert fitted([(n, 0.5) for n in SIZES]).flat
    assert not fitted([(n, line(n)) for n in SIZES]).flat


def test_a_further_size_is_on_the_curve_and_on_a_line_at_least() -> None:
    assert fitted([(n, line(n)) for n in SIZES]).at(10) == pytest.approx(20.5, rel=0.05)
    root = fitted([(n, 0.5 + math.sqrt(n / 5000)) for n in SIZES])
    assert root.power == pytest.approx(0.5, abs=0.02)
    assert root.at(100) == pytest.approx(0.5 + 100 * math.sqrt(2), rel=0.05)


def test_three_sizes_are_too_few() -> None:
    with pytest.raises(ValueError, match="4 sizes"):
        fitted([(n, line(n)) for n in (1, 1, 2, 3)])
