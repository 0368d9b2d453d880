"""`cvm-failure`: local → the CVM dies → remote. The CVM's MACs fall silent, and the host has no answer from it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import NOT_OVER, Observation
from analyzer.correlate.timing import CVMS_TALK, HEARTBEAT, PROBE
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import Control, Frames, in_time, latest
from analyzer.correlate.wire.kinds.led_away import back_long_before, may_have_led
from analyzer.correlate.wire.kinds.silent_cvm import (
    NOT_ATOMIC,
    SilentCvm,
    calls_unheard,
    fell_silent_again,
    silent_again,
    silent_cvm,
    unacknowledged,
)
from analyzer.correlate.wire.repair import mark_service, outline
from analyzer.correlate.wire.scene import Scene, controls_of, frames_by, from_server, storage_filter
from analyzer.correlate.wire.signs import (
    RESPONSE,
    inside_until,
    refused_inside,
    served_unseen,
    still_inside,
    unanswered_inside,
)
from analyzer.correlate.wire.traffic import NOBODY
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

BY_LAST_FRAME = Doubt("fault-by-last-frame")
ACKNOWLEDGED = SECOND  # a CVM that lives acknowledges within this (RFC 1122: a segment within 500 ms)


def recognise(change: Change, scene: Scene) -> Observation | None:
    """The observation, when the host's service left a CVM that died."""
    before = change.before.path if change.before else None
    after = change.after.path if change.after else None
    if after is not None and before is not None and before.kind == "remote" and _same_way(before, after):
        return _failed_again(change, scene)
    if after is not None and after.kind != "remote":
        return None
    if before is None:
        return _appeared(change, after, scene)
    failed = silent_cvm(change, scene)
    if before.kind == "remote":
        return _left_remote(change, before, failed, scene)
    return _left_local(change, failed, scene) or _left_unseen(change, after, scene)


def _left_unseen(change: Change, after: Path | None, scene: Scene) -> Observation | None:
    """A host whose local path was captured up to long before a CVM fell silent, as a datastore has calls more often."""
    host, start, end = change.host, change.start, change.end
    unseen = replace(change, before=None)
    failed = silent_cvm(unseen, scene) if after is not None and end - start > HEARTBEAT else None
    if failed is None or failed.last.last - max(start, inside_until(scene, host, start, end) or start) <= HEARTBEAT:
        return None
    return _appeared(unseen, after, scene)


def _same_way(before: Path, after: Path) -> bool:
    """Whether the host goes on by the CVM that it had: that serves again, and nobody gave it another."""
    return (before.kind, before.via, before.next_hop_mac) == (after.kind, after.via, after.next_hop_mac)


def unheard(change: Change, injected: Observation, scene: Scene) -> Observation:
    """The change to a path that looks like an injected route, if the own CVM had failed: when it did no frame shows, as
    it may have been back before the host left it.
    """
    observation = replace(_begun(change, scene), cvm=change.host.cvm, start=injected.start, claims=injected.claims)
    added = injected.points["fault"]
    observation = observation.at("repaired", added)
    return mark_service(observation, change, scene, added.at.least)


def _failed_again(change: Change, scene: Scene) -> Observation | None:
    """A host whose CVM had returned, and failed again before service came back to the remote path."""
    again = silent_again(change, scene)
    if again is None:
        return None
    return _observed(replace(change, before=None, start=again.last.last), scene, again, [], None)


def _appeared(change: Change, after: Path | None, scene: Scene) -> Observation | None:
    """A host of which the local path is not in the capture, and that is served elsewhere as a CVM is silent."""
    if after is not None and not _host_is_heard(change, after, scene):
        return None  # of one direction, the CVM that fell silent may be any host's
    failed = silent_cvm(change, scene)
    if failed is None or (after is not None and not may_have_led(failed, change, after, scene)):
        return None
    return _observed(change, scene, failed, [], None)


def _left_remote(change: Change, before: Path, failed: SilentCvm | None, scene: Scene) -> Observation | None:
    """A host that another CVM served, which died."""
    if failed is None or failed.address != before.via or _asked_elsewhere(failed, change, scene):
        return None
    if change.after is None and not _own_is_away(change, failed, scene):
        return None
    signs = unanswered_inside(scene, change.host, change.start, change.end)
    lost = inside_until(scene, change.host, change.start, change.end)
    return _observed(change, scene, failed, signs, lost)


def _own_is_away(change: Change, failed: SilentCvm, scene: Scene) -> bool:
    """Whether the own CVM of a host that no capture shows again is known, and not heard since the one that served it
    failed: else the host may be home, and nothing has failed for it.
    """
    macs = [mac for mac, addresses in scene.topology.owners.items() if change.host.cvm in addresses]
    since = failed.last.last - CVMS_TALK
    return bool(macs) and not any(
        scene.traffic.heard.get(mac, NOBODY).any_overlapping(since, change.end) for mac in macs
    )


