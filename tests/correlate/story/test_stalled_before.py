"""A failure just after a stall, by captures alone."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story.stalled_before import with_stalls_before
from analyzer.model.instant import SECOND
from analyzer.model.path import Path
from tests.correlate.made import observation
from tests.correlate.story.made import LOCAL, REMOTE


def stall(until: int = 23, after: Path = LOCAL) -> Observation:
    one = observation("unexplained", fault=(1, 2), restored=(until, until), span=(1, until))
    return replace(one, before=LOCAL, after=after)


def failed(basis: Literal["wire", "logs"] = "wire", begun: int = 24) -> Observation:
    one = observation("cvm-failure", basis, fault=(begun, begun), repaired=(begun + 2, begun + 2), span=(begun, 27))
    return replace(one, before=LOCAL, after=REMOTE)


@pytest.mark.parametrize(
    ("before", "failure", "least"),
    [
        pytest.param(stall(), failed(), 1, id="just-before"),
        pytest.param(stall(), failed(begun=60), 60, id="long-before"),
        pytest.param(stall(), failed("logs"), 24, id="a-log-has-the-check"),
        pytest.param(stall(after=REMOTE), failed(), 24, id="of-another-path"),
        pytest.param(stall(), replace(failed(), before=REMOTE), 24, id="of-the-remote-path"),
        pytest.param(stall(until=25), failed(), 24, id="not-before"),
    ],
)
def test_a_failure_may_have_begun_with_the_stall_before_it(
    before: Observation, failure: Observation, least: int
) -> None:
    told = with_stalls_before([before, failure])

    assert told[0] is before
    assert told[1].points["fault"].at.least == least * SECOND
    assert told[1].points["fault"].at.most == failure.points["fault"].at.most
