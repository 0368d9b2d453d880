"""The page: the figures, and the survivors with their reasons."""

from __future__ import annotations

from bench.mutants.mutations import Mutation
from bench.mutants.page import page, reasons, survivors, too_many, unexplained
from bench.mutants.trial import Outcome


def change(place: int, module: str = "analyzer/judge/index.py") -> Mutation:
    return Mutation(module, "f", "boundary moved", f"a < {place}", f"a <= {place}", 0, (1,), place)


DONE = {
    change(2): Outcome("survived", passed=7),
    change(1): Outcome("not reached"),
    change(3): Outcome("killed", by="tests/judge/test_index.py::test_it"),
    change(4, "analyzer/measure/outage.py"): Outcome("timed out"),
}


def test_it_counts_by_room_and_names_the_survivors_with_their_reasons() -> None:
    text = page(DONE, {change(2).name: "equivalent: a is no whole number"}, seed=3, every=90)

    assert "seed 3, 4 of the 90" in text
    assert "| judge | 3 | 1 | 0 | 2 | 1 | 66.7 |" in text
    assert "| measure | 1 | 0 | 1 | 0 | 0 | 0.0 |" in text
    assert "| all | 4 | 1 | 1 | 2 | 1 | 50.0 |" in text
    assert "  - `a < 2`\n  - `a <= 2`\n  - equivalent: a is no whole number\n" in text
    assert "  - `a < 1`\n  - `a <= 1`\n  - no reason yet\n" in text
    assert "a < 3" not in text


def test_a_survivor_without_a_reason_is_told() -> None:
    assert survivors(DONE) == [change(1), change(2)]
    assert unexplained(DONE, {change(2).name: "equivalent"}) == [change(1)]


def test_at_most_fifteen_in_a_hundred_may_survive() -> None:
    few = {change(place): Outcome("survived" if place < 3 else "killed") for place in range(20)}

    assert not too_many(few)
    assert too_many(few | {change(0): Outcome("survived"), change(10): Outcome("survived")})


def test_each_reason_is_of_a_kind_that_the_page_names() -> None:
    assert {why.partition(":")[0] for why in reasons().values()} <= {"equivalent", "not held"}
