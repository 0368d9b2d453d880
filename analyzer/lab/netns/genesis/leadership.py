"""Who leads: the others ask the leader each second; when it is silent for long, another one leads.

That is the first CVM in their common order that answers. The real Genesis has ZooKeeper find the leader; this is as
much of it as a test shows, and no more: where the network falls in two, both halves would have one.
"""

from __future__ import annotations

import socket
import threading
import time

from analyzer.lab.netns.genesis.settings import GenesisSettings

PORT = 2100  # by UDP; Genesis's own by TCP

_EVERY_S = 1
_TRIES, _PATIENCE_S = 3, 0.5


class Leadership:
    """What this CVM knows of the leader; from its construction on it answers whoever asks."""

    def __init__(self, settings: GenesisSettings) -> None:
        self._settings = settings
        self.leader = settings.leader
        self._heard: int | None = None  # when the leader last answered, by the clock that never jumps
        threading.Thread(target=self._answer, daemon=True).start()

    @property
    def is_ours(self) -> bool:
        """Whether this CVM is to lead."""
        return self.leader == self._settings.address

    def watch(self) -> str | None:
        """Ask the leader once, and wait a second; the new leader when there has to be one.

        A leader that never answered is only about to start, and not missed.
        """
        time.sleep(_EVERY_S)
        if leader_by(self.leader, tries=1):
            self._heard = time.monotonic_ns()
        silent_since = self._heard
        if silent_since is None or time.monotonic_ns() - silent_since < self._settings.election:
            return None
        return self._elect()

    def _elect(self) -> str | None:
        """The first that answers; nobody when the one that leads does after all."""
        self._heard = time.monotonic_ns()
        if leader_by(self.leader, tries=_TRIES):
            return None
        own, before = self._settings.address, self.leader
        others = (cvm for cvm in self._settings.cvms if cvm != before)
        self.leader = next(cvm for cvm in others if cvm == own or leader_by(cvm, tries=_TRIES))
        return self.leader

    def _answer(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.bind((self._settings.address, PORT))
            while True:
                _, who = asked.recvfrom(64)
                asked.sendto(self.leader.encode(), who)


def leader_by(cvm: str, *, tries: int) -> str | None:
    """The CVM that leads, as the Genesis of a CVM knows; None when it does not answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(_PATIENCE_S)
        asking.connect((cvm, PORT))
        for _ in range(tries):
            try:
                asking.send(b"who leads?")
                return asking.recv(64).decode()
            except OSError:  # no answer in time, or by ICMP that nobody listens
                continue
    return None
