"""What the wire tells: each change of a host's service is put to the kinds, in order, and gives an observation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from analyzer.correlate.observation import Draft
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.change import Change, Scene, changes
from analyzer.correlate.wire.kinds import cvm_failure, cvm_recovery, route_deletion, route_injection, unexplained
from analyzer.correlate.wire.service import Service
from analyzer.correlate.wire.traffic import Wire

KINDS: tuple[Callable[[Change, Scene], Draft | None], ...] = (
    cvm_failure.recognise,
    route_deletion.recognise,
    route_injection.recognise,
    cvm_recovery.recognise,
    unexplained.recognise,
)


def observations_from_wire(
    served: Sequence[Service], wire: Wire, topology: Topology, clock: str
) -> tuple[list[Draft], Topology]:
    """Every fault that the captures show, in time order, on the captures' clock; and the topology with what they show
    of hosts' own CVMs.
    """
    found: list[Draft] = []
    # a host whose local path is in the capture tells which CVM is its own, and so is no other host's
    for service in sorted(served, key=lambda service: service.segments[0].path.kind != "local"):
        observations, topology = _of_host(service, Scene(wire, topology, clock))
        found += observations
    return sorted(found, key=lambda observation: observation.start), topology


def _of_host(service: Service, scene: Scene) -> tuple[list[Draft], Topology]:
    found: list[Draft] = []
    injection: Draft | None = None
    appeared: Draft | None = None
    for first_seen in changes(service, scene.wire):
        change = replace(first_seen, host=scene.topology.host(service.host.key) or service.host)
        if appeared is not None and route_injection.reconsider(appeared, change, scene):
            injection = appeared
        appeared = None
        if injection is not None and route_injection.close(injection, change, scene):
            injection = None
            continue
        observation = _put_to_kinds(change, scene)
        if observation is None:
            continue
        scene = replace(scene, topology=_taught(observation, scene.topology))
        if observation.kind == "cvm-recovery" and observation.doubts == [cvm_recovery.NOT_SEEN]:
            if found and found[-1].kind == "cvm-failure":  # the failure before it is in the capture
                observation.doubts, observation.confidence = [], "medium"
            else:
                observation.kind = "unexplained"
        found.append(observation)
        if observation.kind == "unexplained" and change.before is None:
            appeared = observation
        if observation.kind == "route-injection" and change.after is not None and change.after.path.kind == "remote":
            injection = observation
    if injection is not None:
        injection.doubt("the capture ends before the route was deleted")
    return found, scene.topology


def _taught(observation: Draft, topology: Topology) -> Topology:
    """With the own CVM of a host that failed on its local path, or that came back."""
    shows = observation.kind == "cvm-recovery" or (
        observation.kind == "cvm-failure" and observation.before.kind == "local"
    )
    if not shows or observation.cvm is None or observation.host is None:
        return topology
    return topology.with_own_cvm(observation.host.key, observation.cvm)


def _put_to_kinds(change: Change, scene: Scene) -> Draft | None:
    for recognise in KINDS:
        observation = recognise(change, scene)
        if observation is not None:
            return observation
    return None
