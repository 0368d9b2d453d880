"""What a host's frames and questions say of its route: until when it was certainly in place."""

from __future__ import annotations

from dataclasses import replace

from analyzer.correlate.wire.change import ON_ITS_WAY, PROBED, RESOLVED, routed_until
from analyzer.correlate.wire.traffic import FrameRun
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin
from tests.correlate import scenes
from tests.correlate.builder import LOCAL, PRIVATE, STORAGE, VMK1, known, only

BEGIN = 1_000 * SECOND


def asks(*spans: tuple[int, int]) -> list[FrameRun]:
    """Runs of questions from and to so many seconds after `BEGIN`."""
    here = Origin("vmk1.pcap", 1)
    return [
        FrameRun(BEGIN + first * SECOND, BEGIN + last * SECOND, here, here, last - first + 1) for first, last in spans
    ]


def test_three_questions_may_be_to_one_who_was_known_and_so_of_a_packet_long_ago() -> None:
    assert routed_until(asks((20, 22))) == BEGIN + 22 * SECOND - PROBED


def test_questions_that_go_on_are_of_a_packet_just_before() -> None:
    assert routed_until(asks((20, 22), (23, 25))) == BEGIN + 25 * SECOND - RESOLVED
    assert routed_until(asks((20, 23))) == BEGIN + 23 * SECOND - RESOLVED


def test_no_question_says_nothing() -> None:
    assert routed_until([]) is None


def test_a_route_may_be_back_before_the_last_question_inside() -> None:
    """A kernel asks the dead CVM that it knew 5 s after its last frame, whatever the route is by then."""
    span, vmk1 = scenes.deletion(deleted=37_000, back_at=50_300)
    vmk1.events[:] = []
    vmk1.sends(LOCAL, 37_400, 45_700, "frame")
    vmk1.sends(LOCAL, 37_600, 45_700, "retransmission")
    vmk1.asks(VMK1, PRIVATE, STORAGE, 49_600, 51_600)

    repaired = known(only(span, replace(vmk1, source="vmk1.pcap")))["repaired"].at

    assert repaired.least == vmk1.at(45_700).least - ON_ITS_WAY
