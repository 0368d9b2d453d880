"""What else happens to a CVM than losing its power: shutdown, hang, Stargate or Genesis restart, a reset connection."""

from __future__ import annotations

from analyzer.lab.simulate.cluster.connection import PRIVATE_HOST
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.hostd import went_off
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.faults.running_cluster import RunningCluster
from analyzer.model.instant import MILLISECOND, SECOND

FORWARDED = 8 * SECOND  # from the order to forward a host to the end of its CVM's services
STOPPING = 3 * SECOND  # from the end of a CVM's services to the end of its kernel


class CvmDisturbances:
    """Each tells the truth of the hosts when a CVM stops serving, and when it serves again."""

    def __init__(self, cluster: RunningCluster) -> None:
        self._cluster = cluster

    def shut_down(self, node: Node) -> None:
        """In order: its services end their connections by FIN, then its kernel stops."""
        cvm = node.cvm
        self._cluster.note("cvm-shutdown", "person", cvm=cvm.address)
        self._cluster.stops(cvm, 2 * MILLISECOND, off=True)
        self._cluster.leadership.resigned(cvm)
        cvm.stop_stargate("fin")
        for _, session in self._cluster.gossip:
            session.close(cvm)
        self._cluster.clock.after(STOPPING, self._off, node)

    def maintain(self, node: Node) -> None:
        """As before an upgrade: its host is forwarded first, then it is shut down."""
        self._cluster.note("cvm-maintenance", "person", cvm=node.cvm.address)
        self._cluster.leadership.forward(node)
        self._cluster.clock.after(FORWARDED, self.shut_down, node)

    def _off(self, node: Node) -> None:
        cvm = node.cvm
        went_off(node.host, self._cluster.clock.now)
        self._cluster.note("cvm-power-off", cvm.address, cvm=cvm.address)
        for one in self._cluster.nodes:
            one.truth.goes_off(cvm.address, self._cluster.clock.now)
        cvm.power_off()

    def restart_stargate(self, node: Node, pause: int) -> None:
        """Its process dies, and another serves `pause` ns later; the CVM lives on."""
        cvm = node.cvm
        self._cluster.note("stargate-stopped", cvm.address, cvm=cvm.address)
        self._cluster.stops(cvm, MILLISECOND)
        cvm.stop_stargate("rst")
        self._cluster.clock.after(pause, self._serves, node, cvm.life)

    def _serves(self, node: Node, life: int) -> None:
        cvm = node.cvm
        if cvm.life == life:
            self._cluster.note("stargate-started", cvm.address, cvm=cvm.address)
            cvm.start_stargate()
            self._returned(cvm)

    def hang_cvm(self, node: Node, pause: int) -> None:
        """The whole CVM stands still for `pause` ns, with its links up."""
        cvm = node.cvm
        self._cluster.note("cvm-hang", "person", cvm=cvm.address)
        self._cluster.stops(cvm, MILLISECOND)
        cvm.freeze()
        self._cluster.leadership.died(cvm)
        self._cluster.clock.after(pause, self._thaw, node, cvm.life)

    def _thaw(self, node: Node, life: int) -> None:
        cvm = node.cvm
        if cvm.life != life:
            return
        self._cluster.note("cvm-resumed", cvm.address, cvm=cvm.address)
        cvm.thaw()
        self._cluster.reconnect_gossip(cvm)
        self._returned(cvm)

    def _returned(self, cvm: Cvm) -> None:
        """It is back without a boot."""
        now = self._cluster.clock.now
        self._cluster.serves_again(cvm, now, now + MILLISECOND)

    def reset(self, node: Node) -> None:
        """The CVM that serves the host resets its connections, and goes on; nobody knows why."""
        address = PRIVATE_HOST if node.host.route is None else node.host.address
        for one in self._cluster.nodes:
            if one.cvm.powered and (one is node or one.cvm.address == node.host.route):
                ended = one.cvm.terminate(address, "rst")
                self._cluster.note("connection-reset", one.cvm.address, ended=",".join(ended))

    def restart_genesis(self, node: Node, pause: int) -> None:
        """The leader's Genesis ends, and begins again."""
        self._cluster.note("genesis-restart", node.cvm.address, cvm=node.cvm.address)
        self._cluster.leadership.restart(pause)
