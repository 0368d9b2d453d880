"""When hosts' own CVMs, which were heard all along on the public network, were heard no more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.timing import CVM_SILENT
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.instant import Instant


def silences(traffic: Traffic, topology: Topology) -> Iterator[tuple[Member, Instant]]:
    """Each host with the last frame of its own CVM before a silence that is none of a moment."""
    for host in topology.hosts:
        for mac, addresses in topology.owners.items():
            if host.cvm in addresses and topology.host_of_mac(mac) is None:
                yield from ((host, Instant(CAPTURE_CLOCK, at, at)) for at in _last_frames(mac, traffic))


def _last_frames(mac: str, traffic: Traffic) -> Iterator[int]:
    runs = traffic.heard[mac].items if mac in traffic.heard else ()
    for run, following in zip_longest(runs, runs[1:]):
        until = following.first if following is not None else traffic.last
        if until - run.last >= CVM_SILENT and traffic.steady(mac, run, before=True):
            yield run.last
