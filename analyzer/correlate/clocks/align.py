"""The offsets of all clocks, bounded by cause and effect (design, section 7).

An effect never precedes its cause. Two kinds of pairs are used before anything is known of episodes:

- Genesis reads a host's routes and runs commands over SSH; the capture shows the exchange, the log a line just after
  (or, for `Executing …`, just before) it.
- A kernel's own line of a route change lies between Genesis' `Executing …` and `… added`.

Episodes seen by both give further pairs later (`join`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.clocks.chained import by_clock_of, by_way_of_another, with_shared_offset, zone_of
from analyzer.correlate.clocks.clocks import (
    CAPTURE_CLOCK,
    NO_ZONE,
    UNBOUNDED,
    Clocks,
    Step,
    given_offsets,
    reference_clock,
)
from analyzer.correlate.clocks.intersection import Estimate
from analyzer.correlate.clocks.parts import most_telling_first, reach, unplaced, with_step
from analyzer.correlate.clocks.route_changes import Told, by_route_changes
from analyzer.correlate.clocks.ssh_exchanges import Burst, by_ssh, exchanges_of, ssh_bursts
from analyzer.correlate.timing import PRIOR, UNPLACED
from analyzer.correlate.topology.topology import is_address
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.correlation import Assumption, Contradiction
from analyzer.model.event import Event, StargateStates, Written
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span


@dataclass(frozen=True, slots=True)
class Stamped:
    """What clocks are aligned by: what each stamped in logs, and the SSH exchanges on the reference; `given` are the
    offsets of `--clock` (ns), `misread` the clocks that share no time with the reference in the zone that was given,
    `eliminated` those of logs whose CVM is known by elimination alone; `cvms` are the addresses of CVMs.
    """

    settings: Settings
    evidence: Evidence
    by_clock: Mapping[str, Sequence[Event]]
    bursts: Sequence[Burst]
    given: Mapping[str, int]
    misread: frozenset[str]
    eliminated: frozenset[str]
    cvms: frozenset[str]


def align(
    evidence: Evidence, settings: Settings, hosts: Mapping[str, str] | None = None, steps: Sequence[Step] = ()
) -> Clocks:
    """Offsets of all clocks from the reference: given, else measured by SSH or kernel route changes, else assumed.

    `hosts` is the address of the host that each log of a host is of, by the log's clock, where it is known. `steps` are
    the clocks that were set back, in order.
    """
    name = reference_clock(evidence)
    by_clock = {name: [], **by_clock_of(evidence.of(Written))}
    misread = _of_another_time(evidence, settings, name)
    clocks, eliminated = _unaligned(evidence, name, misread, hosts or {}, steps)
    stamped = Stamped(
        settings=settings,
        evidence=evidence,
        by_clock=by_clock,
        bursts=ssh_bursts(evidence),
        given=given_offsets(evidence, settings),
        misread=frozenset(misread),
        eliminated=frozenset(eliminated),
        cvms=frozenset(_checked_cvms(evidence)).union(clocks.cvms.values()),
    )
    for placed in PLACED_BY:
        clocks = placed(clocks, stamped)
    return clocks


def _by_its_events(clocks: Clocks, stamped: Stamped) -> Clocks:
    """With each clock as the user gave it, or as what it stamped fits what the reference did."""
    reference = _told_by(clocks.reference, clocks, stamped)
    for clock in most_telling_first(clocks, stamped.by_clock):
        if clock == clocks.reference:
            continue
        estimate = _estimate(clock, clocks, stamped, reference)
        clocks = _aligned(clocks, clock, estimate, stamped.given.get(clock))
    return clocks


def _told_by(clock: str, clocks: Clocks, stamped: Stamped) -> Told:
    return Told(stamped.by_clock[clock], clocks.hosts.get(clock), stamped.cvms)


def _estimate(clock: str, clocks: Clocks, stamped: Stamped, reference: Told) -> Estimate | None:
    """By the exchanges of the log's own CVM; where nothing but an assumption says whose it is, by all of them."""
    told, anywhere = _told_by(clock, clocks, stamped), clock in clocks.free or clock in stamped.given
    within = None if anywhere else reach(clock, clocks)
    exchanges = exchanges_of(stamped.bursts, clocks.cvms.get(clock), stamped.settings, clocks.cvms.values())
    estimate = _compare(told, exchanges, reference, within)
    assumed = clock in stamped.eliminated or clock not in clocks.cvms
    if estimate is None and len(exchanges) < len(stamped.bursts) and assumed:
        return _compare(told, stamped.bursts, reference, within)
    return estimate


