"""A test as it is compared with others: what is known of it, under which conditions, and how long each stage took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from analyzer.model.about import About
from analyzer.model.episode import Verdict
from analyzer.model.instant import Span
from analyzer.model.measurement import KnownInstant, KnownMeasurement, Note
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.conditions import Conditions, conditions_of
from analyzer.model.run import Run

STEP = "step"
"""The label that marks a change from its test on as known and explained."""
CLEAR: frozenset[Note | None] = frozenset(
    {None, "no-pause", "calls-outstanding", "far-beyond-usual", "bounded-by-later", "not-over"}
)
"""Notes of figures whose Span holds the value all the same; others may be of something else."""


class ComparedTest(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A test by the run of it that counts. `run` is the run's key in a history, empty where it comes from a file;
    `name` is what it is called. `time` is when the test was made, ns since 1970 UTC (None: unknown).
    """

    run: str
    name: str
    time: int | None
    verdict: Verdict
    about: About
    conditions: Conditions
    durations: tuple[tuple[Figure, Span], ...]
    """One of each figure, ns, as the run has them."""

    @property
    def cluster(self) -> str:
        """The cluster that it is of; empty where nobody says so."""
        return self.about.cluster or ""

    @property
    def step(self) -> str:
        """What explains a change from this test on; empty where nothing was told."""
        return dict(self.about.labels).get(STEP, "")


def compared_test(run: Run, name: str) -> ComparedTest:
    """A run from a file that is called `name`."""
    return ComparedTest(
        run="",
        name=name,
        time=time_of_test(run),
        verdict=run.verdict,
        about=run.about,
        conditions=conditions_of(run),
        durations=longest(_figures(run)),
    )


def longest(figures: Iterable[tuple[Figure, Span]]) -> tuple[tuple[Figure, Span], ...]:
    """One duration of each figure: of several episodes of a kind in one run, which one fault may have made, what the
    longest of them may be.
    """
    found: dict[Figure, Span] = {}
    for figure, span in figures:
        before = found.get(figure, span)
        found[figure] = Span(max(before.least, span.least), max(before.most, span.most))
    return tuple(found.items())


def time_of_test(run: Run) -> int | None:
    """When the test was made (ns since 1970 UTC): its first instant that is known of an episode; else when the captures
    begin, else the other inputs. None where none has a time.
    """
    instants = [
        each.at.least for one in run.episodes for each in one.episode.instants if isinstance(each, KnownInstant)
    ]
    begun = [(source.kind != "capture", source.first.least) for source in run.sources if source.first is not None]
    return min(instants) if instants else min(begun)[1] if begun else None


def _figures(run: Run) -> Iterator[tuple[Figure, Span]]:
    for one in run.episodes:
        for measured in (*one.measurements, *one.stages):
            if isinstance(measured, KnownMeasurement) and measured.note in CLEAR:
                yield (one.episode.kind, measured.metric), measured.span
