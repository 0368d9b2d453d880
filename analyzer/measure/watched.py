"""From when to when captures show that a host called the storage address and was answered, and how well it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from analyzer.measure.index import HEARTBEAT, HostTraffic, grouped, in_order
from analyzer.model.cluster import Host
from analyzer.model.correlation import Correlation
from analyzer.model.event import Event, MacTraffic, StorageTraffic
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.coverage import Service, Silence, Watched
from analyzer.model.over_time.stretches import Stretch, common, merged
from analyzer.model.source import Source
from analyzer.model.traffic import Operation, TrafficSeries

STALL = 3 * SECOND  # so long a silence in which a call waits is no pause of a busy server
ALL = 2**62  # beyond any instant, ns


class Calls(msgspec.Struct, frozen=True, gc=False):
    """A run of calls to the storage address: who sent them, in which capture, first and last, ns."""

    mac: str
    storage: str
    source: str
    first: int
    last: int


def watched(found: Correlation) -> tuple[Watched, ...]:
    """What the captures show of each host of the cast."""
    evidence = found.evidence
    calls = tuple(_calls(evidence.of(StorageTraffic)))
    storage = {each.storage for each in calls}
    sent = grouped((each.mac, each) for each in calls)
    runs = grouped((run.host, run) for run in found.served)
    kept = grouped((one.ends.src_mac, one) for one in evidence.operations if one.ends.dst in storage)
    series = grouped((one.ends.src_mac, one) for one in evidence.traffic)
    lasting = _lasting(evidence.sources)
    heard = _heard((*evidence.of(MacTraffic), *evidence.ways), lasting)
    shown = []
    for host in found.hosts:
        traffic = HostTraffic(
            runs=tuple(runs.get(name_of(host), ())),
            calls=in_order(one for mac in host.macs for one in kept.get(mac, ())),
            series=tuple(one for mac in host.macs for one in series.get(mac, ())),
        )
        captured = _hull([stretch for mac in host.macs for stretch in heard.get(mac, ())])
        mine = [each for mac in host.macs for each in sent.get(mac, ())]
        until = lasting[traffic.last.last_origin.source][1] if traffic.runs else 0
        shown.append(_watched(name_of(host), mine, traffic, captured, until))
    return tuple(shown)


def name_of(host: Host) -> str:
    """What a host is called: its address, or where nothing tells that, a MAC or a name; empty where there is none."""
    return host.address or min(host.macs, default="") or host.name or ""


def _calls(traffic: Iterable[Event]) -> Iterator[Calls]:
    for event in traffic:
        match event.detail:
            case StorageTraffic(what="call", ends=ends, run=run):
                yield Calls(ends.src_mac, ends.dst, event.origin.source, event.at.least, run.last.least)
            case _:
                pass


def _lasting(sources: Iterable[Source]) -> dict[str, Stretch]:
    """From when to when each capture has frames."""
    return {
        one.name: (one.first.least, one.last.least)
        for one in sources
        if one.kind == "capture" and one.first is not None and one.last is not None
    }


def _heard(traffic: Iterable[Event], lasting: Mapping[str, Stretch]) -> dict[str, list[Stretch]]:
    """From when to when the captures last that have frames from or to a MAC, by that."""
    macs = set[tuple[str, str]]()
    for event in traffic:
        source = event.origin.source
        match event.detail:
            case MacTraffic(mac=mac):
                macs.add((mac, source))
            case StorageTraffic(ends=ends):
                macs |= {(ends.src_mac, source), (ends.dst_mac, source)}
            case _:
                pass
    return grouped((mac, lasting[source]) for mac, source in sorted(macs))


def _hull(stretches: Sequence[Stretch]) -> Stretch | None:
    """From the first to the last of them."""
    return (min(first for first, _ in stretches), max(last for _, last in stretches)) if stretches else None


def _watched(host: str, calls: Sequence[Calls], traffic: HostTraffic, captured: Stretch | None, until: int) -> Watched:
    """`until`: the end of the capture that has the last reply, ns."""
    answered = merged(((run.first, run.last) for run in traffic.runs), HEARTBEAT)
    asked = merged(((each.first, each.last) for each in calls), HEARTBEAT)
    silences = list(_silences(traffic))
    return Watched(
        host=host,
        captured=captured,
        seen=common(asked, answered),
        silences=tuple(
            silence
            for silence in (*silences, *_at_the_end(traffic, until))
            if silence.length > HEARTBEAT or (silence.waiting and silence.length > STALL)
        ),
        moves=_moves(calls),
        only=_only(calls=bool(asked), replies=bool(answered)),
        service=_service(traffic, silences) if asked and answered else None,
    )


def _only(*, calls: bool, replies: bool) -> Literal["calls", "replies"] | None:
    """The direction that alone is there."""
    if calls == replies:
        return None
    return "calls" if calls else "replies"


def _moves(calls: Iterable[Calls]) -> tuple[Stretch, ...]:
    """When the host's calls went from one of its ports to another: from the last to the first."""
    in_order = sorted(calls, key=lambda each: (each.first, each.last))
    return tuple((one.last, other.first) for one, other in pairwise(in_order) if one.mac != other.mac)


def _silences(traffic: HostTraffic) -> Iterator[Silence]:
    for gap in traffic.gaps:
        calls = traffic.calls_within(gap.start - SECOND, max(gap.start, gap.end - SECOND))
        waiting = any(call.reply is None or call.reply.least >= gap.end for call in calls)
        yield Silence(gap.start, gap.end, gap.origins, waiting=waiting)


def _at_the_end(traffic: HostTraffic, until: int) -> Iterator[Silence]:
    if traffic.runs:
        yield Silence(traffic.last.last, until, (traffic.last.last_origin,))


def _service(traffic: HostTraffic, silences: Sequence[Silence]) -> Service:
    counted = [one.sums() for one in traffic.series]
    answering = {run.first_origin.source for run in traffic.runs}  # a capture of one direction answers no call
    whole = [calls for calls in traffic.operations_within(-ALL, ALL) if {one.source for one in calls} & answering]
    taken = [took for calls in whole if (took := _took(calls)) is not None]
    return Service(
        calls=sum(calls for calls, _ in counted),
        replies=sum(replies for _, replies in counted),
        silence=max(silences, key=lambda silence: silence.length, default=None),
        slowest=max((*taken, *filter(None, map(_slowest, traffic.series))), key=lambda span: span.least, default=None),
        unanswered=len(whole) - len(taken),
    )


def _took(calls: Sequence[Operation]) -> Span | None:
    """From the first of an operation's calls to its reply; None where none came."""
    replies = [one.reply for one in calls if one.reply is not None]
    if not replies:
        return None
    took = min(replies, key=lambda reply: reply.least) - calls[0].first_call
    return Span(max(0, took.least), max(0, took.most))


def _slowest(series: TrafficSeries) -> Span | None:
    """The longest time of a reply as it was counted: of quick ones, no single call is kept."""
    rows = ((least, most) for _, _, least, most, _ in series.latencies.rows())
    longest = max(rows, default=None)
    return Span(*longest) if longest is not None else None
