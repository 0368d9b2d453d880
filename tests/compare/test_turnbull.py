"""Turnbull's estimate beside surpyval's, beside a maximiser of scipy that knows nothing of EM, and by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from analyzer.compare import turnbull
from analyzer.compare.spans import Spans, one_history
from analyzer.compare.turnbull import Estimate, estimated
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from tests.compare.drawn import between, exact, history, spans


def likelihood(estimate: Estimate) -> float:
    """The logarithm of the likelihood of one history, per run."""
    below, first, after = estimate.below[0], estimate.first[0], estimate.after[0]
    return float(np.log(below[after] - below[first]).mean())


def best(estimate: Estimate) -> float:
    """The highest such logarithm that scipy finds for any mass in these innermost intervals."""
    from scipy.optimize import minimize

    first, after, count = estimate.first[0], estimate.after[0], estimate.least.shape[1]
    covers = (np.arange(count) >= first[:, None]) & (np.arange(count) < after[:, None])

    def cost(logits: np.typing.NDArray[np.float64]) -> float:
        mass = np.exp(logits - logits.max())
        return -float(np.log(covers @ (mass / mass.sum())).mean())

    return -float(minimize(cost, np.zeros(count), method="BFGS").fun)


def survival(group: Sequence[Span], at: Sequence[float]) -> list[float]:
    """The share of runs that take longer than so many seconds, by surpyval."""
    from surpyval import Turnbull  # type: ignore[attr-defined]

    least, most = (np.array([getattr(one, name) / SECOND for one in group]) for name in ("least", "most"))
    model = Turnbull.fit(xl=least, xr=most, turnbull_estimator="Kaplan-Meier")
    return [float(model.R[np.searchsorted(model.x, one + 1e-9) - 1]) for one in at]


def test_by_hand() -> None:
    found = estimated(one_history(between((1, 2.5), (3, 3), (2, 5), (4, 4), (3.5, 6))))

    assert found.least[0].tolist() == [2 * SECOND, 3 * SECOND, 4 * SECOND]
    assert found.most[0].tolist() == [2.5 * SECOND, 3 * SECOND, 4 * SECOND]
    assert found.mass[0] == pytest.approx([0.25, 0.25, 0.5], abs=1e-4)
    assert found.settled.all()


def test_exact_values_have_equal_shares() -> None:
    found = estimated(one_history(exact(4, 1, 2, 2)))

    assert found.mass[0] == pytest.approx([0.25, 0.5, 0.25])
    assert (found.least == found.most).all()


def test_what_is_only_known_to_be_longer_lies_last() -> None:
    found = estimated(one_history([*exact(1, 2), Span(3 * SECOND, UNBOUNDED)]))

    assert found.mass[0] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(("seed", "width"), [(1, 0.5), (2, 2.0), (3, 8.0)])
def test_as_surpyval_has_it(seed: int, width: float) -> None:
    group = [*history(seed, 6, width), *history(seed + 10, 4, 1.0), *exact(2, 4.5)]
    found = estimated(one_history(group), tolerance=1e-7)

    ends = (found.most[0] / SECOND).tolist()
    assert 1 - np.cumsum(found.mass[0]) == pytest.approx(survival(group, ends), abs=2e-3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_other_mass_is_likelier(seed: int) -> None:
    found = estimated(one_history([*history(seed, 5, 2.0), *history(seed + 5, 5, 4.0, shift=2)]))

    assert likelihood(found) == pytest.approx(best(found), abs=2e-5)


@pytest.mark.parametrize(("seed", "widths"), [(1, (0, 1)), (2, (1, 30)), (3, (0.01, 1, 10)), (4, (2,))])
def test_of_many_runs_fewer_rounds_find_the_same(
    seed: int, widths: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    group = [one for at, width in enumerate(widths) for one in history(seed + at, 120, width)]
    found = estimated(one_history(group), tolerance=1e-6)
    monkeypatch.setattr(turnbull, "FEW_RUNS", len(group))
    by_em = estimated(one_history(group), tolerance=1e-6)

    assert found.settled.all()
    assert (found.mass >= 0).all()
    assert likelihood(found) == pytest.approx(likelihood(by_em), abs=2e-6)
    below, others = (np.take_along_axis(one.below, one.first, 1) for one in (found, by_em))
    assert below == pytest.approx(others, abs=0.01)


def test_of_many_runs_a_tenth_of_the_rounds_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    spans = one_history([*history(1, 200, 1), *history(2, 200, 30)])
    monkeypatch.setattr(turnbull, "FEWEST_ROUNDS", 60)
    monkeypatch.setattr(turnbull, "ROUNDS", 60)

    assert estimated(spans, tolerance=1e-4).gain[0] <= 1e-4
    monkeypatch.setattr(turnbull, "FEW_RUNS", 400)
    monkeypatch.setattr(turnbull, "FEWEST_ROUNDS", 600)
    monkeypatch.setattr(turnbull, "ROUNDS", 600)
    assert estimated(spans, tolerance=1e-4).gain[0] > 1e-4


@settings(max_examples=40, deadline=None)
@given(spans(1, 10))
def test_it_is_a_distribution_in_which_every_span_has_mass(group: list[Span]) -> None:
    found = estimated(one_history(group))

    assert found.below[0][-1] == pytest.approx(1.0)
    assert (found.mass >= 0).all()
    assert (found.below[0][found.after[0]] > found.below[0][found.first[0]]).all()
    inside = [
        (found.least[0][first] >= one.least) & (found.most[0][after - 1] <= one.most)
        for one, first, after in zip(group, found.first[0], found.after[0], strict=True)
    ]
    assert inside == [True] * len(group)


@settings(max_examples=25, deadline=None)
@given(spans(1, 8))
def test_the_order_of_runs_and_the_other_histories_change_nothing(group: list[Span]) -> None:
    one = one_history(group)
    backwards = Spans(one.least[:, ::-1], one.most[:, ::-1])
    other = one_history(history(5, len(group)))
    both = estimated(Spans(np.concatenate([one.least, other.least]), np.concatenate([one.most, other.most])))
    alone = estimated(one)

    assert estimated(backwards).mass == pytest.approx(alone.mass, abs=1e-9)
    assert both.mass[0][: alone.mass.shape[1]] == pytest.approx(alone.mass[0], abs=1e-9)


def test_what_was_not_found_in_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnbull, "ROUNDS", 5)
    monkeypatch.setattr(turnbull, "FEWEST_ROUNDS", 5)
    found = estimated(one_history(history(3, 12, 2.0)))

    assert not found.settled.any()
    assert found.gain[0] > turnbull.TOLERANCE
