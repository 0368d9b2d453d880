"""Checks that are told as one, in words."""

from __future__ import annotations

import pytest

from analyzer.model.event import HealthyChecks, StargateStates
from analyzer.model.instant import SECOND, Instant
from analyzer.report.view.healthy import healthy_words

UP = StargateStates(all_of="up")
FIRST = Instant("log", 1_770_000_000 * SECOND, 1_770_000_000 * SECOND + 999_999)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "1 HA check found all well, from 2026-02-02 02:40:00.000 to 2026-02-02 02:40:00.000"),
        (
            (30, 31, 30),
            "4 HA checks found all well, every 30 s, from 2026-02-02 02:40:00.000 to 2026-02-02 02:41:31.000",
        ),
    ],
)
def test_how_many_and_from_when_to_when(steps: tuple[int, ...], words: str) -> None:
    detail = HealthyChecks((UP,), tuple(step * SECOND for step in steps), (1,) * len(steps))

    assert healthy_words(FIRST, detail) == words
