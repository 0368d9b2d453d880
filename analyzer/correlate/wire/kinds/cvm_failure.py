"""`cvm-failure`: local → the CVM dies → remote. The CVM's MACs fall silent; the host asks for it in vain."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analyzer.correlate.observation import NOT_OVER, Draft
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.change import (
    RESPONSE,
    Change,
    Scene,
    asking_inside,
    frames_by,
    going_on_inside,
    latest,
    served_unseen,
    still_inside,
    storage_filter,
    unanswered_calls,
)
from analyzer.correlate.wire.repair import describe, mark_service
from analyzer.correlate.wire.traffic import LULL, Asking, FrameRun
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation

SILENT = 8 * SECOND  # a CVM that sends nothing for this long on the public network, and is asked for, is gone
SEVERAL = "several CVMs fell silent at about that time: which of them is the host's is not in the capture"
AROUND = 15 * SECOND  # its last frame lies within this before the host's last reply from it
RECENT = 120 * SECOND  # a host is served elsewhere this long after its CVM fell silent, at most (checks: 30 or 60 s)
NOT_ATOMIC = 25 * MILLISECOND  # a power-off is no instant: frames on their way still leave (measured: 2 to 15 ms)


@dataclass(frozen=True, slots=True)
class Failed:
    """A CVM that fell silent: its last run of frames, who asked for it in vain since, and who else may be meant."""

    address: str | None
    last: FrameRun
    asked: list[Asking]
    alternatives: tuple[Failed, ...]

    def doubt(self, most: int) -> tuple[int, int]:
        """Its end: from its last frame to the first question that it would have answered; of all that may be meant."""
        since = [a.stretch.first + RESPONSE for a in self.asked if a.stretch.first >= self.last.last]
        ends = [alternative.doubt(most) for alternative in self.alternatives]
        first = min([self.last.last, *(least for least, _ in ends)])
        return first, max([min([*since, most]), *(last for _, last in ends)])


def recognise(change: Change, scene: Scene) -> Draft | None:
    """The observation, when the host's service left a CVM that died."""
    before = change.before.path if change.before else None
    after = change.after.path if change.after else None
    if after is not None and after == before and after.kind == "remote":
        return _failed_again(change, scene)
    if after is not None and (after.kind != "remote" or after == before):
        return None
    if before is None and after is not None and not _host_is_heard(change, after, scene):
        return None  # of one direction, the CVM that fell silent may be any host's
    failed = failed_cvm(change, scene)
    if before is not None and before.kind == "remote" and (failed is None or failed.address != before.via):
        return None
    inside = asking_inside(scene, change.host, change.start, change.end) if before is not None else []
    going_on: list[FrameRun] = []
    if before is not None and before.kind == "local" and after is not None:
        going_on = going_on_inside(scene, change.host, change.start, change.end)
        inside = sorted({*inside, *going_on}, key=_first)
    unseen = None
    if before is not None and before.kind == "local":
        unseen = served_unseen(scene, change.host, change.start, change.end)
        inside = [sign for sign in inside if unseen is None or sign.last > unseen[0]]
    if before is not None and before.kind == "local" and not (inside and (after or change.stalled)):
        return None  # with the local path in the capture, a host that lost its CVM is seen to ask for it
    if before is None and failed is None:
        return None
    last = [still_inside(scene, change.host, change.start, change.end), latest(going_on, change.end)]
    lost = max((at for at in last if at is not None), default=None) if before is not None else None
    return _tell(replace(change, answered=unseen), scene, failed, inside, lost)


def _failed_again(change: Change, scene: Scene) -> Draft | None:
    """A host whose CVM had returned when service left the remote path, and fell silent before service came back to it:
    in between it was served by its own, which is not in the capture.
    """
    own = change.host.cvm
    for mac, addresses in scene.topology.owners.items():
        if own is None or own not in addresses:
            continue
        runs = scene.wire.macs.get(mac, [])
        back = any(run.first <= change.start + LULL and run.last >= change.start - LULL for run in runs)
        last = max((run for run in runs if run.first < change.end), key=lambda run: run.last, default=None)
        if back and last is not None and change.start + SECOND < last.last <= change.end - SILENT:
            asked = [a for a in scene.wire.unanswered(last.last, scene.wire.last) if a.target in addresses]
            asked = [a for a in asked if a.stretch.last > last.last]
            unseen = replace(change, before=None, start=last.last)
            return _tell(unseen, scene, Failed(own, last, asked, ()), [], None)
    return None


