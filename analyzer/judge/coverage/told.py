"""What the episodes tell of a host, and the signs of a change of its path that none of them has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from analyzer.judge.datastores import BOOTING
from analyzer.judge.dossier import Dossier, begin, end, known
from analyzer.judge.ha_checks import SAME_CHECK
from analyzer.judge.index import grouped
from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.event import Forwarding, HostBooted, NfsTerminate, RouteChanged, TaskCreated, VmPower
from analyzer.model.finding import Finding
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.over_time.coverage import Lack, Watched
from analyzer.model.over_time.stretches import Stretch, left_of, left_over, merged, touches
from analyzer.model.run import origins_of
from analyzer.model.source import Origin

NEVER_ENDS = 2**62
SHOWN = 4  # lines of those that tell of a change


class Told:
    """The episodes of a run, and all frames and lines that they and the findings rest on."""

    def __init__(self, dossier: Dossier, episodes: Sequence[MeasuredEpisode], findings: Sequence[Finding]) -> None:
        self._episodes = grouped((_named(one.episode, dossier), one) for one in episodes)
        origins = origins_of(episodes, findings)
        self._changes = grouped(row for row in _changes(dossier) if row[1][1] not in origins)
        self._stops = grouped(row for row in _stops(dossier) if row[1][1] not in origins)
        self._boots = grouped(_boots(dossier))

    def of(self, host: str | None) -> tuple[MeasuredEpisode, ...]:
        """The episodes of a host, and those that name none; None: all."""
        if host is None:
            return tuple(one for each in self._episodes.values() for one in each)
        return (*self._episodes.get(host, ()), *self._episodes.get("", ()))

    def stretches(self, host: str | None) -> tuple[Stretch, ...]:
        """When the host's episodes are, with the checks around them."""
        mine = (one.episode for one in self.of(host))
        return merged((begin(one) - SAME_CHECK, end(one) + SAME_CHECK) for one in mine if known(one))

    def is_of_none(self, host: str | None) -> bool:
        """Whether no episode is of a host."""
        return not self.of(host)

    def elsewhere(self, host: str, remote: Sequence[Stretch], forwarded: Sequence[Stretch]) -> Iterator[Lack]:
        """When a host was on a `remote` path by captures, or a check found it `forwarded`, at a time of no episode, and
        the episodes around have it at its own CVM.
        """
        mine = self.of(host)
        placed = sorted((one.episode for one in mine if known(one.episode)), key=begin)
        if not mine or len(placed) < len(mine):
            return
        stretches = self.stretches(host)
        untold = [part for run in remote for part in left_of(run, stretches, longer_than=SAME_CHECK)]
        untold += [check for check in forwarded if not touches(check, stretches)]
        found = [part for part in untold if _is_local(placed, part[0])]
        if found:
            yield Lack("elsewhere", host, (min(first for first, _ in found), max(last for _, last in found)))

    def silences(self, watched: Watched, right: Sequence[Stretch]) -> Iterator[Lack]:
        """The silences of which no episode tells. Where no call waited, and checks found the path right all the while,
        the host may have been idle.
        """
        mine = self.of(watched.host)
        away = merged(_away(one.episode) for one in mine if one.episode.kind != "cvm-recovery" and known(one.episode))
        measured = {origin for one in mine for origin in _measured(one)}
        for silence in watched.silences:
            when = silence.first, silence.last
            told = touches(when, away) or set(silence.origins) <= measured
            told |= len(silence.origins) == 1 and any(_may_leave(one.episode, silence.first) for one in mine)
            idle = not silence.waiting and not left_over(when, right)
            if not told and not idle:
                yield Lack("silence", watched.host, when, origins=silence.origins)

    def moves(self, watched: Watched) -> Iterator[Lack]:
        """When the host's calls went another way in no episode's time."""
        stretches = self.stretches(watched.host)
        for first, last in watched.moves:
            when = min(first, last), max(first, last)
            if not touches(when, stretches):
                yield Lack("moved", watched.host, when)

    def changes(self, host: str | None) -> Iterator[Lack]:
        """The lines about a change of the host's path of which neither an episode nor a finding tells."""
        rows = [*self._changes.get(host, ()), *self._changes.get("", ())] if host is not None else self._all()
        stretches = self.stretches(host)
        found = [(at, origin) for at, origin in rows if not touches((at, at), stretches)]
        if found:
            when = min(at for at, _ in found), max(at for at, _ in found)
            origins = tuple(sorted(origin for _, origin in found))
            yield Lack("untold-change", host or "", when, count=len(found), origins=origins[:SHOWN])

    def stops(self, host: str) -> Iterator[Lack]:
        """The lines that have a host's CVM switched off while the host's episodes, if it has any, have it there."""
        placed = sorted((one.episode for one in self.of(host) if known(one.episode)), key=begin)
        stretches = self.stretches(host)
        rows = ((at, origin) for at, origin in self._stops.get(host, ()) if not touches(at, stretches))
        found = [(at, origin) for at, origin in rows if not placed or _is_local(placed, at[0])]
        if found:
            when = min(first for (first, _), _ in found), max(last for (_, last), _ in found)
            origins = tuple(sorted(origin for _, origin in found))
            yield Lack("cvm-stopped", host, when, count=len(found), origins=origins[:SHOWN])

    def boots(self, host: str, seen: Sequence[Stretch], time: Stretch) -> Iterator[Lack]:
        """The lines that have a host booted in the `time` of the evidence, or so soon after that it may have gone down
        in it, when neither replies nor checks (`seen`) nor an episode have it: until then its storage was away, and
        nothing tells since when.
        """
        known_of = merged((*seen, *self.stretches(host)))
        rows = ((at, origin) for at, origin in self._boots.get(host, ()) if time[0] <= at <= time[1] + BOOTING)
        found = [(at, origin) for at, origin in rows if not touches((at, at), known_of)]
        if found:
            when = min(at for at, _ in found), max(at for at, _ in found)
            origins = tuple(sorted(origin for _, origin in found))
            yield Lack("host-booted", host, when, count=len(found), origins=origins[:SHOWN])

    def downs(self, host: str, cvm: str, found: Iterable[Stretch]) -> Iterator[Lack]:
        """The checks that found Stargate down on a host's own CVM while the host's episodes, if it has any, have it
        there.
        """
        mine = self.of(host)
        placed = sorted((one.episode for one in mine if known(one.episode)), key=begin)
        if len(placed) < len(mine):
            return
        stretches = self.stretches(host)
        untold = [when for when in found if not touches(when, stretches)]
        untold = [when for when in untold if not placed or _is_local(placed, when[0])]
        if untold:
            when = min(first for first, _ in untold), max(last for _, last in untold)
            yield Lack("stargate-down", host, when, what=cvm, count=len(untold))

    def _all(self) -> list[tuple[int, Origin]]:
        return [row for rows in self._changes.values() for row in rows]


