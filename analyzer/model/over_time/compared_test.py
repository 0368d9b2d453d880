"""A test as it is compared with others: what is known of it, under which conditions, and how long each stage took."""

from __future__ import annotations

import msgspec

from analyzer.model.about import About
from analyzer.model.episode import Verdict
from analyzer.model.instant import Span
from analyzer.model.measurement import KnownInstant
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.conditions import Conditions
from analyzer.model.run import Run

STEP = "step"
"""The label that marks a change from its test on as known and explained."""


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
    report: str = ""
    """Where its report lies, as a path; empty where none is known."""
    evidence: tuple[str, ...] = ()
    """The digests of what is of this test alone: another with one of them is the same test. Empty for a run of a
    history, which has each test once."""

    @property
    def cluster(self) -> str:
        """The cluster that it is of; empty where nobody says so."""
        return self.about.cluster or ""

    @property
    def step(self) -> str:
        """What explains a change from this test on; empty where nothing was told."""
        return dict(self.about.labels).get(STEP, "")


def time_of_test(run: Run) -> int | None:
    """When the test was made (ns since 1970 UTC): its first instant that is known of an episode; else when the captures
    begin, else the other inputs. None where none has a time.
    """
    instants = [
        each.at.least for one in run.episodes for each in one.episode.instants if isinstance(each, KnownInstant)
    ]
    begun = [(source.kind != "capture", source.first.least) for source in run.sources if source.first is not None]
    return min(instants) if instants else min(begun)[1] if begun else None
