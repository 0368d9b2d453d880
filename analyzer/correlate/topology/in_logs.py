"""Hosts and CVMs as the logs name them, and which host a log of a host is of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType

from analyzer.correlate.timing import UNPLACED
from analyzer.correlate.topology.topology import Member, Topology, is_address
from analyzer.model.correlation import Assumption, AssumptionName
from analyzer.model.event import (
    ClusterStatus,
    Detail,
    Event,
    Forwarding,
    NfsList,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    RouteTable,
    StargateStates,
    StorageTraffic,
    TaskCreated,
    VmkernelPorts,
    VmPower,
)
from analyzer.model.evidence import Evidence
from analyzer.model.source import Origin, Source, placed_at

_CALLS_A_HOST = re.compile(
    r"(?!(?:var|run|logs?|commands?|hosts?|esxi?|hypervisor_\w+|scratch|data|files|evidence|tmp|extracted)$)"
    r"[A-Za-z][\w-]*(?:\.[\w-]+)*",
    re.IGNORECASE,
)
"""A part of a path that may be a host's name, and is none of those in which logs just lie."""


def with_machines_in_logs(topology: Topology, evidence: Evidence) -> Topology:
    """Explicit roles first (a host is a host in every line), then CVMs by what the lines call them."""
    topology = _with_hosts_named(_with_addresses_of_ports(topology, evidence), evidence)
    return _with_writers(topology.with_cvms(_cvms_named(topology, evidence)), evidence)


def _cvms_named(topology: Topology, evidence: Evidence) -> Iterator[tuple[str | None, Origin]]:
    """The CVMs that lines and tables name, and where; who is seen to ask the storage address is none that a line that
    ends a connection can name.
    """
    clients, _ = _ends_in_captures(topology, evidence)
    for event in evidence.of(StargateStates | Forwarding | NfsTerminate | ClusterStatus):
        detail = event.detail
        if isinstance(detail, StargateStates):
            yield from ((address, event.origin) for address in (*detail.up, *detail.initializing, *detail.down))
        elif isinstance(detail, Forwarding | NfsTerminate):
            yield detail.cvm if detail.cvm not in clients else None, event.origin
        elif isinstance(detail, ClusterStatus):
            yield from ((address, event.origin) for address, _, _ in detail.cvms)


def _ends_in_captures(topology: Topology, evidence: Evidence) -> tuple[set[str], set[str]]:
    """The public addresses that ask the storage address by NFS, and those whose MAC answers for it."""
    storage = topology.settings.storage_address
    clients, servers = set[str](), set[str]()
    for event in evidence.ways:
        detail = event.detail
        if not isinstance(detail, StorageTraffic):
            continue
        if detail.ends.dst == storage and detail.what != "reply" and not topology.is_private(detail.ends.src):
            clients.add(detail.ends.src)
        elif detail.ends.src == storage:
            servers.update(topology.owners.get(detail.ends.src_mac, ()))
    return clients, servers


def _with_addresses_of_ports(topology: Topology, evidence: Evidence) -> Topology:
    """With the address of each host that its list of VMkernel ports tells; its logs may call it by a name."""
    for event in evidence.of(VmkernelPorts):
        detail = event.detail
        address = _public_address(detail, topology) if isinstance(detail, VmkernelPorts) else None
        on = detail.on if isinstance(detail, VmkernelPorts) else None
        if address is None or topology.host_of_address(on) is not None:
            continue
        topology = topology.with_host(address, event.origin)
        host = topology.host_of_address(address)
        if host is not None and host.name is None and on is not None and not is_address(on):
            topology = topology.with_member(host.key, replace(host, name=on))
    return topology


def _public_address(listed: VmkernelPorts, topology: Topology) -> str | None:
    """The address of a host's first port (vmk0) outside the internal switch."""
    return next((address for _, address in sorted(listed.ports) if not topology.is_private(address)), None)


def _with_hosts_named(topology: Topology, evidence: Evidence) -> Topology:
    """With the hosts that lines name, and all addresses that lines on routes do."""
    by_name = {name for source in evidence.sources if (name := _own_name(source, topology)) is not None}
    clients, servers = _ends_in_captures(topology, evidence)
    hosts: list[tuple[str | None, Origin]] = []
    named: set[str | None] = set()
    for event in evidence.of(Forwarding | TaskCreated | RouteCommand | RouteChanged | NfsTerminate | VmPower):
        detail = event.detail
        if isinstance(detail, VmPower):
            hosts.append((detail.host if is_address(detail.host or "") else None, event.origin))
        elif isinstance(detail, Forwarding | TaskCreated | RouteCommand | RouteChanged | NfsTerminate):
            wrong = isinstance(detail, NfsTerminate) and detail.host in servers - clients
            if detail.host not in by_name and not wrong and not _is_a_name_of(detail):
                hosts.append((detail.host, event.origin))
            named |= {detail.host, *detail.addresses}
    return replace(topology.with_hosts(hosts), named=frozenset(filter(None, named)))


