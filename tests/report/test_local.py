"""Local time is that of the zone that was given, with its changes of the clock, and never that of the machine."""

from __future__ import annotations

import pytest

from analyzer.model.instant import SECOND, Instant
from analyzer.report.local import local_stamp, local_words
from analyzer.report.words import OPEN

NOON = 1_795_348_800 * SECOND  # 2026-11-22 12:00:00 UTC
SUMMER = 1_782_043_200 * SECOND  # 2026-06-21 12:00:00 UTC


@pytest.mark.parametrize(
    ("ns", "zone", "said"),
    [
        (NOON, "Europe/Berlin", "2026-11-22 13:00:00"),
        (SUMMER, "Europe/Berlin", "2026-06-21 14:00:00"),
        (NOON, "Asia/Kolkata", "2026-11-22 17:30:00"),
        (-SECOND, "UTC", "1969-12-31 23:59:59"),
        (NOON, None, ""),
        (NOON, "Mars/Olympus", ""),
        (2**80, "Europe/Berlin", ""),
    ],
)
def test_a_second_is_as_clocks_there_show_it(ns: int, zone: str | None, said: str) -> None:
    assert local_stamp(ns, zone) == said


@pytest.mark.parametrize(
    ("least", "most", "zone", "said"),
    [
        (NOON, NOON + SECOND, "Europe/Berlin", "13:00:00 in Europe/Berlin"),
        (NOON, NOON + 30 * SECOND, "Europe/Berlin", "13:00:00 to 13:00:30 in Europe/Berlin"),
        (NOON, NOON, "Pacific/Auckland", "2026-11-23 01:00:00 in Pacific/Auckland"),
        (NOON, OPEN, "Europe/Berlin", "13:00:00 or later in Europe/Berlin"),
        (NOON, NOON, None, ""),
    ],
)
def test_a_moment_has_its_local_time_beside_it(least: int, most: int, zone: str | None, said: str) -> None:
    assert local_words(Instant("capture", least, most), zone) == said
