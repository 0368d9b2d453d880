"""A comparison in every form: the same bytes each time, and no text gets out of its place."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from analyzer.compare.runs.estimates import estimates
from analyzer.errors import EvidenceError, UsageError
from analyzer.model.over_time.compared_groups import Among
from analyzer.report.compared.document import comparison_document
from analyzer.report.compared.frames import FRAMES
from analyzer.report.compared.method import method
from analyzer.report.compared.page import comparison_page
from analyzer.report.compared.parts import Limits
from analyzer.report.forms.compared.catalogue import FORMS, compared_files
from analyzer.report.forms.compared.page import fitting
from analyzer.store.carried.page import document_of_page
from tests.conftest import ROOT
from tests.report.compared.made import ODD, made, material


def files(*names: str, odd: bool = False) -> dict[str, bytes]:
    return dict(compared_files(names, material((ODD, f"=1+1 {ODD}")) if odd else material()))


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_every_form_has_its_files_with_the_same_bytes(form: object) -> None:
    name = form.name  # type: ignore[attr-defined]
    found = files(name)

    assert tuple(found) == form.files  # type: ignore[attr-defined]
    assert all(found.values())
    assert files(name) == found


def test_what_is_written_where_nobody_asks() -> None:
    assert [*files()] == ["comparison.html", "comparison.json", "comparison.md"]
    with pytest.raises(UsageError, match="no such form"):
        files("word")


def test_the_page_says_it_all_without_a_script() -> None:
    page = files("html")["comparison.html"].decode()

    assert "<script" not in page
    assert 'id="run-1"' in page
    assert 'href="#run-1"' in page
    assert 'href="reports/a%20b/report.html"' in page
    assert "cluster b against cluster a" in page
    assert "not comparable with the others by the NFS port (1 against 2049): 1 run (other cluster a)" in page
    assert page.count('class="distributions"') == 2
    assert page.count('class="runs"') >= 4


def test_the_page_carries_its_data_which_is_no_run() -> None:
    with pytest.raises(EvidenceError, match="carries no run"):
        document_of_page(files("html")["comparison.html"], "it")
    assert "autopath-comparison:xz:base64:" in files("html")["comparison.html"].decode()


def test_no_name_gets_out_of_its_place() -> None:
    found = files("html", "md", "csv", odd=True)

    assert "<script" not in found["comparison.html"].decode()
    assert "\u202e" not in "".join(each.decode() for each in found.values())
    assert "<script" not in found["comparison.md"].decode()
    assert "\"'=1+1" in found["tables/compared.csv"].decode()


def test_the_document_names_each_test_once() -> None:
    document = json.loads(files("json")["comparison.json"])

    names = [one["name"] for one in document["tests"]]
    assert len(names) == len(made().tests) + 1
    (versus,) = document["comparisons"]
    outage = next(one for one in versus["figures"] if one["figure"] == "outage")
    assert outage["answer"]["is"] in ("longer", "no-larger", "cant-tell")
    assert outage["runs"] == [12, 12]
    only = next(one for one in versus["figures"] if one["figure"] == "repair")
    assert only == {"kind": "cvm-failure", "figure": "repair", "runs": [0, 1]}
    steps = [step for one in document["over_time"] for figure in one["figures"] for step in figure["steps"]]
    assert {step["explained"] for step in steps} == {"AOS of cluster a", None}
    assert document["not_comparable"] == [{"test": names.index("other cluster a"), "differs_in": ["nfs-port"]}]


def test_of_more_than_two_groups_the_document_and_the_table_say_how_p_was_had() -> None:
    of = replace(made(), among=(Among(("cvm-failure", "outage"), 3, 0.01, 0.02, "normal", 0),))
    frame = FRAMES["among"](of)

    (told,) = json.loads(comparison_document(of, "0.1.0"))["among"]
    assert frame.to_dict("records") == [told]
    assert told["p_by"] == "normal"
    assert any("Kruskal and Wallis's statistic of these scores, by the normal limit" in line for line in method(of))


@pytest.mark.parametrize("table", FRAMES)
def test_every_column_of_the_tables_is_told(table: str) -> None:
    guide = (ROOT / "docs" / "how-to" / "compare.md").read_text("utf-8")
    (row,) = (line for line in guide.splitlines() if line.startswith(f"| {table} |"))

    assert [column for column in FRAMES[table](made()).columns if f"`{column}`" not in row] == []


def test_the_markdown_has_the_parts_of_the_page() -> None:
    text = files("md")["comparison.md"].decode()

    for heading in ("Groups and kinds", "cluster b against cluster a", "cluster a over time", "Runs", "Not compared"):
        assert f"## {heading}" in text


def test_paper_says_what_a_page_without_data_does() -> None:
    without = replace(material(), carried="")

    assert b"<data" not in dict(compared_files(("html",), without))["comparison.html"]


def test_a_page_is_no_larger_than_one_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(files("html")["comparison.html"])
    monkeypatch.setattr("analyzer.report.forms.compared.page.LARGEST", size - 1)
    assert b"<data" not in files("html")["comparison.html"]

    few = comparison_page(made(), estimates(made()), {}, "0.1.0", Limits(3, 4, 1))
    assert fitting([material().page, few]) == material().page
    monkeypatch.setattr("analyzer.report.forms.compared.page.LARGEST", size // 2)
    assert fitting([material().page, few]) == few
