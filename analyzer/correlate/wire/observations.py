"""What the captures show: each change of a host's service is put to the kinds, in order, and gives an observation.

A fold over the changes: an injected route is open until a later change ends it, a path that appeared out of nothing may
be understood by the next one, and what is learnt of a host's own CVM holds for all that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec.structs import replace

from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CVMS_TALK, LONG_REPAIR
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.change import Change, changes
from analyzer.correlate.wire.commands import none_ran, ran_at
from analyzer.correlate.wire.departure import given_back, parted
from analyzer.correlate.wire.kinds import (
    cvm_failure,
    cvm_recovery,
    injected_unseen,
    route_deletion,
    route_injection,
    unexplained,
)
from analyzer.correlate.wire.kinds.silent_cvm import absent_cvm, gone_meanwhile, gone_since
from analyzer.correlate.wire.scene import Scene, scene_of
from analyzer.correlate.wire.service import Service
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName
from analyzer.model.told import Doubt

AFTERWARDS: tuple[InstantName, ...] = ("terminated", "repaired", "reset", "connected", "restored", "recovered")

KINDS: tuple[Callable[[Change, Scene], Observation | None], ...] = (
    cvm_failure.recognise,
    route_deletion.recognise,
    route_injection.recognise,
    cvm_recovery.recognise,
    unexplained.recognise,
)


def observations_in_captures(
    served: Sequence[Service], traffic: Traffic, topology: Topology, bursts: Sequence[Burst] = (), doubt: int = 0
) -> tuple[tuple[Observation, ...], Topology]:
    """Every fault that the captures show, in time order, on the captures' clock; and the topology with what they show
    of hosts' own CVMs. `bursts` are the SSH exchanges, `doubt` is that of the captures' clocks, ns.
    """
    found: list[Observation] = []
    scene = scene_of(traffic, topology, bursts, doubt)
    for service in sorted(served, key=_surest):
        observations, scene = _of_host(service, scene)
        found += observations
    known = _unshared(scene.topology, topology, found)
    if known is not scene.topology or _was_taught_late(found, topology, known):
        return observations_in_captures(served, traffic, known, bursts, doubt)
    return tuple(sorted(found, key=lambda observation: observation.start)), scene.topology


def _surest(service: Service) -> tuple[bool, int]:
    """A key that sorts hosts by how well they show their own CVMs, which so are no other host's: first those whose
    local path is in the captures, then who appeared elsewhere first, soonest after a CVM had fallen silent.
    """
    unseen = service.segments[0].path.kind != "local"
    return unseen, service.segments[0].start if unseen else 0


def _unshared(taught: Topology, before: Topology, found: Sequence[Observation]) -> Topology:
    """What was learnt without the CVM of a host whose local path is not in the captures, where it is silent as another
    host shows it to be that one's own.
    """
    new = {host.key: host.cvm for host in taught.hosts if host.cvm and not _own(before, host.key)}
    sure = {one.host.key for one in found if one.host is not None and one.cvm and not _guessed(one)}
    for key, cvm in new.items():
        if key not in sure and any(other != key and new[other] == cvm for other in new.keys() & sure):
            taught = taught.without_own_cvm(key)
    return taught


def _was_taught_late(found: Sequence[Observation], before: Topology, taught: Topology) -> bool:
    """Whether a host's own CVM was learnt only after a change of that host was read without it."""
    shown: set[str] = set()
    for one in sorted(found, key=lambda observation: observation.start):
        key = one.host.key if one.host is not None else None
        if key is None or _own(before, key) is not None or _own(taught, key) is None:
            continue
        if one.cvm == _own(taught, key):
            shown.add(key)
        elif key not in shown:
            return True
    return False


def _own(topology: Topology, key: str) -> str | None:
    host = topology.host(key)
    return host.cvm if host is not None else None


def _guessed(observation: Observation) -> bool:
    """Whether which CVM failed is only inferred from which one was silent as the host appeared elsewhere."""
    return Doubt("local-path-unseen") in observation.doubts


