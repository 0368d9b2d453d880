"""No person and no Genesis is named without a line that shows it, whichever file of a sample is missing.

Each sample is analysed with each kind of its files in turn removed. What then is said to be by hand must rest on a
command that somebody typed, and what is said of Genesis on a line of Genesis' own log or of a session.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options
from analyzer.model.episode import MeasuredEpisode, StatementName
from analyzer.model.event import Mark, RouteCommand, TypedAtPrompt
from analyzer.model.measurement import HowName, KnownInstant
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.model.truth import Truth
from analyzer.pipeline import analyze
from analyzer.report.story import story
from tests.conftest import SAMPLES
from tests.lab.simulate.made import made, written
from tests.recordings import recordings, truth_of

PERSONS: frozenset[StatementName] = frozenset({"typed-by-hand", "typed-by-either"})
GENESIS: frozenset[StatementName] = frozenset(
    {
        "found-illegal",
        "found-absent",
        "found-alive",
        "left-gateway",
        "command-failed",
        "connections-ended",
        "none-to-end",
        "changed-by-others",
        "repaired-twice",
        "ordered-by-either",
    }
)
BY_GENESIS: frozenset[HowName] = frozenset(
    {
        "check-that-found",
        "check-that-found-alive",
        "first-check",
        "found-illegal",
        "found-absent",
        "found-wrong",
        "check-to-action",
        "task-created",
        "command-to-result",
        "genesis-logged",
        "kernel-logged-order",
        "decision-to-right",
        "terminate-answered",
        "kernel-without-genesis",
        "typed-or-ordered",
    }
)
OF_A_PERSON = ("by hand", "a person", "typed")
OF_LOGS = ("genesis", "vmkernel", "vobd", "shell", "auth")
SCENARIOS = sorted([*(SAMPLES / "kinds").glob("*.toml"), *(SAMPLES / "confounders").glob("*.toml")])
CHOSEN = Random(20261129).sample([one for one in SCENARIOS if one.stem != "cases"], 12)  # noqa: S311 - a slice


def typed(run: Run) -> set[Origin]:
    """The lines that show a person: what was typed, or stands at a prompt, or came with a session, or a note."""
    return {
        event.origin
        for event in run.events
        if isinstance(event.detail, Mark | TypedAtPrompt)
        or (isinstance(event.detail, RouteCommand) and event.detail.actor != "genesis" and event.detail.user)
    }


def of_genesis(run: Run) -> set[str]:
    """The logs that show what Genesis did: its own, and those of the sessions by which it comes."""
    return {source.name for source in run.sources if source.kind in ("genesis", "auth")}


def blamed(run: Run) -> Iterator[str]:
    """What is said of a person or of Genesis, and no line shows."""
    for measured in run.episodes:
        yield from _persons(measured, run)
        yield from _genesis(measured, run)
    for finding in (*run.findings, *(one for measured in run.episodes for one in measured.findings)):
        if finding.code == "AP101" and not set(finding.origins) & typed(run):
            yield f"AP101 {finding.sentence}"


def _persons(measured: MeasuredEpisode, run: Run) -> Iterator[str]:
    episode, shown = measured.episode, typed(run)
    claims = [claim for claim in episode.claims if claim.statement.name in PERSONS]
    yield from (f"{episode.id} claim {one.statement.name}" for one in claims if not set(one.origins) & shown)
    for one in episode.instants:
        known = isinstance(one, KnownInstant) and not set(one.origins) & shown
        if (
            known
            and isinstance(one, KnownInstant)
            and (one.how.by_hand or one.how.name in ("typed", "typed-by-either"))
        ):
            yield f"{episode.id} {one.name} by hand"
    said = [words for words in OF_A_PERSON if words in story(measured)]
    if (episode.by_hand or said) and not claims:
        yield f"{episode.id} by hand, {said}"


def _genesis(measured: MeasuredEpisode, run: Run) -> Iterator[str]:
    episode, logs = measured.episode, of_genesis(run)
    if "Genesis" in story(measured) and not logs:
        yield f"{episode.id} {story(measured)}"
    for claim in episode.claims:
        if claim.statement.name in GENESIS and not logs:
            yield f"{episode.id} claim {claim.statement.name}"
    for one in episode.instants:
        if isinstance(one, KnownInstant) and one.how.name in BY_GENESIS and not logs:
            yield f"{episode.id} {one.name} {one.how.name}"
    if episode.by_others and not logs:
        yield f"{episode.id} by others than Genesis"


def mixes(folder: Path, truth: Truth) -> Iterator[tuple[str, list[Path]]]:
    """All files, those without each kind, each log's kind alone, and without each single file."""
    files = list(dict.fromkeys(folder / one.file for one in truth.evidence))
    kinds = {
        one.what: {folder / other.file for other in truth.evidence if other.what == one.what} for one in truth.evidence
    }
    yield "everything", files
    for what, mine in kinds.items():
        yield f"without {what}", [one for one in files if one not in mine]
        if what in OF_LOGS:
            yield f"{what} alone", [one for one in files if one in mine]
    yield (
        "vmkernel and shell",
        [one for one in files if one in kinds.get("vmkernel", set()) | kinds.get("shell", set())],
    )
    for gone in files:
        yield f"without {gone.name}", [one for one in files if one != gone]


def faults(folder: Path, truth: Truth) -> list[str]:
    found, seen = [], set[tuple[Path, ...]]()
    for mix, files in mixes(folder, truth):
        if files and tuple(files) not in seen:
            seen.add(tuple(files))
            run = analyze([str(one) for one in files], Settings(log_timezone="UTC", hash="none"))
            found += [f"{mix}: {one}" for one in blamed(run)]
    assert seen
    return found


@pytest.mark.parametrize("folder", recordings(), ids=lambda folder: folder.name)
def test_a_recording_blames_nobody(folder: Path) -> None:
    assert faults(folder, truth_of(folder)) == []


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.stem)
def test_a_scenario_blames_nobody(path: Path) -> None:
    simulated = made(str(path), 5, Options(tail=40 * 10**9), Evidence(esxi_logs=True))
    with tempfile.TemporaryDirectory() as place:
        assert faults(written(simulated, Path(place)), simulated.truth) == []
