"""Which CVM fell silent as a host's service ended: its MAC is no longer heard, and somebody misses it."""

from __future__ import annotations

from itertools import islice, pairwise

import msgspec
from msgspec.structs import replace

from analyzer.correlate.timing import CVM_SILENT, CVMS_TALK, FAILOVER, HEARTBEAT, LONG_REPAIR, PAUSE
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import ArpRequests, Frames, in_time
from analyzer.correlate.wire.scene import Scene, controls_of, frames_by, from_server, unanswered_calls
from analyzer.correlate.wire.signs import RESPONSE
from analyzer.correlate.wire.traffic import NOBODY
from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED
from analyzer.model.traffic import Operation

AROUND = 15 * SECOND  # its last frame lies within this before the host's last reply from it
LATER = 2 * SECOND  # and within this after it
NOT_ATOMIC = 25 * MILLISECOND  # a power-off is no instant: frames on their way still leave (measured: 2 to 15 ms)
MISSED = 20 * SECOND  # two in three silences as long meet a check (of 30 s)
SENT_AGAIN_AFTER = (
    190 * MILLISECOND
)  # TCP sends again no sooner what nobody acknowledged (Linux: 200 ms, RFC 6298: 1 s)
SHOWN = 2  # so many of the ARP requests for it are a proof


class SilentCvm(msgspec.Struct, frozen=True):
    """A CVM that fell silent: its last run of frames, who else may be meant, and the ARP requests for it since that are
    unanswered: the first of them, and the first that begins after its last frame.
    """

    address: str | None
    last: Frames
    requests: tuple[ArpRequests, ...]
    missed: ArpRequests | None
    alternatives: tuple[SilentCvm, ...]

    def gone(self, most: int) -> tuple[int, int]:
        """Between its last frame and the first ARP request that it would have answered, ns; of all that may be it."""
        until = most if self.missed is None else min(self.missed.frames.first + RESPONSE, most)
        others = [alternative.gone(most) for alternative in self.alternatives]
        return min([self.last.last, *(least for least, _ in others)]), max([until, *(last for _, last in others)])


def silent_cvm(change: Change, scene: Scene, *, hung: bool = False) -> SilentCvm | None:
    """The CVM that fell silent with the service, or later as its Stargate had stopped, or `hung`, before; where two may
    be it, the nearest, without its name.
    """
    stopped = hung or _ended_by_own(change, scene)
    seen = change.before is not None and not stopped
    calls = calls_unheard(scene, change.host, change.start, change.end) if seen else []
    found: list[SilentCvm] = []
    for mac, addresses in scene.topology.owners.items():
        if scene.topology.host_of_mac(mac) is not None or _of_another_host(change, addresses, scene):
            continue
        if _is_gateway(mac, addresses, change, scene):
            continue
        last = _last_heard(mac, change, AROUND if stopped else LATER, scene)
        if last is None or (calls and last.last > calls[0].first_call.least + RESPONSE + NOT_ATOMIC):
            continue
        one = _requested(addresses[0], addresses, last, scene)
        if _is_missed(one, mac, addresses, change, scene):
            found.append(one)
    return _nearest(change, found, sure=seen)


def _ended_by_own(change: Change, scene: Scene) -> bool:
    """Whether the own CVM itself ended a connection as service ended: its Stargate stopped, and it was alive."""
    before = change.before
    if before is None or before.path.kind != "local":
        return False
    return any(
        control.segment.flags in ("RST", "FIN") and control.segment.ends.src_mac == before.peer_mac
        for control in controls_of(scene, change.host, change.start, change.start + SECOND)
        if from_server(control.segment, scene)
    )


def silent_again(change: Change, scene: Scene) -> SilentCvm | None:
    """The host's own CVM, that had returned when service left the remote path, and fell silent before service came back
    to that: in between the host was served by its own, which is not in the capture.
    """
    own = change.host.cvm
    for mac, addresses in scene.topology.owners.items():
        runs = scene.traffic.heard.get(mac)
        if own is None or own not in addresses or runs is None:
            continue
        back = next(runs.overlapping(change.start - CVMS_TALK, change.start + CVMS_TALK), None) is not None
        begun = runs.place(change.end - 1)
        if not back or not begun:
            continue
        last = runs.items[begun - 1]
        if change.start + SECOND < last.last <= change.end - CVM_SILENT:
            return _requested(own, addresses, last, scene)
    return None


