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
from analyzer.model.over_time.looks import Line

Against: TypeAlias = Literal["first", "before", "nothing"]
"""What each group is compared with: the first one, the one before, or nothing but itself over time."""


def comparison(
    grouping: Grouping, size: int, over_time: Sequence[OverTime] = (), against: Against = "first"
) -> Comparison:
    """The groups compared; `size` is the largest difference that would not matter, ns; `over_time` is handed on."""
    found = comparable([test for group in grouping.groups for test in group.tests])
    kept = {id(test) for test in found.tests}
    groups = tuple(replace(one, tests=tuple(test for test in one.tests if id(test) in kept)) for one in grouping.groups)
    there = [one for one in groups if one.tests]
    return Comparison(
        size=size,
        groups=groups,
        versus=versus(_pairs(there, against), size),
        among=among_all(there) if against != "nothing" else (),
        over_time=tuple(over_time),
        apart=grouping.apart,
        left_out=found.left_out,
    )


def _pairs(groups: Sequence[Group], against: Against) -> list[tuple[Group, Group]]:
    match against:
        case "first":
            return [(groups[0], other) for other in groups[1:]]
        case "before":
            return [*pairwise(groups)]
        case "nothing":
            return []


def followed(group: Group, told: Sequence[Line] = (), *, showing: bool = True) -> OverTime:
    """The tests of a cluster over time, those whose time is known and whose settings are those of most; `told` is what
    earlier looks said; `showing`: with what so many runs would show.
    """
    tests = comparable([one for one in group.tests if one.time is not None]).tests
    return OverTime(group.name, courses(tests, showing=showing), tuple(told))
