"""The pages of a history, and a report with the last runs of its cluster: drawn at several widths, light and dark, and
asked by axe; a click leads from the index to a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli import run as command
from analyzer.cli.history.looking import look_at
from analyzer.history.exchange import Document, documents_in
from analyzer.history.opening import opened
from analyzer.history.place import SqliteFile
from analyzer.history.queries import listed
from analyzer.history.recording import record
from analyzer.pipeline import documents
from analyzer.report.forms.catalogue import chosen
from analyzer.store import encode_run
from analyzer.store.reading import read_run
from tests.acceptance.browser.chrome import Chrome
from tests.conftest import SAMPLES

WIDTHS = (360, 768, 1440)
PAGES = ("index", "cluster", "kind", "test", "report")
OSAKA = SAMPLES / "history" / "osaka"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A page of each sort, of osaka's history in samples/."""
    folder = tmp_path_factory.mktemp("history")
    place = SqliteFile(folder / "history.sqlite")
    store = opened(place, make=True)
    for document in documents_in(OSAKA):
        assert isinstance(document, Document)
        record(store, document.content, document.name)
    assert command(["history", "site", str(folder / "site"), "--store", str(place), "--reports", "1"]) == 0
    last = listed(store)[-1]
    look = look_at(store, last.cluster, last.test, ())
    run = read_run(max(OSAKA.iterdir()))
    (folder / "report.html").write_bytes(documents(run, chosen(["html"]), look=look)["report.html"])
    (test,) = (path for path in (folder / "site/tests").glob(f"*/{last.test[:16]}.html"))
    (cluster,) = (folder / "site/clusters").iterdir()
    found = (
        folder / "site/index.html",
        cluster / "index.html",
        cluster / "cvm-failure.html",
        test,
        folder / "report.html",
    )
    return dict(zip(PAGES, found, strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_right(browser: Chrome, pages: Mapping[str, Path], name: str) -> None:
    with browser.opened(pages[name].as_uri()) as shown:
        assert [wrong for width in WIDTHS for wrong in shown.wrong(width)] == []
        assert shown.said == []
        assert {Path(url).name for url in shown.asked} <= {pages[name].name, "site.css"}
        assert shown.inaccessible(WIDTHS[0]) == []


@pytest.mark.parametrize("name", ["kind", "report"])
def test_in_the_dark_it_can_be_read_too(browser: Chrome, pages: Mapping[str, Path], name: str) -> None:
    with browser.opened(pages[name].as_uri(), "dark") as shown:
        assert shown.inaccessible(WIDTHS[0]) == []


def test_clicks_lead_from_the_index_to_a_report(browser: Chrome, pages: Mapping[str, Path]) -> None:
    with browser.opened(pages["index"].as_uri(), scripts=False) as shown:
        shown.page.get_by_role("link", name="osaka").click()
        shown.page.get_by_role("link", name="27", exact=True).click()
        shown.page.get_by_role("link", name="The report of this test").click()
        assert shown.page.title().endswith("autopath report")


def test_a_comparison_of_clusters_whose_names_never_end_stays_in_its_place(browser: Chrome, tmp_path: Path) -> None:
    place = SqliteFile(tmp_path / "history.sqlite")
    store = opened(place, make=True)
    for name, path in zip(("a" * 300, "b" * 300), sorted(OSAKA.iterdir()), strict=False):
        run = read_run(path)
        record(store, encode_run(replace(run, about=replace(run.about, cluster=name))), path.name)
    clusters = ["compare", "--by", "cluster", "--store", str(place), "-o", str(tmp_path / "out")]
    assert command(clusters) in (0, 4)
    with browser.opened((tmp_path / "out" / "comparison.html").as_uri()) as shown:
        assert [wrong for width in (320, *WIDTHS, 2000) for wrong in shown.wrong(width)] == []
