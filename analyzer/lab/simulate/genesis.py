"""Genesis of the leading CVM: each period it asks every Stargate, reads every host's forwarding, and has it mended.

The rules: a route while the local CVM is up is illegal and is deleted, after NfsTerminateConnection where its gateway
is a CVM; while the local CVM is not fully initialised it is kept; without a local CVM a route to another one is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from analyzer.lab.simulate.chronicle import Chronicle, LogLevel, Story
from analyzer.lab.simulate.client import Client
from analyzer.lab.simulate.clockwork import Clockwork
from analyzer.lab.simulate.cvm import Cvm, State
from analyzer.lab.simulate.host import Host
from analyzer.lab.simulate.network import Talk
from analyzer.lab.simulate.options import Drawn
from analyzer.lab.simulate.served import PRIVATE_HOST
from analyzer.lab.simulate.ssh import Session
from analyzer.model.instant import MILLISECOND, SECOND

STARGATE_PORT = 2009
PROBE_PAUSE = 1_500_000


@dataclass(slots=True, eq=False)
class Node:
    """A host with its CVM, its clients and the episode that it is in."""

    host: Host
    cvm: Cvm
    clients: list[Client]
    story: Story | None = None
    busy: bool = False


class Genesis:
    """The HA service on one CVM while it leads."""

    def __init__(
        self,
        clock: Clockwork,
        leader: Cvm,
        nodes: list[Node],
        chronicle: Chronicle,
        drawn: Drawn,
        timing: tuple[int, int],
        preferred: int,
    ) -> None:
        """`timing` is (period, probe timeout); `preferred` the node whose CVM is taken first as a gateway."""
        self.leader = leader
        self._clock, self._nodes, self._chronicle, self._drawn = clock, nodes, chronicle, drawn
        self._period, self._probe_timeout = timing
        self._preferred = preferred
        self._random: Random = clock.stream(f"genesis/{leader.name}/{leader.life}")
        self._life = leader.life
        self._first = 0
        self._states: dict[str, State] = {}
        self._sessions = {node.host: Session(clock, leader.eth0, node.host.vmk0, self._random) for node in nodes}

    def start(self, first: int, *, visible: bool = False) -> None:
        """Begin, with the first check at `first`; `visible`: the SSH connections are made now."""
        self._first = first
        period = f"{self._period // SECOND} s" if self._period % SECOND == 0 else f"{self._period // MILLISECOND} ms"
        self._say("INFO", "started", period=period)
        for session in self._sessions.values():
            if visible:
                session.open()
        self._clock.at(first, self._check)

    def stop(self) -> None:
        """Its CVM is dead."""
        for session in self._sessions.values():
            session.close()

    @property
    def alive(self) -> bool:
        """Whether its CVM still is."""
        return self.leader.powered and self.leader.life == self._life

    # --- a check ----------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        if not self.alive:
            return
        now = self._clock.now
        self._chronicle.note(now, "check", self.leader.name)
        for node in self._nodes:
            if node.story is not None:
                node.story.checked(now)
        self._states = {}
        self._probe(0)

    def _probe(self, place: int) -> None:
        """Ask the Stargates one after the other; a dead one costs the whole timeout."""
        if not self.alive:
            return
        if place == len(self._nodes):
            self._say_states()
            self._read(0)
            return
        cvm = self._nodes[place].cvm
        now = self._clock.now
        if cvm.powered:
            self._states[cvm.address] = cvm.poll()
            done = self._ask(cvm, now, self._states[cvm.address]) if cvm is not self.leader else now + 900_000
        else:
            self._states[cvm.address] = "down"
            done = now + self._probe_timeout
            for delay in (0, 1020 * MILLISECOND):
                self._clock.at(now + delay, self._ask_in_vain, cvm)
        self._clock.at(done + PROBE_PAUSE, self._probe, place + 1)

    def _ask_in_vain(self, cvm: Cvm) -> None:
        if self.alive:
            self.leader.eth0.ask(cvm.address, self.leader.address, self._clock.now)

    def _ask(self, cvm: Cvm, at: int, answer: str, query: str = "/state") -> int:
        """The HTTP question to a Stargate; when the answer has come."""
        talk = Talk((self.leader.eth0, cvm.eth0), (32768 + self._random.randrange(28000), STARGATE_PORT), self._random)
        at = talk.open(at)
        at = talk.say(0, f"GET {query} HTTP/1.0\r\nHost: {cvm.address}\r\n\r\n".encode(), at + 60_000)
        at = talk.acknowledge(1, at)
        head = "HTTP/1.0 200 OK\r\nServer: Stargate\r\nContent-Type: text/plain\r\n\r\n"
        at = talk.say(1, head.encode(), at + 800_000 + self._random.getrandbits(20))
        at = talk.acknowledge(0, at)
        at = talk.acknowledge(0, talk.say(1, answer.encode(), at))
        at = talk.signal(1, 0x11, at)
        at = talk.signal(0, 0x11, at + 120_000)
        return talk.acknowledge(1, at)

    def _say_states(self) -> None:
        every = sorted(self._states)
        up = [one for one in every if self._states[one] == "up"]
        down = [one for one in every if self._states[one] == "down"]
        if len(up) == len(every):
            self._say("INFO", "all-up", up=_list(up))
        elif not down:
            waiting = [one for one in every if one not in up]
            self._say("INFO", "alive", alive=_list(every), waiting=_list(waiting), one=waiting[0])
        else:
            self._say("WARNING", "down", down=_list(down), up=_list(up), one=down[0])

    # --- a host -----------------------------------------------------------------------------------------------------

    def _read(self, place: int) -> None:
        """Read one host's routes after the other."""
        if not self.alive:
            return
        if place == len(self._nodes):
            done = (self._clock.now - self._first) // self._period + 1
            self._clock.at(self._first + done * self._period, self._check)
            return
        wait = self._drawn.read_time * 3 // max(3, len(self._nodes)) + self._random.getrandbits(24)
        done = self._sessions[self._nodes[place].host].read(self._clock.now + 200_000, wait)
        self._clock.at(done, self._decide, place)

    def _decide(self, place: int) -> None:
        if not self.alive:
            return
        node = self._nodes[place]
        if not node.busy:
            self._judge(node)
        self._clock.after(400_000, self._read, place + 1)

    def _judge(self, node: Node) -> None:
        """The rules; see the module."""
        host, local = node.host.address, node.cvm.address
        gateway, state = node.host.route, self._states[local]
        if state == "up" and gateway is None:
            self._say("INFO", "correct", host=host, cvm=local)
        elif state == "up" and gateway is not None:
            self._say("WARNING", "illegal", host=host, cvm=local, gateway=gateway)
            self._delete(node, gateway, graceful=self._states.get(gateway) == "up")
        elif state == "initializing":
            self._say("INFO", "kept", host=host, cvm=local, gateway=gateway or "nobody")
        elif gateway is not None and self._states.get(gateway) == "up":
            self._say("INFO", "correct-remote", host=host, cvm=local, gateway=gateway)
        else:
            self._forward(node, gateway)

    def _forward(self, node: Node, wrong: str | None) -> None:
        """The local CVM is down: a route to one that is up, in place of a `wrong` one."""
        candidates = [
            other.cvm.address
            for other in sorted(self._nodes, key=lambda other: other.cvm.number != self._preferred)
            if self._states.get(other.cvm.address) == "up" and other is not node
        ]
        if not candidates:
            self._say("ERROR", "nobody", host=node.host.address)
            return
        self._say("WARNING", "absent", host=node.host.address, cvm=node.cvm.address, gateway=candidates[0])
        self._mark(node, "detected")
        node.busy = True
        self._task(node, "add", candidates[0])
        self._clock.after(self._drawn.task_delay, self._add, node, candidates[0], wrong)

    def _delete(self, node: Node, gateway: str, *, graceful: bool) -> None:
        self._mark(node, "detected")
        node.busy = True
        self._task(node, "delete", gateway)
        self._clock.after(self._drawn.task_delay, self._end_connections if graceful else self._remove, node, gateway)

    def _task(self, node: Node, action: str, gateway: str) -> None:
        self._mark(node, "decided")
        self._say("INFO", f"task-{action}", host=node.host.address, gateway=gateway, cvm=node.cvm.address)

    # --- hypervisor_ha ----------------------------------------------------------------------------------------------

    def _add(self, node: Node, gateway: str, wrong: str | None) -> None:
        if not self.alive:
            node.busy = False
            return
        if wrong is not None:
            self._run(node, "delete", wrong)
        self._run(node, "add", gateway)

    def _end_connections(self, node: Node, gateway: str) -> None:
        """NfsTerminateConnection to the gateway's CVM, then the delete."""
        cvm = next(other.cvm for other in self._nodes if other.cvm.address == gateway)
        if not self.alive or not cvm.powered:
            node.busy = False
            return
        self._say("INFO", "terminate", host=node.host.address, gateway=gateway)
        self._clock.after(9 * MILLISECOND, self._end_now, node, cvm, self._clock.now)

    def _end_now(self, node: Node, cvm: Cvm, asked: int) -> None:
        if not self.alive:
            return
        self._mark(node, "terminated")
        ended = cvm.terminate((node.host.address, PRIVATE_HOST), self._drawn.end)
        self._chronicle.note(self._clock.now, "nfs-terminated", cvm.name, host=node.host.address, ended=_list(ended))
        answered = self._clock.now + 4 * MILLISECOND
        if cvm is not self.leader:
            self._ask(cvm, asked, _list(ended), f"/nfs_terminate?client={node.host.address}")
        self._clock.at(answered, self._terminated, node, cvm, ended)

    def _terminated(self, node: Node, cvm: Cvm, ended: list[str]) -> None:
        if not self.alive:
            return
        self._say("INFO", "terminated", host=node.host.address, gateway=cvm.address, ended=_list(ended))
        self._clock.after(2 * MILLISECOND, self._remove, node, cvm.address)

    def _remove(self, node: Node, gateway: str) -> None:
        if self.alive:
            self._run(node, "delete", gateway)
        else:
            node.busy = False

    def _run(self, node: Node, action: str, gateway: str) -> None:
        """The route command over the permanent SSH connection."""
        self._say("INFO", f"run-{action}", host=node.host.address, gateway=gateway)
        session = self._sessions[node.host]
        done = session.change(self._clock.now + 300_000, self._drawn.read_time + self._random.getrandbits(24))
        self._clock.at(done, self._changed, node, action, gateway)
        self._clock.at(done + 2 * MILLISECOND, self._say_done, node, action, gateway)

    def _changed(self, node: Node, action: str, gateway: str) -> None:
        """The host's kernel has changed the route."""
        changed = node.host.change_route("add" if action == "add" else "delete", gateway, "genesis")
        node.busy = False
        story = node.story
        if changed and story is not None and story.repaired is None:
            story.repaired = self._clock.now
            if story.kind == "cvm-failure":
                story.gateway = gateway
            if not node.clients:
                story.after = node.host.path()

    def _say_done(self, node: Node, action: str, gateway: str) -> None:
        if self.alive:
            self._say("INFO", f"done-{action}", host=node.host.address, gateway=gateway)

    def _mark(self, node: Node, name: str) -> None:
        story = node.story
        if story is not None and getattr(story, name) is None:
            setattr(story, name, self._clock.now)

    def _say(self, level: LogLevel, says: str, **values: str) -> None:
        self._chronicle.say(self._clock.now, self.leader.number, level, says, **values)


def _list(items: list[str]) -> str:
    """A Python 2 list of strings, as the log has it."""
    return "[" + ", ".join(f"'{item}'" for item in items) + "]"
