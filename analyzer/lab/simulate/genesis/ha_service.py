"""Genesis of the leading CVM: each period it asks every Stargate, reads every host's forwarding, and has it mended.

What is right for a host is for `analyzer.lab.rules` to say, as it is in the lab.
"""

from __future__ import annotations

from analyzer.lab.rules import Forwarding, Host, State, judge, remote_for
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.cluster.site import Site
from analyzer.lab.simulate.genesis.hypervisor_ha import HypervisorHa, Then, listed
from analyzer.lab.simulate.scenario.options import Drawn, Options
from analyzer.lab.simulate.wire.connect_attempt import ConnectAttempt, End
from analyzer.model.event import RouteAction
from analyzer.model.instant import MILLISECOND, SECOND

PROBE_PAUSE = 1_500_000
COMMAND = 60 * MILLISECOND  # what a route command takes beside reading the table


class HaService(HypervisorHa):
    """The HA service on one CVM while it leads."""

    def __init__(
        self,
        site: Site,
        leader: Cvm,
        nodes: list[Node],
        options: Options,
        drawn: Drawn,
        *,
        preferred: int,
    ) -> None:
        """`preferred` is the node whose CVM is taken first as a gateway."""
        super().__init__(site, leader, nodes, drawn)
        self._period, self._probe_timeout = options.period, options.probe_timeout
        self._late_checks = options.late_checks
        self._preferred = preferred
        self._first = 0
        self._states: dict[str, State] = {}
        self._ahead: set[str] = set()  # hosts that are forwarded as their own CVM will be stopped

    def start(self, first: int, *, visible: bool = False) -> None:
        """Begin, with the first check at `first`; `visible`: the SSH connections are made now."""
        self._first = first
        period = f"{self._period // SECOND} s" if self._period % SECOND == 0 else f"{self._period // MILLISECOND} ms"
        self.log("INFO", "started", period=period)
        for session in self.sessions.values():
            if visible:
                session.open()
        self.clock.at(first, self._check)

    # --- a check ----------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        if not self.alive:
            return
        now = self.clock.now
        self.truth_log.note(now, "check", self.leader.address)
        for node in self.nodes:
            node.truth.checked(now)
        self._states = {}
        for node in self.nodes:
            self._probe(node.cvm)

    def _probe(self, cvm: Cvm) -> None:
        """Ask a Stargate. All are asked at the same time: a dead CVM costs the probe's timeout once."""
        if not cvm.eth0.up or not cvm.listening:
            self._probe_dead(cvm)
            return
        state, now = cvm.poll(), self.clock.now
        done = self.query_stargate(cvm, now, state) if cvm is not self.leader else now + 900_000
        self.clock.at(done, self._answered, cvm, state)

    def _answered(self, cvm: Cvm, state: State) -> None:
        """What a Stargate said, or that it said nothing; the hosts are next when all are known."""
        self._states[cvm.address] = state
        if len(self._states) == len(self.nodes):
            self.clock.after(PROBE_PAUSE, self._probed)

    def _probed(self) -> None:
        if self.alive:
            self._log_states()
            self._read(0)

    def _probe_dead(self, cvm: Cvm) -> None:
        """Ask a CVM that is dead, until the timeout or until the kernel says that it can't be reached."""
        conversation = self.conversation_with(cvm)

        def ended(_: End) -> None:
            self._answered(cvm, "down")

        attempt = ConnectAttempt(self.clock, self.neighbour(cvm), conversation, self.leader.eth0, cvm.eth0, ended)
        attempt.begin(self._probe_timeout, listening=False)

    def _log_states(self) -> None:
        every = sorted(self._states)
        up = [one for one in every if self._states[one] == "up"]
        down = [one for one in every if self._states[one] == "down"]
        if len(up) == len(every):
            self.log("INFO", "all-up", up=listed(up))
        elif not down:
            waiting = [one for one in every if one not in up]
            self.log("INFO", "alive", alive=listed(every), waiting=listed(waiting), one=waiting[0])
        else:
            self.log("WARNING", "down", down=listed(down), up=listed(up), one=down[0])

    # --- a host -----------------------------------------------------------------------------------------------------

    def _read(self, place: int) -> None:
        """Read one host's routes after the other."""
        if not self.alive:
            return
        if place == len(self.nodes):
            done = (self.clock.now - self._first) // self._period + 1
            late = self.random.randrange(self._late_checks) if self._late_checks else 0
            self.clock.at(self._first + done * self._period + late, self._check)
            return
        node = self.nodes[place]
        if not node.host.reachable:
            if self._judged(node, self._functioning()) == "correct":
                node.truth.found_right()  # the check saw the own CVM down, whether it can read the host's route or not
            self.unreachable(node, lambda: self._read(place + 1))
            return
        wait = self.drawn.read_time * 3 // max(3, len(self.nodes)) + self.random.getrandbits(24)
        done = self.sessions[self.nodes[place].host].read(self.clock.now + 200_000, wait)
        self.clock.at(done, self._decide, place)

    def _decide(self, place: int) -> None:
        if not self.alive:
            return
        self._judge(self.nodes[place], lambda: self.clock.after(400_000, self._read, place + 1))

    def _judge(self, node: Node, then: Then) -> None:
        """`then` comes when what the rules ask for is done: one host after the other."""
        host, local, gateway = node.host.address, node.cvm.address, node.host.route or ""
        functioning = self._functioning()
        match self._judged(node, functioning):
            case "correct":
                node.truth.found_right()
                self.log("INFO", "correct-remote" if gateway else "correct", host=host, cvm=local, gateway=gateway)
                then()
            case "kept":
                self.log("INFO", "kept", host=host, cvm=local, gateway=gateway)
                then()
            case "illegal":
                node.truth.found_extra(self.clock.now)
                node.truth.decided("delete", self.clock.now)
                self.log("WARNING", "illegal", host=host, cvm=local, gateway=gateway)
                self._delete(node, gateway, then, graceful=gateway in functioning)
            case "wrong":
                node.truth.found_missing(self.clock.now)
                node.truth.decided("add", self.clock.now)
                self._delete(node, gateway, lambda: self._forward(node, then), graceful=False)
            case "absent":
                self._forward(node, then)

    def _judged(self, node: Node, functioning: list[str]) -> Forwarding:
        """By the rules; a host that was forwarded ahead of its CVM's stop stays so until that has stopped."""
        state = self._states[node.cvm.address]
        if state != "up":
            self._ahead.discard(node.host.address)
        elif node.host.address in self._ahead and node.host.route in functioning:
            return "correct"
        return judge(state, node.host.route, functioning)

    def _functioning(self) -> list[str]:
        """The CVMs whose Stargates do, in the nodes' order."""
        return [node.cvm.address for node in self.nodes if self._states.get(node.cvm.address) == "up"]

    def _forward(self, node: Node, then: Then) -> None:
        """The local CVM is down: a route to one that is up."""
        preferred = self.nodes[self._preferred - 1].cvm.address
        gateway = remote_for(Host(node.host.address, node.cvm.address), self._functioning(), preferred)
        self.log("WARNING", "absent", host=node.host.address, cvm=node.cvm.address, gateway=str(gateway))
        node.truth.found_missing(self.clock.now)
        if gateway is None:
            self.log("ERROR", "nobody", host=node.host.address)
            then()
            return
        node.truth.decided("add", self.clock.now)
        self._task(node, "add", gateway)
        self.clock.after(self.drawn.task_delay, self.run, node, "add", gateway, then)

    def forward_ahead(self, node: Node) -> None:
        """The local CVM is to be stopped in order: a route to another, without a finding."""
        preferred = self.nodes[self._preferred - 1].cvm.address
        gateway = remote_for(Host(node.host.address, node.cvm.address), self._functioning(), preferred)
        if gateway is not None:
            node.truth.is_to_stop(self.clock.now)
            self._ahead.add(node.host.address)
            self._task(node, "add", gateway)
            self.clock.after(self.drawn.task_delay, self.run, node, "add", gateway, _nothing)

    def _delete(self, node: Node, gateway: str, then: Then, *, graceful: bool) -> None:
        """A task to delete the route; `graceful` ends the host's connections before."""
        self._task(node, "delete", gateway)
        if graceful:
            self.clock.after(self.drawn.task_delay, self.end_connections, node, gateway, then)
        else:
            self.clock.after(self.drawn.task_delay, self.run, node, "delete", gateway, then)

    def _task(self, node: Node, action: RouteAction, gateway: str) -> None:
        for act in node.on_task:
            act(self.clock.now + self.drawn.task_delay + self.drawn.read_time + COMMAND)
        node.on_task.clear()
        self.log("INFO", f"task-{action}", host=node.host.address, gateway=gateway, cvm=node.cvm.address)


def _nothing() -> None:
    """What comes after a task that no check waits for."""