def _host_is_heard(change: Change, after: Path, scene: Scene) -> bool:
    """Whether the capture has the host's own frames, and not only the replies to them."""
    return bool(frames_by(scene, change.host, after, scene.wire.first, scene.wire.last))


def _first(stretch: FrameRun) -> tuple[int, Origin]:
    return stretch.first, stretch.first_origin


def failed_cvm(change: Change, scene: Scene) -> Failed | None:
    """The CVM that fell silent with the service; where two may be it, the nearest, without its name."""
    calls = _unanswered(scene, change.host, change.start, change.end) if change.before is not None else []
    found: list[Failed] = []
    for mac, addresses in scene.topology.owners.items():
        if scene.topology.host_of_mac(mac) is not None or _of_another_host(change, addresses, scene):
            continue
        last = _last_word(mac, change, scene)
        if last is None or (calls and last.last > calls[0].first_call.least + RESPONSE + NOT_ATOMIC):
            continue
        asked = [a for a in scene.wire.unanswered(last.last, scene.wire.last) if a.target in addresses]
        asked = [a for a in asked if a.stretch.last > last.last]
        # the answer to somebody else's question may have gone by, unseen at the host's port
        if not any(a.mac in change.host.macs for a in asked) and not _missed(mac, last, change, scene):
            continue
        if not asked and not scene.topology.like_a_cvm(mac):
            continue
        if not asked and change.before is None and change.end - last.last > RECENT:
            continue
        found.append(Failed(addresses[0], last, asked, ()))
    return _nearest(change, found)


def _unanswered(scene: Scene, host: Member, start: int, end: int) -> list[Operation]:
    """Calls without an answer to a MAC of which the captures have frames: else it is the capture that has none."""
    calls = unanswered_calls(scene, host, start, end)
    return [op for op in calls if not op.ends.dst_mac or op.ends.dst_mac in scene.wire.macs]


def _nearest(change: Change, found: list[Failed]) -> Failed | None:
    """The one that was asked for, and whose silence began next to the service's end, or to its appearance elsewhere.

    Where the path before is not in the capture, two that fell silent within the time of a failover are as likely.
    """
    near = change.start if change.before is not None else change.end
    in_order = sorted(found, key=lambda one: (not one.asked, abs(one.last.last - near)))
    if not in_order or change.before is not None:
        return in_order[0] if in_order else None
    best = in_order[0]
    alternatives = [one for one in in_order[1:] if abs(one.last.last - best.last.last) <= RECENT]
    alternatives = [one for one in alternatives if one.asked or not best.asked]
    return replace(best, address=None, alternatives=tuple(alternatives)) if alternatives else best


def _missed(mac: str, last: FrameRun, change: Change, scene: Scene) -> bool:
    """Whether the silence of a MAC tells something: it spoke all the time, and not only when the host spoke to it."""
    if change.before is None or change.before.peer_mac != mac:
        return scene.wire.steady(mac, last, before=True)
    sent = frames_by(scene, change.host, change.before.path, change.start, change.end)
    calls = _unanswered(scene, change.host, last.last - SECOND, change.end)
    return bool(calls) or any(stretch.last > last.last + RESPONSE for stretch in sent)


def _of_another_host(change: Change, addresses: tuple[str, ...], scene: Scene) -> bool:
    """Whether a CVM can't be the one that the host left: its own is known to be another, or that one is another's."""
    if change.before is not None and change.before.path.kind != "local":
        return False
    unnamed = change.host.address is None  # and so it may be any of which only vmk0 is known
    others = {h.cvm for h in scene.topology.hosts if h is not change.host and not (unnamed and len(h.macs) <= 1)}
    return (change.host.cvm or addresses[0]) not in addresses or bool(others.intersection(addresses))


