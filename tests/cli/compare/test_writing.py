"""Where a comparison's page finds the reports of runs."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from analyzer.cli.compare.writing import hrefs
from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison
from analyzer.model.instant import SECOND
from analyzer.model.over_time.compared_groups import Group
from tests.compare.runs.made import one_test


def test_reports_are_linked_where_they_lie(tmp_path: Path) -> None:
    report = tmp_path / "a b" / "report.html"
    report.parent.mkdir()
    report.write_text("<html></html>")
    plain = one_test(1)
    names = (str(report), str(tmp_path / "gone" / "report.html"), str(tmp_path / "a b" / "run.json"))
    tests = (*(replace(plain, name=name) for name in names), replace(plain, name=str(report), run="f" * 64))

    found = comparison(Grouping((Group("A", tests),)), SECOND, against="nothing")
    assert hrefs(found, tmp_path / "out") == {str(report): "../a%20b/report.html"}