def _asked_elsewhere(failed: SilentCvm, change: Change, scene: Scene) -> bool:
    """Whether the host asked for another gateway, in vain, about when that CVM was heard last: its route was exchanged
    for one to nobody then.
    """
    known = {scene.traffic.settings.storage_address, *(one for some in scene.topology.owners.values() for one in some)}
    requests = scene.traffic.requests_by(change.host.macs, change.start, failed.last.last + PROBE)
    return any(one.target not in known and not scene.topology.is_private(one.target) for one in requests)


def _left_local(change: Change, failed: SilentCvm | None, scene: Scene) -> Observation | None:
    """A host that its own CVM served: with the local path in the capture, it is seen to have no answer there."""
    host, start, end = change.host, change.start, change.end
    signs = unanswered_inside(scene, host, start, end)
    going_on = still_inside(scene, host, start, end) if change.after is not None else []
    if change.after is not None:
        signs = sorted({*signs, *going_on}, key=in_time)
    unseen = served_unseen(scene, host, start, end)
    if change.after is None and unseen is not None and end - unseen[0] <= HEARTBEAT:
        return None  # it is back at its own CVM, whose answers go another way
    signs = [sign for sign in signs if unseen is None or sign.last > unseen[0]]
    if not signs and (waited := unacknowledged(change, scene)):
        return _unheard_inside(change, failed, waited, scene)
    refused = not signs and refused_inside(change, scene)
    if not (signs or refused) or not (change.after or change.stalled):
        return None
    if refused:
        back = failed is not None and _back_long_before(failed, change, scene)
        return None if back else _observed(replace(change, answered=unseen), scene, failed, [], start)
    if failed is None and _lives_on(change, signs, scene):
        failed = silent_cvm(change, scene, hung=True)
        if failed is None or failed.last.last <= signs[0].first:
            return None
    if (
        _back_long_before(failed, change, scene)
        if failed is not None
        else _turned_back_late(change, unseen, signs, scene)
    ):
        return None
    last = [inside_until(scene, host, start, end), latest(going_on, end)]
    lost = max((at for at in last if at is not None), default=None)
    return _observed(replace(change, answered=unseen), scene, failed, signs, lost)


def _unheard_inside(
    change: Change, failed: SilentCvm | None, waited: Sequence[Frames], scene: Scene
) -> Observation | None:
    """A host whose own CVM is seen to have stopped by what it no longer acknowledged, and by no more."""
    if failed is not None and _back_long_before(failed, change, scene):
        return None
    observation = _observed(change, scene, failed, waited, waited[0].first)
    own = tuple(doubt for doubt in observation.doubts if doubt.name != "public-side-unseen")
    proof = storage_filter(scene, "rpc.msgtyp == 0")
    return replace(observation, doubts=own).claimed(Statement("calls-unanswered"), [waited[0].first_origin], proof)


def _back_long_before(failed: SilentCvm, change: Change, scene: Scene) -> bool:
    """Whether the CVM was back long before the host's first frame by its new path."""
    if change.after is None:
        return False
    sent = frames_by(scene, change.host, change.after.path, failed.last.last, change.end)
    return back_long_before(failed, min((run.first for run in sent), default=change.end), scene)


def _turned_back_late(change: Change, unseen: tuple[int, Origin] | None, signs: Sequence[Frames], scene: Scene) -> bool:
    """Whether the host asked its own CVM for nothing for longer than a datastore's heartbeat, before it had no answer
    there: it had gone elsewhere, and why the CVM does not serve since then, or since when, is not known; unless that
    had ended a connection.
    """
    if _ended_inside(change, scene) is not None:
        return False
    served = change.start if unseen is None else max(change.start, unseen[0])
    return signs[0].first - served > HEARTBEAT


def _lives_on(change: Change, signs: Sequence[Frames], scene: Scene) -> bool:
    """Whether the own CVM, which no frame shows to have stopped its Stargate, acknowledged what the host still sent: it
    lives, and answers no call.
    """
    peer = change.before.peer_mac if change.before is not None else None
    if peer is None or _ended_inside(change, scene) is not None:
        return False
    return scene.traffic.heard.get(peer, NOBODY).any_overlapping(signs[-1].first + 1, signs[-1].last + ACKNOWLEDGED)


def _ended_inside(change: Change, scene: Scene) -> Control | None:
    """The RST or FIN by which the own CVM ended a connection of the host, or refused one: its Stargate stopped."""
    before = change.before
    if before is None or before.path.kind != "local":
        return None
    controls = controls_of(scene, change.host, change.start, change.end)
    ends = (one for one in controls if one.segment.flags in ("RST", "FIN") and from_server(one.segment, scene))
    return next((one for one in ends if one.segment.ends.src_mac == before.peer_mac), None)


def _host_is_heard(change: Change, after: Path, scene: Scene) -> bool:
    """Whether the capture has the host's own frames, and not only the replies to them."""
    traffic = scene.traffic
    return any(True for _ in traffic.on_next_hop(change.host.macs, after.next_hop_mac, traffic.first, traffic.last))


