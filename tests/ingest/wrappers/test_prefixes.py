"""What stands before each line is taken away, whatever it is; a log that only looks like it stays whole."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from analyzer.ingest.wrappers.prefixes import are_picked_out, prefix_of, without

GENESIS = b"".join(
    b"2026-03-13 07:%02d:18,364Z WARNING 80801248 ha_service.py:497 Stargate on 192.168.1.26 is down\n  %d goes on\n"
    % (n, n)
    for n in range(30)
)
ESXI = b"".join(
    b"2026-10-06T14:%02d:20.412Z esx-a vmkernel - - - cpu7:2097365)NFS: 6339: text\n" % n for n in range(30)
)
TRADITIONAL = b"".join(b"Oct  6 14:%02d:20 esx-a vmkernel: cpu7:2097365)NFS: 6339: text\n" % n for n in range(30))


def each(before: Callable[[int, bytes], bytes], text: bytes) -> bytes:
    return b"".join(before(n, line) + line for n, line in enumerate(text.splitlines(keepends=True), 1))


def grep_context(n: int, line: bytes) -> bytes:
    return b"%d%c" % (n + 99, b":" if line.startswith(b"20") else b"-")


@pytest.mark.parametrize("text", [GENESIS, ESXI, TRADITIONAL], ids=["genesis", "esxi", "traditional"])
@pytest.mark.parametrize(
    "before",
    [
        pytest.param(lambda n, _: b"%d:" % n, id="grep-n"),
        pytest.param(grep_context, id="grep-n-A"),
        pytest.param(lambda n, _: b"%6d\t" % n, id="cat-n"),
        pytest.param(lambda n, _: b"%6d  " % n, id="nl"),
        pytest.param(lambda n, _: b"%d: " % n, id="awk"),
        pytest.param(lambda n, _: b"%4d " % n, id="pager"),
        pytest.param(lambda _, __: b"> ", id="mail"),
        pytest.param(lambda _, __: b">> > ", id="mail-of-a-mail"),
        pytest.param(lambda _, __: b"    ", id="indented"),
        pytest.param(lambda _, __: b"\t", id="indented-by-a-tab"),
        pytest.param(lambda _, line: b"  - " if line.startswith((b"2", b"O")) else b"", id="list"),
        pytest.param(lambda _, line: b"<181>1 " if line.startswith((b"2", b"O")) else b"", id="syslog-5424"),
        pytest.param(lambda _, line: b"<14>" if line.startswith((b"2", b"O")) else b"", id="syslog-priority"),
    ],
)
def test_it_is_taken_away(before: Callable[[int, bytes], bytes], text: bytes) -> None:
    wrapped = each(before, text)
    prefix = prefix_of(wrapped[: 1 << 16])
    assert prefix is not None
    stream = without(io.BytesIO(wrapped), prefix)
    assert b"".join(iter(lambda: stream.read(1_000), b"")) == text
    assert prefix_of(text) is None


def test_the_dashes_between_what_grep_found_are_empty_lines() -> None:
    wrapped = each(grep_context, GENESIS).replace(b"103:", b"--\n103:")
    prefix = prefix_of(wrapped)
    assert prefix is not None
    lines = without(io.BytesIO(wrapped), prefix).read(1 << 20).split(b"\n")
    assert len(lines) == wrapped.count(b"\n") + 1
    assert b"--" not in lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"10: first\n11: second\n", id="no-log"),
        pytest.param(GENESIS + each(lambda n, _: b"%d:" % n, GENESIS)[:900], id="most-lines-are-whole"),
        pytest.param(b"2026-03-13 07:25:18 text 7:2026-03-13 07:25:19\n" * 9, id="a-stamp-in-the-text"),
    ],
)
def test_nothing_is_taken_where_nothing_stands_before(text: bytes) -> None:
    assert prefix_of(text) is None


@pytest.mark.parametrize(("step", "picked_out"), [(1, False), (7, True)])
def test_gaps_in_the_numbers_are_lines_that_were_left_out(step: int, *, picked_out: bool) -> None:
    wrapped = each(lambda n, _: b"%d:" % (n * step), ESXI)
    prefix = prefix_of(wrapped)
    assert prefix is not None
    assert are_picked_out(wrapped, prefix) is picked_out
