"""What the captures show: each change of a host's service is put to the kinds, in order, and gives an observation.

A fold over the changes: an injected route is open until a later change ends it, a path that appeared out of nothing may
be understood by the next one, and what is learnt of a host's own CVM holds for all that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.change import Change, changes
from analyzer.correlate.wire.kinds import (
    cvm_failure,
    cvm_recovery,
    injected_unseen,
    route_deletion,
    route_injection,
    unexplained,
)
from analyzer.correlate.wire.scene import Scene, scene_of
from analyzer.correlate.wire.service import Service
from analyzer.correlate.wire.traffic import Traffic

KINDS: tuple[Callable[[Change, Scene], Observation | None], ...] = (
    cvm_failure.recognise,
    route_deletion.recognise,
    route_injection.recognise,
    cvm_recovery.recognise,
    unexplained.recognise,
)


def observations_in_captures(
    served: Sequence[Service], traffic: Traffic, topology: Topology
) -> tuple[tuple[Observation, ...], Topology]:
    """Every fault that the captures show, in time order, on the captures' clock; and the topology with what they show
    of hosts' own CVMs.
    """
    found: list[Observation] = []
    scene = scene_of(traffic, topology)
    # a host whose local path is in the capture shows which CVM is its own, and so is no other host's
    for service in sorted(served, key=lambda service: service.segments[0].path.kind != "local"):
        observations, scene = _of_host(service, scene)
        found += observations
    return tuple(sorted(found, key=lambda observation: observation.start)), scene.topology


def _of_host(service: Service, scene: Scene) -> tuple[list[Observation], Scene]:
    """What one host's changes show, and the scene with what they teach of its own CVM."""
    found: list[Observation] = []
    appeared: int | None = None  # the place in `found` of a path that appeared out of nothing in the change before
    injection: int | None = None  # that of an injected route which is there still
    for first_seen in changes(service, scene.traffic):
        change = replace(first_seen, host=scene.topology.host(service.host.key) or service.host)
        if appeared is not None:
            injected = injected_unseen.reconsider(found[appeared], change, scene)
            found[appeared], injection = (injected, appeared) if injected else (found[appeared], injection)
        appeared = None
        closed = route_injection.close(found[injection], change, scene) if injection is not None else None
        if closed is not None and injection is not None:
            found[injection], injection = closed, None
            continue
        observation = _put_to_kinds(change, scene)
        if observation is None:
            continue
        found.append(_weighed(observation, found))
        scene = replace(scene, topology=_taught(observation, scene.topology))
        if found[-1].kind == "unexplained" and change.before is None:
            appeared = len(found) - 1
        if observation.kind == "route-injection" and change.after is not None and change.after.path.kind == "remote":
            injection = len(found) - 1
    if injection is not None:
        found[injection] = found[injection].doubted("the capture ends before the route was deleted")
    return found, scene


def _put_to_kinds(change: Change, scene: Scene) -> Observation | None:
    return next((found for kind in KINDS if (found := kind(change, scene)) is not None), None)


def _weighed(observation: Observation, before: Sequence[Observation]) -> Observation:
    """A recovery that no frame of the CVM shows follows from the failure before it, where that is in the capture; else
    an injected route that is deleted would look alike.
    """
    if observation.kind != "cvm-recovery" or observation.doubts != (cvm_recovery.NOT_SEEN,):
        return observation
    if before and before[-1].kind == "cvm-failure":
        return replace(observation, doubts=(), confidence="medium")
    return replace(observation, kind="unexplained")


def _taught(observation: Observation, topology: Topology) -> Topology:
    """With the own CVM of a host that failed on its local path, or that came back."""
    shows = observation.kind == "cvm-recovery" or (
        observation.kind == "cvm-failure" and observation.before.kind == "local"
    )
    if not shows or observation.cvm is None or observation.host is None:
        return topology
    return topology.with_own_cvm(observation.host.key, observation.cvm)
