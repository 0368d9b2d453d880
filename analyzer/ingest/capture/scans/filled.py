"""Whether a scan came to bytes that the scan of one file had left out (:mod:`analyzer.ingest.streams.scan_file`).

Such bytes have one value, with which no record mark of RPC begins or ends (RFC 5531, section 11: lengths are multiples
of 4, and none is so great). A mark or a head that may hold one is counted; in a whole capture that means nothing.
"""

from __future__ import annotations

from analyzer.ingest.streams.scan_file import FILL


class Filled:
    """How many marks and heads of messages may hold bytes that were left out."""

    def __init__(self) -> None:
        self.count = 0


def is_filled_mark(mark: bytes) -> bool:
    """Whether a record mark may."""
    return FILL in (mark[0], mark[3])


def is_filled_head(head: bytes) -> bool:
    """Whether a message's first bytes may: what is left out of a segment is its end."""
    return head[-1:] == bytes([FILL])
