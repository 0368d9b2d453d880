"""A silence in which nothing waited is dropped where other evidence could have told of a fault, and told none."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.merge.idle import NEAR, without_idle
from analyzer.correlate.observation import Quiet
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.source import Source
from tests.correlate.made import observation

NEAR_S = NEAR // SECOND


def log(first: int, last: int) -> Source:
    """A log of Genesis of these seconds."""
    made = Source(name="genesis.out", kind="genesis", size=1, digest=None, clock="log")
    return replace(made, first=Instant("log", first * SECOND, first * SECOND), last=Instant("log", 0, last * SECOND))


@pytest.mark.parametrize(
    ("quiet", "sources", "dropped"),
    [
        (None, [log(0, 100)], False),
        ("everywhere", [], True),
        ("inside", [], False),
        ("inside", [log(0, 300)], True),
        ("inside", [log(0, 200 - NEAR_S)], True),
        ("inside", [log(0, 199 - NEAR_S)], False),
        ("inside", [log(200 + NEAR_S, 400)], True),
        ("inside", [log(201 + NEAR_S, 400)], False),
    ],
)
def test_what_it_takes(quiet: Quiet | None, sources: list[Source], dropped: bool) -> None:
    one = replace(observation("unexplained", span=(200, 220)), quiet=quiet)

    assert without_idle([one], sources, Clocks("c", {})) == ([] if dropped else [one])


def test_what_follows_a_clock_that_was_set_forward_is_stamped_later() -> None:
    first, second = (
        replace(observation("unexplained", span=span), quiet="inside") for span in ((200, 2000), (2100, 2130))
    )
    sources, clocks = [log(0, 250)], Clocks("c", {})

    assert without_idle([second, first], sources, clocks) == []
    assert without_idle([second], sources, clocks) == [second]


@pytest.mark.parametrize(
    ("first", "last"), [((0, 0), 196 - NEAR_S), ((199 + NEAR_S, 300), 400)], ids=["just before", "begins in doubt"]
)
def test_a_log_whose_clock_is_in_doubt_may_reach_near(first: tuple[int, int], last: int) -> None:
    one = replace(observation("unexplained", span=(200, 220)), quiet="inside")
    begun = replace(log(0, last), first=Instant("log", first[0] * SECOND, first[1] * SECOND))
    offset = ClockOffset(clock="log", reference="c", offset=Span(-5 * SECOND, 5 * SECOND), basis="measured")

    assert without_idle([one], [begun], Clocks("c", {"log": offset})) == []
