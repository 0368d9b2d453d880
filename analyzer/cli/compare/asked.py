"""Which tests are compared: those of files and folders, or of the history, and in which groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, TypeVar

import click

from analyzer.cli.compare.places import tests_in
from analyzer.cli.history.listing import moment_given
from analyzer.cli.history.store import opened_store
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.compare.runs.grouping import Grouping
    from analyzer.compare.runs.whole import Against
    from analyzer.history.opening import Store
    from analyzer.model.over_time.compared_groups import Comparison, Group, OverTime
    from analyzer.model.over_time.compared_test import ComparedTest
    from analyzer.model.over_time.looks import Told

_SIDES = ("A", "B")
SHOWING, SHOWING_RUNS = 3, 300
"""Of so many histories, of so many runs together, it is told what they could show, which takes a second for each."""
MOST_GROUPS = 200
"""Two groups take seconds, and among more nothing would stand."""
_Command = TypeVar("_Command", bound=Callable[..., object])
_WAYS = (
    click.option("--cluster", "clusters", metavar="NAME", multiple=True, help="A cluster; given twice: compare them."),
    click.option("--by", metavar="NAME", help="Compare by version, aos, esxi, program, cluster, or a label's values."),
    click.option("--before", metavar="DATE", help="Compare tests made before then …"),
    click.option("--after", metavar="DATE", help="… with those made then or later; one of both is enough."),
    click.option("--baseline", metavar="LABEL", help="Compare tests that have it (NAME or NAME=VALUE) with others."),
)


class Ways(TypedDict):
    """What the options above give."""

    clusters: tuple[str, ...]
    by: str | None
    before: str | None
    after: str | None
    baseline: str | None


def ways(command: _Command) -> _Command:
    """Give a command the options that say which tests are compared, and in which groups."""
    for option in reversed(_WAYS):
        command = option(command)
    return command


class Asking(NamedTuple):
    """What the options of the command ask; `size` is the largest difference that would not matter, ns."""

    paths: tuple[Path, ...]
    store: str | None
    clusters: tuple[str, ...]
    by: str | None
    before: str | None
    after: str | None
    baseline: str | None
    size: int

    @property
    def ways(self) -> tuple[str, ...]:
        """The options that say which groups there are."""
        around = "--before and --after" if self.before or self.after else ""
        given = ("--by" if self.by else "", around, "--baseline" if self.baseline else "")
        return tuple(one for one in (*given, "--cluster twice" if len(set(self.clusters)) > 1 else "") if one)


def compared(asking: Asking) -> Comparison:
    """The comparison that is asked for; :class:`~analyzer.errors.UsageError` where it can't be."""
    from analyzer.compare.runs.whole import comparison

    if len(asking.ways) > 1:
        raise UsageError(f"{' and '.join(asking.ways)}: each says which groups there are; give one of them")
    if len(asking.paths) > len(_SIDES):
        raise UsageError(f"{len(asking.paths)} places: give one or two; put what belongs together into one folder")
    if len(asking.paths) == len(_SIDES) and not asking.ways:
        if asking.clusters:
            raise UsageError(
                "--cluster: A is compared with B, whatever cluster their runs are of; leave it out, or name one place"
            )
        sides = _sides(asking.paths)
        return comparison(sides, asking.size, _sides_over_time(sides))
    store = None if asking.paths else opened_store(asking.store)
    tests = _of_history(store, asking.clusters) if store else _of_places(asking)
    grouping, against = _grouping(asking, tests)
    return comparison(grouping, asking.size, _over_time(store, _by_cluster(tests)), against)


def _sides(paths: Sequence[Path]) -> Grouping:
    """Two places as two sides; what is on both is compared with nothing."""
    from analyzer.compare.runs.grouping import sides
    from analyzer.model.over_time.compared_groups import Group

    first, second = (Group(name, tests_in(path), str(path)) for name, path in zip(_SIDES, paths, strict=True))
    found = sides(first, second)
    if not all(group.tests for group in found.groups):
        same = "hold the same tests" if len(first.tests) + len(second.tests) > len(_SIDES) else "are the same test"
        raise UsageError(
            f"{first.whence} and {second.whence}: {same} (a capture or a log of it is in both), so there is nothing to "
            "compare; name different tests"
        )
    return found


def _of_places(asking: Asking) -> tuple[ComparedTest, ...]:
    """The tests of all places, each once, the earliest first; of the clusters that are named, where some are."""
    tests = list({one.evidence: one for path in asking.paths for one in tests_in(path)}.values())
    known = {one.cluster for one in tests}
    _refuse_unknown(asking.clusters, known - {""})
    chosen = [one for one in tests if not asking.clusters or one.cluster in asking.clusters]
    return tuple(sorted(chosen, key=lambda one: (one.time is not None, one.time or 0)))


