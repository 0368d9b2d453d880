"""What the program says of `samples/kinds`: the kinds of docs/kinds.md, and no verdict on what Genesis did not do."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options
from analyzer.lab.simulate.scenario.options import DRAWN
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES
from tests.judged import of_detection
from tests.lab.simulate.made import made, written

FOLDER = SAMPLES / "kinds"
BOOT = {"quick-reboot": 8 * SECOND, "deleted-while-booting": 50 * SECOND, "exchanged-while-booting": 30 * SECOND}
CAPTURES, LOGS = ("span", "vmk1"), ("genesis", "vmkernel", "vobd", "shell", "auth")
Mix = Literal["everything", "captures + log", "captures", "logs"]
FILES: dict[Mix, tuple[str, ...]] = {
    "everything": CAPTURES + LOGS,
    "captures + log": (*CAPTURES, "genesis"),
    "captures": CAPTURES,
    "logs": LOGS,
}
SEEDS = (1, 2)
SETTINGS = Settings(log_timezone="UTC")
NOT_YET: dict[str, str] = {
    "gateway-restarts": "a stall of a remote path that no other CVM's silence shows is not told",
}
UNSEEN = {
    ("added-while-restarting", "logs"),  # no check fell into the time in which its Stargate was down
    ("isolated", "logs"),  # that its own CVM served is in no log: Genesis found it down, and soon enough for sure
}
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem not in NOT_YET)


@cache
def told_of(name: str, seed: int) -> tuple[Truth, dict[Mix, Run]]:
    """A sample's truth, and what is said of it in every mix."""
    options = Options(boot=BOOT.get(name, DRAWN), phase=20 * SECOND, tail=40 * SECOND, reply_path="symmetric")
    simulated = made(str(FOLDER / f"{name}.toml"), seed, options, Evidence(esxi_logs=True))
    with tempfile.TemporaryDirectory() as place:
        folder = written(simulated, Path(place))
        files = {
            mix: [folder / one.file for one in simulated.truth.evidence if one.what in FILES[mix]] for mix in FILES
        }
        return simulated.truth, {mix: analyze(list(dict.fromkeys(paths)), SETTINGS) for mix, paths in files.items()}


def happened(true: TrueEpisode) -> bool:
    """Whether anything came of an episode: a recovery that the CVM's end cut short has nothing to show."""
    return true.kind != "cvm-recovery" or true.instants.repaired is not None


def is_genesis(true: TrueEpisode) -> bool:
    """Whether it is Genesis that is judged: it found or repaired what is counted, and was not mistaken."""
    if true.kind == "cvm-failure":
        return true.instants.detected is not None and not true.mistaken
    return true.repaired_by == "genesis"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_with_everything_the_kinds_are_those_of_the_table(name: str, seed: int) -> None:
    truth, runs = told_of(name, seed)

    told = sorted(one.episode.kind for one in runs["everything"].episodes)

    assert told == sorted(one.kind for one in truth.episodes if happened(one))


@pytest.mark.parametrize(
    ("name", "mix"),
    [(name, mix) for name in NAMES for mix in ("everything", "captures + log", "logs") if (name, mix) not in UNSEEN],
)
def test_where_genesis_did_nothing_it_is_not_judged(name: str, mix: Mix) -> None:
    truth, runs = told_of(name, SEEDS[0])
    judged = {one.kind for one in truth.episodes if is_genesis(one)}

    verdicts = {one.episode.kind: of_detection(one).verdict for one in runs[mix].episodes}

    assert {kind: said for kind, said in verdicts.items() if kind not in judged} == {
        kind: said for kind, said in verdicts.items() if kind not in judged and said in ("NOT-JUDGED", "UNDECIDED")
    }


@pytest.mark.parametrize("name", NAMES)
def test_captures_alone_tell_no_kind_that_is_another(name: str) -> None:
    truth, runs = told_of(name, SEEDS[0])

    told = {one.episode.kind for one in runs["captures"].episodes if of_detection(one).verdict != "NOT-JUDGED"}

    assert told <= {one.kind for one in truth.episodes}


def test_a_host_that_its_own_cvm_served_is_told_as_genesis_saw_it() -> None:
    _, runs = told_of("isolated", 1)
    failure, recovery = runs["everything"].episodes

    assert [one.code for one in failure.findings] == ["AP116"]
    assert (of_detection(failure).verdict, failure.episode.during.kind) == ("NOT-JUDGED", "local")
    assert recovery.episode.kind == "cvm-recovery"


def test_the_page_links_each_sample() -> None:
    page = Path(SAMPLES.parent, "docs", "kinds.md").read_text("utf-8")

    assert [path.name for path in sorted(FOLDER.glob("*.toml")) if f"(../samples/kinds/{path.name})" not in page] == []


@pytest.mark.parametrize("seed", [1, 9])
def test_a_cvm_that_is_alive_and_not_heard_outside_puts_no_capture_on_another_clock(seed: int, tmp_path: Path) -> None:
    simulated = made(str(FOLDER / "isolated.toml"), seed, Options(), Evidence())
    folder = written(simulated, tmp_path)

    run = analyze([folder / one.file for one in simulated.truth.evidence if one.what in CAPTURES], SETTINGS)

    assert "AP203" not in {finding.code for finding in run.findings}


@pytest.mark.parametrize("name", NAMES)
def test_clocks_that_are_right_contradict_nothing(name: str) -> None:
    _, runs = told_of(name, 1)

    assert [mix for mix, run in runs.items() for finding in run.findings if finding.code == "AP203"] == []
