"""What no log has is as the captures show it, and the other way round; what both have is told once."""

from __future__ import annotations

from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change import BY_HAND, FAILURE_OR_ROUTE, as_seen, as_told
from tests.correlate.made import observation


def test_alone_each_family_keeps_its_kind() -> None:
    seen = observation()

    assert as_told([seen], []) == (seen,)
    assert as_seen([seen], []) == (seen,)


def _either() -> Observation:
    """A route that was typed about when the own CVM failed: logs don't have which came first."""
    return observation("unexplained", "logs", span=(20, 40), fault=(20, 20)).doubted(FAILURE_OR_ROUTE, "low")


def test_a_route_that_was_typed_before_the_own_cvm_failed_is_an_injection() -> None:
    """Nothing has to be repaired since: Genesis is not judged."""
    seen = observation("route-injection", span=(20, 40), fault=(20, 20))

    (told,) = as_seen([_either()], [seen])

    assert (told.kind, told.doubts, told.by_hand) == ("route-injection", (), False)
    assert told.absent["repaired"] == "right-since-failure"


def test_a_route_that_was_typed_after_the_own_cvm_failed_is_its_repair() -> None:
    seen = observation("cvm-failure", span=(10, 40), fault=(10, 10), repaired=(20, 20))

    (told,) = as_seen([_either()], [seen])

    assert (told.kind, told.by_hand, told.doubts) == ("cvm-failure", True, (BY_HAND,))
    assert told.points.keys() == {"repaired"}


def test_without_captures_of_it_a_typed_route_stays_either() -> None:
    either = _either()

    assert as_seen([either], [observation("route-injection", span=(60, 90), fault=(60, 60))]) == (either,)