Continuation = Literal["appeared", "injected"]

CONTINUED: Mapping[Continuation, Callable[[Observation, Change, Scene], Observation | None]] = {
    "appeared": injected_unseen.reconsider,
    "injected": route_injection.close,
}
"""What a later change may say of an observation: of a path that appeared out of nothing, that it was injected; of an
injected route, that it is gone.
"""


def _of_host(service: Service, scene: Scene) -> tuple[list[Observation], Scene]:
    """What one host's changes show, and the scene with what they teach of its own CVM."""
    found: list[Observation] = []
    open_at: dict[Continuation, int] = {}  # the places in `found` of what a later change may continue
    stalled: int | None = None  # when the last stall of the local path ended
    left: Change | None = None  # that by which the host left the local path for the injected route
    for first_seen in _changes(service, scene):
        change = replace(first_seen, host=scene.topology.host(service.host.key) or service.host)
        appeared = open_at.pop("appeared", None)  # only the very next change can explain it
        injected = None if appeared is None else CONTINUED["appeared"](found[appeared], change, scene)
        if appeared is not None and injected is not None:
            found[appeared], open_at["injected"] = injected, appeared
        place = open_at.get("injected")
        closed = None if place is None else CONTINUED["injected"](found[place], change, scene)
        if place is not None and (closed is not None or injected is not None):
            found[place], *more = _ended(found[place], closed, left, change, scene)
            found += more
            del open_at["injected"]
            continue
        observation = _put_to_kinds(change, scene)
        told = None if observation is None else _or_failed(observation, change, stalled, scene)
        unsure = told is None or told.kind == "unexplained" or bool(told.either)
        if unsure and unexplained.stalls_inside(change, scene):
            stalled = change.end
        if told is None:
            continue
        if place is not None and _exchanged(found[place], told):
            begun = _until_failure(found[place])
            ahead = left is not None and gone_since(left, scene, within=LONG_REPAIR)
            found[place] = _or_ahead(begun, left, scene) if left is not None and ahead else begun
            del open_at["injected"]
        found.append(_weighed(told, found))
        scene = replace(scene, topology=_taught(told, scene.topology))
        if found[-1].kind == "unexplained" and change.before is None:
            open_at["appeared"] = len(found) - 1
        if told.kind == "route-injection" and change.after is not None and change.after.path.kind == "remote":
            open_at["injected"], left = len(found) - 1, change
    if "injected" in open_at:
        found[open_at["injected"]] = _not_over(found[open_at["injected"]], left, scene)
    return found, scene


def _not_over(injected: Observation, left: Change | None, scene: Scene) -> Observation:
    """An injected route of which captures don't show the end."""
    doubted = injected.doubted(Doubt("route-not-deleted"))
    return _right_by_now(doubted, left, scene) if left is not None and gone_since(left, scene) else doubted


def _changes(service: Service, scene: Scene) -> Iterator[Change]:
    """A host's changes, a return of which only the leave is seen and the way to a remote path after it as two."""
    for change in changes(service, scene.traffic):
        known = replace(change, host=scene.topology.host(service.host.key) or service.host)
        parts, soon = parted(known, scene), given_back(known, scene)
        if parts is not None and cvm_recovery.recognise(parts[0], scene) is not None:
            yield from parts
        elif soon is not None and _is_seen_to_return(soon[0], scene):
            yield from soon
        else:
            yield change


def _is_seen_to_return(left: Change, scene: Scene) -> bool:
    """Whether the captures show the own CVM to be back as the host left its remote path."""
    back = cvm_recovery.recognise(left, scene)
    return back is not None and "fault" in back.points


def _returned(change: Change, closed: Observation, scene: Scene) -> Observation | None:
    """What the end of an injected route is where the own CVM had failed."""
    return cvm_recovery.recognise(change, scene)


