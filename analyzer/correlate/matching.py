"""Which observation of the wire and which of the logs are of one fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from analyzer.correlate.cause_and_effect import WAYS, allowances, another_before, apart, correction, is_close
from analyzer.correlate.observation import RETURN_UNLOGGED, Observation
from analyzer.correlate.timing import CHECK_PERIOD, FAILOVER, SAME_TIME, UNPLACED
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

AT_ONCE = SECOND


def match(wire: Sequence[Observation], logs: Sequence[Observation]) -> list[tuple[int, int]]:
    """Places of observations of one fault, in captures and in logs: same host, kinds that can be the same, evidence
    that lies at the same time.

    A host that has no name on the wire may be any: it is none where a log that nothing places tells of several.
    """
    in_time = intervals(range(len(wire)), lambda place: (wire[place].start, wire[place].end))
    possible = [
        (i, j)
        for j, told in enumerate(logs)
        for i in (_loosely(wire, told, in_time) if told.adrift else _closely(wire, told, in_time))
    ]
    hosts: dict[int, set[Member | None]] = {}
    for i, j in possible:
        hosts.setdefault(i, set()).add(logs[j].host)
    for i in (i for i in hosts if _unnamed(wire[i])):
        hosts[i] |= hosts_at_any_time(wire[i], logs)
    candidates = [
        (_strangeness(wire[i], logs[j]), _distance(wire[i], logs[j]) + _vagueness(wire[i], logs[j]), i, j)
        for i, j in possible
        if not (_unnamed(wire[i]) and len(hosts[i]) > 1 and _may_be_any(wire[i], logs[j]))
    ]
    pairs: list[tuple[int, int]] = []
    used_wire: set[int] = set()
    used_logs: set[int] = set()
    for *_, i, j in sorted(candidates):
        if i not in used_wire and j not in used_logs:
            used_wire.add(i)
            used_logs.add(j)
            pairs.append((i, j))
    for when in (_end, _begin, _away):
        pairs += _left_of_one(wire, logs, pairs, when)
    return pairs


def _left_of_one(
    wire: Sequence[Observation],
    logs: Sequence[Observation],
    pairs: Sequence[tuple[int, int]],
    when: Callable[[Observation], Span | None],
) -> list[tuple[int, int]]:
    """Places of those that no pair has, that tell the same of a host, and whose times meet, each with no other: one
    change is told once, and captures would show a second one too.
    """
    used_wire, used_logs = {i for i, _ in pairs}, {j for _, j in pairs}
    times = {j: time for j, told in enumerate(logs) if j not in used_logs and (time := when(told)) is not None}
    in_time = intervals(times, lambda j: (times[j].least, times[j].most))
    alike = [
        (i, j)
        for i, seen in enumerate(wire)
        if i not in used_wire and (time := when(seen)) is not None
        for j in sorted(in_time.overlapping(time.least, time.most))
        if _surely_alike(seen, logs[j]) and not (seen.kind == "unexplained" and _over_before(seen, logs[j]))
    ]
    of_wire, of_logs = Counter(i for i, _ in alike), Counter(j for _, j in alike)
    return [(i, j) for i, j in alike if of_wire[i] == 1 and of_logs[j] == 1]


def _end(one: Observation) -> Span | None:
    """When the connections of a route were ended, where that is known to the second; else when the route was changed,
    where that is known better than from one check to the next. Where two logs have one fault, and nothing places the
    one, or where captures have another begin of it, that does not part them.
    """
    ended, repaired = one.points.get("terminated"), one.points.get("repaired")
    if _unnamed(one):
        return None
    if ended is not None and ended.at.doubt <= AT_ONCE:
        return Span(ended.at.least, ended.at.most)
    known = repaired is not None and repaired.at.doubt < CHECK_PERIOD
    return Span(repaired.at.least, repaired.at.most) if known and repaired is not None else None


def _begin(one: Observation) -> Span | None:
    """When a fault began: where only its end is another, a clock was set meanwhile."""
    fault = one.points.get("fault")
    return Span(fault.at.least, fault.at.most) if fault is not None and not one.adrift else None


def _away(one: Observation) -> Span | None:
    """From when a host lost its own CVM until it can be given back, as no check finds that one back sooner: until then
    it can't be lost again, and where another fault is told in it, a clock was set.
    """
    fault, repaired = one.points.get("fault"), one.points.get("repaired")
    leaves = one.kind == "cvm-failure" and one.before.kind == "local" and one.after.kind == "remote"
    if not leaves or fault is None or repaired is None or one.adrift or _unnamed(one):
        return None
    return Span(fault.at.least, max(fault.at.least, repaired.at.most) + CHECK_PERIOD)


def hosts_at_any_time(seen: Observation, logs: Sequence[Observation]) -> set[Member | None]:
    """The hosts of which logs that nothing places tell the same kind, whatever path these had them on."""
    return {told.host for told in logs if told.adrift and told.kind == seen.kind}


def of_several(seen: Observation, told: Sequence[Observation]) -> list[Observation] | None:
    """`told`, with a doubt, where the captures show of a host that they do not name what the logs show of several."""
    if not _unnamed(seen):
        return None
    alone = intervals([0], lambda _: (seen.start, seen.end))
    alike = [_may_be_any(seen, one) and _surely_alike(seen, one) and bool(_loosely([seen], one, alone)) for one in told]
    if any(alike):  # and so is what these logs have of another host on another path
        alike = [may or (one.adrift and one.kind == seen.kind) for may, one in zip(alike, told, strict=True)]
    if len({one.host for one, is_alike in zip(told, alike, strict=True) if is_alike}) < 2:
        return None
    said, why = Statement("unnamed-host"), Doubt("host-unnamed")
    return [
        one.claimed(said, _proof(seen)).doubted(why) if is_alike else one
        for one, is_alike in zip(told, alike, strict=True)
    ]


def _proof(seen: Observation) -> tuple[Origin, ...]:
    """What shows the fault itself."""
    fault = seen.points.get("fault")
    return fault.origins if fault is not None else ()


def _closely(wire: Sequence[Observation], told: Observation, in_time: Intervals[int]) -> list[int]:
    """What a log on a clock that is placed may tell of."""
    near = sorted(in_time.overlapping(told.start - SAME_TIME, told.end + SAME_TIME))
    return [i for i in near if can_be_one(wire[i], told) and not _over_before(wire[i], told)]


def _loosely(wire: Sequence[Observation], told: Observation, in_time: Intervals[int]) -> list[int]:
    """What a log on a clock that nothing places may tell of: the one that it fits as it stands, else any fault of its
    kind that it fits at all. A stall that may be anything it would fit by chance, where there are others.
    """
    close = [i for i in _closely(wire, told, in_time) if all(span.holds(0) for span in allowances(wire[i], told))]
    close = [i for i in close if not another_before(wire[i], told) and (not told.askew or _at_once(wire[i], told))]
    if len(close) == 1 and (is_one_kind(wire[close[0]], told) or _is_only_one(wire, close[0], told)):
        return close
    sure = [i for i in close if _surely_alike(wire[i], told)]
    if sure:  # it may well be one of these, and nothing tells which
        return sure
    near = sorted(in_time.overlapping(told.start - UNPLACED, told.end + UNPLACED))
    alike = [i for i in near if _surely_alike(wire[i], told) and _consistent(wire[i], told)]
    lasting = any(wire[i].end - wire[i].start > FAILOVER for i in close)  # as long as a failover: it may be one itself
    return alike if not close or (len(alike) == 1 and not lasting) else []


def _at_once(seen: Observation, told: Observation) -> bool:
    """Whether an instant of both is so exact in both that no other offset would do."""
    return any(is_close(span) and span.most - span.least <= AT_ONCE for span in allowances(seen, told))


def _is_only_one(wire: Sequence[Observation], place: int, told: Observation) -> bool:
    """Whether captures show nothing else of a host that may be the log's, and name it: else it may be another's."""
    return not _unnamed(wire[place]) and not any(
        same_host(seen, told) for other, seen in enumerate(wire) if other != place
    )


def _surely_alike(seen: Observation, told: Observation) -> bool:
    """Whether the wire alone tells the same kind of fault on a host that may be the log's."""
    alike = same_host(seen, told) and is_one_kind(seen, told) and seen.confidence != "low"
    return alike and not _lost_another(seen, told) and not _is_a_stall(seen, told)


