"""Texts that hold lines of our logs and can't be read as one: they are named, and nothing is told for certain beside
them.
"""

from __future__ import annotations

import re
from itertools import pairwise

FEWEST = 2  # lines of a log: one alone may be quoted in any text
FEWEST_STEPS = 6
_STAMP = rb"\d{4}-\d\d-\d\d[T \t]\d\d:\d\d:\d\d"
_LINE = re.compile(
    _STAMP + rb"[^\n]{0,300}?(?:\bha_service\.py|\bhypervisor_ha\.py|\bTcpip: \d{1,9}: (?:add|delete) dstAddr"
    rb"|\bStorageApdHandler\b|\besx\.problem\.|\besxcfg-route -[ad]\b|\bNfsTerminateConnection\b)"
)
_STARTS = re.compile(rb"^" + _STAMP + rb"(?:[.,]\d{1,9})?", re.MULTILINE)
_OURS = re.compile(
    rb'"autopath_version"|\xe2\x80\x93 autopath report</title>|^\*{0,2}Acceptable: (?:yes|no|unknown)\b|^"?case"?,"?\w',
    re.MULTILINE,
)
_OURS_WITHIN = 1 << 13


def holds_log_lines(head: bytes) -> bool:
    """Whether the text that begins with `head` holds lines of a log that tell of routes, checks or a lost datastore;
    what autopath wrote itself quotes them only.
    """
    if _OURS.search(head, 0, _OURS_WITHIN):
        return False
    return sum(1 for _, _ in zip(_LINE.finditer(head), range(FEWEST), strict=False)) == FEWEST


def is_newest_first(head: bytes) -> bool:
    """Whether the lines of the log that begins with `head` go back in time, as a collector's export has them."""
    stamps = [found[0] for found in _STARTS.finditer(head)]
    steps = [(before, after) for before, after in pairwise(stamps) if before != after]
    if len(steps) < FEWEST_STEPS:
        return False
    return stamps[0] > stamps[-1] and 10 * sum(after < before for before, after in steps) >= 9 * len(steps)
