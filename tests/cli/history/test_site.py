"""`autopath history site` and `metrics`: pages that lead to each other, made anew only where something changed."""

from __future__ import annotations

from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from prometheus_client.parser import text_string_to_metric_families

from analyzer.history.changes import tell_of_cluster
from analyzer.history.opening import Store, opened
from analyzer.history.place import SqliteFile
from analyzer.history.queries import listed
from analyzer.history.upkeep import remove
from analyzer.model.instant import Span
from analyzer.model.over_time.looks import Change, Line
from tests.cli.history.asked import history
from tests.history import made
from tests.report.page import read

HOSTILE = 'a/../<script>"x" & ü'


@pytest.fixture
def store(own_store: Path) -> Store:
    store = opened(SqliteFile(own_store / "history.sqlite"), make=True)
    for number in range(4):
        made.put(store, made.run(number, cluster=HOSTILE if number == 3 else "lab"))
    return store


def site(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> str:
    status, out, err = history(capsys, "site", folder, *options)
    assert (status, err) == (0, "")
    return out


def test_every_link_leads_to_a_page_and_every_test_has_one(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site(capsys, tmp_path / "site", "--reports", "1").endswith("12 pages, 12 written\n")

    pages = {
        path.relative_to(tmp_path / "site").as_posix(): read(path.read_text()) for path in tmp_path.rglob("*.html")
    }
    links = {
        name: {
            normpath(join(dirname(name), unquote(link))) for link in page.links if not link.startswith(("#", "http"))
        }
        for name, page in pages.items()
        if not name.endswith("-report.html")
    }
    assert set().union(*links.values()) <= {*pages, "site.css"}
    assert {*pages} - {"index.html"} <= set().union(*links.values())
    assert sum(name.startswith("tests/") for name in pages) == 4 + 1
    for name, page in pages.items():
        assert page.wrong == [], name
        assert "script" not in page.tags, name
    assert f"Cluster {HOSTILE}" in " ".join(" ".join(page.text) for page in pages.values())


def test_again_nothing_is_written_and_for_one_more_test_little(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    first = site(capsys, folder, "--reports", "0")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert ", 0 written" in site(capsys, folder, "--reports", "0")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    made.put(store, made.run(5, cluster="lab"))
    again = site(capsys, folder, "--reports", "0")
    assert first.endswith("11 pages, 11 written\n")
    assert again.endswith("12 pages, 5 written\n")

    remove(store, listed(store)[-1].run)
    assert ", 1 removed" in site(capsys, folder, "--reports", "0")
    assert len([*folder.rglob("tests/*/*.html")]) == 4


def test_a_report_stays_when_others_are_newer(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site(capsys, tmp_path / "site", "--reports", "1")
    made.put(store, made.run(5, cluster="lab"))
    site(capsys, tmp_path / "site", "--reports", "1")
    reports = [*tmp_path.rglob("*-report.html")]
    assert len(reports) == 2
    assert all("Storage failover report" in path.read_text() for path in reports)


def test_a_change_that_was_told_is_on_the_pages_and_in_the_metrics(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = [one for one in listed(store) if one.cluster == "lab"]
    change = Change(
        figure=("cvm-failure", "outage"),
        time=tests[1].time or 0,
        direction="longer",
        by=Span(2_500_000_000, 2**62),
        told_after=tests[1].test,
    )
    site(capsys, tmp_path / "site")
    tell_of_cluster(store, "lab", [Line(said="found", earlier=change.time, change=change)], 0)
    site(capsys, tmp_path / "site")

    (page,) = tmp_path.rglob("lab-*/cvm-failure.html")
    assert "slower by at least 2.5 s since" in page.read_text()
    text = history(capsys, "metrics")[1]
    assert (tmp_path / "site/metrics.prom").read_text() == text
    told = {
        (one.name, one.labels.get("cluster"), one.labels.get("edge")): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
    assert told["autopath_history_tests", "lab", None] == 3
    assert told["autopath_history_change_seconds", "lab", "least"] == 2.5
    assert told["autopath_history_change_seconds", "lab", "most"] == float("inf")
    assert told["autopath_history_last_time_seconds", "lab", None] > 1.7e9
    status, out, _ = history(capsys, "metrics", "-o", tmp_path / "autopath.prom")
    assert (status, out, (tmp_path / "autopath.prom").read_text()) == (0, "", text)
