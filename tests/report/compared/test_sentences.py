"""A whole comparison in sentences."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Among, Comparison, Group, OverTime
from analyzer.model.over_time.courses import Altered, Course, Step
from analyzer.model.over_time.looks import Change, Line, Told
from analyzer.report.compared.sentences import SINGLE, by_words, sentences, step_words
from tests.compare.runs.made import DAY, OUTAGE, of_durations, one_test
from tests.report.compared.made import made

ONE, OTHER = one_test(3, 0), one_test(9, 1)
STEP = Step(
    place=1,
    test=OTHER,
    before=ONE,
    p=0.01,
    corrected=0.02,
    longer=Span(SECOND, 3 * SECOND),
    altered=(Altered("aos", "6.7", "6.8"), Altered("esxi", "", "8"), Altered("nfs-port", "", "")),
)


def of(**changed: object) -> Comparison:
    empty = Comparison(size=SECOND, groups=(), versus=(), among=(), over_time=())
    return replace(empty, **changed)


def test_two_runs() -> None:
    groups = Grouping((Group("A", (ONE,)), Group("B", (OTHER,))))

    assert list(sentences(comparison(groups, SECOND))) == [
        SINGLE,
        "CVM failure, Outage: A 3.5 s ± 0.5 s, B 9.5 s ± 0.5 s; B is worse by at least 5.000 s",
    ]


def test_what_one_side_lacks_and_what_is_not_compared() -> None:
    other = replace(ONE, name="other", conditions=replace(ONE.conditions, nfs_port=1, rules=("x",)))
    groups = Grouping((Group("A", (ONE,)), Group("B", (of_durations({}), other))), tuple([OTHER] * 7))

    assert list(sentences(comparison(groups, SECOND))) == [
        (
            "not comparable with the others by the rules for log lines (x against none) and the NFS port (1 "
            "against 2049): 1 run (other)"
        ),
        "in no group, as nothing says in which: 7 runs (test-1, test-1, test-1, test-1, test-1 and 2 more)",
        "CVM failure, only in A: Outage",
    ]


def test_nothing_to_compare() -> None:
    assert list(sentences(of())) == ["nothing to compare: no run has an episode with a duration"]


def test_several_groups() -> None:
    told = [*sentences(of(among=(Among(OUTAGE, 3, 0.01, 0.02), Among(OUTAGE, 3, 0.4, 0.4))))]

    assert told[:2] == [
        "CVM failure, Outage: the 3 groups differ among each other (p 0.01, 0.02 among all)",
        "CVM failure, Outage: the 3 groups show no difference among each other (p 0.4)",
    ]


def test_change_points() -> None:
    since = "from run test-1 (1970-01-02) on"
    altered = "; with it changed: AOS 6.7 → 6.8, ESXi unknown → 8, the NFS port"

    assert step_words(STEP) == f"{since} worse by at least 1.000 s (p 0.01, 0.02 among all){altered}"
    assert step_words(replace(STEP, corrected=0.2)) == (
        f"{since} worse by at least 1.000 s (p 0.01, 0.2 among all; among so many figures that may be chance){altered}"
    )
    assert step_words(replace(STEP, explained="AOS 6.8", altered=())) == (
        f"known step AOS 6.8 {since}: worse by at least 1.000 s (p 0.01)"
    )
    assert by_words(Span(-3 * SECOND, -SECOND)) == "better by at least 1.000 s"
    assert by_words(Span(-3 * SECOND, SECOND)) == "no difference larger than 3.000 s is shown"
    assert by_words(Span(-UNBOUNDED, SECOND)) == "no difference is shown"


def test_a_cluster_over_time() -> None:
    course = Course(figure=OUTAGE, tests=(ONE,) * 6, spans=(Span(1, 2),) * 6, steps=())
    few = replace(course, tests=(ONE,), spans=(Span(1, 2),), able=False, needed=8)
    change = Change(figure=OUTAGE, time=2 * DAY, direction="longer", by=Span(1, 2), told_after="x")
    line = Line(said="moved", earlier=DAY, change=change)
    history = OverTime(
        "cluster a", (course, few, replace(course, steps=(STEP,))), Told(standing=(change,), lines=(line,))
    )

    assert list(sentences(of(over_time=(history,)))) == [
        f"cluster a, CVM failure, Outage: {step_words(STEP)}",
        "cluster a, no change point: CVM failure, Outage (6 runs)",
        "cluster a, too few runs to show a change point among 1 figure (8 at least): CVM failure, Outage (1 run)",
        "cluster a, CVM failure, Outage, slower by 0 s to 1 ms since 1970-01-03, as was told, stands",
        "cluster a, CVM failure, Outage, slower not since 1970-01-02, as was told, but since 1970-01-03",
    ]


def test_a_group_that_changed_meanwhile_is_said_to_be_of_several_levels() -> None:
    told = [*sentences(made())]

    assert "cluster b is of several levels, as it changed meanwhile: CVM failure, Outage" in told
    assert "cluster a is of several levels, as it changed meanwhile: CVM failure, Outage" in told  # a known step
