"""What the study must show: each line with its figure, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.accuracy.results.floor import Floor
from bench.compare_study.cells import Cell, percent, told
from bench.compare_study.study import Study
from bench.compare_study.whole_evidence import AMONG_ALL, ANY, MIXED

MOST_FALSE, MOST_FALSE_LIMIT = 0.05, 0.065
LEAST_COVERED, LEAST_COVERED_LIMIT = 0.95, 0.935
POWERS = (
    ("power", ("6 + 6", "1 s", "1 s", "+3 s"), 0.80, "+3 s with 6 + 6, stamps of 1 s on the parts"),
    ("power", ("4 + 4", "1 s", "1 s", "+5 s"), 0.75, "+5 s with 4 + 4, stamps of 1 s on the parts"),
    ("power without checks", ("10 + 10", "+10 s", "midrange"), 0.80, "+10 s with 10 + 10, no checks known"),
)
WHOLE_POWERS = (("4 + 4", "+5 s", 0.75), ("6 + 6", "+3 s", 0.80))
"""From end to end, of the stage that takes longer, among all figures at once."""
SOON = 0.75
LOOKS = 0.06
WITHIN = 7
NEAR = 0.2


def floors(study: Study) -> Iterator[Floor]:
    """Every line, in order."""
    yield _false("two groups, 16 pairs of evidence, three sizes", study.of("groups"))
    yield _false("change points, 16 changes of evidence halfway", study.of("change points"))
    yield _false("change points, evidence that differs from run to run", study.of("change points in turn"))
    for part, names, least, words in POWERS:
        (found,) = (one for one in study.of(part) if one.names == names)
        yield Floor(f"found in at least {percent(least)}: {words}", told(found), found.share >= least)
    yield _covered(study.of("interval"))
    for one in study.of("50 looks"):
        name = f"50 looks at a healthy history alarm in at most 6 % (evidence {' then '.join(one.names)})"
        yield Floor(name, told(one), one.share <= LOOKS)
    for one in study.of("whole looks"):
        name = f"from end to end, looks at a healthy history alarm in at most 6 % (evidence {one.names[0]})"
        yield Floor(name, told(one), one.share <= LOOKS)
    yield from _whole(study.of("whole groups"))
    yield from _told(study)
    for found, median in study.steps:
        name = f"a shift of +5 s after {found.names[0]} runs is found within 7 runs, in the median"
        yield Floor(name, f"{median:g} runs; within 7 in {told(found)}", median <= WITHIN)
    far = max(study.sizes, key=lambda one: abs(one.off))
    figure = f"at most {percent(abs(far.off))} off ({far.runs} + {far.runs}, checks {far.checks})"
    yield Floor("the printed smallest shift is within 20 % of simulation, in the median", figure, abs(far.off) <= NEAR)
    growing = study.growing
    name = f"no change point of {growing.histories} growing histories vanishes without its line"
    yield Floor(name, str(growing.vanished), growing.vanished == 0)


def _whole(cells: Sequence[Cell]) -> Iterator[Floor]:
    """Of figures that are asked at once."""
    if alike := [one for one in cells if one.names[-1] == ANY]:
        yield _false("from end to end, any of all figures of two groups that are asked at once", alike)
    of = {one.names: one for one in cells}
    for runs, shift, least in WHOLE_POWERS:
        if found := of.get((runs, shift, "all of it", AMONG_ALL)):
            name = f"found in at least {percent(least)}: {shift} with {runs}, from end to end, among all figures"
            yield Floor(name, told(found), found.share >= least)


def _told(study: Study) -> Iterator[Floor]:
    """What is told, and demanded of whole evidence alone: of a mix it stands with what could be found at best."""
    best = {(one.part, *one.names): one for one in study.cells}
    of = {one.names: one for one in study.of("whole groups")}
    for runs, shift, least in WHOLE_POWERS:
        if found := of.get((runs, shift, MIXED, AMONG_ALL)):
            name = f"found in {percent(least)}: {shift} with {runs}, from end to end, among all figures, mixed evidence"
            why = _at_best(
                best["at best, groups", runs, shift, MIXED],
                "by the true values of the runs that show it, no other figure",
            )
            yield Floor(name, told(found), found.share >= least, why)
    for found in study.of("whole steps"):
        after, evidence = found.names
        name = f"+5 s after {after} runs is told within 7 in {percent(SOON)}, from end to end ({evidence})"
        at_best = _at_best(best["at best, steps", after, evidence], "by true values, with no other figure looked at")
        yield Floor(name, told(found), found.share >= SOON, at_best if evidence == MIXED else "")


def _at_best(of: Cell, how: str) -> str:
    return f"{told(of)} at best, {how}"


def _false(what: str, cells: Sequence[Cell]) -> Floor:
    """At most 5 % in each cell: none is above beyond the doubt of its figure, and none's upper limit above 6.5 %."""
    worst = max(cells, key=lambda one: one.limits[1])
    holds = all(one.limits[0] <= MOST_FALSE and one.limits[1] <= MOST_FALSE_LIMIT for one in cells)
    return Floor(f"false alarms: {what}", f"at most {told(worst)} in {len(cells)} cells", holds)


def _covered(cells: Sequence[Cell]) -> Floor:
    worst = min(cells, key=lambda one: one.limits[0])
    holds = all(one.limits[1] >= LEAST_COVERED and one.limits[0] >= LEAST_COVERED_LIMIT for one in cells)
    return Floor("the interval of a shift holds it in 95 %", f"at least {told(worst)} in {len(cells)} cells", holds)
