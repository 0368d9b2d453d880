"""One host's story as the logs tell it: a state moved by HA decisions and route changes opens and closes sightings.

A check says whether the host's forwarding is right; the fault lies between the last check that found it right and the
first that did not, unless the host itself logged the change. What was done to the route is trusted over what a line is
taken to say of it; where the log begins in the middle, the doubt is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analyzer.correlate.checks import ONE_CHECK, ONE_REPAIR, Checked, apart
from analyzer.correlate.roles import Member, Roles
from analyzer.correlate.route_changes import Entry
from analyzer.correlate.sighting import Point, Sighting
from analyzer.correlate.ticks import Tick, Ticks
from analyzer.model.event import (
    Forwarding,
    NfsTerminate,
    RouteAction,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import Path
from analyzer.model.source import Origin

NO_AUTHOR = "the route changed, and nothing tells who changed it"
NO_RESULT = "the log has the route command but not its result"
UNSEEN = 10 * SECOND  # what a check finds and does without a line of its own takes less than this
ANSWERED_WITHIN = 15 * SECOND  # lines of one repair are nearer than this
RETRIED_WITHIN = 40 * SECOND  # the next check is nearer than this
State = Literal["local", "remote", "unknown"]


@dataclass(slots=True)
class HostStory:
    """What is known of one host while its log is read."""

    host: Member
    state: State = "unknown"
    gateway: str | None = None
    good: Instant | None = None  # the last check or change that left the state right
    good_origin: Origin | None = None
    open: Sighting | None = None
    done: list[Sighting] = field(default_factory=list)
    failed: bool = False  # the local CVM's failure is what made the path remote
    unproved: Sighting | None = None  # closed by a command whose result the log does not have
    ordered: Entry | None = None  # that command


@dataclass(slots=True)
class Stargates:
    """The Stargates as the checks see them: by CVM, its state and the last instant of each state."""

    state: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], Entry] = field(default_factory=dict)
    all_up: bool = False  # the last check said so of all, named or not

    def take(self, entry: Entry, detail: StargateStates, everybody: Iterable[str]) -> None:
        """Note one line's view."""
        self.all_up = detail.all_of == "up" or (self.all_up and not detail.down and not detail.initializing)
        initializing = set(detail.initializing)
        up = set(detail.up) - initializing - set(detail.down)
        if detail.all_of is not None and not up:
            up = set(everybody) - initializing - set(detail.down)
        for name, members in (("up", up), ("initializing", initializing), ("down", set(detail.down))):
            for address in members:
                self.state[address] = name
                self.seen[address, name] = entry


