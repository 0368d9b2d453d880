"""Instants of an episode, and how long one was after another."""

from __future__ import annotations

import pytest

from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import How, InstantName, KnownInstant


@pytest.mark.parametrize(
    ("clocks", "span"),
    [
        pytest.param(("a", "a"), Span(30 * SECOND, 30 * SECOND), id="one log stamped both"),
        pytest.param(("a", "b"), Span(29 * SECOND, 31 * SECOND), id="two logs"),
        pytest.param((None, "a"), Span(29 * SECOND, 31 * SECOND), id="no log stamped one"),
    ],
)
def test_how_long_after_another_an_instant_was(clocks: tuple[str | None, str | None], span: Span) -> None:
    def instant(name: InstantName, second: int, clock: str | None) -> KnownInstant:
        at = Instant("capture", second * SECOND, (second + 1) * SECOND)
        stamp = None if clock is None else Instant(clock, (second + 500) * SECOND, (second + 500) * SECOND)
        return KnownInstant(name, at, (), How("note"), stamp)

    fault, repaired = instant("fault", 10, clocks[0]), instant("repaired", 40, clocks[1])

    assert repaired.since(fault) == span
    assert fault.since(repaired).most < 0


def test_a_doubt_makes_no_instant_one_before_what_it_follows() -> None:
    def instant(least: int, most: int) -> KnownInstant:
        return KnownInstant("repaired", Instant("capture", least * SECOND, most * SECOND), (), How("note"))

    assert instant(41, 43).after(instant(10, 42)) == Span(0, 33 * SECOND)
    assert instant(41, 43).after(instant(10, 40)) == Span(1 * SECOND, 33 * SECOND)
    assert instant(1, 3).after(instant(10, 40)) is None
