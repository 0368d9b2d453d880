"""The evidence with all captures on one clock, and what is known of how far each device's own clock is from that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.captures.clock_set import ClockSet, Steps, pause_at
from analyzer.correlate.captures.counted import counted_once
from analyzer.correlate.captures.offsets import DeviceOffset, device_offsets
from analyzer.correlate.captures.set_back import in_file_order
from analyzer.correlate.captures.set_forward import without_pauses
from analyzer.correlate.captures.shift import given_ahead, shifted
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Step
from analyzer.correlate.clocks.late_checks import without_late_checks
from analyzer.correlate.clocks.ssh_exchanges import Burst, ssh_bursts
from analyzer.correlate.clocks.steps import HA_DETAILS, split_where_set
from analyzer.correlate.timing import PRIOR
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.reading import Shown, shown_in, traffic_of
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.event import Event, VmPower
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span
from analyzer.model.source import Origin

AS_NEAR = Span(-PRIOR, PRIOR)


@dataclass(frozen=True, slots=True)
class Timeline:
    """`evidence` has every capture on one clock, and the lines of a log after each of `steps`, where its clock was set
    back, on a clock of their own. `traffic` is what the captures show, None without any, and `shown` what it is made
    of; `topology` who is who in this evidence, where that was found out on the way.

    `given` is by clock how far the captures that `--clock` names were ahead (ns), `corrected` are those captures;
    `devices` are the further devices, and `measured`, by capture, the offsets (ns) of those that were put on the first
    one's clock; `clock_set`, by capture, where its own clock was set. `ha_events` are Genesis' and the hosts' lines
    about routes, `bursts` the SSH exchanges.
    """

    evidence: Evidence
    settings: Settings
    topology: Topology | None = None
    shown: Shown | None = None
    traffic: Traffic | None = None
    given: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    corrected: tuple[str, ...] = ()
    devices: tuple[DeviceOffset, ...] = ()
    measured: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[Step, ...] = ()
    clock_set: Mapping[str, tuple[ClockSet, ...]] = field(default_factory=lambda: MappingProxyType({}))
    ha_events: tuple[Event, ...] = ()
    bursts: tuple[Burst, ...] = ()

    def half_doubt(self, captures: Iterable[str]) -> int:
        """How far what these captures show may be off on the common clock, ns."""
        return max((-(-self.measured[name].width // 2) for name in captures if name in self.measured), default=0)

    def taken_as_one(self, captures: Iterable[str]) -> Span:
        """How far the clocks of these captures may be off, ns, that are but taken as the first one's."""
        taken = {name: one.as_taken(AS_NEAR) for one in self.devices if not one.measured for name in one.names}
        bounds = [taken[name] for name in captures if name in taken]
        return Span(min((one.least for one in bounds), default=0), max((one.most for one in bounds), default=0))

    def suspected(self, captures: Iterable[str]) -> bool:
        """Whether one of these captures is taken as of the first one's clock, and may rather have another."""
        return any(one.suspected is not None and not set(one.names).isdisjoint(captures) for one in self.devices)

    def paused(self, origins: Iterable[Origin]) -> int:
        """By how much later than they are read these frames may have come, as their captures' clocks were set, ns."""
        return max((pause_at(self.clock_set.get(one.source, ()), one.number) for one in origins), default=0)

    def without(self, clocks: Collection[str]) -> Timeline:
        """Without what these clocks stamped of routes: nothing tells when it was."""
        events = tuple(
            event
            for event in self.evidence.events
            if event.at.clock not in clocks or not isinstance(event.detail, HA_DETAILS | VmPower)
        )
        evidence = structs.replace(self.evidence, events=events)
        return replace(self, evidence=evidence, ha_events=evidence.of(HA_DETAILS))

    def offsets(self) -> tuple[ClockOffset, ...]:
        """The captures that `--clock` corrected, by clock, and those of further devices, by their first file's name."""
        exact = [
            ClockOffset(clock=clock, reference=CAPTURE_CLOCK, offset=Span(offset, offset), basis="given")
            for clock, offset in sorted(self.given.items())
        ]
        return (*exact, *(_offset(one) for one in self.devices))


