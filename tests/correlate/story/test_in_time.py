"""A host's faults are found by their instants, and a long story is not held against itself pair by pair."""

from __future__ import annotations

import pytest

from analyzer.correlate.observation import Observation
from analyzer.correlate.story import consistent, contradicted, twice
from analyzer.correlate.story.in_time import by_instants, near
from analyzer.model.measurement import InstantName
from tests.correlate.story.made import failed

MANY, PERIOD, PAIRS_OF_EACH = 400, 60, 4
REPAIR: tuple[InstantName, ...] = ("repaired",)


def test_a_fault_is_found_by_the_time_from_its_first_instant_to_its_last() -> None:
    one, later, empty = failed(fault=(0, 10), repaired=(20, 20)), failed(repaired=(30, 40)), failed()
    places = by_instants([one, later, empty])

    assert list(near(failed(fault=(15, 16)), places)) == [0]
    assert list(near(failed(fault=(20, 30)), places)) == [0, 1]
    assert list(near(failed(detected=(41, 50)), places)) == []
    assert list(near(empty, places)) == []
    assert list(near(failed(fault=(0, 99), repaired=(25, 26)), places, REPAIR)) == []


@pytest.mark.parametrize(
    ("room", "name"), [(contradicted, "_is_before"), (twice, "_had_left")], ids=["contradicted", "left already"]
)
def test_each_of_many_faults_is_held_against_those_near_it_alone(
    room: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, real = list[Observation](), getattr(room, name)

    def counted(one: Observation, *others: object) -> bool:
        asked.append(one)
        return bool(real(one, *others))

    monkeypatch.setattr(room, name, counted)
    times = [at * PERIOD for at in range(MANY)]
    told = [failed(fault=(at, at + 5), detected=(at + 40, at + 40), repaired=(at + 42, at + 42)) for at in times]

    assert len(consistent(told, ())) == MANY
    assert len(asked) <= PAIRS_OF_EACH * MANY
