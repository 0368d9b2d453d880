"""Episodes with instants in milliseconds, and traffic around them, for the tests of measurements."""

from __future__ import annotations

from analyzer.measure.index import HostTraffic, by_host
from analyzer.model.cluster import Host
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, EpisodeKind
from analyzer.model.event import Ends, Event, FrameRun, MacTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, Instant
from analyzer.model.measurement import INSTANTS, EpisodeInstant, How, InstantName, KnownInstant, MissingInstant
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation, ServedRun

CLOCK, HOST, VMK0, VMK1 = "capture", "192.168.1.24", "00:25:90:aa:00:24", "00:50:56:6a:a0:24"
MACS = frozenset({VMK0, VMK1})
INSIDE = Ends(VMK1, "00:0c:29:a0:05:26", "192.168.5.1", "192.168.5.2", 877, 2049)
OUTSIDE = Ends(VMK0, "00:0c:29:c0:01:28", HOST, "192.168.5.2", 878, 2049)

LOCAL, DEAD, REMOTE, UNKNOWN = Path("local"), Path("dead"), Path("remote", "192.168.1.28"), Path("unknown")
PATHS: dict[EpisodeKind, tuple[Path, Path, Path]] = {
    "cvm-failure": (LOCAL, DEAD, REMOTE),
    "route-injection": (LOCAL, REMOTE, LOCAL),
    "route-deletion": (REMOTE, DEAD, REMOTE),
    "cvm-recovery": (REMOTE, REMOTE, LOCAL),
    "unexplained": (LOCAL, DEAD, LOCAL),
}


def at(least: int, most: int | None = None) -> Instant:
    """An instant in ms on the captures' clock, exact or in doubt."""
    return Instant(CLOCK, least * MILLISECOND, (least if most is None else most) * MILLISECOND)


def instant(name: InstantName, told: Instant | None, stamp: Instant | None = None) -> EpisodeInstant:
    """Known, or missing because nothing shows it."""
    if told is None:
        return MissingInstant(name, "not-in-evidence", "not-shown")
    return KnownInstant(name, told, (Origin(f"{name}.file", 1),), How("note"), stamp)


def episode(
    kind: EpisodeKind = "cvm-failure",
    instants: dict[InstantName, Instant] | None = None,
    *,
    stamps: dict[InstantName, Instant] | None = None,
    after: Path | None = None,
) -> Episode:
    """An episode of the host with these instants and no others."""
    told, stamped = instants or {}, stamps or {}
    before, during, then = PATHS[kind]
    return Episode(
        id="E1",
        kind=kind,
        host=HOST,
        cvm=None,
        gateway=None,
        gateway_valid=None,
        before=before,
        during=during,
        after=then if after is None else after,
        instants=tuple(instant(name, told.get(name), stamped.get(name)) for name in INSTANTS),
        claims=(),
        confidence="high",
    )


def served(*runs: tuple[int, int], host: str = HOST) -> tuple[ServedRun, ...]:
    """Runs of replies, in ms."""
    return tuple(
        ServedRun(
            host=host,
            first=first * MILLISECOND,
            last=last * MILLISECOND,
            first_origin=Origin("w", 2 * index),
            last_origin=Origin("w", 2 * index + 1),
        )
        for index, (first, last) in enumerate(runs, 1)
    )


def call(
    ms: int, reply: int | None, *, xid: int = 7, ends: Ends = INSIDE, calls: int = 1, source: str = "vmk1.pcap"
) -> Operation:
    """One RPC, in ms; its frames are numbered by its time."""
    return Operation(
        source=source,
        xid=xid,
        procedure="READ",
        ends=ends,
        calls=calls,
        first_call=at(ms),
        first_call_frame=ms + 1,
        last_call=at(ms),
        last_call_frame=ms + 1,
        reply=None if reply is None else at(reply),
        reply_frame=None if reply is None else reply + 1,
    )


def evidence(*operations: Operation, heard: frozenset[str] = MACS) -> Evidence:
    """Evidence in which these MACs of the host are heard."""
    events = [
        Event(at=at(0), detail=MacTraffic(mac, FrameRun(at(90_000), 9, 9, 900)), origin=Origin("w", number))
        for number, mac in enumerate(sorted(heard), 1)
    ]
    return Evidence(sources=(), events=tuple(events), operations=operations)


def found(
    told: Episode,
    runs: tuple[ServedRun, ...] = (),
    proof: Evidence | None = None,
    *,
    macs: frozenset[str] = MACS,
) -> Correlation:
    """What correlation hands on: this episode of the host with these MACs, and this evidence."""
    return Correlation(
        evidence=proof or evidence(),
        reference=CLOCK,
        clocks=(),
        hosts=(Host(address=HOST, macs=tuple(sorted(macs))),),
        cvms=(),
        check_period=None,
        episodes=(told,),
        served=runs,
    )


def traffic(
    told: Episode,
    runs: tuple[ServedRun, ...] = (),
    proof: Evidence | None = None,
    *,
    macs: frozenset[str] = MACS,
) -> HostTraffic:
    """What the index holds of the episode's host."""
    return by_host(found(told, runs, proof, macs=macs))[told.host]
