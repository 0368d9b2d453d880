"""What happened, as a source tells it: an event is an instant, a detail from one closed union, and its origin.

Traffic is told as *runs*: frames of one kind between the same parties without a pause, with the first and the last
instant and frame number, so that memory follows flows and time and not packets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice, repeat
from typing import Literal

import msgspec

from analyzer.model.instant import MILLISECOND, Instant
from analyzer.model.source import Origin

RouteAction = Literal["add", "delete"]
Actor = Literal["genesis", "person", "unknown"]


# --- on the wire -----------------------------------------------------------------------------------------------------


class Ends(msgspec.Struct, frozen=True, gc=False, order=True):
    """The sender and the receiver of IPv4 frames; `vlan` is the outermost 802.1Q id, or None.

    A cooked capture (Linux SLL) has no receiver's MAC: `dst_mac` is then who answers, or empty where nobody does.
    """

    src_mac: str
    dst_mac: str
    src: str
    dst: str
    sport: int
    dport: int
    vlan: int | None = None


class FrameRun(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Frames of one kind without a pause: the last instant, the last frame number, how many frames and bytes.

    `last_source` is the file of the last frame where that is not the file of the first: a ring buffer's next one.
    In a long capture of a host that calls seldom, a run may go on over usual `pauses` where nothing else happened: so
    many, together `paused` ns long, with the sum of their squares (ms²).
    """

    last: Instant
    last_frame: int
    count: int
    bytes: int
    last_source: str | None = None
    pauses: int = 0
    paused: int = 0
    squared: int = 0

    @property
    def usual(self) -> int:
        """The usual one of the pauses, ns, which long ones count most for; 0 without any."""
        return self.squared * MILLISECOND**2 // self.paused if self.paused else 0

    def last_origin(self, first: Origin) -> Origin:
        """The last frame, when `first` is the first one."""
        return Origin(self.last_source or first.source, self.last_frame)


class TcpControl(msgspec.Struct, frozen=True, gc=False, tag="tcp-control"):
    """A SYN, SYN-ACK, FIN or RST of a connection with the storage address's NFS port (or of any, for a RST to it)."""

    flags: Literal["SYN", "SYN-ACK", "FIN", "RST"]
    ends: Ends
    seq: int
    ack: int
    retransmission: bool = False


class StorageTraffic(msgspec.Struct, frozen=True, gc=False, tag="storage-traffic"):
    """A run of frames between a host and the storage address's NFS port.

    `what`: `frame` is any TCP segment; `call` and `reply` count completed RPC messages (stamped by the frame that
    completes each); `retransmission` is a TCP segment with payload that was sent before.
    """

    what: Literal["frame", "call", "reply", "retransmission"]
    ends: Ends
    run: FrameRun


class ArpTraffic(msgspec.Struct, frozen=True, gc=False, tag="arp"):
    """A run of ARP frames: `request` (who has `target`), `reply` (`sender` is at `sender_mac`), `announcement`
    (gratuitous: sender = target).
    """

    operation: Literal["request", "reply", "announcement"]
    sender_mac: str
    sender: str
    target: str
    vlan: int | None
    run: FrameRun


class MacTraffic(msgspec.Struct, frozen=True, gc=False, tag="mac"):
    """A run of frames of any kind that `mac` sent; its end shows a device that went silent."""

    mac: str
    run: FrameRun


class AddressOwned(msgspec.Struct, frozen=True, gc=False, tag="address"):
    """`mac` sent frames from the IPv4 address `address`; `by` says what showed it."""

    mac: str
    address: str
    by: Literal["arp", "ipv4"]
    run: FrameRun


class SshTraffic(msgspec.Struct, frozen=True, gc=False, tag="ssh"):
    """A run of segments with payload from `client` to port 22 of `server` (Genesis holds such connections to hosts)."""

    client: str
    server: str
    client_mac: str
    run: FrameRun


class IcmpRedirect(msgspec.Struct, frozen=True, gc=False, tag="icmp-redirect"):
    """A router told `host` to reach `destination` by `gateway`; on ESXi this makes a host route."""

    sender: str
    host: str
    destination: str
    gateway: str


