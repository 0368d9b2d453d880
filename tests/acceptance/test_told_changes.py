"""A change that was told is told of everywhere alike: in the line after a run, the site, the metrics, a comparison."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli import run as cli
from analyzer.cli.history.looking import look_after
from analyzer.history.changes import told_of_cluster
from analyzer.history.opening import Store, opened
from analyzer.history.place import SqliteFile
from analyzer.history.telling import tell
from analyzer.history.upkeep import remove
from analyzer.history.values import Stored
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.report.over_time.looked import look_line
from tests.cli.history.asked import history
from tests.compare import drawn
from tests.history import made
from tests.report.page import read

BEFORE = 14
SLOWER = "CVM failure, repair (the route is changed), slower"
LATER = drawn.history(5, 30)


def run(number: int, span: Span) -> Run:
    """Test `number`, whose only figure is the repair."""
    whole = made.run(number)
    figure = KnownMeasurement("repair", span, (), None)
    return replace(whole, episodes=tuple(replace(one, stages=(figure,), measurements=()) for one in whole.episodes))


def recorded(store: Store, number: int, span: Span) -> Stored:
    """A test that was recorded, and looked after."""
    stored = made.put(store, run(number, span))
    look_after(store, stored.cluster, stored.test)
    return stored


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of the test's own, in the environment."""
    monkeypatch.setenv("AUTOPATH_STORE", str(tmp_path / "store"))
    return opened(SqliteFile(tmp_path / "store" / "history.sqlite"), make=True)


@pytest.fixture
def told(store: Store) -> list[Stored]:
    """A cluster that gets slower at its test 15, until that is told."""
    spans = [*drawn.history(1, BEFORE), *drawn.moved(drawn.history(2, 9), 5 * SECOND)]
    found: list[Stored] = []
    for number, span in enumerate(spans):
        found.append(recorded(store, number, span))
        if told_of_cluster(store, "a").lines:
            return found
    raise AssertionError("the change was not told")


class Answers:
    """What every door says of cluster a."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        assert history(capsys, "site", folder / "site")[0] == 0
        (kind,) = folder.rglob("a-*/cvm-failure.html")
        self.pages = [
            " ".join(read(path.read_text()).text)
            for path in (folder / "site/index.html", kind.parent / "index.html", kind)
        ]
        self.metrics = history(capsys, "metrics")[1]
        assert (folder / "site/metrics.prom").read_text() == self.metrics
        self.gate = cli(["compare", "--fail-on", "step"])
        self.compared = capsys.readouterr().out


def test_one_that_stands_is_told_by_all(told: list[Stored], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Answers(capsys, tmp_path)

    assert all("slower by" in page and "since run 15 (2026-11-22)" in page for page in said.pages)
    assert 'autopath_history_change_seconds{cluster="a",kind="cvm-failure",figure="repair"' in said.metrics
    assert said.compared.startswith("CHANGED: ")
    assert said.gate == 1


def test_one_that_a_later_run_withdraws_is_told_by_all_for_ever(
    store: Store, told: list[Stored], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in told[BEFORE:]:
        remove(store, one.run)
    for number in (30, 31, 32, 33, 34):
        recorded(store, number, LATER[number - 30])
    withdrawn = f"{SLOWER} since 2026-11-22, as was told, is found no more"
    said = Answers(capsys, tmp_path)

    assert [line.said for line in told_of_cluster(store, "a").lines] == ["found", "withdrawn"]
    assert all(withdrawn in page for page in said.pages)
    assert "history_change_seconds{" not in said.metrics
    assert said.compared.startswith("NO CHANGE SHOWN: ")
    assert f"- cluster a, {withdrawn}" in said.compared.splitlines()
    assert said.gate == 0


def test_where_runs_are_removed_and_none_is_recorded_since_all_say_the_same(
    store: Store, told: list[Stored], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in told[BEFORE + 2 :]:
        remove(store, one.run)
    said = Answers(capsys, tmp_path)

    assert all("slower by" in page for page in said.pages)
    assert "history_change_seconds{" in said.metrics
    assert said.compared.startswith("CHANGED: cluster a, ")
    assert f"{SLOWER} by " in said.compared
    assert "as was told, stands." in said.compared
    assert said.gate == 1


def test_one_that_is_found_no_more_though_no_look_told_it_is_withdrawn_by_all(
    store: Store, told: list[Stored], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in told[BEFORE:]:
        remove(store, one.run)
    for number in (30, 31, 32, 33, 34):
        made.put(store, run(number, LATER[number - 30]))
    withdrawn = f"{SLOWER} since 2026-11-22, as was told, is found no more"
    said = Answers(capsys, tmp_path)

    assert [line.said for line in told_of_cluster(store, "a").lines] == ["found"]
    assert all(withdrawn in page for page in said.pages)
    assert "history_change_seconds{" not in said.metrics
    assert withdrawn in said.compared
    assert said.gate == 0


@pytest.mark.parametrize("of", [BEFORE, BEFORE + 1], ids=["at its run", "beside it"])
def test_one_that_people_explain_later_is_a_known_step_for_all(
    of: int, store: Store, told: list[Stored], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(store, told[of].run, {"step": "AOS 6.8"})
    again = look_after(store, "a", recorded(store, 40, drawn.moved(drawn.history(6, 1), 5 * SECOND)[0]).test)
    said = Answers(capsys, tmp_path)

    assert ": as since the known step AOS 6.8: CVM failure, repair (the route is changed) slower by" in look_line(again)
    assert "history_change_seconds{" not in said.metrics
    assert all("known step AOS 6.8" in page for page in said.pages)
    assert not any("since the change that was told" in page for page in said.pages)
    assert said.compared.startswith("NO CHANGE SHOWN: ")
    assert "as was told, is the known step AOS 6.8" in said.compared
    assert said.gate == 0

    tell(store, told[of].run, {"step": None})
    assert "history_change_seconds{" in Answers(capsys, tmp_path).metrics
