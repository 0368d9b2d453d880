"""One line of a log applied to a host's story: what a check found, what Genesis decided and did, what the host logged.

What was done to the route is trusted over what a line is taken to say of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.correlate.logs.attribution import Entry
from analyzer.correlate.logs.double_repair import claim_repetition, repeats
from analyzer.correlate.logs.faults import ANSWERED_WITHIN, NO_RESULT
from analyzer.correlate.logs.ha_checks import HaCheck
from analyzer.correlate.logs.reconcile import ONE_REPAIR, apart
from analyzer.correlate.logs.terminate import ConnectionsEnd
from analyzer.correlate.observation import Draft, Point
from analyzer.correlate.timing import SSH_LAG
from analyzer.model.event import Forwarding, NfsTerminate, RouteAction, RouteChanged, RouteCommand, TaskCreated
from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import Path

NO_AUTHOR = "the route changed, and nothing tells who changed it"
ORDERED = 2 * SECOND  # with more doubt, what was before and what after a line is not known
UNSEEN = 10 * SECOND  # what a check finds and does without a line of its own takes less than this


@dataclass(slots=True)
class Reader(ConnectionsEnd):
    """Applies one line, or one silent check, to a host's story."""

    def rest(self, entry: Entry) -> None:
        """Take a check that said and did nothing about the host: what it found was right."""
        story, cvm = self.story, self._cvm_state()
        if story.open is not None or cvm not in ("up", "down"):
            return
        if story.state == "unknown":
            story.state = "local" if cvm == "up" else "remote"
            story.failed = cvm == "down"
        if (story.state == "local") == (cvm == "up"):
            self._right(entry)

    def read(self, entry: Entry) -> None:
        """Take a line about the host."""
        detail = entry.event.detail
        if isinstance(detail, TaskCreated | RouteCommand | RouteChanged) and repeats(self.story, entry, detail):
            claim_repetition(self.story, entry)
        elif isinstance(detail, TaskCreated | RouteCommand | RouteChanged) and self._by_genesis_leaving(entry, detail):
            self._leave_failed_gateway(entry, detail)
        elif isinstance(detail, Forwarding):
            self._forwarding(entry, detail)
        elif isinstance(detail, TaskCreated):
            self._decided(entry, detail)
        elif isinstance(detail, NfsTerminate):
            self._terminate(entry, detail)
        elif isinstance(detail, RouteCommand):
            self._command(entry, detail)
        elif isinstance(detail, RouteChanged):
            self._changed(entry, detail)

    def _by_genesis_leaving(self, entry: Entry, detail: TaskCreated | RouteCommand | RouteChanged) -> bool:
        """Whether a line is Genesis' deletion of a route whose gateway failed, and not what a person typed."""
        by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
        return not by_hand and self._leaves_failed_gateway(entry, detail.action) is not None

    def _leave_failed_gateway(self, entry: Entry, detail: TaskCreated | RouteCommand | RouteChanged) -> None:
        """Note the deletion; the route that is added next repairs the failure."""
        observation = self.story.open or self._ensure(entry, "delete", None)
        self._mark_detected(observation, entry)
        if isinstance(detail, TaskCreated):
            observation.mark("decided", entry.at, [entry.event.origin], "the task to change the route was created")
        observation.claim(f"Genesis deletes the route by {self.story.gateway}, which failed", [entry.event.origin])
        self._stretch(entry)

    def _forwarding(self, entry: Entry, detail: Forwarding) -> None:
        gateway = self._gateway(detail.gateway, detail.addresses)
        state = self._meant(entry, detail)
        if state == "correct":
            self._good(entry, detail, gateway)
        elif state in ("illegal", "absent") and self._mended(entry, "add" if state == "absent" else "delete"):
            how = "the check found forwarding that is not right"
            self.story.done[-1].points["detected"] = Point(entry.at, (entry.event.origin,), how, entry.stamp)
        elif state == "illegal":
            observation = self._ensure(entry, "delete", gateway)
            observation.mark(
                "detected", entry.at, [entry.event.origin], "the check found forwarding that should not be there"
            )
            observation.claim(f"Genesis found illegal forwarding to {gateway or 'a gateway'}", [entry.event.origin])
            self._stretch(entry)
        elif state == "absent":
            observation = self._ensure(entry, "add", None)
            observation.mark(
                "detected", entry.at, [entry.event.origin], "the check found that forwarding is needed and absent"
            )
            observation.claim("Genesis found that forwarding is needed and absent", [entry.event.origin])
            self._stretch(entry)
        elif state == "kept":
            self._kept(entry, gateway)

    def _mended(self, entry: Entry, action: RouteAction) -> bool:
        """Whether a line tells what a repair that was read before it mended: on another clock, so that nothing tells
        which of the two came first.
        """
        last = self.story.done[-1] if self.story.done and self.story.open is None else None
        repaired = last.points.get("repaired") if last is not None else None
        if last is None or repaired is None or repaired.at.doubt <= ORDERED or entry.at.least > repaired.at.most:
            return False
        elsewhere = all(origin.source != entry.event.origin.source for origin in repaired.origins)
        return elsewhere and (last.kind in ("route-injection", "cvm-recovery")) == (action == "delete")

    def _meant(self, entry: Entry, detail: Forwarding) -> str:
        """The state that a line means: as it was read, unless that can't be at this check and led to nothing."""
        cvm, state = self._cvm_state(), detail.state
        if state == "kept" and cvm == "down":
            return "correct" if self.story.state == "remote" else "unsure"
        if state == "kept" and cvm == "up" and self.story.state == "local":
            return "correct"
        if entry.event.origin in self.checked.led or state not in ("illegal", "absent"):
            return state
        if (state == "illegal" and cvm == "down") or (state == "absent" and cvm == "up"):
            return "correct"
        if entry.event.origin in self.checked.in_vain and state == "illegal" and cvm == "initializing":
            return "kept"
        vain = entry.event.origin in self.checked.in_vain
        return "correct" if vain and state == "absent" and self.story.state == "remote" else state

    def _good(self, entry: Entry, detail: Forwarding, gateway: str | None) -> None:
        """A check found the forwarding right: by the local CVM, or by a remote one while the local CVM is down."""
        story, cvm = self.story, self._cvm_state()
        elsewhere = gateway is not None and gateway != self._local_cvm()
        if story.open is not None and elsewhere and cvm == "down" and _undetected(story.open, gateway):
            self._failed_before(story.open, entry)
            self._close(entry, gateway)
        fault = story.open.points.get("fault") if story.open is not None else None
        if fault is not None and entry.at.least <= fault.at.most + SSH_LAG:
            return  # the check may have read the routes before the fault
        if story.open is not None and "repaired" not in story.open.points and story.open.kind != "cvm-recovery":
            story.open.doubt("the checks found the path right again with no repair in the log")
            self._mark_unseen_repair(story.open, entry)
            self._close(entry, None)
        still = story.failed and story.gateway is not None and detail.gateway == story.gateway
        if elsewhere and (still or cvm in ("down", "initializing") or (cvm is None and detail.gateway is not None)):
            story.state, story.failed = "remote", True
            story.gateway = gateway
        elif cvm == "up" or (story.state == "unknown" and cvm is None):
            story.state, story.failed, story.gateway = "local", False, None
        self._right(entry)

    def _right(self, entry: Entry) -> None:
        """A check found the path right; that also proves a command before it whose result the log does not have."""
        story = self.story
        story.good, story.good_origin = entry.at, entry.event.origin
        if story.unproved is not None and NO_RESULT in story.unproved.doubts:
            story.unproved.doubts.remove(NO_RESULT)
            if not story.unproved.doubts:
                story.unproved.confidence = "high"
        story.unproved = None

    def _mark_unseen_repair(self, observation: Draft, entry: Entry) -> None:
        """The route changed between what is known of the repair and the check that found the path right."""
        ordered = observation.points.get("decided") or observation.points.get("detected")
        if ordered is not None and ordered.at.least <= entry.at.most:
            at = Instant(entry.at.clock, ordered.at.least, entry.at.most)
            origins = (*ordered.origins, entry.event.origin)
            observation.mark(
                "repaired", at, origins, "between the decision and the next check that found the path right"
            )

    def _decided(self, entry: Entry, detail: TaskCreated) -> None:
        if self._mended(entry, detail.action):
            how = "the task to change the route was created"
            self.story.done[-1].points["decided"] = Point(entry.at, (entry.event.origin,), how, entry.stamp)
            return
        observation = self._ensure(entry, detail.action, self._gateway(detail.gateway, detail.addresses))
        self._mark_detected(observation, entry)
        observation.mark("decided", entry.at, [entry.event.origin], "the task to change the route was created")
        self._stretch(entry)

    def _mark_detected(self, observation: Draft, entry: Entry) -> None:
        """With no line on what the check found, it found it between its beginning and what it decided."""
        if "detected" in observation.points:
            return
        tick = self.ticks.containing(entry.at) or self._last_check(entry)
        least = tick.begin.least if tick is not None else entry.at.least - UNSEEN
        at = Instant(entry.at.clock, min(least, entry.at.least), entry.at.most)
        origins = (*((tick.origin,) if tick is not None else ()), entry.event.origin)
        observation.mark("detected", at, origins, "between the check's beginning and what Genesis did about it")

    def _last_check(self, entry: Entry) -> HaCheck | None:
        """The check that ordered what a line tells, when its own lines are longer ago than those of one check."""
        tick = self.ticks.latest(entry.at.middle)
        return tick if tick is not None and entry.at.middle - tick.first.middle <= ONE_REPAIR else None

    def _kept(self, entry: Entry, gateway: str | None) -> None:
        """The local CVM is back but not initialised: the first sign of a recovery."""
        story = self.story
        story.state, story.failed = "remote", True
        story.gateway = gateway or story.gateway
        observation = self._ensure(entry, "delete", story.gateway)
        observation.mark("check", entry.at, [entry.event.origin], "the first check that found the CVM alive")
        observation.claim("Genesis found the local CVM alive but not fully initialised", [entry.event.origin])
        self._stretch(entry)

    def _command(self, entry: Entry, detail: RouteCommand) -> None:
        gateway = self._gateway(detail.gateway, detail.addresses)
        if detail.actor == "person":
            how = f"{detail.user} typed it" if detail.user else "the host's kernel logged it, and Genesis did not do it"
            self._by_hand(entry, detail.action, gateway, how)
            return
        observation = self._ensure(entry, detail.action, gateway)
        self._mark_detected(observation, entry)
        end = self._result_of(entry, detail.action)
        if end is None and not entry.exact:
            observation.doubt(NO_RESULT)
        exact = next((order for order in (end, entry) if order is not None and order.exact), None)
        if exact is not None:
            origins = (entry.event.origin, *exact.origins)
            how = "the host's kernel logged the change that Genesis ordered"
            observation.mark("repaired", exact.at, origins, how, exact.stamp)
        else:
            most = max(entry.at.most, end.at.most) if end else entry.at.most + SECOND
            origins = (entry.event.origin, *(end.origins if end else ()))
            at = Instant(entry.at.clock, entry.at.least, most)
            observation.mark("repaired", at, origins, "between the route command and its result")
        self._stretch(entry)
        if end is None:
            self._close(entry, gateway)
            self.story.unproved, self.story.ordered = (None if entry.exact else observation), entry

    def _result_of(self, entry: Entry, action: RouteAction) -> Entry | None:
        """The line that says how a route command of Genesis ended."""
        for later in self._entries[self.index + 1 : self.index + 12]:
            detail = later.event.detail
            if apart(entry, later) > ANSWERED_WITHIN:
                return None
            by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
            if self._of_another_host(detail) or by_hand:
                continue
            same = isinstance(detail, RouteCommand) and detail.action == action
            if isinstance(detail, RouteCommand | TaskCreated) and not same:
                return None
            if isinstance(detail, RouteChanged) and detail.action == action and detail.done:
                return later
        return None

    def _changed(self, entry: Entry, detail: RouteChanged) -> None:
        story = self.story
        gateway = self._gateway(detail.gateway, detail.addresses)
        if not detail.done:
            tried = story.open or story.unproved
            if tried is not None:
                tried.doubt("a route command failed")
                tried.claim("A route command of Genesis failed", [entry.event.origin])
            return
        if detail.by_kernel and self._wanted() != detail.action:
            self._without_author(entry, detail.action, gateway)
            return
        observation = self._ensure(entry, detail.action, gateway)
        self._mark_detected(observation, entry)
        exact = entry.exact or detail.by_kernel
        how = "the host's kernel logged the change" if exact else "Genesis logged the change"
        least = entry.at.least if exact else self._before(entry).at.least
        observation.mark("repaired", Instant(entry.at.clock, least, entry.at.most), entry.origins, how, entry.stamp)
        word = "added" if detail.action == "add" else "deleted"
        observation.claim(f"The route to {self.topology.settings.storage_address} was {word}", entry.origins)
        self._close(entry, gateway)

    def _without_author(self, entry: Entry, action: RouteAction, gateway: str | None) -> None:
        """A kernel's line with neither a typed command nor Genesis' log of that time: what it was is not known."""
        story = self.story
        word = "added" if action == "add" else "deleted"
        observation = story.done[-1] if story.done and story.done[-1].note == NO_AUTHOR else None
        if observation is None or action == "add":
            observation = Draft("unexplained", "logs", story.host, entry.at.clock, entry.at.least, entry.at.most)
            observation.note = NO_AUTHOR
            observation.doubt("neither genesis.out nor shell.log of that time is in the evidence", "low")
            story.done.append(observation)
        remote = Path("remote", via=gateway)
        observation.during = remote if action == "add" else observation.during
        observation.after = remote if action == "add" else Path("local")
        observation.gateway = gateway
        observation.end = max(observation.end, entry.at.most)
        observation.claim(f"A route to {self.topology.settings.storage_address} by {gateway} was {word}", entry.origins)
        if entry.at.doubt <= ORDERED:  # else it is not known which checks came after it
            story.state = "remote" if action == "add" else "local"


def _undetected(observation: Draft, gateway: str | None) -> bool:
    """Whether this route was added by hand, and nothing says that Genesis found it wrong."""
    found = {"detected", "decided"} & observation.points.keys()
    typed = observation.kind == "route-injection" and "fault" in observation.points
    return typed and not found and gateway == observation.gateway
