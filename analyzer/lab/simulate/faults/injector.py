"""The hand that does a scenario's faults to the cluster, and begins the episode that comes of each."""

from __future__ import annotations

from analyzer.errors import UsageError
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.gossip import Whisper
from analyzer.lab.simulate.cluster.host import RouteAction
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.faults.disturbances import Mishaps
from analyzer.lab.simulate.faults.running_cluster import Stage
from analyzer.lab.simulate.genesis.leadership import Leadership
from analyzer.lab.simulate.scenario.scenario import NOBODY, Fault, nanoseconds
from analyzer.lab.simulate.scheduler import Clockwork
from analyzer.lab.simulate.truth.episode import Story
from analyzer.lab.simulate.truth.truth_log import Chronicle
from analyzer.lab.simulate.wire.switch import Wire
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path


class Hand:
    """Switches CVMs, types route commands, hangs servers. A CVM's links are up `boot` ns after its power."""

    def __init__(
        self,
        place: tuple[Clockwork, Chronicle, Wire],
        nodes: list[Node],
        whispers: list[tuple[Cvm, Whisper]],
        leadership: Leadership,
        boot: int,
    ) -> None:
        self.clock, self.chronicle, _ = place
        self.nodes = nodes
        self._whispers, self._leadership, self._boot = whispers, leadership, boot
        self._booting: set[Cvm] = set()
        self._since = self.clock.now
        self.mishaps = Mishaps(Stage(*place, nodes, whispers, leadership, boot, self._begin))

    def do(self, fault: Fault, number: int) -> None:
        """Do it now; :class:`UsageError` when it would change nothing. It is the scenario's fault `number`."""
        node = self.nodes[fault.on - 1]
        if (why := self._in_vain(node, fault)) is not None:
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
                self.mishaps.redirect(node, self._gateway(node, fault))
            case "route-add" if fault.beside_genesis is not None:
                self._type_beside(node, self._gateway(node, fault), nanoseconds(fault.beside_genesis))
            case "route-add" | "route-delete":
                self._type(node, "add" if fault.do == "route-add" else "delete", self._gateway(node, fault))
            case mishap:
                self.mishaps.do(mishap, node, length)

    def _gateway(self, node: Node, fault: Fault) -> str:
        if isinstance(fault.gateway, int):
            return self.nodes[fault.gateway - 1].cvm.address
        return fault.gateway or node.host.route or NOBODY

    def _in_vain(self, node: Node, fault: Fault) -> str | None:
        """Why the fault would change nothing, or None."""
        route, booting = node.host.route, node.cvm in self._booting
        match fault.do:
            case "cvm-power-off" if not node.cvm.powered:
                return "its CVM still boots" if booting else "its CVM is off already"
            case "cvm-power-on" if node.cvm.powered or booting:
                return "its CVM is on already"
            case "nfs-hang" if not node.cvm.powered:
                return "its CVM is off, so no NFS server can hang"
            case "nfs-hang" if node.cvm.hung:
                return "its NFS server hangs already"
            case "route-add" if route == self._gateway(node, fault) and fault.beside_genesis is None:
                return "its host has this route already"
            case "route-delete" if route is None or route != self._gateway(node, fault):
                return f"its host has {'no route' if route is None else f'another route, to {route}'}"
            case _:
                return self.mishaps.in_vain(fault.do, node)

    def _begin(self, node: Node, kind: EpisodeKind, cause: int, effect: int) -> Story:
        """An episode begins; one that was under way on the host is left as it is."""
        story = Story(kind, node.host.address, None, None, None, node.host.path(), cause, effect)
        node.story = story
        self.chronicle.stories.append(story)
        for client in node.clients:
            client.story = story
        return story

    def _power_off(self, node: Node) -> None:
        now, cvm = self.clock.now, node.cvm
        self.chronicle.note(now, "cvm-power-off", "person", cvm=cvm.address)
        self.mishaps.cvm.failing(node, now)
        cvm.power_off()
        self._leadership.died(cvm)

    def _power_on(self, node: Node) -> None:
        now, cvm = self.clock.now, node.cvm
        self._booting.add(cvm)
        self.chronicle.note(now, "cvm-power-on", "person", cvm=cvm.address)
        up = now + self._boot
        if node.host.route is not None:
            story = self._begin(node, "cvm-recovery", now, up)
            story.cvm, story.gateway = cvm.address, node.host.route
        self.clock.at(up, self._links_up, cvm)

    def _links_up(self, cvm: Cvm) -> None:
        self._booting.remove(cvm)
        self.chronicle.note(self.clock.now, "cvm-links-up", cvm.address, cvm=cvm.address)
        cvm.links_up(self.clock.now)
        for one, whisper in self._whispers:
            if one is cvm:
                whisper.rise(self.clock.now + 20 * MILLISECOND)

    def _hang(self, node: Node, duration: int) -> None:
        now, cvm = self.clock.now, node.cvm
        story = self._begin(node, "unexplained", now, now + MILLISECOND)
        story.cvm = cvm.address
        story.during = Path("dead") if node.host.route is None else story.before
        self.chronicle.note(now, "nfs-hang", "person", cvm=cvm.address)
        cvm.hang()
        self.clock.after(duration, self._resume, node, cvm.life)

    def _resume(self, node: Node, life: int) -> None:
        if node.cvm.life == life:
            self.chronicle.note(self.clock.now, "nfs-resumed", node.cvm.address)
            node.cvm.resume()

    def _type(self, node: Node, action: RouteAction, gateway: str) -> None:
        """A person types a route command in the host's shell; the kernel has it some ms later."""
        now, host = self.clock.now, node.host
        effect = now + 6 * MILLISECOND
        host.typed(action, gateway)
        self.chronicle.note(now, f"typed-route-{action}", "person", host=host.address, gateway=gateway)
        valid = any(other.cvm.address == gateway and other.cvm.powered for other in self.nodes)
        mends = node.story is not None and node.story.kind != "unexplained" and node.story.mended_by(action)
        if mends and host.route == (gateway if action == "delete" else None):
            pass  # it puts right what is wrong
        elif action == "add" and host.route is None and node.cvm.powered:
            story = self._begin(node, "route-injection", now, effect)
            story.gateway, story.valid = gateway, valid
            story.during = Path("dead", via=gateway)
        elif action == "delete" and host.route == gateway:
            story = self._begin(node, "route-deletion" if not node.cvm.powered else "unexplained", now, effect)
            story.gateway = gateway
            story.during = Path("dead")
        self.clock.at(effect, self._route, node, action, gateway)

    def _type_beside(self, node: Node, gateway: str, beside: int) -> None:
        """A person adds the route `beside` ns after Genesis has its next task changed it, or before."""

        def plan(change: int) -> None:
            self.clock.at(max(self.clock.now, change + beside), self._type, node, "add", gateway)

        node.beside.append(plan)

    def _route(self, node: Node, action: RouteAction, gateway: str) -> None:
        """The kernel takes it; what a person mends is mended."""
        story = node.story
        changed = node.host.change_route(action, gateway, "person")
        if not changed or story is None or story.kind == "unexplained" or self.clock.now <= story.effect:
            return  # nothing to mend, or it is the fault itself
        if story.mended_by(action):
            story.repaired = self.clock.now
            story.gateway = story.gateway or gateway
            if not node.clients:
                story.after = node.host.path()
