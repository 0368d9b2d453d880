"""A capture in which nobody is heard for long: its clock may have been set forward there.

Where machines that talk all the time pause all at once, and all go on at once, no frame tells how long it lasted: the
clock was set, or the device lost frames. What follows is read as if it had come at once, and may be as late as it is
stamped. A capture that is silent all through another one's pause may be the same device's.

A capture of an internal switch has but two machines, and what stops them is just what is looked for: there nothing
tells a clock that was set from a silence; nor in one in which they hardly talk, such as one of a single port of an idle
host: what its usual silences are is not known. But where another capture began with it and ended long before it, a
silence that is hardly longer than that is a clock that was set: else it ends with the other, without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from analyzer.correlate.captures.clock_set import ClockSet, Steps, in_order_of
from analyzer.correlate.timing import FAILOVER
from analyzer.model.event import MacTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND

LEAST = 2_500 * MILLISECOND  # a network with CVMs is not silent for so long
USUAL = 2  # nor that many times its usual silence
OFTEN = 3  # a clock is set no more often while a test is recorded
KNOWN = 30 * SECOND  # a capture shows its usual silences in so long a time, the pauses aside: a period of health checks
TALKERS = 3  # a fault can stop one machine and who talks to it, and not a third
NEAR = 10 * SECOND  # they are heard this shortly before a pause, and after it
TOGETHER = 5 * SECOND  # captures of one test that are begun together begin so near
LONG = FAILOVER  # a network with but two that talk is not silent for so long
FAR_LATER = 600 * SECOND  # no capture is left to run on for so long by mistake, in the midst of a stay elsewhere
PART = 20  # nor is what is left of such a silence, without that, but one in so many of it
EDGES = 2 * SECOND  # so long, both ends together, a capture may be silent for itself before and after


class _Run(msgspec.Struct, frozen=True, gc=False):
    """Frames that one MAC sent without a pause: the first one's number, and their first and last instant, ns."""

    mac: str
    frame: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Pause:
    """Nobody was heard from `first` to `last`, ns; `frame` is the next one."""

    first: int
    last: int
    frame: int

    @property
    def length(self) -> int:
        """How long it lasted by the stamps, ns."""
        return self.last - self.first


def without_pauses(evidence: Evidence) -> tuple[Evidence, Steps]:
    """The evidence with what follows such a pause moved to its begin; and these steps, by capture."""
    runs = _runs(evidence)
    pauses = {name: _pauses(some) for name, some in runs.items()}
    found = {name: _telling(runs[name], some) or _outlasting(name, runs, some) for name, some in pauses.items()}
    if not any(found.values()):
        return evidence, {}
    every = [pause for some in found.values() for pause in some]
    steps = {
        name: tuple(
            ClockSet(frame, -length, length)
            for frame, length in sorted(
                {(one.frame, min(one.length, other.length)) for one in some for other in every if _both(one, other)}
            )
        )
        for name, some in pauses.items()
    }
    steps = {name: some for name, some in steps.items() if some}
    return in_order_of(steps, evidence), steps


def _runs(evidence: Evidence) -> Mapping[str, Sequence[_Run]]:
    """Who was heard in each capture that is one file, in order of time."""
    ringed = {name for ring in evidence.rings for name in ring}
    found: dict[str, list[_Run]] = {}
    for event in evidence.of(MacTraffic):
        detail, name = event.detail, event.origin.source
        if isinstance(detail, MacTraffic) and name not in ringed:
            run = _Run(detail.mac, event.origin.number, event.at.least, detail.run.last.most)
            found.setdefault(name, []).append(run)
    return {name: sorted(some, key=lambda run: run.first) for name, some in found.items()}


def _pauses(runs: Sequence[_Run]) -> list[_Pause]:
    """When nobody was heard."""
    found = []
    end = runs[0].last
    for run in runs:
        if run.first > end:
            found.append(_Pause(end, run.first, run.frame))
        end = max(end, run.last)
    return found


def _telling(runs: Sequence[_Run], pauses: Sequence[_Pause]) -> list[_Pause]:
    """The pauses in which no network is silent."""
    lengths = sorted((pause.length for pause in pauses), reverse=True)
    usual = lengths[OFTEN] if len(lengths) > OFTEN else 0
    if runs[0].first + KNOWN > max(run.last for run in runs) - sum(lengths[:OFTEN]):
        return []
    return [
        pause for pause in pauses if pause.length > max(LEAST, USUAL * usual) and len(_talkers(runs, pause)) >= TALKERS
    ]


def _outlasting(name: str, runs: Mapping[str, Sequence[_Run]], pauses: Sequence[_Pause]) -> list[_Pause]:
    """The pause without which a capture ends with one that began with it."""
    ends = [
        max(run.last for run in some) for other, some in runs.items() if _began_with(runs[name], some, name != other)
    ]
    late = max(run.last for run in runs[name]) - max(ends, default=max(run.last for run in runs[name]))
    usual = max((pause.length for pause in pauses if pause.length < late), default=0)
    alike = [pause for pause in pauses if pause.length >= late > LONG]
    if len(alike) != 1:
        return []
    left = alike[0].length - late
    steady = len(_talkers(runs[name], alike[0])) > 1 and left <= USUAL * usual
    return alike if steady or (late > FAR_LATER and left * PART <= late) else []


def _began_with(one: Sequence[_Run], other: Sequence[_Run], differ: bool) -> bool:
    return differ and abs(one[0].first - other[0].first) <= TOGETHER


def _talkers(runs: Sequence[_Run], pause: _Pause) -> set[str]:
    """Who was heard shortly before a pause and after it."""
    before = {run.mac for run in runs if run.first <= pause.first and run.last >= pause.first - NEAR}
    return before & {run.mac for run in runs if pause.last <= run.first <= pause.last + NEAR}


def _both(one: _Pause, other: _Pause) -> bool:
    """Whether a pause of one capture lasts all through that of another, but for the frames at its ends."""
    together = min(one.last, other.last) - max(one.first, other.first)
    return together >= max(other.length - EDGES, other.length // 2)
