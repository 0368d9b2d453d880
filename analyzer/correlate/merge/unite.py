"""Observations of the same fault by the wire and by the logs become one; contradictions are kept as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.correlate.clocks.ssh_exchanges import SSH_LAG, SSH_SLACK, Burst
from analyzer.correlate.matching import NEAR, another_after, another_before
from analyzer.correlate.observation import Draft, Point
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path

CHECK_AND_COMMAND = 2  # SSH exchanges: the check reads the routes, then the command changes them
WHOLE_SECOND = SECOND // 2
AFTERWARDS: frozenset[InstantName] = frozenset({"reset", "connected", "restored", "recovered"})
FROM_LOGS: frozenset[InstantName] = frozenset({"check", "detected", "decided"})


def tighten(observation: Draft, bursts: Sequence[Burst], covered: Span) -> None:
    """Use the SSH exchange that a log line tells of: a check's line follows it, a route changes during it.

    The captures show the exchange only where they cover (ns) all of the time in which it may have been.
    """
    if observation.host is None:
        return

    def seen(point: Point) -> bool:
        return covered.least <= point.at.least - SSH_LAG and point.at.most + SSH_LAG <= covered.most

    mine = [burst for burst in bursts if burst.server == observation.host.address]
    detected = observation.points.get("detected")
    read = [b for b in mine if detected and detected.at.least - SSH_LAG <= b.last <= detected.at.most]
    if (
        detected is not None and seen(detected) and detected.at.doubt > WHOLE_SECOND
    ):  # a finer stamp says more than the exchange
        least = read[0].last if read and read[0].clean else read[0].first if read else detected.at.least
        if len(read) == 1 and least > detected.at.least:
            at = Instant(detected.at.clock, least, detected.at.most)
            proof = (*detected.origins, read[0].origin)
            observation.points["detected"] = replace(detected, at=at, origins=proof)
    repaired = observation.points.get("repaired")
    if repaired is not None and seen(repaired) and repaired.at.doubt > 0:
        ran = [b for b in mine if b.last >= repaired.at.least and b.first <= repaired.at.most]
        if len(ran) == CHECK_AND_COMMAND and read == ran[:1]:  # with more, the second may be the next check's
            ran = ran[1:]
        if len(ran) == 1:
            met = repaired.at.meet(Instant(repaired.at.clock, ran[0].first, ran[0].last + SSH_SLACK))
            if met is not None:
                how = "during the SSH exchange that ran the route command"
                proof = (*repaired.origins, ran[0].origin)
                observation.points["repaired"] = replace(repaired, at=met, origins=proof, how=how)


def unite(seen: Draft, told: Draft) -> Draft:
    """One observation from both: the logs say what was decided, the wire what happened to the traffic."""
    kind = told.kind
    united = replace(
        told,
        host=told.host or seen.host,
        start=min(seen.start, told.start),
        end=max(seen.end, told.end),
        before=told.before if another_before(seen, told) else _path(seen.before, told.before),
        during=_path(seen.during, told.during),
        after=told.after if another_after(seen, told) else _path(seen.after, told.after),
        cvm=told.cvm or seen.cvm,
        gateway=told.gateway or seen.gateway,
        gateway_valid=told.gateway_valid if told.gateway_valid is not None else seen.gateway_valid,
        points=dict(told.points),
        claims=[*seen.claims, *told.claims],
        doubts=[],
        confidence="high",
        note=seen.note if seen.kind == kind else "",
    )
    elsewhere = another_after(seen, told)
    for name, point in seen.points.items():
        if not (elsewhere and name in AFTERWARDS):
            united.points[name] = _point(name, point, told.points.get(name), united, surely=seen.kind == kind)
    _keep_own_end(united, told)
    if told.kind != seen.kind:
        united.doubts += [doubt for doubt in told.doubts if doubt not in united.doubts]
        united.confidence = told.confidence
    for observation in (seen, told):
        if "ends before" in " ".join(observation.doubts) and "repaired" not in united.points:
            united.doubts += [doubt for doubt in observation.doubts if doubt not in united.doubts]
    return united


def _keep_own_end(united: Draft, told: Draft) -> None:
    """A connection that ended before the fault or after the repair was ended in another episode."""
    ended, fault, repaired = (united.points.get(name) for name in ("terminated", "fault", "repaired"))
    early = ended and fault and ended.at.most < fault.at.least
    late = ended and repaired and ended.at.least > repaired.at.most
    if early or late:
        del united.points["terminated"]
        if "terminated" in told.points:
            united.points["terminated"] = told.points["terminated"]


def _path(seen: Path, told: Path) -> Path:
    """The wire's path where it saw one, with the logs' CVM where the wire has only a MAC.

    A silence of which no frame tells where the host went instead leaves room for the path that the logs tell of.
    """
    if seen.kind == "unknown":
        return told
    if seen.kind == "dead" and seen.via is None and (told.kind in ("local", "remote") or told.via):
        return told
    if seen.kind == told.kind and told.via and (seen.via is None or ":" in seen.via):
        return Path(seen.kind, told.via, seen.source, seen.next_hop_mac, seen.vlan, seen.note)
    return seen


def _point(name: InstantName, seen: Point, told: Point | None, united: Draft, *, surely: bool) -> Point:
    """`surely`: the wire tells the same kind of fault; else what the log says of it counts."""
    if told is None:
        return seen
    met = seen.at.meet(told.at)
    if met is None and not surely:
        return told
    if met is None:
        united.doubt(f"the wire and the log contradict each other on `{name}`")
        return told if name in FROM_LOGS else seen
    how = seen.how if seen.at.doubt <= told.at.doubt else told.how
    return Point(met, (*seen.origins, *told.origins), how, told.stamp)


CHAIN: tuple[InstantName, ...] = (
    "fault",
    "detected",
    "decided",
    "terminated",
    "repaired",
    "connected",
    "restored",
    "recovered",
)


def order(observation: Draft) -> None:
    """An effect never precedes its cause: each instant of the chain bounds the others; a contradiction is a doubt."""
    known = [name for name in CHAIN if name in observation.points]
    least = -(2**62)
    for name in known:
        at = observation.points[name].at
        least = max(least, at.least) if _bound(observation, name, max(least, at.least), at.most) else least
    most = 2**62
    for name in reversed(known):
        at = observation.points[name].at
        most = min(most, at.most) if _bound(observation, name, at.least, min(most, at.most)) else most
    check, detected = observation.points.get("check"), observation.points.get("detected")
    if check is not None and detected is not None:
        _bound(observation, "check", check.at.least, min(check.at.most, detected.at.most))


def _bound(observation: Draft, name: InstantName, least: int, most: int) -> bool:
    """Set an instant's bounds; False, and a doubt, when they exclude each other."""
    if least > most:
        observation.doubt(f"`{name}` is out of order: an effect seems to precede its cause")
        return False
    point = observation.points[name]
    observation.points[name] = replace(point, at=Instant(point.at.clock, least, most))
    return True


