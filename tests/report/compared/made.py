"""A comparison for the tests of its page: two clusters, one of which gets worse, and what is not comparable."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from analyzer.compare.runs.estimates import estimates
from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison, followed
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Comparison, Group
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.report.compared.document import comparison_document
from analyzer.report.compared.page import comparison_page
from analyzer.report.forms.compared.catalogue import ComparisonMaterial
from analyzer.store.carried.page import COMPARISON, carried_value
from tests.compare.drawn import history, moved
from tests.compare.runs.made import OUTAGE, of_durations

DETECT: Figure = ("cvm-failure", "detect")
REPAIR: Figure = ("cvm-failure", "repair")
ODD = '<script>alert(1)</script> "quoted" & \u202eodd'


def of_cluster(cluster: str, seed: int, steps: dict[int, int]) -> tuple[ComparedTest, ...]:
    """Tests of a cluster, so many seconds longer from these on."""
    spans = history(seed, 12)
    for place, seconds in steps.items():
        spans = [*spans[:place], *moved(spans[place:], seconds * SECOND)]
    return tuple(
        of_durations(
            {OUTAGE: span, DETECT: Span(0, span.most)}, number, cluster=cluster, aos_version=f"6.{number // 6}"
        )
        for number, span in enumerate(spans)
    )


@cache
def made(names: tuple[str, str] = ("cluster a", "cluster b")) -> Comparison:
    """The comparison."""
    of_a, of_b = of_cluster(names[0], 1, {}), of_cluster(names[1], 2, {6: 9})
    of_b = (*of_b[:-1], replace(of_b[-1], durations=(*of_b[-1].durations, (REPAIR, Span(0, SECOND)))))
    other = replace(of_a[0], name=f"other {names[0]}", conditions=replace(of_a[0].conditions, nfs_port=1))
    step = replace(of_a[6], about=replace(of_a[6].about, labels=(("step", f"AOS of {names[0]}"),)))
    groups = (Group(names[0], (*of_a[:6], step, *of_a[7:], other)), Group(names[1], of_b))
    first = replace(groups[0].tests[0], report="a b/report.html")
    groups = (replace(groups[0], tests=(first, *groups[0].tests[1:])), groups[1])
    return comparison(Grouping(groups, (other,)), 2 * SECOND, [followed(one) for one in groups])


@cache
def material(names: tuple[str, str] = ("cluster a", "cluster b")) -> ComparisonMaterial:
    """What its forms are made from."""
    found = made(names)
    document = comparison_document(found, "0.1.0")
    return ComparisonMaterial(
        comparison=found,
        page=comparison_page(found, estimates(found), {"a b/report.html": "reports/a%20b/report.html"}, "0.1.0"),
        document=document,
        carried=carried_value(document, COMPARISON),
    )