def _last_word(mac: str, change: Change, scene: Scene) -> FrameRun | None:
    """The last run of `mac`, if it fell silent at the start of the change and stayed so."""
    seen = change.before is not None
    silence = scene.wire.silence(mac, change.start + 2 * SECOND if seen else change.end - 1)
    if silence is None:
        return None
    last, following = silence
    if not seen and last.last > change.end:
        return None
    until = following.first if following else scene.wire.last
    if until - last.last < SILENT or until < min(change.end, last.last + 2 * SILENT):
        return None
    if seen and not change.start - AROUND <= last.last <= change.start + 2 * SECOND:
        return None
    return last


def _tell(change: Change, scene: Scene, failed: Failed | None, inside: list[FrameRun], lost: int | None) -> Draft:
    """The observation; `lost` is when the host's route was certainly still the one to the dead CVM, ns."""
    observation = Draft("cvm-failure", "wire", change.host, scene.clock, change.start, change.end)
    observation.before = change.before.path if change.before else Path("local", note="not in the capture: inferred")
    observation.during = Path("dead")
    observation.after = change.after.path if change.after else NOT_OVER
    observation.gateway = observation.after.via
    if failed is not None:
        observation.cvm = failed.address
        if failed.address is None:
            observation.doubt(SEVERAL)
        observation.claim(
            f"The last frame of the CVM {failed.address or 'that fell silent last'}", [failed.last.last_origin]
        )
        for asking in failed.asked[:2]:
            proof = [asking.stretch.first_origin]
            observation.claim(
                f"{asking.sender} asks for {asking.target}: no answer", proof, f"arp.dst.proto_ipv4 == {asking.target}"
            )
    else:
        observation.doubt("the CVM's public interface is not in the capture")
    if change.before is None:
        observation.doubt("the host's local path is not in the capture")
    _mark_fault(observation, change, scene, failed, inside)
    mark_service(observation, change, scene, lost if lost is not None else observation.start)
    if change.after is None:
        observation.doubt("the capture ends before service returned")
    return observation


def _mark_fault(
    observation: Draft,
    change: Change,
    scene: Scene,
    failed: Failed | None,
    inside: list[FrameRun],
) -> None:
    """The fault lies between the CVM's last frame and the first that it would have answered."""
    spoke = [(failed.doubt(change.end)[0], failed.last.last_origin)] if failed else []
    if change.before is not None:
        spoke.append((change.before.end, change.before.last.last_origin))
        spoke += _last_of_peer(change, scene)
    if change.answered is not None:
        spoke.append(change.answered)
    least, origin = max(spoke)
    calls = _unanswered(scene, change.host, change.start, change.end)
    signs = [(op.first_call.least + RESPONSE, op.first_call_frame) for op in calls[:1]]
    ends = [sign for sign, _ in signs] + [stretch.first for stretch in inside if stretch.first >= least]
    ends += [failed.doubt(change.end)[1]] if failed is not None else []
    most = min((end for end in ends if end >= least), default=change.end)
    proof = [origin, *(stretch.first_origin for stretch in inside[:1])]
    observation.mark(
        "fault",
        scene.between(least - NOT_ATOMIC, most),
        proof,
        "between the CVM's last frame and the first unanswered one",
    )
    observation.start = least - NOT_ATOMIC
    if change.before is not None:
        observation.claim(
            f"The last NFS reply on {describe(observation.before)}",
            [change.before.last.last_origin],
            storage_filter(scene, "nfs"),
        )


def _last_of_peer(change: Change, scene: Scene) -> list[tuple[int, Origin]]:
    """The last frame of any kind from the MAC that served the host."""
    mac = change.before.peer_mac if change.before else None
    silence = scene.wire.silence(mac, change.start + RESPONSE) if mac else None
    return [(silence[0].last, silence[0].last_origin)] if silence else []
