"""What also happens to a cluster and looks like a failover, or spoils one: restarts, hangs, resets, redirects.

Each method does one of the scenario's faults to a node, and begins the episode that comes of it, if one does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from analyzer.lab.simulate import frames
from analyzer.lab.simulate.chronicle import Chronicle, Story
from analyzer.lab.simulate.clockwork import Clockwork
from analyzer.lab.simulate.cvm import Cvm
from analyzer.lab.simulate.gossip import Whisper
from analyzer.lab.simulate.leadership import Leadership
from analyzer.lab.simulate.network import Port, Wire
from analyzer.lab.simulate.node import NETWORK, Node
from analyzer.lab.simulate.served import PRIVATE_HOST, STORAGE
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path

STOPPING = 3 * SECOND  # from the end of a CVM's services to the end of its kernel
ROUTER = f"{NETWORK}.1"
ROUTER_MAC = bytes((0x00, 0x1B, 0x54, 0xC2, 0x00, 0x01))
LOGIN = 8 * SECOND  # from the links of a rebooted host's CVM to the first login of Genesis
REMOUNT = 20 * SECOND  # from a host's boot to what its virtual machines ask for


class Begin(Protocol):
    """Has an episode begin on a node; `cause` and `effect` bound its fault, ns."""

    def __call__(self, node: Node, kind: EpisodeKind, cause: int, effect: int) -> Story:
        """The episode."""


class Mishaps:
    """Does them; `begin` is the hand's. `until` is when the last of them will be over, ns."""

    def __init__(
        self,
        place: tuple[Clockwork, Chronicle, Wire],
        nodes: list[Node],
        whispers: list[tuple[Cvm, Whisper]],
        leadership: Leadership,
        boot: int,
        begin: Begin,
    ) -> None:
        self.clock, self.chronicle, self._public = place
        self._nodes, self._whispers, self._leadership = nodes, whispers, leadership
        self._boot, self._begin = boot, begin
        self._router: Port | None = None
        self.until = 0
        self._lasting: dict[str, Callable[[Node, int], None]] = {
            "cvm-hang": self.hang_cvm,
            "stargate-restart": self.restart_stargate,
            "genesis-restart": self.restart_genesis,
            "partition": self.partition,
            "host-reboot": self.reboot,
            "idle": self.idle,
            "vmotion-burst": self.surge,
        }
        self._sudden: dict[str, Callable[[Node], None]] = {
            "cvm-shutdown": self.shut_down,
            "connection-reset": self.reset,
        }

    def do(self, what: str, node: Node, length: int) -> None:
        """Do what the scenario calls `what`; it lasts for `length` ns, if it lasts."""
        if what in self._lasting:
            self._lasting[what](node, length)
            self._lasts(length)
        else:
            self._sudden[what](node)

    def in_vain(self, what: str, node: Node) -> str | None:
        """Why it would change nothing, or None."""
        match what:
            case "cvm-shutdown" | "cvm-hang" | "stargate-restart" if not node.cvm.powered or not node.cvm.listening:
                return "its Stargate does not run"
            case "host-reboot" if node.host.booting or not node.cvm.powered:
                return "its host or its CVM does not run"
            case "partition" if not node.host.vmk0.up:
                return "its network is cut off already"
            case "genesis-restart" if not self._leadership.leads(node.cvm):
                return "its Genesis does not lead, so nobody would notice"
            case "icmp-redirect" if node.host.route is not None:
                return f"its host has a route already, to {node.host.route}"
            case _:
                return None

    # --- a CVM ------------------------------------------------------------------------------------------------------

    def shut_down(self, node: Node) -> None:
        """In order: its services end their connections by FIN, then its kernel stops."""
        now, cvm = self.clock.now, node.cvm
        self.chronicle.note(now, "cvm-shutdown", "person", cvm=cvm.address)
        self.failing(node, now)
        self._leadership.resigned(cvm)
        cvm.stop_stargate("fin")
        for _, whisper in self._whispers:
            whisper.close(cvm)
        self._lasts(STOPPING)
        self.clock.after(STOPPING, self._off, cvm)

    def _off(self, cvm: Cvm) -> None:
        self.chronicle.note(self.clock.now, "cvm-power-off", cvm.name, cvm=cvm.address)
        cvm.power_off()

    def failing(self, node: Node, now: int) -> None:
        """The episodes that a CVM's end begins: of its own host, and of every host that has a route to it."""
        for one in self._nodes:
            if one.host.route == node.cvm.address or (one is node and one.host.route is None):
                story = self._begin(one, "cvm-failure", now, now + 2 * MILLISECOND)
                story.cvm, story.during = node.cvm.address, Path("dead")

    def restart_stargate(self, node: Node, pause: int) -> None:
        """Its process dies, and another serves `pause` ns later; the CVM lives on."""
        now, cvm = self.clock.now, node.cvm
        self.chronicle.note(now, "stargate-stopped", cvm.name, cvm=cvm.address)
        self._stall(node, now)
        cvm.stop_stargate("rst")
        self.clock.after(pause, self._serves, node, cvm.life)

    def _serves(self, node: Node, life: int) -> None:
        cvm = node.cvm
        if cvm.life == life:
            self.chronicle.note(self.clock.now, "stargate-started", cvm.name, cvm=cvm.address)
            cvm.start_stargate()
            self._returned(node)

    def hang_cvm(self, node: Node, pause: int) -> None:
        """The whole CVM stands still for `pause` ns, with its links up."""
        now, cvm = self.clock.now, node.cvm
        self.chronicle.note(now, "cvm-hang", "person", cvm=cvm.address)
        self._stall(node, now)
        cvm.freeze()
        self._leadership.died(cvm)
        self.clock.after(pause, self._thaw, node, cvm.life)

    def _thaw(self, node: Node, life: int) -> None:
        cvm = node.cvm
        if cvm.life != life:
            return
        self.chronicle.note(self.clock.now, "cvm-resumed", cvm.name, cvm=cvm.address)
        cvm.thaw()
        for one, whisper in self._whispers:
            if one is cvm:
                whisper.rise(self.clock.now + 20 * MILLISECOND)
        self._returned(node)

    def _stall(self, node: Node, now: int) -> None:
        """Service stops; it is a failover once Genesis gives the host another CVM."""
        if node.host.route is None:
            story = self._begin(node, "unexplained", now, now + MILLISECOND)
            story.cvm, story.during = node.cvm.address, Path("dead")

    def _returned(self, node: Node) -> None:
        """A CVM is back without a boot: its host fails back if it had failed over."""
        now = self.clock.now
        if node.host.route is not None:
            story = self._begin(node, "cvm-recovery", now, now + MILLISECOND)
            story.cvm, story.gateway = node.cvm.address, node.host.route

    def reset(self, node: Node) -> None:
        """The CVM that serves the host resets its connections, and goes on; nobody knows why."""
        address = PRIVATE_HOST if node.host.route is None else node.host.address
        for one in self._nodes:
            if one.cvm.powered and (one is node or one.cvm.address == node.host.route):
                ended = one.cvm.terminate(address, "rst")
                self.chronicle.note(self.clock.now, "connection-reset", one.cvm.name, ended=",".join(ended))

    # --- Genesis ----------------------------------------------------------------------------------------------------

    def restart_genesis(self, node: Node, pause: int) -> None:
        """The leader's Genesis ends, and begins again."""
        self.chronicle.note(self.clock.now, "genesis-restart", node.cvm.name, cvm=node.cvm.address)
        self._leadership.restart(pause)

    # --- the network ------------------------------------------------------------------------------------------------

    def partition(self, node: Node, pause: int) -> None:
        """The node's uplink is dead for `pause` ns: its host and its CVM reach each other, and nobody else."""
        now = self.clock.now
        self.chronicle.note(now, "partition", "network", host=node.host.address, cvm=node.cvm.address)
        node.host.vmk0.up = node.cvm.eth0.up = False
        self._leadership.died(node.cvm)
        self.clock.after(pause, self._join, node)

    def _join(self, node: Node) -> None:
        self.chronicle.note(self.clock.now, "partition-over", "network", host=node.host.address)
        node.host.vmk0.up, node.cvm.eth0.up = True, node.cvm.powered

    def redirect(self, node: Node, gateway: str) -> None:
        """A router tells the host to send what is for the storage address to `gateway` (RFC 792)."""
        now, host = self.clock.now, node.host
        router = self._router = self._router or Port(self._public, ROUTER_MAC, (ROUTER,))
        macs = router.mac, host.vmk0.mac
        ident = host.number
        self._public.put(now, frames.icmp_redirect(macs, (ROUTER, host.address), gateway, STORAGE, ident))
        self.chronicle.note(now, "icmp-redirect", "router", host=host.address, gateway=gateway)
        story = self._begin(node, "route-injection", now, now + MILLISECOND)
        story.gateway, story.during = gateway, Path("dead", via=gateway)
        story.valid = any(one.cvm.address == gateway and one.cvm.powered for one in self._nodes)
        self.clock.after(MILLISECOND, host.redirect, gateway)

    # --- a host -----------------------------------------------------------------------------------------------------

    def reboot(self, node: Node, pause: int) -> None:
        """The host stops, and its CVM with it; it is back `pause` ns later, and starts its CVM."""
        now, host = self.clock.now, node.host
        self.chronicle.note(now, "host-reboot", "person", host=host.address)
        story = self._begin(node, "unexplained", now, now + 2 * MILLISECOND)
        story.cvm, story.during = node.cvm.address, Path("dead")
        for client in node.clients:
            client.halt()
        host.route, host.booting, host.vmk0.up = None, True, False
        host.stopped.append(now)
        host.vmk1.known.clear()
        node.cvm.power_off()
        self._leadership.died(node.cvm)
        self._lasts(pause + self._boot + REMOUNT)
        self.clock.after(pause, self._booted, node)
        self.clock.after(pause + self._boot, self._started, node)

    def _booted(self, node: Node) -> None:
        """The host's kernel is up. Its kernel has forgotten its neighbours and its routes."""
        now, host = self.clock.now, node.host
        self.chronicle.note(now, "host-booted", host.name, host=host.address)
        host.log("vobd", "[UserLevelCorrelator] 41021398us: [esx.audit.host.boot] Host has booted.", now)
        host.vmk0.up = True
        host.vmk0.known.clear()
        host.vmk0.announce(host.address, now + 4 * MILLISECOND, reply=False)

    def _started(self, node: Node) -> None:
        """Its CVM's links are up."""
        cvm = node.cvm
        self.chronicle.note(self.clock.now, "cvm-links-up", cvm.name, cvm=cvm.address)
        cvm.links_up(self.clock.now)
        self.clock.after(LOGIN, self._open, node)
        for one, whisper in self._whispers:
            if one is cvm:
                whisper.rise(self.clock.now + 20 * MILLISECOND)
        for client in node.clients:
            self.clock.after(REMOUNT, client.restart)

    def _open(self, node: Node) -> None:
        """Genesis can log in to the host again."""
        node.host.booting = False

    def idle(self, node: Node, length: int) -> None:
        """The host's virtual machines ask for nothing."""
        self.chronicle.note(self.clock.now, "idle", node.host.name, host=node.host.address)
        for client in node.clients:
            client.idle(self.clock.now + length)

    def surge(self, node: Node, length: int) -> None:
        """A storage vMotion of the host: large operations, many at once."""
        self.chronicle.note(self.clock.now, "vmotion-burst", node.host.name, host=node.host.address)
        for client in node.clients:
            client.surge(self.clock.now + length)

    def _lasts(self, length: int) -> None:
        self.until = max(self.until, self.clock.now + length)
