"""A look after every run: what it says of a kind of episode."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.compare.runs.looking import kinds_of, looked
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.comparison import Figure
from tests.compare.drawn import history
from tests.compare.runs.made import OUTAGE, history_of, of_durations

DETECT: Figure = ("cvm-failure", "detect")
DETECTION: Figure = ("cvm-failure", "detection")
CALM = [one.least / SECOND for one in history(5, 20)]


def test_what_it_says() -> None:
    assert looked(history_of(CALM[:5]), "cvm-failure").says == "too-few"
    assert looked(history_of(CALM), "cvm-failure").says == "as-before"
    slower = looked(history_of([*CALM, *(20 + one for one in CALM[:8])]), "cvm-failure")
    assert (slower.says, slower.runs) == ("slower", 28)
    assert [(course.figure, step.place) for course, step in slower.alarms] == [(OUTAGE, 20)]
    assert looked(history_of([*(20 + one for one in CALM), *CALM[:8]]), "cvm-failure").says == "faster"


def test_other_kinds_and_tests_without_a_time_do_not_count() -> None:
    tests = history_of(CALM)

    assert looked(tests, "cvm-recovery").runs == 0
    assert looked([replace(one, time=None) for one in tests], "cvm-failure").runs == 0
    assert kinds_of(tests) == ("cvm-failure",)


def test_tests_of_other_settings_do_not_count() -> None:
    tests = history_of(CALM)
    other = replace(tests[3], conditions=replace(tests[3].conditions, nfs_port=1))

    assert looked([*tests[:3], other, *tests[4:]], "cvm-failure").runs == 19


def test_processing_is_looked_after_where_it_is_known() -> None:
    span = Span(SECOND, 2 * SECOND)
    known = [of_durations({OUTAGE: span, DETECTION: span, DETECT: span}, number) for number in range(6)]
    unknown = [of_durations({DETECTION: span, DETECT: span}, number) for number in range(5)]

    assert [one.figure for one in looked(known, "cvm-failure").courses] == [OUTAGE, DETECT]
    assert [one.figure for one in looked(unknown, "cvm-failure").courses] == [DETECTION]
