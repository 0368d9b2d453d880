"""An attempt to connect to a CVM that may be dead: SYNs a second apart, as ARP lets them, until somebody has enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire.conversation import Conversation
from analyzer.lab.simulate.wire.neighbour import Neighbour
from analyzer.lab.simulate.wire.switch import Port
from analyzer.model.instant import MILLISECOND

SYN_RETRY = 1015 * MILLISECOND  # the first retries of a recent kernel are linear
REACTION = 30_000

End = Literal["connected", "refused", "timeout", "unreachable"]


class ConnectAttempt:
    """`ended` is called once, with what came of it."""

    def __init__(
        self,
        clock: Scheduler,
        neighbour: Neighbour,
        conversation: Conversation,
        client: Port,
        server: Port,
        ended: Callable[[End], None],
    ) -> None:
        """`client` tries to connect to `server`."""
        self._clock, self._neighbour, self._conversation = clock, neighbour, conversation
        self._own, self._peer = client, server
        self._ended = ended
        self._over = False

    def begin(self, timeout: int, *, listening: bool) -> None:
        """Try for `timeout` ns. `listening`: whether who is there takes the connection, or refuses it."""
        self._clock.after(timeout, self._end, "timeout")
        self._try(listening)

    def _try(self, listening: bool) -> None:
        if self._over:
            return
        if not self._neighbour.waiting:  # a SYN that has not left yet is not sent again
            self._neighbour.send(lambda: self._send_syn(listening), lambda: self._end("unreachable"))
        self._clock.after(SYN_RETRY, self._try, listening)

    def _send_syn(self, listening: bool) -> None:
        now, conversation = self._clock.now, self._conversation
        if self._over or not self._own.up:
            return
        if not self._peer.up:
            conversation.send_syn(now)
        elif listening:
            conversation.open(now)
            self._neighbour.confirm()
            self._end("connected")
        else:
            conversation.send_syn(now)
            conversation.refuse(now + REACTION)
            self._neighbour.confirm()
            self._end("refused")

    def _end(self, how: End) -> None:
        if not self._over:
            self._over = True
            self._ended(how)
