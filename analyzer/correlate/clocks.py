"""How far each clock is from the reference clock, bounded by cause and effect (design, section 7).

An effect never precedes its cause. Two kinds of pairs are used before anything is known of episodes:

- Genesis reads a host's routes and runs commands over SSH; the capture shows the exchange, the log a line just after
  (or, for `Executing …`, just before) it.
- A kernel's own line of a route change lies between Genesis' `Executing …` and `… added`.

Episodes seen by both give further pairs later (`join`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.repeats import PRIOR, QUARTER
from analyzer.correlate.roles import is_address
from analyzer.correlate.route_votes import Told, by_route_changes
from analyzer.correlate.ssh import Burst, by_ssh, exchanges_of, ssh_bursts
from analyzer.correlate.voting import Ballot
from analyzer.model.clock import ClockOffset
from analyzer.model.event import (
    Event,
    Forwarding,
    HaStarted,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span

CAPTURE_CLOCK = "capture"
OFF_TOO = 600 * SECOND  # what a clock may be off that nothing bounds
NO_ZONE = 14 * 3600 * SECOND  # local time is this far from UTC at most
UNBOUNDED = "nothing bounds this clock: it is taken as right within 10 min (give --clock to say better)"


@dataclass(slots=True)
class Clocks:
    """The offsets found so far, by clock; `reference` is the clock that everything is told on.

    `rivals` are the offsets of a clock that fit equally well, or all that it may have when nothing bounds it: the log
    is read at the nearest to zero, and told with all of them. `free` are the clocks that may be off by a time zone,
    as seen from the reference. `cvms` and `hosts` have the address of the CVM or host that writes a log, by the log's
    clock, where it is known.
    """

    reference: str
    offsets: dict[str, ClockOffset] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    cvms: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    rivals: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    free: frozenset[str] = frozenset()

    def place(self, at: Instant) -> Instant:
        """`at` on the reference clock."""
        if at.clock == self.reference:
            return at
        return at.on(self.reference, self.offsets[at.clock].offset)

    def raw(self, at: Instant, clock: str) -> Instant:
        """`at`, which was placed on the reference clock, as `clock` told it."""
        offset = self.offsets[clock].offset
        return Instant(clock, at.least + offset.most, at.most + offset.least)

    def in_doubt(self, clock: str) -> Span | None:
        """All that fits of a clock's offset, where several do, or all, and nothing decided between them."""
        rivals = self.rivals.get(clock)
        if rivals is None or self.offsets[clock].basis != "assumed":
            return None
        return Span(min(span.least for span in rivals), max(span.most for span in rivals))

    def widened(self, at: Instant, doubtful: Sequence[str]) -> Instant:
        """`at`, placed by what several clocks told, with all that fits of those in `doubtful`."""
        least, most = at.least, at.most
        for clock in doubtful:
            offset, rivals = self.offsets[clock].offset, self.in_doubt(clock)
            if rivals is None:
                continue
            least = min(least, at.least - max(0, rivals.most - offset.most))
            most = max(most, at.most + max(0, offset.least - rivals.least))
        return Instant(at.clock, least, most)

    def tell_doubts(self) -> None:
        """From now on a clock of which several offsets fit is told with all of them."""
        for clock in self.rivals:
            offset = self.in_doubt(clock)
            if offset is not None:
                self.offsets[clock] = structs.replace(self.offsets[clock], offset=offset)

    def known(self, clock: str) -> bool:
        """Whether more than an assumption places `clock`."""
        return clock == self.reference or self.offsets[clock].basis != "assumed"


def reference_clock(evidence: Evidence) -> str:
    """The captures' clock; without captures, the clock of the log with most HA decisions (else the first source's)."""
    clocks = [source.clock for source in evidence.sources if source.first is not None]
    if CAPTURE_CLOCK in clocks or not clocks:
        return CAPTURE_CLOCK
    weight: dict[str, int] = dict.fromkeys(clocks, 0)
    for event in evidence.events:
        if isinstance(
            event.detail, Forwarding | TaskCreated | RouteCommand | StargateStates | HaStarted | RouteChanged
        ):
            weight[event.at.clock] = weight.get(event.at.clock, 0) + 1
    return max(sorted(weight), key=lambda clock: weight[clock])


