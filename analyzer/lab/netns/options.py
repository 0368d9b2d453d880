"""What a user can vary in a test of the lab, and what follows from it: frozen values, times in ns."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Literal

import msgspec

from analyzer.errors import UsageError
from analyzer.model.instant import SECOND

USUAL_PERIOD = 30 * SECOND
SHORTEST_PERIOD = 3 * SECOND
FEWEST_NODES, MOST_NODES = 3, 32


class LabOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one test is told. A time of None follows from the check period.

    `scenario` is an act or several joined by `+` (see `scenarios`). `client`: `patient` keeps its connection for a
    minute without replies, `eager` gives up after some seconds. `reply_path`: by `plain` routing a CVM answers
    192.168.5.1 through its own private side, so that its RST is lost; `symmetric` answers where it was asked, as the
    published test shows. `terminate` is how NfsTerminateConnection
    ends a connection, `client_close` how the client does. `span`: `flat` mirrors every port of the public network,
    `physical` has the first host's own switch before the mirrored one. `skew`: how far the log's clock is ahead.
    `tiny_segments` leaves a Linux artefact in: 36-byte segments after a route was deleted.
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
    initialising_checks: int = 1
    nodes: int = 3
    host_names: tuple[str, ...] = ()
    cvm_names: tuple[str, ...] = ()
    host_addresses: tuple[str, ...] = ()
    cvm_addresses: tuple[str, ...] = ()
    client: Literal["patient", "eager"] = "patient"
    rpc_timeout: int | None = None
    connect_timeout: int = 5 * SECOND
    reconnect_delay: int = 0
    client_close: Literal["fin", "rst"] = "fin"
    rate: int = 4
    size: int = 512
    queue_depth: int = 3
    reply_path: Literal["plain", "symmetric"] = "symmetric"
    terminate: Literal["fin", "rst"] = "fin"
    tiny_segments: bool = False
    span: Literal["flat", "physical"] = "flat"
    snaplen: int | None = None
    pcapng: bool = False
    mount_in_capture: bool = False
    log_zone: str = "UTC"
    log_skew: int = 0
    log_stamps: Literal["seconds", "milliseconds"] = "seconds"

    def scaled(self, at_the_usual_period: int) -> int:
        """A time that is told for a check period of 30 s, for this period."""
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
    def call_timeout(self) -> int:
        """How long the client waits for a reply before it reconnects."""
        if self.rpc_timeout is not None:
            return self.rpc_timeout
        return 60 * SECOND if self.client == "patient" else min(6 * SECOND, self.period // 5)


def checked(options: LabOptions) -> LabOptions:
    """The same options; :class:`UsageError` when one is out of range."""
    if not FEWEST_NODES <= options.nodes <= MOST_NODES:
        raise UsageError(f"--nodes {options.nodes}: expected {FEWEST_NODES} to {MOST_NODES}")
    if options.period < SHORTEST_PERIOD:
        raise UsageError(f"--period {options.period / SECOND:g}: expected {SHORTEST_PERIOD // SECOND} s or more")
    if not 0 <= options.fault_phase < options.period:
        raise UsageError(f"--phase {options.fault_phase / SECOND:g}: expected 0 s to less than the period")
    for option, number, least, most in (
        ("rate", options.rate, 1, 1000),
        ("size", options.size, 1, 65536),
        ("queue-depth", options.queue_depth, 1, 64),
        ("snaplen", options.snaplen or 128, 64, 262144),
    ):
        if not least <= number <= most:
            raise UsageError(f"--{option} {number}: expected {least} to {most}")
    for option, given in (
        ("host-names", options.host_names),
        ("cvm-names", options.cvm_names),
        ("host-addresses", options.host_addresses),
        ("cvm-addresses", options.cvm_addresses),
    ):
        _check_list(option, given, options.nodes)
    return options


def _check_list(option: str, given: tuple[str, ...], nodes: int) -> None:
    if given and (len(given) != nodes or len(set(given)) != nodes):
        raise UsageError(f"--{option} {','.join(given)}: expected {nodes} different ones, one for each node")
    if not option.endswith("addresses"):
        return
    for address in given:
        try:
            IPv4Address(address)
        except ValueError as error:
            raise UsageError(f"--{option} {address}: expected an IPv4 address such as 192.168.1.24") from error
