"""What Genesis does on the hosts over its SSH connections: route commands, NfsTerminateConnection before a delete."""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.chronicle import Chronicle, LogLevel
from analyzer.lab.simulate.clockwork import Clockwork
from analyzer.lab.simulate.cvm import Cvm
from analyzer.lab.simulate.network import Talk
from analyzer.lab.simulate.node import Node
from analyzer.lab.simulate.options import Drawn
from analyzer.lab.simulate.served import PRIVATE_HOST
from analyzer.lab.simulate.ssh import Session
from analyzer.model.instant import MILLISECOND

STARGATE_PORT = 2009


class HypervisorHa:
    """The acting half of Genesis on one CVM while it leads."""

    def __init__(self, clock: Clockwork, leader: Cvm, nodes: list[Node], chronicle: Chronicle, drawn: Drawn) -> None:
        self.leader = leader
        self.clock, self.nodes, self.chronicle, self.drawn = clock, nodes, chronicle, drawn
        self.random: Random = clock.stream(f"genesis/{leader.name}/{leader.life}")
        self.sessions = {node.host: Session(clock, leader.eth0, node.host.vmk0, self.random) for node in nodes}
        self._life = leader.life

    @property
    def alive(self) -> bool:
        """Whether its CVM still is."""
        return self.leader.powered and self.leader.life == self._life

    def add(self, node: Node, gateway: str, wrong: str | None) -> None:
        """Add a route to the host, in place of a `wrong` one."""
        if not self.alive:
            node.busy = False
            return
        if wrong is not None:
            self._run(node, "delete", wrong)
        self._run(node, "add", gateway)

    def end_connections(self, node: Node, gateway: str) -> None:
        """NfsTerminateConnection to the gateway's CVM, then the delete."""
        cvm = next(other.cvm for other in self.nodes if other.cvm.address == gateway)
        if not self.alive or not cvm.powered:
            node.busy = False
            return
        self.say("INFO", "terminate", host=node.host.address, gateway=gateway)
        self.clock.after(9 * MILLISECOND, self._end_now, node, cvm, self.clock.now)

    def _end_now(self, node: Node, cvm: Cvm, asked: int) -> None:
        if not self.alive:
            return
        self.mark(node, "terminated")
        ended = cvm.terminate((node.host.address, PRIVATE_HOST), self.drawn.end)
        self.chronicle.note(self.clock.now, "nfs-terminated", cvm.name, host=node.host.address, ended=listed(ended))
        answered = self.clock.now + 4 * MILLISECOND
        if cvm is not self.leader:
            self.ask(cvm, asked, listed(ended), f"/nfs_terminate?client={node.host.address}")
        self.clock.at(answered, self._terminated, node, cvm, ended)

    def _terminated(self, node: Node, cvm: Cvm, ended: list[str]) -> None:
        if not self.alive:
            return
        self.say("INFO", "terminated", host=node.host.address, gateway=cvm.address, ended=listed(ended))
        self.clock.after(2 * MILLISECOND, self.remove, node, cvm.address)

    def remove(self, node: Node, gateway: str) -> None:
        """Delete the host's route."""
        if self.alive:
            self._run(node, "delete", gateway)
        else:
            node.busy = False

    def _run(self, node: Node, action: str, gateway: str) -> None:
        """The route command over the permanent SSH connection."""
        self.say("INFO", f"run-{action}", host=node.host.address, gateway=gateway)
        session = self.sessions[node.host]
        done = session.change(self.clock.now + 300_000, self.drawn.read_time + self.random.getrandbits(24))
        self.clock.at(done, self._changed, node, action, gateway)
        self.clock.at(done + 2 * MILLISECOND, self._say_done, node, action, gateway)

    def _changed(self, node: Node, action: str, gateway: str) -> None:
        """The host's kernel has changed the route."""
        changed = node.host.change_route("add" if action == "add" else "delete", gateway, "genesis")
        node.busy = False
        story = node.story
        if changed and story is not None and story.repaired is None:
            story.repaired = self.clock.now
            if story.kind == "cvm-failure":
                story.gateway = gateway
            if not node.clients:
                story.after = node.host.path()

    def _say_done(self, node: Node, action: str, gateway: str) -> None:
        if self.alive:
            self.say("INFO", f"done-{action}", host=node.host.address, gateway=gateway)

    def ask(self, cvm: Cvm, at: int, answer: str, query: str = "/state") -> int:
        """The HTTP question to a Stargate; when the answer has come."""
        talk = Talk((self.leader.eth0, cvm.eth0), (32768 + self.random.randrange(28000), STARGATE_PORT), self.random)
        at = talk.open(at)
        at = talk.say(0, f"GET {query} HTTP/1.0\r\nHost: {cvm.address}\r\n\r\n".encode(), at + 60_000)
        at = talk.acknowledge(1, at)
        head = "HTTP/1.0 200 OK\r\nServer: Stargate\r\nContent-Type: text/plain\r\n\r\n"
        at = talk.say(1, head.encode(), at + 800_000 + self.random.getrandbits(20))
        at = talk.acknowledge(0, at)
        at = talk.acknowledge(0, talk.say(1, answer.encode(), at))
        at = talk.signal(1, 0x11, at)
        at = talk.signal(0, 0x11, at + 120_000)
        return talk.acknowledge(1, at)

    def mark(self, node: Node, name: str) -> None:
        """This is the instant `name` of the node's episode, unless it had one."""
        story = node.story
        if story is not None and getattr(story, name) is None:
            setattr(story, name, self.clock.now)

    def say(self, level: LogLevel, says: str, **values: str) -> None:
        """A record of genesis.out."""
        self.chronicle.say(self.clock.now, self.leader.number, level, says, **values)


def listed(items: list[str]) -> str:
    """A Python 2 list of strings, as the log has it."""
    return "[" + ", ".join(f"'{item}'" for item in items) + "]"
