"""What is told of a block from its bytes is what its lines tell one by one, however tokens, parts and blocks fall."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analyzer.ingest.logs.text import lines as lines_module
from analyzer.ingest.logs.text.prefilter import Looked, Prefilter

TOKENS = (b"ha_service", b"ha.py", b"forward", b"stargate", b"apd", b"nfs", b"storage.apd", b"192.168.5.2", b"ab")
STAMPS = (
    b"2026-11-22 07:04:14,123Z INFO 7 cluster:12 ",
    b"2026-11-22 07:04:14 INFO ha_service.py:489 ",
    b"2026-11-22T07:04:14.123Z cpu0:34627)",
    b"<181>2026-11-22T07:04:14.123Z esx vmkernel: cpu0:34627)",
    b"2026-99-99 00:00:00 INFO ha_service.py:1 ",
    b"2026-11-22 7:04:14",
    b"200 OK ",
    b"2026-11-22",
    b"<Greenlet at 0x7 failed",
    b"",
)
WORDS = (
    *TOKENS,
    b"Forwarding on host 192.168.1.24 is correct (local CVM 192.168.1.26)",
    b"All Stargates are up: ['192.168.1.26', '192.168.1.27']",
    b"Stargate is down on ['192.168.1.26']",
    b"Tcpip: 1414: add dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0",
    b"NFS: 347: Status:No connection. Retrying synchronous write I/O 1 of 25 times",
    b"esxcfg-route -d 192.168.5.2 255.255.255.255 192.168.1.28",
    b"FORWARDING", b"ha_servic", b"forwar", b"argate", b"star", b"ap", b"\xe9\xff", b"\x00", b"\r", b" ", b"x" * 40,
)  # fmt: skip
A_LINE = st.tuples(st.sampled_from(STAMPS), st.lists(st.sampled_from(WORDS), max_size=4)).map(
    lambda parts: parts[0] + b"".join(parts[1])
)
TEXTS = st.tuples(st.lists(A_LINE, max_size=30), st.sampled_from([b"\n", b"\r\n"]), st.booleans()).map(
    lambda parts: parts[1].join(parts[0]) + parts[1] * parts[2]
)
ANY_TOKENS = st.lists(
    st.sampled_from(TOKENS) | st.text("ab_.1", min_size=1, max_size=8).map(str.encode), min_size=1, max_size=24
)


def _line_by_line(tokens: list[bytes] | tuple[bytes, ...], data: bytes) -> Looked:
    """By the definition: each line for itself."""
    each = data.split(b"\n")
    starts = [sum(len(line) + 1 for line in each[:index]) for index in range(len(each))]
    stamped = [re.match(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", line) for line in each]
    held = {at: index for index, at in enumerate(starts) if any(token in each[index].lower() for token in tokens)}
    return Looked(sum(match is not None for match in stamped), held)


@given(TEXTS.filter(bool))
@example(b"nfs")
@example(b"nf")
@example(b"\n\nforwarding\n")
def test_a_block_is_its_lines(data: bytes) -> None:
    assert Prefilter(TOKENS).look(data) == _line_by_line(TOKENS, data)


@given(ANY_TOKENS, st.lists(st.text("ab_.1 ", max_size=12), max_size=20).map("\n".join).filter(bool))
@example([b"aab", b"ab", b"b1"], "aab1")
def test_any_tokens(tokens: list[bytes], text: str) -> None:
    assert Prefilter(tokens).look(text.encode()) == _line_by_line(tokens, text.encode())


def test_without_tokens_no_line_matters() -> None:
    assert Prefilter(()).look(b"Forward\n") == Looked(0, {})


def test_every_place_of_a_block() -> None:
    line = b"2026-11-22 07:04:14 INFO cluster:12 "
    for at in range(len(line) + 1, len(line) + 200):
        data = (b"." * (at - len(line) - 1) + b"\n" + line + b"Forward\n").ljust(400, b".")
        looked = Prefilter(TOKENS).look(data)
        assert (looked.stamped, looked.starts) == (1, {at - len(line): 1})


def test_a_block_of_nothing_but_matches() -> None:
    data = (STAMPS[1] + WORDS[9] + b"\n") * 20_000
    length = len(data) // 20_000
    every = {index * length: index for index in range(20_000)}
    assert Prefilter(TOKENS).look(data) == Looked(20_000, every)


def test_a_block_that_is_one_long_record() -> None:
    data = b"\n" * (5 << 20) + b"Forward"
    assert Prefilter(TOKENS).look(data) == Looked(0, {len(data) - 7: len(data) - 7})


def test_a_stamp_begins_a_record() -> None:
    """Else the whole log would be one record, and every line of it would be looked at."""
    records = b"".join(b"2026-11-22T07:04:%02d.123Z cpu0:1)nothing of interest here\n" % (n % 60) for n in range(99))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_module, "BLOCK_BYTES", 512)
        cut = list(lines_module.blocks(io.BytesIO(records)))
    assert len(cut) > 5
    assert all(block.startswith(b"2026") and block.endswith(b"\n") for block in cut)
    (candidate,) = lines_module.Block(1, records).candidates({0: 0})
    assert candidate.number == 1
    start = records.index(b"\n", 300) + 1
    assert len(list(lines_module.Block(1, records).candidates({start: records.count(b"\n", 0, start)}))) == 1
