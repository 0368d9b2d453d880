"""A look after every run: what is told at which run, and that nothing that was told vanishes without a line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analyzer.compare.runs.looks import NEEDED, Found, looked, revised, watched
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import AsBefore, Change, Changed, Few, Known, Line, Looked, Series, Told
from tests.compare.drawn import between, exact, history, moved

REPAIR: Figure = ("cvm-failure", "repair")
DAY = 86_400 * SECOND


def series(durations: Sequence[Span], changes: Sequence[Change] = (), step: int | None = None) -> Series:
    runs = tuple(
        Looked(number=place, time=place * DAY, run=f"{place:064x}", span=span)
        for place, span in enumerate(durations, 1)
    )
    steps = () if step is None else ((runs[step].time, "AOS 6.8"),)
    return Series(figure=REPAIR, runs=runs, steps=steps, changes=tuple(changes))


def looks(durations: Sequence[Span], step: int | None = None) -> list[Found]:
    """A look after every run, each with what stood after the one before."""
    found: list[Found] = []
    for count in range(1, len(durations) + 1):
        standing = found[-1].series[0].changes if found else ()
        steps = step if step is not None and step < count else None
        told = revised(series(durations[:count], standing, steps))
        one = looked([series(durations[:count], told.standing, steps)], f"{count}")
        found.append(one._replace(lines=(*told.lines, *one.lines)))
    return found


def test_a_step_is_told_once_within_seven_runs_and_stands() -> None:
    before, after = history(1, 14), moved(history(2, 12), 5 * SECOND)
    found = looks([*before, *after])

    told = [place for place, one in enumerate(found, 1) if isinstance(one.outlook, Changed)]
    assert len(told) == 1
    assert 14 < told[0] <= 14 + 7
    (line,) = [line for one in found for line in one.lines]
    assert (line.said, line.change.direction, line.change.time // DAY) == ("found", "longer", 15)
    assert line.change.by.least > 0
    assert line.change.told_after == f"{told[0]}"
    assert found[-1].series[0].changes == (line.change,)
    assert isinstance(found[-1].outlook, Few | AsBefore)


def test_the_first_of_two_looks_says_perhaps() -> None:
    found = looks([*history(1, 14), *moved(history(2, 8), 5 * SECOND)])

    told = next(place for place, one in enumerate(found) if isinstance(one.outlook, Changed))
    assert found[told - 1].outlook == AsBefore(perhaps=(REPAIR,))
    assert not found[told - 1].lines


def test_few_runs_are_said_to_be_few_and_healthy_ones_as_before() -> None:
    found = looks(history(3, 20))

    assert found[NEEDED - 2].outlook == Few(NEEDED - 1, NEEDED)
    assert {one.outlook for one in found[NEEDED - 1 :]} == {AsBefore()}
    assert not [line for one in found for line in one.lines]


def test_a_step_that_people_explained_is_not_told() -> None:
    runs = [*history(1, 14), *moved(history(2, 14), 5 * SECOND)]
    found = looks(runs, step=14)

    assert not [line for one in found for line in one.lines]
    assert found[16].outlook == Few(3, NEEDED)
    assert found[-1].outlook == AsBefore()


def change(place: int) -> Change:
    return Change(figure=REPAIR, time=place * DAY, direction="longer", by=Span(SECOND, UNBOUNDED), told_after="then")


def test_a_change_that_is_found_no_more_is_withdrawn_by_a_line() -> None:
    told = change(8)

    assert revised(series(history(3, 24), [told])) == Told(
        lines=(Line(said="withdrawn", earlier=told.time, change=told),)
    )


def test_a_change_that_is_found_at_another_run_is_moved_by_a_line() -> None:
    runs = [*exact(*[1, 1.1, 1.2] * 4), *exact(*[9, 9.1, 9.2] * 4)]
    found = revised(series(runs, [change(7)]))

    (line,) = found.lines
    assert (line.said, line.earlier, line.change.time, line.change.told_after) == ("moved", 7 * DAY, 13 * DAY, "then")
    assert found.standing == (line.change,)


@pytest.mark.parametrize("step", [12, 13, 14], ids=["before", "at", "after"])
def test_a_change_that_people_explain_later_is_known_and_no_longer_stands(step: int) -> None:
    runs, told = [*history(1, 14), *moved(history(2, 14), 5 * SECOND)], change(14)

    assert revised(series(runs, [told], step)) == Told(known=(Known(change=told, step="AOS 6.8"),))


def test_a_step_elsewhere_explains_no_change() -> None:
    runs, told = [*history(1, 14), *moved(history(2, 14), 5 * SECOND)], change(15)

    assert revised(series(runs, [told], 20)) == Told(standing=(told,))


@pytest.mark.parametrize("place", [2, 14, 30], ids=["before most runs", "near", "after all"])
def test_a_change_that_nothing_can_be_said_of_stands(place: int) -> None:
    runs = [*exact(*[1, 1.1, 1.2] * 4), *exact(*[9, 9.1, 9.2] * 4)]
    told = change(place)

    assert revised(series(runs, [told])) == Told(standing=(told,))


def test_without_a_figure_there_is_nothing_to_compare() -> None:
    assert looked([], "now") == Found(Few(0, NEEDED), (), ())


def test_stages_are_watched_and_headlines_where_there_are_none() -> None:
    long, short = exact(1, 3), between((0.01, 0.05), (0, 1))
    every = [
        (("cvm-failure", "wait"), long),
        (("cvm-failure", "detect"), long),
        (("cvm-failure", "resume"), short),
        (("cvm-failure", "outage"), long),
        (("route-deletion", "outage"), long),
    ]
    assert watched(every) == (("cvm-failure", "detect"), ("route-deletion", "outage"))  # type: ignore[arg-type]