def absorbed(observation: Draft, others: Sequence[Draft]) -> bool:
    """Whether an unexplained or doubtful change lies within a better founded episode of the host, so is part of it."""
    if observation.basis == "wire" and _between(observation, others):
        return True
    doubtful = observation.basis == "wire" and observation.confidence == "low"
    if observation.kind != "unexplained" and not doubtful:
        return False
    return any(
        other is not observation
        and other.kind != "unexplained"
        and other.confidence != "low"
        and not other.adrift
        and other.host == observation.host
        and _begins(other) - NEAR <= _shows(observation) <= other.end + NEAR
        for other in others
    )


def _between(observation: Draft, others: Sequence[Draft]) -> bool:
    """Whether a remote path only stalled where logs tell more: the CVM came back, served unseen, and failed again."""
    if observation.before.kind != "remote" or observation.after.kind != "remote":
        return False
    mine = [one for one in others if one.basis == "logs" and not one.adrift and one.host == observation.host]
    back = [one.points["repaired"].at for one in mine if one.kind == "cvm-recovery" and "repaired" in one.points]
    away = [one.points["repaired"].at for one in mine if one.kind == "cvm-failure" and "repaired" in one.points]
    began = any(abs(at.middle - observation.start) <= NEAR for at in back)
    return began and any(observation.start < at.least and at.most <= observation.end + NEAR for at in away)


def _begins(observation: Draft) -> int:
    """When a fault happened at the earliest, ns; a log's evidence begins with the last check before it."""
    fault = observation.points.get("fault")
    return observation.start if fault is None else max(observation.start, fault.at.least)


def _shows(observation: Draft) -> int:
    """When something is seen to happen, ns: a path that appears in a capture may have been there before it."""
    fault, restored = observation.points.get("fault"), observation.points.get("restored")
    return restored.at.least if fault is None and restored is not None else observation.start