def _named(episode: Episode, dossier: Dossier) -> str:
    return dossier.address(episode.host) if episode.host else ""


def _is_local(episodes: Sequence[Episode], at: int) -> bool:
    """Whether the episodes, in order of time, have a host at its own CVM then."""
    begun = bisect_right(episodes, at, key=begin)
    return (episodes[begun - 1].after if begun else episodes[0].before).kind == "local"


def _changes(dossier: Dossier) -> Iterator[tuple[str, tuple[int, Origin]]]:
    """What logs tell of a change of a host's path: whose (empty: not known), when (ns), and where."""
    for event in dossier.evidence.of(TaskCreated | RouteChanged | NfsTerminate | Forwarding):
        detail, placed = event.detail, dossier.placed(event.at)
        if not isinstance(detail, TaskCreated | RouteChanged | NfsTerminate | Forwarding) or placed is None:
            continue
        if _is_change(detail):
            yield dossier.address(detail.host) if detail.host else "", (placed.middle, event.origin)


def _stops(dossier: Dossier) -> Iterator[tuple[str, tuple[Stretch, Origin]]]:
    """What hosts' logs tell of the end of their CVMs: whose, when (from, to, ns), and where."""
    for event, power in dossier.of(VmPower):
        at = dossier.placed(event.at)
        if power.state in ("off", "reset") and at is not None:
            yield dossier.wrote.get(event.origin.source, ""), ((at.least, at.most), event.origin)


def _boots(dossier: Dossier) -> Iterator[tuple[str, tuple[int, Origin]]]:
    """What hosts' logs tell of their own boots: whose, when (ns), and where."""
    for event, _ in dossier.of(HostBooted):
        at = dossier.placed(event.at)
        if at is not None:
            yield dossier.wrote.get(event.origin.source, ""), (at.middle, event.origin)


def _is_change(detail: TaskCreated | RouteChanged | NfsTerminate | Forwarding) -> bool:
    match detail:
        case Forwarding(state=state):
            return state in ("illegal", "absent")
        case RouteChanged(done=done):
            return done
        case TaskCreated() | NfsTerminate():
            return True


def _away(episode: Episode) -> Stretch:
    """From when to when service may be away in an episode: to the end of all where nothing tells that it came back."""
    instants = known(episode)
    restored = instants.get("restored")
    return begin(episode), restored.at.most if restored is not None else NEVER_ENDS


def _may_leave(episode: Episode, at: int) -> bool:
    """Whether a host may have left by an episode, or its checks, the path on which it had its last reply (ns); not
    where it was served by a remote CVM again, and that was its last.
    """
    restored = known(episode).get("restored")
    if not known(episode) or (episode.after.kind == "remote" and restored is not None and restored.at.most < at):
        return False
    return begin(episode) - SAME_CHECK <= at <= end(episode) + SAME_CHECK


def _measured(one: MeasuredEpisode) -> Iterator[Origin]:
    """The frames at the ends of the silences that were measured."""
    for measurement in one.measurements:
        if isinstance(measurement, KnownMeasurement) and measurement.metric.startswith("outage"):
            yield from measurement.origins