# --- in the logs of a CVM --------------------------------------------------------------------------------------------


class HaStarted(msgspec.Struct, frozen=True, gc=False, tag="ha-started"):
    """The HA service (re)started; `period` is the check interval that it says, ns, or None."""

    period: int | None


class StargateStates(msgspec.Struct, frozen=True, gc=False, tag="stargates"):
    """One check's view of the Stargates, by CVM address. `all_of` names a claim on every Stargate (`all … are up`)."""

    up: tuple[str, ...] = ()
    initializing: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    all_of: Literal["up", "alive"] | None = None


class Forwarding(msgspec.Struct, frozen=True, gc=False, tag="forwarding"):
    """What a check said of a host's forwarding: `correct`, `illegal` (there, and should not be), `absent` (needed, and
    not there), `kept` (left alone because the local CVM is not fully initialised yet), `unreadable`.
    """

    state: Literal["correct", "illegal", "absent", "kept", "unreadable"]
    host: str | None
    gateway: str | None = None
    cvm: str | None = None
    addresses: tuple[str, ...] = ()


Repeated = int | tuple[int, int]
"""A number, or a number and how often it comes in a row."""
_OFTEN = 3
ROW_ENDS = 1000
"""Checks at either end of a long row of such as are told as one that are looked at one by one."""


def repeated(numbers: Iterable[int]) -> tuple[Repeated, ...]:
    """The numbers, those that come in a row told once."""
    runs = ((number, sum(1 for _ in same)) for number, same in groupby(numbers))
    return tuple(
        told for number, count in runs for told in (((number, count),) if count >= _OFTEN else (number,) * count)
    )


def each_of(numbers: Iterable[Repeated]) -> Iterator[int]:
    """The numbers one by one."""
    return chain.from_iterable((one,) if isinstance(one, int) else repeat(*one) for one in numbers)


class HealthyChecks(msgspec.Struct, frozen=True, gc=False, tag="healthy-checks"):
    """HA checks that follow one another without a pause, found all well and said the same: told as one.

    The event's instant and line are those of the first check's first line. `lines` is what each check said, line by
    line; `steps` are the distances from each check's first line to the next one's, ns, and `apart` the distances of
    these lines in the file: each as itself, or with how often it comes in a row.
    """

    lines: tuple[StargateStates | Forwarding, ...]
    steps: tuple[Repeated, ...]
    apart: tuple[Repeated, ...]

    @property
    def count(self) -> int:
        """How many checks there are."""
        return sum(1 if isinstance(step, int) else step[1] for step in self.steps) + 1

    @property
    def said(self) -> int:
        """How many lines they wrote."""
        return self.count * len(self.lines)

    def last(self, first: Instant) -> Instant:
        """The first line of the last check, when `first` is that of the first one."""
        return first.later(sum(each_of(self.steps)))

    def last_line(self, origin: Origin) -> Origin:
        """The first line of the last check, when `origin` is that of the first one."""
        return Origin(origin.source, origin.number + sum(each_of(self.apart)))

    def checks(self, first: Instant, origin: Origin) -> Iterator[tuple[Instant, Origin]]:
        """The first line of each check, when those of the first one are `first` and `origin`."""
        yield first, origin
        number = origin.number
        for step, apart in zip(each_of(self.steps), each_of(self.apart), strict=True):
            first, number = first.later(step), number + apart
            yield first, Origin(origin.source, number)

    def outer(self, first: Instant, origin: Origin) -> Iterator[tuple[Instant, Origin, tuple[Repeated, ...]]]:
        """As :meth:`checks`, of a long row the first and the last alone; and the steps (ns) by which each follows on
        such as are left out, () where it follows on the one before it.
        """
        inner = range(ROW_ENDS, max(ROW_ENDS, self.count - ROW_ENDS))
        for place, (at, line) in enumerate(self.checks(first, origin)):
            if place not in inner:
                after = bool(inner) and place == inner.stop
                yield at, line, repeated(islice(each_of(self.steps), inner.start - 1, inner.stop)) if after else ()