def _consistent(seen: Observation, told: Observation) -> bool:
    """Whether there is any offset of the log's clock at which cause and effect hold."""
    bound, _ = correction([(seen, told)])
    return bound is not None and bound.meet(Span(-UNPLACED, UNPLACED)) is not None


def can_be_one(seen: Observation, told: Observation) -> bool:
    """Whether host and kind allow that the wire and a log saw the same."""
    return same_host(seen, told) and _compatible(seen, told)


def is_one_kind(seen: Observation, told: Observation) -> bool:
    """Whether both tell the same kind; of what neither explains, the host's paths are not others."""
    if seen.kind != told.kind or seen.kind != "unexplained":
        return seen.kind == told.kind
    paths = ((seen.before.kind, told.before.kind), (seen.after.kind, told.after.kind))
    return not any({one, other} == WAYS for one, other in paths)


def may_be_one(seen: Observation, told: Observation) -> bool:
    """Whether host, kind and time allow that the wire and a log saw the same."""
    near = seen.start - SAME_TIME <= told.end and told.start <= seen.end + SAME_TIME
    return near and can_be_one(seen, told) and not _over_before(seen, told)


def _strangeness(seen: Observation, told: Observation) -> int:
    """How many instants that both tell are beside each other, whether the kinds differ, and whether the host came to
    another CVM by the one than by the other; 0 for a perfect match.
    """
    names = [name for name in seen.points if name in told.points]
    beside = sum(apart(seen.points[name].at, told.points[name].at) > SAME_TIME for name in names)
    return beside + (seen.kind != told.kind) + _leads_elsewhere(seen, told)


