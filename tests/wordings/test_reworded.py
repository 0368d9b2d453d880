"""Recorded tests whose log is told in every voice, with the captures and alone: no phantom, no other verdict."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from analyzer.config import Settings, default_expectations
from analyzer.model.episode import EpisodeKind, Verdict
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from analyzer.store import decode_truth
from tests.conftest import CASES, SAMPLES
from tests.wordings.reworded import reworded
from tests.wordings.voice import VOICES, read_voice

SETTINGS = Settings(log_timezone="UTC", expectations=default_expectations())


def captures(case: str) -> list[Path]:
    return sorted((SAMPLES / case).glob("*.pcap*"))


@cache
def as_recorded(case: str, *, with_captures: bool) -> Run:
    """What is said of the log as it was written."""
    return analyze([SAMPLES / case / "genesis.out", *(captures(case) if with_captures else ())], SETTINGS)


def found(run: Run) -> Counter[EpisodeKind]:
    return Counter(one.episode.kind for one in run.episodes)


def verdicts(run: Run) -> set[tuple[EpisodeKind, Verdict]]:
    return {(one.episode.kind, one.judgement.verdict) for one in run.episodes}


@pytest.mark.parametrize("with_captures", [False, True], ids=["log", "captures"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
def test_as_it_was_recorded(path: Path, case: str, with_captures: bool, tmp_path: Path) -> None:
    text = reworded((SAMPLES / case / "genesis.out").read_text("utf-8"), read_voice(path))
    log = tmp_path / "genesis.out"
    log.write_text(text, "utf-8")
    if not text and not with_captures:
        return  # a voice of errors only has no word for a healthy test
    run = analyze([*([log] if text else []), *(captures(case) if with_captures else ())], SETTINGS)
    usual = as_recorded(case, with_captures=with_captures)

    assert not found(run) - found(usual) - Counter({"unexplained": 9}), "a phantom"
    judged = {told for told in verdicts(run) if told[1] in ("MET", "LATE", "MISSED")}
    assert judged <= verdicts(usual)
    if with_captures:
        truth = decode_truth((SAMPLES / case / "truth.json").read_bytes(), "truth.json")
        assert not Counter(one.kind for one in truth.episodes if one.covered) - found(run), "an episode is missing"
    elif found(usual) - found(run):
        assert run.verdict == "UNDECIDED"
