"""From united observations to episodes: names, each instant known or missing with a reason, claims in order of time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import BY_OTHERS, Observation
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.recovered import Replies, recovered_at, replies_of
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.episode import Episode
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MICROSECOND, Instant
from analyzer.model.measurement import (
    INSTANTS,
    Absence,
    EpisodeInstant,
    How,
    InstantName,
    KnownInstant,
    MissingInstant,
    UnseenReason,
)
from analyzer.model.over_time.latest import LatestBefore
from analyzer.model.source import Origin

FROM_REMOTE = ("cvm-recovery", "route-deletion")  # a host leaves a remote path with these
SHOWN = MICROSECOND  # a frame's stamp is so exact
OF_LOGS: tuple[InstantName, ...] = ("check", "detected", "decided")
OF_WIRE: tuple[InstantName, ...] = ("reset", "connected", "restored", "recovered")


def with_recovered(observations: Sequence[Observation], settled: Settled) -> tuple[Observation, ...]:
    """Each with `recovered`, or why it is not known."""
    timeline = settled.timeline
    if timeline.traffic is None:
        return tuple(observations)
    hosts = {observation.host.macs: observation.host for observation in observations if observation.host is not None}
    replies = {macs: replies_of(host, timeline.evidence.traffic) for macs, host in hosts.items()}
    return tuple(
        one if one.host is None else _with_recovered(one, replies[one.host.macs], timeline.traffic, timeline)
        for one in observations
    )


def _with_recovered(
    observation: Observation, replies: Replies | None, traffic: Traffic, timeline: Timeline
) -> Observation:
    fault, restored = observation.points.get("fault"), observation.points.get("restored")
    if fault is None or restored is None:
        return observation
    found = recovered_at(replies, fault.at, restored.at.least, traffic.first, traffic.last)
    if not isinstance(found, Instant):
        return observation.lacking("recovered", found)
    half = timeline.half_doubt(timeline.measured)
    unsure = restored.at.doubt > SHOWN  # replies that the capture lost may have come at that rate
    least = min(found.least, restored.at.least) if unsure else found.least
    at = Instant(found.clock, least - half, found.most + half)
    return observation.marked("recovered", at, restored.origins, How("rate-is-back"))


def build_episodes(
    observations: Sequence[Observation],
    evidence: Evidence,
    traffic: Traffic | None,
    when: Mapping[Origin, int],
    clocks: Clocks,
) -> tuple[Episode, ...]:
    """Episodes in order of their fault, where that is known, else of where their evidence begins: by clocks that
    nothing compares as they stand. What leaves a remote path comes after the failure that led there, however much is
    open of when it began.
    """
    placed = [_placed(one, clocks) for one in observations]
    failures = _failures(observations, placed)
    order = [_in_order(one, at, failures.get(one.host)) for one, at in zip(observations, placed, strict=True)]
    ordered = [observations[place] for place in sorted(range(len(order)), key=order.__getitem__)]
    has_logs = any(source.kind == "genesis" for source in evidence.sources)
    return tuple(_episode(f"E{number}", one, traffic, has_logs, when) for number, one in enumerate(ordered, 1))


def _placed(one: Observation, clocks: Clocks) -> tuple[int, int, str]:
    fault, later = one.points.get("fault"), _taken_for_right(one, clocks)
    start = min(one.start + later, one.end)
    return (start if fault is None else min(fault.at.least + later, fault.at.most), start, one.kind)


def _taken_for_right(one: Observation, clocks: Clocks) -> int:
    """How far (ns) the earliest that it may be is before what logs say whose clocks are only taken for right."""
    claimed, points = ([each.origins for each in shown] for shown in (one.claims, one.points.values()))
    origins = [origin for told in (*claimed, *points) for origin in told]
    offsets = [clocks.offsets[clock] for clock in clocks.stamping(origins) if clock in clocks.offsets]
    if any(offset.basis != "assumed" for offset in offsets):
        return 0
    return min((offset.offset.width // 2 for offset in offsets), default=0)


def _failures(
    observations: Sequence[Observation], placed: Sequence[tuple[int, int, str]]
) -> dict[Member | None, LatestBefore[tuple[int, int]]]:
    """Where the failures of each host that were repaired are placed, from when they were."""
    found: dict[Member | None, list[tuple[int, tuple[int, int]]]] = {}
    for one, at in zip(observations, placed, strict=True):
        if one.kind == "cvm-failure" and "repaired" in one.points:
            found.setdefault(one.host, []).append((one.points["repaired"].at.most, at[:2]))
    return {host: LatestBefore(mine) for host, mine in found.items()}


def _in_order(
    one: Observation, placed: tuple[int, int, str], failures: LatestBefore[tuple[int, int]] | None
) -> tuple[int, int, str]:
    """The place of a fault: what leaves a remote path stands just after the last failure that was repaired before."""
    repaired = one.points.get("repaired")
    if failures is None or repaired is None or one.kind not in FROM_REMOTE:
        return placed
    before = failures.upto(repaired.at.least)
    return placed if before is None else max(placed, (*before, one.kind))


def _episode(
    name: str, observation: Observation, traffic: Traffic | None, has_logs: bool, when: Mapping[Origin, int]
) -> Episode:
    claims = sorted(
        dict.fromkeys(observation.claims),
        key=lambda claim: min((when.get(origin, observation.end) for origin in claim.origins), default=observation.end),
    )
    return Episode(
        id=name,
        kind=observation.kind,
        host=host_name(observation),
        cvm=observation.cvm,
        gateway=observation.gateway,
        gateway_valid=observation.gateway_valid if observation.kind == "route-injection" else None,
        before=observation.before,
        during=observation.during,
        after=observation.after,
        instants=tuple(_instant(item, observation, traffic, has_logs) for item in INSTANTS),
        claims=tuple(claims),
        confidence=observation.confidence,
        doubts=tuple(dict.fromkeys(observation.doubts)),
        note=observation.note,
        by_hand=observation.by_hand and BY_OTHERS not in observation.doubts,
        by_others=observation.by_hand and BY_OTHERS in observation.doubts,
    )


def host_name(observation: Observation) -> str | None:
    """vmk0's address, else the MAC that is known of the host, or its name."""
    host = observation.host
    if host is None:
        return None
    named = host.name if host.name and ":" not in host.name else None  # else it is called by its log's clock
    return host.address or next(iter(sorted(host.macs)), named)


