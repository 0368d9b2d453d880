"""What CVMs say to each other on the public network: a message to each peer every 2 s, and how they miss a dead one.

Intervals and timeouts are those of the recordings: a message that is not answered in 2 s ends the connection, another
one is tried 5 s later, for 4 s at most.
"""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire.connect_attempt import ConnectAttempt, End
from analyzer.lab.simulate.wire.conversation import Conversation
from analyzer.lab.simulate.wire.neighbour import Neighbour, neighbour_of
from analyzer.model.instant import MILLISECOND, SECOND

INTERVAL = 2 * SECOND
ANSWER_TIMEOUT = 2 * SECOND
CONNECT_TIMEOUT = 4 * SECOND
PAUSE = 5 * SECOND
PORT = 9876
PEERS = 4
MESSAGE, ANSWER = b"H" * 110, b"K" * 60
UNANSWERED = (204, 412, 836, 1668, 3332)  # ms after a segment: its retransmissions


class GossipSession:
    """One CVM's connection with one peer."""

    def __init__(self, clock: Scheduler, one: Cvm, other: Cvm, random: Random) -> None:
        self._clock, self._one, self._other, self._random = clock, one, other, random
        self._lives = one.life, other.life
        self._closed = False  # by a FIN: nobody misses an answer on it
        self._conversation = self._dial()
        self._neighbour()
        clock.after(random.randrange(INTERVAL), self._tick, one.life)

    def _neighbour(self) -> Neighbour:
        one = self._one
        return neighbour_of(self._clock, one.eth0, self._other.address, known=one.life == 0)

    def _dial(self) -> Conversation:
        port = 32768 + self._random.randrange(28000)
        return Conversation(self._one.eth0, self._other.eth0, port, PORT, self._random)

    def _tick(self, life: int) -> None:
        """Say something and hear the answer, or begin to miss it."""
        one, other, clock = self._one, self._other, self._clock
        if one.life != life or not one.powered:
            return
        now = clock.now
        if not one.eth0.up or not other.eth0.up or self._closed or other.life != self._lives[1]:
            self._lost(life)
            return
        bits = self._random.getrandbits
        there = self._conversation.send(0, MESSAGE, now) + 40_000 + bits(16)
        back = self._conversation.send(1, ANSWER, there)
        self._conversation.acknowledge(0, back - 8_000)
        self._neighbour().confirm()
        clock.after(INTERVAL + 200_000 + bits(18), self._tick, life)

    def _lost(self, life: int) -> None:
        """The peer is silent: retransmissions, and soon another connection."""
        now = self._clock.now
        for delay in () if self._closed else (0, *UNANSWERED):
            self._clock.at(now + delay * MILLISECOND, self._repeat, life)
        self._clock.at(now + ANSWER_TIMEOUT + PAUSE + self._random.getrandbits(24), self._try, life)

    def _repeat(self, life: int) -> None:
        if self._one.life == life and self._one.eth0.up and not self._other.eth0.up:
            self._conversation.send(0, MESSAGE, self._clock.now, delivered=False)

    def _try(self, life: int) -> None:
        """Connect again; it ends when the peer is there."""
        if self._one.life != life or not self._one.powered:
            return
        self._conversation, self._closed = self._dial(), False

        def ended(how: End) -> None:
            if how == "connected":
                self._lives = self._one.life, self._other.life
                self._clock.after(400_000, self._tick, life)
            else:
                self._clock.after(PAUSE + self._random.getrandbits(23), self._try, life)

        one, other = self._one.eth0, self._other.eth0
        attempt = ConnectAttempt(self._clock, self._neighbour(), self._conversation, one, other, ended)
        attempt.begin(CONNECT_TIMEOUT, listening=True)

    def close(self, closer: Cvm) -> None:
        """One of the two shuts down and ends the connection."""
        if closer in (self._one, self._other) and not self._closed and self._one.eth0.up and self._other.eth0.up:
            self._conversation.close(0 if closer is self._one else 1, self._clock.now)
            self._closed = True

    def reconnect(self, at: int) -> None:
        """The CVM itself is back: it asks for its peer and connects."""
        self._lives = self._one.life, self._other.life
        self._clock.at(at, self._try, self._one.life)


def start_gossip(clock: Scheduler, cvms: list[Cvm]) -> list[tuple[Cvm, GossipSession]]:
    """Everybody with everybody, or with some neighbours in a large cluster."""
    random = clock.random_of("gossip")
    found = []
    for one in cvms:
        peers = [other for other in cvms if other is not one]
        if len(peers) > PEERS:
            place = cvms.index(one)
            peers = [cvms[(place + step) % len(cvms)] for step in (1, 2, len(cvms) - 1, len(cvms) - 2)]
        found += [(one, GossipSession(clock, one, other, random)) for other in peers]
    return found
