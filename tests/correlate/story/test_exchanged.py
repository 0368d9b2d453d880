"""Another CVM serves the host than that to which Genesis added its route: somebody exchanged the route."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story import consistent
from analyzer.model.path import Path
from tests.correlate.story.made import failed

ADDED_TO, SERVED_BY = "192.168.1.28", "192.168.1.27"


def failure() -> Observation:
    """Genesis' route came at 30 s, and service from 60 s on."""
    found = failed(fault=(15, 16), repaired=(30, 31), restored=(60, 60))
    return replace(found, gateway=ADDED_TO, after=Path("remote", via=SERVED_BY))


def test_the_exchange_is_told_and_nobody_is_named() -> None:
    _, change = consistent([failure()], ())

    assert (change.kind, change.note, change.confidence) == ("unexplained", "no-author", "low")
    assert (change.before.via, change.after.via) == (ADDED_TO, SERVED_BY)
    told = change.points["fault"].at
    assert (told.least, told.most) == (failure().points["repaired"].at.least, failure().points["restored"].at.most)


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(replace(failure(), gateway=SERVED_BY), id="it-serves"),
        pytest.param(replace(failure(), gateway=None), id="to-whom-is-not-known"),
        pytest.param(replace(failure(), after=Path("remote")), id="who-serves-is-not-known"),
        pytest.param(replace(failure(), after=Path("local")), id="the-own-cvm-serves"),
        pytest.param(replace(failure(), adrift=True), id="at-no-known-time"),
        pytest.param(failure().without("repaired"), id="when-it-was-added-is-not-known"),
        pytest.param(failure().without("restored"), id="no-reply"),
        pytest.param(replace(failure(), kind="route-injection"), id="a-route-that-genesis-did-not-add"),
    ],
)
def test_else_there_is_none(one: Observation) -> None:
    assert len(consistent([one], ())) == 1