def on_one_capture_clock(evidence: Evidence, settings: Settings) -> Timeline:
    """Put the captures on the first device's clock: as the user gave it, and as they show it themselves."""
    timeline = Timeline(evidence, settings)
    for step in STEPS:
        timeline = step(timeline)
    return timeline


def _in_file_order(timeline: Timeline) -> Timeline:
    evidence, steps = in_file_order(timeline.evidence)
    return _set(timeline, evidence, steps) if steps else timeline


def _without_pauses(timeline: Timeline) -> Timeline:
    evidence, steps = without_pauses(timeline.evidence)
    return _set(timeline, evidence, steps) if steps else timeline


def _set(timeline: Timeline, evidence: Evidence, steps: Steps) -> Timeline:
    """With captures whose clocks were set, besides those that are known."""
    names = [*timeline.clock_set, *(name for name in steps if name not in timeline.clock_set)]
    every = {
        name: tuple(sorted((*timeline.clock_set.get(name, ()), *steps.get(name, ())), key=lambda step: step.frame))
        for name in names
    }
    return replace(timeline, evidence=evidence, clock_set=MappingProxyType(every))


def _as_given(timeline: Timeline) -> Timeline:
    evidence = timeline.evidence
    given = given_ahead(evidence, timeline.settings)
    named = {source.name: given[source.clock] for source in evidence.sources if source.clock in given}
    return replace(timeline, evidence=shifted(evidence, named), given=MappingProxyType(given), corrected=tuple(named))


def _as_measured(timeline: Timeline) -> Timeline:
    topology = discover(timeline.evidence, timeline.settings)
    shown = shown_in(timeline.evidence, CAPTURE_CLOCK)
    paused = {name: sum(step.pause for step in steps) for name, steps in timeline.clock_set.items()}
    devices = device_offsets(shown, topology, timeline.corrected, paused)
    measured = {name: one.offset for one in devices if one.measured and not one.vague for name in one.names}
    middle = {name: (offset.least + offset.most) // 2 for name, offset in measured.items()}
    evidence = shifted(timeline.evidence, middle)
    same = evidence is timeline.evidence
    return replace(
        timeline,
        evidence=evidence,
        topology=topology if same else None,
        shown=shown if same else shown_in(evidence, CAPTURE_CLOCK),
        devices=devices,
        measured=MappingProxyType(measured),
    )


def _counted_once(timeline: Timeline) -> Timeline:
    return replace(timeline, evidence=counted_once(timeline.evidence))


def _cut_where_set(timeline: Timeline) -> Timeline:
    evidence, steps = without_late_checks(*split_where_set(timeline.evidence), timeline.settings)
    return replace(timeline, evidence=evidence, topology=None if steps else timeline.topology, steps=steps)


def _read(timeline: Timeline) -> Timeline:
    evidence = timeline.evidence
    return replace(
        timeline,
        traffic=None if timeline.shown is None else traffic_of(timeline.shown, timeline.settings),
        shown=None,
        ha_events=evidence.of(HA_DETAILS),
        bursts=tuple(ssh_bursts(evidence)),
    )


STEPS: tuple[Callable[[Timeline], Timeline], ...] = (
    _in_file_order,
    _without_pauses,
    _as_given,
    _as_measured,
    _counted_once,
    _cut_where_set,
    _read,
)
"""What makes a timeline of evidence, in order."""


def _offset(one: DeviceOffset) -> ClockOffset:
    return ClockOffset(
        clock=f"{CAPTURE_CLOCK}:{one.names[0]}",
        reference=CAPTURE_CLOCK,
        offset=one.offset,
        basis="measured" if one.measured and not one.vague else "assumed",
        pairs=one.pairs,
        note=OffsetNote("served-by-turns" if one.measured else "one-clock"),
    )
