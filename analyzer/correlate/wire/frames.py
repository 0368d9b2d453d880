"""Frames as the captures' rooms ask for them: runs, and single segments, with their times in ns.

There are as many as events, and none holds another that could hold it: the garbage collector needn't look at them.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.model.event import ArpTraffic, Ends, Event, FrameRun, StorageTraffic, TcpControl
from analyzer.model.source import Origin

Client = tuple[str, int]  # an NFS client's address and port


class Frames(msgspec.Struct, frozen=True, gc=False):
    """Frames of one kind without a pause: the first and the last (ns) with their origins, and how many. Where nothing
    happened for long there may be so many `pauses` in it, mostly `usual` ns long.
    """

    first: int
    last: int
    first_origin: Origin
    last_origin: Origin
    count: int
    pauses: int = 0
    usual: int = 0


class StorageRun(msgspec.Struct, frozen=True, gc=False):
    """Frames between a host and the storage address."""

    traffic: StorageTraffic
    frames: Frames


class Arp(msgspec.Struct, frozen=True, gc=False):
    """ARP frames of one sender."""

    arp: ArpTraffic
    frames: Frames


class Control(msgspec.Struct, frozen=True, gc=False):
    """A SYN, SYN-ACK, FIN or RST, and when it was (ns)."""

    segment: TcpControl
    at: int
    origin: Origin


class ArpRequests(msgspec.Struct, frozen=True, gc=False):
    """ARP requests of `mac` for `target`, and when the first reply came while they went on or just after (ns)."""

    mac: str
    sender: str
    target: str
    frames: Frames
    answered: int | None


def frames_of(event: Event, run: FrameRun) -> Frames:
    """The run of an event."""
    origins = event.origin, run.last_origin(event.origin)
    return Frames(event.at.least, run.last.least, *origins, run.count, run.pauses, run.usual)


def in_time(frames: Frames) -> tuple[int, Origin]:
    """A key that sorts frames by their beginning."""
    return frames.first, frames.first_origin


def of_run(run: StorageRun) -> tuple[int, Origin]:
    """The same of a run of storage traffic."""
    return in_time(run.frames)


def joined(runs: Sequence[Frames], pause: int) -> tuple[Frames, ...]:
    """Runs in order, as one where no more than `pause` ns lie between them; that of overlapping ones is less than 0."""
    whole: list[Frames] = []
    for run in sorted(runs, key=in_time):
        last = whole[-1] if whole else None
        if last is None or run.first - last.last > pause:
            whole.append(run)
        elif run.last > last.last:
            whole[-1] = replace(last, last=run.last, last_origin=run.last_origin, count=last.count + run.count)
    return tuple(whole)


def latest(runs: Sequence[Frames], at: int) -> int | None:
    """The end of the last of these runs that is not after `at`, ns; None where all are."""
    return max((min(run.last, at) for run in runs if run.first <= at), default=None)


def client_of(ends: Ends, settings: Settings) -> tuple[str, Client]:
    """The MAC and the address and port of the NFS client of a frame in either direction."""
    if ends.dst == settings.storage_address and ends.dport == settings.nfs_port:
        return ends.src_mac, (ends.src, ends.sport)
    return ends.dst_mac, (ends.dst, ends.dport)
