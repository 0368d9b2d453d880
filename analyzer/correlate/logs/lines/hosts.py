"""Which host a line is about, and which gateway it means."""

from __future__ import annotations

from analyzer.correlate.logs.lines.entry import HostDetail, RouteDetail
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import Detail, Forwarding, RouteCommand


def host_of(detail: Detail, topology: Topology) -> Member | None:
    """The host that a line is about: as it says, else the one host among its addresses, else the only host, where other
    lines name that: what a log calls by a name of its own may be any of a cluster's hosts.
    """
    if not isinstance(detail, HostDetail):
        return None
    host = topology.host_of_address(detail.host)
    if host is not None or (isinstance(detail, RouteCommand) and detail.elsewhere):
        return host
    named = [topology.host_of_address(address) for address in detail.addresses]
    known = [member for member in named if member is not None]
    if known:
        return known[0]
    if isinstance(detail, Forwarding) and set(detail.addresses) - topology.cvms.keys() - {detail.gateway, detail.cvm}:
        return None  # it names a machine that is not known to be a host
    with_address = [member for member in topology.hosts if member.address]
    return with_address[0] if len(with_address) == 1 and with_address[0].address in topology.named else None


def gateway_in(detail: Forwarding | RouteDetail, host: Member) -> str | None:
    """The gateway that a line names, else the address in it that is neither the host nor its own CVM."""
    if detail.gateway:
        return detail.gateway
    return next((address for address in detail.addresses if address not in (host.address, host.cvm)), None)
