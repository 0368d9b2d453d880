"""Does a scenario's faults to the cluster, and tells the truth of the hosts what becomes of their paths."""

from __future__ import annotations

from analyzer.errors import UsageError
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.gossip import GossipSession
from analyzer.lab.simulate.cluster.hostd import switched_off, switched_on
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.cluster.site import Site
from analyzer.lab.simulate.faults.disturbances import Disturbances
from analyzer.lab.simulate.faults.running_cluster import RunningCluster
from analyzer.lab.simulate.genesis.leadership import Leadership
from analyzer.lab.simulate.scenario.scenario import NOBODY, Fault, nanoseconds
from analyzer.model.event import RouteAction
from analyzer.model.instant import MILLISECOND, SECOND

COMMAND = 6 * MILLISECOND  # from a command that is typed to the kernel's change


class FaultInjector:
    """Switches CVMs, types route commands, hangs servers. A CVM's links are up `boot` ns after its power."""

    def __init__(
        self,
        site: Site,
        nodes: list[Node],
        gossip: list[tuple[Cvm, GossipSession]],
        leadership: Leadership,
        boot: int,
    ) -> None:
        self.clock, self.truth_log = site.clock, site.truth_log
        self.nodes = nodes
        self._booting: set[Cvm] = set()
        self._since = self.clock.now
        self._cluster = RunningCluster(site.clock, site.truth_log, site.public, nodes, gossip, leadership, boot)
        self.disturbances = Disturbances(self._cluster)

    def do(self, fault: Fault, number: int) -> None:
        """Do it now; :class:`UsageError` when it would change nothing. It is the scenario's fault `number`."""
        node = self.nodes[fault.on - 1]
        if (why := self._why_pointless(node, fault)) is not None:
            when = (self.clock.now - self._since) // SECOND
            raise UsageError(
                f"fault {number} ({fault.do} on node {fault.on}), {when} s after the logs begin: {why}; "
                "do it at another time, or leave it out"
            )
        self._do(fault, node, nanoseconds(fault.seconds))

    def _do(self, fault: Fault, node: Node, length: int) -> None:
        match fault.do:
            case "cvm-power-off":
                self._power_off(node)
            case "cvm-power-on":
                self._power_on(node)
            case "nfs-hang":
                self._hang(node, length)
            case "icmp-redirect":
                self.disturbances.redirect(node, self._gateway(node, fault))
            case "route-add" if fault.beside_genesis is not None:
                self._type_around_genesis(node, self._gateway(node, fault), nanoseconds(fault.beside_genesis))
            case "route-add" | "route-delete":
                self._type(node, "add" if fault.do == "route-add" else "delete", self._gateway(node, fault))
            case disturbance:
                self.disturbances.do(disturbance, node, length)

    def _gateway(self, node: Node, fault: Fault) -> str:
        if isinstance(fault.gateway, int):
            return self.nodes[fault.gateway - 1].cvm.address
        return fault.gateway or node.host.route or NOBODY

    def _why_pointless(self, node: Node, fault: Fault) -> str | None:
        """Why the fault would change nothing, or None."""
        route, booting = node.host.route, node.cvm in self._booting
        match fault.do:
            case "cvm-power-off" if not node.cvm.powered and not node.cvm.hung:
                return "its CVM still boots" if booting else "its CVM is off already"
            case "cvm-power-on" if node.cvm.powered or booting:
                return "its CVM is on already"
            case "cvm-power-on" if node.cvm.hung:
                return "its CVM stands still, and is on"
            case "nfs-hang" if not node.cvm.powered:
                return "its CVM is off, so no NFS server can hang"
            case "nfs-hang" if node.cvm.hung:
                return "its NFS server hangs already"
            case "route-add" | "route-delete" if node.host.booting:
                return "its host boots, and has no shell"
            case "route-add" | "route-delete" if fault.in_vain:
                return None
            case "route-add" if route == self._gateway(node, fault) and fault.beside_genesis is None:
                return "its host has this route already"
            case "route-delete" if route is None or route != self._gateway(node, fault):
                return f"its host has {'no route' if route is None else f'another route, to {route}'}"
            case _:
                return self.disturbances.why_pointless(fault.do, node)

    def _power_off(self, node: Node) -> None:
        cvm = node.cvm
        self.truth_log.note(self.clock.now, "cvm-power-off", "person", cvm=cvm.address)
        switched_off(node.host, self.clock.now)
        self._cluster.stops(cvm, 2 * MILLISECOND, off=True)
        cvm.power_off()
        self._cluster.leadership.died(cvm)

    def _power_on(self, node: Node) -> None:
        now, cvm = self.clock.now, node.cvm
        self._booting.add(cvm)
        self.truth_log.note(now, "cvm-power-on", "person", cvm=cvm.address)
        switched_on(node.host, now)
        self.disturbances.lasts(self._cluster.boot)
        self.clock.at(now + self._cluster.boot, self._links_up, node, now)

    def _links_up(self, node: Node, since: int) -> None:
        cvm = node.cvm
        self._booting.remove(cvm)
        self._cluster.serves_again(cvm, since, self.clock.now)
        self.truth_log.note(self.clock.now, "cvm-links-up", cvm.address, cvm=cvm.address)
        cvm.links_up(self.clock.now)
        self._cluster.reconnect_gossip(cvm)

    def _hang(self, node: Node, duration: int) -> None:
        now, cvm = self.clock.now, node.cvm
        for one in self.nodes:
            one.truth.hangs(cvm.address, now, now + MILLISECOND)
        self.truth_log.note(now, "nfs-hang", "person", cvm=cvm.address)
        cvm.hang()
        self.clock.after(duration, self._resume, node, cvm.life)

    def _resume(self, node: Node, life: int) -> None:
        if node.cvm.life == life and node.cvm.powered:  # one that stands still answers when it goes on
            self.truth_log.note(self.clock.now, "nfs-resumed", node.cvm.address)
            for one in self.nodes:
                one.truth.answers(node.cvm.address)
            node.cvm.resume()

    def _type(self, node: Node, action: RouteAction, gateway: str) -> None:
        """A person types a route command in the host's shell; the kernel has it some ms later."""
        now, host = self.clock.now, node.host
        host.typed(action, gateway)
        self.truth_log.note(now, f"typed-route-{action}", "person", host=host.address, gateway=gateway)
        self.clock.at(now + COMMAND, self._route, node, action, gateway, now)

    def _type_around_genesis(self, node: Node, gateway: str, offset: int) -> None:
        """A person adds the route `offset` ns after Genesis has its next task changed it, or before."""

        def plan(change: int) -> None:
            self.clock.at(max(self.clock.now, change + offset), self._type, node, "add", gateway)

        node.on_task.append(plan)

    def _route(self, node: Node, action: RouteAction, gateway: str, since: int) -> None:
        """The kernel takes it."""
        if node.host.change_route(action, gateway, "person"):
            node.truth.route_changed(action, gateway, "person", since, self.clock.now)
