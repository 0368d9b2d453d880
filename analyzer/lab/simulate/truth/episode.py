"""An episode as it really happens: its instants, noted one by one, and what it was once all is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.lab.simulate.truth.recovered import recovered_at
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.path import Path
from analyzer.model.truth import TrueEpisode, TrueInstants

By = Literal["person", "genesis", "router"]
IN_FLIGHT = 20 * MILLISECOND  # a reply that a server sent before its fault may still arrive this much later


@dataclass(frozen=True, slots=True)
class Reconnection:
    """When a connection that is new in an episode was established, and when one before it was ended, ns."""

    established: int | None = None
    ended_before: int | None = None


@dataclass(slots=True, eq=False)
class OngoingEpisode:
    """An episode under way. Times are ns on the captures' clock; `cause` and `effect` bound the fault, `worse` is when
    the same CVM stopped again, and more of it; `unseen` since when the others had not reached a CVM that failed.

    `over` is when the path was right again, whoever put it right, and `onto` that path: `repaired` is that change of
    the route, where one was made. `mistaken`: Genesis took a CVM for failed that served.
    `planned`: the host was forwarded before its own CVM was stopped.
    """

    kind: EpisodeKind
    host: str
    cvm: str | None
    gateway: str | None
    valid: bool | None
    before: Path
    cause: int
    effect: int
    worse: int | None = None
    unseen: int | None = None
    check: int | None = None
    detected: int | None = None
    decided: int | None = None
    terminated: int | None = None
    repaired: int | None = None
    reset: int | None = None
    connected: int | None = None
    restored: int | None = None
    during: Path | None = None
    after: Path | None = None
    by: By | None = None  # who repaired it
    over: int | None = None
    onto: Path | None = None
    mistaken: bool = False
    planned: bool = False
    dropped: bool = False  # it ended without a change of the host's service: nothing is restored
    ended: int | None = None  # when a server last ended a connection of the host, ns

    def repaired_at(self, at: int, onto: Path, by: By) -> None:
        """A change of the route put the path right."""
        self.repaired, self.over, self.onto, self.by = at, at, onto, by

    def drop(self) -> None:
        """What was under way is no more, and nothing of it is still to come."""
        self.dropped = True

    def checked(self, at: int) -> None:
        """A check begins. One that had begun before the fault may find it all the same: then there is none after."""
        if self.check is None and self.detected is None and self.restored is None and self.effect <= at:
            self.check = at

    def served_again(self, at: int, path: Path, made: Reconnection) -> None:
        """A reply after the repair: the host's first ends the episode, by whichever connection it came."""
        if self.restored is None:
            self.restored, self.after = at, path if not path.note else Path("local")
            self.connected, self.reset = made.established, made.ended_before

    def truth(self, replies: list[int], first: int, last: int) -> TrueEpisode:
        """The episode; `replies` are when the host got its replies, in order, `first` and `last` bound the captures."""
        return TrueEpisode(
            kind=self.kind,
            host=self.host,
            cvm=self.cvm,
            gateway=self.gateway,
            gateway_valid=self.valid,
            before=self.before,
            during=self.during or self.before,
            after=self.after or self.during or self.before,
            instants=TrueInstants(
                fault=self._fault(),
                check=self.check,
                detected=self.detected,
                decided=self.decided,
                terminated=self.terminated,
                repaired=self.repaired,
                reset=self.reset,
                connected=self.connected,
                restored=self.restored,
                recovered=self._recovered(replies),
            ),
            outage=self._outage(replies),
            covered=first <= self.effect <= last,
            repaired_by=self.by,
            mistaken=self.mistaken,
            planned=self.planned,
        )

    def _fault(self) -> Span:
        failed = self.kind == "cvm-failure" and self.unseen is not None
        return Span(self.unseen if failed and self.unseen is not None else self.cause, self.worse or self.effect)

    def _recovered(self, replies: list[int]) -> int | None:
        if self.restored is None or not replies:
            return None
        return recovered_at(replies, replies[0], self.effect, self.restored, replies[-1])

    def _outage(self, replies: list[int]) -> int | None:
        """From the last reply before the effect to the next; a host that was served until its path moved has its own
        only then: when its connections were ended, or its route was changed.
        """
        served = self.kind == "cvm-recovery" or self.mistaken or self.planned
        moved = (self.terminated, self.repaired) if served else (self.effect,)
        silences = (_silence(replies, at) for at in moved if at is not None)
        return max((one for one in silences if one is not None), default=None)


def _silence(replies: list[int], at: int) -> int | None:
    """From the last of the replies that were sent until `at` to the next, ns."""
    before = [time for time in replies if time <= at + IN_FLIGHT]
    after = [time for time in replies if time > at + IN_FLIGHT]
    return after[0] - before[-1] if before and after else None
