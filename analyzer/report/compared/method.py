"""How a comparison was computed, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.model.over_time.compared_groups import Among, Comparison
from analyzer.model.over_time.comparison import ORDERS, SEED, Groups, How
from analyzer.model.over_time.courses import Step
from analyzer.report.compared.lines import figure_title
from analyzer.report.words import amount, counted

HOW: dict[How, str] = {
    "every-split": "all splits of the runs into groups of their sizes",
    "sampled-splits": f"a sample of the splits, drawn by the seed {SEED}",
    "sampled-orders": f"a sample of the orders of the runs, drawn by the seed {SEED}",
    "model": f"draws from the model of the wait for a check, by the seed {SEED}",
    "normal": "the normal limit, as there are many runs",
}


RUNS = (
    "A run is known from the least to the most that each of its figures can be, and nothing is compared by the middle "
    "of that. Of several episodes of a kind in one run the longest counts."
)
GROUPS = (
    "Groups are compared by Wilcoxon-Mann-Whitney scores for such intervals and a permutation of the runs; where "
    "evidence is not alike a second test counts too. The interval of a difference is all shifts that this test does "
    "not reject at 5 %; for groups of more than 200 runs it is that of a sample of each, and what runs could show is "
    "then read from it."
)
AMONG = (
    "All figures share the level of 5 %, so that a false alarm of any of them is as rare as that. Four fifths has the "
    "stage of Genesis in which the runs of all groups, whosever they are, differ by the most seconds (where none is "
    "known, of the host's client): {first}. The others share "
    "the rest, where so few runs can use it; what is told hands its share on. The p-value among all is Holm's with "
    "these shares; what is shown by itself and not among all is a hint, to be held against further runs."
)
SEVERAL = "All groups among each other: Kruskal and Wallis's statistic of these scores, by"
MIDRANGE = "nobody saw the checks, so the processing in the detections is compared, by the middles between their ends."
CHANGE_POINTS = (
    "A change point is the place at which the runs before and after differ most, held against other orders of the "
    "runs, and looked for again on both sides; the p-value among all figures of a cluster is Holm's. Each cluster is "
    "followed by itself, and of 20 without a change one at most shows one by chance. Figures with too few runs to show "
    "one, whatever they are, do not count among all. What is not shown among all is a hint. What so many runs would "
    "show is a step in their middle, in 80 % of histories whose intervals lie as theirs do (of more than 30 runs, of "
    "30 of them; of more than 3 clusters, or 300 runs, it is not told). The orders are {orders:,}, "
    "drawn by the seed {seed}. The two sides of a known step are compared as two groups are, by all runs between it "
    "and the known steps before and after."
)


def _among(lines: Sequence[Groups]) -> Iterator[str]:
    """How several figures share the level."""
    if len({line.figure for line in lines}) > 1:
        yield AMONG.format(first=figure_title(max(lines, key=lambda line: line.share).figure))


def _drawn(begun: str, lines: Sequence[Groups | Among | Step], what: str = "figure") -> Iterator[str]:
    """What p-values are held against."""
    for how in dict.fromkeys(line.how for line in lines):
        mine = [line for line in lines if line.how == how]
        draws = max(line.draws for line in mine)
        yield f"{begun} {HOW[how]}{f' ({draws:,} at most)' if draws else ''}: {counted(len(mine), what)}."


def method(of: Comparison) -> Iterator[str]:
    """What was done, so that somebody can do it again."""
    yield RUNS
    yield "The curves are Turnbull's estimate (nonparametric maximum of likelihood)."
    lines = [line for one in of.versus for line in one.lines if isinstance(line, Groups)]
    if lines:
        yield GROUPS
        yield from _among(lines)
        yield f"A difference up to {amount(of.size)} would not matter (--matters)."
    yield from _drawn("p-values by", lines)
    yield from (f"{figure_title(line.figure)}: {MIDRANGE}" for line in lines if line.method == "midrange")
    yield from _drawn(SEVERAL, of.among)
    if of.over_time:
        yield CHANGE_POINTS.format(orders=ORDERS, seed=SEED)
        steps = [step for one in of.over_time for course in one.courses for step in course.steps]
        yield from _drawn(
            "p-values of change points by", [step for step in steps if not step.explained], "change point"
        )
        yield from _drawn("p-values of known steps by", [step for step in steps if step.explained], "step")
    yield "How often all of this is wrong is measured: docs/comparison.md of the program."
