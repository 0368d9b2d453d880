"""One capture clock: what the user gave, what is measured, and what is taken as one."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.correlate.captures.clock_set import ClockSet
from analyzer.correlate.captures.shift import shifted
from analyzer.correlate.captures.timeline import Timeline, _set, on_one_capture_clock
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from tests.correlate import scenes
from tests.correlate.builder import CVM, Genesis, HostLog, evidence, ns

VMK1_FILE = "vmk1.pcap"


def ahead(seconds: int) -> Evidence:
    """An injection of which vmk1's capture is so far ahead."""
    return shifted(evidence(*scenes.injection()), {VMK1_FILE: -seconds * SECOND})


def timeline(given: Evidence, settings: Settings | None = None) -> Timeline:
    return on_one_capture_clock(given, settings or Settings())


def test_what_can_not_be_one_clock_is_put_on_the_first_ones() -> None:
    made = timeline(ahead(70))

    assert list(made.measured) == [VMK1_FILE]
    assert made.measured[VMK1_FILE].holds(70 * SECOND)
    assert made.traffic is not None
    assert made.traffic.first < ns(1_000)
    assert made.traffic.last < ns(91_000)
    (offset,) = made.offsets()
    assert (offset.clock, offset.basis) == (f"capture:{VMK1_FILE}", "measured")


def test_what_shows_of_a_measured_device_has_half_of_the_offsets_doubt() -> None:
    made = timeline(ahead(70))

    width = made.measured[VMK1_FILE].width
    assert width > 0
    assert made.half_doubt([VMK1_FILE, "span.pcap"]) == -(-width // 2)
    assert made.half_doubt(["span.pcap"]) == 0


def test_one_clock_moves_nothing() -> None:
    given = evidence(*scenes.injection())
    made = timeline(given)

    assert made.evidence.events == given.events
    assert dict(made.measured) == {}
    assert [offset.basis for offset in made.offsets()] == ["assumed"]


def test_without_captures_there_is_no_traffic() -> None:
    log = Genesis()
    log.all_up(0)

    made = timeline(evidence(log))

    assert (made.traffic, made.devices, made.offsets()) == (None, (), ())
    assert made.ha_events == tuple(log.events)
    assert made.ha_events


def test_without_a_clock_nothing_that_it_stamped_of_routes_is_left() -> None:
    kernel, log = HostLog(), Genesis()
    kernel.kernel(5_000, "add", CVM)
    log.all_up(0)
    left = timeline(evidence(kernel, log)).without({kernel.clock})

    assert left.evidence.events == tuple(log.events)
    assert left.ha_events == tuple(log.events)


def test_what_is_learnt_later_of_a_capture_that_was_set_stands_in_the_order_of_its_frames() -> None:
    given = evidence(*scenes.injection())
    early, late, other = (ClockSet(frame, SECOND, 0) for frame in (10, 90, 50))
    known = _set(timeline(given), given, {"span.pcap": (late,)})

    both = _set(known, given, {"span.pcap": (early,), VMK1_FILE: (other,)})

    assert dict(both.clock_set) == {"span.pcap": (early, late), VMK1_FILE: (other,)}
