"""A capture whose clock was set back: its frames keep their order, and one out of its place is no step."""

from __future__ import annotations

import pytest

from analyzer.correlate.captures.set_back import in_file_order
from analyzer.model.event import MacTraffic
from analyzer.model.instant import SECOND
from tests.correlate import scenes
from tests.correlate.builder import PEER_ETH0, VMK0, Capture, evidence, ns


def capture(*seconds: int) -> Capture:
    """A second of frames of two machines from each of these seconds on, in this order; 40 frames a second."""
    found = Capture()
    for second in seconds:
        for mac in (VMK0, PEER_ETH0):
            found.speaks(mac, None, second * 1_000, second * 1_000 + 900)
            found.number += 10
    return found
from msgspec.structs import replace

from analyzer.correlate.captures.set_back import SetBack, in_file_order, pause_at
from analyzer.model.instant import SECOND
from tests.correlate import scenes
from tests.correlate.builder import OUTSIDE, Capture, evidence


def test_a_capture_in_order_is_left_alone() -> None:
    given = evidence(*scenes.failure())

    found, steps = in_file_order(given)

    assert found is given
    assert steps == {}


@pytest.mark.parametrize("back", [5, 20, 300, 3_599])
def test_what_follows_a_step_is_read_as_early_as_its_order_allows(back: int) -> None:
    before, after = range(4_000, 4_010), range(4_010 - back, 4_020 - back)
@pytest.mark.parametrize(("frames", "steps"), [(30, 0), (80, 1)], ids=["too few frames", "a step"])
def test_stamps_that_go_back_are_a_step_where_there_are_enough(frames: int, steps: int) -> None:
    """The second half of a capture begins 20 s before its first half ended."""
    capture = Capture()
    for begin in (0, (frames - 20) * 1_000):
        for ms in range(0, frames * 1_000, 1_000):
            capture.control("SYN", OUTSIDE, begin + ms)
    given = replace(evidence(capture), backward=((capture.source, 20 * SECOND),))

    _, found = in_file_order(given)

    assert len(found.get(capture.source, ())) == steps


def test_what_comes_after_a_step_may_be_later() -> None:
    steps = (SetBack(10, 5, 2), SetBack(20, 5, 3))

    found, steps = in_file_order(evidence(capture(*before, *after)))

    (step,) = steps["span.pcap"]
    assert (step.frame, -(-step.back // SECOND)) == (401, back)
    first = min(event.at.least for event in found.of(MacTraffic) if event.origin.number == 401)
    assert ns(4_009_900) <= first <= ns(4_010_000)


def test_twice() -> None:
    _, steps = in_file_order(evidence(capture(*range(100, 110), *range(90, 100), *range(80, 90))))

    assert len(steps["span.pcap"]) == 2


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param((*range(100, 110), 105, *range(110, 120)), id="one-out-of-its-place"),
        pytest.param((*range(4_000, 4_010), *range(100, 110)), id="another-captures-frames"),
        pytest.param((10, 9, 8, 7, 6, 5), id="in-no-order"),
        pytest.param((10, 5), id="few-frames"),
    ],
)
def test_no_step(seconds: tuple[int, ...]) -> None:
    assert in_file_order(evidence(capture(*seconds)))[1] == {}
