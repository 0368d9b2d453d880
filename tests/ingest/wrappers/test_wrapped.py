"""Lines that a terminal, a ticket or a mail cut: they are joined again, and nothing else is."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import io
import textwrap
from pathlib import Path

import pytest

from analyzer.ingest.wrappers.wrapped import Wrapping, joined, wrapping_of
from tests.conftest import SAMPLES

LINES = [
    "2025-11-02 08:03:01,400Z WARNING 80801248 ha_service.py:497 Stargate on node 192.168.1.26 is down",
    "2025-11-02 08:03:01,560Z WARNING 80801248 ha_service.py:561 Forwarding needs to be set for host 192.168.1.24, stargate on node 192.168.1.26 is down",
    "2025-11-02 08:03:02,800Z INFO 80801248 hypervisor_ha.py:187 Running on host 192.168.1.24: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28",
    "2025-11-02 08:03:03,000Z INFO 80801248 x.py:1 short",
]


def hard(line: str, width: int) -> list[str]:
    return [line[at : at + width] for at in range(0, len(line), width)]


def soft(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)


def read(text: bytes, wrapping: Wrapping) -> bytes:
    source = joined(io.BytesIO(text), wrapping)
    return b"".join(iter(lambda: source.read(1 << 16), b""))


def whole(pieces: list[str], end: str = "\n") -> list[str]:
    text = "".join(piece + end for piece in pieces).encode()
    wrapping = wrapping_of(text)
    assert wrapping is not None
    return read(text, wrapping).decode().split("\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("cut", [hard, soft])
def test_records_are_whole_and_keep_their_numbers(cut: object, width: int, end: str) -> None:
    assert callable(cut)
    parts: list[list[str]] = [cut(line, width) for line in LINES]
    pieces = [piece for part in parts for piece in part]

    lines = whole(pieces, end)

    assert [line for line in lines if line] == LINES
    begins = [sum(map(len, parts[:place])) for place in range(len(parts))]
    assert [lines[at] for at in begins] == LINES


def test_a_blank_at_the_cut_that_was_lost() -> None:
    pieces = [piece.rstrip() for line in LINES for piece in hard(line, 59)]
    assert any(len(piece) == 58 for piece in pieces)

    assert [line for line in whole(pieces) if line] == LINES


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(LINES, id="whole"),
        pytest.param(hard(LINES[0], 80), id="one record, cut once"),
        pytest.param(
            [
                x
                for _ in range(3)
                for x in (LINES[0], "Traceback (most recent call last):", '  File "a.py", line 3, in b')
            ],
            id="tracebacks",
        ),
        pytest.param([x for _ in range(3) for x in (LINES[0], "    stargates: 1 down")], id="rows below a header"),
        pytest.param(
            ["Network          Netmask          Gateway", "192.168.5.2      255.255.255.255  192.168.1.28"] * 3,
            id="a table",
        ),
        pytest.param([], id="nothing"),
    ],
)
def test_what_was_not_cut_stays(lines: list[str]) -> None:
    assert wrapping_of("".join(f"{line}\n" for line in lines).encode()) is None


def test_a_record_without_end_is_given_in_pieces() -> None:
    text = (LINES[0][:80] + "\n").encode() + b"x" * 80 + b"\n" + (b"x" * 80 + b"\n") * 5_000

    got = read(text, Wrapping(80, in_words=True))

    assert max(map(len, got.split(b"\n"))) <= 80_000
    assert got.count(b"\n") == text.count(b"\n")


def texts() -> list[Path]:
    return sorted(path for path in SAMPLES.glob("*/**/*") if path.suffix in (".log", ".out"))


def test_no_log_of_the_samples_is_taken_for_one() -> None:
    assert len(texts()) > 5
    assert [path for path in texts() if wrapping_of(path.read_bytes()[: 1 << 16]) is not None] == []
