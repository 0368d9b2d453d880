"""Which lines of a block can matter, and how many begin a record: told from its bytes, before a line is cut out of it.

Nearly all lines of a genesis.out are of other modules. A small log is searched for one token after the other; that
costs as many passes as there are tokens, so a large one is searched for all at once with numpy, whose import only pays
there. Both give the same.

All at once: a piece of each token, its rarest, stands for it, and the pieces are put into at most eight groups. A table
for each place in a piece tells for every byte the groups that may have it there, a bit each. Where the tables of the
first two places agree on a group over two bytes of the block, the other places are looked at; a line in which all agree
is searched for the tokens themselves, so that the tables decide on nothing but speed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import prod
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALL = 8 << 20
"""Up to so many bytes a log is read without numpy."""

STAMPED_LINE = re.compile(rb"\n(?:<\d{1,3}>)?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")  # literal first: 4 times as fast
"""A line's end and the stamp that the next line begins with."""

_STAMP_SHAPE = b"0000-00-00 00:00:00"
_SHAPES = bytes.maketrans(b"123456789T", b"000000000 ")
_SAMPLE_BYTES = 1 << 16
_PIECE_BYTES = 5
_GROUPS = 8
_MOST_AT_ONCE = 4 << 20  # what is kept for each line would be much for a longer block of empty lines
_MOST_RANKED = 1000  # lines that are looked at one by one
_PART_BYTES = 1 << 18  # of a block, so that all that is made of it stays in the processor's cache


class Looked(msgspec.Struct, frozen=True):
    """What there is in a block: how many lines end in it and how many begin with a stamp; `starts` tells where the
    lines begin that hold a token, each with how many lines are before it.
    """

    ended: int
    stamped: int
    starts: Mapping[int, int]


class Prefilter:
    """Looks at the blocks of one log; `tokens` are lower-case bytes, found in any case."""

    def __init__(self, tokens: Sequence[bytes]) -> None:
        self._tokens = tokens
        self._looked_at = 0
        self._at_once = bool(tokens) and all(_is_searchable(token) for token in tokens)
        self._search: _AtOnce | None = None

    def look(self, data: bytes) -> Looked:
        """What there is in a block of whole lines."""
        self._looked_at += len(data)
        if self._looked_at <= SMALL or len(data) > _MOST_AT_ONCE or not self._at_once:
            return Looked(data.count(b"\n"), stamped_lines(data), lines_with(self._tokens, data))
        if self._search is None:
            self._search = _AtOnce(self._tokens, data[:_SAMPLE_BYTES].lower())
        return self._search.look(data)


def stamped_lines(data: bytes) -> int:
    """How many lines of a block begin with a stamp."""
    return len(STAMPED_LINE.findall(data)) + _is_stamped(data, 0)


def _is_stamped(data: bytes, at: int) -> bool:
    return STAMPED_LINE.match(b"\n" + data[at : at + 64]) is not None


def lines_with(tokens: Sequence[bytes], data: bytes) -> Mapping[int, int]:
    """Where the lines begin that hold one of `tokens`, and how many lines are before each."""
    starts: set[int] = set()
    lower = data.lower()
    for token in tokens:
        at = lower.find(token)
        while at >= 0:
            starts.add(data.rfind(b"\n", 0, at) + 1)
            end = data.find(b"\n", at)
            at = lower.find(token, end) if end >= 0 else -1
    ordered = sorted(starts)
    between = (data.count(b"\n", last, start) for last, start in pairwise((0, *ordered)))
    return dict(zip(ordered, accumulate(between), strict=True))


def _is_searchable(token: bytes) -> bool:
    """Whether a token has the two bytes that are searched for, and is inside one line."""
    return len(token) >= 2 and b"\n" not in token


