"""The permanent SSH connection of the leading CVM to a host: keep-alives, and commands that are run over it.

Sizes and pauses are those of the recordings; what is encrypted is noise. A new connection begins in clear (RFC 4253).
"""

from __future__ import annotations

from random import Random
from struct import pack

from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire.conversation import Conversation
from analyzer.lab.simulate.wire.switch import Port
from analyzer.model.instant import MILLISECOND, SECOND

SSH_PORT = 22
ALIVE_INTERVAL = 10 * SECOND
BANNERS = (b"SSH-2.0-OpenSSH_7.4\r\n", b"SSH-2.0-OpenSSH_7.9\r\n")
HOST_KEY = b"ecdsa-sha2-nistp256"
LATE_ACK = 42 * MILLISECOND

_CHOICES = (
    b"curve25519-sha256",
    HOST_KEY,
    b"aes128-ctr",
    b"aes128-ctr",
    b"hmac-sha2-256",
    b"hmac-sha2-256",
    b"none",
    b"none",
    b"",
    b"",
)


class Session:
    """The connection from a CVM's eth0 to a host's vmk0."""

    def __init__(self, clock: Scheduler, cvm: Port, host: Port, random: Random) -> None:
        self._clock, self._random = clock, random
        self.port = 32768 + random.randrange(28000)
        self._ports = cvm, host
        self._conversation = Conversation(cvm, host, self.port, SSH_PORT, random)
        self._closed = False
        self._free = 0  # ns when what is being said has been said
        clock.after(random.randrange(ALIVE_INTERVAL), self._keep_alive)

    def close(self, *, graceful: bool = False) -> None:
        """Nothing more is said: the CVM is dead. `graceful`: its process has ended, and TCP ends the connection."""
        if graceful and not self._closed and self._up():
            self._conversation.close(0, max(self._free, self._clock.now))
        self._closed = True

    def _up(self) -> bool:
        """Whether the two reach each other."""
        return all(port.up for port in self._ports)

    def open(self) -> None:
        """Connect, exchange keys, log in (all seen on the wire)."""
        conversation, at = self._conversation, self._conversation.open(self._clock.now)
        for side in (0, 1):
            at = conversation.acknowledge(1 - side, conversation.send(side, BANNERS[side], at + 300_000))
        for side in (0, 1):
            at = conversation.send(side, _packet(self._offer()), at + 200_000)
        at = conversation.send(0, _packet(b"\x1e" + _string(self._noise(32))), at + 400_000)
        at = conversation.send(1, _packet(self._key_exchange_reply()), at + 900_000)
        at = conversation.send(0, _packet(b"\x15"), at + 100_000)
        at = conversation.send(1, _packet(b"\x15"), at + 100_000)
        for sizes in ((44, 44), (60, 52), (372, 28)):
            for side in (0, 1):
                at = conversation.send(side, self._noise(sizes[side]), at + 700_000)
        self._free = conversation.acknowledge(0, at)

    def read(self, at: int, duration: int) -> int:
        """A command that prints the route table and takes `duration`; when its output has come."""
        conversation = self._conversation
        at = self._begin(max(at, self._free), 152)
        end = at + duration
        end = conversation.send(1, self._noise(116), end)
        end = conversation.send(1, self._noise(148), end + 300_000)
        end = conversation.acknowledge(0, end)
        return self._finish(end)

    def change(self, at: int, duration: int) -> int:
        """A command that changes a route and takes `duration`; when the kernel has changed it."""
        at = self._begin(max(at, self._free), 192) + duration
        self._finish(at + 1_300_000)
        return at

    def _begin(self, at: int, size: int) -> int:
        conversation = self._conversation
        at = conversation.send(0, self._noise(52), at)
        at = conversation.send(1, self._noise(44), at + 80_000)
        at = conversation.acknowledge(0, at)
        at = conversation.send(0, self._noise(size), at + 60_000)
        at = conversation.send(1, self._noise(72), at + 500_000)
        at = conversation.send(0, self._noise(36), at + 70_000)
        conversation.acknowledge(1, at + LATE_ACK)
        return at + LATE_ACK

    def _finish(self, at: int) -> int:
        conversation = self._conversation
        at = conversation.send(1, self._noise(124), at)
        at = conversation.send(0, self._noise(36), at + 100_000)
        self._free = conversation.acknowledge(1, at)
        return self._free

    def _keep_alive(self) -> None:
        """What a client sends that heard nothing for a while (ssh_config(5), ServerAliveInterval)."""
        conversation, now = self._conversation, self._clock.now
        if self._closed:
            return
        if not self._up():
            self._clock.after(ALIVE_INTERVAL, self._keep_alive)
            return
        if now < self._free:
            self._clock.at(self._free + ALIVE_INTERVAL, self._keep_alive)
            return
        at = conversation.send(0, self._noise(52), now)
        at = conversation.send(1, self._noise(28), at + 80_000)
        self._free = conversation.acknowledge(0, at)
        self._clock.after(ALIVE_INTERVAL + self._random.getrandbits(22), self._keep_alive)

    def _noise(self, size: int) -> bytes:
        return self._random.randbytes(size)

    def _key_exchange_reply(self) -> bytes:
        """SSH_MSG_KEX_ECDH_REPLY: the host's key, its half of the secret, its signature (RFC 5656, 3.1 and 4)."""
        key = _string(HOST_KEY) + _string(b"nistp256") + _string(b"\x04" + self._noise(64))
        numbers = _string(_string(b"\0\x80" + self._noise(31)) + _string(b"\0\x80" + self._noise(31)))
        return b"\x1f" + _string(key) + _string(self._noise(32)) + _string(_string(HOST_KEY) + numbers)

    def _offer(self) -> bytes:
        """SSH_MSG_KEXINIT (RFC 4253, 7.1)."""
        return b"\x14" + self._noise(16) + b"".join(_string(choice) for choice in _CHOICES) + bytes(5)


def _string(value: bytes) -> bytes:
    return pack("!I", len(value)) + value


def _packet(payload: bytes) -> bytes:
    """The binary packet protocol without encryption (RFC 4253, 6)."""
    padding = 8 - (5 + len(payload)) % 8
    padding += 8 if padding < 4 else 0
    return pack("!IB", 1 + len(payload) + padding, padding) + payload + bytes(padding)
