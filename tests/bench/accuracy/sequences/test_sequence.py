"""A seed decides a sequence, and what is done to its evidence is in its files and its truth."""

from __future__ import annotations

import re

from bench.accuracy.foreign.mixing import TEMPLATES
from bench.accuracy.sequences.sequence import Sequence, drawn, lived

SEEDS = range(1, 200)


def first(what: str) -> Sequence:
    """The first sequence with it."""
    return next(one for one in map(drawn, SEEDS) if getattr(one, what) and one.evidence.esxi_logs)


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert drawn(7) == drawn(7)
    assert lived(drawn(7)).files == lived(drawn(7)).files


def test_seeds_differ_in_all_that_is_drawn() -> None:
    sequences = [drawn(seed) for seed in SEEDS]

    assert {one.options.nodes for one in sequences} == {3, 4, 5}
    assert {one.voice is None for one in sequences} == {True, False}
    assert {one.foreign for one in sequences} == {True, False}
    assert {len(one.evidence.vantages) > 2 for one in sequences} == {True, False}
    assert any("@" in clock for one in sequences for clock in one.options.clock)
    assert any("@" not in clock for one in sequences for clock in one.options.clock)


def test_a_fault_that_would_change_nothing_is_left_out() -> None:
    tried = [drawn(seed) for seed in SEEDS if len(drawn(seed).faults) > 4][:5]
    done = [lived(one).faults for one in tried]

    assert any(len(some) < len(one.faults) for some, one in zip(done, tried, strict=True))
    assert all(set(some) <= set(one.faults) for some, one in zip(done, tried, strict=True))


def test_a_clock_that_is_set_is_in_the_truth() -> None:
    sequence = next(one for one in map(drawn, SEEDS) if any("@" in clock for clock in one.options.clock))

    assert any(clock.steps for clock in lived(sequence).truth.clocks)


def test_foreign_lines_are_mixed_in() -> None:
    modules = {template.split()[1].partition(":")[0] for template in TEMPLATES}
    story = lived(first("foreign"))
    logs = [story.files[one.file].decode() for one in story.truth.evidence if one.what == "genesis"]
    found = {module for log in logs for module in re.findall(r"(\w+\.py):\d+ ", log)} & modules

    assert len(found) > 10


def test_a_voice_speaks_in_the_leaders_log() -> None:
    sequence = first("voice")
    story = lived(sequence)
    logs = "".join(story.files[one.file].decode() for one in story.truth.evidence if one.what == "genesis")

    assert "Forwarding on host" not in logs