def fell_silent_again(change: Change, scene: Scene) -> Frames | None:
    """The last frames of a CVM that may be the host's own and fell silent as service ended, was heard again, and fell
    silent once more before the host was served elsewhere: it may have served meanwhile, and failed then.
    """
    for runs in (scene.traffic.heard[mac] for mac in _may_be_own(change, scene)):
        first, until = runs.place(change.start + SECOND), runs.place(change.end)
        if not 0 < first < until or runs.items[first].first - runs.items[first - 1].last < CVM_SILENT:
            continue
        last, following = runs.items[until - 1], runs.items[until : until + 1]
        over = following[0].first if following else scene.traffic.last
        if over - last.last >= CVM_SILENT and last.last + CVMS_TALK < change.end:
            return last
    return None


def absent_cvm(change: Change, scene: Scene) -> bool:
    """Whether a CVM that may be the host's own was not heard on the public network for some time as the host left it,
    or just before, as Genesis acts some time after its check: it may have missed it there, though it served.
    """
    return any(_is_absent(mac, change, scene) for mac in _may_be_own(change, scene))


def gone_with_service(change: Change, until: int, scene: Scene) -> bool:
    """Whether a CVM that may be the host's own fell silent as service ended, for long before an instant (ns), whether
    it was back by then or not: that ended the service.
    """
    silences = (scene.traffic.silence(mac, change.start + CVMS_TALK) for mac in _may_be_own(change, scene))
    return any(
        silence is not None
        and change.start - CVMS_TALK <= silence[0].last
        and (until if silence[1] is None else min(until, silence[1].first)) - silence[0].last >= CVM_SILENT
        for silence in silences
    )


def gone_since(change: Change, scene: Scene, within: int = UNBOUNDED) -> bool:
    """Whether a CVM that may be the host's own fell silent after that, `within` so many ns, and was not heard again."""
    ends = ((scene.traffic.silence(mac, scene.traffic.last + 1), mac) for mac in _may_be_own(change, scene))
    return any(
        silence is not None
        and change.start < silence[0].last <= min(change.end + within, scene.traffic.last - CVM_SILENT)
        and scene.traffic.steady(mac, silence[0], before=True)
        for silence, mac in ends
    )


def gone_meanwhile(left: Change, back: Change, scene: Scene, least: int = MISSED, within: int = UNBOUNDED) -> bool:
    """Whether a CVM that may be the host's own fell silent since the host left it, `within` so many ns, before it came
    back, for `least` ns; if not told otherwise for so long that a check most likely missed it. A host that falls silent
    too, before that time is over, may have been cut off with it.
    """
    for mac in _may_be_own(left, scene):
        runs = scene.traffic.heard[mac].items if mac in scene.traffic.heard else ()
        silences = ((run, later) for run, later in pairwise(runs) if left.end < run.last and later.first < back.end)
        if any(
            min(later.first, back.start) - run.last >= least
            and run.last - left.end <= within
            and _was_steady(mac, run, scene)
            and _is_heard_on(left.host, run.last, run.last + least, HEARTBEAT if least >= MISSED else PAUSE, scene)
            for run, later in silences
        ):
            return True
    return False


def _is_heard_on(host: Member, start: int, end: int, pause: int, scene: Scene) -> bool:
    """Whether a host is heard on the public network all along from `start` to `end`, with no longer `pause`, ns."""
    outside = (scene.traffic.heard.get(mac, NOBODY) for mac in host.macs - scene.topology.inside_senders)
    last = start
    for run in sorted((run for runs in outside for run in runs.overlapping(start, end)), key=in_time):
        if run.first - last > pause:
            return False
        last = max(last, run.last)
    return end - last <= pause


def _was_steady(mac: str, run: Frames, scene: Scene) -> bool:
    return scene.traffic.steady(mac, run, before=True)


