"""The evidence with all captures on one clock, and what is known of how far each device's own clock is from that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analyzer.config import Settings
from analyzer.correlate.captures.offsets import DeviceOffset, device_offsets
from analyzer.correlate.captures.shift import given_ahead, shifted
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Step
from analyzer.correlate.clocks.ssh_exchanges import Burst, ssh_bursts
from analyzer.correlate.clocks.steps import HA_DETAILS, split_where_set
from analyzer.correlate.wire.reading import read_traffic
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span


@dataclass(frozen=True, slots=True)
class Timeline:
    """`evidence` has every capture on one clock, and the lines of a log after each of `steps`, where its clock was set
    back, on a clock of their own. `traffic` is what the captures show, None without any.

    `given` is by clock how far the captures that `--clock` names were ahead, ns; `devices` are the further devices, and
    `measured`, by capture, the offsets (ns) of those that were put on the first one's clock. `ha_events` are Genesis'
    and the hosts' lines about routes, `bursts` the SSH exchanges.
    """

    evidence: Evidence
    settings: Settings
    traffic: Traffic | None
    given: Mapping[str, int]
    devices: tuple[DeviceOffset, ...]
    measured: Mapping[str, Span]
    steps: tuple[Step, ...]
    ha_events: tuple[Event, ...]
    bursts: tuple[Burst, ...]

    def half_doubt(self, captures: Iterable[str]) -> int:
        """How far what these captures show may be off on the common clock, ns."""
        return max((-(-self.measured[name].width // 2) for name in captures if name in self.measured), default=0)

    def offsets(self) -> tuple[ClockOffset, ...]:
        """The captures that `--clock` corrected, by clock, and those of further devices, by their first file's name."""
        exact = [
            ClockOffset(clock=clock, reference=CAPTURE_CLOCK, offset=Span(offset, offset), basis="given")
            for clock, offset in sorted(self.given.items())
        ]
        return (*exact, *(_offset(one) for one in self.devices))


def on_one_capture_clock(evidence: Evidence, settings: Settings) -> Timeline:
    """Put the captures on the first device's clock: as the user gave it, and as they show it themselves."""
    given = given_ahead(evidence, settings)
    named = {source.name: given[source.clock] for source in evidence.sources if source.clock in given}
    corrected = shifted(evidence, named)
    devices = device_offsets(corrected, settings, tuple(named))
    measured = {name: one.offset for one in devices if one.measured and not one.vague for name in one.names}
    middle = {name: (offset.least + offset.most) // 2 for name, offset in measured.items()}
    whole, steps = split_where_set(shifted(corrected, middle))
    return Timeline(
        evidence=whole,
        settings=settings,
        traffic=read_traffic(whole, settings, CAPTURE_CLOCK),
        given=MappingProxyType(given),
        devices=devices,
        measured=MappingProxyType(measured),
        steps=steps,
        ha_events=tuple(event for event in whole.events if isinstance(event.detail, HA_DETAILS)),
        bursts=tuple(ssh_bursts(whole.events, whole.rings)),
    )


def _offset(one: DeviceOffset) -> ClockOffset:
    return ClockOffset(
        clock=f"{CAPTURE_CLOCK}:{one.names[0]}",
        reference=CAPTURE_CLOCK,
        offset=one.offset,
        basis="measured" if one.measured and not one.vague else "assumed",
        pairs=one.pairs,
        note=OffsetNote("served-by-turns" if one.measured else "one-clock"),
    )