def _where_set(clocks: Clocks, stamped: Stamped) -> Clocks:
    """With the two clocks of a log whose clock was set beside each other."""
    for step in clocks.steps:
        clocks = with_step(clocks, step)
    return clocks


def _by_sharing(clocks: Clocks, stamped: Stamped) -> Clocks:
    """With the one offset that all logs share, where several fit each."""
    return with_shared_offset(clocks)


def _by_another(clocks: Clocks, stamped: Stamped) -> Clocks:
    """With a clock that only another log bounds, placed by that one."""
    return by_way_of_another(clocks, stamped.evidence)


def _unaligned(
    evidence: Evidence, reference: str, misread: set[str], hosts: Mapping[str, str], steps: Sequence[Step]
) -> tuple[Clocks, Mapping[str, str]]:
    """What is known of the clocks before they are held against each other; and whose CVMs follow by elimination."""
    named = {s.clock: s.host for s in evidence.sources if s.kind == "genesis" and s.host and is_address(s.host)}
    eliminated = _by_elimination(evidence, named)
    cvms = named | eliminated
    free = misread | _without_zone(evidence, reference)
    for step in steps:
        if step.before in cvms:
            cvms[step.after] = cvms[step.before]
        free |= {step.after} if step.before in free else set()
    exact = ClockOffset(clock=reference, reference=reference, offset=Span(0, 0), basis="reference")
    clocks = Clocks(
        reference,
        offsets=MappingProxyType({reference: exact}),
        assumptions=tuple(Assumption("log-of-remaining", clock, cvm) for clock, cvm in eliminated.items()),
        cvms=MappingProxyType(cvms),
        hosts=MappingProxyType(dict(hosts)),
        free=frozenset(free),
        logs=MappingProxyType({source.name: source.clock for source in evidence.sources}),
        steps=tuple(steps),
    )
    return clocks, eliminated


def _aligned(clocks: Clocks, clock: str, estimate: Estimate | None, given: int | None) -> Clocks:
    """With one clock as the user gave it, or as the estimate has it."""
    name = clocks.reference
    if given is not None:
        exact = ClockOffset(clock=clock, reference=name, offset=Span(given, given), basis="given")
        return _held_against(clocks.at(clock, exact), clock, estimate)
    free = clock in clocks.free
    clocks = clocks.at(clock, _verdict(clock, name, estimate, free))
    clocks = clocks.with_alternatives(clock, _all_that_fit(estimate, clocks, free))
    if estimate is not None and estimate.other is not None:
        clocks = _with_both(clocks, clock, estimate.offset, estimate.other)
    return clocks


def _by_elimination(evidence: Evidence, named: Mapping[str, str]) -> dict[str, str]:
    """The clock of the only genesis.out without the name of a CVM, with the only CVM that has no other one."""
    unnamed = {source.clock for source in evidence.sources if source.kind == "genesis"} - named.keys()
    cvms = _checked_cvms(evidence) - set(named.values())
    return {unnamed.pop(): cvms.pop()} if named and len(unnamed) == 1 and len(cvms) == 1 else {}


def _checked_cvms(evidence: Evidence) -> set[str]:
    """The CVMs whose Stargates were checked."""
    states = [event.detail for event in evidence.of(StargateStates) if isinstance(event.detail, StargateStates)]
    return {cvm for state in states for cvm in (*state.up, *state.down, *state.initializing)}


