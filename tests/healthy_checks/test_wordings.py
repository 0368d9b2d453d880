"""Checks in other words are told as one too, where rules understand all that they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from analyzer.ingest.logs.checks.folding import Limits
from tests.healthy_checks.test_told_as_one import NEVER, analysed, checks_as_one, found

STORIES = Path(__file__).parents[1] / "wordings" / "stories"
UNDERSTOOD = ("arrows", "class-names", "few-role-words", "json", "per-cvm-lines", "three-hosts", "traffic-prose")
MANY = 60


def stamped(line: str) -> datetime:
    return datetime.fromisoformat(line[:19])


def padded(story: list[str], check: list[str]) -> Iterator[str]:
    """The story with many checks that found all well before it and after it, each 30 s."""
    first = stamped(check[0])
    for line in (*range(-MANY, 0), None, *range(1, MANY + 1)):
        if line is None:
            yield from story
            continue
        edge = stamped(story[0 if line < 0 else -1])
        for each in check:
            at = edge + timedelta(seconds=30 * line) + (stamped(each) - first)
            yield f"{at:%Y-%m-%d %H:%M:%S}{each[19:]}"


def one_check(healthy: list[str]) -> list[str]:
    """The lines of a check in the midst of a log that has nothing else."""
    checks: list[list[str]] = []
    for line in healthy:
        if checks and stamped(line) - stamped(checks[-1][-1]) <= timedelta(seconds=6):
            checks[-1].append(line)
        else:
            checks.append([line])
    return checks[len(checks) // 2]


def records(wording: str, story: str) -> list[str]:
    """The records of a story: whose it is stands before them."""
    text = (STORIES / f"{wording}.{story}.out").read_text()
    return [line for line in text.splitlines() if line.startswith("20")]


@pytest.mark.parametrize("story", ["route-injection", "route-deletion", "cvm-recovery"])
@pytest.mark.parametrize("wording", UNDERSTOOD)
def test_what_is_found_is_the_same(wording: str, story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = one_check(records(wording, "healthy"))
    log = tmp_path / "genesis.out"
    log.write_text("".join(f"{line}\n" for line in padded(records(wording, story), check)))

    singly, as_one = (analysed([log], limits, monkeypatch) for limits in (NEVER, Limits(10, 0, 5)))

    assert checks_as_one(as_one) > MANY // 2
    assert singly.episodes
    assert found(as_one, texts=False) == found(singly, texts=False)
