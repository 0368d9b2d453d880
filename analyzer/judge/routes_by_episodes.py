"""When a host has a route to the storage address by its episodes, as tables of routes are held against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from analyzer.judge.dossier import begin, end, known
from analyzer.model.episode import Episode, EpisodeKind
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import Intervals, timed
from analyzer.model.path import Path

EVER = 2**62  # after any instant, ns
EITHER = frozenset((True, False))
_CHANGED: Mapping[EpisodeKind, tuple[InstantName, ...]] = {
    "cvm-failure": ("repaired",),
    "cvm-recovery": ("repaired",),
    "route-injection": ("fault", "repaired"),
    "route-deletion": ("fault", "repaired"),
}
"""The instants at which each kind changes the route."""
_BETWEEN: Mapping[EpisodeKind, frozenset[bool]] = {
    "route-injection": frozenset((True,)),
    "route-deletion": frozenset((False,)),
}
"""What it is between the two."""


class Routes(msgspec.Struct, frozen=True):
    """Whether there may be a route (True) or none, from when at the earliest until when at the latest, ns."""

    states: Intervals[frozenset[bool]] = Intervals()

    def may_be(self, least: int, most: int, *, route: bool) -> bool:
        """Whether there may be one, or none, anywhere in [least, most], ns."""
        return any(route in states for states in self.states.overlapping(least, most))


def routes_by(of_hosts: Iterable[Sequence[Episode]]) -> Routes:
    """As any of some hosts has it, by the episodes of each in order, of each of which it is known when it was."""
    return Routes(timed(row for episodes in of_hosts for row in _states(episodes)))


def _states(episodes: Sequence[Episode]) -> Iterator[tuple[int, int, frozenset[bool]]]:
    since, state = -EVER, _by(episodes[0].before)
    for episode in episodes:
        state = state if state == _by(episode.before) else EITHER
        for least, most, after in _changes(episode):
            yield since, max(since, most), state
            since, state = least, after
    yield since, EVER, state


def _changes(episode: Episode) -> Iterator[tuple[int, int, frozenset[bool]]]:
    """Each change of the route: when at the earliest and at the latest, ns, and what is there after it."""
    told, first, after = known(episode), begin(episode), _by(episode.after)
    names = _CHANGED.get(episode.kind)
    if names is None:
        yield first, first, EITHER
        yield end(episode), end(episode), after
        return
    for name in names:
        last = name == names[-1]
        state = after if last else _BETWEEN[episode.kind]
        at = told.get(name)
        yield (at.at.least, at.at.most, state) if at is not None else (first, EVER, state)


def _by(path: Path) -> frozenset[bool]:
    """Whether a host that reaches its storage so has a route; where it does not, it may have one or not."""
    match path.kind:
        case "local":
            return frozenset((False,))
        case "remote":
            return frozenset((True,))
        case "dead" | "unknown":
            return EITHER
