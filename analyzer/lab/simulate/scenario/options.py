"""What can be set of a simulation beside its scenario: the cluster, its timers, what is captured, what is impaired.

A value that is left to be `DRAWN` comes from the seed, so that two thousand tests differ as real ones do.
"""

from __future__ import annotations

from random import Random
from typing import Annotated, Literal

import msgspec

from analyzer.errors import UsageError
from analyzer.model.about.zone import zone_named
from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND

DRAWN = -1
HOUR = 3600 * SECOND
FEWEST_NODES, MOST_NODES = 3, 32
LARGEST = 1 << 20  # bytes of a READ or WRITE
LATEST = 4_000_000_000 * SECOND  # 2096: a pcap's stamps end in 2106, at 2^32 s
START = 1_772_442_000 * SECOND  # 2026-03-02T09:00:00Z

# (name, least, most); a stream's lead holds a check period
_TIMES = (
    ("start", 0, LATEST),
    ("period", SECOND, HOUR),
    ("phase", 0, HOUR),
    ("task_delay", 0, HOUR),
    ("read_time", 0, HOUR),
    ("probe_timeout", MILLISECOND, HOUR),
    ("late_checks", 0, HOUR),
    ("election", 0, HOUR),
    ("boot", 0, HOUR),
    ("heartbeat", SECOND, HOUR),
    ("rpc_timeout", MILLISECOND, HOUR),
    ("connect_timeout", SECOND, HOUR),
    ("arp_life", 0, HOUR),
    ("lead", 0, 2 * HOUR),
    ("tail", 0, HOUR),
)
_UNITS = (("h", HOUR), ("min", 60 * SECOND), ("s", SECOND), ("ms", MILLISECOND), ("us", MICROSECOND), ("ns", 1))

Wording = Literal["plain", "aos5", "terse", "drawn"]
Header = Literal["seconds", "milliseconds", "greenlet", "thread", "drawn"]


def time(means: str) -> msgspec.Meta:
    """What an option means whose value is a time in ns."""
    return msgspec.Meta(description=means, extra={"unit": "time"})


