"""A return is bounded by the failure that it ends."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story.returned import with_returns_after_failures
from analyzer.model.instant import SECOND
from tests.correlate.made import observation

FAILED = observation(fault=(20, 21), repaired=(30, 31))
BACK = observation("cvm-recovery", span=(4, 70), fault=(4, 58), repaired=(60, 61))


def begun(one: Observation) -> tuple[int, int, int]:
    fault = one.points["fault"].at
    return fault.least // SECOND, fault.most // SECOND, one.start // SECOND


@pytest.mark.parametrize("earlier", [[], [observation(fault=(2, 3), repaired=(5, 6))]], ids=["one", "two"])
def test_a_return_is_no_earlier_than_the_last_failure(earlier: list[Observation]) -> None:
    *_, back = with_returns_after_failures([*earlier, FAILED, BACK])

    assert begun(back) == (20, 58, 20)


@pytest.mark.parametrize(
    "failed",
    [
        pytest.param(observation(fault=(20, 21), repaired=(70, 71)), id="repaired-after-it"),
        pytest.param(observation(fault=(59, 60), repaired=(60, 60)), id="it-can-not-be"),
        pytest.param(observation("route-deletion", fault=(20, 21), repaired=(30, 31)), id="no-failure"),
        pytest.param(FAILED.without("fault"), id="begun-at-an-unknown-time"),
        pytest.param(replace(FAILED, clock="other"), id="on-another-clock"),
    ],
)
def test_else_it_stays(failed: Observation) -> None:
    assert with_returns_after_failures([failed, BACK])[1] == BACK
