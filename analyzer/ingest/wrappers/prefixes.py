r"""What stands before every line of a log: `grep -n`'s or `cat -n`'s numbers, a syslog priority, a mail's quotation.

    10:2026-03-13 07:25:18,364Z WARNING 80801248 ha_service.py:497 …      grep -n
    11-  goes on                                                          … -A
    --                                                                    … between what it found
        12\t2026-03-13 07:25:18,364Z INFO …                               cat -n
    <181>1 2026-10-06T14:10:20.412Z esx-a vmkernel - - - cpu7:…           a syslog server
    > 2026-03-13 07:25:18,364Z INFO …                                     a mail
    +2026-03-13 07:25:18,364Z INFO …                                      diff
        2026-03-13 07:25:18,364Z INFO …                                   a ticket or a page, indented or as a list

A line keeps its number: nothing but what stands before it is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from analyzer.ingest.streams.stream import Readable
from analyzer.ingest.wrappers.line_starts import START, Blocks, first_lines, most, whole_lines


class Prefix(msgspec.Struct, frozen=True):
    """A form of it: how a log's line begins with it, and what is taken from the start of each line."""

    seen: re.Pattern[bytes]
    taken: re.Pattern[bytes]


_PRIORITY, _NUMBER, _QUOTED = rb"<\d{1,3}>(?:\d )?", rb"[ \t]{0,8}\d{1,9}(?:[:\-]|\t|  )", rb"(?:[>|] ?){1,5}"
_LISTED = rb"[ \t]{0,16}[-*+] "
_OTHERS = rb"(?:" + rb"|".join((_PRIORITY, _NUMBER, _QUOTED)) + rb"){0,3}"


def _prefix(text: bytes, also: bytes = b"") -> Prefix:
    return Prefix(re.compile(text + rb"(?=" + _OTHERS + START + rb")"), re.compile(rb"(?m)^(?:" + text + also + rb")"))


_PREFIXES = (
    _prefix(_PRIORITY),
    _prefix(_NUMBER, rb"|--$|[ \t]{0,8}\d{1,9}$"),
    _prefix(rb"[ \t]{0,8}\d{1,9}[:.)|]? ", rb"|[ \t]{0,8}\d{1,9}[:.)|]?$"),
    _prefix(_QUOTED),
    _prefix(_LISTED),
    _prefix(rb"[+]"),
)
_INDENTED = re.compile(rb"([ \t]{1,16})" + _OTHERS + START)


def prefix_of(head: bytes) -> Prefix | None:
    """What stands before the lines of the text that begins with `head`; None when nothing does."""
    lines = first_lines(head)
    return next((prefix for prefix in _PREFIXES if most(lines, prefix.seen)), None) or _indented(lines)


def _indented(lines: list[bytes]) -> Prefix | None:
    """The blanks before all lines of a log; those that its own lines begin with besides stay."""
    if not most(lines, _INDENTED):
        return None
    least = min(len(found[1]) for line in lines if (found := _INDENTED.match(line)))
    return Prefix(_INDENTED, re.compile(rb"(?m)^[ \t]{1,%d}" % least))


def are_picked_out(head: bytes, prefix: Prefix) -> bool:
    """Whether the numbers before the lines have gaps: they were searched for, and others left out."""
    found = [re.match(rb"[ \t]*(\d{1,9})", line) for line in first_lines(head) if prefix.taken.match(line)]
    numbers = [int(one[1]) for one in found if one]
    return any(after - before > 1 for before, after in pairwise(numbers))


def without(inner: Readable, prefix: Prefix) -> Readable:
    """The text without it."""
    return Blocks(_without(inner, prefix))


def _without(inner: Readable, prefix: Prefix) -> Iterator[bytes]:
    for block in whole_lines(inner):
        yield prefix.taken.sub(b"", block)
