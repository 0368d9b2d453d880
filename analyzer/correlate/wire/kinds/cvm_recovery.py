"""`cvm-recovery`: remote → the CVM returns → local. Its MACs speak again, later the storage address leaves the public
network.
"""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CHECK_PERIOD, CVM_SILENT, CVMS_TALK, EDGE, HEARTBEAT, LONG_REPAIR, PROBE
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.departure import away_from
from analyzer.correlate.wire.frames import in_time
from analyzer.correlate.wire.kinds.silent_cvm import MISSED
from analyzer.correlate.wire.repair import is_terminated, mark_service, mark_terminated, outline
from analyzer.correlate.wire.returns import Return
from analyzer.correlate.wire.scene import Scene, left, storage_filter
from analyzer.correlate.wire.service import Segment
from analyzer.correlate.wire.signs import SENT_AGAIN, refusal_inside, refused_inside, unanswered_inside
from analyzer.correlate.wire.traffic import NOBODY
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

NOT_SEEN = Doubt("return-unseen")
DOWN = 2 * HEARTBEAT  # a host that is up sends more often than this, be it in vain
FIRST_FRAME = 2 * SECOND  # the first frame of a CVM that boots follows its return by this at most (measured: 0.3 s)


def recognise(change: Change, scene: Scene) -> Observation | None:
    """The observation, when a remote path gave way to the local one."""
    before, after = change.before, change.after
    if before is None or before.path.kind != "remote" or (after is not None and after.path.kind != "local"):
        return None
    observation = mark_terminated(_begun(change, before, scene), change, scene)
    if "terminated" not in observation.points:
        if after is None:
            return _left_unannounced(observation, change, before, scene)
        if _is_refused(change, scene) or _was_down(change, scene):
            return None
    returned = _mark_return(observation, change, before, scene).claimed(
        Statement("last-reply", path=outline(before.path)), [before.last.last_origin], storage_filter(scene, "nfs")
    )
    gone = left(scene, change.host, before.path, before.start, change.end)
    return mark_service(returned, change, scene, gone or change.start)


def _begun(change: Change, before: Segment, scene: Scene) -> Observation:
    return Observation(
        kind="cvm-recovery",
        basis="wire",
        host=change.host,
        clock=scene.clock,
        start=change.start,
        end=change.end,
        before=before.path,
        during=before.path,
        after=change.after.path if change.after else Path("local", note="left-public-network"),
        gateway=before.path.via,
    )


def _left_unannounced(observation: Observation, change: Change, before: Segment, scene: Scene) -> Observation | None:
    """A host that left the public network, where no frame ends its connection; its own CVM was back, and is heard."""
    if away_from(change, scene) is None:
        return None
    returned = _mark_return(observation, change, before, scene)
    back = returned.points.get("fault")
    if back is None or back.at.most > change.start - HEARTBEAT or not _is_heard(returned.cvm, change.start, scene):
        return None
    return replace(returned, confidence="medium").claimed(
        Statement("last-reply", path=outline(before.path)), [before.last.last_origin], storage_filter(scene, "nfs")
    )


def _is_heard(cvm: str | None, at: int, scene: Scene) -> bool:
    """Whether a CVM is heard on the public network just after an instant (ns)."""
    macs = [mac for mac, addresses in scene.topology.owners.items() if cvm in addresses]
    return any(scene.traffic.heard.get(mac, NOBODY).any_overlapping(at, at + CVMS_TALK) for mac in macs)


def _is_refused(change: Change, scene: Scene) -> bool:
    """Whether the own CVM did not serve yet when the host left the remote path: Genesis waits until it does."""
    inside = unanswered_inside(scene, change.host, change.start, change.end)
    in_vain = bool(inside) and inside[-1].last - inside[0].first > SENT_AGAIN
    return in_vain or refused_inside(change, scene)


def _was_down(change: Change, scene: Scene) -> bool:
    """Whether captures of both sides of the host have not a frame of it for longer than a datastore's heartbeats allow:
    it was down itself, and a host that boots has no route, whatever became of its CVM.
    """
    inside = change.host.macs & scene.topology.inside_senders
    if not inside or inside == change.host.macs:
        return False
    runs = (scene.traffic.heard.get(mac, NOBODY).overlapping(change.start, change.end) for mac in change.host.macs)
    last, longest = change.start, 0
    for run in sorted((run for some in runs for run in some), key=in_time):
        longest, last = max(longest, run.first - last), max(last, run.last)
    return max(longest, change.end - last) > DOWN


def _served(change: Change, before: Segment, scene: Scene) -> int:
    """Until when the host was served by its own CVM before this remote path, ns, or was given back to it: what came
    back until then is not what ended this path. 0 where nothing shows it.
    """
    for segment, following in change.service.over_before(before.start):
        if segment.path.kind == "local" or is_terminated(_between(segment, following, change), scene):
            return segment.end
    return 0


def _between(segment: Segment, following: Segment, change: Change) -> Change:
    """The silence between two segments of a host's service."""
    return replace(change, before=segment, after=following, start=segment.end, end=following.start)


def _came(change: Change, before: Segment) -> int:
    """When the host came to the remote path that it leaves, ns, whatever stalls it had there."""
    came = before.start
    for segment, _ in change.service.over_before(before.start):
        if segment.path.via != before.path.via or segment.path.kind != "remote":
            break
        came = segment.start
    return came


def _away_since(change: Change, before: Segment, scene: Scene) -> int:
    """Since when a CVM that comes back may be the host's own, ns: one of which that is not known came back while the
    host was elsewhere, or no longer before than it may pause.
    """
    away = before.start - HEARTBEAT if change.host.cvm is None else 0
    return max(_served(change, before, scene), away)


