from __future__ import annotations

import pytest

from analyzer.model.about.zone import zone_named


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_a_zone_is_known_by_its_name(name: str) -> None:
    assert str(zone_named(name)) == name


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe", "a\0b", "x" * 5000, "a/" * 400 + "b"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_named(name) is None
