"""Runs made by hand for the report's tests: every kind, absent instants, hostile names."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.episode import (
    Claim,
    Confidence,
    Episode,
    EpisodeKind,
    Evident,
    JudgedBy,
    Judgement,
    MeasuredEpisode,
    Statement,
    Verdict,
)
from analyzer.model.event import Ends, Event, Forwarding, HaUnclassified, Mark, StargateStates, TcpControl
from analyzer.model.finding import Finding
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.measurement import (
    INSTANTS,
    EpisodeInstant,
    How,
    KnownInstant,
    KnownMeasurement,
    Latency,
    LongOperation,
    Measurement,
    MissingInstant,
    MissingMeasurement,
    Phase,
)
from analyzer.model.over_time.coverage import Coverage, HostCoverage, Lack, Service, Sight, Silence
from analyzer.model.path import Path
from analyzer.model.run import Acceptable, Expectation, RateRun, RateSeries, Run, RunSettings
from analyzer.model.source import Log, Origin, Reason, Skipped, Source
from analyzer.model.told import AsTold, Doubt
from analyzer.model.traffic import CaptureTotals

START = 1_795_331_026 * SECOND
FAULT = START + 37 * SECOND + 58_124_001
SPAN, VMK, GENESIS = "case/span.pcap", "case/vmk1.pcap", "case/genesis.out"
CLOCK = "capture"
HOST, CVM, REMOTE = "192.168.1.24", "192.168.1.26", "192.168.1.28"

LOCAL_PATH = Path("local", CVM, "192.168.5.1", "00:0c:29:a0:05:26")
REMOTE_PATH = Path("remote", REMOTE, HOST, "00:0c:29:c0:01:28", 12)
DEAD_PATH = Path("dead", None, "192.168.5.1", note=AsTold("calls without a reply"))
UNKNOWN_PATH = Path("unknown")
SHOWN = How("as-told", told="the log's first word of it")
DOUBTS = tuple(Doubt("as-told", told=told) for told in ("no capture of vmk1", "the log has whole-second stamps"))

# Seconds after the fault in ms, and the doubt in ms, of each instant of the CVM failure.
AFTER: dict[str, tuple[int, int]] = {
    "fault": (0, 2),
    "check": (23_000, 1000),
    "detected": (23_000, 1000),
    "decided": (23_300, 1000),
    "terminated": (0, 0),
    "repaired": (24_740, 6),
    "reset": (27_060, 0),
    "connected": (27_066, 0),
    "restored": (27_070, 0),
    "recovered": (28_000, 250),
}

PATHS: dict[EpisodeKind, tuple[Path, Path, Path]] = {
    "cvm-failure": (LOCAL_PATH, DEAD_PATH, REMOTE_PATH),
    "route-injection": (LOCAL_PATH, REMOTE_PATH, LOCAL_PATH),
    "route-deletion": (REMOTE_PATH, DEAD_PATH, REMOTE_PATH),
    "cvm-recovery": (REMOTE_PATH, REMOTE_PATH, LOCAL_PATH),
    "unexplained": (LOCAL_PATH, LOCAL_PATH, UNKNOWN_PATH),
}

REASONS: dict[Verdict, JudgedBy] = {
    "MET": "within-expectation",
    "MET-OR-LATE": "straddles-expectation",
    "LATE": "within-bound",
    "MISSED": "beyond-bound",
    "UNDECIDED": "straddles",
    "NOT-JUDGED": "no-expectation",
}


ACCEPTABLE: dict[Verdict, Acceptable] = {
    "MET": "yes",
    "MET-OR-LATE": "yes",
    "LATE": "yes",
    "MISSED": "no",
    "UNDECIDED": "unknown",
    "NOT-JUDGED": "yes",
}


def instants(*absent: str) -> tuple[EpisodeInstant, ...]:
    """The ten instants; `terminated` is never known, nor are `absent`."""
    return tuple(
        MissingInstant(name, "not-in-evidence", "as-told", "no log says it")
        if name in (*absent, "terminated")
        else KnownInstant(name, _at(*AFTER[name]), (Origin(GENESIS, 7), Origin(SPAN, 41)), SHOWN)
        for name in INSTANTS
    )


def _at(milliseconds: int, doubt: int) -> Instant:
    least = FAULT + milliseconds * MILLISECOND
    return Instant(CLOCK, least, least + doubt * MILLISECOND)


def stages() -> tuple[Measurement, ...]:
    """The waterfall, one stage of it not known."""
    known = (("wait", 22_500, 1000), ("detect", 0, 900), ("decide", 300, 900), ("repair", 440, 1000))
    return (
        *(KnownMeasurement(name, span(least, wide), (Origin(GENESIS, 8),)) for name, least, wide in known),
        KnownMeasurement("reconnect", span(2_320, 6), (Origin(SPAN, 50),)),
        KnownMeasurement("resume", span(4, 0), (Origin(SPAN, 52),)),
        MissingMeasurement("recover", "not-observed", "path-after-unseen"),
    )


def span(least: int, wide: int) -> Span:
    """A span from `least` ms, `wide` ms wide."""
    return Span(least * MILLISECOND, (least + wide) * MILLISECOND)


def judgement(verdict: Verdict = "LATE") -> Judgement:
    """Detection against 23 s; UNDECIDED has no figure that decides, NOT-JUDGED none at all."""
    measured = {
        "MET": span(21_500, 1000),
        "MET-OR-LATE": span(22_500, 1000),
        "LATE": span(23_100, 900),
        "MISSED": span(61_000, 10),
        "UNDECIDED": span(22_500, 19_000),
    }
    return Judgement(
        verdict=verdict,
        metric="detection",
        measured=measured.get(verdict),
        expected=None if verdict == "NOT-JUDGED" else 23 * SECOND,
        bound=None if verdict == "NOT-JUDGED" else 40 * SECOND,
        expectation_source="published test of 2015, one observation",
        reason=REASONS[verdict],
        decides=(("leaders-genesis",),) if verdict == "UNDECIDED" else (),
    )


def outage() -> Judgement:
    """Storage was away for 27 s, and 36 s are expected."""
    return Judgement(
        verdict="MET",
        metric="outage",
        measured=span(27_071, 0),
        expected=36 * SECOND,
        bound=51 * SECOND,
        expectation_source="inferred",
        reason="within-expectation",
    )


def episode(
    kind: EpisodeKind = "cvm-failure",
    *,
    verdict: Verdict = "LATE",
    absent: tuple[str, ...] = (),
    host: str | None = HOST,
    confidence: Confidence = "high",
) -> MeasuredEpisode:
    """An episode of the kind with figures."""
    before, during, after = PATHS[kind]
    return MeasuredEpisode(
        episode=Episode(
            id="E1",
            kind=kind,
            host=host,
            cvm=CVM if host else None,
            gateway=REMOTE,
            gateway_valid=True if kind == "route-injection" else None,
            before=before,
            during=during,
            after=after,
            instants=instants(*absent),
            claims=claims(),
            confidence=confidence,
            doubts=() if confidence == "high" else DOUBTS,
        ),
        stages=stages(),
        measurements=(
            KnownMeasurement("detection", span(23_100, 900), (Origin(GENESIS, 7),)),
            KnownMeasurement("outage", span(27_071, 0), (Origin(VMK, 30), Origin(SPAN, 52))),
        ),
        longest=LongOperation(
            xid=0x5F00A1, procedure="WRITE", calls=9, duration=span(27_050, 0), moved=True, origins=(Origin(SPAN, 52),)
        ),
        phases=phases(),
        verdict=verdict,
        judgements=(judgement(verdict), outage()) if verdict != "NOT-JUDGED" else (judgement(verdict),),
        findings=(
            Finding(code="AP104", severity="warning", sentence="The client sent a call 9 times.", advice="Look at it."),
        ),
    )


def claims() -> tuple[Claim, ...]:
    """Two claims: of a log, of a capture."""
    return (
        Claim(
            Statement("as-told", told="Genesis noted that the Stargate is down."),
            (Origin(GENESIS, 7), Origin(GENESIS, 8)),
        ),
        Claim(
            Statement("as-told", told="The remote CVM ended the old connection."),
            tuple(Origin(SPAN, n) for n in (41, 50, 52, 60, 61, 62, 63, 64, 65)),
            "tcp.flags.reset == 1 && ip.addr == 192.168.5.2",
        ),
    )


def phases() -> tuple[Phase, ...]:
    """Traffic before, during and after."""
    latency = (
        Latency("WRITE", 240, span(1, 0), span(3, 1), span(9, 0)),
        Latency("GETATTR", 90, span(1, 0), span(2, 0), span(2, 0)),
    )
    edges = (
        (START, FAULT, 148),
        (FAULT, FAULT + 27_070 * MILLISECOND, 0),
        (FAULT + 27_070 * MILLISECOND, START + 82 * SECOND, 70),
    )
    return tuple(
        Phase(
            name=name,  # type: ignore[arg-type]
            start=Instant(CLOCK, start, start),
            end=Instant(CLOCK, end, end),
            replies=replies,
            bytes=replies * 712,
            replies_per_1000s=replies * 27,
            bytes_per_1000s=replies * 27 * 712,
            latency=latency if replies else (),
        )
        for name, (start, end, replies) in zip(("before", "during", "after"), edges, strict=True)
    )


def run(*episodes: MeasuredEpisode, case: str = "cvm-failure", verdict: Verdict = "LATE") -> Run:
    """A run with two captures and a log; without episodes it is a healthy one."""
    ends = Ends("00:0c:29:c0:01:28", "00:25:90:aa:00:24", "192.168.5.2", "192.168.5.1", 2049, 877)
    rst = Event(at=_at(27_060, 0), detail=TcpControl("RST", ends, 1, 1), origin=Origin(SPAN, 41))
    mark = Event(
        at=_at(0, 0), detail=Mark("cvm-power-off", CVM, None, "I powered it off"), origin=Origin("marks.toml", 1)
    )
    check = StargateStates(up=(CVM,), all_of="up")
    return Run(
        autopath_version="0.1.0",
        case=case,
        acceptable=ACCEPTABLE[verdict],
        actions=(),
        verdict=verdict,
        settings=RunSettings(
            storage_address="192.168.5.2",
            host_private_address="192.168.5.1",
            cvm_management_address="192.168.5.254",
            nfs_port=2049,
            log_timezone="UTC",
            expectations=(
                Expectation(kind="cvm-failure", metric="detection", expected=23 * SECOND, source="published test"),
            ),
            rules=(),
        ),
        sources=sources(),
        captures=(
            CaptureTotals(
                source=SPAN, frames=1634, bytes=300_000, tcp_resets=1, storage_frames=311, nfs_calls=(("WRITE", 70),)
            ),
            CaptureTotals(source=VMK, frames=812, bytes=200_000, nfs_calls=(("GETATTR", 8), ("WRITE", 140))),
        ),
        clocks=(
            ClockOffset(clock=CLOCK, reference=CLOCK, offset=Span(0, 0), basis="reference"),
            ClockOffset(
                clock=CVM,
                reference=CLOCK,
                offset=span(-400, 900),
                basis="measured",
                pairs=2,
                origins=(Origin(GENESIS, 8),),
            ),
        ),
        hosts=(Host(address=HOST, name="esx-a", macs=("00:25:90:aa:00:24",), cvm=CVM),),
        cvms=(Cvm(address=CVM), Cvm(address=REMOTE, macs=("00:0c:29:c0:01:28",))),
        check_period=span(29_500, 1_000),
        episodes=episodes,
        findings=(Finding(code="AP202", severity="info", sentence="The clocks agree.", origins=(Origin(GENESIS, 8),)),),
        events=(
            rst,
            mark,
            Event(
                at=Instant(CVM, FAULT + 23 * SECOND, FAULT + 24 * SECOND),
                detail=check,
                origin=Origin(GENESIS, 7),
                rule="up",
                text="down <b>",
            ),
            Event(
                at=Instant("elsewhere", 0, 0),
                detail=Forwarding("correct", HOST),
                origin=Origin(GENESIS, 9),
                text="odd clock",
            ),
        ),
        series=(
            RateSeries(
                host=HOST,
                source="192.168.5.1",
                next_hop="00:0c:29:a0:05:26",
                width=SECOND,
                runs=(RateRun(START, (4,) * 37),),
            ),
            RateSeries(
                host=HOST,
                source=HOST,
                next_hop="00:0c:29:c0:01:28",
                width=SECOND,
                runs=(RateRun(START + 64 * SECOND, (9, 4, 4, 4, 4, 3, 4, 4)),),
            ),
        ),
        evidence=(
            Evident(
                Origin(GENESIS, 7),
                _at(23_000, 1000),
                "WARNING ha_service.py:497 Stargate is down on ['192.168.1.26']",
                "stargate",
            ),
            Evident(
                Origin(GENESIS, 8),
                _at(24_000, 1000),
                "INFO hypervisor_ha.py:187 Executing on 192.168.1.24: esxcfg-route -a",
            ),
            *(
                Evident(Origin(SPAN, n), _at(27_000 + n, 0), f"192.168.5.2 → 192.168.5.1 TCP 2049 → 877 [RST] {n}")
                for n in (41, 50, 52)
            ),
        ),
        skipped=(Skipped(SPAN, "frame 12", Reason("data-cut")),),
        coverage=coverage(),
    )


def coverage(*lacks: Lack) -> Coverage:
    """What captures and a log show of the host, without what `lacks`."""
    first, last = START, START + 82 * SECOND
    return Coverage(
        time=(first, last),
        hosts=(
            HostCoverage(
                host=HOST,
                seen=(Sight("replies", first, last), Sight("checks", first, first + 60 * SECOND)),
                service=Service(
                    calls=218,
                    replies=218,
                    silence=Silence(first + SECOND, first + 2_500 * MILLISECOND, (Origin(VMK, 30), Origin(VMK, 31))),
                    slowest=span(9, 0),
                ),
            ),
        ),
        lacks=lacks,
        steady=(first, last),
    )


def sources() -> tuple[Source, ...]:
    """Two captures, a log, a person's marks."""
    first, last = Instant(CLOCK, START, START), Instant(CLOCK, START + 82 * SECOND, START + 82 * SECOND)
    return (
        Source(
            name=SPAN,
            kind="capture",
            size=345_678,
            digest="sha256:" + "ab" * 32,
            clock=CLOCK,
            format="pcap, µs",
            first=first,
            last=last,
            records=1634,
        ),
        Source(
            name=VMK,
            kind="capture",
            size=245_678,
            digest="sha256:" + "cd" * 32,
            clock=CLOCK,
            format="pcap, µs",
            first=first,
            last=last,
            records=812,
        ),
        Source(
            name=GENESIS,
            kind="genesis",
            log=Log("cvm", "Genesis log"),
            size=1_234,
            digest=None,
            clock=CVM,
            host=CVM,
            zone="UTC",
            zone_assumed=True,
            records=10,
        ),
        Source(
            name="marks.toml",
            kind="marks",
            size=99,
            digest="sha256:" + "ef" * 32,
            clock=CLOCK,
            records=1,
            comments=("a person's",),
        ),
    )


Made = TypeVar("Made", bound=msgspec.Struct)


def remade(value: Made, **changes: object) -> Made:
    """The value with others in it."""
    return msgspec.structs.replace(value, **changes)


def replaced(value: Run, **changes: object) -> Run:
    """The run with other values."""
    return msgspec.structs.replace(value, **changes)


def replaced_source(value: Source, **changes: object) -> Source:
    """The source with other values."""
    return msgspec.structs.replace(value, **changes)


def log_event(text: str) -> Event:
    """A log line in the middle of the episode."""
    return Event(at=_at(10_000, 0), detail=HaUnclassified(text), origin=Origin(GENESIS, 6), text=text)


def empty() -> Run:
    """A run that found nothing at all."""
    nothing: tuple[object, ...] = ()
    parts = ("sources", "captures", "clocks", "hosts", "cvms", "findings", "events", "series", "evidence", "skipped")
    value = run(verdict="NOT-JUDGED")
    settings = msgspec.structs.replace(value.settings, expectations=())
    return replaced(value, check_period=None, settings=settings, coverage=Coverage(), **dict.fromkeys(parts, nothing))
