"""Which tests belong together: by cluster, by version or label, before and after a date, or beside a baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from analyzer.model.over_time.compared_groups import Group
from analyzer.model.over_time.compared_test import ComparedTest

VERSION = "version"
VERSIONS = {"aos": "AOS", "esxi": "ESXi"}
PROGRAM = "program"


class Grouping(msgspec.Struct, frozen=True):
    """The groups in the order in which their first tests were made, the tests of which nothing says to which group
    they belong, and those that were on both of two sides.
    """

    groups: tuple[Group, ...]
    apart: tuple[ComparedTest, ...] = ()
    on_both: tuple[ComparedTest, ...] = ()


def by(tests: Sequence[ComparedTest], name: str) -> Grouping:
    """By `cluster`, `version` (AOS and ESXi), `aos`, `esxi`, `program` (that analysed them), or a label's value."""
    return _grouped(tests, lambda test: group_of(test, name))


def group_of(test: ComparedTest, name: str) -> str:
    """What the test's group is called; empty where nothing says to which it belongs."""
    about = test.about
    versions = {"aos": about.aos_version, "esxi": about.esxi_version}
    if name == "cluster":
        return test.cluster and f"cluster {test.cluster}"
    if name == VERSION:
        return ", ".join(f"{VERSIONS[each]} {value}" for each, value in versions.items() if value)
    if name in versions:
        return f"{VERSIONS[name]} {versions[name]}" if versions[name] else ""
    if name == PROGRAM:
        return f"autopath {test.conditions.program}"
    value = dict(about.labels).get(name, "")
    return value and f"{name} {value}"


def around(tests: Sequence[ComparedTest], before: int, after: int, words: tuple[str, str]) -> Grouping:
    """Those made before one moment, and those made at another or later (ns since 1970 UTC), called by these words."""
    timed = [(one, one.time) for one in tests if one.time is not None]
    earlier = tuple(one for one, time in timed if time < before)
    later = tuple(one for one, time in timed if time >= after)
    apart = tuple(one for one in tests if one.time is None)
    return Grouping((Group(words[0], earlier), Group(words[1], later)), apart)


def beside(tests: Sequence[ComparedTest], label: str) -> Grouping:
    """Those with a label (NAME, or NAME=VALUE), and the others."""
    name, equals, value = label.partition("=")

    def has(test: ComparedTest) -> bool:
        found = dict(test.about.labels).get(name)
        return found is not None and (not equals or found == value)

    baseline = tuple(one for one in tests if has(one))
    others = tuple(one for one in tests if not has(one))
    return Grouping((Group(f"baseline {label}", baseline), Group("the rest", others)))


def sides(first: Group, second: Group) -> Grouping:
    """Two sides, but for the tests that are on both: nothing is compared with itself."""
    both = _evidence(first.tests) & _evidence(second.tests)
    one, other = (tuple(test for test in side.tests if both.isdisjoint(test.evidence)) for side in (first, second))
    on_both = tuple(test for test in (*first.tests, *second.tests) if not both.isdisjoint(test.evidence))
    return Grouping((replace(first, tests=one), replace(second, tests=other)), on_both=on_both)


def _evidence(tests: Sequence[ComparedTest]) -> frozenset[str]:
    return frozenset(digest for one in tests for digest in one.evidence)


def _grouped(tests: Sequence[ComparedTest], name_of: Callable[[ComparedTest], str]) -> Grouping:
    found: dict[str, list[ComparedTest]] = {}
    for one in tests:
        found.setdefault(name_of(one), []).append(one)
    apart = tuple(found.pop("", ()))
    return Grouping(tuple(Group(name, tuple(each)) for name, each in found.items()), apart)
