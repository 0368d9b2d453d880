"""Text in any encoding, and with whatever a console, an editor or a disk left in it, gives the lines that it was."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.streams.decoding import Decoded, cleaned, encoding_of
from analyzer.ingest.streams.stream import HEAD

TEXT = "".join(f"2026-11-22 07:00:{n % 60:02},{n:03}Z INFO 80801248 ha_service.py:101 check {n}\n" for n in range(900))


def coloured(text: str) -> bytes:
    return "".join(f"\x1b[32m{line[:19]}\x1b[0m\x1b[K{line[19:]}" for line in text.splitlines(keepends=True)).encode()


def with_nuls(text: str) -> bytes:
    lines = text.encode().splitlines(keepends=True)
    return b"".join(line[:-1] + b"\x00" * (700 if n % 97 == 3 else 0) + b"\n" for n, line in enumerate(lines))


FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "utf-8-mark": lambda text: text.encode("utf-8-sig"),
    "utf-16-le-mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be-mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-32-le-mark": lambda text: b"\xff\xfe\x00\x00" + text.encode("utf-32-le"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "crcrlf": lambda text: text.replace("\n", "\r\r\n").encode(),
    "utf-16-le-mark-crlf": lambda text: b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"),
    "ansi": coloured,
    "nuls": with_nuls,
    "nuls-first": lambda text: b"\x00" * 3_000 + text.encode(),
    "utf-16-appended": lambda text: text[:59_000].encode() + text[59_000:].encode("utf-16-le"),
    "mark-in-the-middle": lambda text: b"\xef\xbb\xbf".join(
        part.encode() for part in (text[: text.index("\n", 9_000) + 1], text[text.index("\n", 9_000) + 1 :])
    ),
    "window-title": lambda text: b"\x1b]0;nutanix@NTNX-A-CVM: ~\x07" + text.encode(),
    "no-break-spaces": lambda text: text.replace(" INFO ", "\xa0INFO ").encode(),
}


class Dripping(io.RawIOBase):
    """Gives its bytes in pieces of odd sizes."""

    def __init__(self, data: bytes, seed: int) -> None:
        super().__init__()
        self._data, self._random = io.BytesIO(data), random.Random(seed)  # noqa: S311 - not for secrets

    def read(self, size: int = -1, /) -> bytes:
        return self._data.read(min(size, self._random.choice((1, 2, 3, 1_000, 40_000, 1 << 20))))


def decoded(data: bytes, seed: int = 1, size: int = 70_001) -> bytes:
    encoding = encoding_of(data[:HEAD])
    assert encoding is not None
    stream, parts = Decoded(Dripping(data, seed), encoding), list[bytes]()
    while part := stream.read(size):
        assert len(part) <= size
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [17, 70_001])
def test_every_form_gives_the_same_lines(form: str, size: int) -> None:
    assert decoded(FORMS[form](TEXT), size=size) == TEXT.encode()


def test_other_alphabets_stay() -> None:
    text = TEXT + "ESXi が見つかりません: 東京\n" * 40
    for form in ("utf-8", "utf-16-le-mark", "utf-16-be"):
        assert decoded(FORMS[form](text)) == text.encode()
    assert decoded(f"caf\xe9\n{TEXT}".encode("latin-1")) == f"caf\xe9\n{TEXT}".encode("latin-1")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param(b"esxcfg-rout\x08\x08te -l\n", b"esxcfg-rote -l\n", id="backspaces"),
        pytest.param(b"abx\x08 \x08c\n", b"abc\n", id="a-blank-over-it"),
        pytest.param(b"abx\x08\x1b[Kc\n", b"abc\n", id="erased"),
        pytest.param(b"\x08\x08a\nb\n", b"a\nb\n", id="nothing-before-it"),
        pytest.param(b"a\x1b(Bb\x1b=c\x1b[?25ld\n", b"abcd\n", id="modes"),
        pytest.param(b"a\x1b\n", b"a\n", id="half-a-command"),
    ],
)
def test_what_a_terminal_would_show_is_read(typed: bytes, meant: bytes) -> None:
    assert cleaned(typed) == meant


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00" * 5_000, id="nothing-but-nuls"),
        pytest.param(b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + b"\x00" * 16, id="pcap"),
        pytest.param(b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00" + b"Linux 5.10 dumpcap " * 20, id="pcapng"),
        pytest.param(bytes(range(256)) * 16, id="every-byte"),
        pytest.param(b"\x7fELF\x02\x01\x01" + b"\x00" * 9 + b"\x03\x00>\x00\x01" + b"\x05\x06" * 40, id="program"),
    ],
)
def test_what_is_no_text_is_left_alone(head: bytes) -> None:
    assert encoding_of(head) is None


@given(st.binary(max_size=3_000))
def test_any_bytes_are_text_or_not(data: bytes) -> None:
    encoding = encoding_of(data)
    out = b"" if encoding is None else decoded(data)
    assert not set(out) & {0, 8, 13, 27}
    assert encoding != "UTF-8" or b"\n" not in data or out.count(b"\n") == data.count(b"\n")


def test_where_lines_end_in_carriage_returns_alone_they_are_lines() -> None:
    """Not where there are line feeds too: there a carriage return goes back to the line's begin, as a progress does."""
    assert decoded(TEXT.replace("\n", "\r").encode()) == TEXT.encode()
    assert decoded(TEXT.replace("\n", "\r").encode("utf-16")) == TEXT.encode()
    assert decoded(b"10 %\r20 %\r\n" + TEXT.encode()) == b"10 %20 %\n" + TEXT.encode()


def test_a_line_without_end_is_handed_on() -> None:
    data = b"a\x1b[1m" + b"b" * 3_000_000 + b"\x00\n"
    assert decoded(data) == b"a" + b"b" * 3_000_000 + b"\n"
