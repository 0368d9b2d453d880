"""The events of all captures, sorted once for the questions that :class:`~.traffic.Traffic` answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from analyzer.config import Settings
from analyzer.correlate.wire.frames import (
    Announcements,
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
from analyzer.correlate.wire.intervals import Intervals, intervals
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.event import ArpTraffic, Event, MacTraffic, StorageTraffic, TcpControl
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.source import Source
from analyzer.model.traffic import Operation

ANSWER_WITHIN = SECOND  # an ARP request that has no reply within this has none

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def read_traffic(evidence: Evidence, settings: Settings, clock: str) -> Traffic | None:
    """What the captures on `clock` show, or None when there is none."""
    captures = [source for source in evidence.sources if source.kind == "capture" and source.clock == clock]
    covers = _covers(captures, evidence.rings)
    if not covers:
        return None
    events = [event for event in evidence.events if event.at.clock == clock]
    storage = sorted(_storage(events), key=of_run)
    sent = [run for run in storage if run.traffic.ends.dst == settings.storage_address]
    segments = [run for run in sent if run.traffic.what == "frame"]
    arp = [
        (event.detail, frames_of(event, event.detail.run)) for event in events if isinstance(event.detail, ArpTraffic)
    ]
    requests = _arp_requests(arp)
    unanswered = [request for request in requests if not request.answered]
    announcements = tuple(Announcements(one, frames) for one, frames in arp if one.operation == "announcement")
    return Traffic(
        settings=settings,
        first=min(first for first, _ in covers.values()),
        last=max(last for _, last in covers.values()),
        covers=covers,
        spans=tuple(sorted(set(covers.values()))),
        heard=_heard(events),
        sent=_indexed(sent, lambda run: run.traffic.ends.src_mac, lambda run: _ends(run.frames)),
        segments={
            key: intervals([run.frames for run in runs], _ends)
            for key, runs in _grouped(segments, lambda run: _hop(run.traffic)).items()
        },
        replies=_replies(storage, settings),
        callers=_callers(sent),
        controls=_controls(events),
        asked=_indexed(requests, lambda request: request.mac, lambda request: _ends(request.frames)),
        unanswered=_indexed(unanswered, lambda request: request.mac, lambda request: _ends(request.frames)),
        unanswered_for=_indexed(unanswered, lambda request: request.target, lambda request: _ends(request.frames)),
        last_unanswered=_last_unanswered(unanswered),
        announcements=announcements,
        announced=_indexed(
            sorted(announcements, key=lambda one: in_time(one.frames)),
            lambda one: one.arp.sender_mac,
            lambda one: _ends(one.frames),
        ),
        calls=_calls(evidence.operations),
    )


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


def _storage(events: Iterable[Event]) -> list[StorageRun]:
    return [
        StorageRun(event.detail, frames_of(event, event.detail.run))
        for event in events
        if isinstance(event.detail, StorageTraffic)
    ]


def _heard(events: Iterable[Event]) -> dict[str, Intervals[Frames]]:
    """Each MAC's frames; those that overlap, as two captures of one MAC show them, are one run."""
    runs: dict[str, list[Frames]] = {}
    for event in events:
        if isinstance(event.detail, MacTraffic):
            runs.setdefault(event.detail.mac, []).append(frames_of(event, event.detail.run))
    return {mac: intervals(joined(some, 0), _ends) for mac, some in runs.items()}


def _arp_requests(arp: Sequence[tuple[ArpTraffic, Frames]]) -> tuple[ArpRequests, ...]:
    """The ARP requests in order of time, and which of them had a reply."""
    replies = [(one, frames) for one, frames in arp if one.operation == "reply"]
    in_order = sorted(replies, key=lambda reply: reply[1].first)
    by_sender = _indexed(in_order, lambda reply: reply[0].sender, lambda reply: _ends(reply[1]))
    found = []
    for one, frames in arp:
        if one.operation == "request":
            theirs = by_sender.get(one.target)
            until = frames.last + ANSWER_WITHIN
            answered = theirs is not None and any(True for _ in theirs.overlapping(frames.first, until))
            found.append(ArpRequests(one.sender_mac, one.sender, one.target, frames, answered))
    return tuple(sorted(found, key=lambda request: in_time(request.frames)))


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
    for run in sent:
        ends = run.traffic.ends
        found.setdefault((ends.src, ends.sport), set()).add(ends.src_mac)
    return {client: frozenset(macs) for client, macs in found.items()}


def _controls(events: Iterable[Event]) -> dict[str | Client, Intervals[Control]]:
    """By either end's MAC; a cooked capture has no receiver's, and the client tells who gets the frame."""
    every = [Control(e.detail, e.at.least, e.origin) for e in events if isinstance(e.detail, TcpControl)]
    found: dict[str | Client, list[Control]] = {}
    for control in sorted(every, key=lambda control: (control.at, control.origin)):
        ends = control.segment.ends
        cooked = bool(ends.src_mac) and not ends.dst_mac
        received: str | Client = (ends.dst, ends.dport) if cooked else ends.dst_mac
        for key in dict.fromkeys((ends.src_mac, received)):
            found.setdefault(key, []).append(control)
    return {key: intervals(controls, lambda control: (control.at, control.at)) for key, controls in found.items()}


def _calls(operations: Iterable[Operation]) -> Mapping[str, Intervals[Operation]]:
    in_order = sorted(operations, key=lambda call: call.first_call.least)
    return _indexed(
        in_order, lambda call: call.ends.src_mac, lambda call: (call.first_call.least, call.first_call.least)
    )


def _indexed(
    items: Iterable[T], key: Callable[[T], K], ends: Callable[[T], tuple[int, int]]
) -> Mapping[K, Intervals[T]]:
    """Items, which are in order, by key."""
    return {name: intervals(some, ends) for name, some in _grouped(items, key).items()}


def _grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _ends(frames: Frames) -> tuple[int, int]:
    return frames.first, frames.last


def _hop(traffic: StorageTraffic) -> tuple[str, str | None]:
    return traffic.ends.src_mac, traffic.ends.dst_mac
