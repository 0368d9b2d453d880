"""From end to end on the command line: simulated, analysed and recorded, compared; of all evidence, and of a mix."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run as cli
from analyzer.history.opening import opened
from analyzer.history.place import place_named
from analyzer.history.queries import Asked, listed

DAY_S, FIRST_DAY = 86_400, 20_000
RUNS = 5
CAPTURES, LOGS = "captures", "logs"
SLOWER_S = 5.0


def one_test(folder: Path, number: int, cluster: str, delay: float, evidence: str, store: Path) -> None:
    """A CVM failure of its own seed and day, of which so much evidence is analysed and recorded."""
    case = folder / f"{cluster}-{number}"
    start = f"{(FIRST_DAY + number) * DAY_S}s"
    told = ("--start", start, "--task-delay", f"{delay:.1f}s", "--rpc-timeout", "6s")
    assert cli(["simulate", "cvm-failure", "-o", str(case), "--seed", str(number), *told]) == 0
    captures = sorted(case.glob("*.pcap"))
    logs = sorted(one for one in case.iterdir() if one.is_dir())
    given = {CAPTURES: captures, LOGS: logs}.get(evidence, [*captures, *logs])
    options = ("--log-timezone", "UTC", "-o", str(folder / "out" / case.name), "-q", "--write", "json")
    recorded = ("--record", "--cluster", cluster, "--store", str(store))
    assert cli(["analyze", *map(str, given), *options, *recorded]) in (0, 1, 4)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clusters a and b of all evidence, b slower in one stage; c of a mix, and as fast as a."""
    folder = tmp_path_factory.mktemp("simulated")
    place = folder / "history"
    for at in range(RUNS):
        delay = 1.0 + at * 0.4
        one_test(folder, 1 + at, "a", delay, "all", place)
        one_test(folder, 11 + at, "b", delay + SLOWER_S, "all", place)
        one_test(folder, 21 + at, "c", delay + 0.2, ("all", LOGS, CAPTURES)[at % 3], place)
    return place


def compared(store: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    status = cli(["compare", "--store", str(store), *options])
    return status, capsys.readouterr().out.splitlines()


def test_every_test_is_there_once_by_its_day(store: Path) -> None:
    tests = {name: listed(opened(place_named(str(store))), Asked(cluster=name)) for name in "abc"}

    assert {name: len(each) for name, each in tests.items()} == dict.fromkeys("abc", RUNS)
    days = [(each.time or 0) // (DAY_S * 10**9) - FIRST_DAY for each in tests["b"]]
    assert days == [11, 12, 13, 14, 15]


def test_the_stage_that_takes_longer_is_told(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = compared(store, capsys, "--cluster", "a", "--cluster", "b", "--fail-on", "repair.worse>2s")

    assert status == 1
    assert lines[0].startswith(
        "WORSE: cluster b is slower than cluster a: CVM failure, repair (the route is changed) by"
    )
    assert compared(store, capsys, "--cluster", "b", "--cluster", "a")[1][0].startswith(
        ("BETTER: cluster a is faster", "CAN'T TELL: cluster a is faster")
    )


def test_evidence_that_differs_is_no_difference(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = compared(store, capsys, "--cluster", "a", "--cluster", "c", "--fail-on", "worse or better")

    assert status == 4
    assert lines[0].startswith("CAN'T TELL: No difference between cluster a and cluster c is shown")


def test_three_clusters_each_against_the_first(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = compared(store, capsys, "--by", "cluster")

    assert status == 0
    assert lines[0].startswith("WORSE: cluster b is slower than cluster a: CVM failure, repair")
    assert not any("cluster c is slower" in line or "cluster c is faster" in line for line in lines)