class TaskCreated(msgspec.Struct, frozen=True, gc=False, tag="task"):
    """`ha_service` handed a route change to `hypervisor_ha`."""

    action: RouteAction
    host: str | None
    gateway: str | None
    addresses: tuple[str, ...] = ()


class RouteCommand(msgspec.Struct, frozen=True, gc=False, tag="route-command"):
    """A route command is about to run on the host: by Genesis, or typed by a person in the host's shell.

    Not `sure`: what was typed does not tell whether or when it ran (`a || b`, a loop), so only another line shows it.
    `login` is the address that a session over SSH came from; `session` is the process that logged what was typed.
    `elsewhere`: it was typed on another machine than `host`, for which it was meant (`ssh host …`).
    """

    action: RouteAction
    actor: Actor
    host: str | None
    gateway: str | None
    destination: str | None = None
    user: str | None = None
    addresses: tuple[str, ...] = ()
    sure: bool = True
    login: str | None = None
    session: str = ""
    elsewhere: bool = False


class TypedAtPrompt(msgspec.Struct, frozen=True, gc=False, tag="typed-at-prompt"):
    """A route command behind a prompt on a recorded console: `user` typed it on `machine` for the host `on` (None: not
    known for which). Nothing says when, nor whether it was run.
    """

    action: RouteAction
    user: str
    machine: str
    on: str | None
    gateway: str | None


class RouteChanged(msgspec.Struct, frozen=True, gc=False, tag="route-changed"):
    """The host's route to the storage address was added or deleted; `by_kernel` when the host's kernel logged it."""

    action: RouteAction
    host: str | None
    gateway: str | None
    done: bool = True
    by_kernel: bool = False
    addresses: tuple[str, ...] = ()


class NfsTerminate(msgspec.Struct, frozen=True, gc=False, tag="nfs-terminate"):
    """The NfsTerminateConnection RPC: `sent` to `cvm` for the connections of `host`, or its `reply`.

    `nothing`: the reply says that there was no connection to end.
    """

    phase: Literal["sent", "reply"]
    host: str | None
    cvm: str | None
    connections: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    nothing: bool = False


class HaUnclassified(msgspec.Struct, frozen=True, gc=False, tag="ha-unclassified"):
    """A record of an HA module or with an HA token that no rule takes."""

    text: str


# --- on the ESXi host ------------------------------------------------------------------------------------------------


class HostStorage(msgspec.Struct, frozen=True, gc=False, tag="host-storage"):
    """What the host logged of a datastore: all paths down, NFS server lost or back, locks, retries.

    `identifier` is the first two words of the datastore's UUID, by which APD knows it; None of a device.
    """

    state: Literal[
        "apd-start", "apd-timeout", "apd-exit", "server-lost", "server-back", "io-retry", "lock-lost", "lock-back"
    ]
    server: str | None = None
    datastore: str | None = None
    identifier: str | None = None


class OtherRoute(msgspec.Struct, frozen=True, gc=False, tag="other-route"):
    """A host's route to one address that is not the storage address was added or deleted; `by_kernel` as above."""

    action: RouteAction
    destination: str
    host: str | None = None
    gateway: str | None = None
    by_kernel: bool = False


class VmPower(msgspec.Struct, frozen=True, gc=False, tag="vm-power"):
    """hostd's word of the power of the CVM's VM, which is to stop, or has stopped, or is to start, or has started;
    `reset`: both at once. `user` is who asked for it, and `on` what the host is called, as the line has them.
    """

    state: Literal["stopping", "off", "starting", "on", "reset"]
    host: str | None = None
    vm: str | None = None
    user: str | None = None
    on: str | None = None


class HostBooted(msgspec.Struct, frozen=True, gc=False, tag="host-booted"):
    """A host's own word that it has booted: until then it logged nothing, whatever became of its storage."""


class SshSession(msgspec.Struct, frozen=True, gc=False, tag="ssh-session"):
    """A host's own word that a session over SSH from the address `login` was opened, or ended, by its process `pid`."""

    state: Literal["opened", "closed"]
    login: str
    pid: str = ""


