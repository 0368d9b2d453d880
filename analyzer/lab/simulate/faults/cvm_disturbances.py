"""What else happens to a CVM than losing its power: shutdown, hang, Stargate or Genesis restart, a reset connection."""

from __future__ import annotations

from analyzer.lab.simulate.cluster.connection import PRIVATE_HOST
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.faults.running_cluster import RunningCluster
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path

STOPPING = 3 * SECOND  # from the end of a CVM's services to the end of its kernel


class CvmDisturbances:
    """Each begins the episode that comes of it, if one does."""

    def __init__(self, cluster: RunningCluster) -> None:
        self._cluster = cluster

    def shut_down(self, node: Node) -> None:
        """In order: its services end their connections by FIN, then its kernel stops."""
        now, cvm = self._cluster.clock.now, node.cvm
        self._cluster.note("cvm-shutdown", "person", cvm=cvm.address)
        self.failing(node, now)
        self._cluster.leadership.resigned(cvm)
        cvm.stop_stargate("fin")
        for _, session in self._cluster.gossip:
            session.close(cvm)
        self._cluster.clock.after(STOPPING, self._off, cvm)

    def _off(self, cvm: Cvm) -> None:
        self._cluster.note("cvm-power-off", cvm.address, cvm=cvm.address)
        cvm.power_off()

    def failing(self, node: Node, now: int) -> None:
        """The episodes that a CVM's end begins: of every host that it served."""
        self._loses(node, now)
        for one in self.served_by(node):
            episode = self._cluster.begin(one, "cvm-failure", now, now + 2 * MILLISECOND)
            episode.cvm, episode.during = node.cvm.address, Path("dead")

    def restart_stargate(self, node: Node, pause: int) -> None:
        """Its process dies, and another serves `pause` ns later; the CVM lives on."""
        now, cvm = self._cluster.clock.now, node.cvm
        self._cluster.note("stargate-stopped", cvm.address, cvm=cvm.address)
        self._stall(node, now)
        cvm.stop_stargate("rst")
        self._cluster.clock.after(pause, self._serves, node, cvm.life)

    def _serves(self, node: Node, life: int) -> None:
        cvm = node.cvm
        if cvm.life == life:
            self._cluster.note("stargate-started", cvm.address, cvm=cvm.address)
            cvm.start_stargate()
            self._returned(node)

    def hang_cvm(self, node: Node, pause: int) -> None:
        """The whole CVM stands still for `pause` ns, with its links up."""
        now, cvm = self._cluster.clock.now, node.cvm
        self._cluster.note("cvm-hang", "person", cvm=cvm.address)
        self._stall(node, now)
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
        self._returned(node)

    def _stall(self, node: Node, now: int) -> None:
        """Service stops; it is a failover once Genesis gives the host another CVM."""
        self._loses(node, now)
        for one in self.served_by(node):
            episode = self._cluster.begin(one, "unexplained", now, now + MILLISECOND)
            episode.cvm, episode.during = node.cvm.address, Path("dead")

    def _loses(self, node: Node, now: int) -> None:
        """A host with a route elsewhere loses its own CVM: that is a failure once Genesis has to do with it."""
        node.returned = None
        if node.host.route is not None and node.lost is None:
            node.lost = now

    def served_by(self, node: Node) -> list[Node]:
        """Whom the node's CVM serves: its own host, unless that has a route, and whoever has one to it."""
        address = node.cvm.address
        return [one for one in self._cluster.nodes if one.host.route == (None if one is node else address)]

    def _returned(self, node: Node) -> None:
        """A CVM is back without a boot: its host fails back if it had failed over."""
        now = self._cluster.clock.now
        injected = node.episode is not None and node.episode.kind == "route-injection" and not node.episode.repaired
        if node.host.route is None or injected:
            node.is_back(now)
        else:
            episode = self._cluster.begin(node, "cvm-recovery", now, now + MILLISECOND)
            episode.cvm, episode.gateway = node.cvm.address, node.host.route

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
