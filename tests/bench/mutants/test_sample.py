"""A sample: as many of each module, the same for a seed, and little moved by a change of the code."""

from __future__ import annotations

from collections import Counter

from bench.mutants.mutations import Mutation
from bench.mutants.sample import sample


def some(module: str, count: int) -> list[Mutation]:
    return [Mutation(module, "f", "constant", f"x{n}", "y", 0, (n,), n) for n in range(count)]


FOUND = {"a.py": some("a.py", 50), "b.py": some("b.py", 50), "c.py": some("c.py", 2), "d.py": []}


def test_each_module_gives_as_many_as_far_as_it_has_them() -> None:
    assert Counter(one.module for one in sample(FOUND, 1, 22)) == {"a.py": 10, "b.py": 10, "c.py": 2}


def test_a_seed_gives_the_same_and_another_gives_others() -> None:
    assert sample(FOUND, 1, 20) == sample(dict(reversed(FOUND.items())), 1, 20)
    assert sample(FOUND, 1, 20) != sample(FOUND, 2, 20)


def test_code_that_goes_takes_only_its_own_changes_along() -> None:
    before = sample({"a.py": some("a.py", 50)}, 1, 20)
    gone = before[3]

    after = sample({"a.py": [one for one in some("a.py", 50) if one != gone]}, 1, 20)

    assert set(before) - set(after) == {gone}


def test_all_are_drawn_where_there_are_no_more() -> None:
    assert sample({"c.py": some("c.py", 2)}, 1, 400) == some("c.py", 2)
    assert sample({}, 1, 400) == []