class Route(msgspec.Struct, frozen=True, gc=False):
    """A line of a route table; `gateway` None is a local subnet."""

    network: str
    netmask: str
    gateway: str | None
    interface: str


class RouteTable(msgspec.Struct, frozen=True, gc=False, tag="route-table"):
    """`esxcfg-route -l` or `esxcli network ip route ipv4 list`, as it was at the instant; `on` is the host."""

    routes: tuple[Route, ...]
    on: str | None = None


class NeighborList(msgspec.Struct, frozen=True, gc=False, tag="neighbors"):
    """`esxcli network ip neighbor list` of the host `on`: (address, MAC, vmk) triples."""

    entries: tuple[tuple[str, str, str], ...]
    on: str | None = None


class Netstat(msgspec.Struct, frozen=True, gc=False, tag="netstat"):
    """`netstat -a` or `esxcli network ip connection list` of the host or CVM `on`: TCP connections with the NFS port or
    a CVM's SSH connection, as (local, remote, state).
    """

    connections: tuple[tuple[str, str, str], ...]
    on: str | None = None


class NfsMount(msgspec.Struct, frozen=True, gc=False):
    """An NFS datastore, and whether the host reaches it."""

    volume: str
    server: str
    share: str
    accessible: bool


class NfsList(msgspec.Struct, frozen=True, gc=False, tag="nfs-list"):
    """`esxcli storage nfs list` of the host `on`."""

    mounts: tuple[NfsMount, ...]
    on: str | None = None


class VmkernelPorts(msgspec.Struct, frozen=True, gc=False, tag="vmkernel-ports"):
    """`esxcfg-vmknic -l` or `esxcli network ip interface ipv4 get` of the host `on`: (port, IPv4 address) pairs."""

    ports: tuple[tuple[str, str], ...]
    on: str | None = None


class ClusterStatus(msgspec.Struct, frozen=True, gc=False, tag="cluster-status"):
    """`cluster status`: (CVM address, CVM up, Stargate up or None when not listed)."""

    cvms: tuple[tuple[str, bool, bool | None], ...]


# --- a person --------------------------------------------------------------------------------------------------------


class Mark(msgspec.Struct, frozen=True, gc=False, tag="mark"):
    """A person's note: what was done, and on which host or CVM."""

    action: Literal["cvm-power-off", "cvm-power-on", "route-add", "route-delete", "note"]
    target: str | None
    gateway: str | None
    text: str


OnWire = TcpControl | StorageTraffic | ArpTraffic | MacTraffic | AddressOwned | SshTraffic | IcmpRedirect
Written = (
    HaStarted
    | StargateStates
    | Forwarding
    | HealthyChecks
    | TaskCreated
    | RouteCommand
    | TypedAtPrompt
    | RouteChanged
    | NfsTerminate
    | HaUnclassified
    | HostStorage
    | OtherRoute
    | VmPower
    | HostBooted
    | SshSession
    | RouteTable
    | NeighborList
    | Netstat
    | NfsList
    | VmkernelPorts
    | ClusterStatus
    | Mark
)
Detail = OnWire | Written


Runs = StorageTraffic | ArpTraffic | MacTraffic | AddressOwned | SshTraffic
"""The details that tell of runs of frames: they serve correlation, and are not kept beyond it."""
Single = Written | TcpControl | IcmpRedirect
"""The others, each of one line, frame or remark."""


_URGENT = re.compile(r"\s(?:WARN(?:ING)?|ERROR|CRITICAL|FATAL)\s|\bhypervisor", re.IGNORECASE)
_BEGINNING = 160  # characters of a line in which its level and its module stand


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One thing that happened. `rule` names the rule of the rules file that took a log line; `text` is that line."""

    at: Instant
    detail: Detail
    origin: Origin
    rule: str | None = None
    text: str | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether its line warns, or tells what was done on a host."""
        return _URGENT.search((self.text or "")[:_BEGINNING]) is not None
