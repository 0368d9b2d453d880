"""Pages of a site: a chart of more tests than it has room for says so."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import AsBefore, Look, Told
from analyzer.report.site.pages import CHARTED, SiteTest, kind_page
from tests.compare.runs.made import one_test

FIGURE: Figure = ("cvm-failure", "repair")


def made(count: int) -> list[SiteTest]:
    each = (one_test(1, n, cluster="a") for n in range(count))
    return [
        SiteTest(n, f"{n:064x}", replace(one, durations=((FIGURE, Span(SECOND, 2 * SECOND)),)))
        for n, one in enumerate(each, 1)
    ]


@pytest.mark.parametrize(("count", "said"), [(3, ": 3 runs, the last"), (CHARTED + 5, ": 200 of 205 runs, the last")])
def test_a_chart_says_of_how_many_runs_it_is(count: int, said: str) -> None:
    look = Look(cluster="a", number=1, tests=1, run="1", test="1", outlook=AsBefore(), series=())

    assert said in kind_page(made(count), "cvm-failure", look, Told())
