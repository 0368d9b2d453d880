"""What else happens to a host: it reboots, it idles, it works hard, its uplink dies, a router misleads it."""

from __future__ import annotations

from analyzer.lab.simulate.cluster.connection import STORAGE
from analyzer.lab.simulate.cluster.node import NETWORK, Node
from analyzer.lab.simulate.faults.running_cluster import RunningCluster
from analyzer.lab.simulate.wire import frames
from analyzer.lab.simulate.wire.frames import Station
from analyzer.lab.simulate.wire.switch import Port
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path

ROUTER = f"{NETWORK}.1"
ROUTER_MAC = bytes((0x00, 0x1B, 0x54, 0xC2, 0x00, 0x01))
QUOTED_PORT = 977  # of the segment that the router would rather not have forwarded
LOGIN = 8 * SECOND  # from the links of a rebooted host's CVM to the first login of Genesis
REMOUNT = 20 * SECOND  # from those links to what the virtual machines ask for


class HostDisturbances:
    """Each begins the episode that comes of it, if one does."""

    def __init__(self, cluster: RunningCluster) -> None:
        self._cluster = cluster
        self._router: Port | None = None

    def partition(self, node: Node, pause: int) -> None:
        """The node's uplink is dead for `pause` ns: its host and its CVM reach each other, and nobody else."""
        self._cluster.note("partition", "network", host=node.host.address, cvm=node.cvm.address)
        node.host.vmk0.up = node.cvm.eth0.up = False
        self._cluster.leadership.died(node.cvm)
        self._cluster.clock.after(pause, self._join, node)

    def _join(self, node: Node) -> None:
        self._cluster.note("partition-over", "network", host=node.host.address)
        node.host.vmk0.up, node.cvm.eth0.up = True, node.cvm.powered

    def redirect(self, node: Node, gateway: str) -> None:
        """A router tells the host to send what is for the storage address to `gateway` (RFC 792)."""
        now, host = self._cluster.clock.now, node.host
        router = self._router = self._router or Port(self._cluster.public, ROUTER_MAC, (ROUTER,))
        ident = host.number
        sides = Station(router.mac, ROUTER, 0), Station(host.vmk0.mac, host.address, QUOTED_PORT)
        self._cluster.public.put(now, frames.icmp_redirect(*sides, gateway, STORAGE, ident))
        self._cluster.note("icmp-redirect", "router", host=host.address, gateway=gateway)
        episode = self._cluster.begin(node, "route-injection", now, now + MILLISECOND)
        episode.gateway, episode.during = gateway, Path("dead", via=gateway)
        episode.valid = any(one.cvm.address == gateway and one.cvm.powered for one in self._cluster.nodes)
        self._cluster.clock.after(MILLISECOND, host.redirect, gateway)

    def reboot(self, node: Node, pause: int) -> None:
        """The host stops, and its CVM with it; it is back `pause` ns later, and starts its CVM."""
        now, host = self._cluster.clock.now, node.host
        self._cluster.note("host-reboot", "person", host=host.address)
        episode = self._cluster.begin(node, "unexplained", now, now + 2 * MILLISECOND)
        episode.cvm, episode.during = node.cvm.address, Path("dead")
        for client in node.clients:
            client.halt()
        host.route, host.booting, host.vmk0.up = None, True, False
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
        host.vmk0.up = True
        host.vmk0.arp_table.clear()
        host.vmk0.announce(host.address, now + 4 * MILLISECOND, reply=False)

    def _started(self, node: Node) -> None:
        """Its CVM's links are up."""
        cvm = node.cvm
        self._cluster.note("cvm-links-up", cvm.address, cvm=cvm.address)
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
