"""Mutations of an input by a seed: of its bytes, its lines and its numbers, and cuts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Literal

_NUMBER = re.compile(rb"\d{1,20}")
_NUMBERS = (
    b"0", b"1", b"-1", b"7", b"99", b"255", b"256", b"1970", b"65535", b"65536", b"99999", b"2147483648", b"4294967296",
    b"9223372036854775807", b"18446744073709551616", b"00000000000000000001", b"1e400", b"0.000000001",
)  # fmt: skip
_WIDTHS = (1, 2, 4, 8)
_SIZES = (1, 1, 2, 3, 4, 8, 16, 64, 512)
_LOOKED_AT = 4096
"""How far from a drawn place a number or a line is looked for."""

LONGEST = 1 << 20
"""Bytes of an input that is stretched."""

Mutation = Callable[[random.Random, bytes], bytes]


def mutated(drawn: random.Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """One to four mutations, one after the other; `others` are inputs of which pieces may be put in."""
    for _ in range(drawn.choice((1, 1, 1, 2, 2, 3, 4))):
        if others and drawn.random() < 0.15:
            data = _joined(drawn, data, drawn.choice(others))
        else:
            data = drawn.choice(MUTATIONS)(drawn, data)
    return data


def cut(drawn: random.Random, data: bytes) -> bytes:
    """The bytes before a random place."""
    return data[: drawn.randrange(len(data) + 1)]


def stretched(drawn: random.Random, data: bytes) -> bytes:
    """A megabyte of it: all of it again and again, or behind its first half or line a piece or line of it."""
    lines = data.splitlines(keepends=True) or [b"\n"]
    start, end = _piece(drawn, data)
    before, again = drawn.choice(
        ((b"", data), (data[:1], data[1:]), (data[:start], data[start:end]), (lines[0], drawn.choice(lines)))
    )
    return (before + (again or b"0") * (LONGEST // max(1, len(again))))[:LONGEST]


def _place(drawn: random.Random, data: bytes) -> int:
    return int(drawn.random() * len(data))


def _piece(drawn: random.Random, data: bytes) -> tuple[int, int]:
    start = _place(drawn, data)
    return start, start + drawn.choice(_SIZES)


def _joined(drawn: random.Random, data: bytes, other: bytes) -> bytes:
    """The beginning of one and the end of another."""
    return data[: _place(drawn, data)] + other[_place(drawn, other) :]


def _flipped(drawn: random.Random, data: bytes) -> bytes:
    at = _place(drawn, data)
    return data[:at] + bytes(byte ^ (1 << drawn.randrange(8)) for byte in data[at : at + 1]) + data[at + 1 :]


def _written(drawn: random.Random, data: bytes) -> bytes:
    start, end = _piece(drawn, data)
    return data[:start] + drawn.randbytes(len(data[start:end])) + data[end:]


def _put_in(drawn: random.Random, data: bytes) -> bytes:
    at = _place(drawn, data)
    return data[:at] + drawn.randbytes(drawn.choice(_SIZES)) + data[at:]


def _taken_out(drawn: random.Random, data: bytes) -> bytes:
    start, end = _piece(drawn, data)
    return data[:start] + data[end:]


def _copied(drawn: random.Random, data: bytes) -> bytes:
    """A piece once more, elsewhere."""
    (start, end), at = _piece(drawn, data), _place(drawn, data)
    return data[:at] + data[start:end] + data[at:]


def _field(drawn: random.Random, data: bytes) -> bytes:
    """A field of a binary format: the least, the most, one off, or any number."""
    width, at = drawn.choice(_WIDTHS), _place(drawn, data)
    order: Literal["little", "big"] = drawn.choice(("little", "big"))
    was = int.from_bytes(data[at : at + width], order)
    now = drawn.choice((0, 1, was + 1, was - 1, was << 1, -1, 1 << (8 * width - 1), drawn.getrandbits(8 * width)))
    return data[:at] + (now % (1 << 8 * width)).to_bytes(width, order) + data[at + width :]


def _number(drawn: random.Random, data: bytes) -> bytes:
    """A number of a text: an extreme one, or one off."""
    found = _NUMBER.search(data, _place(drawn, data))
    if found is None:
        return data
    now = b"%d" % (int(found[0]) + drawn.choice((-1, 1, 86_400))) if drawn.random() < 0.3 else drawn.choice(_NUMBERS)
    return data[: found.start()] + now + data[found.end() :]


def _line(drawn: random.Random, data: bytes) -> tuple[int, int]:
    at = _place(drawn, data)
    start = data.rfind(b"\n", max(0, at - _LOOKED_AT), at) + 1
    end = data.find(b"\n", at, at + _LOOKED_AT)
    return start, end + 1 if end >= 0 else min(len(data), at + _LOOKED_AT)


def _without_line(drawn: random.Random, data: bytes) -> bytes:
    start, end = _line(drawn, data)
    return data[:start] + data[end:]


def _line_again(drawn: random.Random, data: bytes) -> bytes:
    (start, end), (at, _) = _line(drawn, data), _line(drawn, data)
    return data[:at] + data[start:end] + data[at:]


def _lines_joined(drawn: random.Random, data: bytes) -> bytes:
    _, end = _line(drawn, data)
    return data[: max(0, end - 1)] + data[end:]


MUTATIONS: tuple[Mutation, ...] = (
    _flipped, _written, _put_in, _taken_out, _copied, _field, _field, _number, _number, _without_line, _line_again,
    _lines_joined,
)  # fmt: skip
