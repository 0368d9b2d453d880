"""A controller VM: power, boot, and what its Stargate says of itself."""

from __future__ import annotations

from analyzer.lab.rules import State
from analyzer.lab.simulate.cluster.connection import STORAGE
from analyzer.lab.simulate.cluster.nfs_server import NfsServer
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire.switch import Port
from analyzer.model.instant import MILLISECOND

IN_TRANSIT = 2 * MILLISECOND  # what was on its way when the power went still arrives


class Cvm(NfsServer):
    """One controller VM; its NFS server is what it inherits."""

    def __init__(
        self, clock: Scheduler, number: int, eth0: Port, eth1: Port, own_vmk1: Port, *, symmetric: bool, loss: int = 0
    ) -> None:
        super().__init__(clock, number, eth0, eth1, own_vmk1, symmetric=symmetric, loss=loss)
        self.state: State = "up"
        self.polls_to_ready = 0
        self.cut = False  # its uplink is dead

    @property
    def functions(self) -> bool:
        """Whether its Stargate is up and initialised."""
        return self.powered and self.state == "up"

    def power_off(self) -> None:
        """Nothing leaves it any more, and what it knew is lost."""
        self.powered = self.eth0.up = self.eth1.up = self.listening = False
        self.state = "down"
        self.hung = False
        self.life += 1
        self._table.clear()
        self.eth0.neighbours.clear()
        self._drop_unsent()

    def links_up(self, at: int) -> None:
        """The booting CVM's interfaces come up and are announced (as ifup does); Stargate and Genesis come later."""
        self.powered = self.eth1.up = True
        self.eth0.up = not self.cut
        self.eth0.arp_table.clear()
        self.eth1.arp_table.clear()
        self.polls_to_ready = 1
        life = self.life
        for delay, reply in ((200 * MILLISECOND, True), (3200 * MILLISECOND, False)):
            self.clock.at(at + delay, self._announce, life, reply)
        self.clock.at(at + 280 * MILLISECOND, self._start_stargate, life)

    def stop_stargate(self, how: str) -> None:
        """The NFS server's process ends, and its connections by FIN or RST; the kernel refuses new ones."""
        self.state, self.listening = "down", False
        self.end_all(how)

    def start_stargate(self) -> None:
        """It serves again."""
        self.state, self.listening = "up", True

    def freeze(self) -> None:
        """The whole CVM stands still, its links are up: it says nothing, forgets nothing."""
        self.powered = self.eth0.up = self.eth1.up = False
        self.state = "down"
        self.hang()
        self._drop_unsent()

    def thaw(self) -> None:
        """It goes on where it stood, and answers what waited."""
        self.powered = self.eth1.up = True
        self.eth0.up = not self.cut
        self.state = "up"
        self.resume()

    def _drop_unsent(self) -> None:
        """A conversation that it was about to have is not had."""
        self.eth0.wire.drop(self.eth0.mac, self.clock.now + IN_TRANSIT)

    def _announce(self, life: int, reply: bool) -> None:
        if self.life == life:
            self.eth1.announce(STORAGE, self.clock.now, reply=reply)
            self.eth0.announce(self.address, self.clock.now + 400_000, reply=reply)

    def _start_stargate(self, life: int) -> None:
        if self.life == life:
            self.state, self.listening = "initializing", True

    def poll(self) -> State:
        """What Stargate answers to Genesis; it is initializing for one question after a boot."""
        if self.state == "initializing":
            if self.polls_to_ready == 0:
                self.state = "up"
            self.polls_to_ready = max(0, self.polls_to_ready - 1)
        return self.state
