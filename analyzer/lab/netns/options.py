"""What a user can vary in a test of the lab, and what follows from it: frozen values, times in ns."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.addresses import is_address
from analyzer.model.about.zone import zone_named
from analyzer.model.instant import MILLISECOND, SECOND

SHELL = "shell"  # in a scenario's place: it runs to be played with
USUAL_PERIOD = 30 * SECOND
SHORTEST_PERIOD, LONGEST_PERIOD = 3 * SECOND, 3600 * SECOND
FEWEST_NODES, MOST_NODES = 3, 32

HostArp = Literal["strict", "answering", "linux"]

_TIMES = (
    "lead",
    "tail",
    "duration",
    "hang",
    "task_delay",
    "command_delay",
    "rpc_timeout",
    "reconnect_delay",
    "election",
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,63}}\Z){_LABEL}(?:\.{_LABEL})*")  # RFC 1123, section 2.1; 63 is what Linux takes
_READ_OF_HOST = 250 * MILLISECOND  # measured: 0.03 s of one of 32, 0.15 s in the first check, on two cores


class LabOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is set of one test. A time of None follows from the check period.

    `scenario` is an act or several joined by `+` (see `scenarios`). `client`: `patient` keeps its connection for a
    minute without replies, `eager` gives up after some seconds. `clients`: so many hosts, from the first on, have a
    client and a capture of vmk1. `reply_path`: by `plain` routing a CVM answers 192.168.5.1 through its own private
    side, so that its RST is lost; `symmetric` answers where it was asked, as the published test shows. `host_arp` is of
    the hosts with clients: `strict` asks and answers in the name of a port's own address, `answering` answers on vmk0
    for vmk1's too (without which a symmetric RST never finds the host), `linux` also asks in the name of the packet's
    source. `terminate` is how NfsTerminateConnection ends a connection, `client_close` how the client does. `span`:
    `flat` mirrors every port of the public network, `physical` has the first host's own switch before the mirrored one.
    `log_skew`: how far the logs' clocks are ahead. `tiny_segments` leaves a Linux artefact in: 36-byte segments after a
    route was deleted. `command_delay` is between NfsTerminateConnection and the route's delete, or before an add.
    `leader` is the node, from 1, whose CVM leads Genesis at first; `election` for how long it must be silent before
    another one leads.
    """

    scenario: str
    note: str = ""
    period: int = USUAL_PERIOD
    phase: int | None = None
    lead: int | None = None
    tail: int | None = None
    duration: int | None = None
    hang: int | None = None
    task_delay: int | None = None
    command_delay: int = 0
    initialising_checks: int = 1
    nodes: int = 3
    leader: int = 2
    election: int | None = None
    host_names: tuple[str, ...] = ()
    cvm_names: tuple[str, ...] = ()
    host_addresses: tuple[str, ...] = ()
    cvm_addresses: tuple[str, ...] = ()
    clients: int = 1
    client: Literal["patient", "eager"] = "patient"
    rpc_timeout: int | None = None
    connect_timeout: int = 5 * SECOND
    reconnect_delay: int = 0
    client_close: Literal["fin", "rst"] = "fin"
    rate: int = 4
    size: int = 512
    queue_depth: int = 3
    reply_path: Literal["plain", "symmetric"] = "symmetric"
    host_arp: HostArp | None = None
    terminate: Literal["fin", "rst"] = "fin"
    tiny_segments: bool = False
    span: Literal["flat", "physical"] = "flat"
    snaplen: int | None = None
    pcapng: bool = False
    vmk0: bool = False
    mount_in_capture: bool = False
    genesis: Literal["all", "leader"] = "all"
    log_zone: str = "UTC"
    log_skew: int = 0
    log_stamps: Literal["seconds", "milliseconds"] = "seconds"

    def scaled(self, at_the_usual_period: int) -> int:
        """A time that is given for a check period of 30 s, for this period."""
        return at_the_usual_period * self.period // USUAL_PERIOD

    @property
    def fault_phase(self) -> int:
        """How long after a check a fault is made; by then that check is over, also with a Stargate that is down."""
        usual = max(self.scaled(7 * SECOND), self.probe_timeout + 3 * SECOND // 2)
        return usual if self.phase is None else self.phase

    @property
    def before_fault(self) -> int:
        """How long the captures run before a fault at least: enough to know the usual rate."""
        return max(5 * SECOND, self.scaled(12 * SECOND)) if self.lead is None else self.lead

    @property
    def after_repair(self) -> int:
        """How long the captures run once service is back: `recovered` needs 5 s of it."""
        return max(8 * SECOND, self.scaled(15 * SECOND)) if self.tail is None else self.tail

    @property
    def healthy_for(self) -> int:
        """How long the captures run when nothing happens."""
        return self.scaled(90 * SECOND) if self.duration is None else self.duration

    @property
    def hang_for(self) -> int:
        """How long the NFS server hangs; not scaled, because a client's own timers aren't."""
        return 14 * SECOND if self.hang is None else self.hang

    @property
    def delay_of_task(self) -> int:
        """From a task to its command."""
        return min(1_200_000_000, self.period // 5) if self.task_delay is None else self.task_delay

    @property
    def probe_timeout(self) -> int:
        """How long a check waits for a Stargate: 2 s, and never a large part of the period."""
        return min(2 * SECOND, self.period // 5)

    @property
    def silence_of_leader(self) -> int:
        """How long the leader must be silent; not shorter than a busy computer may keep it waiting."""
        return max(4 * SECOND, self.scaled(12 * SECOND)) if self.election is None else self.election

    @property
    def call_timeout(self) -> int:
        """How long the client waits for a reply before it reconnects."""
        if self.rpc_timeout is not None:
            return self.rpc_timeout
        return 60 * SECOND if self.client == "patient" else min(6 * SECOND, self.period // 5)

    @property
    def arp_of_hosts(self) -> HostArp:
        """What goes with the reply path, unless it is set."""
        if self.host_arp is not None:
            return self.host_arp
        return "answering" if self.reply_path == "symmetric" else "strict"


def in_effect(options: LabOptions) -> dict[str, str]:
    """Every option as it works, also where none was given: what follows from the period is a number too."""
    followed = {
        "phase": options.fault_phase,
        "lead": options.before_fault,
        "tail": options.after_repair,
        "duration": options.healthy_for,
        "hang": options.hang_for,
        "task_delay": options.delay_of_task,
        "probe_timeout": options.probe_timeout,
        "rpc_timeout": options.call_timeout,
        "election": options.silence_of_leader,
        "host_arp": options.arp_of_hosts,
    }
    values = msgspec.structs.asdict(options) | followed
    kept = {
        name: value for name, value in values.items() if name not in ("scenario", "note") and value not in (None, ())
    }
    return {name: ",".join(one) if isinstance(one, tuple) else str(one) for name, one in sorted(kept.items())}


def checked(options: LabOptions) -> LabOptions:
    """The same options; :class:`UsageError` when one is out of range."""
    if not FEWEST_NODES <= options.nodes <= MOST_NODES:
        raise UsageError(f"--nodes {options.nodes}: expected {FEWEST_NODES} to {MOST_NODES}")
    _check_period(options)
    if not 0 <= options.fault_phase < options.period:
        raise UsageError(f"--phase {options.fault_phase / SECOND:g}: expected 0 s to less than the period")
    for option, number, least, most in (
        ("clients", options.clients, 1, options.nodes),
        ("leader", options.leader, 1, options.nodes),
        ("rate", options.rate, 1, 1000),
        ("size", options.size, 1, 65536),
        ("queue-depth", options.queue_depth, 1, 64),
        ("snaplen", options.snaplen or 128, 64, 262144),
    ):
        if not least <= number <= most:
            raise UsageError(f"--{option} {number}: expected {least} to {most}")
    _check_times(options)
    _check_zone(options.log_zone)
    for option, given in (
        ("host-names", options.host_names),
        ("cvm-names", options.cvm_names),
        ("host-addresses", options.host_addresses),
        ("cvm-addresses", options.cvm_addresses),
    ):
        _check_list(option, given, options.nodes)
    return options


def _check_period(options: LabOptions) -> None:
    if not SHORTEST_PERIOD <= options.period <= LONGEST_PERIOD:
        least, most = SHORTEST_PERIOD // SECOND, LONGEST_PERIOD // SECOND
        raise UsageError(f"--period {options.period / SECOND:g}: expected {least} s to {most} s")
    if options.period < (needed := options.nodes * _READ_OF_HOST):
        raise UsageError(
            f"--period {options.period / SECOND:g}: too short to read {options.nodes} hosts one after the other; "
            f"expected {needed / SECOND:g} s or more, or fewer --nodes"
        )


def _check_times(options: LabOptions) -> None:
    for name in _TIMES:
        value = getattr(options, name)
        if value is not None and value < 0:
            raise UsageError(f"--{name.replace('_', '-')} {value / SECOND:g}: expected 0 s or more")
    if options.connect_timeout <= 0 or options.call_timeout <= 0:
        raise UsageError("--rpc-timeout and --connect-timeout: expected more than 0 s")


def _check_zone(zone: str) -> None:
    if zone_named(zone) is None:
        raise UsageError(f"--log-zone {zone}: expected a zone's name such as UTC or America/Los_Angeles")


def _check_list(option: str, given: tuple[str, ...], nodes: int) -> None:
    if given and (len(given) != nodes or len(set(given)) != nodes):
        raise UsageError(f"--{option} {','.join(given)}: expected {nodes} different ones, one for each node")
    for one in given:
        if option.endswith("names") and not _NAME.fullmatch(one):
            raise UsageError(f"--{option} {one!r}: expected a host's name: letters, digits, - and . between them")
        if option.endswith("addresses") and not is_address(one):
            raise UsageError(f"--{option} {one}: expected an IPv4 address such as 192.168.1.24")
