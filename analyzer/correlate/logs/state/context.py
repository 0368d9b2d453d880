"""What a line about a host is read against: who is who, the Stargates and the checks, and the lines around it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from analyzer.correlate.logs.checks.ha_checks import HaCheck, HaChecks
from analyzer.correlate.logs.lines.entry import Entry, HostDetail, apart, of_one_log
from analyzer.correlate.logs.lines.reconcile import Checked
from analyzer.correlate.logs.lines.repairs import ONE_REPAIR
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import Detail, Forwarding
from analyzer.model.instant import SECOND, Instant

SAME_REPAIR = 15 * SECOND  # lines of one repair are nearer than this
AHEAD = 11  # so many lines after one are looked at, where they are of the same repair


class Context(msgspec.Struct, frozen=True):
    """`index` is the line being read, in `lines`; `stargates` are as they are when it was written."""

    topology: Topology
    checks: HaChecks
    lines: Checked
    index: int
    stargates: Stargates

    @property
    def entry(self) -> Entry:
        """The line being read."""
        return self.lines.entries[self.index]

    def following(self, within: int) -> Iterator[Entry]:
        """The next lines until one that is further than `within` ns away, but for another leader's."""
        entries = self.lines.entries
        for later in entries[self.index + 1 : self.index + 1 + AHEAD]:
            if apart(self.entry, later) > within:
                return
            if of_one_log(self.entry, later):
                yield later

    def found_right(self, host: Member, since: Instant) -> bool:
        """Whether a line before this one, and not before `since`, has the host's forwarding right."""
        for earlier in reversed(self.lines.entries[: self.index]):
            if earlier.at.least < since.least:
                return False
            detail = earlier.event.detail
            if isinstance(detail, Forwarding) and detail.host == host.address:
                return detail.state == "correct"
        return False

    def preceding(self) -> Entry:
        """The line of the same repair before the one being read, else that one itself; a clock that was set may have it
        later.
        """
        earlier = self.lines.entries[self.index - 1] if self.index else self.entry
        near = apart(earlier, self.entry) <= SAME_REPAIR and of_one_log(earlier, self.entry)
        near = near and earlier.at.least <= self.entry.at.least
        return earlier if near else self.entry

    def acting_check(self) -> HaCheck | None:
        """The check that ordered what the line shows: its own lines may be longer ago than those of one check."""
        containing = self.checks.containing(self.entry.at)
        if containing is not None:
            return containing
        latest = self.checks.latest(self.entry.at.middle)
        near = latest is not None and self.entry.at.middle - latest.first.middle <= ONE_REPAIR
        return latest if near else None


def of_another_host(detail: Detail, host: Member) -> bool:
    """Whether a line of a repair names a host that is not `host`."""
    if isinstance(detail, Forwarding) or not isinstance(detail, HostDetail):
        return False
    return detail.host not in (None, host.address, host.name)
