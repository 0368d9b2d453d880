"""CI's part of the healthy tests; of captures whose clocks are set others see to what they show."""

from __future__ import annotations

import pytest

from bench.wordings.healthy import MIXES, NOISE, drawn, row_of

CAPTURES = ("span", "vmk1")
NUMBERS = [n for n in range(120) if not any(device in CAPTURES for device, _, _ in drawn(n).steps)][:60]


@pytest.mark.parametrize("number", NUMBERS)
def test_healthy_stays_healthy(number: int) -> None:
    row = row_of(number)
    assert row.wrong == (), row.test.name


def test_all_that_there_may_be_is_drawn() -> None:
    tests = [drawn(number) for number in NUMBERS]
    assert {test.noise for test in tests} == set(NOISE)
    assert {test.what for test in tests} == set(MIXES)
    assert len({test.voice for test in tests}) > 20
    assert any(test.steps for test in tests)
