"""Findings: what a reader should know of an episode, the cluster or the evidence, each with a stable code."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.judge import codes
from analyzer.model.clock import ClockOffset
from analyzer.model.episode import Episode
from analyzer.model.event import Event, HaUnclassified, HostStorage, IcmpRedirect, Mark, RouteCommand, StargateStates
from analyzer.model.evidence import Evidence
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import MissingInstant
from analyzer.model.source import Source

# how far from every capture a source may lie: files of a ring follow each other, a log can end before a capture begins
APART: dict[str, int] = {"capture": 60 * SECOND, "genesis": 600 * SECOND, "vmkernel": 600 * SECOND}
ENOUGH = 8  # origins that a finding lists at most


def episode_findings(episode: Episode, evidence: Evidence) -> tuple[Finding, ...]:
    """Findings of one episode."""
    found: list[Finding] = []
    if episode.kind in ("route-injection", "route-deletion"):
        found += _by_hand(episode, evidence.events)
    terminated = next(instant for instant in episode.instants if instant.name == "terminated")
    if isinstance(terminated, MissingInstant) and terminated.absence == "not-observed" and _repaired(episode):
        found.append(
            codes.NOT_TERMINATED.finding("The route was deleted without an NfsTerminateConnection in the evidence")
        )
    return tuple(found)


def _repaired(episode: Episode) -> bool:
    return not isinstance(next(i for i in episode.instants if i.name == "repaired"), MissingInstant)


def _by_hand(episode: Episode, events: Sequence[Event]) -> list[Finding]:
    typed = [
        event
        for event in events
        if isinstance(event.detail, RouteCommand) and event.detail.actor == "person" and _is_fault(event, episode)
    ]
    return [
        codes.ROUTE_BY_HAND.finding(
            f"{event.detail.user or 'Somebody'} typed: {event.text or event.detail.action}", (event.origin,)
        )
        for event in typed
        if isinstance(event.detail, RouteCommand)
    ]


def _is_fault(event: Event, episode: Episode) -> bool:
    return any(event.origin in claim.origins for claim in episode.claims)


def run_findings(
    evidence: Evidence,
    clocks: Sequence[ClockOffset],
    episodes: Sequence[Episode],
    contradictions: Sequence[str],
    assumptions: Sequence[str],
    unconfirmed: Sequence[Event],
) -> tuple[Finding, ...]:
    """Findings of the whole run, in order of their codes."""
    found: list[Finding] = []
    found += _host_storage(evidence.events)
    found += _redirects(evidence.events)
    found += _other_cvms(evidence.events, episodes)
    found += _zones(evidence.sources, clocks)
    found += _clocks(clocks, evidence)
    found += [codes.CLOCKS_CONTRADICT.finding(sentence) for sentence in contradictions]
    found += _overlap(evidence.sources, clocks)
    found += _unclassified(evidence.events)
    found += _captures(evidence)
    for event in unconfirmed:
        if isinstance(event.detail, Mark):
            found.append(
                codes.UNCONFIRMED_MARK.finding(f"Nothing confirms the note: {event.detail.text}", (event.origin,))
            )
    found += [codes.ASSUMPTION.finding(sentence) for sentence in assumptions]
    return tuple(sorted(found, key=lambda finding: (finding.code, finding.sentence)))


def _host_storage(events: Sequence[Event]) -> list[Finding]:
    lost = [
        event
        for event in events
        if isinstance(event.detail, HostStorage) and event.detail.state in ("apd-start", "apd-timeout", "server-lost")
    ]
    if not lost:
        return []
    sentence = f"The host logged that it lost its datastore ({len(lost)} lines)"
    return [codes.APD_STARTED.finding(sentence, tuple(event.origin for event in lost[:ENOUGH]))]


def _redirects(events: Sequence[Event]) -> list[Finding]:
    redirects = [event for event in events if isinstance(event.detail, IcmpRedirect)]
    if not redirects:
        return []
    sentence = f"{len(redirects)} ICMP redirects in the captures"
    return [codes.ICMP_REDIRECT.finding(sentence, tuple(event.origin for event in redirects[:ENOUGH]))]


def _other_cvms(events: Sequence[Event], episodes: Sequence[Episode]) -> list[Finding]:
    """CVMs that the checks found down and that no episode is about."""
    told = {episode.cvm for episode in episodes}
    found: dict[str, Event] = {}
    for event in events:
        if isinstance(event.detail, StargateStates):
            for address in event.detail.down:
                if address not in told:
                    found.setdefault(address, event)
    return [
        codes.CVM_SILENT.finding(f"Stargate was down on {address}", (event.origin,))
        for address, event in sorted(found.items())
    ]


def _zones(sources: Sequence[Source], clocks: Sequence[ClockOffset]) -> list[Finding]:
    """Sources whose zone was not given; where cause and effect place the clock, the zone that it seems to be in."""
    offsets = {clock.clock: clock for clock in clocks}
    found = []
    for source in sources:
        if not source.zone_assumed:
            continue
        sentence = f"Stamps without a zone were read as UTC in {source.name}"
        clock = offsets.get(source.clock)
        if clock is not None and clock.basis == "measured":
            sentence += f"; beside the captures its clock is at {_utc(clock.offset.least, clock.offset.most)}"
        found.append(codes.ZONE_ASSUMED.finding(sentence))
    return found


def _utc(least: int, most: int) -> str:
    """The nearest zone to an offset (ns), to the quarter of an hour: `UTC-08:00`."""
    quarters = round((least + most) // 2 / (900 * SECOND))
    hours, rest = divmod(abs(quarters), 4)
    return f"UTC{'-' if quarters < 0 else '+'}{hours:02d}:{rest * 15:02d}"


def _clocks(clocks: Sequence[ClockOffset], evidence: Evidence) -> list[Finding]:
    used = {event.at.clock for event in evidence.events}
    return [
        codes.CLOCK_ASSUMED.finding(f"The clock {clock.clock}: {clock.note}")
        for clock in clocks
        if clock.basis == "assumed" and clock.clock in used
    ]


def _overlap(sources: Sequence[Source], clocks: Sequence[ClockOffset]) -> list[Finding]:
    """Captures and logs that share no time with any capture: two tests, or a wrong clock or zone."""
    offsets = {source.clock: Span(0, 0) for source in sources if source.kind == "capture"}
    offsets |= {clock.clock: clock.offset for clock in clocks}
    spans = {
        source.name: (source.first.least - offset.most, source.last.most - offset.least)
        for source in sources
        if source.first and source.last and (offset := offsets.get(source.clock)) is not None
    }
    captures = [source.name for source in sources if source.kind == "capture" and source.name in spans]
    found = []
    for source in sources:
        others = [spans[name] for name in captures if name != source.name]
        if source.name not in spans or not others:
            continue
        if source.kind not in APART:
            continue
        first, last = spans[source.name]
        apart = APART[source.kind]
        if all(last + apart < start or first > end + apart for start, end in others):
            what, rest = ("capture", "other captures") if source.kind == "capture" else ("log", "captures")
            found.append(codes.NO_OVERLAP.finding(f"The {what} {source.name} does not overlap the {rest} in time"))
    return found


def _unclassified(events: Sequence[Event]) -> list[Finding]:
    lines = [event for event in events if isinstance(event.detail, HaUnclassified)]
    if not lines:
        return []
    sentence = f"{len(lines)} log lines with HA evidence were taken by no rule"
    return [codes.UNCLASSIFIED.finding(sentence, tuple(event.origin for event in lines[:ENOUGH]))]


def _captures(evidence: Evidence) -> list[Finding]:
    found = []
    if evidence.captures and all(totals.storage_frames == 0 for totals in evidence.captures):
        found.append(codes.NO_STORAGE_TRAFFIC.finding("No capture holds traffic of the storage address"))
    for source in evidence.sources:
        cut = [skip for skip in source.skipped if source.kind == "capture" and "ends inside" in skip.why]
        found += [codes.CUT_SHORT.finding(f"{source.name}: {skip.why} ({skip.where})") for skip in cut]
    return found
