"""When a host's CVM was off: from the lines of its VM's stop to the one that has it on again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import Event, VmPower
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin

STOPS_WITHIN = 600 * SECOND  # from a line that asks for a shutdown to one that has it done, where one is missing
SAME_STOP = 5 * SECOND  # several lines tell of one stop, within less than this


class PowerCycle(msgspec.Struct, frozen=True, kw_only=True):
    """A host's CVM was off; without `stopped_by`, since before the log begins.

    On the reference clock: `stop` is from the line that asks for it, or first tells of it, to the one that has it off;
    where one of them is missing, as far from the other as a shutdown takes; None without either; `begin` the first of
    its lines; `back` when it was on again, None where no line has it, and `start` the first line of that.
    """

    host: Member
    begin: Instant
    stop: Instant | None
    stopped_by: tuple[Event, ...]
    back: Instant | None = None
    start: Instant | None = None
    started_by: tuple[Event, ...] = ()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The lines of the stop."""
        return tuple(event.origin for event in self.stopped_by)

    @property
    def user(self) -> str:
        """Who asked for the stop, as the lines have it; empty where none has."""
        return _user(self.stopped_by)

    @property
    def starter(self) -> str:
        """Who had it started; empty where no line has that."""
        return _user(self.started_by)

    @property
    def is_reset(self) -> bool:
        """Whether it was stopped and started at once."""
        return any(power.state == "reset" for power in map(_power, self.stopped_by))

    @property
    def vm(self) -> str | None:
        """What the VM is called."""
        return next((power.vm for power in map(_power, self.stopped_by) if power.vm), None)


def _power(event: Event) -> VmPower:
    assert isinstance(event.detail, VmPower)  # noqa: S101 - they are all that is read here
    return event.detail


def _user(events: Iterable[Event]) -> str:
    return next((power.user for power in map(_power, events) if power.user), "")


def power_cycles(evidence: Evidence, topology: Topology, clocks: Clocks) -> tuple[PowerCycle, ...]:
    """Every time that a CVM was off, in order of time."""
    by_clock: dict[str, list[Event]] = {}
    for event in evidence.of(VmPower):
        if event.at.clock in clocks.offsets:
            by_clock.setdefault(event.at.clock, []).append(event)
    hosts = ((topology.host_of_clock(clock), events) for clock, events in by_clock.items())
    found = [cycle for host, events in hosts if host is not None for cycle in _cycles(host, events, clocks)]
    return tuple(sorted(found, key=lambda cycle: (cycle.begin.middle, cycle.host.key)))


def _cycles(host: Member, events: Sequence[Event], clocks: Clocks) -> Iterator[PowerCycle]:
    """One host's; a VM of which no line has it off was on."""
    stop: list[Event] = []
    starts: list[Event] = []
    on: Event | None = None
    for event in events:
        match _power(event).state:
            case "stopping" | "off":
                if not stop or event.at.least - stop[-1].at.most <= SAME_STOP or not _is_off(stop):
                    stop.append(event)
            case "reset":
                if on is None or _power(on).state != "reset" or event.at.least - on.at.most > SAME_STOP:
                    yield from _cycle(host, [*stop, event], [event], clocks)
                stop, starts, on = [], [], event
            case "starting":
                starts = [event]
            case "on":
                if stop or on is None:  # else it is on already
                    yield from _cycle(host, stop, [*starts, event], clocks)
                stop, starts, on = [], [], event
    yield from _cycle(host, stop, [], clocks)


def _is_off(stop: Sequence[Event]) -> bool:
    return any(_power(event).state == "off" for event in stop)


def _cycle(host: Member, stop: Sequence[Event], start: Sequence[Event], clocks: Clocks) -> Iterator[PowerCycle]:
    if not stop and not start:
        return
    asked = next((event for event in stop if _power(event).state != "off"), None)
    off = next((event for event in stop if _power(event).state != "stopping"), None)
    within = None
    if asked is not None and off is not None:
        within = Instant(asked.at.clock, asked.at.least, max(asked.at.most, off.at.most))
    elif asked is not None:
        within = Instant(asked.at.clock, asked.at.least, asked.at.most + STOPS_WITHIN)
    elif off is not None:
        within = Instant(off.at.clock, off.at.least - STOPS_WITHIN, off.at.most)
    yield PowerCycle(
        host=host,
        begin=clocks.place((*stop, *start)[0].at),
        stop=clocks.place(within) if within is not None else None,
        stopped_by=tuple(stop),
        back=clocks.place(start[-1].at) if start else None,
        start=clocks.place(start[0].at) if start else None,
        started_by=tuple(start),
    )
