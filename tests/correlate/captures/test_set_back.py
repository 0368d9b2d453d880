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


def test_a_capture_in_order_is_left_alone() -> None:
    given = evidence(*scenes.failure())

    found, steps = in_file_order(given)

    assert found is given
    assert steps == {}


@pytest.mark.parametrize("back", [5, 20, 300, 3_599])
def test_what_follows_a_step_is_read_as_early_as_its_order_allows(back: int) -> None:
    before, after = range(4_000, 4_010), range(4_010 - back, 4_020 - back)

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
