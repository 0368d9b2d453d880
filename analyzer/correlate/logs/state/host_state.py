"""What is known of one host while the logs are read: its path, the last line that had it right, its faults so far."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import RouteAction
from analyzer.model.instant import SECOND, Instant

ORDERED = 2 * SECOND  # with more doubt, what was before and what after a line is not known


class HostState(msgspec.Struct, frozen=True):
    """`gateway` is by which CVM a remote path is, `good` the last check or change that left the path right.

    `open` is the fault that is not repaired yet, `done` are those before it. `failed`: the local CVM's failure is what
    made the path remote. `unproved` is the place in `done` of one that was closed by a command (`ordered`) of which the
    log does not have the result; `tried` is when one that was run again was first run. `typed` is what somebody did by
    hand that opened a fault. `started`: when the host's log has the CVM's VM started. `unread`: the last check that
    could not read the host's routes, since the one that had them right.
    """

    host: Member
    path: Literal["local", "remote", "unknown"] = "unknown"
    gateway: str | None = None
    good: Entry | None = None
    open: Observation | None = None
    done: tuple[Observation, ...] = ()
    failed: bool = False
    unproved: int | None = None
    ordered: Entry | None = None
    tried: Instant | None = None
    typed: Entry | None = None
    started: Instant | None = None
    unread: Entry | None = None

    @property
    def last(self) -> Observation | None:
        """The last fault, where it is repaired and no other is open."""
        return self.done[-1] if self.done and self.open is None else None

    @property
    def wanted(self) -> RouteAction | None:
        """What repairs the open fault."""
        return repaired_by(self.open.kind) if self.open is not None else None

    def correcting(self, place: int, observation: Observation) -> HostState:
        """With `observation` at `place` of those that are done."""
        return replace(self, done=tuple(observation if i == place else old for i, old in enumerate(self.done)))

    def correcting_last(self, observation: Observation) -> HostState:
        """With `observation` instead of the last one that is done."""
        return replace(self, done=(*self.done[:-1], observation))

    def with_open(self, observation: Observation, entry: Entry) -> HostState:
        """With `observation` open, whose evidence reaches as far as `entry`."""
        return replace(self, open=replace(observation, end=max(observation.end, entry.at.most)))


def repaired_by(kind: EpisodeKind) -> RouteAction:
    """What Genesis does with the host's route to put a fault right."""
    return "delete" if kind in ("route-injection", "cvm-recovery") else "add"


def undetected(observation: Observation, gateway: str | None) -> bool:
    """Whether this route was added by hand, and nothing says that Genesis found it wrong."""
    found = {"detected", "decided"} & observation.points.keys()
    typed = observation.kind == "route-injection" and "fault" in observation.points
    return typed and not found and gateway == observation.gateway


def was_back(observation: Observation) -> bool:
    """Whether a route was deleted by hand, and nothing says that Genesis missed it: the own CVM was back, where a check
    then finds the local path right.
    """
    found = {"detected", "decided", "repaired"} & observation.points.keys()
    return observation.kind == "route-deletion" and "fault" in observation.points and not found


def mended(state: HostState, entry: Entry, action: RouteAction) -> bool:
    """Whether a line is of what a repair mended that was read before it: its clock leaves open which came first."""
    last = state.last
    repaired = last.points.get("repaired") if last is not None else None
    if last is None or repaired is None or repaired.at.doubt <= ORDERED or entry.at.least > repaired.at.most:
        return False
    elsewhere = all(origin.source != entry.event.origin.source for origin in repaired.origins)
    return elsewhere and repaired_by(last.kind) == action
