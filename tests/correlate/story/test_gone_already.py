"""A failure that has its host go where it was already."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story.gone_already import without_gone_already
from analyzer.model.path import Path
from tests.correlate.made import observation
from tests.correlate.story.made import LOCAL

HERE, THERE = Path("remote", via="192.168.1.28"), Path("remote", via="192.168.1.27")


def injected(kind: str = "route-injection") -> Observation:
    one = observation("route-injection", "logs", fault=(1, 1), span=(1, 1))
    return replace(one, kind=kind, before=LOCAL, during=HERE, after=HERE)


def failed(after: Path = HERE, before: Path = LOCAL, *, found: bool = False) -> Observation:
    one = observation("cvm-failure", "logs", restored=(14, 14), span=(4, 14))
    told = replace(one, before=before, after=after)
    return told.at("detected", told.points["restored"]) if found else told


def test_the_host_went_there_by_the_fault_before() -> None:
    (told,) = without_gone_already([failed(), injected()])

    assert told.kind == "route-injection"
    assert told.points == injected().points


@pytest.mark.parametrize(
    ("before", "failure"),
    [
        pytest.param(injected(), failed(found=True), id="genesis-found-it"),
        pytest.param(injected(), failed(after=THERE), id="another-path"),
        pytest.param(injected(), failed(before=HERE), id="from-the-remote-path"),
        pytest.param(injected("unexplained"), failed(), id="not-known-before"),
        pytest.param(replace(injected(), after=LOCAL), failed(), id="it-was-back"),
        pytest.param(
            replace(injected(), after=Path("remote")), failed(after=Path("remote")), id="by-whom-is-not-known"
        ),
    ],
)
def test_else_both_stay(before: Observation, failure: Observation) -> None:
    assert without_gone_already([before, failure]) == [before, failure]
