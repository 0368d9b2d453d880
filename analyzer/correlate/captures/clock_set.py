"""A capture whose clock was set while it recorded: its frames are read in their order, as early as that allows.

What comes after may be later than it is read: that is the doubt of all frames from there on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from analyzer.model.event import AddressOwned, ArpTraffic, Event, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant
from analyzer.model.source import Source
from analyzer.model.traffic import Operation


@dataclass(frozen=True, slots=True)
class ClockSet:
    """From `frame` on, stamps are `back` ns too early (too late where it is negative), or up to `pause` more."""

    frame: int
    back: int
    pause: int


Steps = Mapping[str, Sequence[ClockSet]]  # by capture, in order of frames


def in_order_of(steps: Steps, evidence: Evidence) -> Evidence:
    """The evidence with the frames after each step moved by so much."""
    shift = _Shift(steps)
    return replace(
        evidence,
        sources=tuple(shift.source(source) for source in evidence.sources),
        events=tuple(shift.event(event) for event in evidence.events if not _places_logs(event, steps)),
        operations=tuple(shift.operation(operation) for operation in evidence.operations),
    )


def _places_logs(event: Event, steps: Steps) -> bool:
    """Whether an SSH exchange would place a log by the stamps after a step, which nobody knows exactly."""
    found = steps.get(event.origin.source)
    if not found or not isinstance(event.detail, SshTraffic):
        return False
    return event.detail.run.last_frame >= found[0].frame


def pause_at(steps: Iterable[ClockSet], frame: int) -> int:
    """By how much later than it is read a frame may have come, ns."""
    return sum(step.pause for step in steps if step.frame <= frame)


@dataclass(frozen=True, slots=True)
class _Shift:
    """Puts each frame after a step where the order of its file has it."""

    steps: Steps

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
        return at.later(back)
