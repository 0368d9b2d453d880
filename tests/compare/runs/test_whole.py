"""A whole comparison: groups made comparable, and compared with the first, the one before, or nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import Against, comparison, followed
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Group
from tests.compare.runs.made import OUTAGE, one_test

GROUPS = tuple(Group(name, (one_test(at, at),)) for at, name in enumerate("abc"))


@pytest.mark.parametrize(
    ("against", "pairs"),
    [("first", ["ab", "ac"]), ("before", ["ab", "bc"]), ("nothing", [])],
)
def test_what_groups_are_compared_with(against: Against, pairs: list[str]) -> None:
    found = comparison(Grouping(GROUPS), SECOND, against=against)

    assert [one.first.name + one.second.name for one in found.versus] == pairs
    assert found.tests == tuple(group.tests[0] for group in GROUPS)
    assert found.comparable


def test_tests_of_other_settings_are_left_out() -> None:
    other = one_test(9, 9)
    other = replace(other, conditions=replace(other.conditions, nfs_port=1))
    mixed = replace(GROUPS[1], tests=(*GROUPS[1].tests, other))

    found = comparison(Grouping((GROUPS[0], mixed)), SECOND)
    assert [(one.test, one.names) for one in found.left_out] == [(other, ("nfs-port",))]
    assert found.groups == GROUPS[:2]

    apart = comparison(Grouping((*GROUPS[:2], Group("other", (other,)))), SECOND)
    assert not apart.comparable
    assert [one.first.name + one.second.name for one in apart.versus] == ["ab"]


def test_clusters_that_are_compared_with_none_need_no_like_settings() -> None:
    odd = tuple(
        replace(one, conditions=replace(one.conditions, check_period=Span(10 * SECOND, 10 * SECOND)))
        for one in (one_test(1, 7), one_test(1, 8))
    )
    port = replace(odd[0], conditions=replace(odd[0].conditions, nfs_port=1))
    groups = (*GROUPS, Group("odd", (port, *odd)))

    found = comparison(Grouping(groups), SECOND, against="nothing")
    assert found.comparable
    assert [one.test for one in found.left_out] == [port]
    assert found.left_out[0].others == odd[-1].conditions
    assert found.groups == (*GROUPS, Group("odd", odd))
    assert not comparison(Grouping(groups), SECOND).comparable


def test_tests_without_a_time_are_not_followed() -> None:
    group = Group("a", (replace(one_test(1), time=None), one_test(2, 1)))

    found = followed(group)
    assert [(one.figure, len(one.spans)) for one in found.courses] == [(OUTAGE, 1)]
