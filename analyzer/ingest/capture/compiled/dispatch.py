"""The one way in: a function that calls the kernel of a number, so that all of them are one piece of machine code.

Every kernel gets the state and a block, and integers. Those that say where they stopped and why give both in one.
"""

from __future__ import annotations

from analyzer.ingest.capture.compiled import kernels, runs
from analyzer.ingest.capture.compiled.layout import Block, State

SCAN_PCAP, SCAN_PCAPNG, TAKE_SINGLE, TAKE_DATAGRAM, FIND_AGAIN, HAS_CAPACITY, GIVE_UP_GAPS, FINISH = range(8)
REASON_BITS = 2


def dispatch(which: int, s: State, data: Block, a: int, b: int, c: int, d: int, e: int, f: int, g: int) -> int:
    """Call the kernel `which`."""
    if which == SCAN_PCAP:
        at, reason = kernels.scan_pcap(s, data, a, b, c, d, e, f, g)
        return at << REASON_BITS | reason
    if which == SCAN_PCAPNG:
        at, reason = kernels.scan_pcapng(s, data, a, b, c, d)
        return at << REASON_BITS | reason
    if which == TAKE_SINGLE:
        return kernels.take_single(s, data, a, b, c)
    if which == TAKE_DATAGRAM:
        return kernels.take_datagram(s, data, a, b)
    if which == HAS_CAPACITY:
        return int(kernels.has_spare_capacity(s))
    if which == GIVE_UP_GAPS:
        return int(kernels.give_up_gaps(s))
    if which == FINISH:
        return int(kernels.finish(s))
    runs.find_again(s)
    return 0
