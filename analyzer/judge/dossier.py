"""All that a health check may look at: the evidence by kind, the cast, the clocks, the episodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import msgspec

from analyzer.config import Settings, default_expectations
from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.run import Expectation
from analyzer.model.source import SourceKind

CHECK_PERIOD = 30 * SECOND  # of Genesis' HA checks (formats.md, section 3)

_Detail = TypeVar("_Detail", bound=msgspec.Struct)


@dataclass(frozen=True)
class Dossier:
    """What correlation found, and what the analysis was told. Events have clocks of their own; `placed` puts an instant
    on the reference clock, that of the episodes' instants.
    """

    found: Correlation
    settings: Settings = field(default_factory=Settings)

    @property
    def evidence(self) -> Evidence:
        """All that was read, every capture on one clock."""
        return self.found.evidence

    @property
    def reference(self) -> str:
        """The clock of the episodes' instants."""
        return self.found.reference

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """The episodes."""
        return self.found.episodes

    @property
    def clocks(self) -> tuple[ClockOffset, ...]:
        """What is known of the clocks."""
        return self.found.clocks

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts of the cast."""
        return self.found.hosts

    @property
    def cvms(self) -> tuple[Cvm, ...]:
        """The CVMs of the cast."""
        return self.found.cvms

    @cached_property
    def expectations(self) -> tuple[Expectation, ...]:
        """What the episodes are held against: the user's, else those that come with the program."""
        return self.settings.expectations or default_expectations()

    @cached_property
    def given(self) -> frozenset[SourceKind]:
        """The kinds of source that there are."""
        return frozenset(source.kind for source in self.evidence.sources)

    @cached_property
    def _by_kind(self) -> dict[type, list[Event]]:
        found: dict[type, list[Event]] = {}
        for event in self.evidence.events:
            found.setdefault(type(event.detail), []).append(event)
        return found

    def of(self, kind: type[_Detail]) -> list[tuple[Event, _Detail]]:
        """The events with a detail of this kind, and that detail, in the evidence's order."""
        return [(event, event.detail) for event in self._by_kind.get(kind, ()) if isinstance(event.detail, kind)]

    @cached_property
    def offsets(self) -> dict[str, Span]:
        """How far each clock is ahead of the reference, ns."""
        return {self.reference: Span(0, 0)} | {clock.clock: clock.offset for clock in self.clocks}

    def placed(self, at: Instant) -> Instant | None:
        """An instant on the reference clock; None where nothing places its clock."""
        offset = self.offsets.get(at.clock)
        return None if offset is None else at.on(self.reference, offset)

    @cached_property
    def period(self) -> int:
        """The checks' period, ns: the middle of what was measured, else Genesis' own."""
        measured = self.found.check_period
        return (measured.least + measured.most) // 2 if measured is not None and measured.bounded else CHECK_PERIOD

    @cached_property
    def wrote(self) -> dict[str, str]:
        """The host or CVM that wrote each source, or the source's clock where that is not known."""
        return {source.name: self.address(source.host or source.clock) for source in self.evidence.sources}

    def address(self, party: str) -> str:
        """The address of a host or CVM that goes by an inventory's name."""
        return self._named.get(party, party)

    @cached_property
    def _named(self) -> dict[str, str]:
        cast: list[Host | Cvm] = [*self.hosts, *self.cvms]
        return {one.name: one.address for one in cast if one.name and one.address}

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The public addresses of all hosts and CVMs."""
        cast: list[Host | Cvm] = [*self.hosts, *self.cvms]
        return frozenset(one.address for one in cast if one.address)

    def cvm_of_mac(self, mac: str) -> str | None:
        """The address of the CVM whose public side has this MAC."""
        return next((cvm.address for cvm in self.cvms if mac in cvm.macs), None)

    def of_host(self, host: str) -> list[Episode]:
        """The episodes of a host, in order of their faults; those without a fault's time come first."""
        mine = [one for one in self.episodes if one.host and self.address(one.host) == self.address(host)]
        return sorted(mine, key=begin)


def begin(episode: Episode) -> int:
    """When an episode begins at the earliest, ns: its first known instant."""
    return min((one.at.least for one in known(episode).values()), default=0)


def end(episode: Episode) -> int:
    """When an episode ends at the latest, ns: its last known instant."""
    return max((one.at.most for one in known(episode).values()), default=0)


def known(episode: Episode) -> dict[InstantName, KnownInstant]:
    """The instants that an episode tells."""
    return {one.name: one for one in episode.instants if isinstance(one, KnownInstant)}


def seconds(ns: int) -> str:
    """A duration to a tenth of a second: `31.5 s`."""
    tenths = round(ns * 10 / SECOND)
    return f"{tenths // 10}.{tenths % 10} s"


def several(count: int, noun: str) -> str:
    """`1 line`, `12 lines`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
