"""The truth of a recorded test: its episodes with their instants, from what each part of the lab noted by itself.

The fault is from whoever made it, the checks from Genesis, route changes from the host's kernel, the end of
connections from Stargate and the client, replies from the control captures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import msgspec

from analyzer.lab.netns.cluster.cvm import LINKS_DOWN, POWER_OFF, POWER_ON
from analyzer.lab.netns.cluster.esxi import ADDED, DELETED
from analyzer.lab.netns.cluster.members import Cluster
from analyzer.lab.netns.journal import first
from analyzer.lab.netns.nfs_client.client_log import Connection, Operation
from analyzer.lab.netns.recording.control_captures import Sent
from analyzer.lab.netns.recording.service import ClientTraffic, path_of
from analyzer.lab.netns.scenario.acts import FAULT_ROUTE_ADDED, FAULT_ROUTE_DELETED
from analyzer.lab.netns.stargate import LISTENS, TERMINATED
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.path import Path
from analyzer.model.truth import TrueEpisode, TrueEvent, TrueHost, TrueInstants

_LOCAL, _DEAD = Path("local"), Path("dead")
_NOTICEABLE = 600 * MILLISECOND  # a pause between replies that no client of this rate makes by itself


class _Shape(msgspec.Struct, frozen=True):
    """How a fault shows in the journal: the event that completes it, the route change that repairs it."""

    kind: EpisodeKind
    effect: str
    repair: str | None


_SHAPES = {
    FAULT_ROUTE_ADDED: _Shape("route-injection", ADDED, DELETED),
    FAULT_ROUTE_DELETED: _Shape("route-deletion", DELETED, ADDED),
    POWER_OFF: _Shape("cvm-failure", LINKS_DOWN, ADDED),
    POWER_ON: _Shape("cvm-recovery", LISTENS, DELETED),  # checks find it down until then, as on a real CVM
    "nfs-server-stopped": _Shape("unexplained", "nfs-server-stopped-by", None),
}


class Noted(msgspec.Struct, frozen=True):
    """All that the parts of the lab noted; `traffic` of each host that has a client."""

    cluster: Cluster
    events: tuple[TrueEvent, ...]
    traffic: tuple[ClientTraffic, ...]


def episodes_of(noted: Noted) -> tuple[TrueEpisode, ...]:
    """The episodes in order of their faults; one that came before the captures too (`covered` is False)."""
    start, stop = captured(noted.events)
    faults = list(_faults(noted))
    episodes = []
    for number, (fault, host) in enumerate(faults):
        end = next((later.at for later, other in faults[number + 1 :] if other == host), stop)
        episodes.append(_Episode(noted, fault, host, end).truth(covered=start <= fault.at <= stop))
    return tuple(episodes)


def captured(events: tuple[TrueEvent, ...]) -> tuple[int, int]:
    """From when to when the captures ran, ns."""
    start, stop = first(events, "capture-start"), first(events, "capture-stop")
    return (start.at if start else 0, stop.at if stop else events[-1].at)


def _faults(noted: Noted) -> Iterator[tuple[TrueEvent, TrueHost]]:
    """Each fault with the host that it is of; the first power-on of a CVM is no fault."""
    off: set[str] = set()
    for event in noted.events:
        if event.name not in _SHAPES:
            continue
        cvm = event.detail.get("cvm", "")
        if event.name != POWER_ON or cvm in off:
            host = next(h for h in noted.cluster.hosts if h.address == event.detail.get("host") or h.cvm == cvm)
            yield event, host
        if event.name == POWER_OFF:
            off.add(cvm)


def _by_client(replies: Iterable[Sent]) -> Mapping[str, list[int]]:
    """When replies came (ns) to each of a client's ends of a connection, `192.168.1.24:851`."""
    came: dict[str, list[int]] = {}
    for one in replies:
        came.setdefault(f"{one.client}:{one.port}", []).append(one.at)
    return came


