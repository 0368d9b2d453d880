"""Stamps without a year get the one that is told or that fits; ESXi's in two parts are put together."""

from __future__ import annotations

import io
from calendar import timegm

import pytest

from analyzer.ingest.streams.stream import Readable
from analyzer.ingest.wrappers import line_starts
from analyzer.ingest.wrappers.stamps import (
    Year,
    in_one_part,
    lacks_a_year,
    may_be_in_two_parts,
    with_years,
    year_of,
)

LINE = b"%s esx-a vmkernel: cpu7:2097365)NFS: 6339: text\n"


def stamps(*dates: bytes, year: int) -> list[bytes]:
    read = with_years(io.BytesIO(b"".join(LINE % date for date in dates)), year).read(1 << 20)
    return [line.split()[0] for line in read.splitlines()]


def test_the_year_goes_on_at_new_year() -> None:
    assert stamps(b"Dec 31 23:59:59", b"Jan  1 00:00:01", b"Feb 10 07:00:00", b"Dec 31 07:00:00", year=2025) == [
        b"2025-12-31T23:59:59",
        b"2026-01-01T00:00:01",
        b"2026-02-10T07:00:00",
        b"2025-12-31T07:00:00",  # from one line to the next, less than half a year back is meant
    ]


def test_a_line_that_comes_late_is_of_the_year_before() -> None:
    assert stamps(b"Dec 31 23:59:59", b"Jan  1 00:00:00", b"Dec 31 23:59:59", b"Jan  1 00:00:01", year=2025) == [
        b"2025-12-31T23:59:59",
        b"2026-01-01T00:00:00",
        b"2025-12-31T23:59:59",
        b"2026-01-01T00:00:01",
    ]


@pytest.mark.parametrize(
    ("date", "near", "year"),
    [
        (b"Mar 13 07:25:18", (2026, 3, 13), 2026),
        (b"Dec 31 23:59:59", (2026, 1, 1), 2025),
        (b"Jan  1 00:00:01", (2025, 12, 31), 2026),
        (b"Feb 29 12:00:00", (2024, 2, 28), 2024),
        (b"Jul  1 12:00:00", (2026, 2, 1), 2026),
    ],
)
def test_the_year_that_brings_it_nearest(date: bytes, near: tuple[int, int, int], year: int) -> None:
    at = timegm((*near, 0, 0, 0)) * 10**9
    assert year_of(LINE % date, Year(near=at)) == year
    assert year_of(LINE % date, Year(told=1999, near=at)) == 1999
    assert year_of(LINE % date, Year()) is None
    assert year_of(LINE % date, Year(near=1 << 80)) is None


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        (LINE % b"Mar 13 07:25:18", True),
        (b"Mar  3 07:25:18 10.0.0.1 hostd[77]: text\n", True),
        (b"2026-03-13T07:25:18Z esx-a vmkernel: text\n", False),
        (b"Fri Mar 13 07:25:18 UTC 2026\n", False),
        (b"Mar 13 07:25:18 came and went\n", False),
    ],
)
def test_what_is_a_traditional_syslog(text: bytes, *, lacks: bool) -> None:
    assert lacks_a_year(text) is lacks


def test_a_stamp_in_two_parts() -> None:
    text = b"2022-06-02 In(14) prog[77]: 05:34:23.666 text\n2022-06-02 In(14)[+] prog[77]: 05:34:24 goes on\n"
    assert may_be_in_two_parts(text)
    assert read(in_one_part(io.BytesIO(text))) == (
        b"2022-06-02T05:34:23.666Z In(14) prog[77]: text\n2022-06-02T05:34:24Z In(14)[+] prog[77]: goes on\n"
    )
    assert not may_be_in_two_parts(b"2022-06-02T05:34:23.666Z cpu0:34627)NFS: 347: text\n")


def test_a_line_in_two_parts_among_others() -> None:
    whole = b"2022-06-02T05:34:23.666Z In(14) prog[77]: text\n"
    text = whole * 3 + b"2022-06-02 In(14) prog[77]: 05:34:24.001 late\n" + whole
    assert may_be_in_two_parts(text)
    assert in_one_part(io.BytesIO(text)).read(1 << 20) == (
        whole * 3 + b"2022-06-02T05:34:24.001Z In(14) prog[77]: late\n" + whole
    )


AT = b"2022-06-02T05:34:23.666Z "


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(
            [b"In(14)[+] x[7]: add dst=0x2,", b"In(14)[+] x[7]: gw=0x1", b"In(14) z[7]: more"],
            [b"In(14)[+] x[7]: add dst=0x2, gw=0x1", None, b"In(14) z[7]: more"],
            id="both are marked",
        ),
        pytest.param(
            [b"In(14)[+] x[7]: add dst=0x2,", b"In(14) x[7]: gw=0x1"],
            [b"In(14)[+] x[7]: add dst=0x2, gw=0x1", None],
            id="the last is not",
        ),
        pytest.param(
            [b"In(14)[+] x[7]: a", b"In(14)[+] x[7]: b", b"In(14)[+] x[7]: c", b"In(14)[+] y[7]: d"],
            [b"In(14)[+] x[7]: a b c", None, None, b"In(14)[+] y[7]: d"],
            id="three pieces, and another program's",
        ),
        pytest.param([b"In(14) x[7]: a", b"In(14) x[7]: b"], [b"In(14) x[7]: a", b"In(14) x[7]: b"], id="no mark"),
        pytest.param(
            [b"In(14)[+] vmkernel: cpu1:2)a", b"In(14) vmkernel: cpu1:2)b"],
            [b"In(14)[+] vmkernel: cpu1:2)a", b"In(14) vmkernel: cpu1:2)b"],
            id="a record of its own",
        ),
        pytest.param(
            [b"In(14)[+] x[7]: a", b"Wa(14) x[7]: b"], [b"In(14)[+] x[7]: a", b"Wa(14) x[7]: b"], id="another severity"
        ),
    ],
)
@pytest.mark.parametrize("step", [1 << 18, 64, 7])
def test_a_record_that_goes_on_is_one(
    lines: list[bytes], joined: list[bytes | None], step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_starts, "_STEP", step)
    text = b"".join(AT + line + b"\n" for line in lines)
    right = b"".join(b"\n" if line is None else AT + line + b"\n" for line in joined)

    assert may_be_in_two_parts(text)
    assert read(in_one_part(io.BytesIO(text))) == right


def test_a_record_that_goes_on_for_ever_is_ended() -> None:
    text = (AT + b"In(14)[+] x[7]: piece\n") * 5_000

    lines = read(in_one_part(io.BytesIO(text))).split(b"\n")

    assert len(lines) == 5_001
    assert max(map(len, lines)) < 10_000


def read(text: Readable) -> bytes:
    """All of it."""
    return b"".join(iter(lambda: text.read(1 << 20), b""))
