from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.lab.netns.genesis.genesis_log import GenesisLog, Stamps
from analyzer.model.instant import SECOND

AT = 1701925611 * SECOND + 213_999_000


@pytest.mark.parametrize(
    ("zone", "stamps", "expected"),
    [
        pytest.param("UTC", "seconds", "2023-12-07 05:06:53 WARNING ha_service.py:1 said", id="aos-4"),
        pytest.param("America/Los_Angeles", "seconds", "2023-12-06 21:06:53 WARNING ha_service.py:1 said", id="zone"),
        pytest.param(
            "America/Los_Angeles",
            "milliseconds",
            r"2023-12-07 05:06:53,313Z WARNING \d+ ha_service.py:1 said",
            id="aos-5-is-utc",
        ),
    ],
)
def test_a_record_is_as_the_cvms_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, stamps: Stamps, expected: str
) -> None:
    monkeypatch.setattr("analyzer.lab.netns.genesis.genesis_log.time.time_ns", lambda: AT)

    GenesisLog(tmp_path / "genesis.out", zone, 2_100_000_000, stamps).write("ha_service.py:1", "said", "WARNING")

    assert re.fullmatch(expected + "\n", (tmp_path / "genesis.out").read_text())
