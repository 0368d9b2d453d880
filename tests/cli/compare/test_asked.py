"""Groups of the tests of a history: by cluster, version, label, date and baseline; and each cluster over time."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run as cli
from analyzer.history.queries import listed
from analyzer.history.telling import tell
from tests.cli.asked import one_sentence
from tests.cli.compare.histories import STEP, filled, runs

WHEN = "2026-11-22T17:00"  # test 10 of cluster a is made at 17:04


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    filled(folder, runs())
    return folder


def told(capsys: pytest.CaptureFixture[str], store: Path, *options: str) -> tuple[int, list[str], str]:
    status = cli(["compare", "--store", str(store), *options])
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err


@pytest.mark.parametrize(
    ("options", "sides", "answer"),
    [
        (("--cluster", "a", "--cluster", "b"), "cluster a 20 runs, cluster b 10 runs", "worse"),
        (("--cluster", "b", "--cluster", "a"), "cluster b 10 runs, cluster a 20 runs", "better"),
        (("--by", "cluster"), "cluster a 20 runs, cluster b 10 runs", "worse"),
        (("--cluster", "a", "--by", "version"), "AOS 6.7 10 runs, AOS 6.8 10 runs", "worse"),
        (("--cluster", "a", "--by", "aos"), "AOS 6.7 10 runs, AOS 6.8 10 runs", "worse"),
        (("--cluster", "a", "--before", WHEN), f"before {WHEN} 10 runs, from {WHEN} on 10 runs", "worse"),
        (("--cluster", "a", "--after", WHEN), f"before {WHEN} 10 runs, from {WHEN} on 10 runs", "worse"),
        (("--cluster", "a", "--baseline", "site=0"), "baseline site=0 10 runs, the rest 10 runs", "can't tell"),
        (("--cluster", "a", "--by", "site"), "site 0 10 runs, site 1 10 runs", "can't tell"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_groups(
    options: tuple[str, ...], sides: str, answer: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines, _ = told(capsys, store, *options)

    assert status == 0
    line = lines[lines.index("") + 1]
    assert line.startswith(f"CVM failure, Outage: {sides}; ")
    assert answer in line.partition("; ")[2].partition(" (p")[0]
    assert lines[0].startswith(f"{answer.upper()}: ")


def test_a_cluster_over_time_has_its_change_point_with_what_changed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines, _ = told(capsys, store, "--cluster", "a")

    assert status == 0
    first, _, line = lines
    assert first.startswith("CHANGED: cluster a got slower from run ")
    assert line.startswith("cluster a, CVM failure, Outage: from run ")
    assert "(2026-11-22) on worse by at least " in line
    assert line.endswith("with it changed: AOS 6.7 → 6.8")


def test_all_clusters_over_time(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = told(capsys, store)

    assert lines[0].endswith("No change is shown in cluster b (10 runs).")
    assert [line.partition(",")[0] for line in lines[1:]] == ["", "cluster a", "cluster b", "cluster b"]
    assert lines[-1].startswith("cluster b, so many runs would show a step in their middle, in 80 %, of: CVM failure, ")
    assert lines[3].endswith("no change point: CVM failure, Outage (10 runs)")


def test_a_step_that_is_explained_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = filled(tmp_path, runs())
    step = next(one for one in listed(history) if one.case == f"test-{STEP}")
    tell(history, step.run, {"step": "AOS 6.8"})

    _, lines, _ = told(capsys, tmp_path, "--cluster", "a")
    first, point, _, line, shown = lines
    assert first == "NO CHANGE SHOWN: No change is shown in cluster a (20 runs, known steps apart)."
    known = f"- cluster a, known step AOS 6.8 from run {step.run[:12]} (2026-11-22) on: "
    assert point.startswith(f"{known}CVM failure, Outage worse by at least ")
    assert f"known step AOS 6.8 from run {step.run[:12]} (2026-11-22) on: worse by at least " in line
    assert "so many runs would show a step in their middle" in shown


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--cluster", "c"), "there are some of a, b"),
        (("--by", "site"), "name one with --cluster (a, b)"),
        (("--cluster", "a", "--by", "owner"), "nothing says it of any test"),
        (("--cluster", "b", "--by", "cluster"), "no two groups"),
        (("--cluster", "a", "--baseline", "owner"), "no test has this label"),
        (("--cluster", "a", "--baseline", "all=yes"), "every test has this label"),
        (("--cluster", "a", "--before", "2020-01-01"), "no test was made before 2020-01-01"),
        (("--cluster", "a", "--before", "soon"), "expected a date"),
        (("--cluster", "a", "--before", "2026-11-23", "--after", "2026-11-22"), "would be in both groups"),
        (("--by", "aos", "--baseline", "x"), "give one of them"),
        (("--cluster", "a", "--cluster", "b", "--by", "aos"), "give one of them"),
        (("x", "y"), "leave out either the files or --store"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_is_wrong_is_one_sentence(
    options: tuple[str, ...], says: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines, err = told(capsys, store, *options)

    assert (status, lines) == (2, [])
    assert one_sentence(err)
    assert says in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("x", "y", "z"), "give one or two"),
        (("--cluster", "a", "x", "y"), "leave it out, or name one place"),
    ],
    ids=["three places", "a cluster of two places"],
)
def test_what_files_can_not_be_asked_is_one_sentence(
    arguments: tuple[str, ...],
    says: str,
    store: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTOPATH_STORE", str(store))  # which is no option that somebody gave
    status = cli(["compare", *arguments])
    captured = capsys.readouterr()

    assert (status, captured.out) == (2, "")
    assert one_sentence(captured.err)
    assert says in captured.err


def test_a_cluster_that_is_named_twice_is_one(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, store, "--cluster", "b", "--cluster", "b") == told(capsys, store, "--cluster", "b")


def test_more_groups_than_anybody_reads_are_refused(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.cli.compare.asked.MOST_GROUPS", 1)
    status, lines, err = told(capsys, store, "--by", "cluster")

    assert (status, lines) == (2, [])
    assert one_sentence(err)
    assert "2 groups are more than are compared at once (1)" in err
