from __future__ import annotations

import pytest

from analyzer.compare.holm import corrected
from analyzer.compare.runs.family import asked_share, in_turn, shares
from analyzer.compare.two_groups import least_p
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import Figure


def of(name: str) -> Figure:
    return ("cvm-failure", name)


def exact(*seconds: float) -> list[Span]:
    return [Span(round(one * SECOND), round(one * SECOND)) for one in seconds]


FAR, NEAR = exact(1, 2, 8, 9), exact(1, 2, 3, 4)


def test_genesis_stage_in_which_runs_differ_most_is_asked_first_and_sums_and_the_wait_last() -> None:
    told = {
        "outage": FAR,
        "wait": FAR,
        "repair": FAR,
        "detect + decide": NEAR,
        "wait + detect": FAR,
        "resume": NEAR,
        "reconnect": FAR,
        "detection": FAR,
    }

    turns = in_turn({of(name): spans for name, spans in told.items()})
    assert [name for _, name in turns] == [
        "repair",
        "detect + decide",
        "reconnect",
        "resume",
        "detection",
        "outage",
        "wait + detect",
        "wait",
    ]


def test_who_is_in_which_group_changes_no_order() -> None:
    spans = {of("repair"): FAR, of("decide"): NEAR}
    turned = {figure: each[::-1] for figure, each in spans.items()}

    assert in_turn(spans) == in_turn(turned) == (of("repair"), of("decide"))


def test_what_has_no_end_counts_for_what_it_is_at_least() -> None:
    open_ended = [Span(5 * SECOND, UNBOUNDED), *exact(5, 6, 6)]

    assert in_turn({of("decide"): open_ended, of("repair"): NEAR}) == (of("repair"), of("decide"))


@pytest.mark.parametrize(
    ("runs", "p_values", "told"),
    [
        (4, [least_p(4, 4), 0.5, 0.5], [True, False, False]),
        (4, [0.2, least_p(4, 4), least_p(4, 4)], [False, False, False]),
        (4, [least_p(4, 4), least_p(4, 4), 0.5], [True, True, False]),
        (10, [0.5, 0.0001, 0.5], [False, True, False]),
        (10, [0.039, 0.5, 0.5], [True, False, False]),
        (10, [0.045, 0.5, 0.5], [False, False, False]),
    ],
    ids=[
        "four runs, the first",
        "four runs, not the first",
        "four runs, one after the other",
        "ten runs, another",
        "ten runs, within four fifths of the level",
        "ten runs, within the level alone",
    ],
)
def test_what_is_told(runs: int, p_values: list[float], told: list[bool]) -> None:
    among = corrected(p_values, shares([0, 1, 2], [least_p(runs, runs)] * 3))

    assert [one <= 0.05 for one in among] == told


def test_shares_are_the_whole_level() -> None:
    assert shares([], []) == ()
    assert shares([0], [0.0]) == (1.0,)
    assert shares([0, 1, 2], [0.0] * 3) == pytest.approx((0.8, 0.1, 0.1))
    assert shares([1, 0, 1, 0], [0.0] * 4) == pytest.approx((0.1, 0.4, 0.1, 0.4))
    assert sum(shares([0, 1, 2, 3], [0.0, 1.0, 0.001, 1.0])) == pytest.approx(1)


def test_of_many_figures_only_so_many_share_the_rest_as_can_use_it() -> None:
    of_six = shares([*range(9)], [least_p(6, 6)] * 9)

    assert of_six[:5] == pytest.approx((0.8, 0.05, 0.05, 0.05, 0.05))
    assert max(of_six[5:]) < 1e-9
    assert least_p(6, 6) <= 0.05 * of_six[4]


def test_the_share_that_is_asked_of_enough_runs() -> None:
    assert [asked_share(turn, 3, 1) for turn in range(3)] == pytest.approx([0.8, 0.1, 0.1])
    assert asked_share(0, 1, 2) == 0.5
