"""A figure that joins captures of devices that are only taken to share one clock says so."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from analyzer.measure.devices import Devices, _beside, devices_of
from analyzer.model.clock import ClockOffset, OffsetNote, OffsetNoteName
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import (
    How,
    InstantName,
    KnownInstant,
    KnownMeasurement,
    LongOperation,
    MissingMeasurement,
)
from analyzer.model.source import Origin
from tests.judge.health.scene import source
from tests.report import builder

SPAN, RING, NEXT, LOG = "span.pcap", "vmk1-1.pcap", "vmk1-2.pcap", "genesis.out"


def devices(note: OffsetNoteName | None = "one-clock", *shown: tuple[str, ...]) -> Devices:
    """Of a capture and a ring; an episode's instants are `shown` by these files together."""
    further = ClockOffset(
        clock=f"capture:{RING}",
        reference="capture",
        offset=Span(-SECOND, SECOND),
        basis="assumed",
        note=None if note is None else OffsetNote(note),
    )
    sources = (source(SPAN), source(RING), source(NEXT), source(LOG, kind="genesis"))
    return devices_of(
        Correlation(
            evidence=Evidence(sources=sources, events=(), rings=((RING, NEXT),)),
            reference="capture",
            clocks=(further,),
            hosts=(),
            cvms=(),
            check_period=None,
            episodes=(_an_episode(*shown),),
        )
    )


def _an_episode(*shown: tuple[str, ...]) -> Episode:
    at = Instant("capture", SECOND, SECOND)
    instants = tuple(
        KnownInstant("detected", at, tuple(Origin(name, 9) for name in names), How("note")) for names in shown
    )
    return replace(builder.episode().episode, instants=instants)


def holds_if(each: Devices, *sources: str) -> bool:
    figure = each.told(KnownMeasurement("outage", Span(0, SECOND), tuple(Origin(name, 1) for name in sources)))
    assert isinstance(figure, KnownMeasurement)
    return figure.one_clock


@pytest.mark.parametrize(
    ("sources", "joined"),
    [
        ((SPAN, RING), True),
        ((SPAN, NEXT), True),
        ((RING, NEXT), False),
        ((SPAN, LOG), False),
        ((NEXT, LOG), False),
        ((), False),
    ],
    ids=["two devices", "a ring's next file", "one ring", "a log", "a log of the other", "nothing"],
)
def test_what_joins_two_devices(sources: tuple[str, ...], *, joined: bool) -> None:
    assert holds_if(devices(), *sources) is joined


@pytest.mark.parametrize(
    ("sources", "shown", "joined"),
    [
        pytest.param((NEXT, LOG), (SPAN, LOG), True, id="a log that another device places"),
        pytest.param((SPAN, LOG), (SPAN, LOG), False, id="a log that this device places"),
        pytest.param((SPAN, LOG), (SPAN, NEXT, LOG), False, id="a log that both place"),
        pytest.param((LOG,), (SPAN, RING, LOG), False, id="the log alone"),
    ],
)
def test_a_log_has_its_place_by_the_frames_beside_it(
    sources: tuple[str, ...], shown: tuple[str, ...], *, joined: bool
) -> None:
    assert holds_if(devices("one-clock", shown), *sources) is joined


@pytest.mark.parametrize("note", ["served-by-turns", None])
def test_a_clock_that_was_measured_or_given_is_not_assumed(note: OffsetNoteName | None) -> None:
    assert not holds_if(devices(note), SPAN, RING)


@pytest.mark.parametrize(
    ("sources", "took", "joined"),
    [((SPAN, RING), 5, True), ((RING, NEXT), 5, False), ((SPAN, RING), None, False)],
    ids=["two devices", "one ring", "never answered"],
)
def test_an_operation_from_a_call_to_a_reply_elsewhere(
    sources: tuple[str, ...], took: int | None, *, joined: bool
) -> None:
    operation = LongOperation(
        xid=1,
        procedure="WRITE",
        calls=2,
        duration=None if took is None else Span(took, took),
        moved=True,
        origins=tuple(Origin(name, 1) for name in sources),
    )

    told = devices().of_operation(operation)

    assert told is not None
    assert told.one_clock is joined
    assert devices().of_operation(None) is None


def test_an_absence_stays() -> None:
    absent = MissingMeasurement("outage", "not-in-evidence", "no-capture")

    assert devices().told(absent) == absent


@pytest.mark.parametrize("name", get_args(InstantName))
def test_only_what_genesis_does_ties_a_log_to_a_device(name: InstantName) -> None:
    """Frames show that together with its lines; a host's first frame on a new path is nothing that a log tells."""
    shown = _an_episode((NEXT, LOG))
    told = replace(shown, instants=tuple(replace(one, name=name) for one in shown.instants))
    correlation = Correlation(
        evidence=Evidence(sources=(), events=()),
        reference="capture",
        clocks=(),
        hosts=(),
        cvms=(),
        check_period=None,
        episodes=(told,),
    )

    assert bool(_beside(correlation, {NEXT: RING})) is (name in {"detected", "decided", "terminated", "repaired"})
