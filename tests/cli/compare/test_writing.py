"""Where a comparison's page finds the reports of runs."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from analyzer.cli.compare import places
from analyzer.cli.compare.writing import hrefs
from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison
from analyzer.model.instant import SECOND
from analyzer.model.over_time.compared_groups import Group
from analyzer.pipeline import documents
from analyzer.report.forms.catalogue import chosen
from tests.compare.runs.made import one_test, run


def test_reports_are_linked_where_they_lie(tmp_path: Path) -> None:
    report = tmp_path / "a b" / "report.html"
    tests = (replace(one_test(1), report=str(report)), one_test(1, 1))

    found = comparison(Grouping((Group("A", tests),)), SECOND, against="nothing")
    assert hrefs(found, tmp_path / "out") == {str(report): "../a%20b/report.html"}


def test_reports_are_found_in_a_folder_beside_a_document_or_as_the_file(tmp_path: Path) -> None:
    files = documents(run(3), chosen(["html", "json"]))
    for folder, names in (("both", files), ("page", ("report.html",)), ("document", ("run.json",))):
        (tmp_path / "every" / folder).mkdir(parents=True)
        for name in names:
            (tmp_path / "every" / folder / name).write_bytes(files[name])
    both = tmp_path / "every" / "both"

    for place in (both, both / "run.json", both / "report.html"):
        assert places.tests_in(place)[0].report == str(both / "report.html")
    assert places.tests_in(tmp_path / "every" / "document")[0].report == ""
    (one,) = places.tests_in(tmp_path / "every")
    assert Path(one.report).parent.parent == tmp_path / "every"
