"""`recovered`: replies back at 95 % of the rate before the fault, sustained for 5 s."""

from __future__ import annotations

import pytest

from analyzer.lab.simulate import Options
from analyzer.lab.simulate.truth.recovered import recovered_at
from analyzer.model.instant import MILLISECOND, SECOND
from tests.lab.simulate.made import NAMES, made

FAULT, RESTORED, END = 40 * SECOND, 60 * SECOND, 100 * SECOND


def replies(*parts: tuple[int, int, int]) -> list[int]:
    """Replies each so many ms from s to s."""
    return [at for least, most, every in parts for at in range(least * SECOND, most * SECOND, every * MILLISECOND)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param([(60, 100, 100)], 60 * SECOND, id="at-once"),
        pytest.param([(60, 70, 300), (70, 100, 100)], 70 * SECOND, id="slow-at-first"),
        pytest.param([(60, 63, 100), (75, 100, 100)], 75 * SECOND, id="not-sustained"),
        pytest.param([(60, 100, 120)], None, id="never"),
        pytest.param([(60, 64, 100)], None, id="cut-off"),
        pytest.param([(60, 100, 104)], 60 * SECOND, id="96-percent"),
    ],
)
def test_when_the_rate_is_back(after: list[tuple[int, int, int]], expected: int | None) -> None:
    found = recovered_at(replies((0, 40, 100), *after), 0, FAULT, RESTORED, END)

    assert found == expected or (expected and found and 0 <= expected - found < SECOND // 2)


@pytest.mark.parametrize(
    "before",
    [pytest.param([(38, 40, 100)], id="too-short"), pytest.param([], id="no-traffic")],
)
def test_without_a_rate_before_there_is_none(before: list[tuple[int, int, int]]) -> None:
    first = 38 * SECOND if before else 0

    assert recovered_at(replies(*before, (60, 100, 100)), first, FAULT, RESTORED, END) is None


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_says_when_a_busy_host_recovered(name: str) -> None:
    episodes = made(name, 61, Options(tail=20 * SECOND)).truth.episodes

    assert bool(episodes) == (name != "healthy")
    for episode in episodes:
        instants = episode.instants
        assert instants.restored is not None
        assert instants.recovered is not None
        assert instants.restored <= instants.recovered < instants.restored + 10 * SECOND
