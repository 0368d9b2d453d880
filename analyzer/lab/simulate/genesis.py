"""Genesis of the leading CVM: each period it asks every Stargate, reads every host's forwarding, and has it mended.

The rules: a route while the local CVM is up is illegal and is deleted, after NfsTerminateConnection where its gateway
is a CVM; while the local CVM is not fully initialised it is kept; without a local CVM a route to another one is added.
"""

from __future__ import annotations

from analyzer.lab.simulate.chronicle import Chronicle
from analyzer.lab.simulate.clockwork import Clockwork
from analyzer.lab.simulate.cvm import Cvm, State
from analyzer.lab.simulate.hypervisor_ha import HypervisorHa, listed
from analyzer.lab.simulate.node import Node
from analyzer.lab.simulate.options import Drawn
from analyzer.model.instant import MILLISECOND, SECOND

PROBE_PAUSE = 1_500_000


class Genesis(HypervisorHa):
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
        super().__init__(clock, leader, nodes, chronicle, drawn)
        self._period, self._probe_timeout = timing
        self._preferred = preferred
        self._first = 0
        self._states: dict[str, State] = {}

    def start(self, first: int, *, visible: bool = False) -> None:
        """Begin, with the first check at `first`; `visible`: the SSH connections are made now."""
        self._first = first
        period = f"{self._period // SECOND} s" if self._period % SECOND == 0 else f"{self._period // MILLISECOND} ms"
        self.say("INFO", "started", period=period)
        for session in self.sessions.values():
            if visible:
                session.open()
        self.clock.at(first, self._check)

    def stop(self) -> None:
        """Its CVM is dead."""
        for session in self.sessions.values():
            session.close()

    # --- a check ----------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        if not self.alive:
            return
        now = self.clock.now
        self.chronicle.note(now, "check", self.leader.name)
        for node in self.nodes:
            if node.story is not None:
                node.story.checked(now)
        self._states = {}
        self._probe(0)

    def _probe(self, place: int) -> None:
        """Ask the Stargates one after the other; a dead one costs the whole timeout."""
        if not self.alive:
            return
        if place == len(self.nodes):
            self._say_states()
            self._read(0)
            return
        cvm = self.nodes[place].cvm
        now = self.clock.now
        if cvm.powered:
            self._states[cvm.address] = cvm.poll()
            done = self.ask(cvm, now, self._states[cvm.address]) if cvm is not self.leader else now + 900_000
        else:
            self._states[cvm.address] = "down"
            done = now + self._probe_timeout
            for delay in (0, 1020 * MILLISECOND):
                self.clock.at(now + delay, self._ask_in_vain, cvm)
        self.clock.at(done + PROBE_PAUSE, self._probe, place + 1)

    def _ask_in_vain(self, cvm: Cvm) -> None:
        if self.alive:
            self.leader.eth0.ask(cvm.address, self.leader.address, self.clock.now)

    def _say_states(self) -> None:
        every = sorted(self._states)
        up = [one for one in every if self._states[one] == "up"]
        down = [one for one in every if self._states[one] == "down"]
        if len(up) == len(every):
            self.say("INFO", "all-up", up=listed(up))
        elif not down:
            waiting = [one for one in every if one not in up]
            self.say("INFO", "alive", alive=listed(every), waiting=listed(waiting), one=waiting[0])
        else:
            self.say("WARNING", "down", down=listed(down), up=listed(up), one=down[0])

    # --- a host -----------------------------------------------------------------------------------------------------

    def _read(self, place: int) -> None:
        """Read one host's routes after the other."""
        if not self.alive:
            return
        if place == len(self.nodes):
            done = (self.clock.now - self._first) // self._period + 1
            self.clock.at(self._first + done * self._period, self._check)
            return
        wait = self.drawn.read_time * 3 // max(3, len(self.nodes)) + self.random.getrandbits(24)
        done = self.sessions[self.nodes[place].host].read(self.clock.now + 200_000, wait)
        self.clock.at(done, self._decide, place)

    def _decide(self, place: int) -> None:
        if not self.alive:
            return
        node = self.nodes[place]
        if not node.busy:
            self._judge(node)
        self.clock.after(400_000, self._read, place + 1)

    def _judge(self, node: Node) -> None:
        """The rules; see the module."""
        host, local = node.host.address, node.cvm.address
        gateway, state = node.host.route, self._states[local]
        if state == "up" and gateway is None:
            self.say("INFO", "correct", host=host, cvm=local)
        elif state == "up" and gateway is not None:
            self.say("WARNING", "illegal", host=host, cvm=local, gateway=gateway)
            self._delete(node, gateway, graceful=self._states.get(gateway) == "up")
        elif state == "initializing":
            self.say("INFO", "kept", host=host, cvm=local, gateway=gateway or "nobody")
        elif gateway is not None and self._states.get(gateway) == "up":
            self.say("INFO", "correct-remote", host=host, cvm=local, gateway=gateway)
        else:
            self._forward(node, gateway)

    def _forward(self, node: Node, wrong: str | None) -> None:
        """The local CVM is down: a route to one that is up, in place of a `wrong` one."""
        candidates = [
            other.cvm.address
            for other in sorted(self.nodes, key=lambda other: other.cvm.number != self._preferred)
            if self._states.get(other.cvm.address) == "up" and other is not node
        ]
        if not candidates:
            self.say("ERROR", "nobody", host=node.host.address)
            return
        self.say("WARNING", "absent", host=node.host.address, cvm=node.cvm.address, gateway=candidates[0])
        self.mark(node, "detected")
        node.busy = True
        self._task(node, "add", candidates[0])
        self.clock.after(self.drawn.task_delay, self.add, node, candidates[0], wrong)

    def _delete(self, node: Node, gateway: str, *, graceful: bool) -> None:
        self.mark(node, "detected")
        node.busy = True
        self._task(node, "delete", gateway)
        self.clock.after(self.drawn.task_delay, self.end_connections if graceful else self.remove, node, gateway)

    def _task(self, node: Node, action: str, gateway: str) -> None:
        self.mark(node, "decided")
        self.say("INFO", f"task-{action}", host=node.host.address, gateway=gateway, cvm=node.cvm.address)
