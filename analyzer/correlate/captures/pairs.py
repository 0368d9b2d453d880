"""Pairs of marks on two devices, one of which shows hosts on the internal switch and one outside, that belong together.

A mark is something that happens at about a time: a host leaves one path and appears on the other, a CVM dies or comes
back, a call is sent and sent again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analyzer.correlate.captures.device import Device
from analyzer.correlate.captures.stays import departures, frames_to_storage, stays_inside, turns_inside
from analyzer.correlate.timing import CVM_SILENT, EDGE, FAILOVER, HEARTBEAT, PAUSE
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.frames import Frames, joined
from analyzer.correlate.wire.scene import Scene, controls_of, from_server, scene_of
from analyzer.correlate.wire.signs import still_inside, unanswered_inside
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.instant import MILLISECOND, SECOND, Span
from analyzer.model.over_time.intervals import Intervals
from analyzer.model.traffic import Operation

FARTHEST = Span(-600 * SECOND, 600 * SECOND)
DELAYED = 50 * MILLISECOND  # a reply on its way, and what a switch delays
FAILBACK = 60 * SECOND
HEARD = 5 * SECOND  # a CVM that lives is heard this often
RETURN = 5 * SECOND  # a CVM that returns is heard on both sides within this

Mark = tuple[str, int, int]  # what it is, and between which ns it lies


class Pair(NamedTuple):
    """Two marks; `known`: both are of one host, whose two ports are known. Else they may be of two: a guess."""

    line: Mark
    mark: Mark
    known: bool


@dataclass(frozen=True, slots=True)
class _Sides:
    """Two devices of which `inside` is looked at for hosts' internal ports. `lone` are the MACs of the one host that is
    seen outside and not inside, `alone` that no other host has but one side; `ended` and `begun` are when a CVM's MAC
    outside fell silent for long, and spoke again.
    """

    inside: Device
    outside: Device
    scene: Scene
    lone: frozenset[str]
    alone: bool
    ended: Mapping[str, Sequence[int]]
    begun: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Ports:
    """One host on both devices: the MACs of its internal ports and of the others; when it is served inside (`stays`)
    and turns to its own CVM (`turns`), and when it sends to the storage address outside (`remote`). `known`: the two
    are of one host, as it sent the same from both, or as there is no other host of which only one is seen.
    """

    host: Member
    within: frozenset[str]
    without: frozenset[str]
    stays: tuple[Frames, ...]
    turns: Intervals[Frames]
    remote: tuple[Frames, ...]
    known: bool

    def silences(self, last: int) -> Iterator[tuple[int, int]]:
        """Between which ns the host is not served inside; `last` is the end of the capture."""
        for number, stay in enumerate(self.stays):
            yield stay.last, self.stays[number + 1].first if number + 1 < len(self.stays) else last


def pairs_of(inside: Device, outside: Device, topology: Topology) -> Iterator[Pair]:
    """What each host does on both of its ports, the internal one in `inside`, the other in `outside`."""
    traffic = outside.traffic
    cvms = [mac for mac in topology.owners if topology.host_of_mac(mac) is None]
    sides = _Sides(
        inside,
        outside,
        scene_of(inside.traffic, topology),
        _only_other(traffic, topology),
        _are_one(topology),
        {mac: tuple(_ends(mac, traffic)) for mac in cvms},
        {mac: tuple(_begins(mac, traffic)) for mac in cvms},
    )
    for host in topology.hosts:
        within = host.macs & topology.inside_senders
        if within:
            ports = _ports(sides, host, within)
            for pairs in MARKED_BY:
                yield from pairs(sides, ports)


def _ports(sides: _Sides, host: Member, within: frozenset[str]) -> _Ports:
    inside = sides.inside.traffic
    turns = turns_inside(inside, within)
    stays = stays_inside(inside, within) or joined(turns.items, FAILOVER)
    without = (host.macs - within) or sides.lone
    remote = joined(frames_to_storage(sides.outside.traffic, without), HEARTBEAT)
    known = without != sides.lone or sides.alone
    return _Ports(host, within, without, tuple(stays), turns, remote, known)


def _by_returns(sides: _Sides, ports: _Ports) -> Iterator[Pair]:
    """A host that is served inside again has left the other path."""
    first, outside = sides.inside.traffic.first, sides.outside.traffic
    left = [stay.last for stay in ports.remote if outside.last - stay.last > EDGE]
    for number, stay in enumerate(ports.stays):
        if number or stay.first - first > EDGE:
            yield from _near(("back", stay.first - FAILBACK, stay.first + DELAYED), "left", left, known=ports.known)


def _by_departures(sides: _Sides, ports: _Ports) -> Iterator[Pair]:
    """A host that leaves its own CVM appears on the other path."""
    outside = sides.outside.traffic
    came = [stay.first for stay in ports.remote if stay.first - outside.first > EDGE]
    for last, following in ports.silences(sides.inside.traffic.last):
        for departure in departures(last, following, ports.turns) if following - last > EDGE else ():
            yield from _near(("out", departure - DELAYED, departure + FAILOVER), "came", came, known=ports.known)


def _near(line: Mark, name: str, times: Sequence[int], *, known: bool) -> Iterator[Pair]:
    """The mark `line` with each of these (ns, in order) that is no farther than two clocks may be apart."""
    begin, end = bisect_left(times, line[1] - FARTHEST.most), bisect_right(times, line[2] + FARTHEST.most)
    for place in range(begin, end):
        yield Pair(line, (name, times[place], times[place]), known)


def _only_other(outside: Traffic, topology: Topology) -> frozenset[str]:
    """The MACs of the one host that is seen outside and not inside, where there is but one."""
    hosts = (host for host in topology.hosts if not host.macs & topology.inside_senders)
    found = [host.macs for host in hosts if any(mac in outside.sent for mac in host.macs)]
    return found[0] if len(found) == 1 else frozenset()


def _are_one(topology: Topology) -> bool:
    """Whether one host is known by a port inside alone, and one by ports outside alone: the same, as far as is seen."""
    within = [host for host in topology.hosts if host.macs <= topology.inside_senders]
    without = [host for host in topology.hosts if host.macs.isdisjoint(topology.inside_senders)]
    return len(within) == len(without) == 1


def _by_deaths(sides: _Sides, ports: _Ports) -> Iterator[Pair]:
    """A CVM lives at its last reply, and no more when a frame finds no answer; outside, when its MAC falls silent.

    A guess: another CVM may have fallen silent there, or this one lost its network while it went on to serve inside.
    """
    for last, following in ports.silences(sides.inside.traffic.last):
        if following - last >= PAUSE:
            yield from _of_death(sides, ports.host, last, following)


def _of_death(sides: _Sides, host: Member, last: int, following: int) -> Iterator[Pair]:
    scene = sides.scene
    refused = controls_of(scene, host, last, following - PAUSE)
    alive = max((one.at for one in refused if from_server(one.segment, scene)), default=last)
    signs = [*unanswered_inside(scene, host, last, following), *still_inside(scene, host, last, following)]
    first = min((sign.first for sign in signs if sign.first > alive), default=None)
    if first is None:
        return
    for mac, ends in sides.ended.items():
        addresses = scene.topology.owners[mac]
        if addresses and host.cvm in (None, *addresses):
            yield from _near(("died", alive - HEARD, first + DELAYED), "fell-silent", ends, known=False)


def _by_announcements(sides: _Sides, ports: _Ports) -> Iterator[Pair]:
    """A CVM that comes back announces the storage address inside, and is heard again outside. A guess: which CVM it is,
    the announcement does not say.
    """
    inside = sides.inside.traffic
    for one in inside.announcements:
        frames = one.frames
        if one.arp.sender == inside.settings.storage_address and frames.first - inside.first >= EDGE:
            for begins in sides.begun.values():
                yield from _near(
                    ("announced", frames.first - RETURN, frames.first + RETURN), "spoke", begins, known=False
                )


def _begins(mac: str, traffic: Traffic) -> Iterator[int]:
    """When a MAC spoke again after a long silence, or for the first time, ns."""
    runs = traffic.heard[mac].items if mac in traffic.heard else ()
    for place, run in enumerate(runs):
        before = runs[place - 1].last if place else traffic.first
        if run.first - before >= CVM_SILENT and traffic.steady(mac, run, before=False):
            yield run.first


def _ends(mac: str, traffic: Traffic) -> Iterator[int]:
    """When a MAC that was heard all along fell silent for long, ns."""
    runs = traffic.heard[mac].items if mac in traffic.heard else ()
    for place, run in enumerate(runs):
        following = runs[place + 1].first if place + 1 < len(runs) else traffic.last
        if following - run.last >= CVM_SILENT and traffic.steady(mac, run, before=True):
            yield run.last


def _by_calls(sides: _Sides, ports: _Ports) -> Iterator[Pair]:
    """A call that one path left without an answer and the other answered at once was sent there later. One that was
    answered late may have waited for a CVM that hung, while the host tried the other path.
    """
    first = {(call.xid, call.procedure): call for call in sides.inside.calls_of(ports.within)}
    for call in sides.outside.calls_of(ports.without):
        same = first.get((call.xid, call.procedure))
        if same is None or (same.reply is None) == (call.reply is None) or not (_is_prompt(same) or _is_prompt(call)):
            continue
        if same.reply is None:
            at = same.last_call.least
            again = ("again", call.first_call.least, call.first_call.most)
            yield Pair(("sent", at - DELAYED, at + FAILOVER), again, known=True)
        else:
            at = same.first_call.most
            sent = ("sent", call.last_call.least, call.last_call.most)
            yield Pair(("again", at - FAILBACK, at + DELAYED), sent, known=True)


def _is_prompt(call: Operation) -> bool:
    """Whether a call was answered at once, when it was sent last."""
    return call.reply is not None and call.reply.least - call.last_call.most <= PAUSE


MARKED_BY: tuple[Callable[[_Sides, _Ports], Iterator[Pair]], ...] = (
    _by_returns,
    _by_departures,
    _by_deaths,
    _by_announcements,
    _by_calls,
)
"""What puts two devices on one clock."""