def _may_be_own(change: Change, scene: Scene) -> list[str]:
    """The public MACs of CVMs that may be the host's own, without the one that it went to."""
    via = change.after.path.via if change.after is not None else None
    return [
        mac
        for mac, addresses in scene.topology.owners.items()
        if scene.topology.host_of_mac(mac) is None
        and scene.topology.like_a_cvm(mac)
        and via not in (mac, *addresses)
        and not _of_another_host(change, addresses, scene)
    ]


def _is_absent(mac: str, change: Change, scene: Scene) -> bool:
    if mac not in scene.traffic.heard:
        return False
    runs = list(scene.traffic.heard[mac].overlapping(change.start - FAILOVER, change.start))
    silence = scene.traffic.silence(mac, change.start)
    following = silence[1].first if silence is not None and silence[1] is not None else scene.traffic.last
    ends = [*(run.first for run in runs[1:]), following]
    return any(
        change.start - FAILOVER <= run.last <= change.start - SECOND
        and until > change.start - LONG_REPAIR
        and until - run.last >= CVMS_TALK
        and scene.traffic.steady(mac, run, before=True)
        for run, until in zip(runs, ends, strict=False)
    )


def calls_unheard(scene: Scene, host: Member, start: int, end: int) -> list[Operation]:
    """Calls without an answer to a MAC of which the captures have frames: else it is the capture that has none."""
    calls = unanswered_calls(scene, host, start, end)
    return [call for call in calls if not call.ends.dst_mac or call.ends.dst_mac in scene.traffic.heard]


def unacknowledged(change: Change, scene: Scene) -> list[Frames]:
    """Calls to the own CVM that it neither answered nor acknowledged before the host sent them again elsewhere."""
    after = change.after
    if after is None:
        return []
    elsewhere = frames_by(scene, change.host, after.path, change.start, change.end)
    left = min((run.first for run in elsewhere if run.first > change.start), default=change.end)
    return unacknowledged_until(left, change, scene)


def unacknowledged_until(left: int, change: Change, scene: Scene) -> list[Frames]:
    """Calls to the own CVM that it neither answered nor acknowledged until the host `left` it (ns), for so long that
    they were sent again: a route takes the host's frames away, and not the CVM's, which had stopped.
    """
    before = change.before
    if before is None or before.peer_mac is None:
        return []
    heard = scene.traffic.heard.get(before.peer_mac, NOBODY)
    return [
        Frames(call.first_call.least, call.last_call.least, call.first_origin, call.first_origin, call.calls)
        for call in calls_unheard(scene, change.host, change.start, left - SENT_AGAIN_AFTER)
        if call.ends.dst_mac == before.peer_mac
        and call.source not in scene.traffic.lossy
        and not heard.any_overlapping(call.first_call.least + 1, left)
    ]


def _requested(address: str, addresses: tuple[str, ...], last: Frames, scene: Scene) -> SilentCvm:
    """A CVM with the ARP requests for it since its last frame."""
    since = last.last + 1
    first = tuple(islice(scene.traffic.requests_for(addresses, since), SHOWN))
    later = (one for one in scene.traffic.requests_for(addresses, since) if one.frames.first >= last.last)
    missed = next(later, None)
    return SilentCvm(address, last, first, missed, ())


def _is_missed(one: SilentCvm, mac: str, addresses: tuple[str, ...], change: Change, scene: Scene) -> bool:
    """Whether the silence of a MAC shows that a CVM is gone, and that it may be the host's."""
    if change.before is None and change.end - one.last.last > FAILOVER:
        return False  # the host would have been elsewhere long ago
    # the answer to somebody else's request may have gone by, unseen at the host's port
    by_host = scene.traffic.asks_for(change.host.macs, addresses, one.last.last + 1)
    if not by_host and not _tells(mac, one.last, change, scene):
        return False
    if one.requests:
        return True
    return scene.topology.like_a_cvm(mac)


