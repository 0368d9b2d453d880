"""Sessions that were open on a host as its route changed, where no line has who changed it.

An ESXi 8 host logs who logs in, and not what runs in a session, as CVMs keep one open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from analyzer.correlate.observation import Observation
from analyzer.model.episode import Statement, StatementName
from analyzer.model.event import RouteChanged, SshSession
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName
from analyzer.model.source import Origin

CHANGES: tuple[InstantName, ...] = ("fault", "repaired")
TOLD: frozenset[StatementName] = frozenset({"session-of-cvm", "session-from"})
"""In which session it changed is known."""
MOST = 3  # sessions that are told of a change


class Session(msgspec.Struct, frozen=True):
    """From where, from when to when at the latest (None: to the end of the log), by the log's own clock."""

    login: str
    first: Instant
    last: Instant | None
    origin: Origin


def with_open_sessions(observations: Sequence[Observation], evidence: Evidence) -> list[Observation]:
    """Each, with the sessions that were open on its host when the kernel logged a change by nobody known."""
    sessions = _sessions(evidence)
    changed = {
        event.origin: event.at
        for event in evidence.of(RouteChanged)
        if isinstance(event.detail, RouteChanged) and event.detail.by_kernel
    }
    return [_told(one, changed, sessions) for one in observations]


def _sessions(evidence: Evidence) -> Mapping[str, list[Session]]:
    """Those of each clock, in order of their logins."""
    found: dict[str, list[Session]] = {}
    begun: dict[tuple[str, str, str], int] = {}
    for event in evidence.of(SshSession):
        if not isinstance(event.detail, SshSession):
            continue
        told, clock = event.detail, event.at.clock
        key = (clock, told.login, told.pid)
        mine = found.setdefault(clock, [])
        if told.state == "opened":
            begun[key] = len(mine)
            mine.append(Session(told.login, event.at, None, event.origin))
        elif (place := begun.pop(key, None)) is not None:
            mine[place] = msgspec.structs.replace(mine[place], last=event.at)
    return found


def _told(
    observation: Observation, changed: Mapping[Origin, Instant], sessions: Mapping[str, list[Session]]
) -> Observation:
    if any(claim.statement.name in TOLD for claim in observation.claims):
        return observation
    for at in _unasked(observation, changed):
        at_once = [one for one in sessions.get(at.clock, ()) if _is_open(one, at)]
        for login in list(dict.fromkeys(one.login for one in at_once))[:MOST]:
            proof = [one.origin for one in at_once if one.login == login][-1:]
            observation = observation.claimed(Statement("session-open", of=login), proof)
    return observation


def _unasked(observation: Observation, changed: Mapping[Origin, Instant]) -> Iterator[Instant]:
    """When the kernel logged the changes of which no line has who made them."""
    points = (observation.points.get(name) for name in CHANGES)
    shown = [point.origins for point in points if point is not None and point.how.name == "kernel-logged"]
    shown += [claim.origins for claim in observation.claims if claim.statement.name == "changed-unasked"]
    origins = dict.fromkeys(origin for each in shown for origin in each)
    return (changed[origin] for origin in origins if origin in changed)


def _is_open(session: Session, at: Instant) -> bool:
    return session.first.least <= at.most and (session.last is None or at.least <= session.last.most)
