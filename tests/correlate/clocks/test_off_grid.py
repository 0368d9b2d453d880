"""A line on Stargates between two checks is no check that came late, and no clock that was set."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.brought import BEGIN, OWN, Brought, brought, check, failure, genesis, told

NINTH = 9
SECOND = timedelta(seconds=1)
PERIOD = 30 * SECOND
CVMS = "['192.168.1.26', '192.168.1.27', '192.168.1.28']"
SAYS = {
    "down": f"WARNING 80801248 ha_service.py:497 Stargate on node {OWN} is down",
    "up": f"INFO 80801248 ha_service.py:495 Stargate on node {OWN} is up",
    "all": f"INFO 80801248 ha_service.py:489 All stargates are healthy: {CVMS}",
}


def _with(seconds: float, *said: str, moved: float = 0) -> Brought:
    """Twenty checks, and lines `seconds` after the ninth; those behind it are `moved` by so much."""
    lines: list[str] = []
    for place in range(20):
        at = BEGIN + place * PERIOD
        lines += check(at + SECOND * moved if place > NINTH else at)
        lines += [genesis(at + SECOND * seconds, SAYS[one]) for one in said if place == NINTH]
    return Brought({"cvm-192.168.1.27/genesis.out": lines})


def _set(found: Brought, place: Path) -> list[str]:
    run = brought(place, found)
    assert run is not None
    return [one.sentence for one in run.findings if one.code == "AP203"]


@pytest.mark.parametrize("seconds", [7, 11, 19.5, 24])
@pytest.mark.parametrize("said", [("down",), ("up",), ("all",), ("down", "up")], ids="-".join)
def test_no_clock_was_set(seconds: float, said: tuple[str, ...], tmp_path: Path) -> None:
    assert _set(_with(seconds, *said), tmp_path) == []


def test_a_clock_that_was_set_back_is_told_all_the_same(tmp_path: Path) -> None:
    assert len(_set(_with(7, "down", moved=-19), tmp_path)) > 0


def test_a_line_ahead_of_the_check_that_finds_it_bounds_the_fault(tmp_path: Path) -> None:
    lines = failure()
    place = next(number for number, line in enumerate(lines) if " is down" in line)
    ahead = genesis(BEGIN + 6 * PERIOD - 9 * SECOND, SAYS["down"])
    run = brought(tmp_path, Brought({"cvm-192.168.1.27/genesis.out": [*lines[:place], ahead, *lines[place:]]}))

    assert told(run)[:2] == ("yes", ("cvm-failure@192.168.1.24",))
