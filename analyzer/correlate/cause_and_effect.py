"""What cause and effect allow: how far a log's clock is off if captures and it saw the same fault."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.clocks.intersection import drifting
from analyzer.correlate.observation import Observation
from analyzer.model.instant import Instant, Span
from analyzer.model.measurement import InstantName
from analyzer.model.told import Doubt

WAYS = {"local", "remote"}
FAR = 10**18  # ns: not bounded from that side


def apart(one: Instant, other: Instant) -> int:
    """How far two instants are from each other at least, ns; less than 0 where they overlap."""
    return max(one.least - other.most, other.least - one.most)


def another_before(seen: Observation, told: Observation) -> bool:
    """Whether a doubtful wire took a part of the fault for another kind: its path before is not that of the fault.

    So is that of an unexplained silence of the one path, when the log has the host on the other before the fault.
    """
    if seen.kind == "unexplained":
        return {seen.before.kind, told.before.kind} == WAYS
    return seen.kind != told.kind and told.before.kind != "unknown"


def may_begin_with_repair(seen: Observation, told: Observation) -> bool:
    """Whether the wire shows only that a host left its path, served until then, and so may be of the route by which
    Genesis forwarded it, and not of the failure that Genesis saw; nor does a silence begin with the return of a CVM.
    """
    if seen.kind == "unexplained" and told.kind == "cvm-recovery":
        return True
    refused = any(claim.statement.name == "connections-refused" for claim in seen.claims)
    in_vain = refused or Doubt("unanswered-inside") in seen.doubts
    return seen.kind == "unexplained" and told.kind == "cvm-failure" and seen.before.kind == "local" and not in_vain


def another_after(seen: Observation, told: Observation) -> bool:
    """Whether the wire shows only the silence of a path, and the logs that service went on by another one meanwhile."""
    return seen.kind == "unexplained" and {seen.after.kind, told.after.kind} == WAYS


def correction(pairs: Sequence[tuple[Observation, Observation]], near: Span | None = None) -> tuple[Span | None, int]:
    """How much the logs' clock is still ahead of the wire's, by cause and effect in `pairs`; None: they contradict.

    The route command precedes the first frame on the new path; the check's line follows the fault;
    NfsTerminateConnection encloses the FIN that it causes. `near`: much else measured the clock, and leaves no more;
    what does not fit that is an instant of another fault, unless it is most.
    """
    bound = Span(-FAR, FAR)
    count = 0
    every = [allowed for seen, told in pairs for allowed in allowances(seen, told)]
    fitting = every if near is None else [allowed for allowed in every if allowed.meet(near) is not None]
    if 2 * sum(map(is_close, fitting)) < sum(map(is_close, every)):
        return None, 0
    for allowed in fitting:
        met = bound.meet(allowed)
        if met is None:
            return None, count
        bound = met
        count += 1
    over = max((told.end for _, told in pairs), default=0) - min((told.start for _, told in pairs), default=0)
    return drifting(bound, over), count


def is_close(allowed: Span) -> bool:
    """Whether it is bounded from both sides."""
    return allowed.least > -FAR and allowed.most < FAR


def allowances(seen: Observation, told: Observation) -> list[Span]:
    """The spans that cause and effect allow the log's clock to be ahead of the wire's, if both saw the same.

    A silence of another path than the fault's begins later than the fault, or ends not by its repair; a CVM that is
    stopped in order ends after its host was forwarded. An NFS server may
    have hung for long before its CVM failed: a check in between found that well.
    """
    found = []
    start = not another_before(seen, told) and not told.is_ahead and not may_begin_with_repair(seen, told)
    end = not another_after(seen, told)
    fault, detected = seen.points.get("fault"), told.points.get("detected") or told.points.get("decided")
    if fault and detected and start:
        found.append(Span(-FAR, detected.at.most - fault.at.least))
    starts: tuple[InstantName, ...] = ("fault",) if start else ()
    ends: tuple[InstantName, ...] = ("repaired", "terminated") if end and not told.is_ahead else ()
    for name in (*starts, *ends):
        one, other = seen.points.get(name), told.points.get(name)
        if one and other:
            hung = name == "fault" and told.kind == "cvm-failure" and one.how.name == "last-reply-to-unanswered"
            found.append(Span(-FAR if hung else other.at.least - one.at.most, other.at.most - one.at.least))
    restored, repaired = seen.points.get("restored"), told.points.get("repaired")
    if restored and repaired and end:
        found.append(Span(repaired.at.least - restored.at.most, FAR))
    return found
