"""Which route of a table a host takes to an address: the narrowest that holds it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from analyzer.model.event import Route

HOST_ROUTE = "255.255.255.255"


def gateway_to(address: str, routes: Iterable[Route]) -> str | None:
    """The gateway by which a host reaches an address; None where that is on a network of its own, or by the default
    route, which leads nobody to a CVM. Of a network of its own and another's route to it the first counts.
    """
    to, taken = IPv4Address(address), (0, False)
    gateway: str | None = None
    for route in routes:
        network = _network(route)
        if network is not None and to in network and (network.prefixlen, route.gateway is None) > taken:
            taken, gateway = (network.prefixlen, route.gateway is None), route.gateway
    return gateway


def _network(route: Route) -> IPv4Network | None:
    """What a route is to; None where its address or netmask is none."""
    try:
        return IPv4Network((route.network, route.netmask), strict=False)
    except ValueError:
        return None
