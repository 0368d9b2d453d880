"""Each kind of input, small: it is made, analysed, and measured; what grows too much or takes too much is told."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from analyzer import analyze
from analyzer.config import Settings
from bench.limits.page import section
from bench.limits.study import CASES, PLAIN, Case, Measured, Took, measured

SMALL = {"bytes": 20_000, "s": 40, "years": 2}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.what) for case in CASES])
def test_each_input_is_evidence(case: Case, tmp_path: Path) -> None:
    run = analyze(case.make(tmp_path, SMALL.get(case.unit, 12)), Settings(log_timezone="UTC"))

    assert any(source.kind in ("capture", "genesis") for source in run.sources)


@pytest.mark.parametrize("name", ["SYNs to the storage address", "short connections", "calls that nobody answers"])
def test_a_flood_is_storage_traffic(name: str, tmp_path: Path) -> None:
    (case,) = (case for case in CASES if case.what == name)

    (totals,) = analyze(case.make(tmp_path, 5), Settings()).captures

    assert totals.storage_frames == totals.frames > 0


def test_failovers_are_told(tmp_path: Path) -> None:
    (case,) = (case for case in CASES if case.what == "a failover each 9 s")

    assert len(analyze(case.make(tmp_path, 30_000), Settings(log_timezone="UTC")).episodes) > 20


def test_a_process_is_measured() -> None:
    (case,) = (case for case in CASES if case.what == "ends of lines")

    found = measured(case, part=1000)

    assert 2000 < found.once.size < found.twice.size
    assert found.once.status in (0, 1, 4)
    assert found.once.output > 1000
    assert found.once.memory > 10_000
    assert list(found.wrong()) == []


@pytest.mark.parametrize(
    ("twice", "faults"),
    [
        pytest.param(Took(2, 8.7, 200_000, 8_000_000, 4), [], id="linear"),
        pytest.param(Took(2, 16.0, 200_000, 8_000_000, 4), ["takes 4.0 times the time for twice the input"], id="time"),
        pytest.param(Took(2, 8.0, 320_000, 8_000_000, 4), ["takes 312 MiB"], id="memory"),
        pytest.param(Took(2, 8.0, 9, 30_000_000, 4), ["takes 7.5 times the output for twice the input"], id="output"),
        pytest.param(Took(2, 8.0, 200_000, 8_000_000, 70), ["ended with status 70"], id="a fault"),
        pytest.param(Took(2, 8.0, 200_000, 8_000_000, 3), ["ended with status 3"], id="nothing was understood"),
    ],
)
def test_what_does_not_hold_is_told(twice: Took, faults: list[str]) -> None:
    found = Measured(CASES[0], Took(1, 4.0, 190_000, 4_000_000, 4), twice)

    assert list(found.wrong()) == faults
    told = section([found])
    assert f"| {CASES[0].what} | {CASES[0].count:,} SYNs | 1 | 4.0 s | 185 MiB | 4.0 MB |" in told
    assert ("So it is with all." in told) == (not faults)


def test_a_plain_scan_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    scan, said = import_module("analyzer.ingest.capture.scan"), PLAIN.replace("main()\n", "")
    monkeypatch.setattr(scan, "prepare", scan.prepare)
    exec(said, {})  # noqa: S102 - as python -c does

    assert scan.prepare() is False
