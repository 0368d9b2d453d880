"""An effect never precedes its cause."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.correlate.merge.causes import CHAIN, in_order
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName
from tests.correlate.made import observation


def test_an_effect_bounds_its_cause_and_a_cause_its_effect() -> None:
    made = observation(fault=(0, 50), detected=(20, 30), repaired=(10, 60), restored=(40, 40))

    made = in_order(made)

    bounds = {name: (p.at.least // SECOND, p.at.most // SECOND) for name, p in made.points.items()}
    assert bounds == {"fault": (0, 30), "detected": (20, 30), "repaired": (20, 40), "restored": (40, 40)}
    assert not made.doubts


def test_an_effect_before_its_cause_is_a_doubt() -> None:
    made = observation(fault=(50, 51), restored=(40, 40))

    made = in_order(made)

    assert [doubt.instant for doubt in made.doubts if doubt.name == "out-of-order"] == ["restored", "fault"]
    assert made.confidence != "high"


spans = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda pair: (min(pair), max(pair)))


@given(st.dictionaries(st.sampled_from(CHAIN), spans, min_size=1))
def test_ordering_only_narrows(points: dict[InstantName, tuple[int, int]]) -> None:
    made = observation()
    for name, (least, most) in points.items():
        made = made.marked(name, Instant("c", least * SECOND, most * SECOND), [], How("note"))

    made = in_order(made)

    assert made.points.keys() == points.keys()
    for name, (least, most) in points.items():
        at = made.points[name].at
        assert least * SECOND <= at.least <= at.most <= most * SECOND
    if not made.doubts:
        known_points = [made.points[name].at for name in CHAIN if name in made.points]
        assert [at.least for at in known_points] == sorted(at.least for at in known_points)
        assert [at.most for at in known_points] == sorted(at.most for at in known_points)
