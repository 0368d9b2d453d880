"""What CVMs say to each other on the public network: a message to each peer every 2 s, ARP for one that is silent."""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.clockwork import Clockwork
from analyzer.lab.simulate.cvm import Cvm
from analyzer.lab.simulate.frames import arp_request
from analyzer.lab.simulate.network import Talk
from analyzer.model.instant import MILLISECOND, SECOND

INTERVAL = 2 * SECOND
PORT = 9876
PEERS = 4
MESSAGE, ANSWER = b"H" * 110, b"K" * 60
UNANSWERED = (204, 412, 836, 1668, 3332)  # ms after a segment: its retransmissions, until ARP takes over
ASK_AFTER = 5 * SECOND
ASK_INTERVAL = 1020 * MILLISECOND


class Whisper:
    """One CVM's connection with one peer."""

    def __init__(self, clock: Clockwork, one: Cvm, other: Cvm, random: Random) -> None:
        self._clock, self._one, self._other, self._random = clock, one, other, random
        self._lives = one.life, other.life
        self._talk = self._dial()
        clock.after(random.randrange(INTERVAL), self._tick, one.life)

    def _dial(self) -> Talk:
        port = 32768 + self._random.randrange(28000)
        return Talk((self._one.eth0, self._other.eth0), (port, PORT), self._random)

    def _tick(self, life: int) -> None:
        """Say something and hear the answer, or begin to miss it."""
        one, other, clock = self._one, self._other, self._clock
        if one.life != life or not one.powered:
            return
        now = clock.now
        if not other.powered or other.life != self._lives[1]:
            self._lost(life)
            return
        bits = self._random.getrandbits
        there = self._talk.say(0, MESSAGE, now) + 40_000 + bits(16)
        back = self._talk.say(1, ANSWER, there)
        self._talk.acknowledge(0, back - 8_000)
        clock.after(INTERVAL + 200_000 + bits(18), self._tick, life)

    def _lost(self, life: int) -> None:
        """The peer is silent: retransmissions, then ARP until somebody answers."""
        now = self._clock.now
        for delay in (0, *UNANSWERED):
            self._clock.at(now + delay * MILLISECOND, self._repeat, life)
        self._clock.at(now + ASK_AFTER + self._random.getrandbits(29), self._ask, life, 0)

    def _repeat(self, life: int) -> None:
        if self._one.life == life and not self._other.powered:
            self._talk.say(0, MESSAGE, self._clock.now, heard=False)

    def _ask(self, life: int, turn: int) -> None:
        """Three questions to the known MAC, then to all; three at a time with a pause."""
        one, other = self._one, self._other
        if one.life != life:
            return
        now = self._clock.now
        to = other.eth0.mac if turn < 3 else b"\xff" * 6
        if other.powered:
            one.eth0.ask(other.address, one.address, now)
            self._begin_again(life)
            return
        one.eth0.wire.put(now, arp_request(one.eth0.mac, one.address, other.address, to))
        pause = 0 if turn < 5 or turn % 3 else 2_000 + self._random.getrandbits(12)
        self._clock.after(ASK_INTERVAL + pause * MILLISECOND, self._ask, life, turn + 1)

    def _begin_again(self, life: int) -> None:
        self._lives = self._one.life, self._other.life
        self._talk = self._dial()
        self._talk.open(self._clock.now + 100_000)
        self._clock.after(400_000, self._tick, life)

    def rise(self, at: int) -> None:
        """The CVM itself is back: it asks for its peer and connects."""
        self._lives = self._one.life, self._other.life
        self._clock.at(at, self._rise, self._one.life)

    def _rise(self, life: int) -> None:
        if self._one.life != life or not self._one.powered:
            return
        if self._one.eth0.ask(self._other.address, self._one.address, self._clock.now) is None:
            self._clock.after(INTERVAL, self._rise, life)
            return
        self._begin_again(life)


def gossip(clock: Clockwork, cvms: list[Cvm]) -> list[tuple[Cvm, Whisper]]:
    """Everybody with everybody, or with some neighbours in a large cluster."""
    random = clock.stream("gossip")
    found = []
    for one in cvms:
        peers = [other for other in cvms if other is not one]
        if len(peers) > PEERS:
            place = cvms.index(one)
            peers = [cvms[(place + step) % len(cvms)] for step in (1, 2, len(cvms) - 1, len(cvms) - 2)]
        found += [(one, Whisper(clock, one, other, random)) for other in peers]
    return found
