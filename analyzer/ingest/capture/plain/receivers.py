"""Who gets a frame of a Linux cooked capture: its header has the sender's MAC and no receiver's.

Within a TCP connection that is told by who answers: a server's frame is for the MAC that spoke last from the client's
end, a client's for the MAC that last answered it. A receiver that never answers stays unknown (empty).

References: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and LINKTYPE_LINUX_SLL2.html.
"""

from __future__ import annotations

RawEnds = tuple[bytes, bytes, bytes, bytes, int, int, int]
"""Source and destination MAC, source and destination address, source and destination port, VLAN or -1."""

CLIENTS_AT_MOST = 1 << 16
"""Clients of which it is told who answers them, as the kernels' table has it."""
_Client = tuple[bytes, bytes, bytes, int, int]
"""A MAC with the addresses and ports of its frames: a host that takes another path sends from another MAC."""


class Receivers:
    """Learns from the frames of one capture, in order, who answers whom. `left_out`: answers from which nothing was
    learnt, as there are too many clients.
    """

    def __init__(self) -> None:
        self._last: dict[_Client, bytes] = {}
        self._first: dict[_Client, bytes] = {}
        self.left_out = 0

    def of_server(self, ends: RawEnds, client: RawEnds) -> RawEnds:
        """A server's frame with its receiver; `client` are the ends of the last frame of the other way."""
        if client[0] and (len(self._first) < CLIENTS_AT_MOST or _client(client) in self._first):
            self._last[_client(client)] = ends[0]
            self._first.setdefault(_client(client), ends[0])
        elif client[0]:
            self.left_out += 1
        return (ends[0], client[0], *ends[2:])

    def of_client(self, ends: RawEnds, *, opening: bool) -> RawEnds:
        """A client's frame with its receiver; who answers a connection that is `opening` is not known yet."""
        if opening:
            self._last.pop(_client(ends), None)
        return (ends[0], self._last.get(_client(ends), b""), *ends[2:])

    def in_hindsight(self, ends: RawEnds) -> RawEnds:
        """A client's ends with who first answered it, where that was not known yet when it sent."""
        if ends[1] or not ends[0]:
            return ends
        return (ends[0], self._first.get(_client(ends), b""), *ends[2:])


def _client(ends: RawEnds) -> _Client:
    return ends[0], ends[2], ends[3], ends[4], ends[5]
