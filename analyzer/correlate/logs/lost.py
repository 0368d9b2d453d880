"""A datastore that a host's own log has lost at a time of which nothing else tells: a stall that nothing explains.

    vobd: [esx.problem.vmfs.nfs.server.disconnect] 192.168.5.2/ctr1 …    away by then
    vobd: [esx.clear.vmfs.nfs.server.restored] 192.168.5.2/ctr1 …        back by then

Only lines of the datastore behind the storage address count; a mount alone writes the second. All Paths Down is one
where a line or list of mounts ties its identifier to that datastore.
What lies near another observation of the host is taken to be part of that; so is what a log tells whose clock was set
while it was written, as that says nothing of when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.topology import Member, Topology, is_address
from analyzer.model.episode import Statement
from analyzer.model.event import HostStorage, NfsList
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from analyzer.model.storage.tied import BACK, LOST, of_storage

NEAR = 300 * SECOND  # a server is lost some 125 s after it fell silent, and comes back late where a client backs off
GONE, RETURNED = How("storage-lines"), How("storage-back")


class _Line(msgspec.Struct, frozen=True):
    """A line of the datastore: whether it has it lost, and when, on the reference clock; `dated`: that is known."""

    lost: bool
    at: Instant
    origin: Origin
    dated: bool = True


class _Loss(msgspec.Struct, frozen=True):
    """The lines from the first to the last that has it lost, and those before and after them that have not."""

    lost: tuple[_Line, ...]
    before: _Line | None
    after: _Line | None

    @property
    def least(self) -> int:
        """When the first was written at the earliest, ns."""
        return self.lost[0].at.least

    @property
    def most(self) -> int:
        """When it was back, or last was lost, at the latest, ns."""
        return (self.after or self.lost[-1]).at.most


def with_losses(
    observations: Sequence[Observation], evidence: Evidence, topology: Topology, clocks: Clocks
) -> list[Observation]:
    """With a stall for each loss that is near no observation of its host, or of one that may be that host."""
    found = [
        _stall(host, loss)
        for host, lines in _by_host(evidence, topology, clocks)
        for loss in _losses(lines)
        if not any(_is_near(one, host, loss) for one in observations)
    ]
    return [*observations, *(one for one in found if one.points)]


def _by_host(evidence: Evidence, topology: Topology, clocks: Clocks) -> Iterator[tuple[Member, list[_Line]]]:
    """The lines of each host that are of the datastore, in order of time."""
    told = [(event, event.detail) for event in evidence.of(HostStorage) if isinstance(event.detail, HostStorage)]
    lists = (event.detail for event in evidence.of(NfsList))
    mounts = [mount for each in lists if isinstance(each, NfsList) for mount in each.mounts]
    was_set = {one.clock for one in clocks.contradictions if one.name == "host-set"}
    found: dict[Member, list[_Line]] = {}
    for event, detail in of_storage(told, topology.settings.storage_address, mounts):
        host = topology.host_of_clock(event.at.clock)
        placed = event.at.clock in clocks.offsets
        if host is not None and placed and detail.state in (*LOST, *BACK):
            line = _Line(detail.state in LOST, clocks.place(event.at), event.origin, event.at.clock not in was_set)
            found.setdefault(host, []).append(line)
    for host, lines in found.items():
        yield host, sorted(lines, key=lambda line: (line.at.least, line.origin))


def _losses(lines: Sequence[_Line]) -> Iterator[_Loss]:
    lost: list[_Line] = []
    before: _Line | None = None
    for line in lines:
        if line.lost:
            lost.append(line)
            continue
        if lost:
            yield _Loss(tuple(lost), before, line)
        lost, before = [], line
    if lost:
        yield _Loss(tuple(lost), before, None)


def _is_near(observation: Observation, host: Member, loss: _Loss) -> bool:
    """Whether a loss may be part of what was observed; a host that no address names may be any."""
    addresses = {_address(host), _address(observation.host)}
    if len(addresses) > 1 and None not in addresses:
        return False
    dated = all(line.dated for line in loss.lost)
    return not dated or (observation.start - NEAR <= loss.most and loss.least <= observation.end + NEAR)


def _address(host: Member | None) -> str | None:
    """A host's address: as it is known, or as its log is called by it."""
    if host is None or host.address is not None:
        return host.address if host is not None else None
    return host.name if host.name is not None and is_address(host.name) else None


def _stall(host: Member, loss: _Loss) -> Observation:
    first, last = loss.lost[0], loss.lost[-1]
    stall = Observation("unexplained", "logs", host, first.at.clock, loss.least, loss.most)
    stall = stall.claimed(Statement("datastore-lost"), tuple(line.origin for line in loss.lost))
    if loss.before is not None:
        at = Instant(first.at.clock, loss.before.at.least, first.at.most)
        stall = stall.marked("fault", at, (loss.before.origin, first.origin), GONE)
    if loss.after is None:
        return stall
    stall = stall.claimed(Statement("datastore-back"), (loss.after.origin,))
    at = Instant(first.at.clock, last.at.least, loss.after.at.most)
    return stall.marked("restored", at, (last.origin, loss.after.origin), RETURNED)
