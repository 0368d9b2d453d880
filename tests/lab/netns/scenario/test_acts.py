from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.lab.netns.scenario.acts import acts_of


def test_the_whole_story_has_every_fault() -> None:
    assert acts_of("whole-story") == ("route-injection", "cvm-failure", "route-deletion", "cvm-recovery")
    assert acts_of("cvm-failure+cvm-recovery") == ("cvm-failure", "cvm-recovery")


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param("earthquake", id="unknown"),
        pytest.param("cvm-failure+nfs-hang", id="needs-the-cvm-up"),
        pytest.param("healthy+route-deletion", id="needs-the-cvm-down"),
        pytest.param("cvm-recovery+cvm-recovery", id="returned-already"),
    ],
)
def test_acts_that_can_not_follow_are_refused(scenario: str) -> None:
    with pytest.raises(UsageError):
        acts_of(scenario)
