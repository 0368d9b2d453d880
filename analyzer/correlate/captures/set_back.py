"""A capture whose clock was set back while it recorded: its frames keep their order, whatever their stamps say.

The frames after a step are no earlier than those before it: they are read so much later. By how much more the clock was
set, no stamp tells: a pause of the frames may lie in the step, and that is the doubt of all that comes after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from analyzer.correlate.captures.clock_set import ClockSet, in_order_of
from analyzer.model.event import ArpTraffic, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND

LEAST = SECOND  # threads and mirror ports put frames out of order by less than this
MOST = 3_600 * SECOND  # what goes back further is another capture's frames, put behind the first one's
ENOUGH = 100  # of fewer frames nothing tells what their usual order is
STAYS = 8  # so many frames after a step are earlier than the one before it: else one frame only took another's place
OFTEN = 3  # a clock is set no more often while a test is recorded: with more, frames are not in the order they came
NEAR = 120 * SECOND  # how the frames came before and after a step tells what may lie in it
PAUSE = 2 * SECOND  # a capture may have no frame for so long at any time

_Stamp = tuple[int, int]  # a frame's number, and its stamp, ns


def in_file_order(evidence: Evidence) -> tuple[Evidence, Mapping[str, tuple[ClockSet, ...]]]:
    """The evidence with the frames after each step where their order has them at the earliest; and the steps, by
    capture.
    """
    ringed = {name for ring in evidence.rings for name in ring}
    names = {name for name, back in evidence.backward if back > LEAST and name not in ringed}
    if not names:
        return evidence, {}
    stamps: dict[str, list[_Stamp]] = {name: [] for name in names}
    for name, stamp in _stamps(evidence):
        if name in stamps:
            stamps[name].append(stamp)
    steps = {name: found for name, some in stamps.items() if (found := _steps(sorted(some)))}
    if not steps:
        return evidence, {}
    return in_order_of(steps, evidence), steps


def _stamps(evidence: Evidence) -> Iterator[tuple[str, _Stamp]]:
    """The frames that events and operations name, with their captures."""
    for event in evidence.events:
        yield event.origin.source, (event.origin.number, event.at.least)
        if isinstance(event.detail, StorageTraffic | ArpTraffic | MacTraffic | SshTraffic):  # these end at a step
            run = event.detail.run
            if run.last_source is None:
                yield event.origin.source, (run.last_frame, run.last.least)
    for call in evidence.operations:
        yield call.source, (call.first_call_frame, call.first_call.least)
        if call.reply is not None and call.reply_frame is not None and call.reply_source is None:
            yield call.source, (call.reply_frame, call.reply.least)


def _steps(stamps: Sequence[_Stamp]) -> tuple[ClockSet, ...]:
    """Where stamps go back between two frames that follow each other."""
    back = [
        (place, frame, at, at - later)
        for place, ((_, at), (frame, later)) in enumerate(pairwise(stamps), 1)
        if at - later > LEAST
    ]
    if not stamps or stamps[-1][0] < ENOUGH or len(back) > OFTEN or any(far > MOST for *_, far in back):
        return ()
    gaps = [(at, later - at) for (_, at), (_, later) in pairwise(stamps) if later > at]
    return tuple(
        ClockSet(frame, far, max((gap for when, gap in gaps if abs(when - at) <= NEAR), default=0) + PAUSE)
        for place, frame, at, far in back
        if all(stamp < at for _, stamp in stamps[place : place + STAYS])
    )
