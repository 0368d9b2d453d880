"""No stage decides by a sentence: whatever the words of a room, verdicts, codes, kinds and exit status are the same.

To hold a further room to it, name it in `ROOMS`; what it reads (a log's own words), and does not say, is `SPARED`.
Where this fails, a `ROOMS` of one room tells which one it is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli import run as cli
from tests.conftest import ROOT, SAMPLES
from tests.rewording import decisions
from tests.rewording.reworded import other_words, reworded, sentences

PACKAGE = ROOT / "analyzer"
ROOMS = ("correlate", "ingest", "judge", "measure", "model", "report", "store")
"""The rooms whose sentences are reworded, all at once: those of one may be compared with those of another."""
SILENT = ("correlate", "measure")
"""Those that make none at all, but for names and filters (`NO_SENTENCES`)."""
NO_SENTENCES = frozenset(
    (
        " from line ",  # a clock's name: that of the log from where it was set
        "nfs && tcp.port == ",
        "arp || tcp.analysis.retransmission",
        "(tcp.flags.fin == 1 || tcp.flags.reset == 1)",
    )
)
"""What looks like a sentence in a room that makes none: a clock's name, Wireshark's display filters."""
SPARED: frozenset[str] = frozenset()
"""Strings that a room reads and does not say."""
SIMULATED = {
    "ends-before-the-repair": ("cvm-failure", "--keep-log", "600", "--early", "40s"),
    "repaired-by-hand": ("route-deletion", "--esxi-logs"),
}
"""What no sample has: evidence of both families that ends in the middle of a fault; a host's own logs."""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Every sample; its captures alone, its logs alone; and all of it cut off in the middle; and what is simulated."""
    folder = tmp_path_factory.mktemp("evidence")
    found = []
    for sample in sorted(truth.parent for truth in SAMPLES.glob("*/truth.json")):
        captures = [path for path in sorted(sample.rglob("*")) if path.suffix in (".pcap", ".pcapng")]
        logs = [path for path in sorted(sample.rglob("*")) if path.suffix in (".log", ".out")]
        for name, files in (("captures", captures), ("logs", logs)):
            found += [_copied(sample, files, folder / f"{sample.name}-{name}")] if files else []
        found += [sample, _cut(_copied(sample, [*captures, *logs], folder / f"{sample.name}-cut"))]
    for name, arguments in SIMULATED.items():
        assert cli(["simulate", *arguments, "--seed", "3", "-o", str(folder / name)]) == 0
        found.append(folder / name)
    return tuple(found)


def _copied(sample: Path, files: list[Path], folder: Path) -> Path:
    for path in files:
        place = folder / path.relative_to(sample)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return folder


def _cut(folder: Path) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            path.write_bytes(data[: len(data) * 2 // 3 + 7])
    return folder


def decided(package: Path, evidence: tuple[Path, ...]) -> dict[str, object]:
    """What the package in the folder decides of each evidence."""
    command = [sys.executable, str(Path(decisions.__file__)), *map(str, evidence)]
    told = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(package)}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    found: dict[str, object] = json.loads(told.stdout)
    return found


@pytest.fixture(scope="module")
def as_it_is(evidence: tuple[Path, ...]) -> dict[str, object]:
    return decided(ROOT, evidence)


def test_the_evidence_has_much_to_decide(as_it_is: dict[str, object]) -> None:
    told = json.dumps(as_it_is)

    assert len(as_it_is) > 30
    assert {kind for kind in ("cvm-failure", "route-injection", "unexplained") if kind in told} == {
        "cvm-failure",
        "route-injection",
        "unexplained",
    }
    for name in ("AP402", "UNDECIDED", "LATE", "no-pause", "calls-outstanding", "straddles", "whole-capture"):
        assert name in told, name


def test_other_words_decide_the_same(evidence: tuple[Path, ...], as_it_is: dict[str, object], tmp_path: Path) -> None:
    number = reworded(PACKAGE, ROOMS, tmp_path, SPARED)
    (tmp_path / "templates").symlink_to(ROOT / "templates")

    assert number >= 100
    assert decided(tmp_path, evidence) == as_it_is


@pytest.mark.parametrize("room", SILENT)
def test_a_room_that_tells_by_name_makes_no_sentence(room: str) -> None:
    assert [one for one in sentences(PACKAGE, room) if one.words not in NO_SENTENCES] == []


def test_a_comparison_with_a_sentence_is_found_out(evidence: tuple[Path, ...], tmp_path: Path) -> None:
    """A measurement that says how it is in words, and a verdict that looks for them."""
    package = tmp_path / "compared" / "analyzer"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package.parent / "templates").symlink_to(ROOT / "templates")
    stages, judging = package / "measure" / "stages.py", package / "judge" / "judgements" / "detection.py"
    _changed(stages, 'metric = "detection"', 'metric = "the detection"')
    _changed(judging, "if m.metric == METRIC", 'if m.metric == f"the {METRIC}"')
    few = tuple(one for one in evidence if "cvm-failure" in one.name)
    (tmp_path / "reworded").mkdir()
    (tmp_path / "reworded" / "templates").symlink_to(ROOT / "templates")

    assert reworded(package, ("measure",), tmp_path / "reworded") == 1
    assert decided(package.parent, few) != decided(tmp_path / "reworded", few)


def _changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_sentence_gets_words_of_its_own(tmp_path: Path) -> None:
    package = tmp_path / "analyzer"
    (package / "room").mkdir(parents=True)
    (package / "room" / "module.py").write_text(
        '"""What it is for."""\n'
        "import re\n"
        'NAME, SAID, AGAIN = "no-pause", "no pause", "no pause"\n'
        'PATTERN = re.compile(r"no pause")\n'
        'def said(n): return f"after {n:%H of %M} s, no pause", "after {n} no pause"\n'
    )

    said = sorted(one.words for one in sentences(package, "room"))
    assert said == [" s, no pause", "after {n} no pause", "no pause", "no pause"]
    assert reworded(package, ("room",), tmp_path / "copy") == 4
    text = (tmp_path / "copy" / "analyzer" / "room" / "module.py").read_text()
    assert text.count("no pause") == 1
    assert "'no-pause', 'dzz dzz', 'fzz fzz'" in text
    assert "{n:%H of %M}" in text


def test_fields_stay() -> None:
    assert other_words("after {n} of %s, no pause", 20) == "fbzz {n} fbzz %s, fbzz fbzz"
