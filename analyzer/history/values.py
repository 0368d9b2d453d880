"""What the store hands out: frozen values, without a database behind them."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.about import About
from analyzer.model.episode import EpisodeKind, Verdict
from analyzer.model.instant import Span
from analyzer.model.measurement import Note
from analyzer.model.over_time.conditions import Conditions
from analyzer.model.run import Acceptable

SHOWN = 12
"""Letters of a key that are shown; any beginning that only one has names it."""

Outcome = Literal["new-test", "newer-run", "older-run", "known", "mended"]
"""What became of a run that was to be stored. `new-test`: it is the first of its test; `newer-run`: of a test that was
there, and counts now; `older-run`: it is kept, and another of its test counts; `known`: it was there, and nothing is
changed; `mended`: it was there with a document that was damaged, and has this one now.
"""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What is acknowledged: it is on the disk. `tests` is how many of the cluster there are now; `shares` are runs that
    count, of other tests that have evidence in common with this one. `said`: the
    cluster that the run says itself, None where it says none; `redacted`: its names are replaced.
    """

    outcome: Outcome
    run: str
    test: str
    cluster: str
    tests: int
    shares: tuple[str, ...] = ()
    said: str | None = None
    redacted: bool = False


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A test, by the run of it that counts. `time` is when the test was made, ns since 1970 UTC (None where no evidence
    has a time); `about` is what its runs say and what was told later; `runs` is how many analyses of it there are.
    """

    run: str
    test: str
    cluster: str
    time: int | None
    runs: int
    program: str
    redacted: bool
    case: str
    verdict: Verdict
    acceptable: Acceptable
    about: About


class Figure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A duration of one episode of the run that counts of a test: `name` is a stage's or a metric's; the span in ns;
    `note` is what qualifies it.
    """

    run: str
    time: int | None
    episode: int
    kind: EpisodeKind
    name: str
    stage: bool
    span: Span
    note: Note | None = None


class RunOfTest(msgspec.Struct, frozen=True, kw_only=True):
    """One analysis of a test; `counts`: it is the one that a history shows."""

    run: str
    program: str
    redacted: bool
    verdict: Verdict
    counts: bool
    conditions: Conditions
