"""What was seen of whom and when, made once from the evidence: checks look it up instead of walking all of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec

from analyzer.model.event import Event, StargateStates, StorageTraffic
from analyzer.model.instant import Instant
from analyzer.model.over_time.intervals import Intervals, timed
from analyzer.model.source import Origin

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Remote(msgspec.Struct, frozen=True):
    """A run of frames between a host and a CVM that is not its own; ns on the captures' clock."""

    cvm: str
    first: int
    last: int
    count: int
    event: Event


NEVER_REMOTE: Intervals[Remote] = Intervals()


def remote_runs(
    traffic: Iterable[tuple[Event, StorageTraffic]], storage: str, cvm_of_mac: Mapping[str, str | None]
) -> Iterator[tuple[str, Remote]]:
    """The storage frames to and from a known CVM, each with the MAC of the other side."""
    for event, detail in traffic:
        ends = detail.ends
        mine, theirs = (ends.src_mac, ends.dst_mac) if ends.dst == storage else (ends.dst_mac, ends.src_mac)
        cvm = cvm_of_mac.get(theirs)
        if detail.what == "frame" and cvm is not None:
            yield mine, Remote(cvm, event.at.least, detail.run.last.most, detail.run.count, event)


class Found(msgspec.Struct, frozen=True, order=True):
    """What one check said of one CVM's Stargate: when (ns, the reference clock), and on which line."""

    at: int
    is_down: bool
    origin: Origin


class StargateChecks(msgspec.Struct, frozen=True):
    """What the checks found of one CVM's Stargate, by time: `named` are those that say whether it is down, in order;
    `well` are those that found it up, `ill` those that found it down or not initialised yet.
    """

    named: tuple[Found, ...]
    well: Intervals[Found]
    ill: Intervals[Found]

    def back(self, since: int) -> Found | None:
        """The first check at `since` (ns) or after it from which on it was up, as far as the checks go."""
        found: Found | None = None
        told = sorted((*self.well.items, *self.ill.items), key=lambda one: (one.at, one.origin))
        ill = {(one.at, one.origin) for one in self.ill.items}
        for one in told[bisect_left(told, since, key=lambda one: one.at) :]:
            if (one.at, one.origin) in ill:
                found = None
            elif found is None:
                found = one
        return found


NO_CHECKS = StargateChecks((), Intervals(), Intervals())


StargateState = Literal["up", "initializing", "down"]


class Said(msgspec.Struct, frozen=True):
    """A check's word on one CVM's Stargate: when, on the reference clock, and on which line."""

    cvm: str
    state: StargateState
    at: Instant
    origin: Origin


def by_state(told: StargateStates) -> tuple[tuple[StargateState, tuple[str, ...]], ...]:
    """The CVMs that a check names, by what it says of them."""
    return ("up", told.up), ("initializing", told.initializing), ("down", told.down)


def stargate_checks(said: Iterable[Said]) -> dict[str, StargateChecks]:
    """What the checks found, by CVM."""
    return {cvm: _of_cvm(each) for cvm, each in grouped((one.cvm, one) for one in said).items()}


def _of_cvm(said: Sequence[Said]) -> StargateChecks:
    rows = [(one.at.least, one.at.most, Found(one.at.middle, one.state == "down", one.origin)) for one in said]
    states = [one.state for one in said]
    return StargateChecks(
        named=tuple(sorted(row[2] for row, state in zip(rows, states, strict=True) if state != "initializing")),
        well=timed(row for row, state in zip(rows, states, strict=True) if state == "up"),
        ill=timed(row for row, state in zip(rows, states, strict=True) if state != "up"),
    )


def last_until(found: tuple[Found, ...], at: int) -> Found | None:
    """The last of checks in order that came at `at` (ns) or before."""
    place = bisect_right(found, at, key=lambda one: one.at)
    return found[place - 1] if place else None


def grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    """The values of each key, in order."""
    found: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def by_time(rows: Iterable[tuple[_Key, tuple[int, int, _Value]]]) -> dict[_Key, Intervals[_Value]]:
    """For each key a look-up of its values by first and last ns."""
    return {key: timed(each) for key, each in grouped(rows).items()}
