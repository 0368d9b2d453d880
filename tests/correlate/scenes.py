"""Captures of one fault each, as the published test and the recordings show them; each gives its captures to a test."""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.event import Ends
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    CVM_ETH1,
    HOST,
    LOCAL,
    NOBODY,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    STORAGE,
    VMK0,
    VMK1,
    Capture,
    back,
    neighbours,
)

AGAIN = Ends(VMK1, CVM_ETH1, PRIVATE, STORAGE, 879, 2049)  # the connection after a failback
STRAY = Ends(VMK0, REMOTE_ETH0, PRIVATE, STORAGE, 877, 2049)  # the old connection's frames on the public network


def both() -> tuple[Capture, Capture]:
    """Empty captures: SPAN of the public network, and the host's internal switch."""
    return Capture(), replace(Capture(), source="vmk1.pcap")


def healthy(end: int = 90_000) -> tuple[Capture, Capture]:
    span, vmk1 = both()
    neighbours(span, 0, end)
    vmk1.serves(LOCAL, 0, end)
    return span, vmk1


def failure(*, died: int = 37_000, served: int = 64_000, end: int = 90_000) -> tuple[Capture, Capture]:
    """The local CVM dies; the host asks for it, its peers too; later a remote one serves."""
    span, vmk1 = both()
    neighbours(span, 0, end, cvm_until=died)
    vmk1.serves(LOCAL, 0, died)
    vmk1.calls(LOCAL, died + 250, None)
    vmk1.sends(LOCAL, died + 500, died + 1_000, "retransmission")
    vmk1.sends(LOCAL, died + 8_000, died + 8_000, "retransmission")
    span.asks(PEER_ETH0, PEER, CVM, died + 3_000, end)
    span.sends(STRAY, served, served)
    span.control("RST", back(STRAY), served)
    span.connects(OUTSIDE, served + 1)
    span.serves(OUTSIDE, served + 2, end)
    span.calls(OUTSIDE, served + 2, served + 3)
    return span, vmk1


def injection(*, added: int = 29_000, deleted: int = 64_000, end: int = 90_000) -> tuple[Capture, Capture]:
    """A route to a living CVM: its service, and the failback by FIN."""
    span, vmk1 = both()
    neighbours(span, 0, end)
    vmk1.serves(LOCAL, 0, added)
    span.sends(STRAY, added + 250, added + 250)
    span.control("RST", back(STRAY), added + 250)
    span.connects(OUTSIDE, added + 251)
    span.serves(OUTSIDE, added + 252, deleted - 250)
    span.control("FIN", back(OUTSIDE), deleted - 240)
    vmk1.connects(AGAIN, deleted)
    vmk1.serves(AGAIN, deleted + 1, end)
    return span, vmk1


def astray(*, added: int = 33_000, back_at: int = 61_000, end: int = 75_000) -> tuple[Capture, Capture]:
    """A route to nobody: the host asks for the gateway, and the same connection goes on later."""
    span, vmk1 = both()
    neighbours(span, 0, end)
    vmk1.serves(LOCAL, 0, added)
    span.asks(VMK0, HOST, NOBODY, added + 200, back_at - 4_000)
    vmk1.serves(LOCAL, back_at, end)
    return span, vmk1


def deletion(*, deleted: int = 37_000, back_at: int = 59_000, end: int = 75_000) -> tuple[Capture, Capture]:
    """The route is deleted while the CVM is down: the host asks inside in vain, then goes on outside."""
    span, vmk1 = both()
    neighbours(span, 0, end, cvm_until=-1_000)
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    span.serves(OUTSIDE, 0, deleted)
    vmk1.asks(VMK1, PRIVATE, STORAGE, deleted + 400, back_at - 4_000)
    vmk1.speaks(VMK1, PRIVATE, deleted + 400, back_at - 4_000)
    span.serves(OUTSIDE, back_at, end)
    return span, vmk1


def recovery(*, returned: int = 34_000, failback: int = 80_000, end: int = 95_000) -> tuple[Capture, Capture]:
    """The CVM comes back, and service follows when the remote CVM ends the connection."""
    span, vmk1 = both()
    for mac, address in ((VMK0, HOST), (PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, end)
    span.serves(OUTSIDE, 0, failback - 250)
    span.speaks(CVM_ETH0, CVM, returned, end)
    vmk1.announces(CVM_ETH1, STORAGE, returned + 50)
    vmk1.speaks(CVM_ETH1, None, returned + 50, returned + 1_000)
    span.control("FIN", back(OUTSIDE), failback - 200)
    vmk1.connects(LOCAL, failback)
    vmk1.serves(LOCAL, failback + 1, end)
    return span, vmk1


def stall(
    *, stopped: int = 33_000, back_at: int = 48_000, end: int = 75_000, waiting: bool = True
) -> tuple[Capture, Capture]:
    """No reply for a while, on one path."""
    span, vmk1 = both()
    neighbours(span, 0, end)
    vmk1.serves(LOCAL, 0, stopped)
    if waiting:
        vmk1.calls(LOCAL, stopped + 200, back_at)
        vmk1.sends(LOCAL, stopped + 200, stopped + 200, "call")
    vmk1.serves(LOCAL, back_at, end)
    return span, vmk1


def idle(*, stopped: int = 33_000, back_at: int = 53_000, end: int = 75_000) -> tuple[Capture, Capture]:
    """The host asks for nothing for a while, and the same connection goes on by a call that is answered at once."""
    span, vmk1 = stall(stopped=stopped, back_at=back_at, end=end, waiting=False)
    vmk1.calls(LOCAL, back_at, back_at + 1)
    return span, vmk1