def _is_a_name_of(detail: Detail) -> bool:
    """Whether a command was typed for a machine by a name of it: it may be another one's that is known."""
    return isinstance(detail, RouteCommand) and detail.elsewhere and not is_address(detail.host or "")


def _with_writers(topology: Topology, evidence: Evidence) -> Topology:
    """With the CVMs that wrote a genesis.out, as far as its path or its text tells their address."""
    first: dict[str, Origin] = {}
    for source in evidence.sources:
        address = source.host
        if source.kind != "genesis" or address is None or address in topology.cvms or not is_address(address):
            continue
        first.setdefault(address, Origin(source.name, 1))
    return topology.with_cvms(first.items())


def with_hosts_of_tables(topology: Topology, evidence: Evidence) -> Topology:
    """The hosts that printed their routes or datastores, by address; what is known for a CVM stays one."""
    details = ((event.detail, event.origin) for event in evidence.of(RouteTable | NfsList))
    on = ((one.on, origin) for one, origin in details if isinstance(one, RouteTable | NfsList))
    return topology.with_hosts((name, origin) for name, origin in on if name is not None and is_address(name))


def _own_name(source: Source, topology: Topology) -> str | None:
    """The name of a host whose log this is, where neither an inventory nor the path has its address."""
    named = source.log is not None and source.log.machine == "esxi" and source.host is not None
    unknown = named and not is_address(source.host or "") and topology.host_of_address(source.host) is None
    return source.host if unknown else None


def with_own_cvms_in_logs(topology: Topology, evidence: Evidence) -> Topology:
    """A host's own CVM: what a check calls correct, illegal or absent names it; its gateway never is it."""
    for event in evidence.of(Forwarding):
        detail = event.detail
        if isinstance(detail, Forwarding) and detail.cvm and detail.cvm != detail.gateway:
            host = topology.host_of_address(detail.host)
            if host is not None and (detail.state != "correct" or detail.gateway is None):
                topology = topology.with_own_cvm(host.key, detail.cvm)
    return topology


def with_hosts_of_logs(topology: Topology, evidence: Evidence) -> Topology:
    """Which host a vmkernel.log or shell.log is of: its bundle's name or address, else the only host there is."""
    changes = evidence.of(RouteCommand | RouteChanged)
    commanded = _commanded(topology, changes)
    listed = {event.at.clock: event.detail for event in evidence.of(VmkernelPorts)}
    called, prompted = _called(evidence), _prompted(evidence, topology)
    for source in evidence.sources:
        if source.log is not None and source.log.machine == "esxi" and source.clock not in topology.logs:
            may_be = commanded if source.host is None else _carrying_out(source, topology, commanded, changes)
            may_be = [host for host in may_be if not _has_its_own(host, source, evidence)]
            ports = _by_ports(listed.get(source.clock), topology)
            if source.clock in prompted and source.clock not in called:
                topology = _assumed("log-beside-prompt", source, prompted[source.clock], topology)
            name = called.get(source.clock) or prompted.get(source.clock)
            topology = _with_host_of(source, topology, may_be, ports, name)
    return topology


def _has_its_own(host: Member, source: Source, evidence: Evidence) -> bool:
    """Whether a host's own log of the kind is in the evidence, by its address, so that another host's is not its."""
    if source.host is None or host.address is None or source.host in (host.address, host.name):
        return False
    kinds = {one.kind for one in evidence.sources if one.clock == source.clock}
    return any(one.host == host.address and one.kind in kinds for one in evidence.sources if one.clock != source.clock)


def _called(evidence: Evidence) -> dict[str, str]:
    """What each clock's host calls itself in its lines on its CVM's power, where these agree."""
    names: dict[str, set[str]] = {}
    for event in evidence.of(VmPower):
        if isinstance(event.detail, VmPower) and event.detail.on is not None:
            names.setdefault(event.at.clock, set()).add(event.detail.on)
    each = {clock: min(some) for clock, some in names.items() if len(some) == 1}
    return {clock: name for clock, name in each.items() if _is_a_name(name)}


def _is_a_name(name: str) -> bool:
    return name.partition(".")[0] != "localhost"


def _prompted(evidence: Evidence, topology: Topology) -> dict[str, str]:
    """What the hosts of logs are called that nothing names, by the one host whose tables are in the same folder."""
    hosts: dict[str, set[str]] = {}
    for event in evidence.of(RouteTable | NfsList | VmkernelPorts):
        on = event.detail.on if isinstance(event.detail, RouteTable | NfsList | VmkernelPorts) else None
        if on is not None and _is_a_name(on) and on not in topology.cvms and not topology.is_private(on):
            hosts.setdefault(_folder(event.origin.source), set()).add(on)
    of_hosts = [one for one in evidence.sources if one.log is not None and one.log.machine == "esxi"]
    unnamed = [one for one in of_hosts if one.host is None and one.of_cvm is None]
    clocks = {folder: {one.clock for one in of_hosts if _folder(one.name) == folder} for folder in hosts}
    return {
        one.clock: min(hosts[folder])
        for one in unnamed
        if len(hosts.get(folder := _folder(one.name), ())) == 1 and clocks[folder] == {one.clock}
    }


