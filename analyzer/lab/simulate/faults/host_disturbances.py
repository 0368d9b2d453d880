"""What else happens to a host: it reboots, it idles, it works hard, its uplink dies, a router misleads it."""

from __future__ import annotations

from analyzer.lab.simulate.cluster.connection import STORAGE
from analyzer.lab.simulate.cluster.hostd import booted
from analyzer.lab.simulate.cluster.node import NETWORK, Node
from analyzer.lab.simulate.faults.running_cluster import RunningCluster
from analyzer.lab.simulate.wire import frames
from analyzer.lab.simulate.wire.frames import Station
from analyzer.lab.simulate.wire.switch import Port
from analyzer.model.instant import MILLISECOND, SECOND

ROUTER = f"{NETWORK}.1"
ROUTER_MAC = bytes((0x00, 0x1B, 0x54, 0xC2, 0x00, 0x01))
QUOTED_PORT = 977  # of the segment that the router would rather not have forwarded
LOGIN = 8 * SECOND  # from the links of a rebooted host's CVM to the first login of Genesis
REMOUNT = 20 * SECOND  # from those links to what the virtual machines ask for


class HostDisturbances:
    """Each tells the truth of the hosts what becomes of their paths."""

    def __init__(self, cluster: RunningCluster) -> None:
        self._cluster = cluster
        self._router: Port | None = None

    def partition(self, node: Node, pause: int) -> None:
        """The node's uplink is dead for `pause` ns: its host and its CVM reach each other, and nobody else."""
        now = self._cluster.clock.now
        self._cluster.note("partition", "network", host=node.host.address, cvm=node.cvm.address)
        node.truth.is_cut_off(now, now + MILLISECOND)
        self._hide(node)
        node.host.cut, node.host.vmk0.up = True, False
        self._cluster.clock.after(pause, self._join, node)

    def _join(self, node: Node) -> None:
        self._cluster.note("partition-over", "network", host=node.host.address)
        node.host.cut, node.host.vmk0.up = False, not node.host.stands_still
        self._show(node)

    def isolate(self, node: Node, pause: int) -> None:
        """The public port of the node's CVM is dead for `pause` ns: its host reaches it, and no other CVM does."""
        self._cluster.note("cvm-isolated", "network", cvm=node.cvm.address)
        self._hide(node)
        self._cluster.clock.after(pause, self._rejoin, node)

    def _rejoin(self, node: Node) -> None:
        self._cluster.note("cvm-isolation-over", "network", cvm=node.cvm.address)
        self._show(node)

    def _hide(self, node: Node) -> None:
        """No other CVM reaches the node's, and no other host is served by it."""
        now, cvm = self._cluster.clock.now, node.cvm
        for other in self._cluster.nodes:
            if other is not node:
                other.truth.stops(cvm.address, now, now + MILLISECOND, off=False)
        node.truth.is_unseen(now, now + MILLISECOND)
        cvm.cut, cvm.eth0.up = True, False
        self._cluster.leadership.died(cvm)

    def _show(self, node: Node) -> None:
        now, cvm = self._cluster.clock.now, node.cvm
        cvm.cut, cvm.eth0.up = False, cvm.powered
        node.truth.is_seen(now, now + MILLISECOND)
        if cvm.listening and cvm.powered:
            for other in self._cluster.nodes:
                if other is not node:
                    other.truth.serves_again(cvm.address, now, now + MILLISECOND, now)

    def redirect(self, node: Node, gateway: str) -> None:
        """A router tells the host to send what is for the storage address to `gateway` (RFC 792)."""
        now, host = self._cluster.clock.now, node.host
        router = self._router = self._router or Port(self._cluster.public, ROUTER_MAC, (ROUTER,))
        ident = host.number
        sides = Station(router.mac, ROUTER, 0), Station(host.vmk0.mac, host.address, QUOTED_PORT)
        self._cluster.public.put(now, frames.icmp_redirect(*sides, gateway, STORAGE, ident))
        self._cluster.note("icmp-redirect", "router", host=host.address, gateway=gateway)
        self._cluster.clock.after(MILLISECOND, self._redirected, node, gateway, now)

    def _redirected(self, node: Node, gateway: str, since: int) -> None:
        node.host.redirect(gateway)
        node.truth.route_changed("add", gateway, "router", since, self._cluster.clock.now)

    def reboot(self, node: Node, pause: int) -> None:
        """The host stops, and its CVM with it; it is back `pause` ns later, and starts its CVM."""
        now, host = self._cluster.clock.now, node.host
        self._cluster.note("host-reboot", "person", host=host.address)
        node.truth.reboots(now, now + 2 * MILLISECOND)
        for other in self._cluster.nodes:
            if other is not node:
                other.truth.stops(node.cvm.address, now, now + 2 * MILLISECOND, off=True)
        for client in node.clients:
            client.halt()
        host.route, host.booting, host.stands_still, host.vmk0.up = None, True, True, False
        host.stopped.append(now)
        host.vmk1.arp_table.clear()
        node.cvm.power_off()
        self._cluster.leadership.died(node.cvm)
        self._cluster.clock.after(pause, self._booted, node)
        self._cluster.clock.after(pause + self._cluster.boot, self._started, node)

    def _booted(self, node: Node) -> None:
        """The host's kernel is up. Its kernel has forgotten its neighbours and its routes."""
        now, host = self._cluster.clock.now, node.host
        self._cluster.note("host-booted", host.address, host=host.address)
        host.log("vobd", "[UserLevelCorrelator] 41021398us: [esx.audit.host.boot] Host has booted.", now)
        booted(host, now + MILLISECOND)
        host.booted.append(now)
        host.stands_still, host.vmk0.up = False, not host.cut
        host.vmk0.arp_table.clear()
        host.vmk0.announce(host.address, now + 4 * MILLISECOND, reply=False)

    def _started(self, node: Node) -> None:
        """Its CVM's links are up."""
        cvm = node.cvm
        self._cluster.note("cvm-links-up", cvm.address, cvm=cvm.address)
        self._cluster.serves_again(cvm, self._cluster.clock.now, self._cluster.clock.now)
        cvm.links_up(self._cluster.clock.now)
        self._cluster.clock.after(LOGIN, self._open, node)
        self._cluster.reconnect_gossip(cvm)
        for client in node.clients:
            self._cluster.clock.after(REMOUNT, client.restart)

    def _open(self, node: Node) -> None:
        """Genesis can log in to the host again."""
        node.host.booting = False

    def idle(self, node: Node, length: int) -> None:
        """The host's virtual machines ask for nothing."""
        self._cluster.note("idle", node.host.address, host=node.host.address)
        for client in node.clients:
            client.idle(self._cluster.clock.now + length)

    def surge(self, node: Node, length: int) -> None:
        """A storage vMotion of the host: large operations, many at once."""
        self._cluster.note("vmotion-burst", node.host.address, host=node.host.address)
        for client in node.clients:
            client.surge(self._cluster.clock.now + length)
