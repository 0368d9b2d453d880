"""samples/history: its maker gives the same tests by seed, and the program finds in it what is true, and no more."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from types import ModuleType

import pytest

from analyzer.cli.history.looking import look_at
from analyzer.history.exchange import Document, documents_in
from analyzer.history.identity import inputs_of, key_of_test
from analyzer.history.opening import Store, opened
from analyzer.history.place import SqliteFile
from analyzer.history.queries import Asked, listed
from analyzer.history.recording import record
from analyzer.model.instant import SECOND
from analyzer.model.over_time.looks import AsBefore, Changed
from analyzer.store.reading import read_run
from tests.conftest import SAMPLES

FOLDER = SAMPLES / "history"
CLUSTERS = ("denver", "frankfurt", "osaka")
MOST = 1_000_000


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("samples_history", SAMPLES / "history.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = opened(SqliteFile(tmp_path_factory.mktemp("history") / "history.sqlite"), make=True)
    for document in documents_in(FOLDER):
        assert isinstance(document, Document)
        record(made, document.content, document.name)
    return made


def test_it_is_small_and_holds_27_tests_of_each_cluster(store: Store) -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.zip")) <= MOST
    assert {cluster: len(listed(store, Asked(cluster=cluster))) for cluster in CLUSTERS} == dict.fromkeys(CLUSTERS, 27)


def test_its_maker_gives_the_same_test_again(maker: ModuleType) -> None:
    test = next(each for each in maker.tests() if (each.cluster, each.number) == ("osaka", 15))
    kept, made = read_run(FOLDER / "osaka" / f"{test.name}.zip"), maker.run_of(test)
    keys = [key_of_test(inputs_of(run, run.case)) for run in (kept, made)]
    assert keys[0] == keys[1]
    assert read_run(maker.packed(made)) == made


def test_the_step_is_found_where_it_is_and_nothing_else(store: Store) -> None:
    looks = {
        cluster: look_at(store, cluster, listed(store, Asked(cluster=cluster))[-1].test, ()) for cluster in CLUSTERS
    }

    assert looks["frankfurt"].outlook == AsBefore()
    assert looks["denver"].outlook == AsBefore()
    osaka = looks["osaka"].outlook
    assert isinstance(osaka, Changed)
    (change,) = osaka.changes
    assert (change.figure, change.direction) == (("cvm-failure", "repair"), "longer")
    assert datetime.fromtimestamp(change.time // SECOND, UTC).date().isoformat() == "2026-02-23"
    assert change.by.least < 4 * SECOND < change.by.most
