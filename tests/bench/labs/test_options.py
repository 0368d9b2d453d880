"""A random lab's options: the same seed gives the same, and the lab takes all of them."""

from __future__ import annotations

import pytest

from analyzer.cli import lab
from analyzer.lab.netns.options import LabOptions, checked
from bench.labs.options import SCENARIOS, options_of


def parsed(words: tuple[str, ...]) -> LabOptions:
    """The options as the command takes them."""
    context = lab.record.make_context("record", [*words, "-o", "nowhere"])
    given = {name: value for name, value in context.params.items() if name not in ("scenario", "output", "quiet")}
    return lab._lab_options(context.params["scenario"], given)


@pytest.mark.parametrize("seed", range(40))
def test_the_lab_takes_the_options_of_a_seed(seed: int) -> None:
    words = options_of(seed)

    assert words == options_of(seed)
    assert checked(parsed(words)).scenario == words[0]


def test_seeds_differ_and_draw_every_scenario() -> None:
    drawn = [options_of(seed) for seed in range(100)]

    assert len(set(drawn)) == len(drawn)
    assert {words[0] for words in drawn} == set(SCENARIOS)
