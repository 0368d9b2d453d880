"""A route that is put right twice, by Genesis and by a person within seconds: the second time changes nothing."""

from __future__ import annotations

from analyzer.correlate.logs.attribution import Entry
from analyzer.correlate.logs.faults import BY_HAND
from analyzer.correlate.logs.host_state import HostStory
from analyzer.correlate.observation import Point
from analyzer.correlate.timing import ONE_CHECK
from analyzer.model.event import RouteChanged, RouteCommand, TaskCreated

KERNEL = "the host's kernel"


def repeats(story: HostStory, entry: Entry, detail: TaskCreated | RouteCommand | RouteChanged) -> bool:
    """Whether Genesis does what a person has just done, or a person what Genesis has; a change that the kernel logged
    beside another is none.
    """
    last = story.done[-1] if story.done and story.open is None else None
    repaired = last.points.get("repaired") if last is not None else None
    if last is None or repaired is None or (isinstance(detail, RouteChanged) and detail.by_kernel):
        return False
    by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
    if entry.exact and (not by_hand or repaired.how.startswith(KERNEL)):
        return False
    same = (last.kind in ("route-injection", "cvm-recovery")) == (detail.action == "delete")
    other = by_hand != (BY_HAND in last.doubts)
    soon = abs(entry.at.least - repaired.at.most) <= ONE_CHECK
    return same and other and soon and detail.gateway in (None, last.gateway)


def claim_repetition(story: HostStory, entry: Entry) -> None:
    """Note it on the fault that was repaired; of the two, the one that the kernel logged is the repair."""
    last = story.done[-1]
    last.by_hand = False
    if entry.exact:
        how = f"{KERNEL} logged the change, which a person and Genesis both ordered"
        last.points["repaired"] = Point(entry.at, entry.origins, how, entry.stamp)
    last.claim("The route was put right by a person and by Genesis: only one of them changed it", entry.origins)
    last.end = max(last.end, entry.at.most)
