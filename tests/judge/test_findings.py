"""Findings: each code when it should be there, with its proof, and not otherwise."""

from __future__ import annotations

import re

import pytest

from analyzer.judge import episode_findings, run_findings
from analyzer.judge.codes import CODES
from analyzer.model.clock import ClockOffset
from analyzer.model.event import (
    Detail,
    Event,
    HaUnclassified,
    HostStorage,
    IcmpRedirect,
    Mark,
    RouteCommand,
    StargateStates,
)
from analyzer.model.evidence import Evidence
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import INSTANTS, EpisodeInstant, MissingInstant
from analyzer.model.source import Origin, Skipped, Source, SourceKind
from analyzer.model.traffic import CaptureTotals
from tests.report import builder

PROOF = Origin("a.file", 4)


def event(detail: Detail, clock: str = "log", origin: Origin = PROOF, text: str | None = None) -> Event:
    return Event(at=Instant(clock, 0, 0), detail=detail, origin=origin, text=text)


def source(
    name: str = "a.file",
    *,
    kind: SourceKind = "capture",
    span: tuple[int, int] | None = (0, 10),
    zone_assumed: bool = False,
    clock: str = "capture",
    skipped: tuple[Skipped, ...] = (),
) -> Source:
    first, last = (Instant(clock, n * SECOND, n * SECOND) for n in span) if span else (None, None)
    return Source(
        name=name,
        kind=kind,
        size=1,
        digest=None,
        clock=clock,
        zone_assumed=zone_assumed,
        first=first,
        last=last,
        skipped=skipped,
    )


def found(
    *,
    events: tuple[Event, ...] = (),
    sources: tuple[Source, ...] = (),
    captures: tuple[CaptureTotals, ...] = (),
    clocks: tuple[ClockOffset, ...] = (),
    contradictions: tuple[str, ...] = (),
    assumptions: tuple[str, ...] = (),
    unconfirmed: tuple[Event, ...] = (),
) -> dict[str, Finding]:
    evidence = Evidence(sources=sources, events=events, captures=captures)
    findings = run_findings(evidence, clocks, (), contradictions, assumptions, unconfirmed)
    assert list(findings) == sorted(findings, key=lambda finding: (finding.code, finding.sentence))
    return {finding.code: finding for finding in findings}


def test_nothing_gives_nothing() -> None:
    assert found() == {}


def test_codes_are_unique_and_shaped() -> None:
    codes = [code.code for code in CODES]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"AP\d{3}", code) for code in codes)
    assert all(code.title and code.advice for code in CODES)


@pytest.mark.parametrize("state", ["apd-start", "apd-timeout", "server-lost"])
def test_a_lost_datastore_is_a_problem(state: str) -> None:
    finding = found(events=(event(HostStorage(state)),))["AP102"]  # type: ignore[arg-type]

    assert (finding.severity, finding.origins) == ("problem", (PROOF,))


@pytest.mark.parametrize("state", ["apd-exit", "server-back", "io-retry", "lock-lost", "lock-back"])
def test_a_datastore_that_is_back_is_none(state: str) -> None:
    assert "AP102" not in found(events=(event(HostStorage(state)),))  # type: ignore[arg-type]


def test_a_finding_lists_some_proofs_and_counts_all() -> None:
    lost = tuple(event(HostStorage("apd-start"), origin=Origin("vobd.log", n)) for n in range(20))

    finding = found(events=lost)["AP102"]

    assert len(finding.origins) == 8
    assert "20 lines" in finding.sentence


def test_icmp_redirects() -> None:
    redirect = IcmpRedirect("192.168.1.1", "192.168.1.24", "192.168.5.2", "192.168.1.28")

    assert found(events=(event(redirect),))["AP104"].origins == (PROOF,)


def test_another_cvm_that_failed() -> None:
    finding = found(events=(event(StargateStates(down=("192.168.1.27",))),))["AP105"]

    assert "192.168.1.27" in finding.sentence


def test_a_zone_that_was_assumed() -> None:
    log = source("genesis.out", kind="genesis", zone_assumed=True, clock="log")

    assert "genesis.out" in found(sources=(log,))["AP201"].sentence
    assert "AP201" not in found(sources=(source("genesis.out", kind="genesis", clock="log"),))


@pytest.mark.parametrize(
    ("hours", "quarters", "zone"),
    [(-8, 0, "UTC-08:00"), (5, 3, "UTC+05:45"), (0, 0, "UTC+00:00")],
    ids=["Los-Angeles", "Kathmandu", "UTC"],
)
def test_a_zone_that_cause_and_effect_tell(hours: int, quarters: int, zone: str) -> None:
    log = source("genesis.out", kind="genesis", zone_assumed=True, clock="log")
    ns = (hours * 3600 + quarters * 900) * SECOND
    clock = ClockOffset(clock="log", reference="capture", offset=Span(ns - SECOND, ns + 2 * SECOND), basis="measured")

    assert zone in found(sources=(log,), clocks=(clock,))["AP201"].sentence


