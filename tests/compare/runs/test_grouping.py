"""Which tests belong together."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.compare.runs.grouping import around, beside, by, sides
from analyzer.model.over_time.compared_groups import Group
from analyzer.model.over_time.compared_test import ComparedTest
from tests.compare.runs.made import DAY, one_test

TESTS = (
    one_test(1, 0, cluster="a", aos_version="6.7", labels=(("site", "x"),)),
    one_test(1, 1, cluster="b", aos_version="6.8", esxi_version="8"),
    one_test(1, 2, cluster="a", aos_version="6.7"),
    one_test(1, 3),
)


def places(tests: tuple[ComparedTest, ...]) -> list[int]:
    return [TESTS.index(one) for one in tests]


@pytest.mark.parametrize(
    ("name", "groups", "apart"),
    [
        ("cluster", {"cluster a": [0, 2], "cluster b": [1]}, [3]),
        ("aos", {"AOS 6.7": [0, 2], "AOS 6.8": [1]}, [3]),
        ("esxi", {"ESXi 8": [1]}, [0, 2, 3]),
        ("version", {"AOS 6.7": [0, 2], "AOS 6.8, ESXi 8": [1]}, [3]),
        ("site", {"site x": [0]}, [1, 2, 3]),
        ("program", {f"autopath {TESTS[0].conditions.program}": [0, 1, 2, 3]}, []),
    ],
)
def test_by_what_is_told_of_them(name: str, groups: dict[str, list[int]], apart: list[int]) -> None:
    found = by(TESTS, name)

    assert {group.name: places(group.tests) for group in found.groups} == groups
    assert places(found.apart) == apart


def test_before_and_after_moments() -> None:
    unknown = replace(TESTS[1], time=None)
    found = around((*TESTS[:1], unknown, *TESTS[2:]), DAY, 2 * DAY, ("earlier", "later"))

    assert [(group.name, places(group.tests)) for group in found.groups] == [("earlier", [0]), ("later", [2, 3])]
    assert found.apart == (unknown,)


@pytest.mark.parametrize(("label", "baseline"), [("site", [0]), ("site=x", [0]), ("site=y", []), ("owner", [])])
def test_a_baseline_and_the_others(label: str, baseline: list[int]) -> None:
    first, second = beside(TESTS, label).groups

    assert places(first.tests) == baseline
    assert places(second.tests) == [at for at in range(4) if at not in baseline]


def test_a_test_with_evidence_of_both_sides_is_on_none() -> None:
    one, more, other, none = (
        replace(test, evidence=digests)
        for test, digests in zip(TESTS, (("a", "b"), ("b", "c"), ("d",), ()), strict=True)
    )
    found = sides(Group("A", (one, none)), Group("B", (more, other)))

    assert [group.tests for group in found.groups] == [(none,), (other,)]
    assert found.on_both == (one, more)
