"""NfsTerminateConnection in a log: which lines are one request and its answer, and what they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.correlate.logs.attribution import Entry
from analyzer.correlate.logs.faults import ANSWERED_WITHIN, FaultBook
from analyzer.correlate.logs.reconcile import apart
from analyzer.correlate.observation import NOT_SERVED
from analyzer.model.event import NfsTerminate, RouteChanged, RouteCommand, TaskCreated
from analyzer.model.instant import SECOND, Instant

TIMEOUT = 2 * SECOND  # a request that the log has no answer of did not take longer


@dataclass(slots=True)
class ConnectionsEnd(FaultBook):
    """Marks `terminated`, by a request and its answer."""

    @property
    def _entries(self) -> Sequence[Entry]:
        return self.checked.entries

    def _terminate(self, entry: Entry, detail: NfsTerminate) -> None:
        """Request and answer enclose the end of the connections; of one line alone, its neighbours do."""
        observation = self.story.open
        if observation is None:
            return
        if "terminated" in observation.points:
            self._stretch(entry)
            return
        end = self._answer(entry)
        least = entry.at.least if detail.phase == "sent" or end is not entry else self._before(entry).at.least
        unanswered = end is entry and detail.phase == "sent"
        at = Instant(entry.at.clock, least, max(entry.at.most, end.at.most) + (TIMEOUT if unanswered else 0))
        origins = [entry.event.origin, *([end.event.origin] if end is not entry else [])]
        observation.mark("terminated", at, origins, "NfsTerminateConnection was sent and answered")
        gateway = detail.cvm or observation.gateway or "the gateway"
        answer = end.event.detail
        nothing = isinstance(answer, NfsTerminate) and answer.nothing
        told = "found no connection of the host to end on" if nothing else "ended the host's connections on"
        observation.claim(f"NfsTerminateConnection {told} {gateway}", origins)
        if observation.kind == "route-injection":
            observation.gateway_valid = True
            observation.note = NOT_SERVED if nothing else ""
        self._stretch(entry)

    def _answer(self, entry: Entry) -> Entry:
        """The line that ends a NfsTerminateConnection: the last on it before the route changes, else what follows."""
        last = entry
        for later in self._entries[self.index + 1 : self.index + 12]:
            detail = later.event.detail
            if apart(entry, later) > ANSWERED_WITHIN:
                break
            if self._of_another_host(detail):
                continue
            if isinstance(detail, NfsTerminate):
                last = later
            elif isinstance(detail, RouteCommand | RouteChanged):
                answered = last is not entry or _is_reply(entry)
                return last if answered else later
        return last

    def _before(self, entry: Entry) -> Entry:
        """The line of the same repair before `entry`, else `entry` itself."""
        earlier = self._entries[self.index - 1] if self.index else entry
        return earlier if apart(earlier, entry) <= ANSWERED_WITHIN else entry

    def _of_another_host(self, detail: object) -> bool:
        """Whether a line of a repair names a host that is not this one."""
        if not isinstance(detail, TaskCreated | RouteCommand | RouteChanged | NfsTerminate):
            return False
        return detail.host not in (None, self.story.host.address)


def _is_reply(entry: Entry) -> bool:
    return isinstance(entry.event.detail, NfsTerminate) and entry.event.detail.phase == "reply"
