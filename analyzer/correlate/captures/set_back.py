"""A capture whose clock was set back while it recorded: its frames keep their order, whatever their stamps say.

The frames after a step are no earlier than those before it: they are read so much later. By how much more the clock was
set, no stamp tells: a pause of the frames may lie in the step, and that is the doubt of all that comes after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from analyzer.model.event import AddressOwned, ArpTraffic, Event, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Source
from analyzer.model.traffic import Operation

LEAST = SECOND  # threads and mirror ports put frames out of order by less than this
MOST = 3_600 * SECOND  # what goes back further is another capture's frames, put behind the first one's
ENOUGH = 100  # of fewer frames nothing tells what their usual order is
STAYS = 8  # so many frames after a step are earlier than the one before it: else one frame only took another's place
OFTEN = 3  # a clock is set no more often while a test is recorded: with more, frames are not in the order they came
NEAR = 120 * SECOND  # how the frames came before and after a step tells what may lie in it
PAUSE = 2 * SECOND  # a capture may have no frame for so long at any time

_Stamp = tuple[int, int]  # a frame's number, and its stamp, ns


@dataclass(frozen=True, slots=True)
class SetBack:
    """From `frame` on, stamps are `back` ns too early, or up to `pause` more."""

    frame: int
    back: int
    pause: int


def in_file_order(evidence: Evidence) -> tuple[Evidence, Mapping[str, tuple[SetBack, ...]]]:
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
    shift = _Shift(steps)
    moved = replace(
        evidence,
        sources=tuple(shift.source(source) for source in evidence.sources),
        events=tuple(shift.event(event) for event in evidence.events if not _places_logs(event, steps)),
        operations=tuple(shift.operation(operation) for operation in evidence.operations),
    )
    return moved, steps


def _places_logs(event: Event, steps: Mapping[str, Sequence[SetBack]]) -> bool:
    """Whether an SSH exchange would place a log by the stamps after a step, which nobody knows exactly."""
    found = steps.get(event.origin.source)
    if not found or not isinstance(event.detail, SshTraffic):
        return False
    return event.detail.run.last_frame >= found[0].frame


def _stamps(evidence: Evidence) -> Iterator[tuple[str, _Stamp]]:
    """The frames that events and operations name, with their captures."""
    for event in evidence.events:
        yield event.origin.source, (event.origin.number, event.at.least)
        if isinstance(event.detail, StorageTraffic | ArpTraffic | MacTraffic | AddressOwned | SshTraffic):
            run = event.detail.run
            if run.last_source is None:
                yield event.origin.source, (run.last_frame, run.last.least)
    for call in evidence.operations:
        yield call.source, (call.first_call_frame, call.first_call.least)
        if call.reply is not None and call.reply_frame is not None and call.reply_source is None:
            yield call.source, (call.reply_frame, call.reply.least)


def _steps(stamps: Sequence[_Stamp]) -> tuple[SetBack, ...]:
    """Where stamps go back between two frames that follow each other."""
    back = [
        (place, frame, at, at - later)
        for place, ((_, at), (frame, later)) in enumerate(pairwise(stamps), 1)
        if at - later > LEAST
    ]
    if len(stamps) < ENOUGH or len(back) > OFTEN or any(far > MOST for *_, far in back):
        return ()
    gaps = [(at, later - at) for (_, at), (_, later) in pairwise(stamps) if later > at]
    return tuple(
        SetBack(frame, far, max((gap for when, gap in gaps if abs(when - at) <= NEAR), default=0) + PAUSE)
        for place, frame, at, far in back
        if all(stamp < at for _, stamp in stamps[place : place + STAYS])
    )


def pause_at(steps: Iterable[SetBack], frame: int) -> int:
    """By how much later than it is read a frame may have come, ns."""
    return sum(step.pause for step in steps if step.frame <= frame)


@dataclass(frozen=True, slots=True)
class _Shift:
    """Puts each frame after a step where the order of its file has it."""

    steps: Mapping[str, Sequence[SetBack]]

    def source(self, source: Source) -> Source:
        if source.name not in self.steps or source.last is None:
            return source
        return replace(source, last=self._moved(source.name, self.steps[source.name][-1].frame, source.last))

    def event(self, event: Event) -> Event:
        name = event.origin.source
        if name not in self.steps:
            return event
        detail = event.detail
        if isinstance(detail, StorageTraffic | ArpTraffic | MacTraffic | AddressOwned | SshTraffic):
            run = detail.run
            detail = replace(detail, run=replace(run, last=self._moved(name, run.last_frame, run.last)))
        return replace(event, at=self._moved(name, event.origin.number, event.at), detail=detail)

    def operation(self, call: Operation) -> Operation:
        name = call.source
        if name not in self.steps:
            return call
        reply = call.reply
        if reply is not None and call.reply_frame is not None:
            reply = self._moved(name, call.reply_frame, reply)
        return replace(
            call,
            first_call=self._moved(name, call.first_call_frame, call.first_call),
            last_call=self._moved(name, call.last_call_frame, call.last_call),
            reply=reply,
        )

    def _moved(self, name: str, frame: int, at: Instant) -> Instant:
        found = self.steps[name]
        back = sum(step.back for step in found[: bisect_right(found, frame, key=lambda step: step.frame)])
        return Instant(at.clock, at.least + back, at.most + back)
