"""Every target on its seeds, on mutations of them by a seed, and on what fuzzing had found."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.fuzz.target import Target, file_name, tried
from bench.fuzz.targets import TARGETS, named
from bench.mutated.mutations import mutated

FINDS = Path(__file__).parent / "finds"
MUTATIONS = 60
NAMES = [target.name for target in TARGETS]


def kept(target: Target) -> Iterator[Path]:
    return iter(sorted((FINDS / file_name(target.name)).glob("*")))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_by_a_seed(name: str) -> None:
    target, drawn = named(name), random.Random(name)  # noqa: S311
    seeds = [seed[: target.longest] for seed in target.seeds()]
    some = drawn.sample(seeds, min(len(seeds), 20))
    inputs = [*some, *(mutated(drawn, drawn.choice(seeds), seeds)[: target.longest] for _ in range(MUTATIONS))]

    assert [(found.what, found.data) for data in inputs if (found := tried(target, data))] == []


@pytest.mark.parametrize("name", NAMES)
def test_seeds_are_read(name: str) -> None:
    """Of each target's seeds some are taken, so that what fuzzing begins with is not all refused."""
    target, taken = named(name), 0
    for seed in target.seeds():
        try:
            target.run(seed[: target.longest])
        except Exception:  # noqa: BLE001, S112 - which seed is refused, and how, is for the test above
            continue
        taken += 1
        break
    assert taken


FOUND = [(target.name, path) for target in TARGETS for path in kept(target)]


@pytest.mark.parametrize(("name", "path"), FOUND, ids=[f"{path.parent.name}-{path.name}" for _, path in FOUND])
def test_what_was_found_is_mended(name: str, path: Path) -> None:
    found = tried(named(name), path.read_bytes())
    assert found is None, found.what


def test_finds_are_of_targets() -> None:
    assert {path.name for path in FINDS.iterdir()} <= {file_name(name) for name in NAMES}
    assert FOUND
