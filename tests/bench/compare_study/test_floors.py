from __future__ import annotations

import pytest
from msgspec.structs import replace

from bench.accuracy.results.page import lines
from bench.compare_study.cells import Cell
from bench.compare_study.floors import floors
from bench.compare_study.looks import Growing
from bench.compare_study.sizes import Size
from bench.compare_study.study import Study
from bench.compare_study.whole_evidence import AMONG_ALL, ANY, MIXED

RIGHT = Study(
    cells=(
        Cell("groups", ("6 + 6", "1 s", "1 s"), 160, 4000),
        Cell("change points", ("10", "1 s", "1 s"), 200, 4000),
        Cell("change points in turn", ("10", "exact, 1 s"), 200, 4000),
        Cell("power", ("6 + 6", "1 s", "1 s", "+3 s"), 3300, 4000),
        Cell("power", ("4 + 4", "1 s", "1 s", "+5 s"), 3100, 4000),
        Cell("power without checks", ("10 + 10", "+10 s", "midrange"), 3300, 4000),
        Cell("interval", ("6 + 6", "1 s", "1 s"), 3820, 4000),
        Cell("50 looks", ("1 s", "1 s"), 100, 4000),
        Cell("whole groups", ("6 + 6", "none", "all of it", ANY), 60, 1500),
        Cell("whole groups", ("4 + 4", "+5 s", "all of it", AMONG_ALL), 290, 300),
        Cell("whole groups", ("6 + 6", "+3 s", "all of it", AMONG_ALL), 250, 300),
    ),
    widths=(),
    steps=((Cell("found soon", ("20", "+5 s"), 900, 1000), 6.0),),
    growing=Growing(10, (("found", 3),), 0),
    sizes=(Size(6, "seen", 3000, (2500, 2900, 3300)),),
)


def broken(study: Study) -> list[str]:
    return [one.name for one in floors(study) if not one.holds]


def test_all_hold() -> None:
    assert broken(RIGHT) == []


@pytest.mark.parametrize(
    ("place", "hits", "name"),
    [
        (0, 240, "false alarms: two groups"),
        (1, 240, "false alarms: change points"),
        (2, 240, "false alarms: change points, evidence that differs from run to run"),
        (3, 3100, "found in at least 80.0 %: +3 s"),
        (4, 2900, "found in at least 75.0 %: +5 s"),
        (5, 3100, "found in at least 80.0 %: +10 s"),
        (6, 3740, "the interval of a shift"),
        (7, 250, "50 looks"),
        (8, 90, "false alarms: from end to end"),
        (9, 220, "found in at least 75.0 %: +5 s with 4 + 4, from end to end"),
        (10, 220, "found in at least 80.0 %: +3 s with 6 + 6, from end to end"),
    ],
)
def test_a_cell_that_is_not_as_it_must_be(place: int, hits: int, name: str) -> None:
    cells = [replace(one, hits=hits) if at == place else one for at, one in enumerate(RIGHT.cells)]
    (found,) = broken(replace(RIGHT, cells=tuple(cells)))

    assert found.startswith(name)


def test_the_others() -> None:
    late = replace(RIGHT, steps=((RIGHT.steps[0][0], 8.0),))
    lost = replace(RIGHT, growing=Growing(10, (), 1))
    far = replace(RIGHT, sizes=(Size(6, "seen", 3000, (2000, 2300, 2500)),))

    assert [len(broken(one)) for one in (late, lost, far)] == [1, 1, 1]


def test_what_is_not_reached_is_told_with_what_could_be_at_best() -> None:
    cells = (
        *RIGHT.cells,
        Cell("whole groups", ("4 + 4", "+5 s", MIXED, AMONG_ALL), 55, 300),
        Cell("at best, groups", ("4 + 4", "+5 s", MIXED), 326, 2000),
        Cell("whole steps", ("20", MIXED), 39, 60),
        Cell("at best, steps", ("20", MIXED), 52, 60),
    )
    groups, steps = (one for one in floors(replace(RIGHT, cells=cells)) if not one.holds)

    assert groups.why.startswith("16.3 % (")
    assert (steps.figure[:6], steps.why[:6]) == ("65.0 %", "86.7 %")
    assert "no: 16.3 %" in lines([groups])


def test_of_whole_evidence_a_change_must_be_told_soon() -> None:
    cells = (
        *RIGHT.cells,
        Cell("whole steps", ("20", "all of it"), 39, 60),
        Cell("at best, steps", ("20", "all of it"), 60, 60),
    )
    (steps,) = (one for one in floors(replace(RIGHT, cells=cells)) if not one.holds)

    assert steps.why == ""
    assert "**no**" in lines([steps])
