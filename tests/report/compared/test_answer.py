"""What is read first of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Comparison, Group
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.report.compared.answer import TWO_RUNS, answer
from tests.compare.runs.made import of_durations, one_test
from tests.report.compared.made import REPAIR, made
from tests.report.compared.test_words import STAGES, two_runs


def each_in_repair(seconds: Sequence[float]) -> tuple[ComparedTest, ...]:
    """A test a day, in which the stage takes so many seconds."""
    return tuple(
        of_durations({REPAIR: Span(round(each * SECOND), round((each + 0.01) * SECOND))}, number)
        for number, each in enumerate(seconds)
    )


def of_groups(*groups: Sequence[float], size: int = 2 * SECOND) -> Comparison:
    named = tuple(
        Group(f"cluster {name}", each_in_repair(each)) for name, each in zip("abcdefgh", groups, strict=False)
    )
    return comparison(Grouping(named), size)


def test_a_stage_that_takes_longer() -> None:
    found = answer(of_groups((1, 1.2, 1.4, 1.6), (6, 6.2, 6.4, 6.6)))

    assert found.badge.word == "WORSE"
    (said,) = found.sentences
    assert said.startswith(
        "cluster b is slower than cluster a: CVM failure, repair (the route is changed) by at least 4."
    )


def test_it_is_said_what_is_faster_and_that_the_rest_is_not_known() -> None:
    same = dict.fromkeys(STAGES, 1.0)
    found = answer(two_runs({**same, "repair": 9.0, "detect": 4.0}, same))

    assert found.badge.word == "BETTER"
    assert found.sentences == (
        (
            "B is faster than A: CVM failure, repair (the route is changed) by at least 8.000 s, detect by at least "
            "3.000 s."
        ),
        TWO_RUNS,
    )


def test_of_two_runs_the_wait_for_the_check_is_a_point_and_no_answer() -> None:
    same = dict.fromkeys(STAGES, 1.0)
    found = answer(two_runs(same, {**same, "wait": 21.0, "repair": 5.0}))

    assert found.sentences[0] == "B is slower than A: CVM failure, repair (the route is changed) by at least 4.000 s."
    assert found.points[0] == (
        "with the wait for the next check in it, which is chance: Outage (B is worse by at least 24.000 s), wait (B is "
        "worse by at least 20.000 s)"
    )


def test_of_one_run_a_run_is_told() -> None:
    said = answer(of_groups((1,), (2, 4, 6, 8, 9))).sentences[0]

    assert said.endswith(": 1 run and 5 can't show a difference of any size.")


def test_groups_that_show_nothing_say_what_would() -> None:
    found = answer(of_groups((1, 3, 5, 7), (2, 4, 6, 8)))

    assert found.badge.word == "CAN'T TELL"
    first, second = found.sentences
    assert first == "No difference between cluster a and cluster b is shown, nor is one ruled out."
    assert second.startswith("Such runs would show ")
    assert second.endswith(
        " s or more in repair (in 80 %); 24 more runs a side with evidence like this would show 2 s."
    )


def test_so_few_runs_show_nothing_whatever_they_are() -> None:
    found = answer(of_groups((1, 3, 5), (12, 14, 16)))

    assert found.sentences[0].endswith(": 3 runs and 3 can't show a difference of any size.")


def test_no_difference_that_matters() -> None:
    found = answer(of_groups([1.0, 1.1] * 5, [1.0, 1.1] * 5))

    assert found.badge.word == "NO LARGER"
    assert found.sentences[0].startswith("cluster b is as fast as cluster a: no stage differs by more than ")
    assert "no difference that matters (2 s): repair" in found.points


def test_of_many_groups_some_are_named() -> None:
    fast, slow = (1, 1.2, 1.4, 1.6, 1.8, 2) * 2, (9, 9.2, 9.4, 9.6, 9.8, 10) * 2
    found = answer(of_groups(fast, *[slow] * 4))

    assert [one.partition(" is slower")[0] for one in found.sentences] == [
        "cluster b",
        "cluster c",
        "cluster d",
        "1 more pair of groups differ, which stand below.",
    ]
    assert found.points[0].startswith(
        "CVM failure, repair (the route is changed): the 5 groups differ among each other"
    )
    assert found.points[-1] == (
        "what else is shown of 4 pairs of groups stands with each below, and in comparison.json"
    )


def test_a_known_step_and_what_is_not_compared_are_points() -> None:
    points = answer(made()).points

    assert any(point.startswith("not comparable with the others by the NFS port") for point in points)
    assert any(point.startswith("cluster b got slower from run test-6") for point in points)


def test_a_side_of_which_nothing_is_left() -> None:
    other = replace(one_test(3), conditions=replace(one_test(3).conditions, nfs_port=1))
    sides = (Group("A", (one_test(3), one_test(4)), "old"), Group("B", (other,), "new"))
    found = answer(comparison(Grouping(sides), SECOND))

    assert (found.badge.word, found.sentences[0]) == (
        "CAN'T TELL",
        "Of B nothing is left to compare, as settings differ.",
    )
    assert found.points[:2] == ("A is old, 2 runs", "B is new, 0 runs")