def _of_history(store: Store, clusters: Sequence[str]) -> tuple[ComparedTest, ...]:
    from analyzer.history.compared import compared_tests
    from analyzer.history.queries import Asked
    from analyzer.history.queries import clusters as all_clusters

    _refuse_unknown(clusters, set(all_clusters(store)))
    if not clusters:
        return compared_tests(store, Asked())
    return tuple(one for name in dict.fromkeys(clusters) for one in compared_tests(store, Asked(cluster=name)))


def _refuse_unknown(asked: Sequence[str], known: set[str]) -> None:
    unknown = next((name for name in asked if name not in known), None)
    if unknown is None:
        return
    there = f"there are some of {', '.join(sorted(known))}" if known else "of no run does anything say its cluster"
    raise UsageError(f"--cluster {unknown}: no run is of that cluster; {there}")


def _grouping(asking: Asking, tests: Sequence[ComparedTest]) -> tuple[Grouping, Against]:
    """The groups, and what each is compared with."""
    from analyzer.compare.runs import grouping

    if not tests:
        raise UsageError("there is no test to compare; record some (`autopath analyze --record`), or import some")
    if asking.by == "cluster" or len(set(asking.clusters)) > 1:
        found = grouping.by(tests, "cluster")
        return _two_at_least(found, "cluster"), "first"
    if not asking.ways:
        return _by_cluster(tests), "nothing"
    _refuse_several(asking, tests)
    if asking.by:
        return _two_at_least(grouping.by(tests, asking.by), asking.by), "before"
    if asking.baseline:
        found = grouping.beside(tests, asking.baseline)
        if not found.groups[0].tests:
            raise UsageError(f"--baseline {asking.baseline}: no test has this label; see `autopath history list`")
        if not found.groups[1].tests:
            raise UsageError(
                f"--baseline {asking.baseline}: every test has this label, so there is no other to compare with them; "
                "give a label that some have"
            )
        return found, "first"
    return _around(asking, tests), "first"


def _around(asking: Asking, tests: Sequence[ComparedTest]) -> Grouping:
    from analyzer.compare.runs.grouping import around

    first, second = asking.before or asking.after, asking.after or asking.before
    before, after = moment_given("--before", first) or 0, moment_given("--after", second) or 0
    if after < before:
        raise UsageError(
            f"--before {first} --after {second}: tests between them would be in both groups; let --after be no earlier"
        )
    found = around(tests, before, after, (f"before {first}", f"from {second} on"))
    empty = next((group.name for group in found.groups if not group.tests), "")
    if empty:
        raise UsageError(f"no test was made {empty}; see `autopath history list`")
    return found


def _two_at_least(found: Grouping, name: str) -> Grouping:
    if len(found.groups) > MOST_GROUPS:
        raise UsageError(
            f"--by {name}: {len(found.groups):,} groups are more than are compared at once ({MOST_GROUPS}); take a "
            "label with fewer values, or name clusters with --cluster"
        )
    if len(found.groups) > 1:
        return found
    there = found.groups[0].name if found.groups else "nothing says it of any test"
    raise UsageError(f"--by {name}: there are no two groups to compare ({there})")


def _refuse_several(asking: Asking, tests: Sequence[ComparedTest]) -> None:
    """Versions and dates are compared within a cluster, as clusters differ by themselves."""
    clusters = sorted({one.cluster for one in tests} - {""})
    if len(clusters) > 1:
        raise UsageError(
            f"{asking.ways[0]}: there are several clusters, which differ by themselves; name one with --cluster "
            f"({', '.join(clusters)})"
        )


def _by_cluster(tests: Sequence[ComparedTest]) -> Grouping:
    """The tests of each cluster, and those of which nobody says it as one more."""
    from analyzer.compare.runs.grouping import Grouping, by
    from analyzer.model.over_time.compared_groups import Group

    found = by(tests, "cluster")
    unknown = (Group("cluster unknown", found.apart),) if found.apart else ()
    return Grouping((*found.groups, *unknown))


def _over_time(store: Store | None, grouping: Grouping) -> tuple[OverTime, ...]:
    from analyzer.compare.runs.whole import followed

    groups = [group for group in grouping.groups if group.tests]
    showing = len(groups) <= SHOWING and sum(len(group.tests) for group in groups) <= SHOWING_RUNS
    return tuple(followed(group, _told(store, group), showing=showing) for group in groups)


def _sides_over_time(sides: Grouping) -> tuple[OverTime, ...]:
    """Those sides over time that have enough runs to show something."""
    from msgspec.structs import replace

    from analyzer.compare.change_points import LEAST_RUNS

    long = tuple(one for one in sides.groups if len(one.tests) >= 2 * LEAST_RUNS)
    return _over_time(None, replace(sides, groups=long))


def _told(store: Store | None, group: Group) -> Told:
    """What looks told of a cluster, which has these tests in the history."""
    from analyzer.cli.history.looking import told_of
    from analyzer.model.over_time.looks import NOTHING_TOLD

    cluster = group.tests[0].cluster
    return told_of(store, cluster, group.tests) if store and cluster else NOTHING_TOLD
