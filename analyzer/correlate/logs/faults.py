"""A host's faults as the logs tell them: when one begins, of which kind it is, what bounds it, and when it is over.

The fault lies between the last check that found the path right and the first that did not, unless the host itself
logged the change. Where the log begins in the middle, or the Stargates do not fit, the doubt is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analyzer.correlate.logs.attribution import OBEYS_WITHIN, Entry
from analyzer.correlate.logs.ha_checks import HaChecks
from analyzer.correlate.logs.host_state import HostStory, Stargates
from analyzer.correlate.logs.reconcile import ONE_REPAIR, Checked, apart
from analyzer.correlate.observation import NOT_SERVED, Draft, Point
from analyzer.correlate.timing import ONE_CHECK, SSH_LAG
from analyzer.correlate.topology.topology import Topology
from analyzer.model.event import RouteAction, RouteChanged, RouteCommand, TaskCreated
from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import Path

BY_HAND = "the route was put right by hand, not by Genesis"
NO_RESULT = "the log has the route command but not its result"
ANSWERED_WITHIN = 15 * SECOND  # lines of one repair are nearer than this
RETRIED_WITHIN = 40 * SECOND  # the next check is nearer than this


@dataclass(slots=True)
class FaultBook:
    """Opens and closes the observations of one host's faults. `index` is the line being read, in `checked`."""

    story: HostStory
    topology: Topology
    stargates: Stargates
    ticks: HaChecks
    checked: Checked
    index: int

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

    def _wanted(self) -> RouteAction | None:
        if self.story.open is None:
            return None
        return "delete" if self.story.open.kind in ("route-injection", "cvm-recovery") else "add"

    def _by_hand(self, entry: Entry, action: RouteAction, gateway: str | None, how: str) -> None:
        """The route was changed and not by Genesis: the fault itself, or its repair by the same person."""
        story = self.story
        word = "added" if action == "add" else "deleted"
        claim = f"The route was {word} by hand: {how}"
        opened = story.open
        if opened is not None and self._wanted() == action:
            if entry.exact:  # what Genesis ordered meanwhile changed nothing
                opened.points.pop("repaired", None)
            opened.mark("repaired", entry.at, entry.origins, f"by hand: {how}", entry.stamp)
            opened.claim(claim, entry.origins)
            opened.doubts.append(BY_HAND)
            opened.by_hand = True
            self._close(entry, gateway)
            return
        fault = opened.points.get("fault") if opened is not None else None
        if (
            opened is not None
            and fault is not None
            and fault.at.meet(entry.at) is not None
            and not self._again(entry, fault)
        ):
            opened.points["fault"] = _nearer(fault, entry, how)
            opened.claim(claim, entry.origins)
            return
        observation = self._start("route-injection" if action == "add" else "route-deletion", entry, gateway)
        observation.points["fault"] = Point(entry.at, entry.origins, how)
        observation.points.pop("check", None)  # it is not this line's check that found it
        observation.start, story.typed = entry.at.least, entry
        observation.claim(claim, entry.origins)

    def _failed_before(self, observation: Draft, entry: Entry) -> None:
        """The check that finds a route that was added by hand right has the host's own CVM down: it had failed first,
        as far as can be told, and the person did what Genesis would have done.
        """
        typed = observation.points.pop("fault")
        observation.kind, observation.cvm, observation.gateway_valid = "cvm-failure", self._local_cvm(), None
        observation.points["repaired"] = typed
        observation.doubts.append(BY_HAND)
        observation.by_hand = True
        observation.doubt("whether the CVM failed before the route was added is not in the log")
        self._bound_fault(observation, entry)
        observation.points.pop("check", None)  # it came after the repair

    def _again(self, entry: Entry, fault: Point) -> bool:
        """Whether the fault was made by hand as well, and on the same clock, by which this is another time."""
        typed = self.story.typed
        if typed is None or not set(typed.origins) & set(fault.origins):
            return False
        return typed.event.at.clock == entry.event.at.clock and apart(typed, entry) > OBEYS_WITHIN

    def _ensure(self, entry: Entry, action: RouteAction, gateway: str | None) -> Draft:
        """The open observation of a repair by `action`, or a new one of the kind that the state suggests."""
        story = self.story
        if story.open is not None and self._wanted() == action:
            if gateway and story.open.gateway is None:
                story.open.gateway = gateway
            return story.open
        if self._is_retry(entry, action):
            return self._reopened(entry)
        failed = self._leaves_failed_gateway(entry, action)
        if failed is not None:
            story.state, story.gateway, story.failed = "remote", failed, True
            return self._start("cvm-failure", entry, None, failed=failed)
        if action == "add":
            deletion = story.state == "remote"
            observation = self._start("route-deletion" if deletion else "cvm-failure", entry, gateway)
        else:
            recovery = story.state == "remote" and story.failed
            recovery |= story.state == "unknown" and self._cvm_state() == "initializing"
            observation = self._start("cvm-recovery" if recovery else "route-injection", entry, gateway)
        if story.state == "unknown":
            seen = self._cvm_state() == ("down" if action == "add" else "initializing")
            why = "the log begins without a check that found the path right"
            observation.doubt(why, "medium" if seen else "low")
        return observation

    def _gateway_failed(self, entry: Entry) -> str | None:
        """The remote CVM that served the host and that the check which acts saw down, as well as the host's own.

        Where the log names but one Stargate that is down, which need not be either, or another leader's log has how the
        host came by its route, the route by another CVM that follows at once tells it.
        """
        story, own = self.story, self._cvm_state()
        gateway = story.gateway if story.state == "remote" else getattr(entry.event.detail, "gateway", None)
        if gateway is None:
            return None
        seen = self.stargates.seen.get((gateway, "down"))
        down = own == "down" and self.stargates.state.get(gateway) == "down" and story.state == "remote"
        if down and seen is not None and apart(seen, entry) <= ONE_CHECK:
            return gateway
        return gateway if self._goes_elsewhere(entry, gateway) else None

    def _goes_elsewhere(self, entry: Entry, gateway: str) -> bool:
        """Whether the host's next route, in the same check, is by another CVM than `gateway`."""
        for later in self.checked.entries[self.index + 1 : self.index + 12]:
            detail = later.event.detail
            if apart(entry, later) > ONE_REPAIR:
                break
            if not isinstance(detail, TaskCreated | RouteCommand | RouteChanged) or detail.action != "add":
                continue
            if detail.host == self.story.host.address and detail.gateway:
                return detail.gateway != gateway
        return False

    def _leaves_failed_gateway(self, entry: Entry, action: RouteAction) -> str | None:
        """The gateway that failed, where Genesis deletes the route to it: the first part of adding another."""
        opened = self.story.open
        if action != "delete":
            return None
        if opened is None:
            return self._gateway_failed(entry)
        return self.story.gateway if opened.kind == "cvm-failure" and opened.cvm == self.story.gateway else None

    def _is_retry(self, entry: Entry, action: RouteAction) -> bool:
        """Whether the same is done again in the next check, after a command that the log shows no result of."""
        last = self.story.unproved
        if last is None or self.story.open is not None or not self.story.done or self.story.done[-1] is not last:
            return False
        same = (last.kind in ("route-injection", "cvm-recovery")) == (action == "delete")
        return same and self.story.ordered is not None and apart(self.story.ordered, entry) <= RETRIED_WITHIN

    def _reopened(self, entry: Entry) -> Draft:
        """The observation that a command closed, open for the next telling of it, or for the next try."""
        observation = self.story.done.pop()
        if self.story.ordered is None or apart(self.story.ordered, entry) > ANSWERED_WITHIN:
            observation.points.pop("repaired", None)
            observation.doubt("the route command was run again in the next check")
        elif NO_RESULT in observation.doubts:
            observation.doubts.remove(NO_RESULT)
        self.story.open, self.story.unproved = observation, None
        return observation

    def _start(
        self,
        kind: Literal["cvm-failure", "route-injection", "route-deletion", "cvm-recovery"],
        entry: Entry,
        gateway: str | None,
        failed: str | None = None,
    ) -> Draft:
        story = self.story
        if story.open is not None:
            story.open.doubt("another fault followed before this one was repaired")
            story.done.append(story.open)
        observation = Draft(kind, "logs", story.host, entry.at.clock, entry.at.least, entry.at.most)
        story.open, story.unproved = observation, None
        observation.cvm = (failed or self._local_cvm()) if kind != "route-injection" else None
        observation.gateway = gateway
        self._doubt_what_stargates_deny(observation, entry)
        self._bound_fault(observation, entry)
        self._paths(observation)
        return observation

    def _doubt_what_stargates_deny(self, observation: Draft, entry: Entry) -> None:
        """A kind that contradicts what the same check saw of the host's own Stargate is not stated as sure."""
        denied = "up" if observation.kind in ("cvm-failure", "route-deletion") else "down"
        seen = self.stargates.seen.get((self._local_cvm() or "", denied))
        if self._cvm_state() == denied and seen is not None and apart(seen, entry) <= ONE_CHECK:
            observation.doubt(f"the check saw the host's own Stargate {denied}, which does not fit", "low")
        elif observation.kind == "cvm-recovery" and not self._was_away():
            observation.doubt("the log never has the host's own Stargate but up", "low")

    def _was_away(self) -> bool:
        """Whether the log has the local CVM (or, while it is not known which that is, some CVM) not up, or repaired
        what follows from that.
        """
        cvm = self._local_cvm()
        seen = any(state != "up" and cvm in (None, address) for address, state in self.stargates.seen)
        return seen or self._cvm_state() is None or any(one.kind == "cvm-failure" for one in self.story.done)

    def _bound_fault(self, observation: Draft, entry: Entry) -> None:
        """The fault lies between the last check that found things right and the first that did not."""
        story = self.story
        cvm = observation.cvm
        first_bad = entry
        good, origin = story.good, story.good_origin
        if observation.kind == "cvm-failure" and cvm is not None:
            down = self.stargates.seen.get((cvm, "down"))
            up = self.stargates.seen.get((cvm, "up"))
            first_bad = down or entry
            served = good is not None and cvm == story.gateway  # by this CVM, and a check found that right
            if up is not None and not (served and good is not None and good.middle > up.at.middle):
                good, origin = up.at, up.event.origin
        elif observation.kind == "cvm-recovery" and cvm is not None:
            down = self.stargates.seen.get((cvm, "down"))
            alive = [self.stargates.seen.get((cvm, state)) for state in ("initializing", "up")]
            after = [seen for seen in alive if seen is not None and (down is None or seen.at.middle >= down.at.middle)]
            first_bad = min(after, key=lambda seen: seen.at.middle) if after else entry
            if down is not None:
                good, origin = down.at, down.event.origin
        if good is None or good.least > first_bad.at.most:
            return
        asked = self.ticks.containing(good) if observation.kind in ("cvm-failure", "cvm-recovery") else None
        # a Stargate is asked from the check's begin on, a route table is read just before the line
        least = min(good.least, asked.begin.least) if asked is not None else good.least - SSH_LAG
        observation.start = least
        at = Instant(entry.at.clock, least, first_bad.at.most)
        origins = [*([origin] if origin else []), first_bad.event.origin]
        observation.mark("fault", at, origins, "between the last check that found it right and the first that did not")
        tick = self.ticks.containing(first_bad.at)
        if tick is not None:
            how = "the check that found it: the first after the fault, unless it had begun just before"
            observation.mark("check", tick.begin, [tick.origin], how)

    def _paths(self, observation: Draft) -> None:
        story, gateway = self.story, observation.gateway
        held = Path("remote", via=story.gateway)
        if observation.kind == "cvm-failure":
            own = observation.cvm is None or observation.cvm == self._local_cvm() or story.gateway is None
            observation.before, observation.during = Path("local") if own else held, Path("dead")
            observation.after = Path("remote", via=gateway)
        elif observation.kind == "route-deletion":
            observation.before, observation.during, observation.after = held, Path("dead"), Path("remote", via=gateway)
        elif observation.kind == "cvm-recovery":
            remote = Path("remote", via=gateway or story.gateway)
            observation.before, observation.during, observation.after = remote, remote, Path("local")
        else:
            valid = gateway in self.topology.cvms if gateway and self.topology.cvms else None
            observation.gateway_valid = valid
            observation.before, observation.after = Path("local"), Path("local")
            observation.during = Path("remote" if valid else "dead" if valid is False else "unknown", via=gateway)

    def _stretch(self, entry: Entry) -> None:
        if self.story.open is not None:
            self.story.open.end = max(self.story.open.end, entry.at.most)

    def _close(self, entry: Entry, gateway: str | None) -> None:
        """The path is right again: the observation is complete."""
        story = self.story
        observation = story.open
        if observation is None:
            return
        if gateway:
            observation.gateway = gateway
        self._paths(observation)
        if observation.kind == "route-injection" and "terminated" in observation.points:
            observation.gateway_valid = True
            observation.during = Path("dead" if observation.note == NOT_SERVED else "remote", via=observation.gateway)
        observation.end = max(observation.end, entry.at.most)
        story.done.append(observation)
        story.open = None
        remote = observation.kind in ("cvm-failure", "route-deletion")
        story.state = "remote" if remote else "local"
        story.failed = remote
        story.gateway = observation.gateway if remote else None
        story.good, story.good_origin = entry.at, entry.event.origin


def _nearer(point: Point, entry: Entry, how: str) -> Point:
    """The more exact of two tellings of the same fault."""
    met = point.at.meet(entry.at)
    best = met or (entry.at if entry.at.doubt < point.at.doubt else point.at)
    return Point(best, (*point.origins, *entry.origins), how)