@pytest.mark.parametrize("basis", ["assumed", "measured", "given", "reference"])
def test_only_a_clock_in_use_that_is_assumed_is_told(basis: str) -> None:
    clock = ClockOffset(clock="log", reference="capture", offset=Span(-1, 1), basis=basis, note="n")  # type: ignore[arg-type]
    line = event(StargateStates(up=("192.168.1.26",)))

    assert ("AP202" in found(events=(line,), clocks=(clock,))) is (basis == "assumed")
    assert "AP202" not in found(clocks=(clock,))


def test_contradictions_and_assumptions_are_told_as_they_are() -> None:
    findings = found(contradictions=("the clocks disagree",), assumptions=("taken as one host",))

    assert findings["AP203"].sentence == "the clocks disagree"
    assert findings["AP502"].sentence == "taken as one host"


@pytest.mark.parametrize(
    ("second", "told"), [((200, 300), True), ((20, 30), False), ((10, 30), False), ((5, 6), False)]
)
def test_captures_that_do_not_overlap(second: tuple[int, int], told: bool) -> None:
    assert ("AP204" in found(sources=(source(), source("b.pcap", span=second)))) is told


def test_one_capture_and_empty_ones_overlap_with_nothing_and_are_not_told() -> None:
    assert "AP204" not in found(sources=(source(), source("empty.pcap", span=None)))


def test_lines_that_no_rule_took() -> None:
    finding = found(events=(event(HaUnclassified("HA what")),))["AP301"]

    assert finding.severity == "info"
    assert finding.origins == (PROOF,)


@pytest.mark.parametrize(("frames", "told"), [(0, True), (1, False)])
def test_a_capture_without_storage_traffic(frames: int, told: bool) -> None:
    totals = (CaptureTotals(source="a.pcap", frames=9, bytes=9, storage_frames=frames),)

    assert ("AP401" in found(captures=totals)) is told


def test_one_capture_with_storage_traffic_is_enough() -> None:
    totals = tuple(CaptureTotals(source=f"{n}.pcap", frames=9, bytes=9, storage_frames=n) for n in range(2))

    assert "AP401" not in found(captures=totals)


def test_a_capture_that_was_cut() -> None:
    cut = Skipped("a.file", "offset 99", "the file ends inside a packet")

    assert "offset 99" in found(sources=(source(skipped=(cut,)),))["AP402"].sentence


def test_a_note_that_nothing_confirms() -> None:
    mark = event(Mark("route-add", None, None, "added the route"))

    finding = found(unconfirmed=(mark,))["AP501"]

    assert "added the route" in finding.sentence
    assert finding.origins == (PROOF,)


# --- of one episode --------------------------------------------------------------------------------------------------


def test_a_route_that_a_person_typed() -> None:
    measured = builder.episode("route-injection")
    proof = measured.episode.claims[0].origins[0]
    typed = event(RouteCommand("add", "person", None, None, user="root"), origin=proof, text="esxcfg-route -a …")

    findings = episode_findings(measured.episode, Evidence(sources=(), events=(typed,)))

    told = [finding for finding in findings if finding.code == "AP101"]
    assert [finding.origins for finding in told] == [(proof,)]
    assert "root typed: esxcfg-route -a" in told[0].sentence


def test_a_route_that_genesis_changed_is_by_nobody() -> None:
    measured = builder.episode("route-injection")
    proof = measured.episode.claims[0].origins[0]
    ordered = event(RouteCommand("delete", "genesis", None, None), origin=proof)

    findings = episode_findings(measured.episode, Evidence(sources=(), events=(ordered,)))

    assert "AP101" not in {finding.code for finding in findings}


@pytest.mark.parametrize(
    ("absence", "told"), [("not-observed", True), ("not-applicable", False), ("not-in-evidence", False)]
)
def test_a_route_deleted_without_terminating_connections(absence: str, told: bool) -> None:
    import msgspec

    episode = builder.episode("route-injection").episode
    instants: list[EpisodeInstant] = [
        MissingInstant("terminated", absence, "why") if item.name == "terminated" else item  # type: ignore[arg-type]
        for item in episode.instants
    ]
    assert [item.name for item in instants] == list(INSTANTS)

    findings = episode_findings(
        msgspec.structs.replace(episode, instants=tuple(instants)), Evidence(sources=(), events=())
    )

    assert ("AP103" in {finding.code for finding in findings}) is told
