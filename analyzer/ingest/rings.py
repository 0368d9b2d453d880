"""Which captures one program wrote as several files one after the other: a ring buffer, `tcpdump -C`, `-G` or `-W`.

They lie in one folder and have one name but for numbers or dates behind it: `span_00001_20150719140322.pcap` (dumpcap,
Wireshark), `span.pcap0` (tcpdump -C), `span-2015-07-19.pcap.gz` (tcpdump -G). By their names they may belong together;
by their stamps they do, if one begins where another ended.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from contextlib import closing

from analyzer.errors import EvidenceError
from analyzer.ingest import capture
from analyzer.ingest.files.bundle import Again, Closed, Leaf, Stored, opened
from analyzer.model.instant import SECOND

_NAME = re.compile(
    r"""
    (?P<name> .*? )                         # what all have
    (?: (?:^|[-_.:T\ ]) \d+ Z? )*           # numbers and dates behind it
    (?P<ending> \. (?:pcapng|pcap|cap|dmp|ntar) )?
    \d*                                     # tcpdump -C counts here
    (?P<packed> \. (?:gz|zst|zstd|xz|lz4|bz2) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


_COUNTED = re.compile(r"_(\d{5})(?:_\d{14})?\.\w+|\.[a-z]+(\d*)", re.IGNORECASE)
PAUSE = 60 * SECOND
"""Files with more than this between them are captures of their own, unless they are numbered as one program does it."""
LONG = 3600 * SECOND


def pause_between(file: Stored, following: Stored) -> int:
    """How long after `file` ended `following` may begin, ns, to be of the same set; -1 where one is missing between.

    dumpcap writes five digits and tcpdump counts behind the ending: of two numbers in a row the second file was begun
    with the first frame there was, however late that came.
    """
    number, next_number = _number(file), _number(following)
    if number is None or next_number is None or next_number <= number:  # `tcpdump -W` begins again at 0
        return PAUSE
    return LONG if next_number == number + 1 else -1


def _number(file: Stored) -> int | None:
    name = os.path.basename(file.name)  # noqa: PTH119
    match = _NAME.fullmatch(name)
    counted = _COUNTED.search(name.removesuffix((match and match["packed"]) or ""))
    return int(counted[1] or counted[2] or 0) if counted else None


def rings(found: Sequence[Stored | Closed | Again]) -> list[tuple[int, ...]]:
    """The places in `found` of captures that may follow one another, each set in order of time."""
    families: dict[tuple[str, str, str], list[int]] = {}
    for number, file in enumerate(found):
        if isinstance(file, Stored) and (family := _family(file)):
            families.setdefault(family, []).append(number)
    sets = [_by_time(found, numbers) for numbers in families.values() if len(numbers) > 1]
    return [numbers for numbers in sets if len(numbers) > 1]


def _family(file: Stored) -> tuple[str, str, str] | None:
    folder, name = os.path.split(file.name)
    match = _NAME.fullmatch(name)
    return (folder, match["name"], match["ending"] or "") if match and match["ending"] else None


def _by_time(found: Sequence[Stored | Closed | Again], numbers: Sequence[int]) -> tuple[int, ...]:
    times = []
    for number in numbers:
        file = found[number]
        first = _first(file) if isinstance(file, Stored) else None
        if first is not None:
            times.append((first, number))
    return tuple(number for _, number in sorted(times))


def _first(file: Stored) -> int | None:
    """The stamp of the first frame of a capture, ns; None for anything else."""
    with closing(opened(file)) as leaves:
        leaf = next(leaves, None)
        return first_stamp(leaf) if isinstance(leaf, Leaf) and leaf.name == file.name else None


def first_stamp(leaf: Leaf) -> int | None:
    """The stamp of the first frame of a capture, ns, as far as its first bytes tell."""
    head = leaf.plain.head()
    if capture.sniff(head) is None:
        return None
    try:
        return next((frame.ts for frame in capture.frames(io.BytesIO(head), leaf.name)), None)
    except EvidenceError:
        return None
