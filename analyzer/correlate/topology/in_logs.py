"""Hosts and CVMs as the logs name them, and which host a log of a host is of."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.topology.topology import Member, Roles, add_cvm, add_host
from analyzer.model.event import (
    ClusterStatus,
    Event,
    Forwarding,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.evidence import Evidence
from analyzer.model.source import Origin

HOST_LOGS = ("vmkernel", "vobd", "shell", "auth", "hostd")


def hosts_and_cvms_in_logs(roles: Roles, events: Sequence[Event]) -> None:
    """Explicit roles first (a host is a host in every line), then CVMs by what the lines call them."""
    for event in events:
        detail = event.detail
        if isinstance(detail, Forwarding | TaskCreated | RouteCommand | RouteChanged | NfsTerminate):
            add_host(roles, detail.host, event.origin)
    for event in events:
        detail = event.detail
        if isinstance(detail, StargateStates):
            for address in (*detail.up, *detail.initializing, *detail.down):
                add_cvm(roles, address, event.origin)
        elif isinstance(detail, Forwarding | NfsTerminate):
            add_cvm(roles, detail.cvm, event.origin)
        elif isinstance(detail, ClusterStatus):
            for address, _, _ in detail.cvms:
                add_cvm(roles, address, event.origin)


def local_cvms_in_logs(roles: Roles, events: Sequence[Event]) -> None:
    """A host's own CVM: what a check calls correct, illegal or absent names it; its gateway never is it."""
    for event in events:
        detail = event.detail
        if isinstance(detail, Forwarding) and detail.cvm and detail.cvm != detail.gateway:
            host = roles.host_of_address(detail.host)
            if host is not None and host.cvm is None and (detail.state != "correct" or detail.gateway is None):
                host.cvm = detail.cvm


def hosts_by_their_logs(roles: Roles, evidence: Evidence) -> None:
    """Which host a vmkernel.log or shell.log is of: its bundle's name or address, else the only host there is."""
    commanded = _commanded(roles, evidence.events)
    for source in evidence.sources:
        if source.kind not in HOST_LOGS or source.clock in roles.host_of_clock:
            continue
        named = [h for h in roles.hosts if source.host is not None and source.host in (h.address, h.name)]
        addressed = [h for h in roles.hosts if h.address]
        if named:
            roles.host_of_clock[source.clock] = named[0]
        elif len(commanded) == 1 and source.host is None:
            roles.host_of_clock[source.clock] = commanded[0]
            roles.assumptions.append(
                f"{source.name} is taken as the host {commanded[0].address}'s: the only one whose route Genesis changed"
            )
        elif len(addressed) == 1 and len(roles.hosts) == 1:
            roles.host_of_clock[source.clock] = addressed[0]
        else:
            host = Member(None, name=source.host or source.clock, origins=[Origin(source.name, 1)])
            roles.hosts.append(host)
            roles.host_of_clock[source.clock] = host


def _commanded(roles: Roles, events: Sequence[Event]) -> list[Member]:
    """The hosts whose route Genesis changed."""
    addresses = {
        event.detail.host
        for event in events
        if isinstance(event.detail, RouteCommand | RouteChanged)
        and event.detail.host is not None
        and not (isinstance(event.detail, RouteChanged) and event.detail.by_kernel)
    }
    return [host for host in roles.hosts if host.address in addresses]
