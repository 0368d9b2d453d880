"""The episodes that are under way on one host: one that lacks a route, one that has a route too many, a stall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from analyzer.lab.simulate.truth.episode import OngoingEpisode
from analyzer.lab.simulate.truth.watcher import Watcher
from analyzer.model.episode import EpisodeKind
from analyzer.model.path import Path

TO_BE_ADDED = ("cvm-failure", "route-deletion")  # what another CVM puts right
TO_BE_DELETED = ("route-injection", "cvm-recovery")  # what the own CVM puts right


class Routed(Protocol):
    """A host with its route to the storage address."""

    address: str
    route: str | None

    def path(self) -> Path:
        """Where the route leads."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What may become an episode's fault, between `cause` and `effect` (ns)."""

    cause: int
    effect: int


@dataclass(frozen=True, slots=True)
class Turned:
    """A failure that became a route to nobody, as the own CVM serves again since `at` (ns), and what its fault was."""

    episode: OngoingEpisode
    effect: int
    worse: int | None
    at: int


@dataclass(slots=True, eq=False)
class OpenEpisodes:
    """Those of `host`, whose own CVM is `cvm`.

    `serves` says whether a CVM's Stargate is up and initialised, `is_there` whether anybody has a gateway's address.
    """

    host: Routed
    cvm: str
    serves: Callable[[str], bool]
    is_there: Callable[[str], bool]
    noted: list[OngoingEpisode]  # those of all hosts
    watchers: list[Watcher]
    last: OngoingEpisode | None = None  # the last that began
    missing: OngoingEpisode | None = None  # the path leads to nobody who serves, though another CVM would
    extra: OngoingEpisode | None = None  # the path leads elsewhere, though the own CVM serves

    def begin(self, kind: EpisodeKind, fault: Cause, before: Path | None = None) -> OngoingEpisode:
        """An episode begins; the clients watch for the reply that ends it."""
        path = before or self.host.path()
        episode = OngoingEpisode(kind, self.host.address, None, None, None, path, fault.cause, fault.effect)
        self.noted.append(episode)
        self.last = episode
        if kind in TO_BE_ADDED:
            self.missing = episode
        elif kind in TO_BE_DELETED:
            self.extra = episode
        for watcher in self.watchers:
            watcher.watch(episode)
        return episode

    def fails(self, cvm: str, fault: Cause) -> OngoingEpisode:
        """The CVM that serves the host, or should, is gone."""
        episode = self.begin("cvm-failure", fault)
        episode.cvm, episode.during = cvm, Path("dead")
        return episode

    def mark_missing(self, name: str, at: int) -> None:
        """This is the instant `name` of what lacks a route; an injected one to nobody is in its way."""
        mark(self.missing, name, at)
        if self.extra is not None and self.extra.kind == "route-injection":
            mark(self.extra, name, at)

    def terminated(self, at: int) -> None:
        """The connections to the remote CVM are ended."""
        mark(self.extra, "terminated", at)

    def put_right(self, episode: OngoingEpisode) -> None:
        """The path after it is that of now, where no client will see it."""
        if not self.watchers:
            episode.after = self.host.path()

    def drop_extra(self, *, noted: bool = True) -> None:
        """The route is right after all, or is no more. Unless `noted`, it always was."""
        if self.extra is not None:
            self.extra.drop()
            if not noted:
                self.noted.remove(self.extra)
        self.extra = None


def is_recovery(episode: OngoingEpisode) -> bool:
    """Whether it is the return of the own CVM."""
    return episode.kind == "cvm-recovery"


def mark(episode: OngoingEpisode | None, name: str, at: int) -> None:
    """This is its instant `name`, unless it had one."""
    if episode is not None and getattr(episode, name) is None:
        setattr(episode, name, at)