def align(evidence: Evidence, settings: Settings, hosts: Mapping[str, str] | None = None) -> Clocks:
    """Offsets of all clocks from the reference: given, else measured by SSH or kernel route changes, else assumed.

    `hosts` is the address of the host that each log of a host is of, by the log's clock, where it is known.
    """
    clocks = Clocks(reference_clock(evidence), hosts=dict(hosts or {}))
    clocks.cvms |= {s.clock: s.host for s in evidence.sources if s.kind == "genesis" and s.host and is_address(s.host)}
    name = clocks.reference
    clocks.offsets[name] = ClockOffset(clock=name, reference=name, offset=Span(0, 0), basis="reference")
    by_clock = {name: [], **_by_clock(evidence.events)}
    misread = _of_another_time(evidence, settings, name)
    clocks.free = frozenset(misread) | _without_zone(evidence, name)
    given = given_offsets(evidence, settings)
    bursts = ssh_bursts(by_clock[name])
    for clock in sorted(by_clock.keys() - {name}):
        exchanges = exchanges_of(bursts, clocks.cvms.get(clock), settings)
        told = Told(by_clock[clock], clocks.hosts.get(clock))
        anywhere = clock in clocks.free or clock in given
        ballot = _compare(told, exchanges, Told(by_clock[name], clocks.hosts.get(name)), anywhere)
        if clock in given:
            offset = Span(given[clock], given[clock])
            clocks.offsets[clock] = ClockOffset(clock=clock, reference=name, offset=offset, basis="given")
            _hold_against(clocks, clock, ballot)
        else:
            clocks.offsets[clock] = _verdict(clock, name, ballot, clock in clocks.free)
            if (rivals := _all_that_fit(ballot, clock in clocks.free)) is not None:
                clocks.rivals[clock] = rivals
            if ballot is not None and ballot.other is not None:
                _note_step(clocks, clock, ballot.offset, ballot.other)
    _share_an_offset(clocks)
    by_way_of_another(clocks, evidence.events)
    _tell_zones(clocks, misread)
    return clocks


def _share_an_offset(clocks: Clocks) -> None:
    """Where several offsets fit each of several logs, and none is right, one that all share is the reference's error."""
    several = {name: rivals for name, rivals in clocks.rivals.items() if len(rivals) > 1}
    if len(several) < 2 or any(span.width > SECOND or span.holds(0) for rivals in several.values() for span in rivals):
        return
    first, *others = several.values()
    shared = [one for one in first if all(any(one.meet(span) for span in rivals) for rivals in others)]
    if len(shared) == 1:
        for name, rivals in several.items():
            offset = next(span for span in rivals if span.meet(shared[0]) is not None)
            old = clocks.offsets[name]
            clocks.offsets[name] = structs.replace(old, offset=offset, basis="measured", note="all logs share it")


def _note_step(clocks: Clocks, clock: str, one: Span, other: Span) -> None:
    """A clock that was set while it was watched is told with both of its offsets, as which holds when is not told."""
    both = Span(min(one.least, other.least), max(one.most, other.most))
    clocks.offsets[clock] = structs.replace(clocks.offsets[clock], offset=both, note="it was set in between")
    middles = sorted((span.least + span.most) // 2 for span in (one, other))
    clocks.contradictions.append(
        f"the clock {clock} was set while it was watched, by about {(middles[1] - middles[0]) // MILLISECOND} ms: "
        "the lines before and after agree with the captures on two offsets"
    )


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
        if (most + OFF_TOO < first or last + OFF_TOO < least) and (clock in local) != (reference in local)
    }


