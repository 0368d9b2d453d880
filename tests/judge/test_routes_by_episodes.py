"""When a host has a route to the storage address by its episodes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from analyzer.judge.routes_by_episodes import routes_by
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND
from tests.judge.test_unsettled import failed

FAILED, INJECTED, DELETED = (
    failed(),
    failed("route-injection", after="local"),
    failed("route-deletion", "remote"),
)
RECOVERED = failed("cvm-recovery", "remote", "local")
NEVER_REPAIRED = replace(FAILED, instants=FAILED.instants[:1], after=replace(FAILED.after, kind="dead"))


@pytest.mark.parametrize(
    ("episodes", "second", "may_be"),
    [
        pytest.param([FAILED], 1029, {False}, id="a failure until it is redirected"),
        pytest.param([FAILED], 1030, {False, True}, id="a failure as it is redirected"),
        pytest.param([FAILED], 5000, {True}, id="a failure from then on"),
        pytest.param([RECOVERED], 1029, {True}, id="a return until it is given back"),
        pytest.param([RECOVERED], 1031, {False}, id="a return from then on"),
        pytest.param([INJECTED], 999, {False}, id="before an injection"),
        pytest.param([INJECTED], 1001, {True}, id="injected"),
        pytest.param([INJECTED], 1031, {False}, id="after its repair"),
        pytest.param([DELETED], 999, {True}, id="before a deletion"),
        pytest.param([DELETED], 1001, {False}, id="deleted"),
        pytest.param([DELETED], 1031, {True}, id="after it is added again"),
        pytest.param([NEVER_REPAIRED], 999, {False}, id="before what is not known to be repaired"),
        pytest.param([NEVER_REPAIRED], 9000, {False, True}, id="after it"),
        pytest.param([replace(FAILED, kind="unexplained")], 1010, {False, True}, id="within what nothing explains"),
    ],
)
def test_of_one_host(episodes: Sequence[Episode], second: int, may_be: set[bool]) -> None:
    routes, at = routes_by([episodes]), second * SECOND

    assert {each for each in (True, False) if routes.may_be(at, at, route=each)} == may_be


def test_of_any_of_several_hosts() -> None:
    routes, at = routes_by([[FAILED], [INJECTED]]), 5000 * SECOND

    assert routes.may_be(at, at, route=True)
    assert routes.may_be(at, at, route=False)
