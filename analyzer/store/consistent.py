"""What a run's document must not say of itself: each of its values is well typed, but they contradict each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.event import HealthyChecks
from analyzer.model.measurement import INSTANTS, KnownInstant
from analyzer.model.run import Run
from analyzer.store.document import Json

CHECKS_AT_MOST = 50_000_000
_MOST = 2**63
_LONG = re.compile(rb"9[2-9]\d{17}|\d{20}")


def contradiction(run: Run) -> str:
    """The first contradiction in a run, as what follows a colon; empty where there is none."""
    said = (*_of_series(run), *_of_checks(run), *map(_of_episode, run.episodes))
    return next(filter(None, said), "")


def too_large(data: bytes) -> bool:
    """Whether a document has an integer that 64 bits don't hold."""
    return _LONG.search(data) is not None and any(not -_MOST <= one < _MOST for one in _integers(json.loads(data)))


def _integers(value: Json) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _integers(one)


def _of_series(run: Run) -> Iterator[str]:
    for one in run.series:
        ends = (stretch.start + (len(stretch.replies) + 1) * one.width for stretch in one.runs)
        if one.width <= 0 or any(end >= _MOST for end in ends):
            yield f"a series of replies has bins of {one.width} ns"


def _of_checks(run: Run) -> Iterator[str]:
    """Checks that are told as one stand for no more than a log may hold."""
    for event in run.events:
        if isinstance(event.detail, HealthyChecks):
            numbers = (*event.detail.steps, *event.detail.apart)
            odd = any(not isinstance(one, int) and one[1] < 1 for one in numbers)
            if odd or not event.detail.lines or event.detail.count > CHECKS_AT_MOST:
                yield f"{event.detail.count} HA checks are told as one"
            elif event.detail.count != HealthyChecks(event.detail.lines, event.detail.apart, ()).count:
                yield "HA checks that are told as one have not as many distances in time as in lines"


def _of_episode(measured: MeasuredEpisode) -> str:
    episode, chart = measured.episode, measured.chart
    if tuple(one.name for one in episode.instants) != INSTANTS:
        return f"{episode.id} has not each of its instants once ({', '.join(INSTANTS)})"
    clocks = {one.at.clock for one in episode.instants if isinstance(one, KnownInstant)}
    clocks |= {at.clock for phase in measured.phases for at in (phase.start, phase.end)}
    if len(clocks) > 1:
        return f"the instants of {episode.id} are on several clocks ({', '.join(sorted(clocks))})"
    if chart and (chart.latency_width <= 0 or chart.end < chart.start):
        return f"the chart of {episode.id} has no extent"
    return ""
