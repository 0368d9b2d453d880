"""All that a health check may look at: the evidence by kind, the cast, the clocks, the episodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import msgspec

from analyzer.config import Settings, default_expectations
from analyzer.judge.datastores import OfHost, by_host
from analyzer.judge.directions import Way, one_way
from analyzer.judge.ha_checks import SAME_CHECK, Check, checks_in
from analyzer.judge.index import (
    NEVER_REMOTE,
    NO_CHECKS,
    Found,
    Remote,
    Said,
    StargateChecks,
    by_state,
    by_time,
    grouped,
    remote_runs,
    stargate_checks,
)
from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Event,
    Forwarding,
    HealthyChecks,
    HostBooted,
    HostStorage,
    NfsList,
    NfsMount,
    NfsTerminate,
    Single,
    StargateStates,
    StorageTraffic,
    TaskCreated,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.over_time.intervals import Intervals, timed
from analyzer.model.run import Expectation
from analyzer.model.source import Origin, SourceKind

CHECK_PERIOD = 30 * SECOND  # of Genesis' HA checks, as is known of AOS

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
        """What the episodes are held against: the user's, and the defaults of the other kinds and metrics."""
        given, defaults = self.settings.expectations, default_expectations()
        replaced = {(one.kind, one.metric) for one in given}
        own = (one if one in defaults else msgspec.structs.replace(one, own=True) for one in given)
        return (*own, *(one for one in defaults if (one.kind, one.metric) not in replaced))

    @cached_property
    def given(self) -> frozenset[SourceKind]:
        """The kinds of source that there are."""
        return frozenset(source.kind for source in self.evidence.sources)

    def of(self, kind: type[_Detail]) -> list[tuple[Event, _Detail]]:
        """The events with a detail of this kind, and that detail, in the evidence's order."""
        return [(event, event.detail) for event in self.evidence.of(kind) if isinstance(event.detail, kind)]

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
        """The checks' period, ns: the middle of what was measured, else Genesis' own.

        A wide span was measured at its lower end, and reaches up to what is due.
        """
        measured = self.found.check_period
        if measured is None or not measured.bounded:
            return CHECK_PERIOD
        wide = measured.width > SAME_CHECK
        return measured.least if wide else (measured.least + measured.most) // 2

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The HA checks of all CVMs in order of time."""
        kinds = (StargateStates, Forwarding, HealthyChecks)
        lines = (event for kind in kinds for event, _ in self.of(kind))
        return checks_in(lines, self.placed, self.wrote)

    @cached_property
    def wrote(self) -> dict[str, str]:
        """The host or CVM that wrote each source, or the source's clock where that is not known."""
        return {source.name: self.address(source.host or source.clock) for source in self.evidence.sources}

    @cached_property
    def incomplete(self) -> frozenset[str]:
        """The sources in which lines are missing: they were searched for, or a piece is not there. What such a source
        has not may have been logged all the same.
        """
        holed = {skip.source for skip in self.evidence.skipped if skip.reason.name == "fragment-missing"}
        return frozenset(one.name for one in self.evidence.sources if one.is_picked_out or one.name in holed)

    @cached_property
    def one_way(self) -> tuple[tuple[str, Way], ...]:
        """The captures that hear the storage traffic one way only, and which way."""
        return one_way(self.evidence, self.settings.storage_address)

    @cached_property
    def mounts(self) -> tuple[NfsMount, ...]:
        """What hosts have mounted by NFS, as far as a list of that is given."""
        return tuple(mount for _, listed in self.of(NfsList) for mount in listed.mounts)

    @cached_property
    def host_storage(self) -> dict[str, Intervals[tuple[Instant, Event, HostStorage]]]:
        """What each host logged of its datastores, by who wrote it, where something places the lines."""
        return by_time(
            (self.wrote[event.origin.source], (at.least, at.most, (at, event, told)))
            for event, told in self.of(HostStorage)
            if event.origin.source in self.wrote and (at := self.placed(event.at)) is not None
        )

    @cached_property
    def other_servers(self) -> frozenset[str]:
        """Who wrote of a datastore on another server than the storage address; empty for all where one is mounted."""
        ours = self.settings.storage_address
        if any(mount.server != ours for mount in self.mounts):
            return frozenset(self.wrote.values())
        named = (event.origin.source for event, told in self.of(HostStorage) if told.server not in (None, "", ours))
        return frozenset(self.wrote[source] for source in named if source in self.wrote)

    @cached_property
    def datastores(self) -> dict[str, OfHost]:
        """What each host's logs say of the datastore behind the storage address, by the host's address."""
        told, storage = self.of(HostStorage), self.settings.storage_address
        boots = [event for event, _ in self.of(HostBooted)]
        logs = [source for source in self.evidence.sources if not source.is_picked_out]
        return by_host(told, logs, self.wrote, storage, self.placed, self.mounts, boots, self.incomplete)

    @cached_property
    def cvms_listed(self) -> bool:
        """Whether the checks name several CVMs: one that tells of a CVM only when it is down names not all of them."""
        told = [states for _, states in self.of(StargateStates)]
        well = {self.address(cvm) for states in told for cvm in states.up}
        return len(well) > 1 or any(len({*one.up, *one.initializing, *one.down}) > 1 for one in told)

    @cached_property
    def cvms_used(self) -> frozenset[str]:
        """The addresses that Genesis, which routes to CVMs only, chose as gateways or ended NFS connections at."""
        chosen = {told.gateway for _, told in self.of(TaskCreated) if told.action == "add" and told.gateway}
        return frozenset(chosen | {told.cvm for _, told in self.of(NfsTerminate) if told.cvm})

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

    @cached_property
    def cvm_of_mac(self) -> dict[str, str | None]:
        """The address of the CVM whose public side has a MAC, by that."""
        return {mac: cvm.address for cvm in reversed(self.cvms) for mac in cvm.macs}

    def party(self, episode: Episode) -> str:
        """The address of an episode's host; of one that nothing names, the clock of its log that tells of it."""
        if episode.host is not None:
            return self.address(episode.host)
        shown = [*(one.origins for one in episode.claims), *(one.origins for one in known(episode).values())]
        sources = (origin.source for origins in shown for origin in origins)
        return next((self.wrote[source] for source in sources if source in self._of_hosts), "")

    @cached_property
    def _of_hosts(self) -> frozenset[str]:
        """The logs of ESXi hosts."""
        return frozenset(one.name for one in self.evidence.sources if one.log and one.log.machine == "esxi")

    def of_host(self, host: str) -> list[Episode]:
        """The episodes of a host, in order of their faults; those without a fault's time come first."""
        return self._of_host.get(self.address(host), [])

    @cached_property
    def _of_host(self) -> dict[str, list[Episode]]:
        each = sorted((one for one in self.episodes if self.party(one)), key=begin)
        return grouped((self.party(one), one) for one in each)

    def forwarding_of(self, host: Host) -> list[tuple[Event, Forwarding]]:
        """What the checks said of a host's forwarding, in the evidence's order."""
        return self._forwarding.get(host.address or "", [])

    @cached_property
    def _forwarding(self) -> dict[str, list[tuple[Event, Forwarding]]]:
        return grouped((self.address(told.host), (event, told)) for event, told in self.of(Forwarding) if told.host)

    @cached_property
    def failures(self) -> dict[str, Intervals[Episode]]:
        """The failures of each CVM, by its address, from their begin to their end."""
        return by_time(
            (self.address(one.cvm), (begin(one), end(one), one))
            for one in self.episodes
            if one.kind == "cvm-failure" and one.cvm is not None
        )

    def lines(self, origins: Iterable[Origin]) -> list[Event]:
        """The events of these frames and lines but for runs of traffic, in the evidence's order."""
        places = {place for origin in origins for place in self._places.get(origin, ())}
        return [self._single[place] for place in sorted(places)]

    @cached_property
    def _single(self) -> tuple[Event, ...]:
        return self.evidence.of(Single)

    @cached_property
    def _places(self) -> dict[Origin, list[int]]:
        return grouped((event.origin, place) for place, event in enumerate(self._single))

    @cached_property
    def genesis_logs(self) -> Intervals[str]:
        """What each genesis.out covers, by the reference clock."""
        logs = (one for one in self.evidence.sources if one.kind == "genesis" and one.first and one.last)
        placed = ((one.first and self.placed(one.first), one.last and self.placed(one.last), one.name) for one in logs)
        return timed((first.least, last.most, name) for first, last, name in placed if first and last)

    def has_routes_logged(self, host: str, at: Instant) -> bool:
        """Whether a log that would have a change of a host's route covers an instant: Genesis', or its kernel's."""
        kernel = [one for one in self.evidence.sources if one.kind == "vmkernel" and one.name not in self.incomplete]
        mine = [one for one in kernel if self.wrote.get(one.name) == self.address(host)]
        ends = [(self.placed(one.first), self.placed(one.last)) for one in mine if one.first and one.last]
        logged = any(first and last and first.most <= at.least and at.most <= last.least for first, last in ends)
        return logged or self.genesis_logs.any_overlapping(at.least, at.most)

    @cached_property
    def asked(self) -> dict[str, Intervals[Event]]:
        """The runs of ARP requests, by the address that they ask for."""
        return by_time(
            (arp.target, (event.at.least, arp.run.last.most, event))
            for event, arp in self.of(ArpTraffic)
            if arp.operation == "request"
        )

    @cached_property
    def spoke_as(self) -> dict[str, Intervals[Event]]:
        """The runs of frames that anybody sent from an address, by that."""
        each = self.of(AddressOwned)
        return by_time((owned.address, (event.at.least, owned.run.last.most, event)) for event, owned in each)

    @cached_property
    def cluster(self) -> frozenset[str]:
        """The CVMs that the checks speak of: all there are."""
        told = (states for _, states in self.of(StargateStates))
        return frozenset(self.address(cvm) for each in told for cvm in (*each.up, *each.initializing, *each.down))

    def checks_of(self, cvm: str) -> StargateChecks:
        """What the checks found of a CVM's Stargate, by its address."""
        return self._checks_of.get(cvm, NO_CHECKS)

    @cached_property
    def _checks_of(self) -> dict[str, StargateChecks]:
        return stargate_checks(
            Said(self.address(cvm), state, at, event.origin)
            for event, told in self.of(StargateStates)
            if (at := self.placed(event.at)) is not None
            for state, cvms in by_state(told)
            for cvm in cvms
        )

    @cached_property
    def all_up(self) -> tuple[Found, ...]:
        """The checks that found every Stargate up, in order."""
        placed = ((self.placed(event.at), event) for event, told in self.of(StargateStates) if told.all_of == "up")
        return tuple(
            sorted(Found(at.middle, is_down=False, origin=event.origin) for at, event in placed if at is not None)
        )

    def remote_runs(self, host: Host) -> Intervals[Remote]:
        """The host's storage frames to and from other CVMs than its own, where its own is known."""
        return self._remote.get(host, NEVER_REMOTE)

    @cached_property
    def _remote(self) -> dict[Host, Intervals[Remote]]:
        hosts = grouped((mac, host) for host in self.hosts for mac in dict.fromkeys(host.macs))
        return by_time(
            (host, (run.first, run.last, run))
            for mac, run in remote_runs(self.of(StorageTraffic), self.settings.storage_address, self.cvm_of_mac)
            for host in hosts.get(mac, ())
            if run.cvm != host.cvm
        )


def begin(episode: Episode) -> int:
    """When an episode begins at the earliest, ns: its first known instant."""
    return min((one.at.least for one in known(episode).values()), default=0)


def end(episode: Episode) -> int:
    """When an episode ends at the latest, ns: its last known instant."""
    return max((one.at.most for one in known(episode).values()), default=0)


def known(episode: Episode) -> Mapping[InstantName, KnownInstant]:
    """The instants that an episode tells."""
    return episode.known


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
