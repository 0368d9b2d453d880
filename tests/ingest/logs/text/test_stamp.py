"""Stamps: what each text means, zones, and the hours that a zone repeats or leaves out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import UsageError
from analyzer.ingest.logs.text.stamp import read_stamp, zone_of
from analyzer.model.instant import SECOND
from analyzer.model.source import Reason, SkipReason

BERLIN = zone_of("Europe/Berlin")
UTC_GIVEN = zone_of("UTC")


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("text", "least", "width"),
    [
        pytest.param("2026-11-22 07:00:53", ns("2026-11-22 07:00:53"), SECOND - 1, id="whole-second"),
        pytest.param("2026-11-22 07:00:53,784Z", ns("2026-11-22 07:00:53") + 784_000_000, 999_999, id="ms-Z"),
        pytest.param("2026-11-22T07:00:53.5Z", ns("2026-11-22 07:00:53") + 500_000_000, 99_999_999, id="tenths"),
        pytest.param("2026-11-22T09:00:53+02:00", ns("2026-11-22 07:00:53"), SECOND - 1, id="offset-east"),
        pytest.param("2026-11-22T01:30:53-0530", ns("2026-11-22 07:00:53"), SECOND - 1, id="offset-west"),
        pytest.param("2016-12-31 23:59:60Z", ns("2017-01-01 00:00:00"), SECOND - 1, id="leap-second"),
    ],
)
def test_meaning(text: str, least: int, width: int) -> None:
    at = read_stamp(text, "c", UTC_GIVEN).at
    assert (at.least, at.doubt) == (least, width)


@pytest.mark.parametrize(
    ("text", "after", "expected", "odd"),
    [
        pytest.param("2026-07-01 12:00:00", None, "2026-07-01 10:00:00", None, id="summer"),
        pytest.param("2026-12-01 12:00:00", None, "2026-12-01 11:00:00", None, id="winter"),
        pytest.param("2026-10-25 02:30:00", None, "2026-10-25 00:30:00", "repeated-time", id="repeated-hour-first"),
        pytest.param(
            "2026-10-25 02:10:00", "2026-10-25 00:55:00", "2026-10-25 01:10:00", None, id="repeated-hour-again"
        ),
        pytest.param(
            "2026-10-25 02:54:58", "2026-10-25 00:55:00", "2026-10-25 00:54:58", "repeated-time", id="out-of-order"
        ),
        pytest.param("2026-03-29 02:30:00", None, "2026-03-29 01:30:00", "skipped-time", id="left-out-hour"),
    ],
)
def test_zone(text: str, after: str | None, expected: str, odd: SkipReason | None) -> None:
    stamp = read_stamp(text, "c", BERLIN, ns(after) if after else None)
    assert stamp.at.least == ns(expected)
    assert stamp.doubt == (odd and Reason(odd, detail="Europe/Berlin"))
    assert not stamp.zoned


def test_a_zone_in_the_text_wins() -> None:
    assert read_stamp("2026-07-01 12:00:00Z", "c", BERLIN).at.least == ns("2026-07-01 12:00:00")


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01 00:00:00",
        "2026-02-30 00:00:00",
        "0000-01-01 00:00:00",
        "2026-01-01 25:00:00",
        "x",
        "1677-12-31 23:59:59",
        "2262-01-01 00:00:00",
    ],
)
def test_impossible(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_stamp(text, "c", BERLIN)


@pytest.mark.parametrize("name", ["Nowhere/City", "", "../etc/passwd", "Europe/Berlin\0", "Europe"])
def test_no_such_zone(name: str) -> None:
    with pytest.raises(UsageError, match="there is no time zone"):
        zone_of(name)


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_any_local_time_is_read(moment: datetime) -> None:
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    at = read_stamp(text, "c", BERLIN).at
    assert ns(text) - at.least in (SECOND * 3600, SECOND * 7200)


@pytest.mark.parametrize(
    "stamp",
    ["2026-11-22 07:04:46,500", "2026-11-22T07:04:46.999", "2026-02-28 23:59:59,000", "2024-02-29 00:00:00,001"],
)
def test_the_usual_form_means_the_same_as_any_other(stamp: str) -> None:
    assert read_stamp(f"{stamp}Z", "log", UTC_GIVEN) == read_stamp(f"{stamp}+00:00", "log", UTC_GIVEN)


@pytest.mark.parametrize(
    "stamp",
    ["2026-02-29 07:04:46,500Z", "2026-13-22 07:04:46,500Z", "2026-11-22 07:04:61,500Z", "2262-01-01 00:00:00,000Z"],
)
def test_the_usual_form_can_be_impossible(stamp: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_stamp(stamp, "log", UTC_GIVEN)


def test_a_leap_second_in_the_usual_form() -> None:
    assert read_stamp("2016-12-31 23:59:60,500Z", "log", UTC_GIVEN) == read_stamp(
        "2017-01-01 00:00:00.500Z", "log", UTC_GIVEN
    )
