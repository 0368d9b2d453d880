"""More evidence that contradicts nothing makes no answer worse, and less makes none better.

Of a simulated test some logs are given, whole or in part. Where taking one away makes an answer acceptable that was not
known to be, that log has a line which speaks against it: of what is told only with it, or of what is left open.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from analyzer.config import Settings
from analyzer.errors import AutopathError
from analyzer.lab.simulate import Evidence, Options
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.pipeline import analyze
from tests.lab.simulate.made import made, written

UTC = Settings(log_timezone="UTC", hash="none")
MIXES = 6
TESTS = [("cvm-failure", 4), ("route-injection", 6), ("route-deletion", 7)]


def told(files: list[Path]) -> Run | None:
    """The run; None where there is nothing to analyse."""
    try:
        return analyze([str(one) for one in files], UTC)
    except AutopathError:
        return None


def some(logs: list[Path], chance: Random, place: Path) -> list[Path]:
    """About two in three of the logs, half of them cut at their begin or their end."""
    found = []
    for number, log in enumerate(logs):
        if chance.random() < 1 / 3:
            continue
        lines = log.read_bytes().splitlines(keepends=True)
        first, last = sorted(chance.sample(range(len(lines) + 1), 2)) if len(lines) > 1 else (0, len(lines))
        kept = chance.choice([lines, lines, lines[:last], lines[first:]])
        if kept:
            path = place / str(number) / log.parent.name / log.name
            path.parent.mkdir(parents=True)
            path.write_bytes(b"".join(kept))
            found.append(path)
    return found


def against(run: Run) -> Iterator[Origin]:
    """The lines that leave a run's answer open, or tell of what is open."""
    for one in run.episodes:
        open_end = [each for each in one.judgements if each.verdict == "UNDECIDED"]
        yield from (origin for each in open_end for origin in each.origins)
        if open_end:
            yield from (origin for claim in one.episode.claims for origin in claim.origins)
    yield from (origin for finding in run.findings if finding.severity == "problem" for origin in finding.origins)


@pytest.mark.parametrize(("scenario", "seed"), TESTS)
def test_what_is_taken_away_spoke_against_an_answer_that_is_better_without(
    scenario: str, seed: int, tmp_path: Path
) -> None:
    simulated = made(scenario, seed, Options(tail=60 * SECOND), Evidence(esxi_logs=True))
    place = written(simulated, tmp_path / "whole")
    logs = list(dict.fromkeys(place / one.file for one in simulated.truth.evidence if ".pcap" not in one.file))
    chance, compared = Random(f"{scenario} {seed}"), 0  # noqa: S311 - which of them, not a secret
    for mix in range(MIXES):
        files = some(logs, chance, tmp_path / str(mix))
        run = told(files)
        if run is None or run.acceptable != "unknown":
            compared += run is not None
            continue
        speaking = {origin.source for origin in against(run)}
        for gone in files:
            less = told([one for one in files if one != gone])
            compared += 1
            if less is not None and less.acceptable == "yes":
                assert any(gone.parent.name in name and gone.name in name for name in speaking), (mix, gone)
    assert compared >= MIXES
