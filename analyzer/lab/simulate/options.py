"""What a simulation can be told, beside its scenario: the cluster, its timers, what is captured, what is impaired.

A value that is left to be `DRAWN` comes from the seed, so that two thousand tests differ as real ones do.
"""

from __future__ import annotations

from random import Random
from typing import Literal

import msgspec

from analyzer.errors import UsageError
from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND

DRAWN = -1
HOUR = 3600 * SECOND
START = 1_772_442_000 * SECOND  # 2026-03-02T09:00:00Z

Wording = Literal["plain", "aos5", "terse", "drawn"]
Header = Literal["seconds", "milliseconds", "greenlet", "thread", "drawn"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Times are ns. See the groups; `None`, `drawn` or `DRAWN` means: by the seed."""

    # the cluster
    nodes: int = 3
    leader: int = 2  # the node (from 1) whose CVM leads Genesis at first
    busy_hosts: int = 0  # hosts with virtual machines, from node 1 on; 0: all
    start: int = DRAWN  # when the evidence begins, ns since the epoch
    # Genesis
    period: int = 30 * SECOND
    phase: int = DRAWN  # the first fault comes this long after a check
    task_delay: int = DRAWN
    read_time: int = DRAWN  # to read a host's routes over SSH
    probe_timeout: int = 2 * SECOND
    election: int = DRAWN  # until another CVM leads when the leader dies
    end: Literal["fin", "rst", "drawn"] = "drawn"  # how NfsTerminateConnection ends a connection
    boot: int = DRAWN  # from the power button to the links
    # the NFS client
    rate: int = 4  # operations a second and connection
    queue_depth: int = 3
    size: int = 512  # of a READ or WRITE, bytes (rsize, wsize)
    connections: int = 1  # datastores of a host, each with a connection of its own
    heartbeat: int = 12 * SECOND
    rpc_timeout: int = DRAWN  # patient (60 s) or eager (6 s)
    connect_timeout: int = 5 * SECOND
    # the network
    reply_path: Literal["symmetric", "plain", "drawn"] = "drawn"  # a remote CVM's answer to 192.168.5.1: eth0 or eth1
    host_arp: Literal["strict", "linux", "drawn"] = "drawn"  # whose address a host's ARP request names as its sender
    arp_life: int = DRAWN
    # around the story
    lead: int = 12 * SECOND
    tail: int = 15 * SECOND
    # the logs
    wording: Wording = "drawn"
    header: Header = "drawn"
    zone: str = "UTC"
    esxi: Literal["6", "8", "drawn"] = "drawn"
    log_ahead: int = 0  # the leader's and every CVM's clock against the captures', ns
    host_ahead: int = 0  # every ESXi host's clock against the captures', ns
    drift: int = 0  # ns a second, of the logs' clocks
    skew_each: int = 0  # each device is up to this much further off, by the seed


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
        ("nodes", 3, 32),
        ("leader", 1, options.nodes),
        ("busy_hosts", 0, options.nodes),
        ("period", SECOND, HOUR),
        ("rate", 1, 20_000),
        ("queue_depth", 1, 1024),
        ("size", 4, 1 << 20),
        ("connections", 1, 16),
        ("heartbeat", SECOND, HOUR),
        ("connect_timeout", SECOND, HOUR),
        ("lead", 0, HOUR),
        ("tail", 0, HOUR),
    ):
        value = getattr(options, name)
        if not least <= value <= most:
            raise UsageError(f"{name} is {value}; expected {least} to {most}")
    if options.size % 4:
        raise UsageError(f"size is {options.size}; expected a multiple of 4")
