"""CI's part of the study holds what the whole must show."""

from __future__ import annotations

from functools import cache

import pytest

from bench.accuracy.results.floor import Floor
from bench.accuracy.results.floors import floors
from tests.bench.accuracy.studied import studied

FLOORS = (
    "1. wire and logs",
    "1. wire only",
    "1. logs only",
    "1. healthy runs",
    "2. 99 % of Spans",
    "2. median width of wire",
    "2. median width of log",
    "3. offsets",
    "3. median bound, stamps of whole seconds",
    "3. median bound, stamps of ms",
    "4. verdicts that are wrong",
    "4. exit status 0",
    "4. findings without cause",
    "4. UNDECIDED",
)


@cache
def held() -> tuple[Floor, ...]:
    return tuple(floors(studied()))


@pytest.mark.parametrize("name", FLOORS)
def test_what_it_must_show(name: str) -> None:
    found = [floor for floor in held() if floor.name.startswith(name)]

    assert found
    for floor in found:
        assert floor.holds, f"{floor.name}: {floor.figure}\n" + "\n".join(
            f"{row.case}: {fault}" for row in studied().rows for fault in row.faults
        )
