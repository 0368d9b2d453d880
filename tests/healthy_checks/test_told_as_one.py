"""Checks that found all well are told as one, and nothing that the analysis finds is another for it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.ingest.logs.checks import folding, telling
from analyzer.ingest.logs.checks.folding import Limits
from analyzer.model import event
from analyzer.model.event import Detail, Forwarding, HealthyChecks, StargateStates
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.pipeline import analyze, documents
from analyzer.store import decode_run
from tests.healthy_checks.random_logs import START, RandomLogs, check, healthy_log

NEVER = Limits(fewest=1 << 62)
SHORT = (Limits(10, 0, 5), Limits(20, 0, 3), Limits(), Limits(40, 0, 20))
FAST = Settings(hash="none")


def analysed(paths: list[Path], limits: Limits, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(folding, "LIMITS", limits)
    return analyze(paths, FAST)


def found(run: Run, *, texts: bool) -> bytes:
    """All that the analysis found, and what the lines of checks said, however they are told."""
    kept = (run.verdict, run.episodes, run.clocks, run.hosts, run.cvms, run.check_period, run.findings)
    said = sorted((repr(detail), times) for detail, times in lines_of(run).items())
    return msgspec.json.format(msgspec.json.encode((kept, run.evidence if texts else (), said)))


def lines_of(run: Run) -> Counter[Detail]:
    times: Counter[Detail] = Counter()
    for one in run.events:
        match one.detail:
            case HealthyChecks(lines=lines, count=count):
                for line in lines:
                    times[line] += count
            case StargateStates() | Forwarding() as line:
                times[line] += 1
            case _:
                pass
    return times


def checks_as_one(run: Run) -> int:
    return sum(one.detail.count for one in run.events if isinstance(one.detail, HealthyChecks))


@pytest.mark.parametrize("seed", range(24))
def test_what_is_found_is_the_same(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)  # noqa: S311
    limits = random.choice(SHORT)
    monkeypatch.setattr(telling, "NEAR", random.choice((600, 1800, 3600)) * SECOND)
    paths = RandomLogs(seed, random.choice((200, 600))).write(tmp_path)

    monkeypatch.setattr(event, "ROW_ENDS", random.choice((event.ROW_ENDS, 15)))

    singly, as_one = (analysed(paths, one, monkeypatch) for one in (NEVER, limits))

    assert checks_as_one(singly) == 0
    assert found(as_one, texts=limits.within > 0) == found(singly, texts=limits.within > 0)


def test_most_random_logs_have_checks_that_are_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [
        analysed(RandomLogs(seed, 300).write(tmp_path / str(seed)), Limits(10, 0, 5), monkeypatch) for seed in range(12)
    ]

    assert sum(checks_as_one(run) > 100 for run in runs) >= 6
    assert sum(bool(run.episodes) for run in runs) >= 6


def test_a_day_of_checks_is_a_few_events(tmp_path: Path) -> None:
    log = tmp_path / "genesis.out"
    log.write_text("".join(healthy_log(2880)))

    run = analyze([log], FAST)

    (event,) = (event for event in run.events if isinstance(event.detail, HealthyChecks))
    assert isinstance(event.detail, HealthyChecks)
    assert event.detail.count > 2700
    assert len(run.events) < 250
    assert run.sources[0].records == 2 * 2880
    assert len(documents(run)["run.json"]) < 300_000


def test_the_run_is_read_again_as_it_was(tmp_path: Path) -> None:
    log = tmp_path / "genesis.out"
    log.write_text("".join(healthy_log(400)))
    run = analyze([log], FAST)

    assert decode_run(documents(run)["run.json"], "run.json") == run


def test_the_report_has_them_in_a_row(tmp_path: Path) -> None:
    log = tmp_path / "genesis.out"
    log.write_text("".join(healthy_log(400)))

    page = documents(analyze([log], FAST))["report.html"].decode()

    assert "278 HA checks found all well, every 30 s, from 2026-02-02 03:10:00.020 to 2026-02-02 05:28:30.009" in page
    assert "400 HA checks found all Stargates up" in page


def test_a_pause_among_them_is_found(tmp_path: Path) -> None:
    log = tmp_path / "genesis.out"
    later = START + 1000 * 30_000 + 90_000
    log.write_text("".join((*healthy_log(1000), *healthy_log(1000, start=later))))

    run = analyze([log], FAST)

    assert checks_as_one(run) > 1700
    (pause,) = (finding for finding in run.findings if finding.code == "AP112")
    assert [origin.number for origin in pause.origins] == [1999, 2001]


def test_one_check_that_says_something_else_is_never_hidden(tmp_path: Path) -> None:
    log = tmp_path / "genesis.out"
    down = "Stargate is down on [192.168.1.26], up on [192.168.1.27, 192.168.1.28]"
    lines = [*healthy_log(1000)]
    lines[500] = check(START + 500 * 30_000, down)
    log.write_text("".join(lines))

    run = analyze([log], FAST)

    assert [event.origin.number for event in run.events if getattr(event.detail, "down", ())] == [1001]
