"""What is said of whole tests by section 6: an outage is judged as well, and no doubt is a pass or a fail."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options
from analyzer.model.instant import SECOND
from analyzer.model.run import Action, Expectation, Run
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES
from tests.lab.simulate.made import made, written

UTC = Settings(log_timezone="UTC")
GENESIS, HOSTS = ("genesis",), ("vmkernel", "vobd", "shell", "auth")
CAPTURES = ("span", "vmk1")


@cache
def files_of(scenario: str, seed: int, delay: int, folder: Path) -> dict[str, list[Path]]:
    """The files of a simulated test, by what they are; Genesis' orders take `delay` s."""
    simulated = made(scenario, seed, Options(task_delay=delay * SECOND), Evidence(esxi_logs=True))
    place = written(simulated, folder)
    found: dict[str, list[Path]] = {}
    for one in simulated.truth.evidence:
        found.setdefault(one.what, []).append(place / one.file)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdicts")


def told(files: dict[str, list[Path]], *what: str, settings: Settings = UTC) -> Run:
    return analyze(list(dict.fromkeys(path for each in what for path in files.get(each, ()))), settings)


def verdicts(run: Run) -> list[tuple[str, str, str]]:
    return [(each.metric, each.verdict, each.reason) for one in run.episodes for each in one.judgements]


@pytest.mark.parametrize("seed", [1, 3])
def test_an_outage_in_which_the_host_lost_its_datastore_is_missed_whatever_the_detection(
    seed: int, folder: Path
) -> None:
    run = told(files_of("cvm-failure", seed, 60, folder / f"late-{seed}"), *CAPTURES, *GENESIS, *HOSTS)

    (one,) = run.episodes
    assert (run.verdict, run.acceptable, one.verdict) == ("MISSED", "no", "MISSED")
    assert run.actions == (Action("find-outage", ("E1",)),)
    detection, outage = one.judgements
    assert detection.verdict in ("MET", "LATE")
    assert (outage.verdict, outage.reason) == ("MISSED", "datastore-lost")
    shown = {evident.origin: evident.text for evident in run.evidence}
    assert all("All Paths Down" in shown[origin] for origin in outage.origins)


def test_an_order_that_took_a_minute_is_missed_by_genesis_alone(folder: Path) -> None:
    run = told(files_of("cvm-failure", 1, 60, folder / "late-1"), *GENESIS)

    assert (run.verdict, run.acceptable) == ("MISSED", "no")
    assert verdicts(run)[-1] == ("outage", "MISSED", "beyond-bound")


def test_how_long_storage_was_away_is_not_guessed_from_logs(folder: Path) -> None:
    run = told(files_of("cvm-failure", 2, 0, folder / "soon-2"), *GENESIS)

    assert verdicts(run)[-1] == ("outage", "NOT-JUDGED", "not-bounded-above")
    assert run.acceptable == "yes"


def test_a_users_own_expectation_of_an_outage_is_undecided_by_logs(folder: Path) -> None:
    own = Expectation(kind="*", metric="outage", expected=20 * SECOND)
    settings = Settings(log_timezone="UTC", expectations=(own,))

    run = told(files_of("cvm-failure", 2, 0, folder / "soon-2"), *GENESIS, settings=settings)

    assert verdicts(run)[-1] == ("outage", "UNDECIDED", "not-bounded")
    assert (run.acceptable, run.actions) == ("unknown", (Action("give-evidence", ("E1",)),))


def test_a_stall_that_nothing_explains_is_looked_at() -> None:
    run = analyze([SAMPLES / "nfs-hang"], UTC)

    assert (run.verdict, run.acceptable) == ("UNDECIDED", "unknown")
    assert run.actions == (Action("look-at", ("E1",)),)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_stargate_that_was_down_and_up_again_is_judged_by_its_outage(seed: int, folder: Path) -> None:
    files = files_of(str(SAMPLES / "kinds" / "restart.toml"), seed, 0, folder / f"restart-{seed}")

    run = told(files, *CAPTURES, *GENESIS, *HOSTS)

    stalls = [one for one in run.episodes if one.episode.kind == "unexplained"]
    assert stalls
    assert {each.metric for one in stalls for each in one.judgements} == {"outage"}


def test_healthy_evidence_is_acceptable_and_asks_nothing_of_anybody() -> None:
    run = analyze([SAMPLES / "healthy"], UTC)

    assert (run.verdict, run.acceptable, run.actions) == ("NOT-JUDGED", "yes", ())