def _leads_elsewhere(seen: Observation, told: Observation) -> bool:
    """Whether captures show the host at another CVM after a change than the one that a log has it moved to."""
    moved = told.after.kind == seen.after.kind == "remote" and "repaired" in told.points
    return moved and None not in (told.gateway, seen.after.via) and told.gateway != seen.after.via


def _vagueness(seen: Observation, told: Observation) -> int:
    """How long the log leaves open when the fault was, ns, where the wire does not tell the host: the likelier is
    that whose check found it soon.
    """
    fault = told.points.get("fault")
    return fault.at.doubt if _unnamed(seen) and fault is not None else 0


def _may_be_any(seen: Observation, told: Observation) -> bool:
    """Whether a log is placed so loosely that of what it tells of several hosts nothing shows which the wire has."""
    found = told.points.get("detected") or told.points.get("repaired")
    return told.adrift or (seen.kind == told.kind and found is not None and found.at.doubt > CHECK_PERIOD)


def _unnamed(seen: Observation) -> bool:
    """Whether the wire does not tell which host it is."""
    return seen.host is not None and seen.host.address is None


def _over_before(seen: Observation, told: Observation) -> bool:
    """Whether service was back on the wire before the log says that anything was repaired."""
    restored, repaired = seen.points.get("restored"), told.points.get("repaired")
    return restored is not None and repaired is not None and restored.at.most + SAME_TIME < repaired.at.least


def same_host(one: Observation, other: Observation) -> bool:
    """Whether two may be of one host, as far as both tell; one that is known by both of its ports is no unnamed one."""
    if one.host is None or other.host is None or one.host is other.host or one.host == other.host:
        return True
    return one.host.address is None and not (len(other.host.macs) > 1 and other.host.macs.isdisjoint(one.host.macs))


def _compatible(seen: Observation, told: Observation) -> bool:
    if _lost_another(seen, told) or _stays(seen, told) or _ends_otherwise(seen, told) or _is_a_stall(seen, told):
        return False
    return seen.kind in (told.kind, "unexplained") or (seen.confidence == "low" and told.kind != "unexplained")


def _lost_another(seen: Observation, told: Observation) -> bool:
    """Whether a host lost its own CVM by the one and the CVM that served it meanwhile by the other, as both show."""
    both = seen.kind == told.kind == "cvm-failure" and seen.before.note != "unseen"
    return both and {seen.before.kind, told.before.kind} == WAYS and not _one_repair(seen, told)


def _one_repair(seen: Observation, told: Observation) -> bool:
    """Whether a log whose clock is placed has the very route by which captures show the host to be served again: it was
    moved once, and what it had before was a route that never served, or one of which the log does not tell.
    """
    one, other = seen.points.get("repaired"), told.points.get("repaired")
    if told.adrift or one is None or other is None or seen.confidence != "high":
        return False
    return seen.gateway == told.gateway and apart(one.at, other.at) <= 0


def _stays(seen: Observation, told: Observation) -> bool:
    """Whether a host goes on by its path after a stall: that is not how it was given back to its own CVM."""
    stalled = seen.kind == "unexplained" and seen.before.kind == seen.after.kind and seen.after.kind in WAYS
    return stalled and told.kind == "cvm-recovery"


def _is_a_stall(seen: Observation, told: Observation) -> bool:
    """Whether captures show a host to go on by its own CVM where a log has no more than that a route was deleted, whose
    it was: any stall would fit that by chance.
    """
    fault = told.points.get("fault")
    dated = fault is not None and fault.how.name != "right-to-wrong"
    alike = seen.kind == told.kind == "unexplained" and RETURN_UNLOGGED in told.doubts and not dated
    return alike and seen.before.kind == seen.after.kind == "local"


def _ends_otherwise(seen: Observation, told: Observation) -> bool:
    """Whether the wire shows but how a host's connections elsewhere were ended and it left: no failure begins so."""
    left = seen.kind == "unexplained" and seen.before.kind == "remote" and seen.after.kind == "local"
    return left and "terminated" in seen.points and told.kind == "cvm-failure"


def _distance(seen: Observation, told: Observation) -> int:
    """How far apart the evidence of two observations lies, ns; 0 when it overlaps, or nearly: a host's last reply on a
    path comes just before the route goes, or just after.
    """
    apart = max(0, seen.start - told.end, told.start - seen.end)
    return apart if apart > AT_ONCE else 0
