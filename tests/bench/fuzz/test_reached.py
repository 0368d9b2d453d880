"""Which lines of its rooms a target's inputs reach."""

from __future__ import annotations

from bench import robustness
from bench.fuzz.reached import Reached, most, reached
from bench.fuzz.target import Target


def _run(data: bytes) -> None:
    if data:
        robustness.with_section("## A\n", data.decode(), "x")


TARGET = Target("x", _run, lambda: [b""], ("bench.robustness",))


def test_more_inputs_reach_more_lines() -> None:
    none, some, more = (reached(TARGET, inputs) for inputs in ([b""], [b"A"], [b"A", b"B"]))
    assert 0 == none.lines < some.lines < more.lines < more.of
    assert none.of == some.of == more.of


def test_the_most_is_that_of_the_largest_share() -> None:
    assert most((Reached(80, 100), Reached(9, 10), Reached(0, 0))) == Reached(9, 10)
