"""What a CVM's kernel believes of a neighbour on the public network, and how long (Linux, arp(7); RFC 4861, 7.3.2).

Who was heard of is REACHABLE for 15 to 45 s, then STALE: the next segment is sent all the same, and 5 s later he is
asked by ARP at his own MAC (DELAY, PROBE), three times. Who does not answer has FAILED: the next segment waits while
all are asked (INCOMPLETE), three times; then whoever wanted to send it learns that the host is unreachable. So a CVM
that died gets SYNs first, and ARP for it begins up to 50 s later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire.frames import BROADCAST
from analyzer.lab.simulate.wire.switch import ANSWER_TIME, Port
from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND

LEAST_REACHABLE, MORE_REACHABLE = 15 * SECOND, 30 * SECOND
DELAY = 5 * SECOND
SOLICITATIONS, SOLICIT_INTERVAL = 3, 1020 * MILLISECOND
JIFFIES = 8  # ms that a kernel's timer may be late

State = Literal["reachable", "stale", "delay", "probe", "incomplete", "failed"]
Act = Callable[[], None]


class Neighbour:
    """An entry of the port's ARP table: what is believed of `address`."""

    def __init__(self, clock: Scheduler, port: Port, address: str, *, known: bool) -> None:
        self._clock, self._port, self._address = clock, port, address
        self._random = clock.random_of(f"neighbour/{port.addresses[0]}/{address}/{clock.now}")
        self._state: State = "reachable" if known else "failed"
        self._until = 0
        self._serial = 0
        self._waiting: list[tuple[Act, Act]] = []
        self._mac = BROADCAST
        if known:
            self.confirm()

    def confirm(self) -> None:
        """He has just answered, by ARP or with what acknowledges a segment."""
        self._serial += 1
        self._state = "reachable"
        owner = self._port.wire.owner(self._address)
        self._mac = owner.mac if owner else self._mac
        self._until = self._clock.now + LEAST_REACHABLE + self._random.randrange(MORE_REACHABLE)

    def announced(self) -> None:
        """He said where he is, unasked."""
        if self._state == "incomplete":
            self._clock.after(40 * MICROSECOND, self._flush, [send for send, _ in self._waiting])
            self._waiting = []
        self._serial += 1
        self._state, self._until = "stale", 0

    def send(self, send: Act, give_up: Act) -> None:
        """Have a segment sent: now, or when he has answered; `give_up` is called when he does not."""
        if self._state == "reachable" and self._clock.now >= self._until:
            self._state = "stale"
        if self._state == "stale":
            self._state = "delay"
            self._plan(DELAY, self._probe, 0)
        if self._state in ("incomplete", "failed"):
            self._waiting.append((send, give_up))
            if self._state == "failed":
                self._state = "incomplete"
                self._serial += 1
                self._solicit_all(0, self._serial)
            return
        send()

    @property
    def waiting(self) -> bool:
        """Whether something waits for his answer: then it is not sent again."""
        return bool(self._waiting)

    def _probe(self, turn: int, serial: int) -> None:
        """Ask him at his own MAC."""
        if self._overtaken(serial):
            return
        self._state = "probe"
        if turn == SOLICITATIONS:
            self._state = "failed"
        elif self._solicit(self._mac):
            self.confirm()
        else:
            self._plan(SOLICIT_INTERVAL, self._probe, turn + 1)

    def _solicit_all(self, turn: int, serial: int) -> None:
        """Ask all."""
        if self._overtaken(serial):
            return
        waiting = self._waiting
        if turn == SOLICITATIONS:
            self._state, self._waiting = "failed", []
            for _, give_up in waiting:
                give_up()
        elif self._solicit(BROADCAST):
            self._waiting = []
            self.confirm()
            self._clock.after(ANSWER_TIME + 20 * MICROSECOND, self._flush, [send for send, _ in waiting])
        else:
            self._plan(SOLICIT_INTERVAL, self._solicit_all, turn + 1)

    def _flush(self, waiting: list[Act]) -> None:
        for send in waiting:
            send()

    def _solicit(self, to: bytes) -> bool:
        port = self._port
        return port.resolve(self._address, port.addresses[0], self._clock.now, to) is not None

    def _plan(self, delay: int, act: Callable[[int, int], None], turn: int) -> None:
        self._serial += 1
        self._clock.after(delay + self._random.randrange(JIFFIES * MILLISECOND), act, turn, self._serial)

    def _overtaken(self, serial: int) -> bool:
        return serial != self._serial or self._port.neighbours.get(self._address) is not self


def neighbour_of(clock: Scheduler, port: Port, address: str, *, known: bool) -> Neighbour:
    """The port's entry of that address; a new one is `known` when they have talked before the simulation began."""
    found = port.neighbours.get(address)
    if not isinstance(found, Neighbour):
        found = port.neighbours[address] = Neighbour(clock, port, address, known=known)
    return found
