"""Zones, offsets, contradictions, and sources of another time."""

from __future__ import annotations

import pytest

from analyzer.judge import run_findings
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.correlation import Contradiction
from analyzer.model.event import StargateStates
from analyzer.model.instant import SECOND, Span
from analyzer.model.source import Origin, Source, SourceKind
from tests.judge.health.scene import by_code, dossier, event, source


def test_a_zone_that_was_assumed() -> None:
    log = source("genesis.out", kind="genesis", zone_assumed=True, clock="log")

    assert "genesis.out" in by_code(dossier(sources=(log,)))["AP201"].sentence
    assert "AP201" not in by_code(dossier(sources=(source("genesis.out", kind="genesis", clock="log"),)))


@pytest.mark.parametrize(
    ("hours", "quarters", "zone"),
    [(-8, 0, "UTC-08:00"), (5, 3, "UTC+05:45"), (0, 0, "UTC+00:00")],
    ids=["Los-Angeles", "Kathmandu", "UTC"],
)
def test_a_zone_that_cause_and_effect_tell(hours: int, quarters: int, zone: str) -> None:
    log = source("genesis.out", kind="genesis", zone_assumed=True, clock="log")
    ns = (hours * 3600 + quarters * 900) * SECOND
    clock = ClockOffset(clock="log", reference="capture", offset=Span(ns - SECOND, ns + 2 * SECOND), basis="measured")

    assert zone in by_code(dossier(sources=(log,), clocks=(clock,)))["AP201"].sentence


@pytest.mark.parametrize("basis", ["assumed", "measured", "given", "reference"])
def test_only_a_clock_in_use_that_is_assumed_is_told(basis: str) -> None:
    clock = ClockOffset(clock="log", reference="capture", offset=Span(-1, 1), basis=basis, note=OffsetNote("unbounded"))  # type: ignore[arg-type]
    line = event(StargateStates(up=("192.168.1.26",)), clock="log")

    assert ("AP202" in by_code(dossier(events=(line,), clocks=(clock,)))) is (basis == "assumed")
    assert "AP202" not in by_code(dossier(clocks=(clock,)))


def test_a_contradiction_is_told() -> None:
    said = by_code(dossier(contradictions=(Contradiction(name="cause-and-effect", clock="log"),)))["AP203"].sentence

    assert said.startswith("log and the captures contradict each other")


@pytest.mark.parametrize(
    ("second", "told"), [((200, 300), True), ((20, 30), False), ((10, 30), False), ((5, 6), False)]
)
def test_captures_that_do_not_overlap(second: tuple[int, int], told: bool) -> None:
    assert ("AP204" in by_code(dossier(sources=(source(), source("b.pcap", span=second))))) is told


def test_one_capture_and_empty_ones_overlap_with_nothing_and_are_not_told() -> None:
    assert "AP204" not in by_code(dossier(sources=(source(), source("empty.pcap", span=None))))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (source("b.pcap", span=(200, 300)), "The capture b.pcap does not overlap the other captures in time"),
        (source("b.log", kind="genesis", span=(700, 800)), "The log b.log does not overlap the captures in time"),
    ],
    ids=["capture", "log"],
)
def test_what_does_not_overlap_is_named(other: Source, sentence: str) -> None:
    assert sentence in [one.sentence for one in run_findings(dossier(sources=(source(), other)))]


@pytest.mark.parametrize("kind", ["genesis", "vmkernel"])
def test_a_log_may_end_minutes_from_a_capture(kind: SourceKind) -> None:
    near, far = (source("b.log", kind=kind, span=span) for span in ((600, 650), (612, 650)))

    assert "AP204" not in by_code(dossier(sources=(source(), near)))
    assert "AP204" in by_code(dossier(sources=(source(), far)))


@pytest.mark.parametrize(
    ("stamps", "told"),
    [((0, 30, 60), None), ((0, 30, 29), None), ((0, 30, 20, 50), "by 10 s"), ((0, 3_600, 1), "by 59 min 59 s")],
    ids=["forward", "threads", "set back", "summer time ends"],
)
def test_stamps_that_go_back(stamps: tuple[int, ...], told: str | None) -> None:
    log = source("genesis.out", kind="genesis", clock="log")
    up = StargateStates(up=("192.168.1.26",))
    lines = tuple(
        event(up, at=at, clock="log", origin=Origin("genesis.out", number)) for number, at in enumerate(stamps, 1)
    )

    finding = by_code(dossier(events=tuple(sorted(lines, key=lambda one: one.at.least)), sources=(log,))).get("AP205")

    assert (finding is not None) is (told is not None)
    if finding is not None and told is not None:
        assert told in finding.sentence
        assert [origin.number for origin in finding.origins] == [2, 3]


@pytest.mark.parametrize(("ahead", "told"), [(10_000, False), (0, True)], ids=["on the captures' clock", "as stamped"])
def test_a_log_overlaps_where_its_clock_is_as_far_off(ahead: int, told: bool) -> None:
    log = source("b.log", kind="genesis", span=(10_000, 10_010), clock="log")
    offset = Span((ahead - 5) * SECOND, (ahead + 5) * SECOND)
    clock = ClockOffset(clock="log", reference="capture", offset=offset, basis="measured")

    assert ("AP204" in by_code(dossier(sources=(source(), log), clocks=(clock,)))) is told
