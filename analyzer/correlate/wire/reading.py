"""The events of all captures, sorted once for the questions that :class:`~.traffic.Traffic` answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec
from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.wire.frames import (
    Arp,
    ArpRequests,
    Client,
    Control,
    Frames,
    StorageRun,
    client_of,
    frames_of,
    in_time,
    joined,
    of_run,
)
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.event import ArpTraffic, Detail, Event, IcmpRedirect, MacTraffic, StorageTraffic, TcpControl
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.over_time.intervals import Intervals, indexed
from analyzer.model.source import Origin, Source
from analyzer.model.traffic import Operation

ANSWER_WITHIN = SECOND  # an ARP request that has no reply within this has none

F = TypeVar("F", StorageRun, ArpRequests, Arp)
M = TypeVar("M", Control, Operation)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What captures show, each kind in order of time: of `evidence`, on `clock`."""

    evidence: Evidence
    clock: str
    storage: tuple[StorageRun, ...]
    arp: tuple[Arp, ...]
    heard: tuple[tuple[str, Frames], ...]
    controls: tuple[Control, ...]
    calls: tuple[Operation, ...]

    def of(self, captures: Collection[str]) -> Shown:
        """What these captures show of it, by their names."""
        sources = tuple(source for source in self.evidence.sources if source.name in captures)
        return Shown(
            evidence=structs.replace(self.evidence, sources=sources),
            clock=self.clock,
            storage=tuple(run for run in self.storage if run.frames.first_origin.source in captures),
            arp=tuple(one for one in self.arp if one.frames.first_origin.source in captures),
            heard=tuple(one for one in self.heard if one[1].first_origin.source in captures),
            controls=tuple(control for control in self.controls if control.origin.source in captures),
            calls=tuple(call for call in self.calls if call.source in captures),
        )


def shown_in(evidence: Evidence, clock: str) -> Shown:
    """What the captures on `clock` show."""
    return Shown(
        evidence=evidence,
        clock=clock,
        storage=tuple(sorted(_storage(_stamped(evidence, StorageTraffic, clock)), key=of_run)),
        arp=tuple(_arp(_stamped(evidence, ArpTraffic, clock))),
        heard=tuple(_macs(_stamped(evidence, MacTraffic, clock))),
        controls=tuple(sorted(_segments_of(_stamped(evidence, TcpControl, clock)), key=_of_control)),
        calls=tuple(sorted(evidence.operations, key=lambda call: call.first_call.least)),
    )


def read_traffic(evidence: Evidence, settings: Settings, clock: str) -> Traffic | None:
    """What the captures on `clock` show, sorted for questions, or None when there is none."""
    return traffic_of(shown_in(evidence, clock), settings)


def traffic_of(shown: Shown, settings: Settings) -> Traffic | None:
    """The same of what was gathered before."""
    captures = [one for one in shown.evidence.sources if one.kind == "capture" and one.clock == shown.clock]
    covers = _covers(captures, shown.evidence.rings)
    if not covers:
        return None
    sent = [run for run in shown.storage if run.traffic.ends.dst == settings.storage_address]
    requests = _arp_requests(shown.arp)
    unanswered = [part for request in requests if (part := _in_vain(request)) is not None]
    announcements = sorted((one for one in shown.arp if one.arp.operation == "announcement"), key=_in_time)
    return Traffic(
        settings=settings,
        first=min(first for first, _ in covers.values()),
        last=max(last for _, last in covers.values()),
        covers=covers,
        spans=tuple(sorted(set(covers.values()))),
        heard=_heard(shown.heard),
        sent=_framed(sent, lambda run: run.traffic.ends.src_mac),
        segments=_segments(sent),
        replies=_replies(shown.storage, settings),
        callers=_callers(sent),
        controls=_controls(shown.controls),
        asked=_framed(requests, lambda request: request.mac),
        unanswered=_framed(unanswered, lambda request: request.mac),
        unanswered_for=_framed(unanswered, lambda request: request.target),
        last_unanswered=_last_unanswered(unanswered),
        announcements=tuple(announcements),
        announced=_framed(announcements, lambda one: one.arp.sender_mac),
        calls=_calls(shown.calls),
        lossy=frozenset(one.source for one in shown.evidence.captures if one.gaps),
        redirected=_redirected(shown, settings),
    )


