"""A whole comparison: groups made comparable, compared pair by pair, and each cluster over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

from msgspec.structs import replace

from analyzer.compare.runs.comparison import among_all, versus
from analyzer.compare.runs.courses import courses
from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.settings import comparable
from analyzer.model.over_time.compared_groups import Comparison, Group, OverTime
from analyzer.model.over_time.looks import NOTHING_TOLD, Told

Against: TypeAlias = Literal["first", "before", "nothing"]
"""What each group is compared with: the first one, the one before, or nothing but itself over time."""


def comparison(
    grouping: Grouping, size: int, over_time: Sequence[OverTime] = (), against: Against = "first"
) -> Comparison:
    """The groups compared; `size` is the largest difference that would not matter, ns; `over_time` is handed on. Tests
    are to be of like settings as far as they are compared: those of a group that is compared with none, by itself.
    """
    apart = [one.tests for one in grouping.groups]
    pools = apart if against == "nothing" else [tuple(test for tests in apart for test in tests)]
    found = [comparable(tests) for tests in pools]
    kept = {id(test) for one in found for test in one.tests}
    groups = tuple(replace(one, tests=tuple(test for test in one.tests if id(test) in kept)) for one in grouping.groups)
    there = [one for one in groups if one.tests]
    return Comparison(
        size=size,
        groups=groups,
        versus=versus(_pairs(there, against), size),
        among=among_all(there) if against != "nothing" else (),
        over_time=tuple(over_time),
        apart=grouping.apart,
        on_both=grouping.on_both,
        left_out=tuple(left_out for one in found for left_out in one.left_out),
    )


def _pairs(groups: Sequence[Group], against: Against) -> list[tuple[Group, Group]]:
    match against:
        case "first":
            return [(groups[0], other) for other in groups[1:]]
        case "before":
            return [*pairwise(groups)]
        case "nothing":
            return []


def followed(group: Group, told: Told = NOTHING_TOLD, *, showing: bool = True) -> OverTime:
    """The tests of a cluster over time, those whose time is known and whose settings are those of most; `told` is what
    looks said of it; `showing`: with what so many runs would show.
    """
    tests = comparable([one for one in group.tests if one.time is not None]).tests
    return OverTime(group.name, courses(tests, showing=showing), told)
