"""A host that was home since the route of its failure came does not return from that failure."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story import consistent
from analyzer.model.told import Doubt
from tests.correlate.made import A_HOST, observation
from tests.correlate.story.made import LOCAL, REMOTE, failed, injected, served

FAILED = failed(fault=(0, 1), detected=(2, 3), repaired=(4, 4))
HOME = served((LOCAL, -30, 0), (LOCAL, 12, 18), (REMOTE, 19, 32), (LOCAL, 33, 60))


def back(**points: tuple[int, int]) -> Observation:
    """The return that a log has."""
    one = observation("cvm-recovery", "logs", span=(2, 33), host=A_HOST, **points)
    return replace(one, before=REMOTE, after=LOCAL, cvm="192.168.1.26")


BACK = back(fault=(5, 7), detected=(30, 30), terminated=(32, 32), repaired=(32, 33))


def test_a_host_that_was_home_again_does_not_return_from_its_failure() -> None:
    (_, told) = consistent([FAILED, BACK], [HOME])

    assert (told.kind, told.cvm, told.confidence) == ("unexplained", None, "low")
    assert Doubt("contradicted", instant="fault") in told.doubts
    assert "fault" not in told.points
    assert told.points["repaired"] == BACK.points["repaired"]


def test_a_host_that_was_not_home_in_between_returns() -> None:
    away = served((LOCAL, -30, 0), (REMOTE, 5, 32), (LOCAL, 33, 60))
    before = served((LOCAL, -30, 3), (REMOTE, 5, 32), (LOCAL, 33, 60))  # until the route came
    moment = served((LOCAL, -30, 0), (LOCAL, 12, 13), (REMOTE, 19, 32), (LOCAL, 33, 60))

    for service in (away, before, moment):
        assert consistent([FAILED, BACK], [service])[-1].kind == "cvm-recovery"
    assert consistent([FAILED, BACK], ())[-1].kind == "cvm-recovery"


def test_what_is_told_to_have_taken_it_away_again_is_what_it_returns_from() -> None:
    again = replace(injected(fault=(18, 19)), after=REMOTE)

    assert consistent([FAILED, again, BACK], [HOME])[-1].kind == "cvm-recovery"


def test_what_captures_alone_show_to_be_a_return_is_held_against_nothing() -> None:
    shown = replace(BACK.without("detected"), basis="wire")

    assert consistent([FAILED, shown], [HOME])[-1].kind == "cvm-recovery"