def _all_that_fit(ballot: Ballot | None, free: bool) -> tuple[Span, ...] | None:
    """The offsets that a ballot leaves, None where it leaves one; without it, what a clock may be off."""
    if ballot is None:
        return (Span(-NO_ZONE, NO_ZONE) if free else Span(-OFF_TOO, OFF_TOO),)
    return None if len(ballot.rivals) == 1 else ballot.rivals


def _tell_zones(clocks: Clocks, misread: set[str]) -> None:
    """Say of each log that shares no time with the reference, and fits it in another zone, which zone that is."""
    for name in sorted(misread & clocks.offsets.keys()):
        zone = _zone_of(clocks.offsets[name].offset)
        if clocks.known(name) and zone:
            hours, rest = divmod(abs(zone) // QUARTER, 4)
            told = name if clocks.reference == CAPTURE_CLOCK else clocks.reference
            way = "behind" if (zone < 0) == (told == name) else "ahead of"
            clocks.contradictions.append(
                f"the stamps of {told} fit a zone {hours:02d}:{rest * 15:02d} h {way} the one that was given "
                f"(UTC{'-' if way == 'behind' else '+'}{hours:02d}:{rest * 15:02d} if that was UTC)"
            )


def _zone_of(offset: Span) -> int:
    """The nearest difference of two time zones, ns."""
    return round((offset.least + offset.most) // 2 / QUARTER) * QUARTER


def _by_clock(events: Sequence[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.at.clock, []).append(event)
    return found


def _hold_against(clocks: Clocks, clock: str, ballot: Ballot | None) -> None:
    """Say so when cause and effect contradict the offset that the user gave."""
    given = clocks.offsets[clock].offset
    if ballot is None or any(offset.meet(given) for offset in ballot.rivals):
        return
    seen = ballot.offset
    clocks.contradictions.append(
        f"--clock puts {clock} {given.least // MILLISECOND} ms ahead, but the captures bound it to between "
        f"{seen.least // MILLISECOND} ms and {-(-seen.most // MILLISECOND)} ms"
    )


def widen_unbounded(clocks: Clocks) -> bool:
    """Where one clock is seen to be off by more than the prior, another that nothing bounds may be so as well."""
    placed = [o.offset for o in clocks.offsets.values() if o.basis in ("measured", "given")]
    if all(offset.meet(Span(-PRIOR, PRIOR)) is not None for offset in placed):
        return False
    changed = False
    for name, offset in clocks.offsets.items():
        if offset.basis == "assumed" and offset.offset == Span(-PRIOR, PRIOR):
            clocks.offsets[name] = ClockOffset(
                clock=name,
                reference=offset.reference,
                offset=Span(-OFF_TOO, OFF_TOO),
                basis="assumed",
                pairs=offset.pairs,
                note=UNBOUNDED,
            )
            changed = True
    return changed


def by_way_of_another(clocks: Clocks, events: Sequence[Event]) -> None:
    """A clock that only another log bounds, or decides among its rivals: its offset from that log's clock, and that
    one's from the reference. Where several offsets fit the other, as many fit this one.
    """
    if all(offset.basis != "assumed" for offset in clocks.offsets.values()):
        return
    by_clock = _by_clock(events)
    for placed in (True, False):
        others = [name for name in clocks.offsets if _can_place(clocks, name, placed=placed)]
        for name, offset in sorted(clocks.offsets.items()):
            if offset.basis != "assumed" or name in others or (offset.pairs and name not in clocks.rivals):
                continue
            for other in others:
                mine, theirs = (Told(by_clock.get(one, ()), clocks.hosts.get(one)) for one in (name, other))
                most, far = clocks.offsets[other].offset, NO_ZONE if name in clocks.free else OFF_TOO
                ballot = by_route_changes(mine, theirs, Span(-far - most.most, far - most.least))
                if ballot is not None and len(ballot.rivals) == 1:
                    _place_beside(clocks, name, other, ballot)
                    break
    _share_a_zone(clocks)


def _can_place(clocks: Clocks, name: str, *, placed: bool) -> bool:
    """Whether another clock may be put beside this one: it is known where it is, or (not `placed`) where it may be."""
    if placed:
        return clocks.offsets[name].basis in ("measured", "given")
    return clocks.offsets[name].basis == "assumed" and len(clocks.rivals.get(name, ())) > 1


def _place_beside(clocks: Clocks, name: str, other: str, ballot: Ballot) -> None:
    """Put a clock beside another one, by what both tell of the same."""
    placed = clocks.offsets[other]
    if placed.basis == "assumed":
        clocks.rivals[name] = tuple(ballot.offset + rival for rival in clocks.rivals[other])
    offset = ballot.offset + placed.offset
    narrower = [met for rival in clocks.rivals.get(name, ()) if (met := rival.meet(offset)) is not None]
    clocks.offsets[name] = ClockOffset(
        clock=name,
        reference=clocks.reference,
        offset=narrower[0] if len(narrower) == 1 else offset,
        basis="assumed" if placed.basis == "assumed" else "measured",
        pairs=ballot.lines,
        note=f"by way of {other}",
    )


def _share_a_zone(clocks: Clocks) -> None:
    """A clock that nothing bounds is in the zone of those that are placed, if all of them may be in one."""
    zones = {_zone_of(o.offset) for name, o in clocks.offsets.items() if name in clocks.free and clocks.known(name)}
    for name, offset in clocks.offsets.items():
        if len(zones) == 1 and name in clocks.free and offset.basis == "assumed" and not offset.pairs:
            (zone,) = zones
            clocks.rivals[name] = (Span(zone - OFF_TOO, zone + OFF_TOO),)
            near = Span(zone - PRIOR, zone + PRIOR)
            clocks.offsets[name] = structs.replace(offset, offset=near, note=f"{UNBOUNDED}, in the zone of the others")


def given_offsets(evidence: Evidence, settings: Settings) -> dict[str, int]:
    """The offsets of `--clock`, by clock; each names a clock, a source, or the end of a source's name."""
    offsets: dict[str, int] = {}
    for name, offset in settings.clock_offsets:
        for source in evidence.sources:
            if name in (source.clock, source.name) or source.name.endswith("/" + name):
                offsets[source.clock] = offset
    return offsets


def _compare(told: Told, bursts: Sequence[Burst], reference: Told, anywhere: bool) -> Ballot | None:
    """Hold one clock's events against the reference clock's: by SSH exchanges, then by kernel route changes."""
    within = None if anywhere else Span(-600 * SECOND, 600 * SECOND)
    ballot = by_ssh(told.events, bursts, within)
    if ballot is not None:
        return ballot
    return by_route_changes(told, reference, within)


def vote_again(events: Sequence[Event], bursts: Sequence[Burst], within: Span) -> Span:
    """The offset within `within` that the SSH exchanges agree on, or `within` itself when they decide nothing."""
    ballot = by_ssh(events, bursts, within)
    met = ballot.offset.meet(within) if ballot is not None and len(ballot.rivals) == 1 else None
    return met or within


def _verdict(clock: str, reference: str, ballot: Ballot | None, free: bool) -> ClockOffset:
    if ballot is None and free:
        return ClockOffset(
            clock=clock,
            reference=reference,
            offset=Span(-NO_ZONE, NO_ZONE),
            basis="assumed",
            note="its stamps have no zone, and nothing in the evidence places them: give --log-timezone",
        )
    if ballot is None:
        return ClockOffset(
            clock=clock,
            reference=reference,
            offset=Span(-PRIOR, PRIOR),
            basis="assumed",
            note=UNBOUNDED,
        )
    nearest = min(
        ballot.rivals, key=lambda span: (0 if span.holds(0) else min(abs(span.least), abs(span.most)), span.least)
    )
    if len(ballot.rivals) > 1:
        return ClockOffset(
            clock=clock,
            reference=reference,
            offset=nearest,
            basis="assumed",
            pairs=ballot.lines,
            note=f"{len(ballot.rivals)} offsets fit equally well, as checks repeat: it may be any of them",
        )
    return ClockOffset(clock=clock, reference=reference, offset=nearest, basis="measured", pairs=ballot.lines)
