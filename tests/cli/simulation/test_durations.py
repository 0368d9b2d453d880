from __future__ import annotations

import pytest

from analyzer.cli.simulation.durations import duration, size


@pytest.mark.parametrize(
    ("text", "ns"), [("30", 30 * 10**9), ("-250ms", -250_000_000), ("10h", 36_000 * 10**9), ("1.5 µs", 1500)]
)
def test_durations(text: str, ns: int) -> None:
    assert duration(text) == ns


@pytest.mark.parametrize(("text", "count"), [("50G", 50 * 10**9), ("1.5k", 1500), ("2MiB", 2 << 20), ("7", 7)])
def test_sizes(text: str, count: int) -> None:
    assert size(text) == count