@dataclass(slots=True)
class Reader:
    """Applies one entry to a host's story."""

    story: HostStory
    roles: Roles
    stargates: Stargates
    ticks: Ticks
    checked: Checked
    index: int

    @property
    def _entries(self) -> Sequence[Entry]:
        return self.checked.entries

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
        if isinstance(detail, Forwarding):
            self._forwarding(entry, detail)
        elif isinstance(detail, TaskCreated):
            self._decided(entry, detail)
        elif isinstance(detail, NfsTerminate):
            self._terminate(entry, detail)
        elif isinstance(detail, RouteCommand):
            self._command(entry, detail)
        elif isinstance(detail, RouteChanged):
            self._changed(entry, detail)

    # --- who ---------------------------------------------------------------------------------------------------------

    def _gateway(self, gateway: str | None, addresses: Sequence[str]) -> str | None:
        """The gateway that a line names, else the address in it that is neither the host nor its own CVM."""
        if gateway:
            return gateway
        rest = [a for a in addresses if a != self.story.host.address and a != self._local_cvm()]
        return rest[0] if rest else None

    def _local_cvm(self) -> str | None:
        return self.story.host.cvm

    def _cvm_state(self) -> str | None:
        """The local CVM's state as the last check that told it saw it, or None when none did."""
        cvm = self._local_cvm()
        if cvm is not None:
            return self.stargates.state.get(cvm)
        states = set(self.stargates.state.values())
        if states == {"up"} or (not states and self.stargates.all_up):
            return "up"
        return "down" if "down" in states else None

    # --- what --------------------------------------------------------------------------------------------------------

    def _forwarding(self, entry: Entry, detail: Forwarding) -> None:
        gateway = self._gateway(detail.gateway, detail.addresses)
        state = self._meant(entry, detail)
        if state == "correct":
            self._good(entry, detail, gateway)
        elif state == "illegal":
            sighting = self._ensure(entry, "delete", gateway)
            sighting.mark(
                "detected", entry.at, [entry.event.origin], "the check found forwarding that should not be there"
            )
            sighting.claim(f"Genesis found illegal forwarding to {gateway or 'a gateway'}", [entry.event.origin])
            self._stretch(entry)
        elif state == "absent":
            sighting = self._ensure(entry, "add", None)
            sighting.mark(
                "detected", entry.at, [entry.event.origin], "the check found that forwarding is needed and absent"
            )
            sighting.claim("Genesis found that forwarding is needed and absent", [entry.event.origin])
            self._stretch(entry)
        elif state == "kept":
            self._kept(entry, gateway)

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
        if story.open is not None and "repaired" not in story.open.points and story.open.kind != "cvm-recovery":
            story.open.doubt("the checks found the path right again with no repair in the log")
            self._mark_unseen_repair(story.open, entry)
            self._close(entry, None)
        elsewhere = gateway is not None and gateway != self._local_cvm()
        if elsewhere and (cvm in ("down", "initializing") or (cvm is None and detail.gateway is not None)):
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

    def _mark_unseen_repair(self, sighting: Sighting, entry: Entry) -> None:
        """The route changed between what is known of the repair and the check that found the path right."""
        ordered = sighting.points.get("decided") or sighting.points.get("detected")
        if ordered is not None and ordered.at.least <= entry.at.most:
            at = Instant(entry.at.clock, ordered.at.least, entry.at.most)
            origins = (*ordered.origins, entry.event.origin)
            sighting.mark("repaired", at, origins, "between the decision and the next check that found the path right")

    def _decided(self, entry: Entry, detail: TaskCreated) -> None:
        sighting = self._ensure(entry, detail.action, self._gateway(detail.gateway, detail.addresses))
        self._mark_detected(sighting, entry)
        sighting.mark("decided", entry.at, [entry.event.origin], "the task to change the route was created")
        self._stretch(entry)

    def _mark_detected(self, sighting: Sighting, entry: Entry) -> None:
        """With no line on what the check found, it found it between its beginning and what it decided."""
        if "detected" in sighting.points:
            return
        tick = self.ticks.containing(entry.at) or self._last_check(entry)
        least = tick.begin.least if tick is not None else entry.at.least - UNSEEN
        at = Instant(entry.at.clock, min(least, entry.at.least), entry.at.most)
        origins = (*((tick.origin,) if tick is not None else ()), entry.event.origin)
        sighting.mark("detected", at, origins, "between the check's beginning and what Genesis did about it")

    def _last_check(self, entry: Entry) -> Tick | None:
        """The check that ordered what a line tells, when its own lines are longer ago than those of one check."""
        before = [tick for tick in self.ticks.ticks if 0 <= entry.at.middle - tick.first.middle <= ONE_REPAIR]
        return before[-1] if before else None

    def _kept(self, entry: Entry, gateway: str | None) -> None:
        """The local CVM is back but not initialised: the first sign of a recovery."""
        story = self.story
        story.state, story.failed = "remote", True
        story.gateway = gateway or story.gateway
        sighting = self._ensure(entry, "delete", story.gateway)
        sighting.mark("check", entry.at, [entry.event.origin], "the first check that found the CVM alive")
        sighting.claim("Genesis found the local CVM alive but not fully initialised", [entry.event.origin])
        self._stretch(entry)

    def _terminate(self, entry: Entry, detail: NfsTerminate) -> None:
        """Request and answer enclose the end of the connections; of one line alone, its neighbours do."""
        sighting = self.story.open
        if sighting is None:
            return
        if "terminated" in sighting.points:
            self._stretch(entry)
            return
        end = self._answer(entry)
        least = entry.at.least if detail.phase == "sent" or end is not entry else self._before(entry).at.least
        at = Instant(entry.at.clock, least, max(entry.at.most, end.at.most))
        origins = [entry.event.origin, *([end.event.origin] if end is not entry else [])]
        sighting.mark("terminated", at, origins, "NfsTerminateConnection was sent and answered")
        gateway = detail.cvm or sighting.gateway
        sighting.claim(f"NfsTerminateConnection ended the host's connections on {gateway or 'the gateway'}", origins)
        if sighting.kind == "route-injection":
            sighting.gateway_valid = True
        self._stretch(entry)

    def _answer(self, entry: Entry) -> Entry:
        """The line that ends a NfsTerminateConnection: the last on it before the route changes, else what follows."""
        last = entry
        for later in self._entries[self.index + 1 : self.index + 12]:
            detail = later.event.detail
            if apart(entry, later) > ANSWERED_WITHIN:
                break
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

    def _command(self, entry: Entry, detail: RouteCommand) -> None:
        gateway = self._gateway(detail.gateway, detail.addresses)
        if detail.actor == "person":
            how = f"{detail.user} typed it" if detail.user else "the host's kernel logged it, and Genesis did not do it"
            self._by_hand(entry, detail.action, gateway, how)
            return
        sighting = self._ensure(entry, detail.action, gateway)
        self._mark_detected(sighting, entry)
        end = self._result_of(entry, detail.action)
        if end is None and not entry.exact:
            sighting.doubt(NO_RESULT)
        exact = next((order for order in (end, entry) if order is not None and order.exact), None)
        if exact is not None:
            origins = (entry.event.origin, *exact.origins)
            sighting.mark("repaired", exact.at, origins, "the host's kernel logged the change that Genesis ordered")
        else:
            most = max(entry.at.most, end.at.most) if end else entry.at.most + SECOND
            origins = (entry.event.origin, *(end.origins if end else ()))
            at = Instant(entry.at.clock, entry.at.least, most)
            sighting.mark("repaired", at, origins, "between the route command and its result")
        self._stretch(entry)
        if end is None:
            self._close(entry, gateway)
            self.story.unproved, self.story.ordered = (None if entry.exact else sighting), entry

    def _result_of(self, entry: Entry, action: RouteAction) -> Entry | None:
        """The line that says how a route command of Genesis ended."""
        for later in self._entries[self.index + 1 : self.index + 12]:
            detail = later.event.detail
            if apart(entry, later) > ANSWERED_WITHIN:
                return None
            if self._of_another_host(detail):
                continue
            same = isinstance(detail, RouteCommand) and detail.action == action and detail.actor != "person"
            if isinstance(detail, RouteCommand | TaskCreated) and not same:
                return None
            if isinstance(detail, RouteChanged) and detail.action == action and detail.done:
                return later
        return None

    def _of_another_host(self, detail: object) -> bool:
        """Whether a line of a repair names a host that is not this one."""
        if not isinstance(detail, TaskCreated | RouteCommand | RouteChanged | NfsTerminate):
            return False
        return detail.host not in (None, self.story.host.address)

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
        sighting = self._ensure(entry, detail.action, gateway)
        self._mark_detected(sighting, entry)
        exact = entry.exact or detail.by_kernel
        how = "the host's kernel logged the change" if exact else "Genesis logged the change"
        least = entry.at.least if exact else self._before(entry).at.least
        sighting.mark("repaired", Instant(entry.at.clock, least, entry.at.most), entry.origins, how)
        word = "added" if detail.action == "add" else "deleted"
        sighting.claim(f"The route to {self.roles.settings.storage_address} was {word}", entry.origins)
        self._close(entry, gateway)

    def _without_author(self, entry: Entry, action: RouteAction, gateway: str | None) -> None:
        """A kernel's line with neither a typed command nor Genesis' log of that time: what it was is not known."""
        story = self.story
        word = "added" if action == "add" else "deleted"
        sighting = story.done[-1] if story.done and story.done[-1].note == NO_AUTHOR else None
        if sighting is None or action == "add":
            sighting = Sighting("unexplained", "logs", story.host, entry.at.clock, entry.at.least, entry.at.most)
            sighting.note = NO_AUTHOR
            sighting.doubt("neither genesis.out nor shell.log of that time is in the evidence", "low")
            story.done.append(sighting)
        remote = Path("remote", via=gateway)
        sighting.during = remote if action == "add" else sighting.during
        sighting.after = remote if action == "add" else Path("local")
        sighting.gateway = gateway
        sighting.end = max(sighting.end, entry.at.most)
        sighting.claim(f"A route to {self.roles.settings.storage_address} by {gateway} was {word}", entry.origins)
        story.state = "remote" if action == "add" else "local"

    def _wanted(self) -> RouteAction | None:
        if self.story.open is None:
            return None
        return "delete" if self.story.open.kind in ("route-injection", "cvm-recovery") else "add"

    # --- opening and closing -----------------------------------------------------------------------------------------

    def _by_hand(self, entry: Entry, action: RouteAction, gateway: str | None, how: str) -> None:
        """The route was changed and not by Genesis: the fault itself, or its repair by the same person."""
        story = self.story
        word = "added" if action == "add" else "deleted"
        claim = f"The route was {word} by hand: {how}"
        opened = story.open
        if opened is not None and self._wanted() == action:
            opened.mark("repaired", entry.at, entry.origins, f"by hand: {how}")
            opened.claim(claim, entry.origins)
            opened.doubts.append("the route was put right by hand, not by Genesis")
            self._close(entry, gateway)
            return
        fault = opened.points.get("fault") if opened is not None else None
        if opened is not None and fault is not None and fault.at.meet(entry.at) is not None:
            opened.points["fault"] = _nearer(fault, entry, how)
            opened.claim(claim, entry.origins)
            return
        sighting = self._start("route-injection" if action == "add" else "route-deletion", entry, gateway)
        sighting.points["fault"] = Point(entry.at, entry.origins, how)
        sighting.start = entry.at.least
        sighting.claim(claim, entry.origins)

    def _ensure(self, entry: Entry, action: RouteAction, gateway: str | None) -> Sighting:
        """The open sighting that a repair by `action` belongs to, or a new one of the kind that the state suggests."""
        story = self.story
        if story.open is not None and self._wanted() == action:
            if gateway and story.open.gateway is None:
                story.open.gateway = gateway
            return story.open
        if self._is_retry(entry, action):
            return self._reopened(entry)
        if action == "add":
            deletion = story.state == "remote"
            sighting = self._start("route-deletion" if deletion else "cvm-failure", entry, gateway)
        else:
            recovery = story.state == "remote" and story.failed
            recovery |= story.state == "unknown" and self._cvm_state() == "initializing"
            sighting = self._start("cvm-recovery" if recovery else "route-injection", entry, gateway)
        if story.state == "unknown":
            seen = self._cvm_state() == ("down" if action == "add" else "initializing")
            why = "the log begins without a check that found the path right"
            sighting.doubt(why, "medium" if seen else "low")
        return sighting

    def _is_retry(self, entry: Entry, action: RouteAction) -> bool:
        """Whether the same is done again in the next check, after a command that the log shows no result of."""
        last = self.story.unproved
        if last is None or self.story.open is not None or not self.story.done or self.story.done[-1] is not last:
            return False
        same = (last.kind in ("route-injection", "cvm-recovery")) == (action == "delete")
        return same and self.story.ordered is not None and apart(self.story.ordered, entry) <= RETRIED_WITHIN

    def _reopened(self, entry: Entry) -> Sighting:
        """The sighting that a command closed, open for the next telling of it, or for the next try."""
        sighting = self.story.done.pop()
        if self.story.ordered is None or apart(self.story.ordered, entry) > ANSWERED_WITHIN:
            sighting.points.pop("repaired", None)
            sighting.doubt("the route command was run again in the next check")
        elif NO_RESULT in sighting.doubts:
            sighting.doubts.remove(NO_RESULT)
        self.story.open, self.story.unproved = sighting, None
        return sighting

    def _start(
        self,
        kind: Literal["cvm-failure", "route-injection", "route-deletion", "cvm-recovery"],
        entry: Entry,
        gateway: str | None,
    ) -> Sighting:
        story = self.story
        if story.open is not None:
            story.open.doubt("another fault followed before this one was repaired")
            story.done.append(story.open)
        sighting = Sighting(kind, "logs", story.host, entry.at.clock, entry.at.least, entry.at.most)
        story.open, story.unproved = sighting, None
        sighting.cvm = self._local_cvm() if kind != "route-injection" else None
        sighting.gateway = gateway
        self._doubt_what_stargates_deny(sighting, entry)
        self._bound_fault(sighting, entry)
        self._paths(sighting)
        return sighting

    def _doubt_what_stargates_deny(self, sighting: Sighting, entry: Entry) -> None:
        """A kind that contradicts what the same check saw of the host's own Stargate is not stated as sure."""
        denied = "up" if sighting.kind in ("cvm-failure", "route-deletion") else "down"
        seen = self.stargates.seen.get((self._local_cvm() or "", denied))
        if self._cvm_state() == denied and seen is not None and apart(seen, entry) <= ONE_CHECK:
            sighting.doubt(f"the check saw the host's own Stargate {denied}, which does not fit", "low")
        elif sighting.kind == "cvm-recovery" and not self._was_away():
            sighting.doubt("the log never has the host's own Stargate but up", "low")

    def _was_away(self) -> bool:
        """Whether the log has the local CVM (or, while it is not known which that is, some CVM) not up, or repaired
        what follows from that.
        """
        cvm = self._local_cvm()
        seen = any(state != "up" and cvm in (None, address) for address, state in self.stargates.seen)
        return seen or self._cvm_state() is None or any(one.kind == "cvm-failure" for one in self.story.done)

    def _bound_fault(self, sighting: Sighting, entry: Entry) -> None:
        """The fault lies between the last check that found things right and the first that did not."""
        story = self.story
        cvm = self._local_cvm()
        first_bad = entry
        good, origin = story.good, story.good_origin
        if sighting.kind == "cvm-failure" and cvm is not None:
            down = self.stargates.seen.get((cvm, "down"))
            up = self.stargates.seen.get((cvm, "up"))
            first_bad = down or entry
            if up is not None:
                good, origin = up.at, up.event.origin
        elif sighting.kind == "cvm-recovery" and cvm is not None:
            down = self.stargates.seen.get((cvm, "down"))
            alive = [self.stargates.seen.get((cvm, state)) for state in ("initializing", "up")]
            after = [seen for seen in alive if seen is not None and (down is None or seen.at.middle >= down.at.middle)]
            first_bad = min(after, key=lambda seen: seen.at.middle) if after else entry
            if down is not None:
                good, origin = down.at, down.event.origin
        if good is None or good.least > first_bad.at.most:
            return
        sighting.start = good.least
        at = Instant(entry.at.clock, good.least, first_bad.at.most)
        origins = [*([origin] if origin else []), first_bad.event.origin]
        sighting.mark("fault", at, origins, "between the last check that found it right and the first that did not")
        tick = self.ticks.containing(first_bad.at)
        if tick is not None:
            sighting.mark("check", tick.begin, [tick.origin], "the first check after the fault")

    def _paths(self, sighting: Sighting) -> None:
        story, gateway = self.story, sighting.gateway
        held = Path("remote", via=story.gateway)
        if sighting.kind == "cvm-failure":
            sighting.before, sighting.during, sighting.after = Path("local"), Path("dead"), Path("remote", via=gateway)
        elif sighting.kind == "route-deletion":
            sighting.before, sighting.during, sighting.after = held, Path("dead"), Path("remote", via=gateway)
        elif sighting.kind == "cvm-recovery":
            remote = Path("remote", via=gateway or story.gateway)
            sighting.before, sighting.during, sighting.after = remote, remote, Path("local")
        else:
            valid = gateway in self.roles.cvms if gateway else None
            sighting.gateway_valid = valid
            sighting.before, sighting.after = Path("local"), Path("local")
            sighting.during = Path("remote" if valid else "dead" if valid is False else "unknown", via=gateway)

    def _stretch(self, entry: Entry) -> None:
        if self.story.open is not None:
            self.story.open.end = max(self.story.open.end, entry.at.most)

    def _close(self, entry: Entry, gateway: str | None) -> None:
        """The path is right again: the sighting is complete."""
        story = self.story
        sighting = story.open
        if sighting is None:
            return
        if gateway:
            sighting.gateway = gateway
        self._paths(sighting)
        if sighting.kind == "route-injection" and "terminated" in sighting.points:
            sighting.gateway_valid = True
            sighting.during = Path("remote", via=sighting.gateway)
        sighting.end = max(sighting.end, entry.at.most)
        story.done.append(sighting)
        story.open = None
        remote = sighting.kind in ("cvm-failure", "route-deletion")
        story.state = "remote" if remote else "local"
        story.failed = remote
        story.gateway = sighting.gateway if remote else None
        story.good, story.good_origin = entry.at, entry.event.origin


def _nearer(point: Point, entry: Entry, how: str) -> Point:
    """The more exact of two tellings of the same fault."""
    met = point.at.meet(entry.at)
    best = met or (entry.at if entry.at.doubt < point.at.doubt else point.at)
    return Point(best, (*point.origins, *entry.origins), how)


def _is_reply(entry: Entry) -> bool:
    return isinstance(entry.event.detail, NfsTerminate) and entry.event.detail.phase == "reply"
