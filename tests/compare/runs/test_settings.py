from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from analyzer.compare.runs.settings import comparable, differing
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import SettingName
from tests.compare.runs.made import one_test


def under(number: int = 0, **changed: object) -> ComparedTest:
    """A test under other conditions."""
    one = one_test(1, number)
    return replace(one, conditions=replace(one.conditions, **changed))


def names(tests: Sequence[ComparedTest]) -> list[tuple[str, tuple[SettingName, ...]]]:
    return [(one.test.name, one.names) for one in comparable(tests).left_out]


def test_runs_of_like_settings_are_comparable() -> None:
    tests = (under(0), under(1, program="9"))

    assert comparable(tests).tests == tests
    assert comparable(tests).left_out == ()
    assert comparable(()).tests == ()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("expectations", {"expectations": ()}),
        ("rules", {"rules": ("own.toml",)}),
        ("storage-address", {"storage_address": "192.168.9.2"}),
        ("host-private-address", {"host_private_address": "192.168.9.1"}),
        ("cvm-management-address", {"cvm_management_address": "192.168.9.254"}),
        ("nfs-port", {"nfs_port": 2050}),
    ],
)
def test_a_setting_that_differs_is_named(name: SettingName, changed: dict[str, object]) -> None:
    one, other = under(0), under(1, **changed)

    assert differing(one.conditions, other.conditions) == (name,)
    assert names([one, other]) == [("test-0", (name,))]


def test_most_runs_count_and_of_as_many_the_latest() -> None:
    others = {"rules": ("own.toml",), "nfs_port": 2050}

    assert names([under(0), under(1, **others), under(2)]) == [("test-1", ("rules", "nfs-port"))]
    assert names([under(0), under(1, **others)]) == [("test-0", ("rules", "nfs-port"))]


@pytest.mark.parametrize(
    ("periods", "left_out"),
    [
        ([(29, 31), (30, 33)], []),
        ([(29, 31), None], []),
        ([None, None], []),
        ([(29, 31), (59, 61)], ["test-0"]),
        ([(29, 31), (59, 61), (28, 30)], ["test-1"]),
        ([(29, 31), (31, 40), (40, 50)], ["test-0"]),
        ([(10, 50), (12, 14), (13, 20), (48, 49)], ["test-3"]),
    ],
    ids=["met", "one unknown", "unknown", "apart", "most", "the latest", "none that most hold"],
)
def test_check_periods_agree_where_one_fits_all(periods: list[tuple[int, int] | None], left_out: list[str]) -> None:
    tests = [
        under(number, check_period=period and Span(period[0] * SECOND, period[1] * SECOND))
        for number, period in enumerate(periods)
    ]

    assert names(tests) == [(name, ("check-period",)) for name in left_out]