def _redirected(shown: Shown, settings: Settings) -> dict[str, tuple[int, ...]]:
    """When hosts were told another way to the storage address, ns, by their addresses."""
    found: dict[str, list[int]] = {}
    for event in _stamped(shown.evidence, IcmpRedirect, shown.clock):
        detail = event.detail
        if isinstance(detail, IcmpRedirect) and detail.destination == settings.storage_address:
            found.setdefault(detail.host, []).append(event.at.least)
    return {host: tuple(sorted(times)) for host, times in found.items()}


def _covers(captures: Sequence[Source], rings: Sequence[Sequence[str]]) -> dict[str, tuple[int, int]]:
    """What each capture covers, ns, by its name; each file of a ring buffer stands for all of them."""
    own = {s.name: (s.first.least, s.last.most) for s in captures if s.first and s.last}
    covers = dict(own)
    for ring in rings:
        parts = [own[name] for name in ring if name in own]
        for name in ring:
            if name in own:
                covers[name] = min(first for first, _ in parts), max(last for _, last in parts)
    return covers


def _stamped(evidence: Evidence, kind: type[Detail], clock: str) -> Iterator[Event]:
    """The events of one kind on one clock."""
    return (event for event in evidence.of(kind) if event.at.clock == clock)


def _storage(events: Iterable[Event]) -> list[StorageRun]:
    return [
        StorageRun(event.detail, frames_of(event, event.detail.run))
        for event in events
        if isinstance(event.detail, StorageTraffic)
    ]


def _arp(events: Iterable[Event]) -> list[Arp]:
    return [
        Arp(event.detail, frames_of(event, event.detail.run))
        for event in events
        if isinstance(event.detail, ArpTraffic)
    ]


def _macs(events: Iterable[Event]) -> list[tuple[str, Frames]]:
    return [
        (event.detail.mac, frames_of(event, event.detail.run))
        for event in events
        if isinstance(event.detail, MacTraffic)
    ]


def _segments_of(events: Iterable[Event]) -> list[Control]:
    return [
        Control(event.detail, event.at.least, event.origin) for event in events if isinstance(event.detail, TcpControl)
    ]


def _heard(every: Iterable[tuple[str, Frames]]) -> dict[str, Intervals[Frames]]:
    """Each MAC's frames; those that overlap, as two captures of one MAC show them, are one run."""
    runs: dict[str, list[Frames]] = {}
    for mac, frames in every:
        runs.setdefault(mac, []).append(frames)
    return {mac: _of_frames(joined(some, 0)) for mac, some in runs.items()}


def _segments(sent: Iterable[StorageRun]) -> dict[tuple[str, str | None], Intervals[Frames]]:
    """TCP segments to the storage address, by sender and next hop."""
    runs: dict[tuple[str, str | None], list[Frames]] = {}
    for run in sent:
        if run.traffic.what == "frame":
            runs.setdefault((run.traffic.ends.src_mac, run.traffic.ends.dst_mac), []).append(run.frames)
    return {hop: _of_frames(some) for hop, some in runs.items()}


def _arp_requests(arp: Sequence[Arp]) -> tuple[ArpRequests, ...]:
    """The ARP requests in order of time, and when they had a reply."""
    replies = sorted((one for one in arp if one.arp.operation == "reply"), key=_in_time)
    by_sender = _framed(replies, lambda reply: reply.arp.sender)
    found = []
    for each in arp:
        one, frames = each.arp, each.frames
        if one.operation == "request":
            theirs = by_sender.get(one.target)
            until = frames.last + ANSWER_WITHIN
            reply = None if theirs is None else next(theirs.overlapping(frames.first, until), None)
            answered = None if reply is None else max(reply.frames.first, frames.first)
            found.append(ArpRequests(one.sender_mac, one.sender, one.target, frames, answered))
    return tuple(sorted(found, key=_in_time))