class _AtOnce:
    """The search for all tokens at once; `sample` is lower-case text like that to be searched: only speed depends on
    it.
    """

    def __init__(self, tokens: Sequence[bytes], sample: bytes) -> None:
        self._tokens = tuple(one for one in tokens if not any(other in one for other in tokens if other != one))
        groups = _grouped({_rarest_piece(token, sample) for token in self._tokens}, sample)
        self._tables = tuple(_table(groups, place) for place in range(_PIECE_BYTES))

    def look(self, data: bytes) -> Looked:
        """As of the :class:`Prefilter`."""
        import numpy as np

        octets = np.frombuffer(data, np.uint8)
        newlines = np.flatnonzero(octets == ord("\n"))
        begins = np.concatenate((np.zeros(1, newlines.dtype), newlines + 1))
        lines = np.unique(np.searchsorted(newlines, self._places(data)))
        ends = np.append(newlines, len(data))[lines]
        spans = zip(begins[lines].tolist(), ends.tolist(), lines.tolist(), strict=True)
        held = {start: index for start, end, index in spans if self._is_held(data[start:end].lower())}
        return Looked(len(newlines), _stamped(data, octets, begins), held)

    def _places(self, data: bytes) -> NDArray[np.intp]:
        """Where all places of a group's pieces have the block's bytes: every token is there, and a little else."""
        import numpy as np

        size = _PART_BYTES + _PIECE_BYTES - 1  # a piece may begin in one part and end in the next
        parts = range(0, len(data), _PART_BYTES)
        return np.concatenate([self._places_in(data[at : at + size].ljust(size, b"\n")) + at for at in parts])

    def _places_in(self, part: bytes) -> NDArray[np.intp]:
        import numpy as np

        last = len(part) - _PIECE_BYTES + 1
        groups = np.frombuffer(part.translate(self._tables[0]), np.uint8)[:last]
        groups = groups & np.frombuffer(part.translate(self._tables[1]), np.uint8)[1 : last + 1]
        places = np.flatnonzero(groups != 0)
        groups, octets = groups[places], np.frombuffer(part, np.uint8)
        for place in range(2, _PIECE_BYTES):
            groups = groups & np.frombuffer(self._tables[place], np.uint8)[octets[places + place]]
            agreed = groups != 0
            places, groups = places[agreed], groups[agreed]
        return places

    def _is_held(self, line: bytes) -> bool:
        for token in self._tokens:  # noqa: SIM110 - any() takes three times as long
            if token in line:
                return True
        return False


def _rarest_piece(token: bytes, sample: bytes) -> bytes:
    """The part of a token whose first two bytes, and then the whole, are rarest in the sample."""
    pieces = [token[at : at + _PIECE_BYTES] for at in range(max(1, len(token) - _PIECE_BYTES + 1))]
    return min(pieces, key=lambda piece: sample.count(piece[:2]) + _PIECE_BYTES * sample.count(piece))


def _grouped(pieces: Iterable[bytes], sample: bytes) -> Sequence[Sequence[bytes]]:
    """The pieces in groups in which the tables will agree on little but the pieces; the commonest come first."""
    counts = Counter(sample)
    groups: list[list[bytes]] = [[] for _ in range(_GROUPS)]

    def chance(group: Sequence[bytes]) -> float:
        """How often the tables agree on a group, if the sample's bytes came in any order."""
        places = ({piece[place : place + 1] for piece in group} for place in range(_PIECE_BYTES))
        return prod(1 if b"" in octets else sum(counts[o[0]] + 1 for o in octets) / len(sample) for octets in places)

    for piece in sorted(pieces, key=lambda piece: (-sample.count(piece[:2]), piece)):
        min(groups, key=lambda group: chance([*group, piece]) - (chance(group) if group else 0)).append(piece)
    return groups


def _table(groups: Sequence[Sequence[bytes]], place: int) -> bytes:
    """For each byte, in both cases, the groups that have it at a place; a piece that ends before may have any there."""
    table = bytearray(256)
    for bit, group in enumerate(groups):
        for piece in group:
            octets = piece[place : place + 1]
            for octet in octets + octets.upper() or range(256):
                table[octet] |= 1 << bit
    return bytes(table)


def _stamped(data: bytes, octets: NDArray[np.uint8], begins: NDArray[np.intp]) -> int:
    """As :func:`stamped_lines`."""
    import numpy as np

    size = len(_STAMP_SHAPE)
    begins = begins[begins <= len(data) - size]
    if not begins.size:
        return 0
    heads = np.lib.stride_tricks.sliding_window_view(octets, size)[begins]
    shapes = np.frombuffer(heads.tobytes().translate(_SHAPES), f"S{size}")
    ranked = begins[heads[:, 0] == ord("<")]  # a syslog server's priority may come first
    if len(ranked) > _MOST_RANKED:
        return stamped_lines(data)
    return int(np.count_nonzero(shapes == _STAMP_SHAPE)) + sum(_is_stamped(data, at) for at in ranked.tolist())
