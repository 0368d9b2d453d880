"""Findings that nothing in the truth accounts for. Codes whose cause the truth does not tell are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.run import Run
from analyzer.model.truth import Truth
from bench.accuracy.clocks import Dials

NEVER = ("AP104", "AP301", "AP402")  # no router redirects, every line has its rule, every file is whole
CLOCKS = ("AP203", "AP204")


def unfounded(truth: Truth, run: Run, dials: Dials) -> tuple[str, ...]:
    """The codes of such findings, in order, each as often as it was told."""
    told = [one.code for one in run.findings]
    told += [one.code for episode in run.episodes for one in episode.findings]
    return tuple(sorted(code for code in told if code in set(_baseless(truth, run, dials))))


def _baseless(truth: Truth, run: Run, dials: Dials) -> Iterator[str]:
    """The codes that would be wrong here."""
    kinds = {one.kind for one in truth.episodes}
    yield from NEVER
    if not kinds & {"route-injection", "route-deletion"}:
        yield "AP101"
    if not any("power" in one.name for one in truth.events):
        yield "AP105"
    if not kinds:
        yield "AP102"
    if all(_right(dials, clock.clock) for clock in run.clocks) and len({c.ahead for c in truth.clocks}) <= 1:
        yield from CLOCKS


def _right(dials: Dials, name: str) -> bool:
    """Whether a clock shows what it should, and does not drift."""
    clock = dials.clock(name)
    return clock is None or (clock.drift == 0 and dials.reads(name, clock.since) == clock.since)