def _in_vain(requests: ArpRequests) -> ArpRequests | None:
    """Those of a run that had no reply: all, or those that came long before the reply that ended it; None where there
    are none.
    """
    frames, replied = requests.frames, requests.answered
    if replied is None:
        return requests
    until = replied - ANSWER_WITHIN
    if until <= frames.first:
        return None
    return structs.replace(
        requests, frames=structs.replace(frames, last=until, last_origin=frames.first_origin), answered=None
    )


def _last_unanswered(requests: Iterable[ArpRequests]) -> dict[tuple[str, str], int]:
    """Until when a MAC asked for a target without a reply, ns."""
    found: dict[tuple[str, str], int] = {}
    for request in requests:
        key = request.mac, request.target
        found[key] = max(found.get(key, request.frames.last), request.frames.last)
    return found


def _replies(storage: Iterable[StorageRun], settings: Settings) -> dict[str | Client, tuple[StorageRun, ...]]:
    """NFS replies by the receiver's MAC, and by client where a cooked capture has no MAC."""
    found: dict[str | Client, list[StorageRun]] = {}
    for run in storage:
        if run.traffic.what == "reply":
            mac, client = client_of(run.traffic.ends, settings)
            for key in (mac,) if mac else (mac, client):
                found.setdefault(key, []).append(run)
    return {key: tuple(runs) for key, runs in found.items()}


def _callers(sent: Iterable[StorageRun]) -> dict[Client, frozenset[str]]:
    found: dict[Client, set[str]] = {}
    for ends in {id(run.traffic.ends): run.traffic.ends for run in sent}.values():  # a connection's runs share theirs
        found.setdefault((ends.src, ends.sport), set()).add(ends.src_mac)
    return {client: frozenset(macs) for client, macs in found.items()}


def _controls(every: Iterable[Control]) -> dict[str | Client, Intervals[Control]]:
    """By either end's MAC; a cooked capture has no receiver's, and the client shows who gets the frame."""
    found: dict[str | Client, list[Control]] = {}
    for control in every:
        ends = control.segment.ends
        cooked = bool(ends.src_mac) and not ends.dst_mac
        received: str | Client = (ends.dst, ends.dport) if cooked else ends.dst_mac
        for key in dict.fromkeys((ends.src_mac, received)):
            found.setdefault(key, []).append(control)
    return {key: _of_moments(controls, [control.at for control in controls]) for key, controls in found.items()}


def _calls(every: Iterable[Operation]) -> dict[str, Intervals[Operation]]:
    """RPCs by the caller's MAC, each where it was first called."""
    found: dict[str, list[Operation]] = {}
    for call in every:
        found.setdefault(call.ends.src_mac, []).append(call)
    return {mac: _of_moments(calls, [call.first_call.least for call in calls]) for mac, calls in found.items()}


def _framed(items: Iterable[F], key: Callable[[F], str]) -> dict[str, Intervals[F]]:
    """Items, which are in order of their frames, by key."""
    found: dict[str, list[F]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return {
        name: indexed(some, [item.frames.first for item in some], [item.frames.last for item in some])
        for name, some in found.items()
    }


def _of_frames(runs: Sequence[Frames]) -> Intervals[Frames]:
    return indexed(runs, [run.first for run in runs], [run.last for run in runs])


def _of_moments(items: Sequence[M], at: list[int]) -> Intervals[M]:
    return indexed(items, at, at)


def _in_time(item: Arp | ArpRequests) -> tuple[int, Origin]:
    return in_time(item.frames)


def _of_control(control: Control) -> tuple[int, Origin]:
    return control.at, control.origin
