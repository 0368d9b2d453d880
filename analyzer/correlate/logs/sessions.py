"""Route changes that came in a session, and that no log of Genesis tells: of a CVM, they are Genesis' or a person's.

A host's auth.log has where a session came from and as which user, and not who began it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import AUTHOR_UNLOGGED, Observation
from analyzer.model.episode import Claim, Statement
from analyzer.model.event import RouteCommand
from analyzer.model.evidence import Evidence
from analyzer.model.instant import UNBOUNDED, Instant, Span
from analyzer.model.measurement import InstantName
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

CHANGES: tuple[InstantName, ...] = ("fault", "repaired")
IN_SESSION = Doubt("author-in-session")


def with_sessions(
    observations: Sequence[Observation], evidence: Evidence, cvms: frozenset[str], clocks: Clocks
) -> list[Observation]:
    """Each, with a word on the sessions that changed its route and that no log of Genesis tells of."""
    logs = {source.name: source for source in evidence.sources if source.kind in ("auth", "genesis")}
    sessions = {
        event.origin: said
        for event in evidence.of(RouteCommand)
        if event.origin.source in logs and logs[event.origin.source].kind == "auth"
        if isinstance(event.detail, RouteCommand) and (said := _said(event.detail, cvms)) is not None
    }
    covers = [
        _reach(one.first, one.last, clocks)
        for one in logs.values()
        if sessions and one.kind == "genesis" and one.first and one.last
    ]
    return [_told(one, sessions, covers) for one in observations]


def _said(command: RouteCommand, cvms: frozenset[str]) -> Statement | None:
    """What is to be said of a session; None of a person's, and where its address is not known."""
    login, user = command.login, command.user or ""
    if command.actor == "genesis" or (login is not None and login in cvms | {command.gateway}):
        return Statement("session-of-cvm", of=login, by=user)
    known = command.actor == "unknown" and login is not None
    return Statement("session-from", of=login, by=user) if known else None


def _reach(first: Instant, last: Instant, clocks: Clocks) -> Span:
    """From when until when a log reaches, ns: what no clock places may be of any time."""
    if first.clock != clocks.reference and first.clock not in clocks.offsets:
        return Span(-UNBOUNDED, UNBOUNDED)
    return Span(clocks.place(first).least, clocks.place(last).most)


def _told(observation: Observation, sessions: Mapping[Origin, Statement], covers: Sequence[Span]) -> Observation:
    for name in CHANGES:
        point = observation.points.get(name)
        if point is None or point.how.by_hand or point.how.name in ("typed", "kernel-without-genesis"):
            continue
        mine = list(dict.fromkeys(origin for origin in point.origins if origin in sessions))
        if mine and not any(one.least <= point.at.most and point.at.least <= one.most for one in covers):
            observation = observation.claimed(sessions[mine[0]], mine)
    unasked = [claim for claim in observation.claims if claim.statement.name == "changed-unasked"]
    for claim in unasked:
        mine = [origin for origin in claim.origins if origin in sessions]
        if mine and not any(_is_told(mine, one) for one in observation.claims):
            observation = _in_session(observation.claimed(sessions[mine[0]], mine))
    return observation


def _is_told(lines: Sequence[Origin], claim: Claim) -> bool:
    return claim.statement.name in ("session-of-cvm", "session-from") and not set(lines).isdisjoint(claim.origins)


def _in_session(observation: Observation) -> Observation:
    """With what is open of a change by nobody known as far as the session tells it."""
    doubts = tuple(IN_SESSION if doubt == AUTHOR_UNLOGGED else doubt for doubt in observation.doubts)
    note = "in-session" if observation.note == "no-author" else observation.note
    return replace(observation, doubts=tuple(dict.fromkeys(doubts)), note=note)
