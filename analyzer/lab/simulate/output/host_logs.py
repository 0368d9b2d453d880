"""What an ESXi host's kernel and its VOB daemon log of a datastore: the mount, and outages that outlast their patience.

After 40 s without a reply a datastore is in All Paths Down, after 125 s its server counts as lost, 140 s after the APD
began it times out; all of that is undone by the next reply (heartbeats of 12 s that time out after 5 s).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from analyzer.lab.simulate.cluster.connection import STORAGE
from analyzer.lab.simulate.truth.truth_log import HostLine
from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND

BETWEEN_MOUNTS = 137 * MILLISECOND
APD_AFTER = 40 * SECOND
LOST_AFTER = 125 * SECOND
TIMEOUT_AFTER = APD_AFTER + 140 * SECOND
NOTICED = 200 * MILLISECOND  # from the first reply to what the kernel says of it
BOOTED = 9_414 * SECOND  # the host was booted so long before the logs begin
UUID = "5a6ec2b7-1d3f9a40"


class Vob(NamedTuple):
    """An observation of the kernel, or the event that comes of it: who correlates it, and its name."""

    correlator: str
    name: str


_LINK_UP = Vob("netCorrelator", "vob.net.vmnic.linkstate.up")
_SERVER_LOST = Vob("vmfsCorrelator", "esx.problem.vmfs.nfs.server.disconnect")
_SERVER_RESTORED = Vob("vmfsCorrelator", "esx.clear.vmfs.nfs.server.restored")
_APD_START, _APD_EXIT, _APD_TIMEOUT = (
    (Vob("APDCorrelator", f"vob.storage.apd.{name}"), Vob("APDCorrelator", f"esx.{kind}.storage.apd.{name}"))
    for name, kind in (("start", "problem"), ("exit", "clear"), ("timeout", "problem"))
)

_SERVER = f'server {STORAGE} mount point /container, mounted as {UUID}-0000-000000000000 ("NTNX-container")'
_DEVICE = f"Device or filesystem with identifier [{UUID}]"
_EXPORT = f"{STORAGE} /container {UUID}-0000-000000000000 NTNX-container"
_LINK = "vmnic vmnic0 linkstate up"
_LATE = "has entered the All Paths Down Timeout state after being in the All Paths Down state for 140 seconds"


def storage_lines(
    number: int, start: int, replies: Iterable[list[int]], last: int, stopped: Sequence[int] = ()
) -> list[HostLine]:
    """The lines of host `number` from `start`, where its logs begin, to `last`; `replies` (ns) are each client's.

    A silence in which the host itself was off, since one of `stopped`, is none that it logs.
    """
    begin = start + number * BETWEEN_MOUNTS
    lines = [
        _kernel(begin, number, f"NFS: 346: Restored connection to the {_SERVER}"),
        _vob(begin - BETWEEN_MOUNTS, number, start, _LINK_UP, _LINK),
    ]
    for before, after in silences(replies, last, stopped):
        lines += _outage(number, start, before, after)
    return [line for line in lines if line.at <= last]


def silences(replies: Iterable[list[int]], last: int, stopped: Sequence[int] = ()) -> Iterator[tuple[int, int]]:
    """The silences of a host that outlast a datastore's patience by `last`, as in `storage_lines`: from when to when,
    ns; one that goes on ends after `last`.
    """
    for times in replies:
        for before, after in pairwise([*times, 2 * last]):
            off = any(before <= stop <= after for stop in stopped)
            if after - before > APD_AFTER and before + APD_AFTER <= last and not off:
                yield before, after


def _outage(number: int, start: int, before: int, after: int) -> Iterator[HostLine]:
    """What is logged of the silence from `before` to `after`."""
    back = after + NOTICED
    went, came = "has entered the All Paths Down state.", "has exited the All Paths Down state."
    yield _kernel(before + APD_AFTER, number, f"StorageApdHandler: 1204: {_DEVICE} {went}")
    yield from _apd(before + APD_AFTER, number, start, _APD_START, went)
    yield _kernel(back, number, f"StorageApdHandler: 507: {_DEVICE} {came}")
    yield from _apd(back, number, start, _APD_EXIT, came)
    if after - before > LOST_AFTER:
        yield _kernel(before + LOST_AFTER, number, f"NFS: 337: Lost connection to the {_SERVER}")
        yield _vob(before + LOST_AFTER, number, start, _SERVER_LOST, _EXPORT)
        yield _kernel(back, number, f"NFS: 346: Restored connection to the {_SERVER}")
        yield _vob(back, number, start, _SERVER_RESTORED, _EXPORT)
    if after - before > TIMEOUT_AFTER:
        yield from _apd(before + TIMEOUT_AFTER, number, start, _APD_TIMEOUT, f"{_LATE}.")


def _apd(at: int, number: int, start: int, vobs: tuple[Vob, ...], what: str) -> Iterator[HostLine]:
    """The observation and the event that comes of it."""
    for vob in vobs:
        yield _vob(at, number, start, vob, f"{_DEVICE} {what}")


def _vob(at: int, number: int, start: int, vob: Vob, text: str) -> HostLine:
    """A line of vobd.log: the correlator, µs since boot, the event's name."""
    since_boot = (at - start + BOOTED) // MICROSECOND
    return HostLine(at, number, "vobd", f"[{vob.correlator}] {since_boot}us: [{vob.name}] {text}")


def _kernel(at: int, number: int, text: str) -> HostLine:
    return HostLine(at, number, "kernel", text)
