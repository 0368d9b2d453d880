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

from analyzer.config import Settings
from analyzer.correlate.repeats import PRIOR
from analyzer.correlate.roles import is_address
from analyzer.correlate.ssh import Burst, by_ssh, exchanges_of, ssh_bursts
from analyzer.correlate.voting import Ballot, Pairing, elect, pairing
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
NO_ZONE = 14 * 3600 * SECOND  # local time is this far from UTC at most


@dataclass(slots=True)
class Clocks:
    """The offsets found so far, by clock; `reference` is the clock that everything is told on.

    `cvms` has the address of the CVM that writes a log, by the log's clock, where it is known.
    """

    reference: str
    offsets: dict[str, ClockOffset] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    cvms: dict[str, str] = field(default_factory=dict)

    def place(self, at: Instant) -> Instant:
        """`at` on the reference clock."""
        if at.clock == self.reference:
            return at
        return at.on(self.reference, self.offsets[at.clock].offset)

    def raw(self, at: Instant, clock: str) -> Instant:
        """`at`, which was placed on the reference clock, as `clock` told it."""
        offset = self.offsets[clock].offset
        return Instant(clock, at.least + offset.most, at.most + offset.least)

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


def align(evidence: Evidence, settings: Settings) -> Clocks:
    """Offsets of all clocks from the reference: given, else measured by SSH or kernel route changes, else assumed."""
    clocks = Clocks(reference_clock(evidence))
    clocks.offsets[clocks.reference] = ClockOffset(
        clock=clocks.reference, reference=clocks.reference, offset=Span(0, 0), basis="reference"
    )
    by_clock: dict[str, list[Event]] = {}
    for event in evidence.events:
        by_clock.setdefault(event.at.clock, []).append(event)
    clocks.cvms |= {s.clock: s.host for s in evidence.sources if s.kind == "genesis" and s.host and is_address(s.host)}
    free = {source.clock for source in evidence.sources if source.zone_assumed}
    given = given_offsets(evidence, settings)
    reference = by_clock.get(clocks.reference, [])
    bursts = ssh_bursts(reference)

    def exchanges(clock: str) -> list[Burst]:
        return exchanges_of(bursts, clocks.cvms.get(clock), settings)

    for clock in sorted(by_clock):
        if clock == clocks.reference:
            continue
        if clock in given:
            clocks.offsets[clock] = ClockOffset(
                clock=clock, reference=clocks.reference, offset=Span(given[clock], given[clock]), basis="given"
            )
            _hold_against(clocks, clock, _compare(by_clock[clock], exchanges(clock), reference, anywhere=True))
            continue
        ballot = _compare(by_clock[clock], exchanges(clock), reference, clock in free)
        clocks.offsets[clock] = _verdict(clock, clocks.reference, ballot, clock in free)
    _by_way_of_another(clocks, by_clock)
    return clocks


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


def _by_way_of_another(clocks: Clocks, by_clock: Mapping[str, Sequence[Event]]) -> None:
    """A clock that only another log bounds: its offset from that log's clock, and that one's from the reference."""
    measured = [name for name, offset in clocks.offsets.items() if offset.basis in ("measured", "given")]
    for name, offset in sorted(clocks.offsets.items()):
        if offset.basis != "assumed" or offset.pairs:
            continue
        for other in measured:
            ballot = _by_route_changes(by_clock[name], by_clock[other], Span(-600 * SECOND, 600 * SECOND))
            if ballot is not None and len(ballot.rivals) == 1:
                clocks.offsets[name] = ClockOffset(
                    clock=name,
                    reference=clocks.reference,
                    offset=ballot.offset + clocks.offsets[other].offset,
                    basis="measured",
                    pairs=ballot.lines,
                    note=f"by way of {other}",
                )
                break


def given_offsets(evidence: Evidence, settings: Settings) -> dict[str, int]:
    """The offsets of `--clock`, by clock; each names a clock, a source, or the end of a source's name."""
    offsets: dict[str, int] = {}
    for name, offset in settings.clock_offsets:
        for source in evidence.sources:
            if name in (source.clock, source.name) or source.name.endswith("/" + name):
                offsets[source.clock] = offset
    return offsets


def _compare(
    events: Sequence[Event], bursts: Sequence[Burst], reference: Sequence[Event], anywhere: bool
) -> Ballot | None:
    """Hold one clock's events against the reference clock's: by SSH exchanges, then by kernel route changes."""
    within = None if anywhere else Span(-600 * SECOND, 600 * SECOND)
    ballot = by_ssh(events, bursts, within)
    if ballot is not None:
        return ballot
    return _by_route_changes(events, reference, within)


def vote_again(events: Sequence[Event], bursts: Sequence[Burst], within: Span) -> Span:
    """The offset within `within` that the SSH exchanges agree on, or `within` itself when they decide nothing."""
    ballot = by_ssh(events, bursts, within)
    met = ballot.offset.meet(within) if ballot is not None and len(ballot.rivals) == 1 else None
    return met or within


def _by_route_changes(events: Sequence[Event], reference: Sequence[Event], within: Span | None) -> Ballot | None:
    """A kernel's line lies between Genesis' command line and its result line; either side can be the reference."""
    ours, theirs = _kernel_changes(events), _genesis_commands(reference)
    if not (ours and theirs):
        ours, theirs = _genesis_commands(events), _kernel_changes(reference)
    pairs: list[Pairing] = []
    for i, (action, least, most) in enumerate(ours):
        for j, (other, mark_least, mark_most) in enumerate(theirs):
            if action == other:
                pairs += pairing((i, least, most), (j, mark_least, mark_most), within)
    return elect(pairs)


def _kernel_changes(events: Sequence[Event]) -> list[tuple[str, int, int]]:
    return [
        (event.detail.action, event.at.least, event.at.most)
        for event in events
        if isinstance(event.detail, RouteChanged) and event.detail.by_kernel
    ]


def _genesis_commands(events: Sequence[Event]) -> list[tuple[str, int, int]]:
    """(action, least of the command's line, most of the result's line) of each route command of Genesis."""
    spans: list[tuple[str, int, int]] = []
    for event in events:
        detail = event.detail
        if isinstance(detail, RouteCommand) and detail.actor == "genesis":
            spans.append((detail.action, event.at.least, event.at.most + SECOND))
        elif isinstance(detail, RouteChanged) and not detail.by_kernel and spans and spans[-1][0] == detail.action:
            spans[-1] = (detail.action, spans[-1][1], event.at.most)
    return spans


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
            note="nothing bounds this clock: it is taken as right within 5 s (give --clock to say better)",
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
            note=f"{len(ballot.rivals)} offsets fit equally well, as checks repeat: the nearest to zero is taken",
        )
    return ClockOffset(clock=clock, reference=reference, offset=nearest, basis="measured", pairs=ballot.lines)