def _observed(
    change: Change, scene: Scene, failed: SilentCvm | None, inside: Sequence[Frames], lost: int | None
) -> Observation:
    """The observation; `lost` is when the host's route was certainly still the one to the dead CVM, ns."""
    ended = _ended_inside(change, scene)
    observation = _named(_begun(change, scene), failed, ended, scene)
    if change.before is None:
        observation = observation.doubted(Doubt("local-path-unseen")).doubted(BY_LAST_FRAME)
    observation = _fault(observation, change, scene, failed, inside, ended)
    since = max(observation.start, change.start) if change.before is None else observation.start
    served = mark_service(observation, change, scene, lost if lost is not None else since)
    served = _without_earlier_end(served)
    return served if change.after is not None else served.doubted(Doubt("service-not-back"))


def _without_earlier_end(observation: Observation) -> Observation:
    """Without the end of a connection before the CVM failed: it is of what came before, in the same silence."""
    fault, reset = observation.points.get("fault"), observation.points.get("reset")
    early = fault is not None and reset is not None and reset.at.most < fault.at.least
    return observation.without("reset") if early else observation


def _begun(change: Change, scene: Scene) -> Observation:
    after = change.after.path if change.after else NOT_OVER
    return Observation(
        kind="cvm-failure",
        basis="wire",
        host=change.host,
        clock=scene.clock,
        start=change.start,
        end=change.end,
        before=change.before.path if change.before else Path("local", note="unseen"),
        during=Path("dead"),
        after=after,
        gateway=after.via,
    )


def _named(observation: Observation, failed: SilentCvm | None, refusal: Control | None, scene: Scene) -> Observation:
    """With the CVM that failed, and who had no answer from it; one whose Stargate stopped answers with a RST."""
    if refusal is not None:
        proof = storage_filter(scene, "tcp.flags.reset == 1")
        observation = observation.claimed(Statement("connections-refused"), [refusal.origin], proof)
    if failed is None:
        return observation if refusal is not None else observation.doubted(Doubt("public-side-unseen"))
    observation = replace(observation, cvm=failed.address)
    if failed.address is None:
        observation = observation.doubted(Doubt("several-silent"))
    observation = observation.claimed(Statement("last-frame", of=failed.address), [failed.last.last_origin])
    for request in failed.requests:
        observation = observation.claimed(
            Statement("unanswered-request", of=request.target, by=request.sender),
            [request.frames.first_origin],
            f"arp.dst.proto_ipv4 == {request.target}",
        )
    return observation


def _fault(
    observation: Observation,
    change: Change,
    scene: Scene,
    failed: SilentCvm | None,
    inside: Sequence[Frames],
    ended: Control | None,
) -> Observation:
    """The fault lies between the CVM's last frame and the first that it would have answered; one that `ended` the
    host's connection, or refused one, served no more from then on, however long it lived.
    """
    lived = [one for one in _lived(change, scene, failed) if ended is None or one[0] < ended.at]
    served = [] if change.before is None else [(change.before.end, change.before.last.last_origin)]
    least, origin = max([*lived, *served])
    calls = calls_unheard(scene, change.host, change.start, change.end)
    ends = [call.first_call.least + RESPONSE for call in calls[:1]]
    ends += [frames.first for frames in inside if frames.first >= least]
    ends += [failed.gone(change.end)[1]] if failed is not None else []
    most = min((end for end in ends if end >= least), default=change.end)
    proof, how = [origin, *(frames.first_origin for frames in inside[:1])], How("last-frame-to-unanswered")
    if ended is not None and least <= ended.at <= most:
        most, proof, how = ended.at, [origin, ended.origin], How("last-frame-to-end")
    again = fell_silent_again(change, scene) if ended is None and change.before is not None else None
    if again is not None:
        most, proof = again.last + CVMS_TALK, [*proof, again.last_origin]
    at = scene.between(least - NOT_ATOMIC, most)
    observation = replace(observation, start=least - NOT_ATOMIC).marked("fault", at, proof, how)
    if change.before is None:
        return observation
    return observation.claimed(
        Statement("last-reply", path=outline(observation.before)),
        [change.before.last.last_origin],
        storage_filter(scene, "nfs"),
    )


def _lived(change: Change, scene: Scene, failed: SilentCvm | None) -> list[tuple[int, Origin]]:
    """Until when, and by which frame, the CVM certainly lived."""
    lived = [(failed.gone(change.end)[0], failed.last.last_origin)] if failed else []
    if change.before is not None:
        lived.append((change.before.end, change.before.last.last_origin))
        lived += _last_of_peer(change, scene)
    if change.answered is not None:
        lived.append(change.answered)
    return lived


def _last_of_peer(change: Change, scene: Scene) -> list[tuple[int, Origin]]:
    """The last frame of any kind from the MAC that served the host."""
    mac = change.before.peer_mac if change.before else None
    silence = scene.traffic.silence(mac, change.start + RESPONSE) if mac else None
    return [(silence[0].last, silence[0].last_origin)] if silence else []
