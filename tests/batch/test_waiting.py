"""Which test is next, and when one is set aside."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from analyzer.batch.values import Again, Died, Ended, Failed
from analyzer.batch.waiting import Waiting
from tests.batch.made import task

KILLED, CRASHED = Died(how="was ended by SIGKILL", crashed=False), Died(how="was ended by SIGSEGV", crashed=True)


def waiting(*names: str, retries: int = 20, sizes: dict[str, int] | None = None) -> Waiting:
    return Waiting([task(Path("/x"), name) for name in names], sizes or {}, retries)


def test_the_largest_is_first_and_one_that_died_comes_after_all_others() -> None:
    tests = waiting("a", "b", "c", sizes={"b": 2, "c": 1})

    first = tests.next()
    assert first.name == "b"
    assert tests.died(first, KILLED) == Again("b", "was ended by SIGKILL")
    assert [tests.next().name for _ in range(3)] == ["c", "a", "b"]
    assert not tests


def test_one_that_crashes_is_set_aside_at_the_third() -> None:
    tests = waiting("a", "b")
    told = [tests.died(tests.next(), CRASHED) for _ in range(6)]

    assert told[:4] == [Again(name, "was ended by SIGSEGV") for name in "abab"]
    reason = "its process died 3 times (the last one was ended by SIGSEGV); set aside"
    assert told[4:] == [Ended(Failed(name=name, reason=reason)) for name in "ab"]
    assert not tests


def test_one_that_is_killed_where_no_other_is_is_set_aside_at_the_third() -> None:
    names = [f"t{number}" for number in range(10)]
    tests = waiting(*names)
    deaths = Counter[str]()
    aside = []
    while tests:
        one = tests.next()
        if one.name == "t3":
            deaths[one.name] += 1
            aside.append(tests.died(one, KILLED))

    assert deaths == {"t3": 3}
    assert [isinstance(each, Ended) for each in aside] == [False, False, True]


def test_where_all_are_killed_nobody_is_blamed_before_the_user_wants_it() -> None:
    tests = waiting("a", "b", retries=5)
    told = [tests.died(tests.next(), KILLED) for _ in range(12)]

    assert [isinstance(each, Again) for each in told] == [True] * 10 + [False] * 2


def test_without_retries_the_first_death_is_the_last() -> None:
    tests = waiting("a", retries=0)

    assert isinstance(tests.died(tests.next(), KILLED), Ended)


def test_a_hundred_random_kills_set_no_innocent_aside() -> None:
    """Whatever share of the processes is killed, as long as there are kills left."""
    aside, deaths = [], 0
    for seed in range(200):
        drawn = random.Random(seed)  # noqa: S311 - no secret
        share, kills = drawn.choice((0.2, 1 / 3, 0.5, 0.9)), 100
        tests = waiting(*(f"t{number:03}" for number in range(200)))
        while tests:
            one = tests.next()
            if kills and drawn.random() < share:
                kills, deaths = kills - 1, deaths + 1
                aside.append(isinstance(tests.died(one, KILLED), Ended))

    assert deaths > 15_000
    assert not any(aside)


def test_one_that_was_not_begun_after_all_waits_again() -> None:
    tests = waiting("a")
    tests.back(tests.next())

    assert tests.next().name == "a"
