"""The pipeline as a caller sees it: a run's name, its settings, its documents, the errors it raises."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

import analyzer
from analyzer.config import Settings, default_expectations
from analyzer.errors import AutopathError, EvidenceError
from analyzer.ingest.files.naming import case_of
from analyzer.model.instant import SECOND
from analyzer.model.run import Expectation
from analyzer.pipeline import analyze, documents
from tests.conftest import SAMPLES
from tests.judged import of_detection
from tests.recordings import analysed

FAILURE = SAMPLES / "cvm-failure"


@dataclass
class Steps:
    """A progress that remembers."""

    told: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, name: str, done: int) -> None:
        self.told.append((name, done))


@pytest.mark.parametrize(
    ("path", "case"),
    [
        ("a/test-7.pcap.gz", "test-7"),
        ("a/genesis.out", "genesis"),
        (str(FAILURE), "cvm-failure"),
        ("/", "run"),
        ("NTNX-Log-2026-11-22-cl-1-PE-192.168.1.27.zip", "NTNX-Log-2026-11-22-cl-1-PE-192.168.1.27"),
        ("NTNX-Log-2026-11-22-cl-1-PE-192.168.1.28.ZIP", "NTNX-Log-2026-11-22-cl-1-PE-192.168.1.28"),
        ("all.tar.zst", "all"),
        ("esx-a.lab-2026-11-22--07.10.tgz", "esx-a.lab-2026-11-22--07.10"),
        ("genesis.out.20261122-070430Z", "genesis.out.20261122-070430Z"),
        (".pcap", ".pcap"),
    ],
)
def test_a_run_is_named_after_its_first_path(path: str, case: str) -> None:
    assert case_of([path]) == case


def test_a_path_that_gave_no_evidence_names_no_run(tmp_path: Path) -> None:
    (tmp_path / "empty.pcap").write_bytes(b"")
    run = analyze([tmp_path / "empty.pcap", FAILURE], Settings(log_timezone="UTC"))
    assert run.case == "cvm-failure"


def test_a_folder_with_dots_keeps_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "test.2015.07"
    folder.mkdir()

    assert case_of([folder]) == "test.2015.07"


def test_the_public_name_is_the_pipelines() -> None:
    assert analyzer.analyze is analyze


def test_a_run_says_what_it_was_told() -> None:
    settings = Settings(log_timezone="UTC", log_year=2015, processing_allowance=SECOND)

    run = analyze([FAILURE / "genesis.out"], settings)

    assert (run.settings.log_timezone, run.settings.log_year) == ("UTC", 2015)
    assert run.settings.expectations == default_expectations()
    assert (run.settings.storage_address, run.settings.nfs_port) == ("192.168.5.2", 2049)
    assert run.case == "genesis"
    assert [source.kind for source in run.sources] == ["genesis"]


def test_other_expectations_give_other_verdicts() -> None:
    strict = Settings(
        log_timezone="UTC", expectations=(Expectation(kind="cvm-failure", metric="detection", expected=60 * SECOND),)
    )

    assert analysed(FAILURE, "captures+log").verdict == "LATE"
    assert analyze(sorted(FAILURE.iterdir()), strict).verdict == "MET"


@pytest.mark.parametrize(
    ("failure", "deletion", "verdicts", "worst"),
    [
        (60, 60, ["MET", "MET"], "MET"),
        (60, 1, ["MET", "LATE"], "LATE"),
        (1, 60, ["MET-OR-LATE", "MET"], "MET-OR-LATE"),
        (1, 1, ["MET-OR-LATE", "LATE"], "LATE"),
    ],
)
def test_the_verdict_is_the_worst_episodes(failure: int, deletion: int, verdicts: list[str], worst: str) -> None:
    expectations = (
        Expectation(kind="cvm-failure", metric="detection", expected=failure * SECOND),
        Expectation(kind="route-deletion", metric="detection", expected=deletion * SECOND),
    )

    run = analyze([SAMPLES / "route-deletion"], Settings(log_timezone="UTC", expectations=expectations))

    assert [of_detection(one).verdict for one in run.episodes] == verdicts
    assert run.verdict == worst


def test_without_an_episode_nothing_is_judged() -> None:
    run = analysed(SAMPLES / "healthy", "captures+log")

    assert (run.episodes, run.verdict) == ((), "NOT-JUDGED")


def test_a_run_has_its_documents() -> None:
    found = documents(analysed(FAILURE, "captures+log"))

    assert set(found) == {"report.html", "run.json", "report.md"}
    assert all(found.values())


def test_the_order_of_the_paths_does_not_change_what_happened() -> None:
    paths = [path for path in sorted(FAILURE.iterdir()) if path.suffix in (".pcap", ".out")]
    settings = Settings(log_timezone="UTC")

    forth, back = analyze(paths, settings), analyze(paths[::-1], settings)

    assert [one.episode.instants for one in forth.episodes] == [one.episode.instants for one in back.episodes]
    assert forth.verdict == back.verdict


def test_progress_is_told_while_evidence_is_read() -> None:
    steps = Steps()

    analyze([FAILURE / "span.pcap"], Settings(), steps)

    assert steps.told
    assert all(done >= 0 for _, done in steps.told)


@pytest.mark.parametrize("make", ["nothing", "empty", "absent"])
def test_what_can_not_be_read_is_one_sentence(make: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.touch()
    paths = {"nothing": [], "empty": [empty], "absent": [tmp_path / "absent.pcap"]}[make]

    with pytest.raises(AutopathError) as caught:
        analyze(paths)

    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, EvidenceError) or caught.value.exit_status == 2


def test_addresses_are_configuration() -> None:
    elsewhere = Settings(log_timezone="UTC", storage_address="10.0.0.2", host_private_address="10.0.0.1")

    run = analyze([FAILURE / "span.pcap", FAILURE / "vmk1.pcap"], elsewhere)

    assert not run.episodes
    assert "AP401" in {finding.code for finding in run.findings}


@pytest.mark.parametrize("path", [FAILURE / "genesis.out", str(FAILURE / "genesis.out")], ids=["path", "text"])
def test_one_path_is_enough(path: Path | str) -> None:
    settings = Settings(log_timezone="UTC")

    assert analyze(path, settings) == analyze([path], settings)
