"""What is read first of clusters over time."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison, followed
from analyzer.model.instant import SECOND
from analyzer.model.over_time.compared_groups import Group
from analyzer.report.compared.answer import answer
from analyzer.report.compared.sentences import sentences
from tests.compare.runs.made import history_of


def test_clusters_over_time() -> None:
    groups = (
        Group("cluster a", tuple(history_of([3.0] * 8 + [30.0] * 8))),
        Group("cluster b", tuple(history_of([3.0] * 8))),
        Group("cluster c", tuple(history_of([3.0] * 2))),
    )
    found = answer(comparison(Grouping(groups), SECOND, [followed(one) for one in groups], "nothing"))

    assert found.badge.word == "CHANGED"
    changed, calm, few = found.sentences
    assert changed.startswith("cluster a got slower from run test-8 (1970-01-09) on: CVM failure, Outage by at least 2")
    assert calm == "No change is shown in cluster b (8 runs)."
    assert few == "Too few runs to show a change point among 1 figure (8 at least): cluster c (2 runs)."


def test_of_many_clusters_one_may_change_by_chance() -> None:
    groups = [Group(f"cluster {at}", tuple(history_of([3.0] * 8))) for at in range(9)]
    groups.append(Group("cluster a", tuple(history_of([3.0] * 8 + [30.0] * 8))))

    def points(of: list[Group]) -> str:
        return " ".join(
            answer(comparison(Grouping(tuple(of)), SECOND, [followed(one) for one in of], "nothing")).points
        )

    assert "each cluster is followed by itself, and 1 cluster of so many may show a change by chance" in points(groups)
    assert "by chance" not in points(groups[1:])
    assert "by chance" not in points(groups[:9] * 2)


def test_a_known_step_is_a_point_and_no_change() -> None:
    tests = history_of([3.0] * 8 + [30.0] * 8)
    tests[8] = replace(tests[8], about=replace(tests[8].about, labels=(("step", "AOS 6.8"),)))
    group = Group("cluster a", tuple(tests))
    found = answer(comparison(Grouping((group,)), SECOND, [followed(group)], "nothing"))

    assert found.badge.word == "NO CHANGE SHOWN"
    assert found.sentences == ("No change is shown in cluster a (16 runs, known steps apart).",)
    (point,) = found.points
    begin = "cluster a, known step AOS 6.8 from run test-8 (1970-01-09) on: "
    assert point.startswith(f"{begin}CVM failure, Outage worse by at least 2")


def test_a_known_step_that_is_not_shown_claims_nothing() -> None:
    tests = history_of([3.0, 5.0, 4.0, 6.0, 3.5, 5.5, 4.5, 6.5])
    tests[4] = replace(tests[4], about=replace(tests[4].about, labels=(("step", "AOS 6.8"),)))
    group = Group("cluster a", tuple(tests))
    found = comparison(Grouping((group,)), SECOND, [followed(group)], "nothing")

    (point,) = answer(found).points
    assert point.endswith("no figure is shown to differ")
    assert any("can't tell whether it differs" in said for said in sentences(found))


def test_so_few_runs_can_not_tell() -> None:
    """Of 6 runs the smallest p-value is 0.1, of 7 it is 0.057."""
    for runs in (6, 7):
        group = Group("cluster a", tuple(history_of([3.0] * 3 + [30.0] * (runs - 3))))
        found = comparison(Grouping((group,)), SECOND, [followed(group)], "nothing")
        assert answer(found).badge.word == "CAN'T TELL"


def test_what_so_many_runs_would_show_is_said() -> None:
    group = Group("cluster a", tuple(history_of([3.0, 4.2, 3.5, 4.8, 3.1, 4.0, 3.3, 4.4, 3.7, 4.6])))
    found = comparison(Grouping((group,)), SECOND, [followed(group)], "nothing")

    (said,) = [one for one in sentences(found) if "would show a step" in one]
    assert said.startswith(
        "cluster a, so many runs would show a step in their middle, in 80 %, of: CVM failure, Outage "
    )
