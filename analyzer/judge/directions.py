"""Captures that hear the storage traffic one way only."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from analyzer.model.event import Ends, MacTraffic, StorageTraffic
from analyzer.model.evidence import Evidence

Way = Literal["to", "from"]
"""To the storage address, or from it."""

MANY = 20  # calls, or frames from the server, that make one direction a fact and no chance
COMPLETED_BY = 4  # frames of one direction that one of the other answers at most; a stray one completes no connection

_Client = tuple[str, int]


def one_way(evidence: Evidence, storage: str) -> tuple[tuple[str, Way], ...]:
    """The captures that have frames one way and none the other, which no other capture completes, and where nothing
    else shows that they hear both, or their calls have no answer in any.
    """
    ends_of, frames_of = _gathered(evidence)
    two_way = _two_way(evidence, ends_of, storage)
    seen: dict[tuple[str, Way], Counter[_Client]] = {}
    all_of: dict[Way, Counter[_Client]] = {"to": Counter(), "from": Counter()}
    for (source, ends_id), count in frames_of.items():
        ends = ends_of[source, ends_id]
        way, client = _way(ends, storage), ((ends.src, ends.sport) if ends.dst == storage else (ends.dst, ends.dport))
        seen.setdefault((source, way), Counter())[client] += count
        all_of[way][client] += count
    found: list[tuple[str, Way]] = []
    for totals in evidence.captures:
        calls = sum(count for _, count in totals.nfs_calls)
        replies = sum(seen.get((totals.source, "from"), {}).values())
        ways: tuple[tuple[Way, Way, int], ...] = (("to", "from", calls), ("from", "to", replies))
        for way, back, count in ways:
            mine: Counter[_Client] = seen.get((totals.source, way), Counter())
            completed = all(all_of[back][client] * COMPLETED_BY >= frames for client, frames in mine.items())
            nowhere = way == "to" and not any(all_of[back][client] for client in mine)
            alone = (totals.source, back) not in seen and (nowhere or (totals.source, way) not in two_way)
            if count >= MANY and alone and not completed:
                found.append((totals.source, way))
    return tuple(found)


def _gathered(evidence: Evidence) -> tuple[dict[tuple[str, int], Ends], dict[tuple[str, int], int]]:
    """By the capture and the ends, which the runs of a connection share: these, and the frames that were counted."""
    ends_of: dict[tuple[str, int], Ends] = {}
    frames_of: dict[tuple[str, int], int] = {}
    for event in evidence.of(StorageTraffic):
        if isinstance(event.detail, StorageTraffic):
            key = event.origin.source, id(event.detail.ends)
            ends_of[key] = event.detail.ends
            if event.detail.what == "frame":
                frames_of[key] = frames_of.get(key, 0) + event.detail.run.count
    return ends_of, frames_of


def _two_way(evidence: Evidence, ends_of: dict[tuple[str, int], Ends], storage: str) -> frozenset[tuple[str, Way]]:
    """Captures and ways of which they also have frames of all who receive these: the other direction goes by another
    network.
    """
    senders = {(e.origin.source, e.detail.mac) for e in evidence.of(MacTraffic) if isinstance(e.detail, MacTraffic)}
    receivers: dict[tuple[str, Way], set[str]] = {}
    for (source, _), ends in ends_of.items():
        receivers.setdefault((source, _way(ends, storage)), set()).add(ends.dst_mac)
    return frozenset(key for key, macs in receivers.items() if all((key[0], mac) in senders for mac in macs))


def _way(ends: Ends, storage: str) -> Way:
    return "to" if ends.dst == storage else "from"