def _instant(name: InstantName, observation: Observation, traffic: Traffic | None, has_logs: bool) -> EpisodeInstant:
    point = observation.points.get(name)
    if point is not None:
        return KnownInstant(name, point.at, tuple(dict.fromkeys(point.origins)), point.how, point.stamp)
    absence, why = _why_missing(name, observation, traffic, has_logs)
    if name == "recovered" and name in observation.absent:
        absence, why = "not-observed", observation.absent[name]
    return MissingInstant(name, absence, why)


_WHATEVER_THERE_IS: Mapping[UnseenReason, Absence] = {
    "forwarded-ahead": "not-applicable",
    "no-author": "not-in-evidence",
    "no-exchange": "not-observed",
}
"""What is missing for a reason that holds whichever evidence there is."""


def _why_missing(
    name: InstantName, observation: Observation, traffic: Traffic | None, has_logs: bool
) -> tuple[Absence, UnseenReason]:
    if observation.kind == "unexplained" and name in (*OF_LOGS, "terminated", "repaired", "reset", "connected"):
        return "not-applicable", "not-in-a-stall"
    if name == "terminated" and not _terminates(observation):
        return "not-applicable", "nothing-to-end"
    why = observation.absent.get(name)
    if why is not None and why in _WHATEVER_THERE_IS:
        return _WHATEVER_THERE_IS[why], why
    if name in OF_LOGS and not has_logs:
        return "not-in-evidence", "only-genesis"
    if name in OF_WIRE and traffic is None:
        return "not-in-evidence", "only-captures"
    if name in OF_WIRE and not _covered(observation, traffic):
        return "not-in-evidence", "not-covered"
    if name in ("connected", "reset") and "restored" in observation.points and "connected" not in observation.points:
        return "not-applicable", "same-connection"
    if name in observation.absent:
        return "not-observed", observation.absent[name]
    return "not-observed", "not-shown"


def _terminates(observation: Observation) -> bool:
    if observation.kind == "cvm-recovery":
        return True
    return observation.kind == "route-injection" and observation.gateway_valid is not False


def _covered(observation: Observation, traffic: Traffic | None) -> bool:
    return traffic is not None and observation.end >= traffic.first and observation.start <= traffic.last


def times_of(evidence: Evidence, place: Mapping[str, int], wanted: Collection[Origin]) -> dict[Origin, int]:
    """When each of these origins happened, ns, for ordering claims; `place` is each clock's offset (ns, middle)."""

    def ns(at: Instant) -> int:
        return at.middle - place.get(at.clock, 0)

    numbers: dict[str, dict[int, Origin]] = {}
    for origin in wanted:
        numbers.setdefault(origin.source, {})[origin.number] = origin
    none: dict[int, Origin] = {}
    when: dict[Origin, int] = {}
    for event in evidence.events:
        mine = numbers.get(event.origin.source, none)
        if event.origin.number in mine:
            when.setdefault(event.origin, ns(event.at))
        run = getattr(event.detail, "run", None)
        if run is not None and run.last_frame in (numbers.get(run.last_source, none) if run.last_source else mine):
            when.setdefault(run.last_origin(event.origin), ns(run.last))
    for op in evidence.operations:
        if op.first_call_frame in numbers.get(op.source, none):
            when.setdefault(op.first_origin, ns(op.first_call))
        if op.reply is not None and op.reply_origin is not None and op.reply_origin in wanted:
            when.setdefault(op.reply_origin, ns(op.reply))
    return when
