"""Lines of a genesis.out that are none of HA's: no evidence, whatever they are mixed into.

`FOREIGN_SEEDS=500 pytest tests/acceptance/test_foreign_lines.py` draws more of them.
"""

from __future__ import annotations

import io
import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from analyzer.config import Settings, default_expectations
from analyzer.ingest import logs
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from bench.accuracy.foreign.mixing import TEMPLATES, Machines, filled, mixed
from tests.conftest import SAMPLES
from tests.judged import of_detection
from tests.wordings.voice import VOICES, cluster, read_voice, told

SETTINGS = Settings(log_timezone="UTC", expectations=default_expectations())
RULES = logs.load_rules(())
OF_SAMPLES = Machines(("192.168.1.24", "192.168.1.25"), ("192.168.1.26", "192.168.1.27", "192.168.1.28"))
OF_VOICES = Machines(tuple(host.address for host, _ in cluster()), tuple(cvm.address for _, cvm in cluster()))
HEALTHY = [("sample", (SAMPLES / "healthy" / "genesis.out").read_text("utf-8"), OF_SAMPLES)] + [
    (path.stem, text, OF_VOICES) for path in VOICES if (text := told(read_voice(path), "healthy")).strip()
]
FAULTY = sorted(path.parent for path in SAMPLES.glob("*/genesis.out") if path.parent.name != "healthy")
SEEDS_OF_HEALTHY = range(int(os.environ.get("FOREIGN_SEEDS", str(2 * len(HEALTHY)))))
SEEDS_OF_FAULTY = range(int(os.environ.get("FOREIGN_SEEDS", "2")))


def analysed(text: str, folder: Path, *captures: Path) -> Run:
    """What is said of a log's text."""
    log = folder / "genesis.out"
    log.write_text(text, "utf-8")
    return analyze([log, *captures], SETTINGS)


def test_many_kinds() -> None:
    assert len(TEMPLATES) >= 300
    assert len({template.split(":")[0] for template in TEMPLATES}) > 60


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_evidence(template: str) -> None:
    random = Random(template)  # noqa: S311 - the same lines each time
    lines = [f"2026-02-03 04:05:0{n},100Z {filled(template, random, OF_SAMPLES)}\n" for n in range(4)]
    reading = logs.read(io.BytesIO("".join(lines).encode()), "genesis.out", "genesis", SETTINGS, RULES)
    assert [(event.rule, event.text) for event in reading.events] == []
    assert reading.records == len(lines)


@pytest.mark.parametrize("seed", SEEDS_OF_HEALTHY)
def test_healthy_stays_healthy(seed: int, tmp_path: Path) -> None:
    _, text, machines = HEALTHY[seed % len(HEALTHY)]
    run = analysed(mixed(text, seed, machines), tmp_path)
    assert [one.episode.kind for one in run.episodes] == []
    assert [finding.sentence for finding in run.findings if finding.severity == "problem"] == []


@pytest.mark.parametrize("seed", SEEDS_OF_FAULTY)
@pytest.mark.parametrize("with_captures", [False, True], ids=["log", "captures"])
@pytest.mark.parametrize("sample", FAULTY, ids=lambda path: path.name)
def test_a_fault_is_told_alike(sample: Path, with_captures: bool, seed: int, tmp_path: Path) -> None:
    text = (sample / "genesis.out").read_text("utf-8")
    captures = sorted(sample.glob("*.pcap*")) if with_captures else []
    plain = analysed(text, tmp_path, *captures)
    among = analysed(mixed(text, seed, OF_SAMPLES), tmp_path, *captures)
    assert _told(among) == _told(plain)


@pytest.mark.parametrize("after", [8, 12, 17])
@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("sample", FAULTY, ids=lambda path: path.name)
def test_a_host_that_cannot_be_read_changes_no_verdict(sample: Path, every: int, after: int, tmp_path: Path) -> None:
    lines = (sample / "genesis.out").read_text("utf-8").splitlines(keepends=True)
    checks = [line for line in lines if ":489 " in line or ":497 " in line or ":493 " in line]
    for line in checks[::every]:
        at = datetime.fromisoformat(line[:19]) + timedelta(seconds=after)
        text = "ha_service.py:520 Unable to read the routing table of 192.168.1.25: ssh: connect timed out"
        lines.append(f"{at:%Y-%m-%d %H:%M:%S} ERROR {text}\n")
    captures = sorted(sample.glob("*.pcap*"))
    plain = analysed((sample / "genesis.out").read_text("utf-8"), tmp_path, *captures)
    among = analysed("".join(sorted(lines, key=lambda line: line[:19])), tmp_path, *captures)
    assert [(e.episode.kind, of_detection(e).verdict, of_detection(e).bound) for e in among.episodes] == [
        (e.episode.kind, of_detection(e).verdict, of_detection(e).bound) for e in plain.episodes
    ]


def _told(run: Run) -> object:
    found = [(one.episode.kind, one.episode.host, one.judgements) for one in run.episodes]
    return run.verdict, found, sorted((one.code, one.severity) for one in run.findings)