def plain(means: str) -> msgspec.Meta:
    """What an option means."""
    return msgspec.Meta(description=means)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The cluster and its story. Times are ns; `drawn` and `DRAWN` mean: by the seed."""

    # the cluster
    nodes: Annotated[int, plain("nodes of the cluster, 3 to 32")] = 3
    leader: Annotated[int, plain("the node whose CVM leads Genesis at first")] = 2
    busy_hosts: Annotated[int, plain("hosts with virtual machines, from node 1 on; 0: all")] = 0
    start: Annotated[int, time("when the logs begin, since 1970-01-01T00:00:00Z")] = DRAWN
    # Genesis
    period: Annotated[int, time("the check interval")] = 30 * SECOND
    phase: Annotated[int, time("the first fault comes this long after a check")] = DRAWN
    task_delay: Annotated[int, time("from the decision to the command")] = DRAWN
    read_time: Annotated[int, time("to read a host's routes over SSH")] = DRAWN
    probe_timeout: Annotated[int, time("what a dead CVM costs a check")] = 2 * SECOND
    late_checks: Annotated[int, time("a check begins by up to this later than it is due, as on a loaded CVM")] = 0
    election: Annotated[int, time("until another CVM leads when the leader has died")] = DRAWN
    end: Annotated[Literal["fin", "rst", "drawn"], plain("how NfsTerminateConnection ends a connection")] = "drawn"
    boot: Annotated[int, time("from a CVM's power button to its links")] = DRAWN
    # the NFS client
    rate: Annotated[int, plain("operations a second and connection")] = 4
    queue_depth: Annotated[int, plain("calls outstanding on a connection")] = 3
    size: Annotated[int, plain("of a READ or WRITE, bytes")] = 512
    rsize: Annotated[int, plain("of a READ, bytes; 0: as --size")] = 0
    wsize: Annotated[int, plain("of a WRITE, bytes; 0: as --size")] = 0
    connections: Annotated[int, plain("datastores of a host, each with its connection")] = 1
    heartbeat: Annotated[int, time("between a datastore's heartbeats")] = 12 * SECOND
    rpc_timeout: Annotated[int, time("until a client gives a connection up; patient 60 s, eager 6 s")] = DRAWN
    connect_timeout: Annotated[int, time("until a client tries another socket")] = 5 * SECOND
    # the network
    reply_path: Annotated[
        Literal["symmetric", "plain", "drawn"],
        plain("a remote CVM answers 192.168.5.1 by eth0, or by its own private side, unseen"),
    ] = "drawn"
    host_arp: Annotated[
        Literal["strict", "linux", "drawn"], plain("a host's ARP request names vmk0, or the packet's source")
    ] = "drawn"
    network_loss: Annotated[int, plain("large replies that lose a segment on their way to the host, per mille")] = 0
    arp_life: Annotated[int, time("how long a host believes an ARP entry")] = DRAWN
    # around the story
    lead: Annotated[int, time("captured before the first fault, at least")] = 12 * SECOND
    tail: Annotated[int, time("captured after the last repair")] = 15 * SECOND
    mount: Annotated[bool, plain("the captures begin before the hosts mount their datastores")] = False
    # the logs
    wording: Annotated[Wording, plain("of genesis.out")] = "drawn"
    header: Annotated[Header, plain("the shape of genesis.out's stamps")] = "drawn"
    zone: Annotated[str, plain("of the CVMs' stamps without one (IANA)")] = "UTC"
    esxi: Annotated[Literal["6", "8", "drawn"], plain("the shape of the hosts' logs")] = "drawn"
    clock: Annotated[
        tuple[str, ...],
        plain(
            "a clock is ahead, drifts, and is set so long after the captures begin, "
            "DEVICE=OFFSET[,DRIFT][,SIZE@TIME]: span=1.7s, cvm=-2s,40ppm, esxi=~3s, vmk1:2=0s,-9s@40s"
        ),
    ] = ()


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """The values that `Options` left to the seed."""

    start: int
    phase: int
    task_delay: int
    read_time: int
    election: int
    end: str
    boot: int
    rpc_timeout: int
    reply_path: str
    host_arp: str
    arp_life: int
    wording: str
    header: str
    esxi: str


def draw(options: Options, random: Random) -> Drawn:
    """Everything that `options` leaves open; each value is drawn whether it is needed or not, so that one option does
    not shift the others.
    """
    check(options)
    upto = random.randrange
    hidden = upto(4) == 0
    found = Drawn(
        start=START + upto(2_000_000) * SECOND + upto(SECOND // MICROSECOND) * MICROSECOND,
        phase=upto(options.period // MILLISECOND) * MILLISECOND,
        task_delay=upto(800, 5000) * MILLISECOND,
        read_time=upto(60, 320) * MILLISECOND,
        election=upto(8_000, 20_000) * MILLISECOND,
        end=random.choice(("fin", "fin", "fin", "rst")),
        boot=upto(15_000, 40_000) * MILLISECOND,
        rpc_timeout=random.choice((6, 60, 60)) * SECOND,
        reply_path="plain" if hidden else "symmetric",
        host_arp=random.choice(("strict", "linux")),
        arp_life=random.choice((30, 60, 1200)) * SECOND,
        wording=random.choice(("plain", "aos5", "terse")),
        header=random.choice(("seconds", "milliseconds", "greenlet", "thread")),
        esxi=random.choice(("6", "8")),
    )
    given = {name: getattr(options, name) for name in Drawn.__struct_fields__}
    return msgspec.structs.replace(
        found, **{name: value for name, value in given.items() if value not in (DRAWN, "drawn")}
    )


def check(options: Options) -> None:
    """:class:`UsageError` for what no cluster can be."""
    for name, least, most in (
        ("nodes", FEWEST_NODES, MOST_NODES),
        ("leader", 1, options.nodes),
        ("busy_hosts", 0, options.nodes),
        ("rate", 1, 20_000),
        ("queue_depth", 1, 1024),
        ("size", 4, LARGEST),
        ("rsize", 0, LARGEST),
        ("wsize", 0, LARGEST),
        ("connections", 1, 16),
        ("network_loss", 0, 1000),
    ):
        within(name, getattr(options, name), least, most)
    for name, least, most in _TIMES:
        if getattr(options, name) != DRAWN:
            within_times(name, getattr(options, name), least, most)
    for name in ("size", "rsize", "wsize"):
        if getattr(options, name) % 4:
            raise UsageError(f"--{name} is {getattr(options, name)}; expected a multiple of 4")
    if not 0 <= options.phase < options.period and options.phase != DRAWN:
        raise UsageError(f"--phase is {shown(options.phase)}; expected less than the period, {shown(options.period)}")
    _check_zone(options.zone)


def _check_zone(zone: str) -> None:
    if zone_named(zone) is None:
        raise UsageError(f"--zone {zone!r}: expected a zone's name such as UTC or America/Los_Angeles")


def within(name: str, value: int, least: int, most: int) -> None:
    """:class:`UsageError` when the option `name` is not `least` to `most`."""
    if not least <= value <= most:
        raise UsageError(f"--{_flag(name)} is {value}; expected {least} to {most}")


def within_times(name: str, value: int, least: int, most: int) -> None:
    """The same of a time, ns."""
    if not least <= value <= most:
        raise UsageError(f"--{_flag(name)} is {shown(value)}; expected {shown(least)} to {shown(most)}")


def shown(time: int) -> str:
    """A time (ns) as one types it: in the largest unit that makes it whole; `30s`, `250ms`, `1h`."""
    unit = next((unit for unit, size in _UNITS if time % size == 0), "ns")
    return f"{time // dict(_UNITS)[unit]}{unit}" if time else "0s"


def _flag(name: str) -> str:
    return name.replace("_", "-")