def _folder(source: str) -> str:
    return source.rpartition("/")[0]


def _by_ports(listed: Detail | None, topology: Topology) -> Member | None:
    """The host that has these VMkernel ports."""
    address = _public_address(listed, topology) if isinstance(listed, VmkernelPorts) else None
    return topology.host_of_address(address)


def _with_host_of(
    source: Source, topology: Topology, commanded: Sequence[Member], listed: Member | None, called: str | None
) -> Topology:
    """With the host of one log; one that may be of several is of a host of its own. `commanded` are those of which it
    may be by what Genesis did, `listed` is the one whose VMkernel ports are listed beside it; it calls itself `called`.
    """
    served = [h for h in topology.hosts if source.of_cvm is not None and h.cvm == source.of_cvm]
    if served:
        return _with_log(topology, source.clock, served[0])
    if listed is not None:
        known = topology if source.of_cvm is None else topology.with_own_cvm(listed.key, source.of_cvm)
        return _with_log(known, source.clock, listed)
    commanded = [host for host in commanded if source.of_cvm is None or host.cvm is None]
    named = [h for h in topology.hosts if source.host is not None and source.host in (h.address, h.name)]
    addressed = [h for h in topology.hosts if h.address]
    if named:
        return _with_log(topology, source.clock, named[0])
    if len(commanded) == 1:
        known = _assumed("log-of-commanded", source, commanded[0].key, topology)
        if commanded[0].name is None and source.host is not None:
            known = known.with_member(commanded[0].key, replace(commanded[0], name=source.host))
        return _with_log(known, source.clock, commanded[0])
    other = source.host is not None and is_address(source.host)
    alone = len(addressed) == 1 and len(topology.hosts) == 1 and not other
    if alone and None in (source.of_cvm, addressed[0].cvm):
        return _with_log(topology, source.clock, addressed[0])
    itself = topology.host_of_address(called) if source.host is None and source.of_cvm is None else None
    if itself is not None and itself.key not in topology.logs.values():
        return _with_log(topology, source.clock, itself)
    name = source.host or folder_name(source.name, topology)
    if name is None and called is not None and itself is None:
        name = called
    name = name or source.clock
    host = Member(None, cvm=source.of_cvm, name=name, origins=(Origin(source.name, 1),))
    return _with_log(replace(topology, hosts=(*topology.hosts, host)), source.clock, host)


def folder_name(source: str, topology: Topology) -> str | None:
    """What a host is called of which no line and no path tells who it is: the folder below the evidence's own that has
    its logs, as `esx-a` of `found.zip!/esx-a/var/run/log/vobd.log`. None where that says nothing, or is another's.
    """
    parts = placed_at(source)[1].split("/")[1:-1]
    named = [part for part in parts if _CALLS_A_HOST.fullmatch(part)]  # no bundle or text, which end with `!`
    return named[-1] if named and topology.host_of_address(named[-1]) is None else None


def _assumed(what: AssumptionName, source: Source, of: str, topology: Topology) -> Topology:
    assumption = Assumption(what, source.name, of)
    return replace(topology, assumptions=(*topology.assumptions, assumption))


def _with_log(topology: Topology, clock: str, host: Member) -> Topology:
    return replace(topology, logs=MappingProxyType({**topology.logs, clock: host.key}))


def _carrying_out(
    source: Source, topology: Topology, commanded: Sequence[Member], changes: Sequence[Event]
) -> list[Member]:
    """The hosts of which a log with a name may be: the kernel has in it what Genesis ordered there, about then."""
    if _own_name(source, topology) is None:
        return []
    mine = (one for one in changes if one.at.clock == source.clock and isinstance(one.detail, RouteChanged))
    kernel = sorted(mine, key=lambda one: one.at.middle)
    return [host for host in commanded if _is_carried_out(host, topology, kernel, changes)]


def _is_carried_out(host: Member, topology: Topology, kernel: Sequence[Event], changes: Sequence[Event]) -> bool:
    """Whether a kernel has a change that Genesis ordered on a host, of which there is no log yet."""
    if host.key in topology.logs.values():
        return False
    done: dict[tuple[str, str | None], list[int]] = {}
    for one in kernel:
        if isinstance(one.detail, RouteChanged):
            done.setdefault((one.detail.action, one.detail.gateway), []).append(one.at.middle)
    for one in changes:
        if isinstance(one.detail, RouteCommand) and one.detail.host == host.address:
            times = done.get((one.detail.action, one.detail.gateway), [])
            place = bisect_left(times, one.at.middle - UNPLACED)
            if place < len(times) and times[place] <= one.at.middle + UNPLACED:
                return True
    return False


def _commanded(topology: Topology, events: Sequence[Event]) -> list[Member]:
    """The hosts whose route Genesis changed."""
    addresses = {
        event.detail.host
        for event in events
        if isinstance(event.detail, RouteCommand | RouteChanged)
        and event.detail.host is not None
        and not (isinstance(event.detail, RouteChanged) and event.detail.by_kernel)
    }
    return [host for host in topology.hosts if host.address in addresses]
