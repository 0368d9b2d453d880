"""A host that its own CVM served after the route of its failure had come was home again: what takes it back later is
not the return from that failure, whatever a log that lacks the changes in between makes of it.

    16:08:04  the own CVM hangs; Genesis adds a route
    16:08:12  the own CVM serves the host      the route is gone
    16:08:18  the host is served elsewhere     by another route
    16:08:32  Genesis deletes that             no return of the CVM
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import PAUSE
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.service import Segment, Service
from analyzer.model.measurement import InstantName
from analyzer.model.told import Doubt

ENDED: tuple[InstantName, ...] = ("terminated", "repaired")
CONTRADICTED = Doubt("contradicted", instant="fault")


def without_returns_from_home(mine: Sequence[Observation], services: Mapping[Member, Service]) -> list[Observation]:
    """A host's faults, a return from a failure since whose route the host was home as unexplained."""
    return [_unfounded(one) if _came_from_home(one, mine, services) else one for one in mine]


def _came_from_home(one: Observation, mine: Sequence[Observation], services: Mapping[Member, Service]) -> bool:
    service = services.get(one.host) if one.host is not None else None
    ended = next((one.points[name].at.least for name in ENDED if name in one.points), None)
    by_log = one.kind == "cvm-recovery" and one.before.kind == "remote" and "detected" in one.points
    if not by_log or service is None or ended is None:
        return False
    came = [at for other in mine if (at := _came(other)) is not None and at <= ended]
    return bool(came) and any(home.start > max(came) for home in _at_home(service, ended))


def _at_home(service: Service, until: int) -> Iterator[Segment]:
    """The segments on the host's own CVM that were over by then (ns), the last first."""
    for segment, _ in service.over_before(until):
        if segment.path.kind == "local" and segment.end - segment.start >= PAUSE:
            yield segment


def _came(other: Observation) -> int | None:
    """When a fault for which a cause is told had surely brought the host to a remote path, ns."""
    name: InstantName = "fault" if other.kind == "route-injection" else "repaired"
    brought = other.kind != "unexplained" and other.after.kind == "remote" and name in other.points
    return other.points[name].at.most if brought else None


def _unfounded(one: Observation) -> Observation:
    whole = replace(one.without("fault", "check"), kind="unexplained", cvm=None)
    return whole.doubted(CONTRADICTED, "low")
