"""A slice of the study, by its seeds: what it says of false alarms, of power, and its page."""

from __future__ import annotations

from functools import cache

from bench.compare_study.design import SLICE
from bench.compare_study.floors import floors
from bench.compare_study.page import page
from bench.compare_study.study import Study, studied


@cache
def of_slice() -> Study:
    return studied(SLICE)


def test_nothing_is_beyond_the_doubt_of_so_few_histories() -> None:
    parts = ("groups", "uneven", "shapes", "change points", "change points in turn", "detections")
    cells = [one for part in parts for one in of_slice().of(part)]

    assert len(cells) > 15
    assert [one for one in cells if one.limits[0] > 0.05] == []
    assert [one for one in of_slice().of("interval") if one.limits[1] < 0.95] == []


def test_who_compares_middles_compares_evidence() -> None:
    (found,) = (one for one in of_slice().of("middles") if one.names == ("6 + 6", "exact", "30 s"))

    assert found.share > 0.3


def test_what_must_be_found_is_found() -> None:
    told = {one.name: one.holds for one in floors(of_slice()) if one.name.startswith("found in")}

    assert len(told) == 3
    assert all(told.values()) is True


def test_the_page_has_every_table() -> None:
    text = page(of_slice(), "a machine")

    assert text.endswith("## Machine\n\na machine\n")
    assert text.count("| --- |") > 12
    assert "| 4 + 4 | exact | 1 s | 10 s | 30 s |" in text
    assert "0 vanished without a line" in text
