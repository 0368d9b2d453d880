"""A line of a log on the reference clock, and how far apart two lines are."""

from __future__ import annotations

import msgspec

from analyzer.correlate.topology.topology import Member
from analyzer.model.event import Event, Forwarding, NfsTerminate, RouteChanged, RouteCommand, TaskCreated
from analyzer.model.instant import Instant
from analyzer.model.source import Origin

RouteDetail = TaskCreated | RouteCommand | RouteChanged  # what a line of a route change says
HostDetail = Forwarding | NfsTerminate | RouteDetail  # what a line about one host says


class Entry(msgspec.Struct, frozen=True):
    """A log event on the reference clock; `proof` are further lines that show the same.

    `exact`: the host's kernel logged the instant; `stamp` is then what its line said, on its own clock. `denied`: of a
    command in a shell or session of a host, its kernel logged no change, though its log has that time. `host` is the
    host that it is about, as far as that is known; `on_host`: it is a line of that host's own logs.
    """

    at: Instant
    event: Event
    proof: tuple[Origin, ...] = ()
    exact: bool = False
    stamp: Instant | None = None
    host: Member | None = None
    on_host: bool = False
    denied: bool = False

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The line, and those that show the same."""
        return (self.event.origin, *self.proof)


def apart(earlier: Entry, later: Entry) -> int:
    """How far apart two lines are at least, ns: by their own stamps where one clock made both."""
    one, other = (
        (earlier.event.at, later.event.at) if earlier.event.at.clock == later.event.at.clock else (earlier.at, later.at)
    )
    return other.least - one.most


def of_one_log(one: Entry, other: Entry) -> bool:
    """Whether two lines may be of one leader's check: each writes its own log; what a host logs may be of any."""
    clocks = {entry.event.at.clock for entry in (one, other) if not entry.on_host}
    sources = {entry.event.origin.source for entry in (one, other) if not entry.on_host}
    return len(clocks) <= 1 or len(sources) <= 1