def _with_both(clocks: Clocks, clock: str, one: Span, other: Span) -> Clocks:
    """A clock that was set while it was watched is told with both of its offsets, as which holds when is not told."""
    both = Span(min(one.least, other.least), max(one.most, other.most))
    middles = sorted((span.least + span.most) // 2 for span in (one, other))
    new = structs.replace(clocks.offsets[clock], offset=both, note=OffsetNote("set-between"))
    apart = middles[1] - middles[0]
    return clocks.at(clock, new).contradicted(Contradiction(name="set-between", clock=clock, by=apart))


def _without_zone(evidence: Evidence, reference: str) -> set[str]:
    """Clocks that may be a time zone away from the reference: of two, one's stamps have none, and none was told.

    Logs without a zone are taken for those of one cluster, which has one.
    """
    local = {source.clock for source in evidence.sources if source.zone_assumed}
    return {source.clock for source in evidence.sources if (source.clock in local) != (reference in local)}


def _of_another_time(evidence: Evidence, settings: Settings, reference: str) -> set[str]:
    """Clocks whose sources share no time with the reference's, where a zone was told for the one or the other."""
    if settings.log_timezone is None:
        return set()
    reach: dict[str, tuple[int, int]] = {}
    local = {source.clock for source in evidence.sources if source.kind == "genesis"}
    for source in evidence.sources:
        if source.first is not None and source.last is not None:
            least, most = reach.get(source.clock, (source.first.least, source.last.most))
            reach[source.clock] = min(least, source.first.least), max(most, source.last.most)
    if reference not in reach:
        return set()
    first, last = reach[reference]
    return {
        clock
        for clock, (least, most) in reach.items()
        if (most + UNPLACED < first or last + UNPLACED < least) and (clock in local) != (reference in local)
    }


def _all_that_fit(estimate: Estimate | None, clocks: Clocks, free: bool) -> tuple[Span, ...]:
    """The offsets that a estimate leaves, None where it leaves one; without it, what a clock may be off."""
    if estimate is None:
        return (Span(-NO_ZONE, NO_ZONE) if free else unplaced(clocks),)
    return () if len(estimate.alternatives) == 1 else estimate.alternatives


def _in_their_zone(clocks: Clocks, stamped: Stamped) -> Clocks:
    """Say of each log that shares no time with the reference, and fits it in another zone, which zone that is."""
    for name in sorted(stamped.misread & clocks.offsets.keys()):
        zone = zone_of(clocks.offsets[name].offset)
        if clocks.known(name) and zone:
            told = name if clocks.reference == CAPTURE_CLOCK else clocks.reference
            ahead = zone if told == name else -zone
            clocks = clocks.contradicted(Contradiction(name="another-zone", clock=told, by=ahead))
    return clocks


PLACED_BY: tuple[Callable[[Clocks, Stamped], Clocks], ...] = (
    _by_its_events,
    _where_set,
    _by_sharing,
    _by_another,
    _in_their_zone,
)
"""What places a clock, in order: each takes what the ones before it know."""


def _held_against(clocks: Clocks, clock: str, estimate: Estimate | None) -> Clocks:
    """Say so when cause and effect contradict the offset that the user gave; what the log tells is told by both."""
    given = clocks.offsets[clock].offset
    if estimate is None or any(offset.meet(given) for offset in estimate.alternatives):
        return clocks
    seen = estimate.offset
    both = Span(min(given.least, seen.least), max(given.most, seen.most))
    new = structs.replace(clocks.offsets[clock], offset=both, note=OffsetNote("contradicted"))
    return clocks.at(clock, new).contradicted(
        Contradiction(name="given-offset", clock=clock, by=given.least, bound=seen)
    )


def _compare(told: Told, bursts: Sequence[Burst], reference: Told, within: Span | None) -> Estimate | None:
    """Hold one clock's events against the reference clock's: by SSH exchanges, then by kernel route changes."""
    estimate = by_ssh(told.events, bursts, within)
    if estimate is not None:
        return estimate
    return by_route_changes(told, reference, within)


def _verdict(clock: str, reference: str, estimate: Estimate | None, free: bool) -> ClockOffset:
    if estimate is None and free:
        return ClockOffset(
            clock=clock,
            reference=reference,
            offset=Span(-NO_ZONE, NO_ZONE),
            basis="assumed",
            note=OffsetNote("no-zone"),
        )
    if estimate is None:
        return ClockOffset(
            clock=clock,
            reference=reference,
            offset=Span(-PRIOR, PRIOR),
            basis="assumed",
            note=UNBOUNDED,
        )
    nearest = min(
        estimate.alternatives,
        key=lambda span: (0 if span.holds(0) else min(abs(span.least), abs(span.most)), span.least),
    )
    if len(estimate.alternatives) > 1:
        return ClockOffset(
            clock=clock,
            reference=reference,
            offset=nearest,
            basis="assumed",
            pairs=estimate.lines,
            note=OffsetNote("several-fit", count=len(estimate.alternatives)),
        )
    return ClockOffset(clock=clock, reference=reference, offset=nearest, basis="measured", pairs=estimate.lines)


def vote_again(events: Sequence[Event], bursts: Sequence[Burst], within: Span) -> Span:
    """The offset within `within` that the SSH exchanges agree on, or `within` itself when they decide nothing."""
    estimate = by_ssh(events, bursts, within)
    met = estimate.offset.meet(within) if estimate is not None and len(estimate.alternatives) == 1 else None
    return met or within