OTHERWISE: Mapping[Literal["begins", "ends"], Callable[[Change, Observation, Scene], Observation | None]] = {
    "begins": cvm_failure.unheard,
    "ends": _returned,
}
"""What an injected route is where the logs show that the own CVM had failed, which may be heard all the while."""


def _or_failed(observation: Observation, change: Change, stalled: int | None, scene: Scene) -> Observation:
    """An injected route with what else it may be; `stalled` is when the last stall of the local path ended, ns."""
    if observation.kind != "route-injection":
        return observation
    failed = OTHERWISE["begins"](change, observation, scene)
    observation = observation if failed is None else replace(observation, otherwise=(failed,))
    address, added = change.host.address, observation.points["fault"].at
    just_back = stalled is not None and added.least - stalled <= LONG_REPAIR
    either = ran_at(scene.commands, address, added) is not None or (
        (just_back or absent_cvm(change, scene)) and not _surely_none_ran(address, added, scene)
    )
    moved = unexplained.recognise(change, scene) if either else None
    return observation if moved is None else replace(observation, either=(moved,))


def _surely_none_ran(address: str | None, at: Instant, scene: Scene) -> bool:
    """Whether no CVM ran a command on a host: captures that lack frames may lack those of the command."""
    return not scene.traffic.lossy and none_ran(scene.commands, address, at)


def _right_by_now(injected: Observation, left: Change, scene: Scene) -> Observation:
    """An injected route that nobody has to delete, as the own CVM is gone; or what came before that was stopped."""
    moved = unexplained.recognise(left, scene)
    return replace(injected, after=injected.during, either=(moved,) if moved is not None else injected.either)


def _ended(
    injected: Observation, closed: Observation | None, left: Change | None, change: Change, scene: Scene
) -> tuple[Observation, ...]:
    """An injected route with its end, which may be known by a refusal alone; or only until the own CVM failed, which
    made it right: then what ends it is that one's return.
    """
    if closed is None:
        return (injected,)
    back = _returned(change, closed, scene)
    if left is None or back is None or not gone_meanwhile(left, change, scene):
        moved = unexplained.recognise(left, scene) if left is not None and not closed.either else None
        if moved is not None and left is not None and gone_meanwhile(left, change, scene, CVMS_TALK):
            closed = replace(closed, either=(moved,))  # a check may have missed that CVM
        return (_or_returned(closed, change, scene),)
    begun = _until_failure(injected)
    ahead = gone_meanwhile(left, change, scene, within=LONG_REPAIR)
    return _or_ahead(begun, left, scene) if ahead else begun, back


def _or_ahead(begun: Observation, left: Change, scene: Scene) -> Observation:
    """An injected route, or what Genesis did before a stop in order: a CVM's host is forwarded before it is stopped."""
    ahead = unexplained.recognise(left, scene)
    return begun if ahead is None else replace(begun, either=(ahead,))


def _until_failure(injected: Observation) -> Observation:
    """An injected route that was right before Genesis deleted it, as the own CVM had failed."""
    until = replace(injected.without(*AFTERWARDS), after=injected.during)
    return until.lacking("repaired", "right-since-failure")


def _exchanged(injected: Observation, told: Observation) -> bool:
    """Whether a host is given another remote CVM as that of an injected route fails: its own does not serve then."""
    failed = told.kind == "cvm-failure" and told.before.kind == told.after.kind == "remote"
    return failed and told.before.via == injected.gateway != told.after.via


def _or_returned(closed: Observation, change: Change, scene: Scene) -> Observation:
    returned = OTHERWISE["ends"](change, closed, scene)
    closed = closed if returned is None else replace(closed, otherwise=(*closed.otherwise, returned))
    back = unexplained.recognise(change, scene) if closed.either else None
    if back is None:
        return closed
    whole = (
        replace(moved, during=moved.after, after=closed.after, end=closed.end, claims=(*moved.claims, *back.claims))
        for moved in closed.either
    )
    return replace(closed, either=tuple(whole))


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
