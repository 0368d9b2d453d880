"""A Stargate that one line has down, of which no episode tells: no all-clear."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.brought import BEGIN, HOST, OWN, Brought, brought, checks, failure, genesis

LOG = "cvm-192.168.1.27/genesis.out"
DOWN = f"WARNING 80801248 ha_service.py:497 Stargate on node {OWN} is down"
MISSING = (
    f"WARNING 80801248 ha_service.py:561 Forwarding needs to be set for host {HOST}, stargate on node {OWN} is down"
)


def beside(lines: list[str], ms: int, *rest: str) -> list[str]:
    """The lines of a log, and some more of `ms` after its begin, in order of their stamps."""
    more = [genesis(BEGIN + timedelta(milliseconds=ms + 150 * place), one) for place, one in enumerate(rest)]
    return sorted([*lines, *more])


@pytest.mark.parametrize("ms", [99_000, 101_200, 119_100], ids=["between checks", "just after one", "just before one"])
def test_a_stargate_that_was_down_is_told(ms: int, tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: beside(checks(12), ms, DOWN)}))

    assert run is not None
    assert run.acceptable == "unknown"
    assert [(lack.of, lack.what) for lack in run.coverage.lacks if lack.name == "stargate-down"] == [(HOST, OWN)]


def test_one_that_a_failure_tells_of_is_not(tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: failure()}))

    assert run is not None
    assert [one.episode.kind for one in run.episodes] == ["cvm-failure"]
    assert not [lack for lack in run.coverage.lacks if lack.name == "stargate-down"]


def test_a_failure_that_the_next_check_finds_over_without_a_route_is_no_failover(tmp_path: Path) -> None:
    found = [line for line in checks(12) if not line.startswith(("2025-11-02 08:02:01,400", "2025-11-02 08:02:01,720"))]
    run = brought(tmp_path, Brought({LOG: beside(found, 120_000, DOWN, MISSING)}))

    assert run is not None
    (one,) = run.episodes
    assert (one.episode.kind, one.episode.after.kind) == ("unexplained", "local")
