"""What really happened in a test whose truth is known: one document for recordings, the lab and the simulator.

Times are ns since the epoch on the captures' clock; where a simulation's captures have clocks of their own, the true
time (`clocks` tells how each clock differs from it). A missing instant is null: it did not happen, or this maker can't
know it. `autopath schema truth` prints the JSON Schema.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Span
from analyzer.model.path import Path

TRUTH_VERSION = 1


class TrueHost(msgspec.Struct, frozen=True, kw_only=True):
    """An ESXi host: vmk0's address, its local CVM's address, the MACs of vmk0 and vmk1."""

    name: str
    address: str
    cvm: str
    vmk0_mac: str
    vmk1_mac: str


class TrueCvm(msgspec.Struct, frozen=True, kw_only=True):
    """A CVM: eth0's address, the MACs of eth0 (public) and eth1 (internal switch)."""

    name: str
    address: str
    eth0_mac: str
    eth1_mac: str


class ClockSet(msgspec.Struct, frozen=True, kw_only=True):
    """A clock is set forward by `by` (ns; back where it is negative) at the true time `at`, ns."""

    at: int
    by: int


class TrueClock(msgspec.Struct, frozen=True, kw_only=True):
    """A device's clock: how far it is ahead (ns) at `since` (ns; 0 where it does not drift), and how fast it drifts (ns
    a s). `zone` is that of its stamps without one. `steps`, in order of time, are when it was set; unset for a clock
    that never was.
    """

    clock: str
    ahead: int
    drift: int = 0
    zone: str = "UTC"
    since: int = 0
    steps: tuple[ClockSet, ...] | msgspec.UnsetType = msgspec.UNSET

    def reads(self, at: int) -> int:
        """What it shows at the true time `at`, ns."""
        moved = sum(step.by for step in self.steps or () if step.at <= at)
        return at + self.ahead + (at - self.since) * self.drift // SECOND + moved


class TrueInstants(msgspec.Struct, frozen=True, kw_only=True):
    """The instants of an episode, as the design names them.

    `fault` is a span, as no fault is instantaneous: from when its cause was given (a command, a power button) to when
    it took effect (the route changed, the links went down).
    """

    fault: Span
    check: int | None = None
    detected: int | None = None
    decided: int | None = None
    terminated: int | None = None
    repaired: int | None = None
    reset: int | None = None
    connected: int | None = None
    restored: int | None = None
    recovered: int | None = None


class TrueEpisode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault on one host. `covered`: its fault lies in the captures' time (else only logs can tell of it).

    `outage`: the last reply before the fault's effect to the first after, ns, at the server's or client's own socket.
    `repaired_by`: who made the change that is `repaired`, where the maker knows. `mistaken`: Genesis took a CVM for
    failed that served its host all the while. `planned`: the host was forwarded before its own CVM was
    stopped in order.
    """

    kind: EpisodeKind
    host: str
    cvm: str | None
    gateway: str | None
    gateway_valid: bool | None
    before: Path
    during: Path
    after: Path
    instants: TrueInstants
    outage: int | None
    covered: bool
    repaired_by: Literal["genesis", "person", "router"] | None = None
    mistaken: bool = False
    planned: bool = False


class TrueService(msgspec.Struct, frozen=True, kw_only=True):
    """Replies on one connection and path without a change: who served, from when to when (ns), how many."""

    host: str
    cvm: str
    path: Path
    client: str
    port: int
    first_reply: int
    last_reply: int
    replies: int


class TrueEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Anything else that happened, for the eye: `name` and some words or numbers.

    `by`: who did or saw it, a machine by its address.
    """

    at: int
    name: str
    by: str
    detail: dict[str, str] = {}


class TrueVantage(msgspec.Struct, frozen=True, kw_only=True):
    """A file of evidence: what it is, of which host or CVM, and for captures what they cover (ns).

    `clock` is the one of `clocks` that stamped it; null where that is the captures' own.
    """

    file: str
    what: Literal["span", "vmk0", "vmk1", "genesis", "vmkernel", "shell", "vobd", "auth", "hostd"]
    of: str | None = None
    clock: str | None = None
    first: int | None = None
    last: int | None = None
    snaplen: int | None = None


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """See the module. `made_by` tells how far to trust it: recorded and lab truths come from a real kernel."""

    truth_version: int = TRUTH_VERSION
    scenario: str
    made_by: Literal["recording", "lab", "simulator"]
    note: str = ""
    seed: int | None = None
    storage_address: str = "192.168.5.2"
    nfs_port: int = 2049
    check_period: int
    hosts: tuple[TrueHost, ...]
    cvms: tuple[TrueCvm, ...]
    clocks: tuple[TrueClock, ...] = ()
    evidence: tuple[TrueVantage, ...] = ()
    episodes: tuple[TrueEpisode, ...]
    service: tuple[TrueService, ...] = ()
    events: tuple[TrueEvent, ...] = ()
    parameters: dict[str, str] = {}