def _nearest(change: Change, found: list[SilentCvm], *, sure: bool) -> SilentCvm | None:
    """The one that was asked for, and whose silence began next to the service's end, or to its appearance elsewhere.

    Where the path before is not in the capture, two that fell silent within the time of a failover are as likely; and
    so they are where the own CVM was heard on when its Stargate had stopped.
    """
    near = change.start if change.before is not None else change.end
    in_order = sorted(found, key=lambda one: (not one.requests, abs(one.last.last - near)))
    if not in_order or sure:
        return in_order[0] if in_order else None
    best = in_order[0]
    alternatives = tuple(
        one
        for one in in_order[1:]
        if abs(one.last.last - best.last.last) <= FAILOVER and (one.requests or not best.requests)
    )
    return replace(best, address=None, alternatives=alternatives) if alternatives else best


def _tells(mac: str, last: Frames, change: Change, scene: Scene) -> bool:
    """Whether the silence of a MAC shows something: it spoke all the time, and not only when the host spoke to it."""
    if change.before is None or change.before.peer_mac != mac:
        return scene.traffic.steady(mac, last, before=True)
    sent = frames_by(scene, change.host, change.before.path, change.start, change.end)
    calls = calls_unheard(scene, change.host, last.last - SECOND, change.end)
    return bool(calls) or any(frames.last > last.last + RESPONSE for frames in sent)


def _is_gateway(mac: str, addresses: tuple[str, ...], change: Change, scene: Scene) -> bool:
    """Whether a host that its own CVM served turned to another in the silence, as a route by that one leads there: it
    asked for that CVM from its private address, or sent it what is for the storage address.
    """
    if change.before is None or change.before.path.kind != "local":
        return False
    macs, start, end = change.host.macs, change.start, change.end
    asked = scene.traffic.requests_by(macs, start, end)
    return any(one.target in addresses and scene.topology.is_private(one.sender) for one in asked) or any(
        run.first > start for run in scene.traffic.on_next_hop(macs, mac, start, end)
    )


def _of_another_host(change: Change, addresses: tuple[str, ...], scene: Scene) -> bool:
    """Whether a CVM can't be the one that the host left: its own is known to be another, or that one is another's."""
    if change.before is not None and change.before.path.kind != "local":
        return False
    unnamed = change.host.address is None  # and so it may be any of which only vmk0 is known
    others = {h.cvm for h in scene.topology.hosts if h != change.host and not (unnamed and len(h.macs) <= 1)}
    return (change.host.cvm or addresses[0]) not in addresses or bool(others.intersection(addresses))


def _last_heard(mac: str, change: Change, later: int, scene: Scene) -> Frames | None:
    """The last run of `mac`, if it fell silent at the start of the change, or so much (ns) later, and stayed so."""
    if change.before is None:
        return _last_before(mac, change, scene)
    silence = scene.traffic.silence(mac, change.start + later)
    if silence is None:
        return None
    last, following = silence
    until = following.first if following else scene.traffic.last
    latest = min(change.start + later, change.end)  # who falls silent once the host is served elsewhere is not why
    if not _is_long(last, until, change.end) or not change.start - AROUND <= last.last <= latest:
        return None
    return last


def _last_before(mac: str, change: Change, scene: Scene) -> Frames | None:
    """The last run of `mac` before a silence in which a host may have lost it that appeared elsewhere: it may have been
    heard again since, as Genesis acts after its check, and the host tries again later still.
    """
    appeared = change.end
    runs = scene.traffic.heard[mac].items if mac in scene.traffic.heard else ()
    begun = scene.traffic.heard[mac].place(appeared - 1) if runs else 0
    until = scene.traffic.last if begun == len(runs) else runs[begun].first
    for run in reversed(runs[:begun]):
        if until < max(appeared - FAILOVER // 2, change.start):
            return None
        if run.last <= appeared and _is_long(run, until, appeared):
            return run
        until = run.first
    return None


def _is_long(last: Frames, until: int, end: int) -> bool:
    """Whether a silence is none of a moment, and lasted until the host was served again, or long enough."""
    return until - last.last >= CVM_SILENT and until >= min(end, last.last + 2 * CVM_SILENT)
