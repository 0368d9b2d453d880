"""Who watches for the reply that ends an episode: a client, by its connections and its replies."""

from __future__ import annotations

from analyzer.lab.simulate.truth.episode import OngoingEpisode, Reconnection
from analyzer.model.path import Path


class Watcher:
    """The episodes of a host in which one of its clients has not been served again yet."""

    def __init__(self) -> None:
        self._watched: dict[OngoingEpisode, Reconnection] = {}

    def watch(self, episode: OngoingEpisode) -> None:
        """An episode begins."""
        self._watched[episode] = Reconnection()

    def waits(self, episode: OngoingEpisode) -> bool:
        """Whether its end is still to come."""
        return episode in self._watched and not episode.dropped

    def moved(self, path: Path) -> None:
        """The host has another path: what was put right by the one before ends without a reply."""
        for episode in list(self._watched):
            if episode.onto is not None and episode.onto.kind != path.kind:
                del self._watched[episode]

    def connected(self, at: int) -> None:
        """A connection is established."""
        for episode in self._watched:
            if episode.over is not None or episode.kind == "unexplained":
                self._watched[episode] = Reconnection(at, episode.ended)

    def ended(self, at: int) -> None:
        """A server ended the connection."""
        for episode in self._watched:
            episode.ended = at

    def replied(self, at: int, path: Path) -> None:
        """A reply: an episode is over for this client when service is back after the path was put right."""
        for episode in list(self._watched):
            if episode.dropped:
                del self._watched[episode]
            elif self._ends(episode, at, path):
                episode.served_again(at, path, self._watched.pop(episode))

    def _ends(self, episode: OngoingEpisode, at: int, path: Path) -> bool:
        if episode.kind == "unexplained":
            return at > max(episode.effect, episode.over or 0)
        if episode.over is None:
            if at > episode.effect and path != episode.before and episode.kind == "route-injection":
                episode.during = path
            return False
        return at > episode.over and episode.onto is not None and path.kind == episode.onto.kind
