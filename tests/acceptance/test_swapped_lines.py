"""Lines that a syslog server, or a copy, put in the wrong order: no clock was set, and nothing happened twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.acceptance.brought import HOST, Brought, brought, checks, failure
from tests.correlate.logs.test_either import injected

LOG = "cvm-192.168.1.27/genesis.out"


def swapped(lines: Sequence[str], every: int, first: int) -> list[str]:
    """Each `every`-th two that follow each other, the other way round."""
    found = [*lines]
    for place in range(first, len(found) - 1, every):
        found[place], found[place + 1] = found[place + 1], found[place]
    return found


@pytest.mark.parametrize(
    ("every", "first"), [(2, 1), (4, 0), (4, 1), (4, 2), (4, 3), (8, 3), (8, 7), (100, 3), (100, 23)]
)
@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (checks(12), []),
        (failure(), [f"cvm-failure@{HOST}"]),
        (injected(), [f"route-injection@{HOST}"]),
    ],
    ids=["healthy", "failure", "injection"],
)
def test_pairs(lines: list[str], kinds: list[str], every: int, first: int, tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: swapped(lines, every, first)}))
    whole = brought(tmp_path / "whole", Brought({LOG: lines}))

    assert run is not None
    assert whole is not None
    assert [f"{one.episode.kind}@{one.episode.host}" for one in run.episodes] == kinds
    assert not [finding for finding in run.findings if finding.code == "AP203"]
    assert run.acceptable == whole.acceptable


@pytest.mark.parametrize("back", [12, 34])
def test_a_clock_that_was_set_back_stays_there(back: int, tmp_path: Path) -> None:
    lines = failure()
    later = [_back(line, back) for line in lines[28:]]
    run = brought(tmp_path, Brought({LOG: [*lines[:28], *later]}))

    assert run is not None
    assert [finding.code for finding in run.findings if finding.code == "AP203"] == ["AP203"]


def _back(line: str, seconds: int) -> str:
    minute, second = int(line[14:16]), int(line[17:19])
    at = minute * 60 + second - seconds
    return f"{line[:14]}{at // 60:02d}:{at % 60:02d}{line[19:]}"
