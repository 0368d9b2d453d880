"""All evidence on one capture clock: captures shifted as the user says or as they show, logs cut where their clock was
set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.config import Settings
from analyzer.correlate.captures.offsets import DeviceOffset, captures_apart
from analyzer.correlate.captures.shift import capture_offsets, shifted
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Step
from analyzer.correlate.clocks.ssh_exchanges import Burst, ssh_bursts
from analyzer.correlate.clocks.steps import HA_DETAILS, split_where_set
from analyzer.correlate.wire.traffic import Wire, read_wire
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span


@dataclass(frozen=True, slots=True)
class Timeline:
    """The evidence on one capture clock.

    `given` is by clock how far the captures that `--clock` names are ahead (ns), `devices` are the further devices, and
    `measured` has by capture the offset of those that were put on the first one's clock (ns). `steps` are where a log's
    clock was set back. `wire` is what the captures show, or None without one; `ha_events` are Genesis' and the hosts'
    lines about routes, `bursts` the SSH exchanges.
    """

    settings: Settings
    evidence: Evidence
    given: Mapping[str, int]
    devices: tuple[DeviceOffset, ...]
    measured: Mapping[str, Span]
    steps: tuple[Step, ...]
    wire: Wire | None
    ha_events: tuple[Event, ...]
    bursts: tuple[Burst, ...]


def on_one_capture_clock(evidence: Evidence, settings: Settings) -> Timeline:
    """The evidence with every capture on one clock, as far as that can be known."""
    given = capture_offsets(evidence, settings)
    named = {source.name: given[source.clock] for source in evidence.sources if source.clock in given}
    evidence = shifted(evidence, named)
    devices = tuple(captures_apart(evidence, settings, tuple(named)))
    measured = {name: one.offset for one in devices if one.measured and not one.vague for name in one.names}
    middles = {name: (offset.least + offset.most) // 2 for name, offset in measured.items()}
    evidence, steps = split_where_set(shifted(evidence, middles))
    return Timeline(
        settings=settings,
        evidence=evidence,
        given=given,
        devices=devices,
        measured=measured,
        steps=steps,
        wire=read_wire(evidence, settings, CAPTURE_CLOCK),
        ha_events=tuple(event for event in evidence.events if isinstance(event.detail, HA_DETAILS)),
        bursts=tuple(ssh_bursts(evidence.events, evidence.rings)),
    )