def _only_stopped(change: Change, before: Segment, scene: Scene) -> bool:
    """Whether the own CVM was heard as it stopped serving: then one that speaks again is another, where nothing names
    it; or it says nothing of its Stargate, unless it boots.
    """
    left = (pair for pair in change.service.over_before(before.start) if pair[0].path.kind == "local")
    last = next(left, None)
    return last is not None and refusal_inside(_between(*last, change), scene) is not None


def _other_cvms(change: Change, scene: Scene) -> set[str | None]:
    """The CVMs that served elsewhere, and other hosts' own ones; a host without an address may be one of those."""
    unnamed = change.host.address is None
    of_hosts = () if unnamed else (host.cvm for host in scene.topology.hosts if host.key != change.host.key)
    return {*change.service.elsewhere, *of_hosts}


def _may_be_inside(change: Change, scene: Scene) -> bool:
    """Whether an internal switch that is in a capture may be the host's: not all of them are known to be others'."""
    within = scene.topology.inside_senders
    if change.host.address is None or change.host.macs & within:
        return True
    return any(host.address is None and host.macs & within for host in scene.topology.hosts)


def _was_hardly_away(back: Return, before: Segment, scene: Scene) -> bool:
    """Whether a CVM was heard again before the host appeared elsewhere, and just before, or after a silence that no
    check is likely to have met: it may be any host's.
    """
    first = back.frames.first
    if first >= before.start:
        return False
    return first - _last_heard(back, scene) < MISSED or before.start - first < PROBE


def _last_heard(back: Return, scene: Scene) -> int:
    """When a CVM had been heard last that comes back, ns; the begin of the captures where it was silent since."""
    silence = scene.traffic.silence(back.mac, back.frames.first - 1)
    return silence[0].last if silence is not None else scene.traffic.first


def _may_have_served_on(back: Return, change: Change, before: Segment, scene: Scene) -> bool:
    """Whether a CVM that did not boot fell silent when its host was elsewhere: others did not reach it, which need not
    have stopped it. Only of a host of which no capture has the internal switch.
    """
    inside = bool(change.host.macs & scene.topology.inside_senders)
    return not inside and _last_heard(back, scene) > _came(change, before)


def _was_back_before(back: Return, change: Change, before: Segment, scene: Scene) -> bool:
    """Whether the host's own CVM was back so long before the host was served elsewhere that the route may have come
    since: a check that missed it adds one soon, and a host that waited has its connection anew within a check's time.
    """
    missed = back.frames.first - _last_heard(back, scene) >= CHECK_PERIOD
    late = CHECK_PERIOD + LONG_REPAIR if missed else LONG_REPAIR
    return change.host.cvm is not None and before.start - back.frames.first > late


def _is_anothers(change: Change, before: Segment, ended: int, scene: Scene) -> bool:
    """Whether a CVM that is first heard after the host's connection had been `ended` (ns) is another host's: nothing
    shows the host at that one, and the remote CVM, which lives on, ended it for another reason than its own stop.
    """
    if change.host.cvm is not None or change.after is not None:
        return False
    remote, stopped = scene.traffic.heard.get(before.path.next_hop_mac or "", NOBODY), ended + CVMS_TALK
    return remote.any_overlapping(stopped, stopped + CVM_SILENT)


def _mark_return(observation: Observation, change: Change, before: Segment, scene: Scene) -> Observation:
    """The CVM is back when its MACs speak again; of several times that they do, it may be any."""
    until = change.end if change.after is not None else change.start + EDGE
    since = _away_since(change, before, scene)
    inside = change.service.inside
    others, switches = _other_cvms(change, scene), _may_be_inside(change, scene)
    chosen = scene.returns.last(until, change.host.cvm, others, inside, switches=switches)
    if chosen is None or chosen.frames.first < since:
        return observation.doubted(NOT_SEEN, "low")
    if change.host.cvm is None and len(scene.returns.between(since, until) - others) > 1:
        return observation.doubted(NOT_SEEN, "low")  # which of these is the host's own is not known
    stopped = _only_stopped(change, before, scene)
    if change.host.cvm is None and (stopped or _was_hardly_away(chosen, before, scene)):
        return observation.doubted(NOT_SEEN, "low")
    cvm, back = chosen.address or change.host.cvm, scene.returns.since(chosen, since)
    booted = scene.returns.is_boot(back, until, inside)
    if change.host.cvm is None and _last_heard(back, scene) > _came(change, before):
        return observation.doubted(NOT_SEEN, "low")  # it fell silent when the host was elsewhere: it may be any host's
    if _was_back_before(chosen, change, before, scene) or (
        not booted and _may_have_served_on(back, change, before, scene)
    ):
        return observation.doubted(NOT_SEEN, "low")
    if stopped and not booted:
        return replace(observation, cvm=cvm, confidence="medium")
    first = scene.returns.near(chosen, until, inside).frames
    unheard = FIRST_FRAME if booted else CVMS_TALK
    start = min(back.frames.first, first.first) - unheard
    at = scene.between(start, first.first)
    ended = observation.points.get("terminated")
    own = ended is None or ended.at.most >= first.first  # a check asks a CVM, which answers, before anything is ended
    if ended is not None and not own and _is_anothers(change, before, ended.at.most, scene):
        return observation.doubted(NOT_SEEN, "low")
    found = replace(observation if own else observation.without("terminated"), cvm=cvm, start=start)
    return found.marked("fault", at, [first.first_origin], How("first-frame-of-cvm")).claimed(
        Statement("cvm-speaks", of=cvm), [first.first_origin], "arp"
    )
