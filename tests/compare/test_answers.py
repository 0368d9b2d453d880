from __future__ import annotations

import pytest

from analyzer.compare.answers import answered, wanted
from analyzer.model.instant import SECOND
from analyzer.model.over_time.comparison import CantTell, Different, MoreRuns, NoLarger, NoRuns, TooManyRuns
from tests.compare.drawn import between, exact, history


def test_longer_and_shorter_by_at_least() -> None:
    first, second = history(1, 6), history(2, 6, shift=12)
    longer, shorter = answered(first, second, SECOND), answered(second, first, SECOND)

    assert isinstance(longer, Different)
    assert isinstance(shorter, Different)
    assert (longer.direction, shorter.direction) == ("longer", "shorter")
    assert 8 * SECOND < longer.at_least < 12 * SECOND
    assert abs(longer.at_least - shorter.at_least) < SECOND // 50
    assert longer.sure


def test_no_larger_than_the_stated_size() -> None:
    found = answered(history(1, 10), history(3, 10), 4 * SECOND)

    assert isinstance(found, NoLarger)
    assert SECOND < found.limit <= 4 * SECOND


def test_too_few_runs_can_differ_by_nothing() -> None:
    found = answered(exact(1, 2, 3), exact(8, 9, 10), 5 * SECOND)

    assert isinstance(found, CantTell)
    assert found.why == "too-few-runs"
    assert isinstance(found.would, MoreRuns)
    assert found.would.more in range(1, 4)


def test_no_number_of_runs_shows_less_than_all_spans_share() -> None:
    spans = between(*((0.1 * at, 0.1 * at + 4) for at in range(6)))

    found = answered(spans, spans, 2 * SECOND)
    assert isinstance(found, CantTell)
    assert found.would == NoRuns()


def test_better_evidence_is_what_some_of_the_runs_have() -> None:
    """With narrow Spans on both sides more of them are asked for; where none is narrow nothing better is known."""
    narrow, wide = between((1, 1.2), (4.9, 5.1)), between(*[(0, 30)] * 5)

    found = wanted(wide + narrow, wide + narrow, 3 * SECOND)
    assert isinstance(found, MoreRuns)
    assert found.better
    assert wanted(wide, wide, 3 * SECOND) == NoRuns()


def test_a_promise_holds_once_those_runs_are_there() -> None:
    """6 runs of logs, 6 of captures, all wide; with as many runs of good evidence as were asked for the answer is no
    promise of still more than was said, as the wait is a real spread.
    """
    logs, wire = between(*((0.3 + at / 100, 32.8 + at / 100) for at in range(6))), between(*[(0, 12)] * 6)
    good = between((2.4, 2.8), (22.2, 22.5), (16.3, 17.6)), between((30, 30.3), (5.4, 5.7), (18.7, 19))
    chance = round(30 * SECOND / 12**0.5)

    assert wanted(logs, wire, 2 * SECOND, chance=chance) == NoRuns()
    assert not isinstance(wanted(logs + good[0], wire + good[1], 2 * SECOND, chance=chance), MoreRuns)


@pytest.mark.parametrize(("size", "would"), [(2.0, MoreRuns), (0.001, TooManyRuns)])
def test_what_would_tell(size: float, would: type) -> None:
    found = answered(history(1, 4), history(3, 4), round(size * SECOND))

    assert isinstance(found, CantTell)
    assert found.why == "interval-too-wide"
    assert isinstance(found.would, would)
