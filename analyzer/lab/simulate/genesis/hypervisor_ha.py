"""What Genesis does on the hosts over its SSH connections: route commands, NfsTerminateConnection before a delete."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from analyzer.lab.simulate.cluster.connection import STORAGE
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.cluster.site import Site
from analyzer.lab.simulate.genesis.ssh import Session
from analyzer.lab.simulate.scenario.options import Drawn
from analyzer.lab.simulate.truth.truth_log import LogLevel
from analyzer.lab.simulate.wire.conversation import Conversation
from analyzer.lab.simulate.wire.neighbour import Neighbour, neighbour_of
from analyzer.model.event import RouteAction
from analyzer.model.instant import MILLISECOND, SECOND

STARGATE_PORT = 2009
SSHD = 77_000  # its first process
LOGIN = 21 * MILLISECOND
TERMINATE_TIMEOUT = 2 * SECOND
UNREACHABLE = 3 * SECOND  # until a command over SSH to a dead host is given up
BEFORE_CHANGE = 30 * MILLISECOND  # a command begins so long before the kernel has it
Then = Callable[[], None]


class HypervisorHa:
    """The acting half of Genesis on one CVM while it leads."""

    def __init__(self, site: Site, leader: Cvm, nodes: list[Node], drawn: Drawn) -> None:
        self.leader = leader
        self.clock, self.nodes, self.truth_log, self.drawn = site.clock, nodes, site.truth_log, drawn
        self.random: Random = site.clock.random_of(f"genesis/{leader.name}/{leader.life}")
        self.sessions = {node.host: Session(site.clock, leader.eth0, node.host.vmk0, self.random) for node in nodes}
        self._life = leader.life
        self._stopped = False
        for node in nodes:
            self._log_in(node)

    @property
    def alive(self) -> bool:
        """Whether its CVM still is, and has not stopped it."""
        return self.leader.powered and self.leader.life == self._life and not self._stopped

    def stop(self, *, graceful: bool) -> None:
        """Its CVM is dead; or, `graceful`, the process ends, and its connections with it."""
        self._stopped = True
        for session in self.sessions.values():
            session.close(graceful=graceful)

    def end_connections(self, node: Node, gateway: str, then: Then) -> None:
        """NfsTerminateConnection to the gateway's CVM, whether it answers or not; then the delete."""
        if not self.alive:
            return
        cvm = next(other.cvm for other in self.nodes if other.cvm.address == gateway)
        self.log("INFO", "terminate", host=node.host.address, gateway=gateway)
        if cvm.powered:
            self.clock.after(9 * MILLISECOND, self._end_now, node, cvm, self.clock.now, then)
        else:
            self.clock.after(TERMINATE_TIMEOUT, self._terminated, node, cvm, "None", then)

    def _end_now(self, node: Node, cvm: Cvm, asked: int, then: Then) -> None:
        if not self.alive:
            return
        node.truth.terminated(self.clock.now)
        ended = listed(cvm.terminate(node.host.address, self.drawn.end))
        self.truth_log.note(self.clock.now, "nfs-terminated", cvm.address, host=node.host.address, ended=ended)
        if cvm is not self.leader:
            self.query_stargate(cvm, asked, ended, f"/nfs_terminate?client={node.host.address}")
        self.clock.after(4 * MILLISECOND, self._terminated, node, cvm, ended, then)

    def _terminated(self, node: Node, cvm: Cvm, ended: str, then: Then) -> None:
        if not self.alive:
            return
        self.log("INFO", "terminated", host=node.host.address, gateway=cvm.address, ended=ended)
        self.clock.after(2 * MILLISECOND, self.run, node, "delete", cvm.address, then)

    def run(self, node: Node, action: RouteAction, gateway: str, then: Then) -> None:
        """The route command over the permanent SSH connection; `then` comes when it is done."""
        if not self.alive:
            return
        if not node.host.reachable:
            self.unreachable(node, then)
            return
        self.log("INFO", f"run-{action}", host=node.host.address, gateway=gateway)
        session = self.sessions[node.host]
        done = session.change(self.clock.now + 300_000, self.drawn.read_time + self.random.getrandbits(24))
        command = f"esxcfg-route -{action[0]} {STORAGE} 255.255.255.255 {gateway}"
        if self.drawn.esxi == "6":
            node.host.log("auth", f"User 'root' running command '{command}'", done - BEFORE_CHANGE, self._pid(node))
        self.clock.at(done, self._change, node, action, gateway, then)

    def unreachable(self, node: Node, then: Then) -> None:
        """The host does not answer over SSH."""
        self.log("ERROR", "unreachable", host=node.host.address)
        self.clock.after(UNREACHABLE, then)

    def _log_in(self, node: Node) -> None:
        """What sshd of the host logs of the permanent connection."""
        port = self.sessions[node.host].port
        came = f"from {self.leader.address} port {port}"
        node.host.log("auth", f"Connection {came}", self.clock.now, self._pid(node))
        node.host.log("auth", f"Accepted publickey for root {came} ssh2", self.clock.now + LOGIN, self._pid(node))

    def _pid(self, node: Node) -> int:
        return SSHD + 64 * self.leader.number + node.host.number

    def _change(self, node: Node, action: RouteAction, gateway: str, then: Then) -> None:
        """The host's kernel changes the route, and the command says so; it has no such route to delete at times."""
        changed = node.host.change_route(action, gateway, "genesis")
        if changed:
            node.truth.route_changed(action, gateway, "genesis", self.clock.now, self.clock.now)
        message = f"done-{action}" if changed or action == "add" else "not-deleted"
        self.clock.after(2 * MILLISECOND, self._log_done, node, message, gateway, then)

    def _log_done(self, node: Node, message: str, gateway: str, then: Then) -> None:
        if self.alive:
            self.log("ERROR" if message == "not-deleted" else "INFO", message, host=node.host.address, gateway=gateway)
            then()

    def query_stargate(self, cvm: Cvm, at: int, answer: str, query: str = "/state") -> int:
        """The HTTP question to a Stargate; when the answer has come."""
        conversation = self.conversation_with(cvm)
        self.neighbour(cvm).confirm()
        at = conversation.open(at)
        at = conversation.send(0, f"GET {query} HTTP/1.0\r\nHost: {cvm.address}\r\n\r\n".encode(), at + 60_000)
        at = conversation.acknowledge(1, at)
        head = "HTTP/1.0 200 OK\r\nServer: Stargate\r\nContent-Type: text/plain\r\n\r\n"
        at = conversation.send(1, head.encode(), at + 800_000 + self.random.getrandbits(20))
        at = conversation.acknowledge(0, at)
        at = conversation.acknowledge(0, conversation.send(1, answer.encode(), at))
        at = conversation.send_flags(1, 0x11, at)
        at = conversation.send_flags(0, 0x11, at + 120_000)
        return conversation.acknowledge(1, at)

    def conversation_with(self, cvm: Cvm) -> Conversation:
        """Another connection with a Stargate."""
        port = 32768 + self.random.randrange(28000)
        return Conversation(self.leader.eth0, cvm.eth0, port, STARGATE_PORT, self.random)

    def neighbour(self, cvm: Cvm) -> Neighbour:
        """What the leader's kernel believes of a CVM."""
        return neighbour_of(self.clock, self.leader.eth0, cvm.address, known=self.leader.life == 0)

    def log(self, level: LogLevel, message: str, /, **values: str) -> None:
        """A record of genesis.out."""
        self.truth_log.log_genesis(self.clock.now, self.leader.number, level, message, **values)


def listed(items: list[str]) -> str:
    """A Python 2 list of strings, as the log has it."""
    return "[" + ", ".join(f"'{item}'" for item in items) + "]"
