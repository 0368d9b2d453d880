"""Route tables, one after the other, as evidence: they enclose each change of a host's route between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import AUTHOR_UNLOGGED, Observation, Point
from analyzer.correlate.snapshots.states import RouteBetween, routes_between
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.episode import EpisodeKind, Statement
from analyzer.model.event import RouteAction
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.path import Path

POINTS: Mapping[tuple[EpisodeKind, RouteAction], InstantName] = {
    ("cvm-failure", "add"): "repaired",
    ("cvm-recovery", "delete"): "repaired",
    ("route-injection", "add"): "fault",
    ("route-injection", "delete"): "repaired",
    ("route-deletion", "delete"): "fault",
    ("route-deletion", "add"): "repaired",
}
"""Which instant of a kind a change of the route is."""
HOW = How("between-tables")


def with_tables(
    observations: Sequence[Observation], evidence: Evidence, topology: Topology, clocks: Clocks
) -> Sequence[Observation]:
    """Each change that tables enclose, as proof of the fault that it is part of, else as one that nothing explains."""
    for change in routes_between(evidence, topology):
        if change.at.clock in clocks.offsets:
            observations = _told(observations, change, clocks.place(change.at), topology)
    return observations


def _told(found: Sequence[Observation], change: RouteBetween, at: Instant, topology: Topology) -> list[Observation]:
    """With one change told by the observation that it is part of, or by one more."""
    called = change.host or f"table:{change.origins[0].source}"
    host = topology.host_of_address(change.host) or Member(None, name=called)
    storage = topology.settings.storage_address
    said = Statement("between-tables", of=change.gateway, to=storage, action=change.action)
    for place, one in enumerate(found):
        proved = _proved(one, host, change, at)
        if proved is not None:
            return [*found[:place], proved.claimed(said, change.origins), *found[place + 1 :]]
    return [*found, _alone(host, change, at).claimed(said, change.origins)]


def _proved(one: Observation, host: Member, change: RouteBetween, at: Instant) -> Observation | None:
    """The observation with its instant enclosed, where the change is part of it; None where it is not."""
    if one.host is not None and one.host != host:
        return None
    if one.kind == "unexplained":
        return _went_on(one, change, at)
    name = POINTS.get((one.kind, change.action))
    if name is None:
        return None
    point = one.points.get(name)
    if point is None:
        inside = one.start <= at.most and at.least <= one.end
        return one.at(name, Point(at, change.origins, HOW)) if inside else None
    met = point.at.meet(at)
    if met is None:
        return None
    how = point.how if met == point.at else HOW
    return one.at(name, replace(point, at=met, origins=(*point.origins, *change.origins), how=how))


def _went_on(one: Observation, change: RouteBetween, at: Instant) -> Observation | None:
    """What nothing explains, with the change that ends it, or that is it."""
    if one.note != "no-author" or at.most < one.start:
        return None
    if change.action == "delete" and one.after.kind == "remote" and one.after.via == change.gateway:
        return replace(one, end=max(one.end, at.most), after=Path("local"))
    return one if one.start <= at.most and at.least <= one.end and one.basis == "logs" and not one.points else None


def _alone(host: Member, change: RouteBetween, at: Instant) -> Observation:
    """A change of which tables alone tell: why, and by whom, is not known."""
    ways = Path("local"), Path("remote", via=change.gateway)
    before, after = ways if change.action == "add" else ways[::-1]
    found = Observation(
        "unexplained", "logs", host, at.clock, at.least, at.most, before=before, during=after, after=after,
        gateway=change.gateway, note="no-author",
    )  # fmt: skip
    return found.marked("fault", at, change.origins, HOW).doubted(AUTHOR_UNLOGGED, "low")
