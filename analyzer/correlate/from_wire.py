"""What the wire tells: each change of a host's service is put to the kinds, in order, and gives a sighting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.correlate.change import Change, Scene, changes
from analyzer.correlate.kinds import cvm_failure, cvm_recovery, route_deletion, route_injection, unexplained
from analyzer.correlate.roles import Roles
from analyzer.correlate.service import Service
from analyzer.correlate.sighting import Sighting
from analyzer.correlate.wire import Wire

KINDS: tuple[Callable[[Change, Scene], Sighting | None], ...] = (
    cvm_failure.recognise,
    route_deletion.recognise,
    route_injection.recognise,
    cvm_recovery.recognise,
    unexplained.recognise,
)


def sightings_from_wire(served: Sequence[Service], wire: Wire, roles: Roles, clock: str) -> list[Sighting]:
    """Every fault that the captures show, in time order, on the captures' clock."""
    scene = Scene(wire, roles, clock)
    found: list[Sighting] = []
    # a host whose local path is in the capture tells which CVM is its own, and so is no other host's
    for service in sorted(served, key=lambda service: service.segments[0].path.kind != "local"):
        found += _of_host(service, scene)
    return sorted(found, key=lambda sighting: sighting.start)


def _of_host(service: Service, scene: Scene) -> list[Sighting]:
    found: list[Sighting] = []
    injection: Sighting | None = None
    appeared: Sighting | None = None
    for change in changes(service, scene.wire):
        if appeared is not None and route_injection.reconsider(appeared, change, scene):
            injection = appeared
        appeared = None
        if injection is not None and route_injection.close(injection, change, scene):
            injection = None
            continue
        sighting = _put_to_kinds(change, scene)
        if sighting is None:
            continue
        if sighting.kind == "cvm-recovery" and sighting.doubts == [cvm_recovery.NOT_SEEN]:
            if found and found[-1].kind == "cvm-failure":  # the failure before it is in the capture
                sighting.doubts, sighting.confidence = [], "medium"
            else:
                sighting.kind = "unexplained"
        found.append(sighting)
        if sighting.kind == "unexplained" and change.before is None:
            appeared = sighting
        if sighting.kind == "route-injection" and change.after is not None and change.after.path.kind == "remote":
            injection = sighting
    if injection is not None:
        injection.doubt("the capture ends before the route was deleted")
    return found


def _put_to_kinds(change: Change, scene: Scene) -> Sighting | None:
    for recognise in KINDS:
        sighting = recognise(change, scene)
        if sighting is not None:
            return sighting
    return None
