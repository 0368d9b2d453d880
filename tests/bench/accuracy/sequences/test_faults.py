"""What is drawn is any fault that a scenario may hold, as many and as near as it says."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import get_args

from analyzer.lab.simulate import Fault
from analyzer.lab.simulate.scenario.action import GIVEN, Action
from bench.accuracy.sequences.faults import MOST, drawn_faults

NODES = 4


def drawn(count: int = 600) -> list[tuple[Fault, ...]]:
    return [drawn_faults(Random(seed), NODES, leader=2) for seed in range(count)]  # noqa: S311 - a simulation


def test_every_kind_of_fault_is_drawn_with_each_of_its_options() -> None:
    faults = [fault for some in drawn() for fault in some]

    assert {fault.do for fault in faults} == set(get_args(Action))
    usual = Fault(do="nfs-hang")
    never = [name for name in Fault.__struct_fields__ if all(getattr(f, name) == getattr(usual, name) for f in faults)]
    assert never == []
    assert {fault.on for fault in faults} == set(range(1, NODES + 1))
    assert all(fault.gateway is not None for fault in faults if fault.do in GIVEN)


def test_there_are_one_to_six_of_them() -> None:
    assert {len(some) for some in drawn()} == set(range(1, MOST + 1))


def test_they_are_a_fifth_of_a_second_to_three_minutes_apart() -> None:
    times = [[fault.at for fault in some if fault.at is not None] for some in drawn()]
    gaps = [later - earlier for some in times for earlier, later in pairwise(some)]

    assert min(gaps) < 1
    assert 100 < max(gaps) <= 180
    assert all(gap > 0 for gap in gaps)


def test_a_seed_always_draws_the_same() -> None:
    assert drawn(20) == drawn(20)