class _Episode:
    """One fault of one host, until `end` (ns): the next fault, or the end of the captures."""

    def __init__(self, noted: Noted, fault: TrueEvent, host: TrueHost, end: int) -> None:
        self._noted, self._fault, self._host, self._end = noted, fault, host, end
        self._shape = _SHAPES[fault.name]
        self._traffic = next((one for one in noted.traffic if one.host == host), None)
        self._detected = None if self._shape.repair is None else self._event("detected", host=host.address)
        self._repair = self._after(self._detected, self._shape.repair)
        self._replies = _by_client(self._sent("reply"))

    def truth(self, *, covered: bool) -> TrueEpisode:
        gateway = self._gateway()
        cvms = {cvm.address for cvm in self._noted.cluster.cvms}
        before, during, after = self._paths(gateway)
        return TrueEpisode(
            kind=self._shape.kind,
            host=self._host.address,
            cvm=self._fault.detail.get("cvm"),
            gateway=gateway,
            gateway_valid=gateway in cvms if self._shape.kind == "route-injection" else None,
            before=before,
            during=during,
            after=after,
            instants=self._instants(after),
            outage=self._outage(),
            covered=covered,
            repaired_by="genesis" if self._repair else None,
        )

    def _instants(self, after: Path) -> TrueInstants:
        effect = self._event(self._shape.effect, **self._of_fault())
        check = self._event("check")
        decided = self._after(self._detected, "task")
        terminated = self._terminated()
        restored = self._restored(after)
        connected = self._last(self._sent("SYN-ACK"), restored)
        return TrueInstants(
            fault=Span(self._fault.at, effect.at if effect else self._fault.at),
            check=check.at if check and self._shape.repair else None,
            detected=self._detected.at if self._detected else None,
            decided=decided.at if decided else None,
            terminated=terminated,
            repaired=self._repair.at if self._repair else None,
            reset=self._last(self._ends(), connected),
            connected=connected,
            restored=restored,
        )

    def _restored(self, after: Path) -> int | None:
        """The first reply on the path after, once that path was given; after a hang, once the server went on."""
        continued = self._event("nfs-server-continued")
        since = self._repair or continued
        if since is None:
            return None
        for reply in self._sent("reply"):
            path = path_of(reply, self._host, self._noted.cluster)
            if since.at <= reply.at <= self._end and (path.kind, path.via) == (after.kind, after.via):
                return reply.at
        return None

    def _outage(self) -> int | None:
        """The first pause after the fault that is noticeable, or in which the connection changed, between replies."""
        entries = self._traffic.entries if self._traffic else ()
        done = (entry for entry in entries if isinstance(entry, Operation) and entry.status >= 0)
        came = sorted((self._came(entry), entry.answered_at) for entry in done)
        for (before, one), (after, other) in pairwise(came):
            noticed = one != other or after - before > _NOTICEABLE
            if noticed and self._fault.at < after and before < self._end:
                return after - before
        return None

    def _came(self, answered: Operation) -> int:
        """When the reply came (ns): as the wire has it, for a client that has to wait for a processor reads it late."""
        replies = self._replies.get(answered.answered_at, [])
        place = bisect_right(replies, answered.answered)
        return replies[place - 1] if place and replies[place - 1] >= answered.sent else answered.answered

    def _last(self, segments: Iterable[Sent], until: int | None) -> int | None:
        """When the last of these was sent since the fault and before `until`."""
        times = [one.at for one in segments if until is not None and self._fault.at <= one.at <= until]
        return times[-1] if times else None

    def _ends(self) -> Iterator[Sent]:
        """How each connection was ended: once, as what comes for one that the host knows to be over ends nothing."""
        over: set[tuple[str, int]] = set()
        for one in self._sent("RST", "FIN"):
            if one.at >= self._fault.at and (one.client, one.port) not in over:
                over.add((one.client, one.port))
                yield one

    def _sent(self, *what: str) -> Iterator[Sent]:
        """What of that kind reached the host's client, in order of time."""
        return (one for one in (self._traffic.sent if self._traffic else ()) if one.what in what)

    def _paths(self, gateway: str | None) -> tuple[Path, Path, Path]:
        remote = Path("remote", gateway)
        match self._shape.kind:
            case "cvm-failure":
                return _LOCAL, _DEAD, remote
            case "route-deletion":
                return remote, _DEAD, remote
            case "cvm-recovery":
                return remote, remote, _LOCAL
            case "route-injection":
                return _LOCAL, remote if self._served_by(gateway) else Path("dead", gateway), _LOCAL
            case "unexplained":
                return _LOCAL, _DEAD, _LOCAL

    def _served_by(self, gateway: str | None) -> bool:
        return any(reply.cvm == gateway and self._fault.at < reply.at < self._end for reply in self._sent("reply"))

    def _gateway(self) -> str | None:
        return self._fault.detail.get("gateway") or (self._repair.detail["gateway"] if self._repair else None)

    def _of_fault(self) -> dict[str, str]:
        """What the event that completes the fault says too."""
        return {key: self._fault.detail[key] for key in ("host", "cvm") if key in self._fault.detail}

    def _event(self, name: str, **detail: str) -> TrueEvent | None:
        return self._after(self._fault, name, **detail)

    def _terminated(self) -> int | None:
        """When Stargate ended the first connection of this host's client for Genesis (ns): what it sent then, as its
        own note is from before it had the kernel do so. One that the client gave up before is none of its.
        """
        if self._detected is None:
            return None
        ended = (one for one in self._noted.events if one.name == TERMINATED and self._detected.at <= one.at)
        of_host = (
            one for one in ended if one.detail["client"].startswith(f"{self._host.address}:") and self._is_open(one)
        )
        noted = next((one for one in of_host if one.at <= self._end), None)
        if noted is None:
            return None
        sent = (one.at for one in self._sent("RST", "FIN") if f"{one.client}:{one.port}" == noted.detail["client"])
        return next((at for at in sent if noted.at <= at <= self._end), noted.at)

    def _is_open(self, ended: TrueEvent) -> bool:
        """Whether the client had not closed a connection before Stargate ended it."""
        entries = self._traffic.entries if self._traffic else ()
        closed = (one for one in entries if isinstance(one, Connection) and one.what == "closed" and one.at < ended.at)
        return all(one.address != ended.detail["client"] for one in closed)

    def _after(self, event: TrueEvent | None, name: str | None, **detail: str) -> TrueEvent | None:
        """The first event of this name from another on, of this host, within the episode."""
        if event is None or name is None:
            return None
        by_host = {"host": self._host.address} if name in (ADDED, DELETED, "task") else {}
        found = first(self._noted.events, name, since=event.at, **{**by_host, **detail})
        return found if found and found.at <= self._end else None
